// What records a step: a chunk of its own, which the first step of a program asks for.
import type { Nest } from '../../config/index.js';
import { isOfLibrary, isOfWrittenClass, isPenaltyOfLibrary, isPure } from '../../layers/purity.js';
import { penaltyOf } from '../../layers/weight-holder.js';
import { layersWithin } from '../../layers/within.js';
import { recordRun } from '../../tensor/recorded-run.js';
import type { Inputs, RecordedRun } from '../../tensor/recorded-run.js';
import type { Tensor } from '../../tensor/index.js';
import { Guard } from './guard.js';
import type { StepSetting } from './repeated-steps.js';

/** A step that was recorded. */
export interface Captured {
  readonly result: Nest<Tensor>;
  /** How it is repeated; undefined if it cannot be. */
  readonly run?: RecordedRun;
  /** What the recording depends on beside tensors. */
  readonly guard?: Guard;
}

/** Runs a step and records it; undefined, without running it, if code of the user takes part. */
export function captureStep<X extends Inputs>(
  x: X,
  { model, isOfLibrary: isStepOfLibrary, trainer, bytes, trained = [] }: StepSetting,
  step: (x: X) => Nest<Tensor>,
): Captured | undefined {
  const around = trainer?.() ?? { losses: [], measures: [], metrics: [] };
  const { losses, measures, optimizer } = around;
  const weights = trainer === undefined ? [] : model.weights;
  // Another optimizer may keep the gradients that are lent to it.
  const isPlain =
    isStepOfLibrary() &&
    [...losses, ...measures].every(isOfLibrary) &&
    (optimizer === undefined || isOfWrittenClass(optimizer)) &&
    isPure(model) &&
    weights.every(isPenaltyOfLibrary);
  if (!isPlain) return undefined;
  const layers = layersWithin(model);
  const changed = trained.length > 0 ? weights : [];
  const { result, run } = recordRun(x, step, { bytes, trained, changed });
  if (run === undefined) return { result };
  const penalties = weights.flatMap(({ regularizer }) => penaltyOf(regularizer) ?? []);
  const trainable = trainer === undefined ? [] : [...layers, ...weights];
  return { result, run, guard: new Guard({ ...around, model, layers, penalties, trainable }) };
}
