import { describeValue } from '../config/check-number.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Tensor } from '../tensor/tensor.js';
import { Constant, Ones, Zeros } from './constant.js';
import { GlorotNormal, GlorotUniform } from './glorot.js';
import { HeNormal, HeUniform } from './he.js';
import { Identity } from './identity.js';
import { FunctionInitializer, Initializer } from './initializer.js';
import type { InitializerFunction } from './initializer.js';
import { LecunNormal, LecunUniform } from './lecun.js';
import { Orthogonal } from './orthogonal.js';
import { RandomNormal, TruncatedNormal } from './random-normal.js';
import { RandomUniform } from './random-uniform.js';
import { VarianceScaling } from './variance-scaling.js';

/** What can stand for an initializer. */
export type InitializerIdentifier =
  string | Initializer | InitializerFunction | Tensor | SerializedObject;

const registry = new Registry<Initializer>('initializer', 'keras.initializers', [
  [Constant],
  [GlorotNormal],
  [GlorotUniform],
  [HeNormal],
  [HeUniform],
  [Identity, 'IdentityInitializer'],
  [LecunNormal],
  [LecunUniform],
  [Ones, 'one'],
  [Orthogonal, 'OrthogonalInitializer'],
  [RandomNormal, 'normal'],
  [RandomUniform, 'uniform'],
  [TruncatedNormal],
  [VarianceScaling],
  [Zeros, 'zero'],
]);

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
