import { checkNumber } from '../config/check-number.js';
import { isSerializedObject } from '../config/index.js';
import type { SerializedObject } from '../config/index.js';
import { SeedGenerator } from '../random/index.js';
import { Initializer } from './initializer.js';

/** What an initializer's `seed` may be. */
export type InitializerSeed = number | SeedGenerator | null;

/** An initializer of random values. */
export abstract class RandomInitializer extends Initializer {
  /** As it was given; null: derived from the global seed when the initializer was made. */
  readonly seed: InitializerSeed;
  /**
   * What the values are drawn with: a number gives the same values at each call, a generator moves
   * on.
   */
  protected readonly source: number | SeedGenerator;

  constructor(owner: string, seed: InitializerSeed | SerializedObject | undefined) {
    super();
    this.seed = checkSeed(owner, seed);
    this.source = this.seed ?? new SeedGenerator(null).getState().seed;
  }

  /** `seed` in Keras's form. */
  protected seedConfig(): number | SerializedObject | null {
    if (!(this.seed instanceof SeedGenerator)) return this.seed;
    return {
      module: 'keras.random',
      class_name: 'SeedGenerator',
      config: { seed: this.seed.getState().seed },
      registered_name: null,
    };
  }
}

function checkSeed(owner: string, seed: unknown): InitializerSeed {
  if (seed === null || seed === undefined) return null;
  if (seed instanceof SeedGenerator) return seed;
  if (isSerializedObject(seed) && seed.class_name === 'SeedGenerator') {
    return new SeedGenerator(checkSeedNumber(owner, seed.config['seed']));
  }
  return checkSeedNumber(owner, seed);
}

const checkSeedNumber = (owner: string, seed: unknown): number =>
  checkNumber(owner, 'seed', seed, { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });
