/**
 * The values that weights begin with.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/initializers/generated/classes.js';
export * from './nn/initializers/generated/factories.js';
export { Initializer } from './nn/initializers/initializer.js';
export type { InitializerFunction } from './nn/initializers/initializer.js';
export {
  deserializeInitializer as deserialize,
  getInitializer as get,
  serializeInitializer as serialize,
  registerInitializers as register,
} from './nn/initializers/registry.js';
export type {
  InitializerIdentifier,
  InitializerName,
  InitializerNames,
} from './nn/initializers/registry.js';
