import type { ConfigurableClass } from '../config/index.js';
import { OrthogonalRegularizer } from './orthogonal-regularizer.js';
import type { Regularizer } from './regularizer.js';

/** Regularizers that Keras knows by name, beside those that every program knows. */
export const REGULARIZERS: readonly ConfigurableClass<Regularizer>[] = [OrthogonalRegularizer];
