import type { ClassNames, OpenName, SerializedObject } from '../../config/index.js';
import type * as classes from './generated/classes.js';
import type { Optimizer } from './optimizer.js';
import { optimizerRegistry } from './registry.js';

/** Keras's names of optimizers, which an editor completes. */
export type OptimizerName = OpenName<Lowercase<ClassNames<typeof classes>>>;

/** What stands for an optimizer: a name, a config from a file, or an instance. */
export type OptimizerIdentifier = OptimizerName | SerializedObject | Optimizer;

/**
 * The optimizer that `identifier` stands for: `'rmsprop'`, `'RMSprop'`, `'sgd'` and so on with all defaults.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example optimizers.get('adam')
 */
export const getOptimizer = (identifier: OptimizerIdentifier): Optimizer =>
  optimizerRegistry.get(identifier);
