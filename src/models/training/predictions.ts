// Predictions that are repeated: the first calls for a shape run the layers, one of them is recorded, and those that follow
// run its kernels alone.
import { GEMV_BEFORE_PANELS } from '../../../assembly/tuning.js';
import { isRecording } from '../../autodiff/index.js';
import type { Nest } from '../../config/index.js';
import { currentCache } from '../../layers/caching.js';
import { isPure } from '../../layers/purity.js';
import { layersWithin } from '../../layers/within.js';
import type { AnyLayer } from '../../layers/index.js';
import { sameShape } from '../../tensor/index.js';
import type { Shape, Tensor } from '../../tensor/index.js';
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

/** What is known of predictions for inputs of certain shapes and dtypes. */
interface Entry {
  readonly shapes: readonly Shape[];
  readonly dtypes: readonly DType[];
  /** Calls since the last recording. */
  calls: number;
  /** Calls before the next recording. */
  wait: number;
  /** What was recorded. */
  run: RecordedRun | undefined;
  /** The layers that can get or lose layers, and how often that had happened. */
  changing: readonly (readonly [layer: AnyLayer, revision: number])[];
  /** How often the recording was used. */
  uses: number;
}

/** The recorded predictions of a model. */
export class Predictions {
  /** The one that was not repeated last comes last. */
  #entries: Entry[] = [];

  /** The outputs for these inputs, if that can be repeated. */
  repeat(x: readonly Tensor[]): Nest<Tensor> | undefined {
    const entry = this.#find(x);
    if (entry?.run === undefined || isWatched()) return undefined;
    let y: Nest<Tensor> | undefined;
    try {
      if (isValid(entry)) y = entry.run.repeat(x);
      entry.uses++;
      return y;
    } finally {
      // Also after an error: a worker that was lost may still write into the memory of the run.
      if (y === undefined) {
        entry.wait = entry.uses < PAID_OFF ? Math.min(2 * entry.wait, MAX_CALLS) : CALLS;
        forget(entry);
      }
    }
  }

  /**
   * The outputs as `step` makes them, which is recorded if it is time.
   *
   * @param model what the step runs; undefined if it does more than that
   */
  step(
    x: readonly Tensor[],
    model: AnyLayer | undefined,
    step: (x: readonly Tensor[]) => Nest<Tensor>,
  ): Nest<Tensor> {
    if (isWatched() || x.some(({ mask }) => mask !== undefined)) return step(x);
    const entry = this.#find(x) ?? {
      shapes: x.map(({ shape }) => [...shape]),
      dtypes: x.map(({ dtype }) => dtype),
      calls: 0,
      wait: CALLS,
      run: undefined,
      changing: [],
      uses: 0,
    };
    const others = this.#entries.filter((other) => other !== entry);
    if (others.length === MAX_SHAPES) forget(others.shift());
    this.#entries = [...others, entry];
    if (entry.calls++ < entry.wait) return step(x);
    if (model === undefined || !isPure(model)) {
      entry.wait = Infinity;
      return step(x);
    }
    const { result, run } = recordRun(x, step);
    if (run === undefined) entry.wait = entry.wait < MAX_CALLS ? 2 * entry.wait : Infinity;
    entry.run = run;
    entry.uses = 0;
    entry.changing = layersWithin(model).flatMap((layer) =>
      layer.structureRevision === undefined ? [] : [[layer, layer.structureRevision] as const],
    );
    return result;
  }

  #find(x: readonly Tensor[]): Entry | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry !== undefined && isFor(entry, x)) return entry;
    }
    return undefined;
  }

  /** How many shapes there are whose predictions are repeated. */
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

/** Whether something was recorded, weights and layers are what they were, and memory was not given up. */
function isValid({ run, changing }: Entry): boolean {
  const isSame = changing.every(([layer, revision]) => layer.structureRevision === revision);
  return isSame && run?.isValid() === true;
}

function forget(entry: Entry | undefined): void {
  if (entry === undefined) return;
  entry.run?.dispose();
  entry.run = undefined;
  entry.calls = 0;
}
