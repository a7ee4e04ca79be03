import { choice, configurable } from '../../../config/index.js';
import type { EitherSpelling, OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import {
  add,
  cast,
  concat,
  expandDims,
  lessEqual,
  mul,
  reshape,
  slice,
  sub,
} from '../../../engine/ops/index.js';
import type { SamplingOptions } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { MovedImages, rowsOf } from './moved-images.js';

/** Options of `RandomFlip`. */
export interface RandomFlipOptions extends OptionsOf<typeof RandomFlip> {}

const MODES = ['horizontal_and_vertical', 'horizontal', 'vertical'] as const;

/** Which images of a batch are flipped: bool [batch, 1, 1, 1]. */
interface Flips {
  readonly flips: Tensor;
}

/**
 * While training, mirrors every other image by chance, each with probability ½; otherwise the identity. float32, of the shape of
 * the images. Bounding boxes and masks follow. Keras: `RandomFlip`.
 *
 * @example new layers.RandomFlip('horizontal', { seed: 1 }).apply([[[1], [2]]]).flatten()
 */
export class RandomFlip extends configurable(
  MovedImages,
  'RandomFlip',
  {
    /**
     * `'horizontal'`: left and right are exchanged. `'vertical'`: top and bottom. `'horizontal_and_vertical'` (default): both at
     * once, so that the image is turned by 180°.
     */
    mode: choice(MODES, { default: MODES[0] }),
  },
  { positional: ['mode'] },
) {
  // Pixels come to lie on pixels, so none is computed.
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
