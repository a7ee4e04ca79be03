import { choice, configurable } from '../../../config/index.js';
import type { EitherSpelling, Option, OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import {
  add,
  cast,
  concat,
  cos,
  expandDims,
  greater,
  lessEqual,
  mul,
  neg,
  reshape,
  sin,
  slice,
  sub,
} from '../../../engine/ops/index.js';
import type { SamplingOptions } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { MovedImages, rowsOf, SampledImages } from './moved-images.js';
import { factor, factorAsGiven, numberOrPair } from './factor.js';
import type { FactorOption, NumberPair } from './factor.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { sideLengths } from './image-preprocessing.js';

/** Options of `RandomFlip`. */
export interface RandomFlipOptions extends OptionsOf<typeof RandomFlip> {}

const MODES = ['horizontal_and_vertical', 'horizontal', 'vertical'] as const;

/** Which images of a batch are flipped. */
interface Flips {
  /** Whether each image is flipped: bool [batch, 1, 1, 1]. */
  readonly flips: Tensor;
}

/**
 * During training, mirrors each image with probability ½. Otherwise the identity. float32, of the images' shape.
 * Bounding boxes and masks are changed accordingly. Keras: `RandomFlip`.
 *
 * @example new layers.RandomFlip('horizontal', { seed: 1 }).apply([[[1], [2]]]).flatten()
 */
export class RandomFlip extends configurable(
  MovedImages,
  'RandomFlip',
  {
    /**
     * `'horizontal'`: swaps left and right. `'vertical'`: swaps top and bottom. `'horizontal_and_vertical'` (default): both at
     * once, which turns the image by 180°.
     */
    mode: choice(MODES, { default: MODES[0] }),
  },
  { positional: ['mode'] },
) {
  // Pixels move exactly onto pixels, so none is interpolated.
  protected override readonly sampling: SamplingOptions = { interpolation: 'nearest' };

  /**
   * @param mode how images are mirrored
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(mode?: EitherSpelling<(typeof MODES)[number]>, options: RandomFlipOptions = {}) {
    super(options, [mode]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Flips {
    return { flips: lessEqual(uniform([count, 1, 1, 1], { seed: generator }), 0.5) };
  }

  /** 1 for each image that is mirrored along that side, else 0: [batch, 1]. */
  #along(side: 'horizontal' | 'vertical', { flips }: Flips): Tensor {
    return mul(cast(reshape(flips, [-1, 1]), 'float32'), this.mode.includes(side) ? 1 : 0);
  }

  protected override originOf(transformation: Flips, { height, width }: ImageSize<number>): Tensor {
    const across = this.#along('horizontal', transformation);
    const down = this.#along('vertical', transformation);
    const turned = (flipped: Tensor): Tensor => sub(1, mul(flipped, 2));
    const [count = 0] = across.shape;
    return rowsOf(count, turned(across), 0, mul(across, width - 1), 0, turned(down), mul(down, height - 1)); // prettier-ignore
  }

  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: Flips,
    { height, width }: ImageSize<number>,
  ): BoundingBoxes {
    const flipped = concat(
      [this.#along('horizontal', transformation), this.#along('vertical', transformation)],
      1,
    );
    // Of a box from a to b there comes one from length − b to length − a: both move by length − a − b.
    const ends = add(slice(boxes, '...', ':2'), slice(boxes, '...', '2:'));
    const shift = mul(expandDims(flipped, 1), sub(tensor([width, height]), ends));
    return { boxes: add(boxes, concat([shift, shift], -1)), labels };
  }
}

/** Options of `RandomRotation`. */
export interface RandomRotationOptions extends OptionsOf<typeof RandomRotation> {}

/** How far images are rotated. */
interface Rotation {
  /** Degrees, [batch]. */
  readonly angle: Tensor;
}

/**
 * During training, rotates each image around its centre by a random angle. Otherwise the identity. float32, of the
 * images' shape. Masks are rotated too, and bounding boxes become the boxes around their rotated corners. Keras:
 * `RandomRotation`.
 *
 * @example new layers.RandomRotation(0.1, { seed: 1 }) // up to 36° to either side
 */
export class RandomRotation extends configurable(
  SampledImages,
  'RandomRotation',
  {
    /**
     * The smallest and the largest angle as a share of a full turn, from −1 to 1, counter-clockwise if positive; a number
     * f stands for [−f, f].
     */
    factor: factor({ min: -1, max: 1 }),
  },
  { positional: ['factor'] },
) {
  /**
   * @param factor the smallest and the largest angle as a share of a full turn
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(factor: FactorOption, options: RandomRotationOptions = {}) {
    super(options, [factor]);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Rotation {
    const [lower, upper] = this.factor;
    const limits = { minval: lower * 360, maxval: upper * 360 };
    return { angle: uniform([count], { ...limits, seed: generator }) };
  }

  protected override originOf({ angle }: Rotation, { height, width }: ImageSize<number>): Tensor {
    const radians = mul(angle, Math.PI / 180);
    const [cosine, sine] = [cos(radians), sin(radians)];
    const [x, y] = [(width - 1) / 2, (height - 1) / 2];
    const across = add(sub(x, mul(cosine, x)), mul(sine, y));
    const down = sub(sub(y, mul(sine, x)), mul(cosine, y));
    return rowsOf(angle.size, cosine, neg(sine), across, sine, cosine, down);
  }
}

/** Options of `RandomShear`. */
export interface RandomShearOptions extends OptionsOf<typeof RandomShear> {}

/** How far rows and columns are moved. */
interface Shear {
  /** Pixels to the left for each row, and upwards for each column: [batch, 2]. */
  readonly shearFactor: Tensor;
}

/** A range of shears. Keras reads no pair with a negative number, so what is as far to either side is written as a number. */
const shear = (): Option<FactorOption, NumberPair> => {
  const { check, ...rest } = factor({ min: -1, max: 1, default: 0 });
  return {
    ...rest,
    check: (given, context) => {
      const [lower, upper] = check(given, context);
      if (lower >= 0 || lower === -upper) return [lower, upper];
      throw new ValueError(
        `${context.label}: ${context.name} must be a number from 0 to 1 or a pair [lower, upper] of them, got ` +
          `${describeValue(given)}. Half of the images are slanted to the other side anyway.`,
      );
    },
    toConfig: (pair: NumberPair) => (pair[0] < 0 ? numberOrPair(pair) : pair),
  };
};

/**
 * During training, shears each image: the lower a row is, the further it moves, and likewise a column the further right it is.
 * Otherwise the identity. Half of the images are sheared in the opposite direction. float32, of the images' shape. Masks are
 * sheared too, and bounding boxes become the boxes around their moved corners. Keras: `RandomShear`.
 *
 * @example new layers.RandomShear({ xFactor: 0.2, seed: 1 })
 */
export class RandomShear extends configurable(SampledImages, 'RandomShear', {
  /** How many pixels further each row moves than the one above, from 0 to 1; a number f stands for [−f, f]. Default 0. */
  xFactor: shear(),
  /** How many pixels further each column moves than the one before. Default 0. */
  yFactor: shear(),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomShearOptions = {}) {
    super(options);
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Shear {
    const drawn = ([minval, maxval]: NumberPair): Tensor =>
      uniform([count, 1], { minval, maxval, seed: generator });
    const side = sub(1, mul(cast(greater(drawn([0, 1]), 0.5), 'float32'), 2));
    const [down, across] = [drawn(this.yFactor), drawn(this.xFactor)];
    return { shearFactor: mul(concat([across, down], 1), side) };
  }

  protected override originOf({ shearFactor }: Shear): Tensor {
    const [across, down] = [slice(shearFactor, ':', ':1'), slice(shearFactor, ':', '1:')];
    return rowsOf(shearFactor.shape[0] ?? 0, 1, across, 0, down, 1, 0);
  }
}

/** Options of `RandomTranslation`. */
export interface RandomTranslationOptions extends OptionsOf<typeof RandomTranslation> {}

/** How far images are moved. */
interface Translation {
  /** Pixels to the right and downwards, [batch, 2]. */
  readonly translations: Tensor;
}

/**
 * During training, moves each image by a share of its height and width. Otherwise the identity. float32, of the images'
 * shape. Bounding boxes and masks are changed accordingly. Keras: `RandomTranslation`.
 *
 * @example new layers.RandomTranslation(0.1, [-0.2, 0.2], { seed: 1 })
 */
export class RandomTranslation extends configurable(
  SampledImages,
  'RandomTranslation',
  {
    /** How far images move downwards, as a share of the height, from −1 to 1; a number f stands for [−f, f]. */
    heightFactor: factorAsGiven({ min: -1, max: 1 }),
    /** How far images move to the right, as a share of the width. */
    widthFactor: factorAsGiven({ min: -1, max: 1 }),
  },
  { positional: ['heightFactor', 'widthFactor'] },
) {
  /**
   * @param heightFactor how far images move downwards, as a share of the height
   * @param widthFactor how far images move to the right, as a share of the width
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(
    heightFactor: FactorOption,
    widthFactor: FactorOption,
    options: RandomTranslationOptions = {},
  ) {
    super(options, [heightFactor, widthFactor]);
  }

  override getRandomTransformation(images: Tensor, generator = this.generator): Translation {
    const [count = 0] = images.shape;
    const { height, width } = sideLengths(images.shape);
    const drawn = ([lower, upper]: NumberPair, side: number): Tensor =>
      uniform([count, 1], { minval: lower * side, maxval: upper * side, seed: generator });
    const down = drawn(this.heightFactor, height);
    return { translations: concat([drawn(this.widthFactor, width), down], 1) };
  }

  protected override originOf({ translations }: Translation): Tensor {
    const [across, down] = [slice(translations, ':', ':1'), slice(translations, ':', '1:')];
    return rowsOf(translations.shape[0] ?? 0, 1, 0, neg(across), 0, 1, neg(down));
  }
}

/** Options of `RandomZoom`. */
export interface RandomZoomOptions extends OptionsOf<typeof RandomZoom> {}

/** How far images are zoomed. */
interface Zoom {
  /** The visible height as a multiple of each image's height: [batch, 1]. */
  readonly heightZoom: Tensor;
  /** The visible width as a multiple of each image's width: [batch, 1]. */
  readonly widthZoom: Tensor;
}

/**
 * During training, zooms each image in or out around its centre. Otherwise the identity. float32, of the images' shape.
 * Bounding boxes and masks are changed accordingly. Keras: `RandomZoom`.
 *
 * @example new layers.RandomZoom([-0.2, 0], { seed: 1 }) // up to a fifth of the height is cut off
 */
export class RandomZoom extends configurable(
  SampledImages,
  'RandomZoom',
  {
    /**
     * The change of the visible height as a share of the height, from −1 to 1: [−0.2, −0.1] zooms in, [0.1, 0.2] zooms out. A
     * number f stands for [−f, f].
     */
    heightFactor: factorAsGiven({ min: -1, max: 1 }),
    /** The change of the visible width as a share of the width. Default null: the same as for the height, so that proportions are kept. */
    widthFactor: factorAsGiven({ min: -1, max: 1, default: null }),
  },
  { positional: ['heightFactor'] },
) {
  /**
   * @param heightFactor the change of the visible height as a share of the height
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(heightFactor: FactorOption, options: RandomZoomOptions = {}) {
    super(options, [heightFactor]);
  }

  override getRandomTransformation({ shape: [count = 0] }: Tensor, seed = this.generator): Zoom {
    const { heightFactor, widthFactor } = this;
    const drawn = ([lower, upper]: NumberPair): Tensor =>
      uniform([count, 1], { minval: 1 + lower, maxval: 1 + upper, seed });
    const heightZoom = drawn(heightFactor);
    return { heightZoom, widthZoom: widthFactor === null ? heightZoom : drawn(widthFactor) };
  }

  protected override originOf(
    { heightZoom, widthZoom }: Zoom,
    { height, width }: ImageSize<number>,
  ): Tensor {
    const offset = (zoom: Tensor, side: number): Tensor => mul(sub(1, zoom), (side - 1) / 2);
    return rowsOf(
      widthZoom.size,
      widthZoom,
      0,
      offset(widthZoom, width),
      0,
      heightZoom,
      offset(heightZoom, height),
    );
  }
}
