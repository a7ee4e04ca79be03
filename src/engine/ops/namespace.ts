/**
 * Functions of tensors, with gradients, and of symbolic tensors, where they are nodes of a graph. Most are methods of
 * tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */
export * from './generated/public-operations.js';
export * from './keras-names.js';
