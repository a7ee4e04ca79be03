import type { KerasClass } from '../config/index.js';
import { Adadelta } from './adadelta.js';
import { Adagrad } from './adagrad.js';
import { AdamW } from './adam-w.js';
import { Adam } from './adam.js';
import { Adamax } from './adamax.js';
import { Ftrl } from './ftrl.js';
import { Lion } from './lion.js';
import { Nadam } from './nadam.js';
import { RMSprop } from './rmsprop.js';
import { SGD } from './sgd.js';
import type { Optimizer } from './optimizer.js';

/** All optimizers that Keras knows by name. */
export const OPTIMIZERS: readonly KerasClass<Optimizer>[] = [
  SGD,
  Adam,
  AdamW,
  Adamax,
  Nadam,
  Adagrad,
  Adadelta,
  Lion,
  Ftrl,
  RMSprop,
];
