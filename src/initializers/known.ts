import type { KerasClass } from '../config/index.js';
import { Constant, Ones, Zeros } from './constant.js';
import { GlorotNormal, GlorotUniform } from './glorot.js';
import { HeNormal, HeUniform } from './he.js';
import { Identity } from './identity.js';
import { LecunNormal, LecunUniform } from './lecun.js';
import { Orthogonal } from './orthogonal.js';
import { RandomNormal, TruncatedNormal } from './random-normal.js';
import { RandomUniform } from './random-uniform.js';
import { VarianceScaling } from './variance-scaling.js';
import type { Initializer } from './initializer.js';

/** All initializers that Keras knows by name. */
export const INITIALIZERS: readonly KerasClass<Initializer>[] = [
  Constant,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  Identity,
  LecunNormal,
  LecunUniform,
  Ones,
  Orthogonal,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  VarianceScaling,
  Zeros,
];
