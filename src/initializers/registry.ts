import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Tensor } from '../tensor/tensor.js';
import { Ones, Zeros } from './constant.js';
import { GlorotUniform } from './glorot.js';
import { FunctionInitializer, Initializer } from './initializer.js';
import type { InitializerFunction } from './initializer.js';
import { RandomUniform } from './random-uniform.js';

/** What can stand for an initializer. */
export type InitializerIdentifier =
  string | Initializer | InitializerFunction | Tensor | SerializedObject;

const registry = new Registry<Initializer>('initializer', 'keras.initializers', {
  identity_initializer: 'identity',
  one: 'ones',
  orthogonal_initializer: 'orthogonal',
  normal: 'random_normal',
  uniform: 'random_uniform',
  zero: 'zeros',
});
// The defaults of layers.
registry.register(GlorotUniform, Ones, RandomUniform, Zeros);

/**
 * The initializer that an identifier stands for: a name (`'he_normal'`, `'heNormal'`), an instance,
 * a plain function `(shape, dtype) => values`, a tensor of the values, or a serialized object.
 *
 * @throws ValueError for an unknown name; the message lists the known ones.
 */
export function getInitializer(identifier: InitializerIdentifier): Initializer {
  if (identifier instanceof Initializer) return identifier;
  if (typeof identifier === 'function') return new FunctionInitializer(identifier);
  if (identifier instanceof Tensor) return new FunctionInitializer(() => identifier);
  if (typeof identifier === 'string' || isSerializedObject(identifier)) {
    return registry.create(identifier);
  }
  throw new ValueError(
    `initializer: expected a name, an Initializer, a function (shape, dtype) => values or a tensor, got ` +
      `${describeValue(identifier)}.`,
  );
}

/** An initializer as Keras writes it into JSON. */
export function serializeInitializer(initializer: Initializer): SerializedObject {
  return registry.serialize(initializer);
}

/** The initializer of that serialized form; the reverse of `serialize`. */
export function deserializeInitializer(config: SerializedObject): Initializer {
  return registry.create(config);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `initializers.register(initializers.HeNormal)`.
 */
export function registerInitializers(...types: readonly ConfigurableClass<Initializer>[]): void {
  registry.register(...types);
}

/** Makes all of them known. */
export function registerAllInitializers(types: readonly ConfigurableClass<Initializer>[]): void {
  registry.registerAll(types);
}
