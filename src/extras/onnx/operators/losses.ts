// Losses that files hold.
import * as ops from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';

/** −log-likelihood of the labels, where scores are log-probabilities [batch, classes, …]. */
function likelihoodLoss(call: Call, scores: Tensor): Tensor {
  const labels = call.x(1);
  const weights = call.maybe(2);
  const classes = scores.shape[1] ?? 0;
  const ignored = call.node.attributes.has('ignore_index')
    ? call.attribute('ignore_index')
    : undefined;
  const counts = ignored === undefined ? undefined : ops.notEqual(labels, ignored);
  const inside = counts === undefined ? labels : ops.where(counts, labels, 0);
  const last = ops.moveAxis(scores, 1, -1);
  const picked = ops.squeeze(ops.takeAlongAxis(last, ops.expandDims(inside, -1), -1), -1);
  const shares =
    weights === undefined
      ? ops.onesLike(picked)
      : ops.gather(ops.reshape(weights, [classes]), inside, 0);
  const share = counts === undefined ? shares : ops.mul(shares, ops.cast(counts, 'float32'));
  const loss = ops.neg(ops.mul(picked, share));
  const reduction = call.text('reduction', 'mean');
  if (reduction === 'none') return loss;
  return reduction === 'sum' ? ops.sum(loss) : ops.div(ops.sum(loss), ops.sum(share));
}

function softmaxLoss(call: Call): Given[] {
  const scores = ops.logSoftmax(call.x(), 1);
  return [likelihoodLoss(call, scores), scores];
}

const lacks: Operator['lacks'] = (node) =>
  unknownText(node, { reduction: ['none', 'sum', 'mean'] });

export const losses: Operators = {
  NegativeLogLikelihoodLoss: { run: (call) => likelihoodLoss(call, call.x()), lacks },
  SoftmaxCrossEntropyLoss: { run: softmaxLoss, lacks },
};
