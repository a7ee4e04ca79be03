// Steps that are repeated: the first ones for a shape run the layers, one of them is recorded, and those that follow run its
// kernels alone.
import { GEMV_BEFORE_PANELS } from '../../../assembly/tuning.js';
import { isRecording } from '../../autodiff/index.js';
import type { Nest } from '../../config/index.js';
import { currentCache } from '../../layers/caching.js';
import { isOfLibrary, isPure } from '../../layers/purity.js';
import { layersWithin } from '../../layers/within.js';
import type { AnyLayer } from '../../layers/index.js';
import { sameShape } from '../../tensor/index.js';
import type { Shape, Tensor, Variable } from '../../tensor/index.js';
import type { DType } from '../../tensor/dtype.js';
import { isRunRecorded, recordRun } from '../../tensor/recorded-run.js';
import type { RecordedRun } from '../../tensor/recorded-run.js';

/** Shapes of input that a model keeps count of. The one that was asked for least recently gives way. */
const MAX_SHAPES = 4;

/** Calls before one is recorded: after so many, all matrices have their panels. */
const CALLS = GEMV_BEFORE_PANELS + 1;

/**
 * Most calls before one is recorded. They are twice as many each time that recording was in vain, or that something has
 * changed before the recording paid off.
 */
const MAX_CALLS = 1 << 10;

/** How often a recording has to be used to have paid off. */
const PAID_OFF = 8;

/** What a step works with beside the tensors that it gets. */
export interface StepSetting {
  /** What the step runs. */
  readonly model: AnyLayer;
  /** Whether the step is of the library, as all that gets its results. */
  readonly isOfLibrary: () => boolean;
  /** What the step calls beside layers. Default: nothing. */
  readonly parts?: () => readonly object[];
  /** Bytes that a recording may take. */
  readonly bytes: number;
  /** Steps with the same text take their tensors in the same way. Default: all do. */
  readonly layout?: string;
  /** The variables whose gradients the step computes. Default: none. */
  readonly trained?: readonly Variable[];
}

/** What is known of steps for inputs of certain shapes and dtypes. */
interface Entry {
  readonly layout: string;
  readonly trained: readonly Variable[];
  readonly shapes: readonly Shape[];
  readonly dtypes: readonly DType[];
  /** Calls since the last recording. */
  calls: number;
  /** Calls before the next recording. */
  wait: number;
  /** What was recorded. */
  run: RecordedRun | undefined;
  /** What the recording depends on beside tensors. */
  settings: readonly Setting[];
  /** How often the recording was used. */
  uses: number;
}

/** A property of a layer or a loss, and what it was when a step was recorded. */
interface Setting {
  readonly of: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly value: unknown;
}

const NONE: readonly Variable[] = [];

/** The recorded steps of a model. */
export class RepeatedSteps {
  /** The one that was not repeated last comes last. */
  #entries: Entry[] = [];

  /** The results for these inputs, if that can be repeated. */
  repeat(x: readonly Tensor[]): Nest<Tensor> | undefined {
    return this.#run(x, '', NONE, (run) => run.repeat(x));
  }

  /**
   * What `use` makes of the results for these inputs, if that can be repeated. They are gone when it returns.
   *
   * @param use gives something
   */
  lend<T extends object>(
    x: readonly Tensor[],
    { layout = '', trained = NONE }: StepSetting,
    use: (results: Nest<Tensor>) => T,
  ): T | undefined {
    return this.#run(x, layout, trained, (run) => run.lend(x, use));
  }

  #run<T>(
    x: readonly Tensor[],
    layout: string,
    trained: readonly Variable[],
    repeat: (run: RecordedRun) => T | undefined,
  ): T | undefined {
    const entry = this.#find(x, layout, trained);
    if (entry?.run === undefined || isWatched()) return undefined;
    let result: T | undefined;
    try {
      if (isValid(entry)) result = repeat(entry.run);
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

  /** The results as `step` makes them, which is recorded if it is time. */
  step(
    x: readonly Tensor[],
    {
      model,
      isOfLibrary: isStepOfLibrary,
      parts: partsOfStep = () => [],
      bytes,
      layout = '',
      trained = NONE,
    }: StepSetting,
    step: (x: readonly Tensor[]) => Nest<Tensor>,
  ): Nest<Tensor> {
    if (isWatched() || x.some(({ mask }) => mask !== undefined)) return step(x);
    const entry = this.#find(x, layout, trained) ?? {
      layout,
      trained,
      shapes: x.map(({ shape }) => [...shape]),
      dtypes: x.map(({ dtype }) => dtype),
      calls: 0,
      wait: CALLS,
      run: undefined,
      settings: [],
      uses: 0,
    };
    const others = this.#entries.filter((other) => other !== entry);
    // Such as those of other weights, before a layer's `trainable` was set.
    for (const other of others) if (other.run !== undefined && !isValid(other)) forget(other);
    if (others.length === MAX_SHAPES) forget(others.shift());
    this.#entries = [...others, entry];
    if (entry.calls++ < entry.wait) return step(x);
    const parts = partsOfStep();
    if (!isStepOfLibrary() || !parts.every(isOfLibrary) || !isPure(model)) {
      entry.wait = Infinity;
      return step(x);
    }
    const layers = layersWithin(model);
    const changed = trained.length > 0 ? model.weights : [];
    const { result, run } = recordRun(x, step, { bytes, trained, changed });
    if (run === undefined) entry.wait = entry.wait < MAX_CALLS ? 2 * entry.wait : Infinity;
    entry.run = run;
    entry.uses = 0;
    entry.settings = [
      ...layers.flatMap((layer) => settingsOf(layer, LAYER_SETTINGS)),
      ...(trained.length > 0 ? layers.flatMap((layer) => settingsOf(layer, ['trainable'])) : []),
      ...(trained.length > 0 ? layers.flatMap(regularizerSettings) : []),
      ...trained.map(regularizerOf),
      ...parts.flatMap((part) => settingsOf(part, [])),
    ];
    return result;
  }

  #find(x: readonly Tensor[], layout: string, trained: readonly Variable[]): Entry | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry?.layout === layout && isSame(entry.trained, trained) && isFor(entry, x))
        return entry;
    }
    return undefined;
  }

  /** How many shapes there are whose steps are repeated. */
  get count(): number {
    return this.#entries.filter(isValid).length;
  }

  /** Gives the memory of all recordings back. */
  dispose(): void {
    this.#entries.forEach(forget);
    this.#entries = [];
  }
}

/** Whether somebody has to see the operations: a gradient, a cache of steps, or another recording. */
function isWatched(): boolean {
  return isRecording() || currentCache() !== undefined || isRunRecorded();
}

/** Whether inputs are alive, of the shapes and dtypes that are meant, and without masks. */
function isFor({ shapes, dtypes }: Entry, x: readonly Tensor[]): boolean {
  if (x.length !== shapes.length) return false;
  for (let i = 0; i < x.length; i++) {
    const { dtype, mask, isDisposed, shape } = x[i] as Tensor;
    if (dtype !== dtypes[i] || mask !== undefined || isDisposed) return false;
    if (!sameShape(shape, shapes[i] ?? [])) return false;
  }
  return true;
}

function isSame(a: readonly Variable[], b: readonly Variable[]): boolean {
  return a === b || (a.length === b.length && a.every((variable, i) => variable === b[i]));
}

/** Whether something was recorded, weights and layers are what they were, and memory was not given up. */
function isValid({ run, settings }: Entry): boolean {
  for (const { of, name, value } of settings) if (of[name] !== value) return false;
  return run?.isValid() === true;
}

/** What a layer computes with; by its revision, which layers it has. */
const LAYER_SETTINGS = ['call', 'structureRevision'];

/** Options that no step looks at, as weights were made by them. */
const UNUSED =
  /^(name|trainable|dtype|inputShape|batchInputShape|batchSize|units|filters|seed)$|Initializer$|[^y]Regularizer$|Constraint$/;

/** The properties `names`, and the options of a class of the library. */
function settingsOf(object: object, names: readonly string[]): Setting[] {
  const of = object as Readonly<Record<string, unknown>>;
  const { declared } = object.constructor as { readonly declared?: object };
  const options = Object.keys(declared ?? {}).filter((name) => !UNUSED.test(name));
  const all = [...options, ...names].map((name) => ({ of, name, value: of[name] }));
  // What is made anew each time that it is read tells nothing.
  return all.filter(
    ({ name, value }) =>
      of[name] === value && (name !== 'structureRevision' || value !== undefined),
  );
}

/** The options of a layer's regularizers. */
function regularizerSettings(layer: AnyLayer): Setting[] {
  const of = layer as unknown as Setting['of'];
  const { declared } = layer.constructor as { readonly declared?: object };
  const names = Object.keys(declared ?? {}).filter((name) => name.endsWith('Regularizer'));
  return names.flatMap((name) => {
    const regularizer = of[name];
    return typeof regularizer === 'object' && regularizer !== null
      ? settingsOf(regularizer, [])
      : [];
  });
}

/** The regularizer of a weight. */
function regularizerOf(variable: Variable): Setting {
  const of = variable as unknown as Setting['of'];
  return { of, name: 'regularizer', value: variable.regularizer };
}

/** Whether most repetitions would have been faster in another way. */
function isOutOfDate({ run, uses }: Entry): boolean {
  return run !== undefined && uses >= PAID_OFF && 2 * run.detours > uses;
}

function forget(entry: Entry | undefined): void {
  if (entry === undefined) return;
  entry.run?.dispose();
  entry.run = undefined;
  entry.calls = 0;
}
