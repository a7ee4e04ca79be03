// Predictions that are repeated: the first calls for a shape run the layers, one of them is recorded, and those that follow
// run its kernels alone.
import { GEMV_BEFORE_PANELS } from '../../../assembly/tuning.js';
import { isRecording } from '../../autodiff/index.js';
import type { Nest } from '../../config/index.js';
import { currentCache } from '../../layers/caching.js';
import { isPure, layersWithin } from '../../layers/purity.js';
import type { AnyLayer } from '../../layers/index.js';
import type { Shape, Tensor } from '../../tensor/index.js';
import type { DType } from '../../tensor/dtype.js';
import { areAlike, isRunRecorded, recordRun } from '../../tensor/recorded-run.js';
import type { RecordedRun } from '../../tensor/recorded-run.js';

/** Shapes of input that a model keeps count of. The one that was asked for least recently gives way. */
const MAX_SHAPES = 4;

/** Calls before one is recorded: after so many, all matrices have their panels. */
const CALLS = GEMV_BEFORE_PANELS + 1;

/** Most calls before one is recorded: twice as many each time that weights have changed before a recording paid off. */
const MAX_CALLS = 1 << 10;

/** How often a recording has to be used to have paid off; a use in vain costs as much as so many gain. */
const PAID_OFF = 8;

/** How often recording is tried in vain. */
const ATTEMPTS = 3;

/** A recorded prediction. */
interface Replay {
  readonly run: RecordedRun;
  /** The layers that can get or lose layers, and how often that had happened. */
  readonly changing: readonly AnyLayer[];
  readonly revisions: readonly unknown[];
  /** How often it was used, less what it has cost in vain. */
  uses: number;
}

/** What is known of predictions for inputs of certain shapes and dtypes. */
interface Entry {
  readonly shapes: readonly Shape[];
  readonly dtypes: readonly DType[];
  /** Calls since the last recording. */
  calls: number;
  /** Calls before the next recording. */
  wait: number;
  /** Recordings that were tried in vain, one after the other. */
  failures: number;
  replay: Replay | undefined;
}

/** The recorded predictions of a model. */
export class Predictions {
  /** The one that was not repeated last comes last. */
  readonly #entries: Entry[] = [];

  /** The outputs for these inputs, if that can be repeated. */
  repeat(x: readonly Tensor[]): Nest<Tensor> | undefined {
    const entry = this.#find(x);
    if (entry?.replay === undefined || isWatched()) return undefined;
    const { replay } = entry;
    let isKept = false;
    try {
      if (isValid(replay)) {
        const y = replay.run.repeat(x);
        replay.uses += y === undefined ? -PAID_OFF : 1;
        isKept = replay.uses > -PAID_OFF * PAID_OFF;
        if (!isKept) entry.failures = ATTEMPTS;
        return y;
      }
      entry.wait = replay.uses < PAID_OFF ? Math.min(2 * entry.wait, MAX_CALLS) : CALLS;
      return undefined;
    } finally {
      // Also after an error: a worker that was lost may still write into the memory of the run.
      if (!isKept) forget(entry);
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
    const entry = this.#enter(x);
    // What is recorded but cannot be repeated for these numbers stays.
    if (entry.replay !== undefined || entry.failures >= ATTEMPTS) return step(x);
    if (entry.calls++ < entry.wait) return step(x);
    entry.failures++;
    if (model === undefined || !isPure(model)) {
      entry.failures = ATTEMPTS;
      return step(x);
    }
    const { result, run } = recordRun(x, step);
    if (run !== undefined) {
      const changing = layersWithin(model).filter((layer) => revisionOf(layer) !== undefined);
      entry.failures = 0;
      entry.replay = { run, changing, revisions: changing.map(revisionOf), uses: 0 };
    }
    return result;
  }

  #find(x: readonly Tensor[]): Entry | undefined {
    const entries = this.#entries;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry !== undefined && areAlike(x, entry.shapes, entry.dtypes)) return entry;
    }
    return undefined;
  }

  #enter(x: readonly Tensor[]): Entry {
    const entry = this.#find(x) ?? {
      shapes: x.map(({ shape }) => [...shape]),
      dtypes: x.map(({ dtype }) => dtype),
      calls: 0,
      wait: CALLS,
      failures: 0,
      replay: undefined,
    };
    const at = this.#entries.indexOf(entry);
    if (at >= 0) this.#entries.splice(at, 1);
    else if (this.#entries.length === MAX_SHAPES) forget(this.#entries.shift());
    this.#entries.push(entry);
    return entry;
  }

  /** How many shapes there are whose predictions are repeated. */
  get count(): number {
    return this.#entries.filter(({ replay }) => replay !== undefined && isValid(replay)).length;
  }

  /** Gives the memory of all recordings back. */
  dispose(): void {
    for (const entry of this.#entries.splice(0)) forget(entry);
  }
}

/** Whether somebody has to see the operations: a gradient, a cache of steps, or another recording. */
function isWatched(): boolean {
  return isRecording() || currentCache() !== undefined || isRunRecorded();
}

const revisionOf = (layer: AnyLayer): number | undefined => layer.structureRevision;

/** Whether weights and layers are what they were, and memory was not given up. */
function isValid({ run, changing, revisions }: Replay): boolean {
  for (let i = 0; i < changing.length; i++) {
    if (changing[i]?.structureRevision !== revisions[i]) return false;
  }
  return run.isValid;
}

function forget(entry: Entry | undefined): void {
  if (entry === undefined) return;
  entry.replay?.run.dispose();
  entry.replay = undefined;
  entry.calls = 0;
}
