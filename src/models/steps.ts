import type { Batch, BatchMaker } from '../data/batches/index.js';
import type { Layer } from '../layers/layer.js';
import { differentiate } from '../ops/grad.js';
import { tidy } from '../tensor/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import type { Compiled } from './compiled.js';

/**
 * One step of training: the gradient of the loss of a batch, one step of the optimizer, the metrics.
 * Everything made on the way is freed at its end.
 *
 * @param variables what is trained
 */
export function trainStep(
  model: Layer,
  compiled: Compiled,
  variables: readonly Variable[],
  makeBatch: BatchMaker,
): void {
  tidy(() => {
    const { x, y, sampleWeight } = makeBatch();
    let yPred: Tensor | undefined;
    const { value, gradients } = differentiate(
      'fit',
      () => {
        yPred = model.apply(x, { training: true });
        return compiled.total('fit', y, yPred, sampleWeight, model.losses());
      },
      variables.map((variable) => variable.value),
    );
    // Weights that the loss does not depend on are left alone.
    const given = gradients.map((gradient) => gradient ?? null);
    if (given.some((gradient) => gradient !== null)) compiled.optimizer.apply(given, variables);
    if (yPred !== undefined) {
      compiled.update(value.item(), x.shape[0] ?? 1, y, yPred, sampleWeight);
    }
  });
}

/** The loss and the metrics of a batch, without training. */
export function testStep(model: Layer, compiled: Compiled, makeBatch: BatchMaker): void {
  tidy(() => {
    const { x, y, sampleWeight }: Batch = makeBatch();
    const yPred = model.apply(x, { training: false });
    const loss = compiled.total('evaluate', y, yPred, sampleWeight, model.losses());
    compiled.update(loss.item(), x.shape[0] ?? 1, y, yPred, sampleWeight);
  });
}

/** What the model makes of a batch. The result belongs to the caller. */
export function predictStep(model: Layer, makeBatch: BatchMaker): Tensor {
  return tidy(() => model.apply(makeBatch().x, { training: false }).clone());
}
