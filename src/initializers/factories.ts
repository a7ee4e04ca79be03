// Keras's names in lower case: each makes an instance of the class of that name.
import { Constant, Ones, Zeros } from './constant.js';
import { GlorotNormal, GlorotUniform } from './glorot.js';
import { HeNormal, HeUniform } from './he.js';
import { Identity } from './identity.js';
import { LecunNormal, LecunUniform } from './lecun.js';
import { Orthogonal } from './orthogonal.js';
import type { OrthogonalOptions } from './orthogonal.js';
import { RandomNormal, TruncatedNormal } from './random-normal.js';
import type { NormalOptions } from './random-normal.js';
import { RandomUniform } from './random-uniform.js';
import type { UniformOptions } from './random-uniform.js';
import { VarianceScaling } from './variance-scaling.js';
import type { FanOptions, VarianceScalingOptions } from './variance-scaling.js';

/** `new Constant(value)` */
export const constant = (value?: number): Constant => new Constant(value);
/** `new GlorotNormal(options)` */
export const glorotNormal = (options?: FanOptions): GlorotNormal => new GlorotNormal(options);
/** `new GlorotUniform(options)` */
export const glorotUniform = (options?: FanOptions): GlorotUniform => new GlorotUniform(options);
/** `new HeNormal(options)` */
export const heNormal = (options?: FanOptions): HeNormal => new HeNormal(options);
/** `new HeUniform(options)` */
export const heUniform = (options?: FanOptions): HeUniform => new HeUniform(options);
/** `new Identity(gain)` */
export const identity = (gain?: number): Identity => new Identity(gain);
/** `new LecunNormal(options)` */
export const lecunNormal = (options?: FanOptions): LecunNormal => new LecunNormal(options);
/** `new LecunUniform(options)` */
export const lecunUniform = (options?: FanOptions): LecunUniform => new LecunUniform(options);
/** `new Ones()` */
export const ones = (): Ones => new Ones();
/** `new Orthogonal(options)` */
export const orthogonal = (options?: OrthogonalOptions): Orthogonal => new Orthogonal(options);
/** `new RandomNormal(options)` */
export const randomNormal = (options?: NormalOptions): RandomNormal => new RandomNormal(options);
/** `new RandomUniform(options)` */
export const randomUniform = (options?: UniformOptions): RandomUniform =>
  new RandomUniform(options);
/** `new TruncatedNormal(options)` */
export const truncatedNormal = (options?: NormalOptions): TruncatedNormal =>
  new TruncatedNormal(options);
/** `new VarianceScaling(options)` */
export const varianceScaling = (options?: VarianceScalingOptions): VarianceScaling =>
  new VarianceScaling(options);
/** `new Zeros()` */
export const zeros = (): Zeros => new Zeros();
