/**
 * The functions between layers: ReLU, softmax, tanh and the rest of Keras's.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/activations/functions.js';
export {
  deserializeActivation as deserialize,
  getActivation as get,
  serializeActivation as serialize,
} from './nn/activations/registry.js';
export type {
  Activation,
  ActivationIdentifier,
  ActivationName,
  ActivationNames,
  SerializedFunction,
} from './nn/activations/registry.js';
