// The changes of images among which RandAugment and AugMix choose.
import { choice, configurable } from '../../../config/index.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { AutoContrast } from './auto-contrast.js';
import { RandomColorLayer } from './colors.js';
import { Equalization } from './equalization.js';
import type { NumberPair } from './factor.js';
import type { BaseImagePreprocessingLayer } from './image-preprocessing.js';
import { RandomBrightness } from './random-brightness.js';
import { RandomColorDegeneration } from './random-grayscale.js';
import { RandomContrast } from './random-contrast.js';
import { RandomPosterization } from './random-posterization.js';
import { RandomRotation } from './random-rotation.js';
import { RandomSharpness } from './random-sharpness.js';
import { RandomShear } from './random-shear.js';
import { RandomTranslation } from './random-translation.js';
import { Solarization } from './solarization.js';

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
export type ChangeName = keyof typeof MAKERS;

/** A change, and what is drawn of it. */
export interface Change {
  readonly name: ChangeName;
  readonly transformation: unknown;
}

/** A layer that chooses among changes, each a layer that takes the strength of this one. */
export abstract class ChoosingLayer extends configurable(RandomColorLayer, 'ChoosingLayer', {
  /** Of changes that move pixels: `'bilinear'` (default), straight lines between four pixels, or `'nearest'`, the nearest pixel. */
  interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear' }),
}) {
  // The strength of the changes.
  abstract readonly factor: NumberPair;
  /** The layers of the changes, in the order of their names. */
  protected abstract readonly changes: readonly BaseImagePreprocessingLayer[];
  /** The names of the changes among which is chosen. */
  protected abstract readonly names: readonly ChangeName[];

  /** The layers of the changes of those names. All of them draw from the generator of this layer. */
  protected made(names: readonly ChangeName[]): readonly BaseImagePreprocessingLayer[] {
    const { factor, valueRange, interpolation, generator } = this;
    const setting = { factor, valueRange, interpolation, seed: generator.getState().seed };
    return Object.freeze(names.map((name) => MAKERS[name](setting)));
  }

  /** The layer of a change. */
  protected layerOf(name: ChangeName): BaseImagePreprocessingLayer {
    return this.changes[this.names.indexOf(name)] as BaseImagePreprocessingLayer;
  }

  /** What is drawn of a change. */
  protected drawn(name: ChangeName, images: Tensor, generator: SeedGenerator): Change {
    return { name, transformation: this.layerOf(name).getRandomTransformation(images, generator) };
  }
}
