/**
 * Functions of tensors, with gradients, and of symbolic tensors, where they are nodes of a graph. Most are methods of
 * tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */

export * from './ops/generated/public-operations.js';
// Not only for the name: this module attaches the operations to tensors as methods.
export { Tensor } from './ops/methods.js';
export type { TensorMethods } from './ops/methods.js';
