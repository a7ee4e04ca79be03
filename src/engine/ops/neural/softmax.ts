import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { alongAxes, rowsOf } from '../reductions/along-axis.js';
import { mul, sub } from '../elementwise/arithmetic.js';
import { rememberLogits } from './logits.js';
import { toFloat } from '../elementwise/operands.js';
import { sum } from '../reductions/sum.js';
import { exp } from '../elementwise/unary.js';

/** A function of rows of float32 along any axis, or of several together. */
function ofRows(
  op: string,
  x: TensorLike,
  axis: number | readonly number[],
  f: (x: Tensor) => Tensor,
): Tensor {
  return scoped(() => alongAxes(op, toFloat(x), axis, f));
}

/**
 * exp(x) / Σ exp(x) along `axis`, or along several axes together, computed stably.
 *
 * @keras nn.Softmax axis=-1
 * @activation
 * @method
 * @stepwise
 * @example activations.softmax([0, 0, 0, 0]) // [0.25, 0.25, 0.25, 0.25]
 */
export function softmax(x: TensorLike, axis: number | readonly number[] = -1): Tensor {
  return ofRows('softmax', x, axis, (input) => {
    const { rows, columns } = rowsOf(input);
    const out = emptyTensor(input.shape, 'float32');
    currentRuntime().run('softmaxRows', out.pointer, input.pointer, rows, columns);
    record('softmax', [input], out, [out], (dy, [y]) => [softmaxGradient(dy, y)]);
    return rememberLogits(out, input, 'softmax');
  });
}

/** dx = y · (dy − Σ dy·y) along the last axis. */
function softmaxGradient(dy: Tensor, y: Tensor): Tensor {
  const { rows, columns } = rowsOf(y);
  const out = emptyTensor(y.shape, 'float32');
  currentRuntime().run('softmaxRowsGradient', out.pointer, dy.pointer, y.pointer, rows, columns);
  return record('softmax gradient', [dy, y], out, [dy, y], (g, [d, p], [needDy, needY]) => [
    needDy === true ? softmaxGradient(g, p) : undefined,
    needY === true
      ? sub(mul(g, sub(d, sum(mul(d, p), -1, true))), mul(d, sum(mul(g, p), -1, true)))
      : undefined,
  ]);
}

/**
 * ln(softmax(x)) along `axis`, or along several axes together, computed without taking the logarithm of a rounded
 * probability.
 *
 * @keras nn.LogSoftmax axis=-1
 * @activation
 * @stepwise
 * @example activations.logSoftmax([0, 0]) // [-0.6931, -0.6931]
 */
export function logSoftmax(x: TensorLike, axis: number | readonly number[] = -1): Tensor {
  return ofRows('logSoftmax', x, axis, (input) => {
    const { rows, columns } = rowsOf(input);
    const out = emptyTensor(input.shape, 'float32');
    currentRuntime().run('logSoftmaxRows', out.pointer, input.pointer, rows, columns);
    return record('logSoftmax', [input], out, [out], (dy, [y]) => [logSoftmaxGradient(dy, y)]);
  });
}

/** dx = dy − exp(y) · Σ dy along the last axis, with y = logSoftmax(x). */
function logSoftmaxGradient(dy: Tensor, y: Tensor): Tensor {
  const { rows, columns } = rowsOf(y);
  const out = emptyTensor(y.shape, 'float32');
  currentRuntime().run('logSoftmaxRowsGradient', out.pointer, dy.pointer, y.pointer, rows, columns);
  return record('logSoftmax gradient', [dy, y], out, [dy, y], (g, [d, p], [needDy, needY]) => [
    needDy === true ? sub(g, sum(mul(g, exp(p)), -1, true)) : undefined,
    needY === true ? mul(mul(g, exp(p)), mul(sum(d, -1, true), -1)) : undefined,
  ]);
}

/**
 * The point of the probability simplex nearest to x along `axis`: like softmax, but small entries
 * become exactly 0 (Martins, Astudillo, 2016).
 *
 * @keras nn.Sparsemax axis=-1
 * @activation
 * @stepwise
 * @example activations.sparsemax([1, 1, 0]) // [0.5, 0.5, 0]
 */
export function sparsemax(x: TensorLike, axis = -1): Tensor {
  return ofRows('sparsemax', x, axis, (input) => {
    const { rows, columns } = rowsOf(input);
    const out = emptyTensor(input.shape, 'float32');
    const runtime = currentRuntime();
    const scratch = runtime.workspace(runtime.threads * columns * 4);
    runtime.run('sparsemaxRows', out.pointer, input.pointer, rows, columns, scratch);
    return record('sparsemax', [input], out, [out], (dy, [y]) => [sparsemaxGradient(dy, y)]);
  });
}

function sparsemaxGradient(dy: Tensor, y: Tensor): Tensor {
  const { rows, columns } = rowsOf(y);
  const out = emptyTensor(y.shape, 'float32');
  currentRuntime().run('sparsemaxRowsGradient', out.pointer, dy.pointer, y.pointer, rows, columns);
  // Linear in dy; between the kinks it does not depend on y.
  return record('sparsemax gradient', [dy], out, [y], (g, [p]) => [sparsemaxGradient(g, p)]);
}
