import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Optimizer } from './optimizer.js';

/** All optimizers, under Keras's names: those of the classes in lower case, `'rmsprop'`, `'adamw'`. */
export const optimizerRegistry = new Registry<Optimizer>(
  'optimizer',
  'keras.optimizers',
  {},
  { keyOf: (name) => name.replaceAll('_', '').toLowerCase() },
);

/** What stands for an optimizer: a name, a config from a file, or an instance. */
export type OptimizerIdentifier = string | SerializedObject | Optimizer;

/**
 * The optimizer that `identifier` stands for: `'rmsprop'`, `'RMSprop'`, `'sgd'` and so on with all defaults.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 */
export function getOptimizer(identifier: OptimizerIdentifier): Optimizer {
  if (identifier instanceof Optimizer) return identifier;
  if (typeof identifier === 'string' || isSerializedObject(identifier)) {
    return optimizerRegistry.create(identifier);
  }
  throw new ValueError(
    `An optimizer is a name or an instance of optimizers.Optimizer, got ` +
      `${describeValue(identifier)}.`,
  );
}

/** `optimizer` as Keras writes it into JSON. */
export function serializeOptimizer(optimizer: Optimizer): SerializedObject {
  return optimizerRegistry.serialize(optimizer);
}

/** The optimizer that `serializeOptimizer` or Keras wrote. */
export function deserializeOptimizer(object: SerializedObject): Optimizer {
  return getOptimizer(object);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `optimizers.register(optimizers.RMSprop)`.
 */
export function registerOptimizers(...types: readonly ConfigurableClass<Optimizer>[]): void {
  optimizerRegistry.register(...types);
}

/** Makes all of them known. */
export function registerAllOptimizers(types: readonly ConfigurableClass<Optimizer>[]): void {
  optimizerRegistry.registerAll(types);
}
