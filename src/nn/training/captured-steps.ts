// Steps that are replayed: the first ones for a shape run the layers, one of them is captured, and those that follow run its
// kernels alone.
import { GEMV_BEFORE_PANELS } from '../../../assembly/tuning.js';
import { isRecording } from '../../engine/autodiff/index.js';
import type { Nest } from '../../config/index.js';
import { currentCache } from '../layers/core/caching.js';
import { isRuntimePlain } from '../../engine/runtime/index.js';
import { sameShape } from '../../engine/tensor/index.js';
import type { Shape, Tensor, Value, Variable } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import type { CapturedRun, captureStep, Inputs, StepSetting } from '../capture/captured-run.js';
import type { Guard } from '../capture/guard.js';
import type { NanosecondsOf } from '../capture/program.js';

/** Shapes of input that a model keeps count of. The one that was asked for least recently gives way. */
const MAX_SHAPES = 4;

/** Calls before one is captured: after so many, all matrices have their panels. */
const CALLS = GEMV_BEFORE_PANELS + 1;

/**
 * Most calls before one is captured. They are twice as many each time that capture was in vain, or that something has
 * changed before the capture paid off.
 */
const MAX_CALLS = 1 << 10;

/** How often a capture has to be used to have paid off. */
const PAID_OFF = 8;

/** How often a capture has to be used before it is known whether another way would be faster. */
const KNOWN_AFTER = 32;

/** A tensor of a step's inputs as they are told apart. */
interface Kind {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What is known of steps for inputs of certain shapes and dtypes. */
interface Entry {
  readonly trained: readonly Variable[];
  readonly kinds: readonly (readonly (Kind | undefined)[])[];
  /** Calls since the last capture. */
  calls: number;
  /** Calls before the next capture. */
  wait: number;
  /** What was captured. */
  run: CapturedRun | undefined;
  /** What is done with the results of each replay, where the caller does not get them. */
  use: ((op: string, x: never) => void) | undefined;
  /** What the capture depends on apart from tensors. */
  guard: Guard | undefined;
  /** How often the capture was used. */
  uses: number;
}

const NONE: readonly Variable[] = [];

/** What captures steps, if it is there: it comes with the loops (`loops/chunk.ts`). */
let capturing = (): typeof captureStep | undefined => undefined;

/** Takes a function that gives what captures steps. */
export function captureBy(find: typeof capturing): void {
  capturing = find;
}

/** What a step works on. */
type StepInputs = readonly (readonly (Value | undefined)[])[];

/** Whether inputs are plain tensors: a step that reads strings is not captured. */
const holdsPlainTensors = (x: StepInputs): x is Inputs =>
  x.every((list) => list.every((value) => !value || (value.dtype !== 'string' && isPlain(value))));

/** The captured steps of a model. */
export class CapturedSteps {
  /** The one that was not replayed last comes last. */
  #entries: Entry[] = [];

  /** The results for these inputs, if that can be replayed. */
  replay(x: StepInputs): Nest<Tensor> | undefined {
    return this.#again(x, NONE, ({ run }) => run?.replay(x as Inputs));
  }

  /** Runs a step of `use` for these inputs, if that can be replayed. @param op for messages */
  replayUse(op: string, x: StepInputs, trained = NONE): boolean {
    const again = this.#again(x, trained, ({ run, use }) => {
      if (use === undefined || run === undefined) return undefined;
      const isDone = run.borrow(x as Inputs, () => {
        use(op, x as never);
      });
      return isDone ? true : undefined;
    });
    return again === true;
  }

  #again<T>(
    x: StepInputs,
    trained: readonly Variable[],
    replay: (entry: Entry) => T | undefined,
  ): T | undefined {
    const entry = this.#find(x, trained);
    if (entry?.run === undefined || isWatched()) return undefined;
    let result: T | undefined;
    try {
      if (isValid(entry)) result = replay(entry);
      entry.uses++;
      return result;
    } finally {
      // Also after an error: a worker that was lost may still write into the memory of the run.
      if (result === undefined || isOutOfDate(entry)) {
        entry.wait = entry.uses < PAID_OFF ? Math.min(2 * entry.wait, MAX_CALLS) : CALLS;
        forget(entry);
      }
    }
  }

  /** The results as `step` makes them, which is captured if it is time. */
  step<X extends StepInputs>(
    x: X,
    setting: StepSetting,
    step: (x: X) => Nest<Tensor>,
  ): Nest<Tensor> {
    return this.#step(x, setting, step).result;
  }

  /**
   * `step`, and what `prepare` makes of its results: something that is done with them, now and at each replay.
   *
   * @param prepare gets tensors; those that are borrowed hold other results each time that what it returns is called
   */
  use<X extends StepInputs>(
    op: string,
    x: X,
    setting: StepSetting,
    step: (x: X) => Nest<Tensor>,
    prepare: (results: Nest<Tensor>, isBorrowed: boolean) => (op: string, x: X) => void,
  ): void {
    const { result, entry } = this.#step(x, setting, step);
    if (entry?.run !== undefined) entry.use = prepare(entry.run.outputs(), true);
    prepare(result, false)(op, x);
  }

  #step<X extends StepInputs>(
    x: X,
    setting: StepSetting,
    step: (x: X) => Nest<Tensor>,
  ): { readonly result: Nest<Tensor>; readonly entry?: Entry } {
    const { trained = NONE } = setting;
    if (isWatched() || !holdsPlainTensors(x)) return { result: step(x) };
    const entry = this.#find(x, trained) ?? {
      trained,
      kinds: (x as Inputs).map((list) => list.map((tensor) => tensor && kindOf(tensor))),
      calls: 0,
      wait: CALLS,
      run: undefined,
      use: undefined,
      guard: undefined,
      uses: 0,
    };
    const others = this.#entries.filter((other) => other !== entry);
    // Such as those of other weights, before a layer's `trainable` was set.
    for (const other of others) if (other.run !== undefined && !isValid(other)) forget(other);
    if (others.length === MAX_SHAPES) forget(others.shift());
    this.#entries = [...others, entry];
    const capture = capturing();
    if (entry.calls++ < entry.wait || capture === undefined) return { result: step(x) };
    const captured = capture(x, setting, step);
    if (captured?.run === undefined) waitLonger(entry);
    if (captured === undefined) return { result: step(x) };
    const { result } = captured;
    [entry.run, entry.guard, entry.uses] = [captured.run, captured.guard, 0];
    return { result, entry };
  }

  #find(x: StepInputs, trained: readonly Variable[]): Entry | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry !== undefined && isSame(entry.trained, trained) && isFor(entry, x)) return entry;
    }
    return undefined;
  }

  /** How many shapes there are whose steps are replayed. */
  get count(): number {
    return this.#entries.filter(isValid).length;
  }

  /** What is replayed, as a text: for each shape of input the kernels, their arguments and costs. */
  describe(nanosecondsOf: NanosecondsOf): string {
    return this.#entries.flatMap(({ run }) => run?.describe(nanosecondsOf) ?? []).join('\n\n');
  }

  /** Gives the memory of all captures back. */
  dispose(): void {
    this.#entries.forEach(forget);
    this.#entries = [];
  }
}

/** Whether something has to see the operations: a gradient, a cache of steps, or another capture. */
function isWatched(): boolean {
  return isRecording() || currentCache() !== undefined || !isRuntimePlain();
}

const kindOf = ({ shape, dtype }: Tensor): Kind => ({ shape: [...shape], dtype });

/** Whether inputs are alive, of the shapes and dtypes that are meant, and plain; those that are left out are the same. */
function isFor({ kinds }: Entry, x: StepInputs): boolean {
  if (x.length !== kinds.length) return false;
  for (let i = 0; i < x.length; i++) {
    const list = x[i] ?? [];
    const ofList = kinds[i] ?? [];
    if (list.length !== ofList.length) return false;
    for (let j = 0; j < list.length; j++) if (!isOfKind(list[j], ofList[j])) return false;
  }
  return true;
}

function isOfKind(tensor: Value | undefined, kind: Kind | undefined): boolean {
  if (tensor === undefined || kind === undefined) return tensor === kind;
  return tensor.dtype === kind.dtype && isPlain(tensor) && sameShape(tensor.shape, kind.shape);
}

/**
 * Whether a tensor is nothing but its elements, of which a step that is replayed gets a copy: it has no mask, it is not known from
 * which logits it came, and it is not a weight, for which a gradient may be asked.
 */
function isPlain(tensor: Tensor): boolean {
  return (
    !tensor.isDisposed &&
    tensor.mask === undefined &&
    tensor.origin === undefined &&
    !tensor.storage.isOfVariable
  );
}

function isSame(a: readonly Variable[], b: readonly Variable[]): boolean {
  return a === b || (a.length === b.length && a.every((variable, i) => variable === b[i]));
}

/** Whether something was captured, weights and layers are what they were, and memory was not given up. */
function isValid({ run, guard }: Entry): boolean {
  return guard?.holds() === true && run?.isValid() === true;
}

/** Whether most replays would have been faster in another way. */
function isOutOfDate({ run, uses }: Entry): boolean {
  return run !== undefined && uses >= KNOWN_AFTER && 2 * run.detours > uses;
}

/** Puts the next try off, which takes longer each time; in the end there is none. */
function waitLonger(entry: Entry): void {
  entry.wait = entry.wait < MAX_CALLS ? 2 * entry.wait : Infinity;
}

function forget(entry: Entry | undefined): void {
  if (entry === undefined) return;
  entry.run?.dispose();
  entry.run = entry.use = entry.guard = undefined;
  entry.calls = 0;
}
