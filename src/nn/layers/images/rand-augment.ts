import { boolean, choice, configurable, length, number } from '../../../config/index.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import {
  AutoContrast,
  Equalization,
  RandomPosterization,
  RandomSharpness,
  Solarization,
} from './tones.js';
import { RandomColorLayer } from './colors.js';
import type { NumberPair } from './factor.js';
import type { BaseImagePreprocessingLayer } from './image-preprocessing.js';
import { RandomBrightness, RandomColorDegeneration, RandomContrast } from './color-jitter.js';
import { RandomRotation, RandomShear, RandomTranslation } from './geometry.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { clipToImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { randint } from '../../../engine/random/draw.js';
import { factor } from './factor.js';
import { add, clip, concat, mul, reshape, slice, sub } from '../../../engine/ops/index.js';
import { beta } from '../../../engine/random/distributions.js';
import { full } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';

// The changes of images among which RandAugment and AugMix choose.

/** What a change is made with. */
interface Setting {
  readonly factor: NumberPair;
  readonly valueRange: NumberPair;
  readonly interpolation: 'nearest' | 'bilinear';
  readonly seed: number;
}

/** How each change is made, under Keras's names of them in camelCase. */
const MAKERS = {
  randomShear: ({ factor, interpolation, seed }: Setting) =>
    new RandomShear({ xFactor: factor, yFactor: factor, interpolation, seed }),
  randomTranslation: ({ factor, interpolation, seed }: Setting) =>
    new RandomTranslation(factor, factor, { interpolation, seed }),
  randomRotation: ({ factor, interpolation, seed }: Setting) =>
    new RandomRotation(factor, { interpolation, seed }),
  randomBrightness: ({ factor, valueRange, seed }: Setting) =>
    new RandomBrightness(factor, { valueRange, seed }),
  randomColorDegeneration: ({ factor, valueRange, seed }: Setting) =>
    new RandomColorDegeneration(factor, { valueRange, seed }),
  randomContrast: ({ factor, valueRange, seed }: Setting) =>
    new RandomContrast(factor, { valueRange, seed }),
  randomSharpness: ({ factor, valueRange, seed }: Setting) =>
    new RandomSharpness(factor, { valueRange, seed }),
  randomPosterization: ({ factor, valueRange, seed }: Setting) =>
    new RandomPosterization(Math.max(1, Math.floor(8 * factor[1])), { valueRange, seed }),
  solarization: ({ factor, valueRange, seed }: Setting) =>
    new Solarization({ additionFactor: factor, thresholdFactor: factor, valueRange, seed }),
  autoContrast: ({ valueRange }: Setting) => new AutoContrast({ valueRange }),
  equalization: ({ valueRange }: Setting) => new Equalization({ valueRange }),
} satisfies Readonly<Record<string, (setting: Setting) => BaseImagePreprocessingLayer>>;

/** The name of a change. */
type ChangeName = keyof typeof MAKERS;

/** A change, and what is drawn of it. */
interface Change {
  readonly name: ChangeName;
  readonly transformation: unknown;
}

/** A layer that chooses among changes, each a layer that takes the strength of this one. */
abstract class ChoosingLayer extends configurable(RandomColorLayer, 'ChoosingLayer', {
  /** For changes that move pixels: `'bilinear'` (default), linear interpolation of four pixels, or `'nearest'`, the nearest pixel. */
  interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear' }),
}) {
  // The strength of the changes.
  abstract readonly factor: NumberPair;
  /** The layers of the changes, in the order of their names. */
  protected abstract readonly changes: readonly BaseImagePreprocessingLayer[];
  /** The names of the changes to choose from. */
  protected abstract readonly names: readonly ChangeName[];

  /** The layers of the changes of those names. All of them draw from the generator of this layer. @internal */
  protected made(names: readonly ChangeName[]): readonly BaseImagePreprocessingLayer[] {
    const { factor, valueRange, interpolation, generator } = this;
    const setting = { factor, valueRange, interpolation, seed: generator.getState().seed };
    return Object.freeze(names.map((name) => MAKERS[name](setting)));
  }

  /** The layer that makes a change. */
  protected layerOf(name: ChangeName): BaseImagePreprocessingLayer {
    return this.changes[this.names.indexOf(name)] as BaseImagePreprocessingLayer;
  }

  /** The random transformation of a change. */
  protected drawn(name: ChangeName, images: Tensor, generator: SeedGenerator): Change {
    return { name, transformation: this.layerOf(name).getRandomTransformation(images, generator) };
  }
}

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

/** Which changes are made, and the random transformation of each. */
interface Policy {
  /** The indices of the changes, in the order in which they are made: int32 [numOps]. */
  readonly layerIdxes: Tensor;
  /** The random transformations of the changes that are made. */
  readonly transforms: Readonly<Partial<Record<ChangeName, unknown>>>;
}

/**
 * During training, applies `numOps` of eleven changes, drawn for each batch, one after the other (Cubuk et al., 2019). Otherwise
 * the identity. The changes are `RandomShear`, `RandomTranslation`, `RandomRotation`, `RandomBrightness`,
 * `RandomColorDegeneration`, `RandomContrast`, `RandomSharpness`, `RandomPosterization`, `Solarization`, `AutoContrast` and
 * `Equalization`, with the `factor` of this layer. The strength of a change is drawn for each image; a change that is drawn twice
 * is made twice with the same strength. float32, of the images' shape. Bounding boxes and masks are changed accordingly. Images
 * need three channels. Keras: `RandAugment`.
 *
 * Each call reads which changes were drawn, and computes only these. A model that contains this layer therefore has to run the
 * code of all its layers at every training step. Augment in the data pipeline, not inside the model.
 *
 * @example
 * const augment = new layers.RandAugment({ valueRange: [0, 1], numOps: 2, factor: 0.3 });
 * const augmented = augment.apply(random.uniform([4, 32, 32, 3]));
 */
export class RandAugment extends configurable(ChoosingLayer, 'RandAugment', {
  /** The number of changes. Default 2. */
  numOps: length({ default: 2 }),
  /** The strength of the changes, from 0 to 1: the limits of their factors. A number f stands for [0, f]. Default 0.5. */
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

/** Options of `AugMix`. */
export interface AugMixOptions extends OptionsOf<typeof AugMix> {}

/** The changes that do not only change brightness and colours. */
const AUG_MIX_NAMES: readonly ChangeName[] = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
];

const ALL_NAMES: readonly ChangeName[] = [
  ...AUG_MIX_NAMES,
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
];

/** Chains of changes, and the weights of their results. */
interface Chains {
  /** The weight of each chain, which sum to 1: [numChains]. */
  readonly chainMixingWeights: Tensor;
  /** The weight of the original images: []. */
  readonly weightSample: Tensor;
  /** The changes of each chain, in the order in which they are made: [numChains][at most chainDepth]. */
  readonly chainTransforms: readonly (readonly Change[])[];
}

/**
 * During training, mixes the images of a batch with the results of chains of changes (Hendrycks et al., 2019): w · x + (1 − w) · Σ wᵢ ·
 * chainᵢ(x), clipped to `valueRange`. Otherwise the identity. w is drawn from the beta distribution with parameters α and α, the wᵢ from
 * the Dirichlet distribution with parameter α. A chain is a sequence of `chainDepth` changes, each of which is one of those of
 * `RandAugment`, or none. Chains and weights are the same for all images of a batch; the strength of a change is drawn for each image.
 * float32, of the images' shape. Masks are changed and mixed in the same way and become float32; bounding boxes do not change, as in
 * Keras. Images need three channels. Keras: `AugMix`.
 *
 * Each call reads which changes were drawn, and computes only these. A model that contains this layer therefore has to run the code of
 * all its layers at every training step. Augment in the data pipeline, not inside the model.
 *
 * @example
 * const augment = new layers.AugMix({ valueRange: [0, 1], factor: 0.2 });
 * const augmented = augment.apply(random.uniform([4, 32, 32, 3]));
 */
export class AugMix extends configurable(ChoosingLayer, 'AugMix', {
  /** The number of chains. Default 3. */
  numChains: length({ default: 3 }),
  /** The largest number of changes in a chain. Default 3. */
  chainDepth: length({ default: 3 }),
  /** The strength of the changes, from 0 to 1: the limits of their factors. A number f stands for [0, f]. Default 0.3. */
  factor: factor({ default: 0.3, min: 0, max: 1 }),
  /** The parameter of both distributions, above 0. Default 1: all mixtures are equally likely. */
  alpha: number({ default: 1, above: 0 }),
  /** Whether the changes include brightness, contrast, sharpness and colour strength. Default true. */
  allOps: boolean({ default: true }),
}) {
  protected override readonly names: readonly ChangeName[];
  protected override readonly changes: readonly BaseImagePreprocessingLayer[];

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: AugMixOptions = {}) {
    super(options);
    this.names = this.allOps ? ALL_NAMES : AUG_MIX_NAMES;
    this.changes = this.made(this.names);
  }

  protected override dtypeOfFollower(path: string, dtype: DType): DType {
    return path === '.segmentationMasks' ? 'float32' : super.dtypeOfFollower(path, dtype);
  }

  override getRandomTransformation(images: Tensor, generator = this.generator): Chains {
    const { alpha, numChains, chainDepth, names } = this;
    const chainMixingWeights = this.#shares(generator);
    const weightSample = beta([], alpha, alpha, { seed: generator });
    // One number more than there are changes: no change.
    const count = names.length + 1;
    const drawn = [...randint([numChains, chainDepth], 0, count, { seed: generator }).data()];
    const chainTransforms = Array.from({ length: numChains }, (_, chain) =>
      drawn
        .slice(chain * chainDepth, (chain + 1) * chainDepth)
        .flatMap((i) => names[i] ?? [])
        .map((name) => this.drawn(name, images, generator)),
    );
    return { chainMixingWeights, weightSample, chainTransforms };
  }

  /**
   * Numbers of Dirichlet's distribution, [numChains]: each takes a part of what those before have left. That is so distributed as gamma
   * numbers divided by their sum, which is 0 where α is small.
   */
  #shares(seed: SeedGenerator): Tensor {
    const { alpha, numChains } = this;
    let left = full([1], 1);
    const shares: Tensor[] = [];
    for (let others = numChains - 1; others > 0; others--) {
      const part = beta([1], alpha, alpha * others, { seed });
      shares.push(mul(left, part));
      left = mul(left, sub(1, part));
    }
    return concat([...shares, left], 0);
  }

  override transformImages(images: Tensor, transformation: Chains): Tensor {
    const changed = this.#mixed(images, transformation, (layer, x, drawn) =>
      layer.transformImages(x, drawn),
    );
    return clip(changed, ...this.valueRange);
  }

  override transformSegmentationMasks(masks: Tensor, transformation: Chains): Tensor {
    return this.#mixed(masks, transformation, (layer, x, drawn) =>
      layer.transformSegmentationMasks(x, drawn),
    );
  }

  /** x mixed with what the chains make of it. */
  #mixed(
    x: Tensor,
    { chainMixingWeights, weightSample, chainTransforms }: Chains,
    change: (layer: BaseImagePreprocessingLayer, x: Tensor, drawn: unknown) => Tensor,
  ): Tensor {
    const terms = chainTransforms.map((chain, i) => {
      const end = chain.reduce(
        (given, { name, transformation }) => change(this.layerOf(name), given, transformation),
        x,
      );
      return mul(end, slice(chainMixingWeights, [i, i + 1]));
    });
    const mixture = terms.reduce((a, b) => add(a, b));
    const weight = reshape(weightSample, [1]);
    return add(mul(x, weight), mul(mixture, sub(1, weight)));
  }
}
