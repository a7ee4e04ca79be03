import { choice, configurable, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { displaced, elasticDistances } from '../../../engine/ops/image/elastic-transform.js';
import { samplingOf } from '../../../engine/ops/image/sample.js';
import type { SamplingInterpolation } from '../../../engine/ops/index.js';
import { clip, mul, reshape, where } from '../../../engine/ops/index.js';
import { normal } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between, chosen, factor } from './factor.js';
import { RandomColorLayer } from './colors.js';
import { sideLengths } from './image-preprocessing.js';

/** Options of `RandomElasticTransform`. */
export interface RandomElasticTransformOptions extends OptionsOf<typeof RandomElasticTransform> {}

interface Distortion {
  /** Which images are distorted: bool [batch]. */
  readonly applyTransform: Tensor;
  /** The strength of the distortion, one number for all images. */
  readonly distortionFactor: Tensor;
  /** How far pixels move down and to the right, before smoothing: [2, batch, height, width]. */
  readonly noise: Tensor;
}

/** How far pixels move and how smoothly, for a distortion of 1, as parts of the longer and the shorter side. */
const [ALPHA, SIGMA] = [0.1, 0.05];

/**
 * During training, distorts random images: their pixels move by smooth random distances, as in `ops.image.elasticTransform` with
 * alpha = 0.1 · d · the longer side and sigma = 0.05 · d · the shorter side, where d is drawn for the batch from `scale`. Otherwise
 * the identity. float32, of the images' shape, clipped to `valueRange`. Masks are changed accordingly; bounding boxes are an error.
 * Keras: `RandomElasticTransform`.
 *
 * @example new layers.RandomElasticTransform({ scale: 0.5, seed: 1 }).apply(ones([2, 8, 8, 3])).shape // [2, 8, 8, 3]
 */
export class RandomElasticTransform extends configurable(
  RandomColorLayer,
  'RandomElasticTransform',
  {
    /** Limits of the probability, which is drawn for each image, from 0 to 1; a number f stands for [0, f]. Default 1. */
    factor: factor({ default: 1, min: 0, max: 1 }),
    /** The smallest and the largest distortion, from 0 to 1; a number f stands for [0, f]. Default 1. */
    scale: factor({ default: 1, min: 0, max: 1 }),
    /** `'bilinear'` (default): linear interpolation of four pixels. `'nearest'`: the nearest pixel. */
    interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear' }),
    /**
     * What fills the space beyond the images: their mirror image (`'reflect'`, default; `'mirror'` without the pixel at the
     * border), their repetition (`'wrap'`), `fillValue` (`'constant'`) or the nearest pixel at the border (`'nearest'`).
     */
    fillMode: choice(['reflect', 'mirror', 'wrap', 'constant', 'nearest'], { default: 'reflect' }),
    /** The value beyond the images with `fillMode: 'constant'`. Default 0. */
    fillValue: number({ default: 0 }),
  },
) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomElasticTransformOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0, height = 0, width = 0] }: Tensor,
    generator = this.generator,
  ): Distortion {
    return {
      applyTransform: chosen(count, this.factor, generator),
      distortionFactor: between([], this.scale, generator),
      noise: normal([2, count, height, width], { seed: generator }),
    };
  }

  override transformImages(images: Tensor, transformation: Distortion): Tensor {
    return clip(this.#distorted(images, transformation, this.interpolation), ...this.valueRange);
  }

  override transformSegmentationMasks(masks: Tensor, transformation: Distortion): Tensor {
    return this.#distorted(masks, transformation, 'nearest');
  }

  /** @throws ValueError always, as it is not known where the sides of a box move. */
  override transformBoundingBoxes(): never {
    throw new ValueError(
      `${this.label}: bounding boxes cannot follow an elastic transform. Leave them out, or give segmentationMasks.`,
    );
  }

  #distorted(
    images: Tensor,
    { applyTransform, distortionFactor, noise }: Distortion,
    interpolation: SamplingInterpolation,
  ): Tensor {
    const { fillMode, fillValue } = this;
    const { height, width } = sideLengths(images.shape);
    const largest = SIGMA * Math.min(height, width);
    const alpha = mul(distortionFactor, ALPHA * Math.max(height, width));
    const sigma = mul(distortionFactor, largest);
    const distances = elasticDistances(this.label, noise, alpha, sigma, largest * this.scale[1]);
    const sampling = samplingOf(this.label, { interpolation, fillMode, fillValue });
    const moved = displaced(this.label, images, distances, sampling);
    return where(reshape(applyTransform, [-1, 1, 1, 1]), moved, images);
  }
}
