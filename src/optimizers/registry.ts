import { Registry } from '../config/index.js';
import type { ClassNames, KerasClass, OpenName, SerializedObject } from '../config/index.js';
import type * as classes from './generated/classes.js';
import { Optimizer } from './optimizer.js';

/** Keras's names of optimizers, which an editor completes. */
export type OptimizerName = OpenName<Lowercase<ClassNames<typeof classes>>>;

/** What stands for an optimizer: a name, a config from a file, or an instance. */
export type OptimizerIdentifier = OptimizerName | SerializedObject | Optimizer;

/** The optimizers that are known by name. @internal */
export const optimizerRegistry = new Registry<Optimizer>({
  kind: 'optimizer',
  module: 'keras.optimizers',
  base: Optimizer,
  expected: 'a name or an instance of optimizers.Optimizer',
  // Keras's names are those of the classes in lower case: `'rmsprop'`, `'adamw'`.
  keyOf: (name) => name.replaceAll('_', '').toLowerCase(),
});

/**
 * The optimizer that `identifier` stands for: `'rmsprop'`, `'RMSprop'`, `'sgd'` and so on with all defaults.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 * @example optimizers.get('adam')
 */
export const getOptimizer = (identifier: OptimizerIdentifier): Optimizer =>
  optimizerRegistry.get(identifier);

/**
 * `optimizer` as Keras writes it into JSON.
 *
 * @example optimizers.serialize(new optimizers.SGD({ momentum: 0.9 }))
 */
export const serializeOptimizer = (optimizer: Optimizer): SerializedObject =>
  optimizerRegistry.serialize(optimizer);

/**
 * The optimizer that `serialize` or Keras wrote.
 *
 * @example optimizers.deserialize({ class_name: 'SGD', config: { learning_rate: 0.1 } })
 */
export const deserializeOptimizer = (config: SerializedObject): Optimizer =>
  optimizerRegistry.create(config);

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package.
 *
 * @throws ValueError if a class has no name of its own.
 * @example optimizers.register(optimizers.RMSprop)
 */
export function registerOptimizers(...types: readonly KerasClass<Optimizer>[]): void {
  optimizerRegistry.register(...types);
}
