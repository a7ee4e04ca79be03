import type { FileArray } from '../formats/elements.js';

/** All that decides how a `fit` goes on, copied. */
export interface TrainingSnapshot {
  /** Weights and optimizer state by name. */
  readonly arrays: readonly (readonly [name: string, array: FileArray])[];
  /** Epoch and batch, random generators, metrics: what JSON can hold. */
  readonly state: unknown;
}

/** The `fit` that runs, as callbacks may save and restore it. */
export interface TrainingProgress {
  /** Where training is now; training waits for the snapshot. */
  capture(): Promise<TrainingSnapshot>;
  /**
   * Goes on there; called in `onTrainBegin`, and waited for.
   *
   * @param label what messages call the place that it comes from
   * @throws ValueError, ShapeError or FormatError if it is not one of this model and `fit`.
   */
  restore(snapshot: TrainingSnapshot, label: string): Promise<void>;
}
