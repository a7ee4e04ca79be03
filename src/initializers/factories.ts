// Keras's names in lower case: each makes an instance of the class of that name.
import { Constant, Identity, Ones, Zeros } from './constant.js';
import { Orthogonal } from './orthogonal.js';
import type { OrthogonalOptions } from './orthogonal.js';
import { RandomNormal, RandomUniform, TruncatedNormal } from './random.js';
import type { NormalOptions, UniformOptions } from './random.js';
import {
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  LecunNormal,
  LecunUniform,
  VarianceScaling,
} from './variance-scaling.js';
import type { FanOptions, VarianceScalingOptions } from './variance-scaling.js';
import type { TensorLike } from '../tensor/index.js';

/**
 * A new `Constant`.
 *
 * @example initializers.constant(0.1)
 */
export const constant = (value?: TensorLike): Constant => new Constant(value);

/**
 * A new `GlorotNormal`.
 *
 * @example initializers.glorotNormal({ seed: 1 })
 */
export const glorotNormal = (options?: FanOptions): GlorotNormal => new GlorotNormal(options);

/**
 * A new `GlorotUniform`.
 *
 * @example initializers.glorotUniform({ seed: 1 })
 */
export const glorotUniform = (options?: FanOptions): GlorotUniform => new GlorotUniform(options);

/**
 * A new `HeNormal`.
 *
 * @example initializers.heNormal({ seed: 1 })
 */
export const heNormal = (options?: FanOptions): HeNormal => new HeNormal(options);

/**
 * A new `HeUniform`.
 *
 * @example initializers.heUniform({ seed: 1 })
 */
export const heUniform = (options?: FanOptions): HeUniform => new HeUniform(options);

/**
 * A new `Identity`.
 *
 * @example initializers.identity(2)
 */
export const identity = (gain?: number): Identity => new Identity(gain);

/**
 * A new `LecunNormal`.
 *
 * @example initializers.lecunNormal({ seed: 1 })
 */
export const lecunNormal = (options?: FanOptions): LecunNormal => new LecunNormal(options);

/**
 * A new `LecunUniform`.
 *
 * @example initializers.lecunUniform({ seed: 1 })
 */
export const lecunUniform = (options?: FanOptions): LecunUniform => new LecunUniform(options);

/**
 * A new `Ones`.
 *
 * @example initializers.ones()
 */
export const ones = (): Ones => new Ones();

/**
 * A new `Orthogonal`.
 *
 * @example initializers.orthogonal({ gain: 1.4 })
 */
export const orthogonal = (options?: OrthogonalOptions): Orthogonal => new Orthogonal(options);

/**
 * A new `RandomNormal`.
 *
 * @example initializers.randomNormal({ stddev: 0.01 })
 */
export const randomNormal = (options?: NormalOptions): RandomNormal => new RandomNormal(options);

/**
 * A new `RandomUniform`.
 *
 * @example initializers.randomUniform({ minval: -1, maxval: 1 })
 */
export const randomUniform = (options?: UniformOptions): RandomUniform =>
  new RandomUniform(options);

/**
 * A new `TruncatedNormal`.
 *
 * @example initializers.truncatedNormal({ stddev: 0.01 })
 */
export const truncatedNormal = (options?: NormalOptions): TruncatedNormal =>
  new TruncatedNormal(options);

/**
 * A new `VarianceScaling`.
 *
 * @example initializers.varianceScaling({ scale: 2 })
 */
export const varianceScaling = (options?: VarianceScalingOptions): VarianceScaling =>
  new VarianceScaling(options);

/**
 * A new `Zeros`.
 *
 * @example initializers.zeros()
 */
export const zeros = (): Zeros => new Zeros();
