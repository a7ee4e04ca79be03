/**
 * The functions between layers: ReLU, softmax, tanh and the rest of Keras's.
 *
 * @module
 */

import '../ops/methods.js';
export * from './functions.js';
export {
  deserializeActivation as deserialize,
  getActivation as get,
  serializeActivation as serialize,
} from './registry.js';
export type {
  Activation,
  ActivationIdentifier,
  ActivationName,
  SerializedFunction,
} from './registry.js';
