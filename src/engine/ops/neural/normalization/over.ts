// Normalization over some axes. Where these are the last ones, a row of them is the work of a kernel (assembly/normalization).
import { isRecording, record } from '../../../autodiff/index.js';
import { currentRuntime } from '../../../runtime/index.js';
import type { WorkingRuntime } from '../../../runtime/index.js';
import { emptyTensor, sameShape, sizeOf } from '../../../tensor/index.js';
import type { Tensor } from '../../../tensor/index.js';
import { normalization } from '../../../wasm/generated/normalization.js';
import { add, mul, sub } from '../../elementwise/arithmetic.js';
import { gradientsThrough } from '../../control/gradients-through.js';
import { mean } from '../../reductions/reduce.js';
import { reshape } from '../../shapes/reshape.js';
import { sum } from '../../reductions/sum.js';
import { rsqrt, square } from '../../elementwise/unary.js';

/** The arguments of `normalizeOver`: all tensors float32. */
export interface Normalization {
  readonly x: Tensor;
  /** Factors, `alongAxes` of x or with as many axes as x; null for none. */
  readonly gamma: Tensor | null;
  /** What is added, in the same form. */
  readonly beta: Tensor | null;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether the mean is taken off. Without it the variance is the mean of squares. */
  readonly isCentred: boolean;
  /** The axes that mean and variance are over, counted from the front and in order. */
  readonly axes: readonly number[];
}

/**
 * A weight that has the lengths of some axes of a tensor, with length 1 on the axes between and behind them.
 *
 * @param axes the axes that the weight has, counted from the front, in order
 * @param rank number of axes of the tensor
 */
export function alongAxes(weight: Tensor, axes: readonly number[], rank: number): Tensor {
  const [first = rank] = axes;
  const shape = new Array<number>(rank - first).fill(1);
  axes.forEach((axis, i) => {
    shape[axis - first] = weight.shape[i] ?? 1;
  });
  return sameShape(shape, weight.shape) ? weight : reshape(weight, shape);
}

/** gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axes`. Of x's shape. */
export function normalizeOver(call: Normalization): Tensor {
  const { x, axes } = call;
  const isTrailing = axes.every((axis, i) => axis === x.ndim - axes.length + i);
  return isTrailing ? byRows(call) : composed(call);
}

function byRows(call: Normalization): Tensor {
  const { x, gamma, beta, epsilon, isCentred } = call;
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
    epsilon,
    isCentred ? 1 : 0,
  );
  if (!isKept) {
    stats.dispose();
    return out;
  }
  // In the place of what is not there x is saved, and no gradient of it is given.
  const saved = [x, gamma ?? x, beta ?? x, stats] as const;
  const inputs = [x, gamma, beta].filter((input) => input !== null);
  return record('normalize', inputs, out, saved, (dy, [p, g, b, s], wanted) => {
    const then = { ...call, x: p, gamma: gamma && g, beta: beta && b };
    if (isRecording()) {
      const all = [p, then.gamma, then.beta].filter((input) => input !== null);
      return gradientsThrough(all, () => composed(then), dy);
    }
    const [dx, products] = rowGradients(then, dy, s, gamma !== null && wanted[1] === true);
    const [, length] = sizesOf(then);
    const ofRows = (rows: Tensor, like: Tensor): Tensor =>
      reshape(sum(reshape(rows, [-1, length]), 0), like.shape);
    return [
      dx,
      ...(gamma === null ? [] : [products && ofRows(products, g)]),
      ...(beta === null ? [] : [wanted.at(-1) === true ? ofRows(dy, b) : undefined]),
    ];
  });
}

/** The gradient at x and, if it is asked for, dy times the normalized rows, whose sums are the gradient of gamma. */
function rowGradients(
  call: Normalization,
  dy: Tensor,
  stats: Tensor,
  needsProducts: boolean,
): readonly [dx: Tensor, products: Tensor | undefined] {
  const { x, gamma, isCentred } = call;
  const [rows, length] = sizesOf(call);
  const dx = emptyTensor(x.shape, 'float32');
  const products = needsProducts ? emptyTensor(x.shape, 'float32') : undefined;
  normalizationRuntime().run(
    'normalizeRowsGradient',
    dx.pointer,
    products?.pointer ?? 0,
    dy.pointer,
    stats.pointer,
    x.pointer,
    gamma?.pointer ?? 0,
    rows,
    length,
    isCentred ? 1 : 0,
  );
  return [dx, products];
}

/** The same from single operations, over any axes. */
export function composed({ x, gamma, beta, epsilon, isCentred, axes }: Normalization): Tensor {
  const centred = isCentred ? sub(x, mean(x, axes, true)) : x;
  const variance = mean(square(centred), axes, true);
  const normalized = mul(centred, rsqrt(add(variance, epsilon)));
  const scaled = gamma === null ? normalized : mul(normalized, gamma);
  return beta === null ? scaled : add(scaled, beta);
}

function sizesOf({ x, axes }: Normalization): readonly [rows: number, length: number] {
  const before = x.ndim - axes.length;
  return [sizeOf(x.shape.slice(0, before)), sizeOf(x.shape.slice(before))];
}

function normalizationRuntime(): WorkingRuntime {
  return currentRuntime().with(normalization);
}
