// A run of operations that is watched, so that its kernels can be run again without the operations.
import { LAYOUT_BYTES } from '../../engine/runtime/heap.js';
import { withRuntime } from '../../engine/runtime/index.js';
import type { Runtime } from '../../engine/runtime/runtime.js';
import type { WorkingRuntime } from '../../engine/runtime/index.js';
import type { SideModule } from '../../engine/wasm/binary.js';
import type { Pointer, SplitKernels } from '../../engine/wasm/generated/kernels.js';
import type { KernelName, Kernels } from '../../engine/wasm/kernels.js';
import { Arena } from './arena.js';

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

/** Takes back what a step has changed apart from the results. */
type Undo = () => void;

/** What decides how a run goes on, by what it finds in memory. */
type Look<T> = (runtime: WorkingRuntime) => T;

/** A run that can be replayed. */
export class Program {
  /** Where its results lie. */
  readonly arena: Arena;
  readonly #runtime: Runtime;
  readonly #steps: ProgramStep[] = [];
  /** What each step is: a kernel, or what else is done. */
  readonly #kinds: string[] = [];
  /** What the steps that run kernels call. */
  readonly #calls = new Map<ProgramStep, readonly [kernel: KernelName, args: readonly number[]]>();
  readonly #undos: Undo[] = [];
  #replays = 0;
  #detours = 0;

  constructor(runtime: Runtime, arena: Arena) {
    this.#runtime = runtime;
    this.arena = arena;
  }

  /**
   * Replays in which another way, with the same results, would have been faster at one of the choices: at the one where there
   * were most, by those that have looked.
   */
  get detours(): number {
    return this.#detours;
  }

  /** Adds a step. `kind` is what `describe` calls it. */
  add(kind: string, step: ProgramStep): void {
    this.#kinds.push(kind);
    this.#steps.push(step);
  }

  /** Adds a call of a kernel. */
  addKernel<K extends KernelName>(kernel: K, args: Parameters<SplitKernels[K]>): void {
    const step = this.#runtime.prepare(kernel, args);
    this.#calls.set(step, [kernel, args]);
    this.add(kernel, step);
  }

  /** Goes on only where `look` finds the same again. */
  addGuard<T>(look: Look<T>, found: T): void {
    const { arena } = this;
    const runtime = this.#runtime;
    // To look may need memory, which may be that of the run.
    this.add('guard', () => look(runtime) === found && !arena.isGone);
  }

  /** Counts the replays in which `look` finds something else. */
  addHint<T>(look: Look<T>, found: T): void {
    const runtime = this.#runtime;
    let better = 0;
    this.add('hint', () => {
      if (this.#replays % CHOSEN_AGAIN !== 0 || look(runtime) === found) return;
      better += CHOSEN_AGAIN;
      this.#detours = Math.max(this.#detours, better);
    });
  }

  /** Calls `f` in each replay. What it gives takes its effect back if the replay does not come to its end. */
  addRedraw(f: (runtime: WorkingRuntime) => Undo | undefined): void {
    const runtime = this.#runtime;
    const undos = this.#undos;
    this.add('redraw', () => {
      const undo = f(runtime);
      if (undo !== undefined) undos.push(undo);
    });
  }

  /**
   * Runs its kernels once more. False if the run would go on in another way; then generators of random numbers are where they
   * were before.
   */
  replay(): boolean {
    const undos = this.#undos;
    undos.length = 0;
    this.#replays++;
    let isDone = false;
    let running: ProgramStep | undefined;
    try {
      for (const step of this.#steps) {
        running = step;
        if (step() === false) return false;
      }
      isDone = true;
      return true;
    } catch (cause) {
      const [kernel] = (running && this.#calls.get(running)) ?? [];
      if (kernel === undefined) throw cause;
      return this.#runtime.fail(kernel, cause);
    } finally {
      if (!isDone) for (const undo of undos.reverse()) undo();
    }
  }

  /**
   * A line about all of them, and a line for each step: what runs, its arguments with blocks as #1, #2 …, and nanoseconds by
   * the costs of kernels.
   */
  describe(nanosecondsOf: NanosecondsOf): string {
    const { blocks, bytes } = this.arena;
    const names = new Map([...blocks.keys()].map((block, i) => [block, `#${i + 1}`]));
    let total = 0;
    const lines = this.#steps.map((step, i) => {
      const call = this.#calls.get(step);
      if (call === undefined) return this.#kinds[i] ?? '';
      const [kernel, args] = call;
      const nanoseconds = nanosecondsOf(kernel, args, this.#runtime.int32);
      total += nanoseconds;
      const given = args.map((arg) => names.get(arg) ?? String(arg)).join(' ');
      return `${kernel} ${given}: ${Math.round(nanoseconds)} ns`;
    });
    const count = `${this.#calls.size} kernels in ${lines.length} steps, ${Math.round(total)} ns on one thread`;
    return [`${count}; ${bytes} bytes in ${blocks.size} blocks`, ...lines].join('\n');
  }
}

/**
 * Notes the calls of kernels. Results lie in blocks of the run's own, so that pointers mean the same when the calls are
 * replayed. The run cannot be replayed if it has looked into memory in another way than by `guard` or `hint`, or has had an
 * effect apart from its result and random numbers.
 *
 * What operations may ask of a runtime is a property of the same name. It may be called without its object.
 */
export class Capture implements Partial<WorkingRuntime> {
  /** Stands in place of the runtime meanwhile. */
  readonly working: WorkingRuntime;
  readonly threads: number;
  readonly kernels: Kernels;
  readonly #runtime: Runtime;
  readonly #arena: Arena;
  readonly #program: Program;
  /** Blocks in use, with the bytes that were asked for. */
  readonly #used = new Map<Pointer, number>();
  /** Blocks in use that hold what can be made again. */
  readonly #caches = new Map<Pointer, () => void>();
  /** Blocks with numbers of the program, which no step writes again. */
  readonly #constant = new Set<Pointer>();
  /** Blocks that hold what a kernel has computed. */
  readonly #computed = new Set<Pointer>();
  /** Blocks that steps have written before, and those among them that the program writes now. */
  readonly #reused = new Set<Pointer>();
  #rewritten: Pointer[] = [];
  #workspace: Pointer = 0;
  #workspaceBytes = 0;
  #isRefused = false;

  /** @param arenaBytes that the blocks may take */
  constructor(runtime: Runtime, arenaBytes: number) {
    this.#runtime = runtime;
    this.#arena = new Arena(runtime, arenaBytes);
    this.#program = new Program(runtime, this.#arena);
    this.threads = runtime.threads;
    // Kernels that are called directly look into memory, but those that say how much room others need.
    this.kernels = new Proxy(runtime.kernels, {
      get: (kernels, name: keyof Kernels): unknown => {
        if (!/(Bytes|Words)$/.test(name)) this.#isRefused = true;
        // eslint-disable-next-line @typescript-eslint/unbound-method -- kernels use no `this`
        return kernels[name];
      },
    });
    // Whatever else is asked of the runtime is an effect, or a look into memory.
    this.working = new Proxy(runtime, {
      get: (target, name): unknown => {
        if (name in this) return this[name as keyof this];
        this.#isRefused = true;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** Whether a block is one of the run's own. */
  owns(block: Pointer): boolean {
    return this.#arena.blocks.has(block);
  }

  /** Whether the run cannot be replayed. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /**
   * Ends the run, which has let go all that it made.
   *
   * @param isWanted whether it is to be replayed
   * @returns how; undefined if it cannot be replayed. Then blocks still in use belong to the tensors and caches in them.
   */
  finish(isWanted: boolean): Program | undefined {
    this.#arena.close();
    this.#noteWritten();
    if (isWanted && !this.#isRefused && this.#used.size === 0) return this.#program;
    for (const [pointer, bytes] of this.#used) {
      const giveUp = this.#caches.get(pointer);
      if (giveUp === undefined) this.#runtime.keepCache(pointer, bytes);
      else this.#runtime.changeCache(pointer, giveUp);
      this.#arena.leave(pointer);
    }
    this.#arena.dispose();
    return undefined;
  }

  readonly with = (module: SideModule): WorkingRuntime => {
    this.#runtime.with(module);
    return this.working;
  };

  readonly run: WorkingRuntime['run'] = (kernel, ...args) => {
    this.#noteWritten();
    this.#runtime.run(kernel, ...args);
    if (this.#constant.has(args[0])) this.#isRefused = true;
    this.#computed.add(args[0]);
    this.#program.addKernel(kernel, args);
  };

  readonly guard: WorkingRuntime['guard'] = (look) => {
    const found = this.#find(look);
    this.#program.addGuard(look, found);
    return found;
  };

  readonly hint: WorkingRuntime['hint'] = (look) => {
    const found = this.#find(look);
    this.#program.addHint(look, found);
    return found;
  };

  readonly redraw: WorkingRuntime['redraw'] = (f) => {
    this.#noteWritten();
    f(this.#runtime);
    this.#program.addRedraw(f);
  };

  readonly copy: WorkingRuntime['copy'] = (...args) => {
    this.#noteWritten();
    const runtime = this.#runtime;
    runtime.copy(...args);
    this.#program.add('copy', () => {
      runtime.copy(...args);
    });
  };

  readonly allocate: WorkingRuntime['allocate'] = (bytes) => {
    const pointer = this.#isRefused ? undefined : (this.#reuse(bytes) ?? this.#take(bytes));
    if (pointer === undefined) return this.#runtime.allocate(bytes);
    this.#used.set(pointer, bytes);
    this.#computed.delete(pointer);
    return pointer;
  };

  readonly release: WorkingRuntime['release'] = (pointer, bytes) => {
    if (this.#used.delete(pointer)) {
      if (!this.#constant.has(pointer)) this.#arena.free(pointer);
      return;
    }
    this.#isRefused = true;
    this.#runtime.release(pointer, bytes);
  };

  /** What is derived from a tensor of the run is given back with the tensor, within the run. */
  readonly allocateCache: WorkingRuntime['allocateCache'] = (bytes, giveUp) => {
    if (this.#isRefused) return this.#runtime.allocateCache(bytes, giveUp);
    const pointer = this.allocate(bytes);
    this.#caches.set(pointer, giveUp);
    return pointer;
  };

  readonly releaseCache: WorkingRuntime['releaseCache'] = (pointer) => {
    const bytes = this.#used.get(pointer);
    if (this.#caches.delete(pointer) && bytes !== undefined) this.release(pointer, bytes);
    else this.#runtime.releaseCache(pointer);
  };

  readonly withScratch: WorkingRuntime['withScratch'] = (bytes, use) => {
    const scratch = this.allocate(bytes);
    try {
      return use(scratch);
    } finally {
      this.release(scratch, bytes);
    }
  };

  readonly workspace: WorkingRuntime['workspace'] = (bytes) => {
    if (bytes > this.#workspaceBytes) {
      this.#workspace = this.#take(bytes) ?? 0;
      this.#workspaceBytes = this.#workspace && bytes;
    }
    return this.#workspace || this.#runtime.workspace(bytes);
  };

  /** A block for each layout, as the steps find it there again. */
  get layoutBlock(): Pointer {
    return this.#take(LAYOUT_BYTES) ?? this.#runtime.layoutBlock;
  }

  readonly writing: WorkingRuntime['writing'] = (block) => {
    // What a kernel has written would be written by the kernel alone.
    if (!this.owns(block) || this.#computed.has(block)) this.#isRefused = true;
    else if (this.#reused.has(block)) this.#rewritten.push(block);
    this.#constant.add(block);
    return this.#runtime;
  };

  /** What the program has written where steps write before has to be written again. */
  #noteWritten(): void {
    const runtime = this.#runtime;
    for (const block of this.#rewritten) {
      const bytes = this.#used.get(block) ?? this.#arena.blocks.get(block) ?? 0;
      const elements = runtime.uint8.slice(block, block + bytes);
      this.#program.add('write', () => {
        runtime.uint8.set(elements, block);
      });
    }
    this.#rewritten = [];
  }

  /** What `look` finds in memory, with the runtime itself. */
  #find<T>(look: Look<T>): T {
    this.#noteWritten();
    const runtime = this.#runtime;
    return withRuntime(runtime, () => look(runtime));
  }

  /** A new block; undefined if there is no room. */
  #take(bytes: number): Pointer | undefined {
    const pointer = this.#arena.take(bytes);
    if (pointer === undefined) this.#isRefused = true;
    return pointer;
  }

  /** A block that steps have written before; undefined if none is free. */
  #reuse(bytes: number): Pointer | undefined {
    const pointer = this.#arena.reuse(bytes);
    if (pointer !== undefined) this.#reused.add(pointer);
    return pointer;
  }
}
