// Normalizations and what becomes of the last axis.
import * as ops from '../../../engine/ops/index.js';
import { normalizeAxis } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { plain } from './elementwise.js';

/** scale · (x − mean) / √(variance + ε) + offset, by statistics of the file or, in training, of the batch. */
function batchNorm(call: Call): Given[] {
  const [x, scale, offset] = [call.x(), call.x(1), call.x(2)];
  const axis = call.text('data_format', 'NHWC').startsWith('NC') ? 1 : x.ndim - 1;
  const epsilon = call.attribute('epsilon', 1e-4);
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const [mean, variance] = call.flag('is_training')
    ? ops.moments(x, others)
    : [call.x(3), call.x(4)];
  if (mean === undefined || variance === undefined) throw call.refuse('it has no statistics');
  const y = ops.batchNormalization(x, mean, variance, axis, { scale, offset, epsilon });
  return [plain(y), plain(mean.alias()), plain(variance.alias())];
}

/** Networks have five or so. */
const MAX_NEIGHBOURS = 4096;

/** Each channel divided by the squares of its neighbours: (bias + α · Σ x²)^β. */
function localResponse(call: Call): Given {
  const x = call.x();
  const radius = call.attribute('depth_radius', 5);
  const channels = x.shape.at(-1) ?? 0;
  if (!(Number.isInteger(radius) && radius >= 0)) throw call.refuse(`its radius is ${radius}`);
  const reach = Math.min(radius, channels);
  if (2 * reach > MAX_NEIGHBOURS)
    throw call.refuse(
      `${2 * reach} neighbours of a channel: at most ${MAX_NEIGHBOURS} are added up`,
    );
  const widths = x.shape.map((_, i): [number, number] =>
    i === x.ndim - 1 ? [reach, reach] : [0, 0],
  );
  const padded = ops.pad(ops.square(x), widths);
  let sum: Tensor | undefined;
  for (let i = 0; i <= 2 * reach; i++) {
    const part = ops.slice(padded, '...', [i, i + channels]);
    sum = sum === undefined ? part : ops.add(sum, part);
  }
  const [alpha, bias] = [call.attribute('alpha', 1), call.attribute('bias', 1)];
  const scale = ops.add(ops.mul(sum ?? padded, alpha), bias);
  return plain(ops.div(x, ops.pow(scale, call.attribute('beta', 0.5))));
}

/** √Σx² over axes. */
function euclideanNorm(call: Call): Given {
  const x = call.x();
  const axes = call.numbers(1).map((axis) => normalizeAxis(call.node.op, axis, x.ndim));
  const keeps = call.flag('keep_dims');
  return plain(ops.sqrt(ops.sum(ops.square(x), axes, keeps)));
}

export const normalizations: Operators = {
  EuclideanNorm: { run: euclideanNorm },
  FusedBatchNorm: { run: batchNorm, trains: [1, 2] },
  FusedBatchNormV2: { run: batchNorm, trains: [1, 2] },
  FusedBatchNormV3: { run: batchNorm, trains: [1, 2] },
  LRN: { run: localResponse },
  LogSoftmax: { run: (call) => plain(ops.logSoftmax(call.x())) },
  Softmax: { run: (call) => plain(ops.softmax(call.x())) },
};
