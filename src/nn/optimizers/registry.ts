import { Registry } from '../../config/index.js';
import type { KerasClass, SerializedObject } from '../../config/index.js';
import { Optimizer } from './optimizer.js';

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
 * `optimizer` as Keras writes it into JSON.
 *
 * @example optimizers.serialize(new optimizers.SGD({ momentum: 0.9 }))
 */
export const serializeOptimizer = (optimizer: Optimizer): SerializedObject =>
  optimizerRegistry.serialize(optimizer);

/**
 * The optimizer from a config that `serialize` or Keras wrote.
 *
 * @example optimizers.deserialize({ class_name: 'SGD', config: { learning_rate: 0.1 } })
 */
export const deserializeOptimizer = (config: SerializedObject): Optimizer =>
  optimizerRegistry.create(config);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example optimizers.register(optimizers.RMSprop)
 */
export function registerOptimizers(...types: readonly KerasClass<Optimizer>[]): void {
  optimizerRegistry.register(...types);
}
