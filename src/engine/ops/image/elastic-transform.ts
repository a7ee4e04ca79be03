import { checkNumber, checkOptions } from '../../../config/index.js';
import { normal } from '../../random/draw.js';
import type { SeedOption } from '../../random/draw.js';
import { arange, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { lessEqual } from '../elementwise/compare.js';
import { stack } from '../shapes/concat.js';
import { abs, floor } from '../elementwise/piecewise-linear.js';
import { maximum } from '../elementwise/power.js';
import { reshape } from '../shapes/reshape.js';
import { sum } from '../reductions/sum.js';
import { transpose } from '../shapes/transpose.js';
import { exp, square } from '../elementwise/unary.js';
import { where } from '../elementwise/where.js';
import { gaussian, slideAlong, slideAlongWith } from './filters.js';
import { imagesOf, requireSides } from './images.js';
import type { ImageOptions } from './images.js';
import { sampled, samplingOf } from './sample.js';
import type { FillMode, Sampling, SamplingOptions } from './sample.js';

/** Options of `elasticTransform`. */
export interface ElasticTransformOptions
  extends Omit<SamplingOptions, 'fillMode'>, ImageOptions, SeedOption {
  /** How far pixels move: the factor of the smoothed noise. Default 20. */
  readonly alpha?: number;
  /** Standard deviation of the noise and of the window that smooths it, in pixels. Default 5. */
  readonly sigma?: number;
  /** What fills the space beyond the images. Default `'reflect'`. */
  readonly fillMode?: FillMode;
}

/**
 * Distorts images by moving their pixels by smooth random distances (Simard et al., 2003): alpha times normally distributed noise,
 * blurred by a window of ⌊6 sigma⌋ pixels, or one more if that is even. Distances downwards and to the right are drawn separately,
 * as in Keras on PyTorch. The dtype is that of the images; integers are rounded.
 *
 * @keras = elasticTransform
 * @throws ShapeError for images of a wrong rank, ValueError for an option out of range.
 * @example ops.image.elasticTransform(ones([8, 8, 3]), { seed: 7 }).shape // [8, 8, 3]
 */
export function elasticTransform(
  images: TensorLike,
  options: ElasticTransformOptions = {},
): Tensor {
  return scoped(() => {
    const op = 'elasticTransform';
    checkOptions(op, options, ['alpha', 'sigma', 'interpolation', 'fillMode', 'fillValue', 'seed', 'dataFormat']); // prettier-ignore
    const { alpha = 20, sigma = 5, fillMode = 'reflect', seed } = options;
    checkNumber(op, 'alpha', alpha);
    checkNumber(op, 'sigma', sigma, { above: 0 });
    const sampling = samplingOf(op, { ...options, fillMode });
    const { batch, restore } = imagesOf(op, images, options);
    const [count = 0, height = 0, width = 0] = batch.shape;
    const size = windowOf(sigma);
    const weights = (): number[] => gaussian(size, sigma);
    requireSides(op, [height, width]);
    const noise = normal([2, count, height, width], { stddev: sigma, ...(seed === undefined ? {} : { seed }) }); // prettier-ignore
    const smooth = [2, 3].reduce(
      (x, axis) => slideAlong(op, x, axis, size, weights, 'same'),
      noise,
    );
    return restore(displaced(op, batch, mul(smooth, alpha), sampling));
  });
}

/**
 * Images [batch, height, width, channels] whose pixels lie elsewhere in `images`.
 *
 * @param distances [2, batch, height, width]: how much further down and to the right
 * @internal
 */
export function displaced(
  op: string,
  images: Tensor,
  distances: Tensor,
  sampling: Sampling,
): Tensor {
  const [count = 0, height = 0, width = 0] = images.shape;
  const rows = reshape(arange(height, undefined, 1, 'float32'), [height, 1]);
  const columns = arange(width, undefined, 1, 'float32');
  const [down, right] = [0, 1].map((i) => distances.slice(i)) as [Tensor, Tensor];
  const coordinates = stack([add(down, rows), add(right, columns)], 1);
  const out = sampled(op, images, reshape(coordinates, [count, 2, height * width]), sampling);
  return reshape(out, images.shape);
}

/** The number of pixels of the window that smooths noise: odd, so that the window has a centre. */
const windowOf = (sigma: number): number => 2 * Math.floor(Math.trunc(6 * sigma) / 2) + 1;

/**
 * Distances of an elastic transform: noise [2, batch, height, width] of mean 0 and standard deviation 1, times sigma, smoothed by
 * a normal distribution of that standard deviation, times alpha. Unlike `elasticTransform` it takes tensors, which steps that are
 * repeated draw again.
 *
 * @param largest an upper limit of sigma
 * @internal
 */
export function elasticDistances(
  op: string,
  noise: Tensor,
  alpha: Tensor,
  sigma: Tensor,
  largest: number,
): Tensor {
  const size = windowOf(largest);
  const fromCenter = sub(arange(size, undefined, 1, 'float32'), (size - 1) / 2);
  // Of a smaller sigma the window is smaller, too.
  const reach = floor(div(floor(mul(sigma, 6)), 2));
  const bell = exp(mul(square(div(fromCenter, maximum(sigma, TINY))), -0.5));
  const weights = where(lessEqual(abs(fromCenter), reach), bell, 0);
  const normalized = div(weights, sum(weights));
  // Rows of many numbers are added faster than columns, so the noise is turned in between.
  const turned = (x: Tensor): Tensor => transpose(x, [0, 1, 3, 2]);
  const down = slideAlongWith(op, mul(noise, sigma), 2, normalized);
  const smooth = turned(slideAlongWith(op, turned(down), 2, normalized));
  return mul(smooth, alpha);
}

/** In place of a standard deviation of 0. */
const TINY = 1e-6;
