// Rows brought to mean 0 and variance 1. The kernels are in assembly/normalization.
import { isRecording, record, Tape } from '../autodiff/index.js';
import { currentRuntime } from '../runtime/index.js';
import type { Runtime } from '../runtime/index.js';
import { emptyTensor, sizeOf } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { normalization } from '../wasm/generated/normalization.js';
import { add, mul, sub } from './arithmetic.js';
import { mean } from './reduce.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { rsqrt, square } from './unary.js';

/** Whether `axes`, counted from the front and in order, are the last ones of a tensor with `rank` axes. */
export function isTrailing(axes: readonly number[], rank: number): boolean {
  return axes.every((axis, i) => axis === rank - axes.length + i);
}

/** The arguments of `normalizeRows`: all tensors float32. */
export interface RowNormalization {
  readonly x: Tensor;
  /** Factors of the elements of a row, of the shape of the last axes of x; null for none. */
  readonly gamma: Tensor | null;
  /** What is added to them. */
  readonly beta: Tensor | null;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether the mean of the row is taken off. Without it the variance is the mean of squares. */
  readonly isCentred: boolean;
  /** How many of the last axes are a row. */
  readonly axes: number;
}

/** gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over the last axes. Of x's shape. */
export function normalizeRows(call: RowNormalization): Tensor {
  const { x, gamma, beta, isCentred } = call;
  const isKept = isRecording();
  const [rows, length] = sizesOf(call);
  const out = emptyTensor(x.shape, 'float32');
  const stats = emptyTensor(isKept ? [rows, 2] : [0], 'float32');
  normalizationRuntime().run(
    'normalizeRows',
    out.pointer,
    isKept ? stats.pointer : 0,
    x.pointer,
    gamma?.pointer ?? 0,
    beta?.pointer ?? 0,
    rows,
    length,
    call.epsilon,
    isCentred ? 1 : 0,
  );
  if (!isKept) {
    stats.dispose();
    return out;
  }
  const inputs = [x, gamma, beta].filter((input) => input !== null);
  return record('normalizeRows', inputs, out, [...inputs, stats], (dy, saved, wanted) => {
    const [p, ...rest] = saved;
    const g = gamma === null ? null : (rest.shift() ?? null);
    const b = beta === null ? null : (rest.shift() ?? null);
    const [s] = rest;
    const then = { ...call, x: p ?? x, gamma: g, beta: b };
    if (isRecording() || s === undefined) return composedGradients(then, dy);
    return gradientsOf(then, dy, s, wanted);
  });
}

function gradientsOf(
  call: RowNormalization,
  dy: Tensor,
  stats: Tensor,
  wanted: readonly (boolean | undefined)[],
): readonly (Tensor | undefined)[] {
  const { x, gamma, beta, isCentred } = call;
  const [rows, length] = sizesOf(call);
  const [needX] = wanted;
  const needGamma = gamma !== null && wanted[1] === true;
  const needBeta = beta !== null && wanted.at(-1) === true;
  const dx = emptyTensor(x.shape, 'float32');
  const products = emptyTensor(needGamma ? [rows, length] : [0], 'float32');
  if (needX === true || needGamma) {
    normalizationRuntime().run(
      'normalizeRowsGradient',
      dx.pointer,
      needGamma ? products.pointer : 0,
      dy.pointer,
      stats.pointer,
      x.pointer,
      gamma?.pointer ?? 0,
      rows,
      length,
      isCentred ? 1 : 0,
    );
  }
  const gradients: (Tensor | undefined)[] = [dx];
  if (gamma !== null) {
    gradients.push(needGamma ? reshape(sum(products, 0), gamma.shape) : undefined);
  }
  if (beta !== null) {
    gradients.push(needBeta ? reshape(sum(reshape(dy, [rows, length]), 0), beta.shape) : undefined);
  }
  products.dispose();
  return gradients;
}

/** The same from single operations. */
function composed({ x, gamma, beta, epsilon, isCentred, axes }: RowNormalization): Tensor {
  const over = Array.from({ length: axes }, (_, i) => x.ndim - axes + i);
  const centred = isCentred ? sub(x, mean(x, over, true)) : x;
  const variance = mean(square(centred), over, true);
  const normalized = mul(centred, rsqrt(add(variance, epsilon)));
  const scaled = gamma === null ? normalized : mul(normalized, gamma);
  return beta === null ? scaled : add(scaled, beta);
}

/** Gradients that can be differentiated again. */
function composedGradients(call: RowNormalization, dy: Tensor): readonly (Tensor | undefined)[] {
  const ids = [call.x, call.gamma, call.beta].flatMap((input) =>
    input === null ? [] : [input.id],
  );
  const tape = new Tape(ids);
  try {
    const out = tape.recording(() => composed(call));
    return tape.gradients(out, dy, ids, add);
  } finally {
    tape.dispose();
  }
}

function sizesOf({ x, axes }: RowNormalization): readonly [rows: number, length: number] {
  const rows = sizeOf(x.shape.slice(0, x.ndim - axes));
  return [rows, sizeOf(x.shape.slice(x.ndim - axes))];
}

function normalizationRuntime(): Runtime {
  return currentRuntime().with(normalization);
}
