import { Epilogue, UnaryOp } from '../../assembly/codes.js';
import { record } from '../autodiff/index.js';
import { ShapeError } from '../errors.js';
import { emptyTensor, formatShape, sizeOf } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { gemm } from './gemm.js';
import { product } from './matmul.js';
import { toFloat } from './operands.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { unaryGradient } from './unary.js';

/** Activations that are computed within the product, and whose derivative follows from their output. */
export type FusedActivation = 'linear' | 'relu' | 'tanh';

const FUSED = {
  linear: { epilogue: Epilogue.None, code: undefined },
  relu: { epilogue: Epilogue.Relu, code: UnaryOp.Relu },
  tanh: { epilogue: Epilogue.Tanh, code: UnaryOp.Tanh },
} as const;

/**
 * activation(x · kernel + bias) in one pass: x[…, inputs], kernel[inputs, units], bias[units] or null
 * → […, units].
 *
 * @throws ShapeError if the last axis of x, the kernel and the bias do not fit.
 */
export function dense(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null,
  activation: FusedActivation = 'linear',
): Tensor {
  const input = toFloat(x);
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
  const { epilogue, code } = FUSED[activation];
  const rows = sizeOf(input.shape.slice(0, -1));
  const out = emptyTensor([...input.shape.slice(0, -1), units], 'float32');
  gemm({
    c: out.pointer,
    a: input.pointer,
    b: kernel.pointer,
    bias: bias?.pointer ?? 0,
    m: rows,
    n: units,
    k: inputs,
    transA: false,
    transB: false,
    epilogue,
  });
  const operands = bias === null ? [input, kernel] : [input, kernel, bias];
  return record('dense', operands, out, [input, kernel, out], (dy, [p, w, y], wanted) => {
    // relu′ and tanh′ are the same functions of the output as of the input's sign and value.
    const dz = code === undefined ? dy : unaryGradient(activation, code, dy, y, y, RELU);
    const dzRows = reshape(dz, [rows, units]);
    return [
      wanted[0] === true ? reshape(product('dense', dzRows, w, false, true), p.shape) : undefined,
      wanted[1] === true
        ? product('dense', reshape(p, [rows, inputs]), dzRows, true, false)
        : undefined,
      wanted[2] === true ? sum(dzRows, 0) : undefined,
    ];
  });
}

/** No slope below 0, no upper limit, threshold 0; tanh takes no parameters. */
const RELU = [0, Infinity, 0] as const;
