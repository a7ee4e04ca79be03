/**
 * The values that weights begin with.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
export * from './generated/factories.js';
export { Initializer } from './initializer.js';
export type { InitializerFunction } from './initializer.js';
export {
  deserializeInitializer as deserialize,
  getInitializer as get,
  serializeInitializer as serialize,
  registerInitializers as register,
} from './registry.js';
export type { InitializerIdentifier, InitializerName } from './registry.js';
