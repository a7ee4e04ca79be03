export * from './beside-operations.js';
export * from './generated/operations.js';
// Not only for the name: this module attaches the operations to tensors as methods.
export { Tensor } from './methods.js';
export type { TensorMethods } from './methods.js';
