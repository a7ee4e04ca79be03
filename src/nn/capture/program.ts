// A run of operations that is watched, so that its kernels can be run again without the operations.
import { LAYOUT_BYTES } from '../../engine/runtime/heap.js';
import { withRuntime } from '../../engine/runtime/index.js';
import type { Runtime } from '../../engine/runtime/runtime.js';
import type { WorkingRuntime } from '../../engine/runtime/index.js';
import type { Pointer } from '../../engine/wasm/generated/kernels.js';
import type { KernelName, Kernels } from '../../engine/wasm/kernels.js';

/** The blocks of a captured run. */
export interface Arena {
  /** Whether the blocks were given back, as memory ran out. */
  isGone: boolean;
  /** What the blocks take. */
  readonly bytes: number;
  /** Gives all blocks back; those that are borrowed, when the borrower is done. */
  readonly dispose: () => void;
  /** Keeps the blocks at these places for as long as `use` takes. */
  borrow<T>(places: readonly Pointer[], use: () => T): T;
}

/**
 * A free block of up to so many times the bytes that are asked for is used again (measured, a step of three layers of 1,024 and one
 * of a convolutional network, in their time with blocks of the same size alone: 2 0.91 and 0.99, 4 0.91 and 0.95, any 0.90 and 0.99).
 */
const REUSED = 4;

/**
 * A replay of so many looks again which way is fastest: that only decides how fast it is, and takes 5 µs where the program
 * is out of the caches (measured).
 */
const CHOSEN_AGAIN = 8;

/** What a call of a kernel takes on one thread, by the costs of kernels; layouts are read in `memory`. */
export type NanosecondsOf = (
  kernel: KernelName,
  args: readonly number[],
  memory: Int32Array,
) => number;

/** A step of a captured run; false if the run would go on in another way. */
type ProgramStep = () => unknown;

/** Takes back what a step has changed beside the results. */
type Undo = () => void;

/** A run that can be replayed. */
export interface Program {
  /**
   * Runs its kernels once more. False if the run would go on in another way; then generators of random numbers are where they
   * were before.
   */
  replay(): boolean;
  /**
   * Replays in which another way, with the same results, would have been faster at one of the choices: at the one where there
   * were most, by those that have looked.
   */
  readonly detours: number;
  /** Where its results lie. */
  readonly arena: Arena;
  /** The steps as a text, a line each, after a line about all of them. */
  describe(nanosecondsOf: NanosecondsOf): string;
}

/** A run that is being captured. */
export interface Capture {
  /** Stands in the place of the runtime meanwhile. */
  readonly working: WorkingRuntime;
  /** Whether a block is one of the run's own. */
  owns(block: Pointer): boolean;
  /** Whether the run cannot be replayed. */
  isRefused(): boolean;
  /**
   * Ends the run, which has let go all that it made.
   *
   * @param isWanted whether it is to be replayed
   * @returns how; undefined if it cannot be replayed. Then blocks still in use belong to the tensors and caches in them.
   */
  finish(isWanted: boolean): Program | undefined;
}

/**
 * Begins to note the calls of kernels. Results lie in blocks of the run's own, so that pointers mean the same when the calls
 * are replayed. The run cannot be replayed if it has looked into memory in another way than by `guard` or `hint`, or has
 * had an effect beside its result and random numbers.
 *
 * @param arenaBytes that the blocks may take
 */
export function beginCapture(runtime: Runtime, arenaBytes: number): Capture {
  const steps: ProgramStep[] = [];
  /** What each step is: a kernel, or what else is done. */
  const kinds: string[] = [];
  /** What the steps that run kernels call. */
  const calls = new Map<ProgramStep, readonly [kernel: KernelName, args: readonly number[]]>();
  const undos: Undo[] = [];
  const blocks = new Map<Pointer, number>();
  /** Blocks in use, with the bytes that were asked for. */
  const used = new Map<Pointer, number>();
  const free: Pointer[] = [];
  /** Blocks in use that hold what can be made again. */
  const caches = new Map<Pointer, () => void>();
  /** Blocks with numbers of the program, which no step writes again. */
  const constant = new Set<Pointer>();
  /** Blocks that hold what a kernel has computed. */
  const computed = new Set<Pointer>();
  /** Blocks that steps have written before, and those among them that the program writes now. */
  const reused = new Set<Pointer>();
  let rewritten: Pointer[] = [];
  let [workspace, workspaceBytes, bytesTaken] = [0, 0, 0];
  let [isOpen, isRefused] = [true, false];
  let replays = 0;
  /** Replays in which another way would have been faster at the choice where there were most, by those that have looked. */
  let detours = 0;
  let borrowed: readonly Pointer[] = [];

  const give = (): void => {
    for (const [block, bytes] of blocks) {
      if (borrowed.some((place) => place >= block && place < block + bytes)) continue;
      runtime.releaseCache(block);
      blocks.delete(block);
    }
  };
  const arena: Arena = {
    isGone: false,
    get bytes() {
      return bytesTaken;
    },
    dispose: () => {
      if (isOpen || arena.isGone) return;
      arena.isGone = true;
      give();
    },
    borrow(places, use) {
      borrowed = places;
      try {
        return use();
      } finally {
        borrowed = [];
        if (arena.isGone) give();
      }
    },
  };
  const refuse = (): void => {
    isRefused = true;
  };
  /** What the program has written where steps write before has to be written again. */
  const add = (kind: string, step: ProgramStep): void => {
    kinds.push(kind);
    steps.push(step);
  };
  const noteWritten = (): void => {
    for (const block of rewritten) {
      const elements = runtime.uint8.slice(
        block,
        block + (used.get(block) ?? blocks.get(block) ?? 0),
      );
      add('write', () => {
        runtime.uint8.set(elements, block);
      });
    }
    rewritten = [];
  };
  /** A new block; undefined if there is no room. */
  const take = (bytes: number): Pointer | undefined => {
    bytesTaken += bytes;
    const pointer =
      bytesTaken > arenaBytes ? undefined : runtime.allocateCache(bytes, arena.dispose);
    if (pointer === undefined) refuse();
    else blocks.set(pointer, bytes);
    return pointer;
  };
  /** The block that was used last of those that are free and not much too large: most of it is still in the caches. */
  const reuse = (bytes: number): Pointer | undefined => {
    const at = free.findLastIndex((pointer) => {
      const room = blocks.get(pointer) ?? 0;
      return room >= bytes && room <= REUSED * bytes;
    });
    const [pointer] = at === -1 ? [] : free.splice(at, 1);
    if (pointer !== undefined) reused.add(pointer);
    return pointer;
  };

  const own: Partial<WorkingRuntime> = {
    threads: runtime.threads,
    // Kernels that are called directly look into memory, but those that say how much room others need.
    kernels: new Proxy(runtime.kernels, {
      get: (kernels, name: keyof Kernels): unknown => {
        if (!/(Bytes|Words)$/.test(name)) refuse();
        // eslint-disable-next-line @typescript-eslint/unbound-method -- kernels use no `this`
        return kernels[name];
      },
    }),
    with(part) {
      runtime.with(part);
      return working;
    },
    run(kernel, ...args) {
      noteWritten();
      runtime.run(kernel, ...args);
      if (constant.has(args[0])) refuse();
      computed.add(args[0]);
      const step = runtime.prepare(kernel, args);
      calls.set(step, [kernel, args]);
      add(kernel, step);
    },
    guard(look) {
      noteWritten();
      const found = withRuntime(runtime, () => look(runtime));
      // To look may need memory, which may be that of the run.
      add('guard', () => look(runtime) === found && !arena.isGone);
      return found;
    },
    hint(look) {
      noteWritten();
      const found = withRuntime(runtime, () => look(runtime));
      let better = 0;
      add('hint', () => {
        if (replays % CHOSEN_AGAIN !== 0 || look(runtime) === found) return;
        better += CHOSEN_AGAIN;
        detours = Math.max(detours, better);
      });
      return found;
    },
    redraw(f) {
      noteWritten();
      f(runtime);
      add('redraw', () => {
        const undo = f(runtime);
        if (undo !== undefined) undos.push(undo);
      });
    },
    copy(...args) {
      noteWritten();
      runtime.copy(...args);
      add('copy', () => {
        runtime.copy(...args);
      });
    },
    allocate(bytes) {
      const pointer = isRefused ? undefined : (reuse(bytes) ?? take(bytes));
      if (pointer === undefined) return runtime.allocate(bytes);
      used.set(pointer, bytes);
      computed.delete(pointer);
      return pointer;
    },
    release(pointer, bytes) {
      if (used.delete(pointer)) {
        if (!constant.has(pointer)) free.push(pointer);
        return;
      }
      refuse();
      runtime.release(pointer, bytes);
    },
    // What is derived from a tensor of the run is given back with the tensor, within the run.
    allocateCache(bytes, giveUp) {
      if (isRefused) return runtime.allocateCache(bytes, giveUp);
      const pointer = working.allocate(bytes);
      caches.set(pointer, giveUp);
      return pointer;
    },
    releaseCache(pointer) {
      const bytes = used.get(pointer);
      if (caches.delete(pointer) && bytes !== undefined) working.release(pointer, bytes);
      else runtime.releaseCache(pointer);
    },
    withScratch(bytes, use) {
      const scratch = working.allocate(bytes);
      try {
        return use(scratch);
      } finally {
        working.release(scratch, bytes);
      }
    },
    workspace(bytes) {
      if (bytes > workspaceBytes) {
        workspace = take(bytes) ?? 0;
        workspaceBytes = workspace && bytes;
      }
      return workspace || runtime.workspace(bytes);
    },
    /** A block for each layout, as the steps find it there again. */
    get layoutBlock() {
      return take(LAYOUT_BYTES) ?? runtime.layoutBlock;
    },
    writing(block) {
      // What a kernel has written would be written by the kernel alone.
      if (!blocks.has(block) || computed.has(block)) refuse();
      else if (reused.has(block)) rewritten.push(block);
      constant.add(block);
      return runtime;
    },
  };
  /** Whatever else is asked of the runtime is an effect, or a look into memory. */
  const working = new Proxy(runtime, {
    get(target, name) {
      if (name in own) return own[name as keyof WorkingRuntime];
      refuse();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as WorkingRuntime;

  const replay = (): boolean => {
    undos.length = 0;
    replays++;
    let isDone = false;
    let running: ProgramStep | undefined;
    try {
      for (const step of steps) {
        running = step;
        if (step() === false) return false;
      }
      isDone = true;
      return true;
    } catch (cause) {
      const [kernel] = (running && calls.get(running)) ?? [];
      if (kernel === undefined) throw cause;
      return runtime.fail(kernel, cause);
    } finally {
      if (!isDone) for (const undo of undos.reverse()) undo();
    }
  };

  /** A line for each step: what runs, its arguments with blocks as #1, #2 …, and nanoseconds by the costs of kernels. */
  const describe = (nanosecondsOf: NanosecondsOf): string => {
    const places = new Map([...blocks.keys()].map((block, i) => [block, `#${i + 1}`]));
    let total = 0;
    const lines = steps.map((step, i) => {
      const call = calls.get(step);
      if (call === undefined) return kinds[i] ?? '';
      const [kernel, args] = call;
      const nanoseconds = nanosecondsOf(kernel, args, runtime.int32);
      total += nanoseconds;
      const given = args.map((arg) => places.get(arg) ?? String(arg)).join(' ');
      return `${kernel} ${given}: ${Math.round(nanoseconds)} ns`;
    });
    const count = `${calls.size} kernels in ${steps.length} steps, ${Math.round(total)} ns on one thread`;
    return [`${count}; ${bytesTaken} bytes in ${blocks.size} blocks`, ...lines].join('\n');
  };

  return {
    working,
    owns: (block) => blocks.has(block),
    isRefused: () => isRefused,
    finish(isWanted) {
      isOpen = false;
      noteWritten();
      if (isWanted && !isRefused && used.size === 0) {
        return {
          replay,
          arena,
          describe,
          get detours() {
            return detours;
          },
        };
      }
      for (const [pointer, bytes] of used) {
        const giveUp = caches.get(pointer);
        if (giveUp === undefined) runtime.keepCache(pointer, bytes);
        else runtime.changeCache(pointer, giveUp);
        blocks.delete(pointer);
      }
      arena.dispose();
      return undefined;
    },
  };
}
