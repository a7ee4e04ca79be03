import { add, clip, mul } from '../../engine/ops/generated/public-operations.js';
import { SymbolicOperand } from '../../engine/ops/graphs/symbolic-operand.js';
import type { AnySymbolic } from '../../engine/ops/graphs/symbolic-operand.js';
import { scoped, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';

// The activations are operations on tensors (ops/ documents each with its formula); here they have the names of Keras's module.
export * from '../../engine/ops/generated/activations.js';

/**
 * The identity, y = x, which is the activation of a layer without one. Keras: `linear`.
 *
 * @example activations.linear([-1, 2]) // [-1, 2]
 */
export function linear(x: TensorLike): Tensor;
export function linear(x: AnySymbolic): AnySymbolic;
export function linear(x: TensorLike | AnySymbolic): Tensor | AnySymbolic {
  return x instanceof SymbolicOperand ? x : toTensor(x);
}

/**
 * clip(0.2 x + 0.5, 0, 1), which Keras 2 and TensorFlow.js call `hard_sigmoid`; in Keras 3 and here, `hard_sigmoid` is
 * clip(x / 6 + 0.5, 0, 1). Models loaded from their files use this function. TensorFlow.js's format stores it as
 * `hard_sigmoid`. Keras 3 does not have it, so to load a file with it there, define `hard_sigmoid_keras2` in
 * `custom_objects`.
 *
 * @example activations.hardSigmoidKeras2([-2.5, 0, 1]) // [0, 0.5, 0.7]
 */
export function hardSigmoidKeras2(x: TensorLike): Tensor;
export function hardSigmoidKeras2(x: AnySymbolic): AnySymbolic;
export function hardSigmoidKeras2(x: TensorLike | AnySymbolic): Tensor | AnySymbolic {
  if (x instanceof SymbolicOperand) return clip(add(mul(x, 0.2), 0.5), 0, 1);
  return scoped(() => clip(add(mul(x, 0.2), 0.5), 0, 1));
}
