// What `ops` holds in addition to operations: functions of functions, of lengths, what makes tensors, and what asks for the origin of one.
import type { Tensor, TensorLike } from '../tensor/index.js';
import { callOperation } from './graphs/symbolic-operand.js';
import type { AnySymbolic } from './graphs/symbolic-operand.js';
import { gather } from './indexing/gather.js';

export { associativeScan } from './control/scan.js';
export type { AssociativeScanOptions } from './control/scan.js';
export { cond, switchCase as switch } from './control/branches.js';
export { customGradient } from './control/custom-gradient.js';
export type { CustomGradientFunction, CustomGradients } from './control/custom-gradient.js';
export { foriLoop, whileLoop } from './control/loops.js';
export type { ArgumentsOf, Truth, WhileLoopOptions } from './control/loops.js';
export { map, scan, vectorizedMap } from './control/scan.js';
export type { ScanOptions } from './control/scan.js';
export type {
  Structure,
  StructureLeaf,
  SymbolicsOf,
  SymbolicStructure,
  TensorsOf,
} from './control/structures.js';
export { grad, valueAndGrad } from './control/grad.js';
export type {
  Arguments,
  GradientOptions,
  Gradients,
  ScalarFunction,
  ValueAndGradients,
} from './control/grad.js';
export { logitsOf } from './neural/logits.js';
export { bartlett, blackman, hamming, hanning, kaiser, tri } from './shapes/creation.js';
export type { LogitsFunction } from '../tensor/index.js';
export type { DataFormat, DataFormatOption, DataFormatOptions } from './windows/data-format.js';
export {
  arange,
  eye,
  eye as identity,
  full,
  ones,
  tensor as array,
  tensor as convertToTensor,
  zeros,
  zeros as empty,
} from '../tensor/index.js';

/**
 * `gather` with Keras's default: without an axis, from all elements, flattened.
 *
 * @param x a tensor, a number, or nested lists of numbers
 * @param indices whole numbers, positions along the axis
 * @param axis the axis; negative ones count from the end. Default null: all elements, flattened
 * @throws as `gather`
 * @example ops.take([[1, 2, 3], [4, 5, 6]], [0, 5]) // [1, 6]
 */
export function take(x: TensorLike, indices: TensorLike, axis?: number | null): Tensor;
export function take(
  x: TensorLike | AnySymbolic,
  indices: TensorLike | AnySymbolic,
  axis?: number | null,
): AnySymbolic;
export function take(...[x, indices, axis = null]: readonly unknown[]): unknown {
  return callOperation(gather, 'gather', [x, indices, axis]);
}
