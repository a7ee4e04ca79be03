import { Epilogue, UnaryOp } from '../../assembly/codes.js';
import { record } from '../autodiff/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { emptyTensor, formatShape, sizeOf } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { mul } from './arithmetic.js';
import { gemm } from './gemm.js';
import { product } from './matmul.js';
import { requireFloat, toFloat } from './operands.js';
import { reshape } from './reshape.js';
import { sum } from './sum.js';
import { runUnaryGradient } from './unary.js';

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
 * @throws ShapeError if the last axis of x, the kernel and the bias do not fit; DTypeError if the kernel or
 * the bias is not float32.
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
  requireFloat('dense: the kernel', kernel);
  if (bias !== null) requireFloat('dense: the bias', bias);
  const { epilogue, code } = fused(activation);
  const rows = sizeOf(input.shape.slice(0, -1));
  const out = emptyTensor([...input.shape.slice(0, -1), units], 'float32');
  gemm({
    c: out.pointer,
    a: input.pointer,
    b: kernel,
    bStart: 0,
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
    const dz = code === undefined ? dy : throughActivation(code, dy, y);
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

/** How the product applies that activation. */
function fused(activation: FusedActivation): (typeof FUSED)[FusedActivation] {
  if (Object.hasOwn(FUSED, activation)) return FUSED[activation];
  throw new ValueError(
    `dense: '${activation as string}' is no activation that dense can fuse: ${Object.keys(FUSED).join(', ')}. ` +
      `Apply others to its result.`,
  );
}

/** dz = dy · f′(z) from y = f(z) alone: relu′ depends on the sign, which y keeps, and tanh′ = 1 − y². */
function throughActivation(code: FusedCode, dy: Tensor, y: Tensor): Tensor {
  const out = runUnaryGradient(code, dy, y, y, RELU);
  return record('dense gradient', [dy, y], out, [dy, y], (g, [d, p], [needDy, needY]) => [
    needDy === true ? throughActivation(code, g, p) : undefined,
    needY === true && code === UnaryOp.Tanh ? mul(mul(g, d), mul(p, -2)) : undefined,
  ]);
}

type FusedCode = UnaryOp.Relu | UnaryOp.Tanh;

/** No slope below 0, no upper limit, threshold 0; tanh takes no parameters. */
const RELU = [0, Infinity, 0] as const;
