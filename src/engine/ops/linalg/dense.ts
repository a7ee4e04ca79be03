import { record } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { emptyTensor, formatShape, scoped, sizeOf, Tensor } from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import { rememberBiased, sumOfColumns } from './products/bias-sums.js';
import {
  fusedActivation,
  rememberActivation,
  throughActivation,
} from './products/fused-activation.js';
import type { FusedActivation } from './products/fused-activation.js';
import { gemm } from './products/gemm.js';
import { product } from './matmul.js';
import { requireFloat, toFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';

/**
 * activation(x · kernel + bias) in one pass: x[…, inputs], kernel[inputs, units], bias[units] or null
 * → […, units].
 *
 * @keras none
 * @throws ShapeError if the last axis of x, the kernel and the bias do not match; DTypeError if the kernel or the bias
 * is not float32.
 * @example ops.dense([[1, -2]], eye(2), tensor([1, 1]), 'relu') // [[2, 0]]
 */
export function dense(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null,
  activation: FusedActivation = 'linear',
): Tensor {
  // The usual operand makes no temporary tensor, so it needs no scope.
  if (x instanceof Tensor && x.dtype === 'float32') return compute(x, kernel, bias, activation);
  return scoped(() => compute(toFloat(x), kernel, bias, activation));
}

function compute(
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  activation: FusedActivation,
): Tensor {
  requireFloat('dense: the kernel', kernel);
  if (bias !== null) requireFloat('dense: the bias', bias);
  const [inputs, units] = kernel.shape;
  if (inputs === undefined || units === undefined || kernel.ndim !== 2) {
    throw new ShapeError(
      `dense: the kernel must have shape (inputs, units), got ${formatShape(kernel.shape)}.`,
    );
  }
  if (input.ndim < 1 || input.shape[input.ndim - 1] !== inputs) {
    throw new ShapeError(
      `dense: the last axis of the input must have length ${inputs} to fit a kernel of shape ` +
        `${formatShape(kernel.shape)}, got shape ${formatShape(input.shape)}.`,
    );
  }
  if (bias !== null && (bias.ndim !== 1 || bias.size !== units)) {
    throw new ShapeError(
      `dense: the bias must have shape (${units},) to fit a kernel of shape ` +
        `${formatShape(kernel.shape)}, got ${formatShape(bias.shape)}.`,
    );
  }
  const { epilogue, code } = fusedActivation('dense', activation);
  const rows = sizeOf(input.shape.slice(0, -1));
  const out = emptyTensor([...input.shape.slice(0, -1), units], 'float32');
  gemm({
    c: out.pointer,
    a: input.pointer,
    b: kernel,
    bias: bias?.pointer ?? 0,
    m: rows,
    n: units,
    k: inputs,
    epilogue,
  });
  rememberActivation(out, code);
  if (bias !== null) rememberBiased(out);
  const operands = bias === null ? [input, kernel] : [input, kernel, bias];
  return record('dense', operands, out, [input, kernel, out], (dy, [p, w, y], wanted) => {
    const dz = throughActivation(code, dy, y);
    const dBias = wanted[2] === true ? sumOfColumns(dz) : undefined;
    const dzRows = reshape(dz, [rows, units]);
    return [
      wanted[0] === true ? reshape(product('dense', dzRows, w, false, true), p.shape) : undefined,
      wanted[1] === true
        ? product('dense', reshape(p, [rows, inputs]), dzRows, true, false)
        : undefined,
      dBias,
    ];
  });
}
