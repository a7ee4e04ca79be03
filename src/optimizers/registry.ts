import { isSerializedObject, Registry } from '../config/index.js';
import type { SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Adadelta } from './adadelta.js';
import { Adagrad } from './adagrad.js';
import { AdamW } from './adam-w.js';
import { Adam } from './adam.js';
import { Adamax } from './adamax.js';
import { Ftrl } from './ftrl.js';
import { Lion } from './lion.js';
import { Nadam } from './nadam.js';
import { Optimizer } from './optimizer.js';
import { RMSprop } from './rmsprop.js';
import { SGD } from './sgd.js';

/** All optimizers, under Keras's names. */
export const optimizerRegistry = new Registry<Optimizer>('optimizer', 'keras.optimizers', [
  [SGD],
  [Adam],
  [AdamW, 'adamw'],
  [Adamax],
  [Nadam],
  [Adagrad],
  [Adadelta],
  [Lion],
  [Ftrl],
  [RMSprop, 'rmsprop', 'rms_prop'],
]);

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
      `${identifier === null ? 'null' : typeof identifier}.`,
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
