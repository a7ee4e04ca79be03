/**
 * Functions of tensors, with gradients, and of symbolic tensors, where they are nodes of a graph. Most are methods of
 * tensors, too: `x.add(y)` is `ops.add(x, y)`.
 *
 * @module
 */

import { sliceByArrays } from './ops/index-arrays.js';
import { secondDerivatives } from './ops/second-derivatives.js';
import { installSliceByArrays } from './ops/slice.js';
import { installSecondDerivatives } from './ops/unary.js';

export * from './ops/generated/public-operations.js';
// Not only for the name: this module attaches the operations to tensors as methods.
export { Tensor } from './ops/methods.js';
export type { TensorMethods } from './ops/methods.js';

// A program that imports the operations has slices by arrays and second derivatives as well.
installSecondDerivatives(secondDerivatives);
installSliceByArrays(sliceByArrays);
