import { checkNumber, checkOptions } from '../../config/index.js';
import { normal } from '../../random/index.js';
import type { SeedOption } from '../../random/index.js';
import { arange, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, mul } from '../arithmetic.js';
import { stack } from '../concat.js';
import { reshape } from '../reshape.js';
import { gaussian, slideAlong } from './blur.js';
import { imagesOf, requireSides } from './images.js';
import type { ImageOptions } from './images.js';
import { sampled, samplingOf } from './sample.js';
import type { FillMode, SamplingOptions } from './sample.js';

/** Options of `elasticTransform`. */
export interface ElasticTransformOptions
  extends Omit<SamplingOptions, 'fillMode'>, ImageOptions, SeedOption {
  /** How far pixels move: the factor of the smoothed noise. Default 20. */
  readonly alpha?: number;
  /** Standard deviation of the noise, and of the window that smooths it, in pixels. Default 5. */
  readonly sigma?: number;
  /** What there is beyond the images. Default `'reflect'`. */
  readonly fillMode?: FillMode;
}

/**
 * Images whose pixels are moved by smooth random distances (Simard et al., 2003): alpha times noise of the normal distribution,
 * blurred by a window of ⌊6 sigma⌋ pixels, or one more if that is even. Distances downwards and to the right are drawn apart,
 * as in Keras on PyTorch. The dtype is that of the images; integers are rounded.
 *
 * @keras = elasticTransform
 * @throws ShapeError for images of another rank, ValueError for an option out of range.
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
    const [count = 0, height = 0, width = 0, channels = 0] = batch.shape;
    // The window is an odd number of pixels wide, so that it has a centre.
    const size = 2 * Math.floor(Math.trunc(6 * sigma) / 2) + 1;
    const weights = (): number[] => gaussian(size, sigma);
    requireSides(op, [height, width]);
    const noise = normal([2, count, height, width], { stddev: sigma, ...(seed === undefined ? {} : { seed }) }); // prettier-ignore
    const smooth = [2, 3].reduce(
      (x, axis) => slideAlong(op, x, axis, size, weights, 'same'),
      noise,
    );
    const moved = mul(smooth, alpha);
    const rows = reshape(arange(height, undefined, 1, 'float32'), [height, 1]);
    const columns = arange(width, undefined, 1, 'float32');
    const [down, right] = [0, 1].map((i) => moved.slice(i)) as [Tensor, Tensor];
    const places = stack([add(down, rows), add(right, columns)], 1);
    const out = sampled(op, batch, reshape(places, [count, 2, height * width]), sampling);
    return restore(reshape(out, [count, height, width, channels]));
  });
}
