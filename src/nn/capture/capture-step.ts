import { layersWithin } from '../layers/core/inner-layers.js';
import { penaltyOf } from '../layers/core/weight-holder.js';
import type { Nest } from '../../config/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { Guard } from './guard.js';
import type { Trainer } from './guard.js';
import { isOfLibrary, isOfWrittenClass, isPenaltyOfLibrary, isPure } from './purity.js';
import { captureRun } from './captured-run.js';
import type { CapturedRun, Inputs } from './captured-run.js';

/** What a step works with beside the tensors that it gets. */
export interface StepSetting {
  /** What the step runs. */
  readonly model: AnyLayer;
  /** Of a step that computes a loss: what takes part beside layers and the penalties of weights. */
  readonly trainer?: () => Trainer;
  /** Bytes that a capture may take. */
  readonly bytes: number;
  /** The variables whose gradients the step computes. Default: none. */
  readonly trained?: readonly Variable[];
}

/** A step that was captured. */
export interface Captured {
  readonly result: Nest<Tensor>;
  /** What replays the step; undefined if that is not possible. */
  readonly run?: CapturedRun;
  /** What the capture depends on beside tensors. */
  readonly guard?: Guard;
}

/** Runs a step and captures it; undefined, without running it, if code of the user takes part. */
export function captureStep<X extends Inputs>(
  x: X,
  { model, trainer, bytes, trained = [] }: StepSetting,
  step: (x: X) => Nest<Tensor>,
): Captured | undefined {
  const around = trainer?.() ?? { losses: [], measures: [], metrics: [], optimizers: [] };
  const { losses, measures, optimizers } = around;
  const weights = trainer === undefined ? [] : model.weights;
  // Another optimizer may keep the gradients that it borrows.
  const isPlain =
    [...losses, ...measures].every(isOfLibrary) &&
    optimizers.every(isOfWrittenClass) &&
    isPure(model) &&
    weights.every(isPenaltyOfLibrary);
  if (!isPlain) return undefined;
  const layers = layersWithin(model);
  const changed = trained.length > 0 ? weights : [];
  const { result, run } = captureRun(x, step, { bytes, trained, changed });
  if (run === undefined) return { result };
  const penalties = weights.flatMap(({ regularizer }) => penaltyOf(regularizer) ?? []);
  const trainable = trainer === undefined ? [] : [...layers, ...weights];
  return { result, run, guard: new Guard({ ...around, model, layers, penalties, trainable }) };
}
