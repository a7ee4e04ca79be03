import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { RandomColorLayer } from './colors.js';
import { factor } from './factor.js';
import { RandomBrightness } from './random-brightness.js';
import { RandomContrast } from './random-contrast.js';
import { RandomHue } from './random-hue.js';
import { RandomSaturation } from './random-saturation.js';

/** Options of `RandomColorJitter`. */
export interface RandomColorJitterOptions extends OptionsOf<typeof RandomColorJitter> {}

/** What the layers inside draw, in their order. */
type Changes = readonly unknown[];

/**
 * While training, changes the colours of each image: brightness, contrast, saturation and hue, one after the other, as
 * `RandomBrightness`, `RandomContrast`, `RandomSaturation` and `RandomHue` of the same options do; otherwise the identity. A change
 * whose factor is not given is left out. All of them draw from the generator of this layer. float32, of the shape of the images;
 * bounding boxes and masks stay. Keras: `RandomColorJitter`.
 *
 * @example new layers.RandomColorJitter({ brightnessFactor: [0.1, 0.1] }).apply([[[0, 100, 250]]]).flatten() // [25.5, 125.5, 255]
 */
export class RandomColorJitter extends configurable(RandomColorLayer, 'RandomColorJitter', {
  /** The `factor` of `RandomBrightness`. Default null: brightness stays. */
  brightnessFactor: factor({ default: null, min: -1, max: 1 }),
  /** The `factor` of `RandomContrast`. Default null: contrast stays. */
  contrastFactor: factor({ default: null, min: 0, max: 1 }),
  /** The `factor` of `RandomSaturation`. Default null: saturation stays. */
  saturationFactor: factor({ default: null, min: -1, max: 1 }),
  /** The `factor` of `RandomHue`. Default null: hue stays. */
  hueFactor: factor({ default: null, min: 0, max: 1 }),
}) {
  /** The layers inside, in their order. */
  readonly jitters: readonly (RandomBrightness | RandomContrast | RandomSaturation | RandomHue)[];

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomColorJitterOptions = {}) {
    super(options);
    const { brightnessFactor, contrastFactor, saturationFactor, hueFactor, valueRange, seed } =
      this;
    const inner = { valueRange, seed };
    this.jitters = [
      ...(brightnessFactor === null ? [] : [new RandomBrightness(brightnessFactor, inner)]),
      ...(contrastFactor === null ? [] : [new RandomContrast(contrastFactor, inner)]),
      ...(saturationFactor === null ? [] : [new RandomSaturation(saturationFactor, inner)]),
      ...(hueFactor === null ? [] : [new RandomHue(hueFactor, inner)]),
    ];
  }

  /** Saturation and hue are those of three channels. */
  protected override get channels(): readonly number[] | null {
    return this.saturationFactor === null && this.hueFactor === null ? null : [3];
  }

  override getRandomTransformation(images: Tensor, generator = this.generator): Changes {
    return this.jitters.map((layer) => layer.getRandomTransformation(images, generator));
  }

  override transformImages(images: Tensor, transformation: Changes): Tensor {
    return this.jitters.reduce(
      (x, layer, i) => layer.transformImages(x, transformation[i] as never),
      images,
    );
  }
}
