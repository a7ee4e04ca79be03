import { ValueError } from '../../../errors.js';
import { classNameOf } from '../../../config/index.js';
import { optimizersOf } from '../model-optimizers.js';
import type { CompilableModel } from '../compilable-model.js';

/** How often the values of the weights that are trained have changed. */
export function changesOf(model: CompilableModel): number {
  return model.trainableWeights.reduce((sum, { value }) => sum + value.storage.version, 0);
}

/** Refuses an epoch of steps of a model's own that have trained nothing. */
export function requireChange(model: CompilableModel, before: number): void {
  const { trainableWeights: weights } = model;
  // Gradients that are gathered over several steps may be waiting.
  const gathers = optimizersOf(model).some(
    ({ optimizer }) => optimizer.gradientAccumulationSteps !== null,
  );
  if (weights.length === 0 || gathers) return;
  if (changesOf(model) !== before) return;
  throw new ValueError(
    `fit: trainStep of ${classNameOf(model)} '${model.name}' has changed none of its ${weights.length} trainable weights in ` +
      `an epoch. Compute gradients with valueAndGrad(f, this.trainableWeights), and give them to optimizer.apply(gradients, ` +
      `this.trainableWeights).`,
  );
}
