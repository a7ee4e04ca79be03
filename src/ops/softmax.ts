import { record } from '../autodiff/index.js';
import { ShapeError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, normalizeAxis, scoped, sizeOf } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { mul, sub } from './arithmetic.js';
import { rememberLogits } from './logits.js';
import { toFloat } from './operands.js';
import { sum } from './sum.js';
import { moveAxis } from './transpose.js';
import { exp } from './unary.js';

/** Length of the last axis and number of rows along it. */
export function rowsOf(x: Tensor): { readonly rows: number; readonly columns: number } {
  return { columns: x.shape[x.ndim - 1] ?? 1, rows: sizeOf(x.shape.slice(0, -1)) };
}

/** Applies a function of rows along another axis than the last by moving that axis there and back. */
function alongAxis(op: string, x: TensorLike, axis: number, f: (x: Tensor) => Tensor): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    if (input.ndim === 0) {
      throw new ShapeError(`${op}: needs a tensor of at least 1 dimension, got a scalar.`);
    }
    const along = normalizeAxis(op, axis, input.ndim);
    if (along === input.ndim - 1) return f(input);
    return moveAxis(f(moveAxis(input, along, -1)), -1, along);
  });
}

/** exp(x) / Σ exp(x) along `axis`, computed stably. */
export function softmax(x: TensorLike, axis = -1): Tensor {
  return alongAxis('softmax', x, axis, (input) => {
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

/** ln(softmax(x)) along `axis`, computed without taking the logarithm of a rounded probability. */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  return alongAxis('logSoftmax', x, axis, (input) => {
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
 */
export function sparsemax(x: TensorLike, axis = -1): Tensor {
  return alongAxis('sparsemax', x, axis, (input) => {
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
