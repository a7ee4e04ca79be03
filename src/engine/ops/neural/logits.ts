import { oneOf } from '../../../config/index.js';
import { isOfScope, requireTensor } from '../../tensor/index.js';
import type { LogitsFunction, Tensor, TensorLike } from '../../tensor/index.js';

const FUNCTIONS: readonly LogitsFunction[] = ['softmax', 'sigmoid'];

/** Remembers that `probabilities` = by(logits), softmax over the last axis. Returns the probabilities. */
export function rememberLogits(probabilities: Tensor, logits: Tensor, by: LogitsFunction): Tensor {
  probabilities.origin = { logits, by };
  return probabilities;
}

/**
 * What an operation returns where `result` has all that it should: `result`, unless that is the operand
 * `x` itself. Then it is another tensor of the same value, so that disposing one leaves the other.
 */
export function ownResult(result: Tensor, x: TensorLike): Tensor {
  if (result !== x) return result;
  const own = result.alias();
  own.origin = result.origin;
  return own;
}

/**
 * The logits of the probabilities among `results`, if they were made in the scope that is open: the code that ends it
 * returns them as well, and they live as long as the probabilities. Logits that are a result themselves are not among them.
 */
export function takeLogits(results: readonly Tensor[]): Tensor[] {
  return results.flatMap((probabilities) => {
    const { origin } = probabilities;
    if (origin === undefined || !isOfScope(origin.logits)) return [];
    if (results.includes(origin.logits)) return [];
    probabilities.origin = { ...origin, isOwned: true };
    return [origin.logits];
  });
}

/**
 * The logits from which the given function computed `probabilities`, if they still exist. A cross-entropy of logits is
 * exact where a cross-entropy of rounded probabilities is not, so losses use them (as Keras does on TensorFlow).
 *
 * @param by `'softmax'` or `'sigmoid'`
 * @throws ValueError for anything but a tensor, and for an unknown function.
 * @example ops.logitsOf(activations.softmax(logits), 'softmax') // logits
 */
export function logitsOf(probabilities: Tensor, by: LogitsFunction): Tensor | undefined {
  const { origin } = requireTensor('logitsOf', probabilities);
  const name = oneOf('logitsOf', 'by', by, FUNCTIONS);
  return origin?.by === name && !origin.logits.isDisposed ? origin.logits : undefined;
}
