import { flattenNest } from '../../config/index.js';
import { add, div } from '../../ops/index.js';
import type { Regularizer } from '../../regularizers/index.js';
import { zeros } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { isTensor } from './layer-checks.js';

/** Keras: the penalty of what a layer gives, divided by the batch size. */
export function activityLoss(regularizer: Regularizer, outputs: unknown): Tensor {
  let loss: Tensor | undefined;
  for (const y of flattenNest(outputs, isTensor)) {
    const penalty = regularizer.call(y);
    const batchSize = y.shape[0] ?? 1;
    const share = y.ndim === 0 || batchSize === 0 ? penalty : div(penalty, batchSize);
    loss = loss === undefined ? share : add(loss, share);
  }
  return loss ?? zeros([]);
}
