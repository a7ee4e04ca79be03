import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { concat, neg, slice } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { factorAsGiven } from './factor.js';
import type { FactorOption, NumberPair } from './factor.js';
import { sideLengths } from './image-preprocessing.js';
import { rowsOf, SampledImages } from './moved-images.js';

/** Options of `RandomTranslation`. */
export interface RandomTranslationOptions extends OptionsOf<typeof RandomTranslation> {}

/** How far images are moved. */
interface Translation {
  /** Pixels to the right and downwards, [batch, 2]. */
  readonly translations: Tensor;
}

/**
 * While training, moves each image by a part of its height and width; otherwise the identity. float32, of the shape of the
 * images. Bounding boxes and masks follow. Keras: `RandomTranslation`.
 *
 * @example new layers.RandomTranslation(0.1, [-0.2, 0.2], { seed: 1 })
 */
export class RandomTranslation extends configurable(
  SampledImages,
  'RandomTranslation',
  {
    /** How far images are moved downwards, as a part of the height from −1 to 1; a number f stands for [−f, f]. */
    heightFactor: factorAsGiven({ min: -1, max: 1 }),
    /** How far images are moved to the right, as a part of the width. */
    widthFactor: factorAsGiven({ min: -1, max: 1 }),
  },
  { positional: ['heightFactor', 'widthFactor'] },
) {
  /**
   * @param heightFactor how far images are moved downwards, as a part of the height
   * @param widthFactor how far images are moved to the right, as a part of the width
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
