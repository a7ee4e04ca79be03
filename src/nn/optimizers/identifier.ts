import type { AnyName, ClassNames, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import type { Optimizer } from './optimizer.js';
import { optimizerRegistry } from './registry.js';

/**
 * Names of your own optimizers. Types accept them after `declare module 'lanegrad/optimizers' { interface
 * OptimizerNames { my_optimizer: true } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface OptimizerNames {}

/** Keras's names of optimizers, such as `'rmsprop'` or `'RMSprop'`, and those in `OptimizerNames`. */
export type OptimizerName =
  // eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- programs extend the interface
  ClassNames<typeof classes> | Lowercase<ClassNames<typeof classes>> | keyof OptimizerNames;

/** An optimizer as you can specify it: a name, a config from a file, or an instance. */
export type OptimizerIdentifier = OptimizerName | SerializedObject | Optimizer;

/**
 * The optimizer that `identifier` stands for: `'rmsprop'`, `'RMSprop'`, `'sgd'` and so on with all defaults.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example optimizers.get('adam')
 */
export const getOptimizer = (identifier: OptimizerIdentifier | AnyName): Optimizer =>
  optimizerRegistry.get(identifier);
