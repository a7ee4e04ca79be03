import { boolean, configurable, length, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { add, clip, concat, mul, reshape, slice, sub } from '../../../engine/ops/index.js';
import { randint } from '../../../engine/random/draw.js';
import { beta } from '../../../engine/random/distributions.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { full } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { ChoosingLayer } from './augmentations.js';
import type { Change, ChangeName } from './augmentations.js';
import { factor } from './factor.js';
import type { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** Options of `AugMix`. */
export interface AugMixOptions extends OptionsOf<typeof AugMix> {}

/** The changes that do not only change brightness and colours. */
const NAMES: readonly ChangeName[] = [
  'randomShear',
  'randomTranslation',
  'randomRotation',
  'randomPosterization',
  'solarization',
  'autoContrast',
  'equalization',
];

const ALL_NAMES: readonly ChangeName[] = [
  ...NAMES,
  'randomBrightness',
  'randomColorDegeneration',
  'randomContrast',
  'randomSharpness',
];

/** Chains of changes, and how what they make is mixed. */
interface Chains {
  /** How much of each chain is in the mixture, together 1: [numChains]. */
  readonly chainMixingWeights: Tensor;
  /** How much of the images stays: []. */
  readonly weightSample: Tensor;
  readonly chainTransforms: readonly (readonly Change[])[];
}

/**
 * While training, mixes the images of a batch with what chains of changes make of them (Hendrycks et al., 2019); otherwise the identity:
 * w · x + (1 − w) · Σ wᵢ · chainᵢ(x), cut to `valueRange`. w is drawn from the beta distribution of α and α, the wᵢ from Dirichlet's of α.
 * A chain is `chainDepth` changes one after the other, each of which is drawn among those of `RandAugment` and none. Chains and weights
 * are the same for all images of a batch, how strong a change is is drawn for each image. float32, of the shape of the images. Masks are
 * changed and mixed likewise, and become float32; bounding boxes stay, as in Keras. Images have three channels. Keras: `AugMix`.
 *
 * Which changes are made is read in each call, and only these are computed. So a step of a model with this layer inside runs its
 * layers each time. Augment in the data of a model, not inside of the model.
 *
 * @example
 * const augment = new layers.AugMix({ valueRange: [0, 1], factor: 0.2 });
 * const augmented = augment.apply(random.uniform([4, 32, 32, 3]));
 */
export class AugMix extends configurable(ChoosingLayer, 'AugMix', {
  /** How many chains are mixed. Default 3. */
  numChains: length({ default: 3 }),
  /** How many changes a chain has at most. Default 3. */
  chainDepth: length({ default: 3 }),
  /** How strong the changes are, from 0 to 1: the limits of their factors; a number f is [0, f]. Default 0.3. */
  factor: factor({ default: 0.3, min: 0, max: 1 }),
  /** The parameter of both distributions, above 0. Default 1: all mixtures are equally likely. */
  alpha: number({ default: 1, above: 0 }),
  /** Whether brightness, contrast, sharpness and the strength of colours are among the changes. Default true. */
  allOps: boolean({ default: true }),
}) {
  protected override readonly names: readonly ChangeName[];
  protected override readonly changes: readonly BaseImagePreprocessingLayer[];

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: AugMixOptions = {}) {
    super(options);
    this.names = this.allOps ? ALL_NAMES : NAMES;
    this.changes = this.made(this.names);
  }

  protected override dtypeOfFollower(place: string, dtype: DType): DType {
    return place === '.segmentationMasks' ? 'float32' : super.dtypeOfFollower(place, dtype);
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
