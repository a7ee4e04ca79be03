import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { mul, sub } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { factorAsGiven } from './factor.js';
import type { FactorOption, NumberPair } from './factor.js';
import { rowsOf, SampledImages } from './moved-images.js';

/** Options of `RandomZoom`. */
export interface RandomZoomOptions extends OptionsOf<typeof RandomZoom> {}

/** How many times as much of the images is seen, [batch, 1]. */
interface Zoom {
  readonly heightZoom: Tensor;
  readonly widthZoom: Tensor;
}

/**
 * While training, makes what is seen in each image smaller or larger around its middle; otherwise the identity. float32, of the
 * shape of the images. Bounding boxes and masks follow. Keras: `RandomZoom`.
 *
 * @example new layers.RandomZoom([-0.2, 0], { seed: 1 }) // up to a fifth of the height is cut off
 */
export class RandomZoom extends configurable(
  SampledImages,
  'RandomZoom',
  {
    /**
     * By which part of the height more is seen, from −1 to 1: things get larger by [−0.2, −0.1], and smaller by [0.1, 0.2]. A
     * number f stands for [−f, f].
     */
    heightFactor: factorAsGiven({ min: -1, max: 1 }),
    /** By which part of the width more is seen. Default null: as much as of the height, so that shapes stay as they are. */
    widthFactor: factorAsGiven({ min: -1, max: 1, default: null }),
  },
  { positional: ['heightFactor'] },
) {
  /**
   * @param heightFactor by which part of the height more is seen
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
