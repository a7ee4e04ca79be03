import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  hasElements,
  emptyTensor,
  formatShape,
  requireRoom,
  sameShape,
  scoped,
  sizeOf,
  tensor,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { images } from '../../wasm/generated/images.js';
import { describeValue } from '../../../config/describe-value.js';
import { checkNumber, checkOptions, isListOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { stack } from '../shapes/concat.js';
import { gather } from '../indexing/gather.js';
import { toFloat } from '../elementwise/operands.js';
import { imagesOf, likeImages, requireSides, sizesOf } from './images.js';
import type { ImageOptions } from './images.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { mean } from '../reductions/reduce.js';
import { squeeze } from '../shapes/reshape.js';
import { square } from '../elementwise/unary.js';

// Matrices whose rows are zero but for a run of neighbours, and what they make of an axis.

/** Numbers that stand side by side in a row, from the column `first` on. */
export interface Run {
  readonly first: number;
  readonly weights: readonly number[];
}

/** A matrix [rows, columns] of zeros but for a run in each row. */
export interface Band {
  readonly columns: number;
  readonly rows: readonly Run[];
}

/** A row of zeros. */
export const EMPTY: Run = { first: 0, weights: [] };

/** The transpose; between the numbers of a column there may be zeros. */
function transposed({ columns, rows }: Band): Band {
  const firsts = new Array<number>(columns).fill(0);
  const runs = Array.from({ length: columns }, (): number[] => []);
  rows.forEach(({ first, weights }, row) => {
    weights.forEach((weight, i) => {
      const run = runs[first + i] ?? [];
      if (run.length === 0) firsts[first + i] = row;
      while ((firsts[first + i] ?? 0) + run.length < row) run.push(0);
      run.push(weight);
    });
  });
  return {
    columns: rows.length,
    rows: runs.map((weights, i) => ({ first: firsts[i] ?? 0, weights })),
  };
}

/**
 * A matrix [rows, columns] times float32 x along `axis`, whose length is the number of columns: out[…, j, …] = Σₖ
 * band[j, k] · x[…, k, …].
 *
 * @param band a function that creates the matrix if there are numbers to multiply
 * @throws OutOfMemoryError if the result is larger than a block of memory.
 */
export function alongBand(
  op: string,
  x: Tensor,
  axis: number,
  rows: number,
  band: () => Band,
): Tensor {
  const shape = x.shape.with(axis, rows);
  requireRoom(shape, 'float32', op);
  const out = emptyTensor(shape, 'float32');
  // A file may ask for many large images, of which nothing is known but shapes while it is read.
  if (hasElements() && out.size > 0) runBand(out, x, axis, band());
  return record(op, [x], out, [], (dy) => [
    alongBand(op, dy, axis, x.shape[axis] ?? 0, () => transposed(band())),
  ]);
}

function runBand(out: Tensor, x: Tensor, axis: number, { columns, rows }: Band): void {
  const weights = new Float32Array(rows.reduce((sum, run) => sum + run.weights.length, 0));
  let taps = 0;
  const runs = rows.map((run) => {
    weights.set(run.weights, taps);
    taps += run.weights.length;
    return { first: run.first, count: run.weights.length };
  });
  runRuns(out, x, axis, columns, runs, tensor(weights));
}

/**
 * Writes into out what a matrix makes of x along `axis`.
 *
 * @param columns how long the axis of x is
 * @param runs where the numbers of each row begin and how many there are
 * @param weights the numbers of all rows, one row after the other
 * @internal
 */
function runRuns(
  out: Tensor,
  x: Tensor,
  axis: number,
  columns: number,
  runs: readonly { readonly first: number; readonly count: number }[],
  weights: Tensor,
): void {
  const table = new Int32Array(2 * runs.length);
  let taps = 0;
  runs.forEach(({ first, count }, j) => {
    table.set([first, taps], 2 * j);
    taps += count;
  });
  const tableOf = tensor(table);
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const pointers = [out.pointer, x.pointer, tableOf.pointer, weights.pointer] as const;
  const runtime = currentRuntime().with(images);
  runtime.run('weightedRows', ...pointers, outer, columns, runs.length, inner, taps);
}

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions extends ImageOptions {
  /** Height and width of the window, in pixels. Default [3, 3]. */
  readonly kernelSize?: readonly number[];
  /** Standard deviations along height and width, in pixels. Default [1, 1]. */
  readonly sigma?: readonly number[];
}

/**
 * Blurs images: each pixel becomes the mean of the pixels around it, weighted by a normal distribution, with zeros beyond the
 * borders. The dtype is that of the images; integers are rounded.
 *
 * @keras = gaussianBlur
 * @throws ShapeError for images of a wrong rank; ValueError for a kernelSize that is not a pair of positive whole numbers, or a
 * sigma that is not a pair of positive numbers.
 * @example ops.image.gaussianBlur([[[0], [1], [0]]]).flatten() // [0.1238, 0.2042, 0.1238]
 */
export function gaussianBlur(images: TensorLike, options: GaussianBlurOptions = {}): Tensor {
  return scoped(() => {
    checkOptions('gaussianBlur', options, ['kernelSize', 'sigma', 'dataFormat']);
    const { kernelSize = [3, 3], sigma = [1, 1] } = options;
    const sizes = sizesOf('gaussianBlur', 'kernelSize', kernelSize, 2);
    const isWidth = (value: unknown): value is number =>
      Number.isFinite(value) && Number(value) > 0;
    if (!isListOf(sigma, isWidth) || sigma.length !== 2) {
      throw new ValueError(
        `gaussianBlur: sigma must be a list of 2 numbers above 0, got ${describeValue(sigma)}.`,
      );
    }
    const { batch, restore } = imagesOf('gaussianBlur', images, options);
    const blurred = sizes.reduce(
      (x, size, i) =>
        slideAlong('gaussianBlur', x, i + 1, size, () => gaussian(size, sigma[i] ?? 1), 'same'),
      toFloat(batch),
    );
    return restore(likeImages(blurred, batch.dtype));
  });
}

/**
 * How images change from pixel to pixel, by Sobel filters: float32 [batch, height, width, channels, 2], the change downwards
 * and the change to the right, with zeros beyond the borders.
 *
 * @keras = ofImages('image.SobelEdges')
 * @throws ShapeError for images of a wrong rank.
 * @example ops.image.sobelEdges([[[0], [0], [1]]]).slice(0, 1) // [[0, 2]]
 */
export function sobelEdges(images: TensorLike, options: ImageOptions = {}): Tensor {
  return scoped(() => {
    checkOptions('sobelEdges', options, ['dataFormat']);
    const { batch, restore } = imagesOf('sobelEdges', images, options);
    const x = toFloat(batch);
    const along = (y: Tensor, axis: number, weights: readonly number[]): Tensor =>
      slideAlong('sobelEdges', y, axis, 3, () => weights, 'same');
    const down = along(along(x, 1, [-1, 0, 1]), 2, [1, 2, 1]);
    const right = along(along(x, 1, [1, 2, 1]), 2, [-1, 0, 1]);
    return stack([restore(down), restore(right)], -1);
  });
}

/** How many weights the windows along an axis may have together. */
const MAX_WEIGHTS = 2 ** 24;

/** Throws for a window that is too large for an axis. */
function requireWindow(op: string, length: number, size: number): void {
  requireSides(op, [length, size]);
  if (length * Math.min(size, length) <= MAX_WEIGHTS) return;
  throw new ValueError(
    `${op}: a window of ${size} pixels along an axis of ${length} has more than ${MAX_WEIGHTS} weights in all. Use a ` +
      `smaller one.`,
  );
}

/**
 * float32 x, along `axis` the sums of neighbours with weights: as many as there are windows within the axis (`valid`), or one for
 * each entry, with zeros beyond (`same`).
 *
 * @param weightsOf makes the `size` weights, where there are numbers to multiply
 * @throws ValueError for a window that is too large for the axis.
 */
export function slideAlong(
  op: string,
  x: Tensor,
  axis: number,
  size: number,
  weightsOf: () => readonly number[],
  padding: 'same' | 'valid',
): Tensor {
  const length = x.shape[axis] ?? 0;
  requireWindow(op, length, size);
  const before = padding === 'valid' ? 0 : Math.floor((size - 1) / 2);
  const count = padding === 'valid' ? length - size + 1 : length;
  return alongBand(op, x, axis, count, () => {
    const weights = weightsOf();
    const rows = runsOf(length, size, count, before).map(({ first, from, to }) => ({
      first,
      weights: weights.slice(from, to),
    }));
    return { columns: length, rows };
  });
}

/** Where windows that begin `before` entries ahead of theirs meet an axis, and which of their weights do. */
const runsOf = (
  length: number,
  size: number,
  count: number,
  before: number,
): { readonly first: number; readonly from: number; readonly to: number }[] =>
  Array.from({ length: count }, (_, j) => {
    const start = j - before;
    const first = Math.max(0, start);
    return { first, from: first - start, to: Math.min(size, Math.max(first, length) - start) };
  });

/**
 * As `slideAlong` with `same`, for an odd number of weights in a tensor, which are the same from both ends: steps that are repeated
 * may draw them. They have no gradient.
 *
 * @internal
 */
export function slideAlongWith(op: string, x: Tensor, axis: number, weights: Tensor): Tensor {
  const length = x.shape[axis] ?? 0;
  const { size } = weights;
  requireWindow(op, length, size);
  const out = emptyTensor(x.shape, 'float32');
  if (out.size > 0) {
    const runs = runsOf(length, size, length, (size - 1) / 2);
    const positions = runs.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    const counted = runs.map(({ first, from, to }) => ({ first, count: to - from }));
    runRuns(out, x, axis, length, counted, gather(weights, Int32Array.from(positions)));
  }
  // What an entry gives to another it also takes from that one.
  return record(op, [x], out, [weights], (dy, [same]) => [slideAlongWith(op, dy, axis, same)]);
}

/** The weights of a normal distribution at `size` pixels around its mean; they add up to 1. */
export function gaussian(size: number, sigma: number): number[] {
  const weights = Array.from({ length: size }, (_, i) =>
    expOfMinus(0.5 * ((i - (size - 1) / 2) / sigma) ** 2),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** e⁻ˣ for x of at least 0, by arithmetic alone, so that every engine gives the same bits. */
function expOfMinus(x: number): number {
  // Beyond is 0 in float64.
  if (x > 745) return 0;
  let [reduced, squarings] = [x, 0];
  for (; reduced > 0.5; reduced /= 2) squarings++;
  let [sum, term] = [1, 1];
  for (let n = 1; n <= 16; n++) {
    term *= -reduced / n;
    sum += term;
  }
  for (let i = 0; i < squarings; i++) sum *= sum;
  return sum;
}

/** Options of `ssim`. */
export interface SsimOptions extends ImageOptions {
  /** The range of the pixel values: 255 for bytes. Default 1. */
  readonly maxVal?: number;
  /** Height and width of the window over which images are compared. Default 11. */
  readonly filterSize?: number;
  /** Standard deviation of the weights within a window. Default 1.5. */
  readonly filterSigma?: number;
  /** Default 0.01. */
  readonly k1?: number;
  /** Default 0.03. */
  readonly k2?: number;
}

/**
 * The structural similarity of images, float32 [batch] or one number: the mean over windows and channels of
 * (2μ₁μ₂ + c₁)(2σ₁₂ + c₂) / ((μ₁² + μ₂² + c₁)(σ₁² + σ₂² + c₂)) with cᵢ = (kᵢ · maxVal)² (Wang et al., 2004). It is 1 for
 * identical images.
 *
 * @keras = ssim
 * @param image1 [height, width, channels], or [batch, height, width, channels]
 * @param image2 images of the shape of `image1`
 * @throws ShapeError for images of different shapes, or smaller than the window; ValueError for an option out of range.
 * @example ops.image.ssim(ones([16, 16, 1]), ones([16, 16, 1])) // 1
 */
export function ssim(image1: TensorLike, image2: TensorLike, options: SsimOptions = {}): Tensor {
  return scoped(() => {
    checkOptions('ssim', options, ['maxVal', 'filterSize', 'filterSigma', 'k1', 'k2', 'dataFormat']); // prettier-ignore
    const { maxVal = 1, filterSize = 11, filterSigma = 1.5, k1 = 0.01, k2 = 0.03 } = options;
    checkNumber('ssim', 'maxVal', maxVal, { above: 0 });
    checkNumber('ssim', 'filterSigma', filterSigma, { above: 0 });
    checkNumber('ssim', 'k1', k1);
    checkNumber('ssim', 'k2', k2);
    checkNumber('ssim', 'filterSize', filterSize, { min: 1, max: 2 ** 20, integer: true });
    const [first, second] = [toTensor(image1), toTensor(image2)];
    const [x, y] = [first, second].map((image) => toFloat(imagesOf('ssim', image, options).batch)) as [Tensor, Tensor]; // prettier-ignore
    const [, height = 0, width = 0] = x.shape;
    if (!sameShape(first.shape, second.shape)) {
      throw new ShapeError(
        `ssim: the images must have the same shape, got ${formatShape(first.shape)} and ${formatShape(second.shape)}.`,
      );
    }
    if (Math.min(height, width) < filterSize) {
      throw new ShapeError(
        `ssim: images of ${height} × ${width} pixels are smaller than the window of ${filterSize} × ${filterSize}. Use a ` +
          `smaller filterSize.`,
      );
    }
    const weights = (): number[] => gaussian(filterSize, filterSigma);
    const means = (z: Tensor): Tensor =>
      [1, 2].reduce(
        (rows, axis) => slideAlong('ssim', rows, axis, filterSize, weights, 'valid'),
        z,
      );
    const [c1, c2] = [(k1 * maxVal) ** 2, (k2 * maxVal) ** 2];
    const [mx, my] = [means(x), means(y)];
    const [mxx, myy, mxy] = [square(mx), square(my), mul(mx, my)];
    const vx = sub(means(square(x)), mxx);
    const vy = sub(means(square(y)), myy);
    const vxy = sub(means(mul(x, y)), mxy);
    const above = mul(add(mul(mxy, 2), c1), add(mul(vxy, 2), c2));
    const below = mul(add(add(mxx, myy), c1), add(add(vx, vy), c2));
    const similarity = mean(div(above, below), [1, 2, 3]);
    return first.ndim === 3 ? squeeze(similarity, 0) : similarity;
  });
}
