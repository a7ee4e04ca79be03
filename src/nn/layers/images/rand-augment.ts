import { configurable, length } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { clipToImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { randint } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { ChoosingLayer } from './augmentations.js';
import type { ChangeName } from './augmentations.js';
import { factor } from './factor.js';
import type { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** Options of `RandAugment`. */
export interface RandAugmentOptions extends OptionsOf<typeof RandAugment> {}

/** The changes, in Keras's order, by which numbers stand for them. */
const NAMES: readonly ChangeName[] = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
];

/** Which changes are made, and what is drawn of each. */
interface Policy {
  /** The numbers of the changes, in the order in which they are made: int32 [numOps]. */
  readonly layerIdxes: Tensor;
  /** What is drawn of the changes that are made. */
  readonly transforms: Readonly<Partial<Record<ChangeName, unknown>>>;
}

/**
 * While training, changes the images of a batch by `numOps` of eleven changes that are drawn anew for each batch, one after the other
 * (Cubuk et al., 2019); otherwise the identity. The changes are `RandomShear`, `RandomTranslation`, `RandomRotation`,
 * `RandomBrightness`, `RandomColorDegeneration`, `RandomContrast`, `RandomSharpness`, `RandomPosterization`, `Solarization`,
 * `AutoContrast` and `Equalization`, with the `factor` of this layer. How strong a change is is drawn for each image; a change that
 * is chosen twice is made twice, as strong. float32, of the shape of the images. Bounding boxes and masks follow. Images have three
 * channels. Keras: `RandAugment`.
 *
 * Which changes are made is read in each call, and only these are computed. So a step of a model with this layer inside runs its
 * layers each time. Augment in the data of a model, not inside of the model.
 *
 * @example
 * const augment = new layers.RandAugment({ valueRange: [0, 1], numOps: 2, factor: 0.3 });
 * const augmented = augment.apply(random.uniform([4, 32, 32, 3]));
 */
export class RandAugment extends configurable(ChoosingLayer, 'RandAugment', {
  /** How many changes are made. Default 2. */
  numOps: length({ default: 2 }),
  /** How strong the changes are, from 0 to 1: the limits of their factors; a number f is [0, f]. Default 0.5. */
  factor: factor({ default: 0.5, min: 0, max: 1 }),
}) {
  protected override readonly names = NAMES;
  protected override readonly changes: readonly BaseImagePreprocessingLayer[];

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandAugmentOptions = {}) {
    super(options);
    this.changes = this.made(NAMES);
  }

  override getRandomTransformation(images: Tensor, generator = this.generator): Policy {
    const layerIdxes = randint([this.numOps], 0, NAMES.length, { seed: generator });
    const names = [...new Set(this.#chosen(layerIdxes))];
    const transforms = Object.fromEntries(
      names.map((name) => [name, this.drawn(name, images, generator).transformation]),
    );
    return { layerIdxes, transforms };
  }

  /** The names of the changes, in the order in which they are made. */
  #chosen(layerIdxes: Tensor): ChangeName[] {
    return Array.from(layerIdxes.data(), (i) => NAMES[i] as ChangeName);
  }

  override transformImages(images: Tensor, { layerIdxes, transforms }: Policy): Tensor {
    return this.#chosen(layerIdxes).reduce(
      (x, name) => this.layerOf(name).transformImages(x, transforms[name]),
      images,
    );
  }

  override transformSegmentationMasks(masks: Tensor, { layerIdxes, transforms }: Policy): Tensor {
    return this.#chosen(layerIdxes).reduce(
      (x, name) => this.layerOf(name).transformSegmentationMasks(x, transforms[name]),
      masks,
    );
  }

  override transformBoundingBoxes(
    boundingBoxes: BoundingBoxes,
    { layerIdxes, transforms }: Policy,
    size: ImageSize<number>,
  ): BoundingBoxes {
    return this.#chosen(layerIdxes).reduce((boxes, name) => {
      const moved = this.layerOf(name).transformBoundingBoxes(boxes, transforms[name], size);
      // What has left the images does not come back with the next change.
      return moved === boxes ? boxes : clipToImageSize(moved, size);
    }, boundingBoxes);
  }
}
