import { SymbolicOperand } from '../ops/symbolic-operand.js';
import type { AnySymbolic } from '../ops/symbolic-operand.js';
import { toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';

// The activations are operations on tensors (ops/ documents each with its formula); here they get
// the names under which Keras's `activations` module has them.
export {
  celu,
  elu,
  exp as exponential,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardSilu as hardSwish,
  hardTanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  silu as swish,
  softmax,
  softplus,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanh,
  tanhShrink,
  threshold,
} from '../ops/generated/public-operations.js';

/**
 * The identity, y = x: what a layer without an activation applies. Keras: `linear`.
 *
 * @example activations.linear([-1, 2]) // [-1, 2]
 */
export function linear(x: TensorLike): Tensor;
export function linear(x: AnySymbolic): AnySymbolic;
export function linear(x: TensorLike | AnySymbolic): Tensor | AnySymbolic {
  return x instanceof SymbolicOperand ? x : toTensor(x);
}
