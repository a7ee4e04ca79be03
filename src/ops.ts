/**
 * Functions of tensors, with gradients, and of symbolic tensors, where they are nodes of a graph. Most are methods of
 * tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */

import { sliceByArrays } from './engine/ops/indexing/index-arrays.js';
import { secondDerivatives } from './engine/ops/generated/second-derivatives.js';
import { installSliceByArrays } from './engine/ops/indexing/slice.js';
import { installSecondDerivatives } from './engine/ops/elementwise/unary.js';

export * from './engine/ops/generated/public-operations.js';
// Not only for the name: this module attaches the operations to tensors as methods.
export { Tensor } from './engine/ops/methods.js';
export type { TensorMethods } from './engine/ops/methods.js';

// A program that imports the operations has slices by arrays and second derivatives as well.
installSecondDerivatives(secondDerivatives);
installSliceByArrays(sliceByArrays);
