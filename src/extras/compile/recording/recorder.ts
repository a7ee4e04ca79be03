// Stands in place of the runtime while a model predicts, and notes what the prediction consists of.
import { LAYOUT_BYTES } from '../../../engine/runtime/heap.js';
import { withRuntime } from '../../../engine/runtime/index.js';
import type {
  CountQuestion,
  GuardQuestion,
  Question,
  WorkingRuntime,
} from '../../../engine/runtime/index.js';
import type { Runtime } from '../../../engine/runtime/runtime.js';
import type { Reads } from '../../../engine/tensor/storage.js';
import { addresses } from '../../../engine/wasm/generated/addresses.js';
import type { Pointer } from '../../../engine/wasm/generated/kernels.js';
import type { Kernels } from '../../../engine/wasm/kernels.js';
import { LanegradError } from '../../../errors.js';
import { isPlace, placesOf } from './steps.js';
import type { Argument, Block, KernelCall, Place, Step } from './steps.js';
import { findPlace } from './world.js';
import type { Problem, World } from './world.js';

/** Questions of one prediction. More are those of a loop that does not end when the answers are made up. */
const MAX_QUESTIONS = 10_000;

/** A question as it was asked. */
export interface Asked {
  /** Which step it is. */
  readonly at: number;
  /** How many blocks were made before. */
  readonly made: number;
  /** How many answers there are. */
  readonly answers: number;
  readonly layer: string;
  /** What is wrong where an unusual answer leads to an error. */
  readonly otherwise: string;
}

/** Whether an argument of a kernel is an address. */
const isAddress = (kernel: keyof typeof addresses, i: number): boolean =>
  ((addresses[kernel] >>> i) & 1) === 1;

/**
 * Runs kernels on one thread, over the memory of the runtime, and notes the calls. Each block that is handed out is another one,
 * wherever it lies: the module gets a plan of memory of its own. What is asked of computed numbers is answered by
 * `answers`, as if they were such.
 *
 * What operations may ask of a runtime is a property of the same name. It may be called without its object.
 */
export class Recorder implements Partial<WorkingRuntime> {
  readonly working: WorkingRuntime;
  readonly threads = 1;
  readonly kernels: Kernels;
  readonly steps: Step[] = [];
  readonly asked: Asked[] = [];
  readonly problems: Problem[] = [];
  readonly reads: Reads = { storages: new Map(), tensors: new Set() };
  readonly #world: World;
  readonly #runtime: Runtime;
  readonly #answers: readonly number[];
  readonly #known: readonly Block[];
  /** The blocks of this recording, in that order. */
  readonly made: Block[] = [];
  /** Blocks in use. */
  readonly #live = new Map<Pointer, Block>();
  /** Where blocks of the recording ever began. */
  readonly #own = new Set<Pointer>();
  readonly #layouts: Pointer[] = [];
  /** Blocks that steps name. */
  readonly #named = new Set<Block>();
  /** Blocks that the program writes now. */
  readonly #writing = new Set<Pointer>();
  #workspace: Pointer = 0;
  #workspaceBytes = 0;

  /** Whether something is left that was not kept before. */
  isUnsteady = false;
  readonly #isLenient: boolean;

  /**
   * @param answers to the first questions, by their numbers; the others get the usual one
   * @param known the blocks of another recording that begins alike, in the order in which they were made
   * @param isLenient whether addresses may lie in blocks of which nothing is known
   */
  constructor(
    world: World,
    answers: readonly number[] = [],
    known: readonly Block[] = [],
    isLenient = false,
  ) {
    this.#isLenient = isLenient;
    this.#world = world;
    this.#runtime = world.runtime;
    this.#answers = answers;
    this.#known = known;
    this.kernels = new Proxy(this.#runtime.kernels, {
      get: (kernels, name: keyof Kernels): unknown => {
        if (!/(Bytes|Words)$/.test(name)) this.note('reads what was computed');
        // eslint-disable-next-line @typescript-eslint/unbound-method -- kernels use no `this`
        return kernels[name];
      },
    });
    this.working = new Proxy(this.#runtime, {
      get: (target, name): unknown => {
        if (name in this) return this[name as keyof this];
        this.note('reads what was computed');
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** Notes why the prediction cannot be compiled. */
  note(reason: string): void {
    const { layer } = this.#world;
    const { problems } = this;
    if (!problems.some((other) => other.layer === layer && other.reason === reason))
      problems.push({ layer, reason });
  }

  /** Ends the recording. What is still in use, as tensors or caches beyond it hold it, is kept for those that follow. */
  finish(): void {
    this.#settle();
    this.#forgetWorkspace();
    for (const pointer of this.#layouts) this.release(pointer, LAYOUT_BYTES);
    for (const [pointer, block] of this.#live) {
      this.#checkWritten(pointer, block);
      this.#world.keep(pointer, block.bytes);
    }
    this.isUnsteady = this.#live.size > 0;
    this.#live.clear();
  }

  /** The place of an address. */
  placeOf(pointer: Pointer): Place {
    const own = findPlace(this.#live, pointer, ({ bytes }) => bytes);
    if (own !== undefined) return { block: own.block, offset: pointer - own.begin };
    for (const storage of this.reads.storages.keys()) {
      const begin = storage.pointer;
      if (!this.#own.has(begin)) this.#world.noteForeign(storage, begin);
    }
    const place = this.#world.placeOf(pointer);
    if (place === undefined && this.#isLenient)
      return { block: { bytes: 0, data: undefined, isFixed: false }, offset: 0 };
    if (place === undefined) {
      throw new LanegradError(
        `A prediction uses the address ${pointer}, which is in no block: a fault of lanegrad, please report it.`,
      );
    }
    return place;
  }

  #call(kernel: KernelCall['kernel'], args: readonly number[]): KernelCall {
    const named = args.map((arg, i): Argument => {
      if (arg === 0 || !isAddress(kernel, i)) return arg;
      return this.placeOf(arg);
    });
    return { kernel, args: named };
  }

  #add(step: Step): void {
    for (const { block } of placesOf(step)) this.#named.add(block);
    this.steps.push(step);
  }

  readonly with: WorkingRuntime['with'] = (module) => {
    this.#runtime.with(module);
    this.#world.modules.add(module);
    return this.working;
  };

  readonly run: WorkingRuntime['run'] = (kernel, ...args) => {
    this.#settle();
    this.#add({ kind: 'call', ...this.#call(kernel, args) });
    const entry = this.#runtime.kernels[kernel];
    try {
      entry(0, 1, ...args);
    } catch (cause) {
      this.#runtime.fail(kernel, cause);
    }
  };

  readonly copy: WorkingRuntime['copy'] = (to, from, bytes) => {
    this.#settle();
    this.#runtime.copy(to, from, bytes);
    if (bytes > 0)
      this.#add({ kind: 'copy', to: this.placeOf(to), from: this.placeOf(from), bytes });
  };

  readonly guard: WorkingRuntime['guard'] = (look, usual, question) => {
    this.#settle();
    const given = question && withRuntime(this.working, question);
    const asked = given && 'most' in given ? byLimits(given) : given;
    const isKnown = asked !== undefined && this.#isConstant(asked);
    if (asked !== undefined && !isKnown && !('of' in asked)) return this.#ask(asked) ?? usual;
    if (!isKnown) this.note('goes on in a way that computed numbers decide');
    return this.#look(look);
  };

  /** Whether what is asked is known, as no computed number takes part. */
  #isConstant<T>(asked: Exclude<GuardQuestion<T>, CountQuestion<T>>): boolean {
    if ('of' in asked) return this.placeOf(asked.of).block.data !== undefined;
    if (asked.answers.length === 1) return true;
    if (asked.call === undefined) return false;
    const { args } = this.#call(asked.call.kernel, asked.call.args);
    const word = asked.word === undefined ? undefined : this.placeOf(asked.word).block;
    return args.every((arg) => !isPlace(arg) || arg.block === word || arg.block.data !== undefined);
  }

  /** The answer that this recording is to go on with. */
  #ask<T>({ call, word, limits, answers }: Question<T>): T | undefined {
    if (this.asked.length >= MAX_QUESTIONS) {
      throw new LanegradError('A prediction asks too many questions of what it computes.');
    }
    const number = this.#answers[this.asked.length] ?? 0;
    const { layer } = this.#world;
    const [at, made] = [this.steps.length, this.made.length];
    const otherwise = faultOf(call);
    this.asked.push({ at, made, answers: answers.length, layer, otherwise });
    this.#add({
      kind: 'ask',
      call: call && this.#call(call.kernel, call.args),
      word: word === undefined ? undefined : this.placeOf(word),
      limits,
    });
    return answers[number];
  }

  readonly hint: WorkingRuntime['hint'] = (look) => {
    this.#settle();
    return this.#look(look);
  };

  readonly noteEffect: WorkingRuntime['noteEffect'] = (isLoss) => {
    if (!isLoss) this.note('has an effect apart from its result');
  };

  readonly redraw: WorkingRuntime['redraw'] = (f) => {
    this.#settle();
    this.note('draws random numbers, or computes outside of kernels');
    f(this.#runtime)?.();
  };

  readonly allocate: WorkingRuntime['allocate'] = (bytes) => {
    const pointer = this.#runtime.allocate(bytes);
    this.#begin(pointer, bytes);
    return pointer;
  };

  readonly release: WorkingRuntime['release'] = (pointer, bytes) => {
    if (!this.#end(pointer)) this.#changeKept(pointer);
    this.#runtime.release(pointer, bytes);
  };

  readonly allocateCache: WorkingRuntime['allocateCache'] = (bytes, giveUp) => {
    const pointer = this.#runtime.allocateCache(bytes, () => {
      if (pointer !== undefined && !this.#end(pointer)) this.#world.drop(pointer);
      giveUp();
    });
    if (pointer !== undefined) this.#begin(pointer, bytes);
    return pointer;
  };

  readonly releaseCache: WorkingRuntime['releaseCache'] = (pointer) => {
    if (!this.#end(pointer)) this.#changeKept(pointer);
    this.#runtime.releaseCache(pointer);
  };

  readonly withScratch: WorkingRuntime['withScratch'] = (bytes, use) => {
    const scratch = this.allocate(bytes);
    try {
      return use(scratch);
    } finally {
      this.release(scratch, bytes);
    }
  };

  /** Another block each time, as it is valid until the next is asked for. */
  readonly workspace: WorkingRuntime['workspace'] = (bytes) => {
    this.#forgetWorkspace();
    this.#workspaceBytes = Math.max(this.#workspaceBytes, bytes);
    this.#workspace = this.#runtime.workspace(this.#workspaceBytes);
    this.#begin(this.#workspace, this.#workspaceBytes);
    return this.#workspace;
  };

  /** Another block for each layout. */
  get layoutBlock(): Pointer {
    const pointer = this.allocate(LAYOUT_BYTES);
    this.#runtime.uint8.fill(0, pointer, pointer + LAYOUT_BYTES);
    this.#layouts.push(pointer);
    return pointer;
  }

  readonly writing: WorkingRuntime['writing'] = (pointer) => {
    const block = this.#live.get(pointer);
    if (block === undefined || this.#named.has(block)) {
      this.note('writes numbers where others are, which may be read before');
    } else this.#writing.add(pointer);
    return this.#runtime;
  };

  /** A new block of the recording: that of the other one, if it has made as many so far. */
  #begin(pointer: Pointer, bytes: number): void {
    const known = this.#known[this.made.length];
    const block = known?.bytes === bytes ? known : { bytes, data: undefined, isFixed: false };
    this.made.push(block);
    this.#live.set(pointer, block);
    this.#own.add(pointer);
  }

  /** Whether a block was one of the recording, which is in use no more. */
  #end(pointer: Pointer): boolean {
    const block = this.#live.get(pointer);
    if (block === undefined) return false;
    this.#checkWritten(pointer, block);
    this.#writing.delete(pointer);
    return this.#live.delete(pointer);
  }

  #changeKept(pointer: Pointer): void {
    this.note('changes what it keeps between predictions');
    this.#world.drop(pointer);
  }

  #forgetWorkspace(): void {
    if (this.#workspace !== 0) this.#live.delete(this.#workspace);
    this.#workspace = 0;
  }

  /** What the program has written is there before the prediction begins. */
  #settle(): void {
    for (const pointer of this.#writing) {
      const bytes = this.#live.get(pointer)?.bytes ?? 0;
      const { uint8 } = this.#runtime;
      this.#live.set(pointer, this.#world.written(uint8.slice(pointer, pointer + bytes)));
    }
    this.#writing.clear();
  }

  /** What the program has written must still be there. */
  #checkWritten(pointer: Pointer, { data }: Block): void {
    const { uint8 } = this.#runtime;
    if (data?.every((byte, i) => byte === uint8[pointer + i]) === false)
      this.note('computes where numbers of the program are');
  }

  /** What is found in memory now. */
  #look<T>(look: (runtime: WorkingRuntime) => T): T {
    this.#forgetWorkspace();
    const runtime = this.#runtime;
    return withRuntime(runtime, () => look(runtime));
  }
}

/** What is wrong with an input of which a kernel finds an unusual number. */
function faultOf(call: Question<unknown>['call']): string {
  switch (call?.kernel) {
    case 'firstFraction':
      return 'an index is not a whole number';
    case 'firstOutOfRange':
      return `an index is out of range for ${call.args[2]} entries`;
    default:
      return 'the input has no result';
  }
}

/** The same question with the limits at which the answer changes. */
function byLimits<T>({ call, most, answerTo }: CountQuestion<T>): Question<T> {
  const limits: number[] = [];
  const answers: [T, ...T[]] = [answerTo(0)];
  for (let count = 1; count <= most; count++) {
    const answer = answerTo(count);
    if (answer === answers.at(-1)) continue;
    limits.push(count);
    answers.push(answer);
  }
  return { call, limits, answers };
}
