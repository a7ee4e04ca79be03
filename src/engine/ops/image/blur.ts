import { record } from '../../autodiff/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { checkOptions, isListOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { emptyTensor, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { stack } from '../shapes/concat.js';
import { gather } from '../indexing/gather.js';
import { toFloat } from '../elementwise/operands.js';
import { alongBand, runRuns } from './band.js';
import { imagesOf, likeImages, requireSides, sizesOf } from './images.js';
import type { ImageOptions } from './images.js';

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions extends ImageOptions {
  /** Height and width of the window, in pixels. Default [3, 3]. */
  readonly kernelSize?: readonly number[];
  /** Standard deviations along height and width, in pixels. Default [1, 1]. */
  readonly sigma?: readonly number[];
}

/**
 * Images whose pixels are means of those around them, weighted by a normal distribution; zeros surround the images. The dtype
 * is that of the images; integers are rounded.
 *
 * @keras = gaussianBlur
 * @throws ShapeError for images of another rank; ValueError for a kernelSize that is no pair of whole numbers of at least 1,
 * or a sigma that is no pair of numbers above 0.
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
 * How images change from pixel to pixel, by the filters of Sobel and Feldman: float32 [batch, height, width, channels, 2], the
 * change downwards and the change to the right. Zeros surround the images.
 *
 * @keras = ofImages('image.SobelEdges')
 * @throws ShapeError for images of another rank.
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
    const places = runs.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    const counted = runs.map(({ first, from, to }) => ({ first, count: to - from }));
    runRuns(out, x, axis, length, counted, gather(weights, Int32Array.from(places)));
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
  let [part, halvings] = [x, 0];
  for (; part > 0.5; part /= 2) halvings++;
  let [sum, term] = [1, 1];
  for (let n = 1; n <= 16; n++) {
    term *= -part / n;
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum *= sum;
  return sum;
}
