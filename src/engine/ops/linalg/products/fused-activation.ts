import { describeValue } from '../../../../config/describe-value.js';
import { Epilogue } from '../../../../../assembly/codes.js';
import { UnaryOp } from '../../../../../assembly/generated/unary-op.js';
import { goesThrough, record } from '../../../autodiff/index.js';
import { ValueError } from '../../../../errors.js';
import type { Tensor } from '../../../tensor/index.js';
import type { Storage } from '../../../tensor/storage.js';
import { mul } from '../../elementwise/arithmetic.js';
import { runUnaryGradient } from '../../elementwise/unary.js';

/** Activations that are computed within a product, and whose derivative follows from their output. */
export type FusedActivation = 'linear' | 'relu' | 'tanh';

const FUSED = {
  linear: { epilogue: Epilogue.None, code: undefined },
  relu: { epilogue: Epilogue.Relu, code: UnaryOp.Relu },
  tanh: { epilogue: Epilogue.Tanh, code: UnaryOp.Tanh },
} as const;

/** How the product applies that activation, and the function of which the gradient is taken. */
export function fusedActivation(
  op: string,
  activation: FusedActivation,
): (typeof FUSED)[FusedActivation] {
  if (typeof activation === 'string' && Object.hasOwn(FUSED, activation)) return FUSED[activation];
  throw new ValueError(
    `${op}: ${describeValue(activation)} is not an activation that ${op} can fuse: ${Object.keys(FUSED).join(', ')}. ` +
      `Apply others to its result.`,
  );
}

/** dz = dy · f′(z) from y = f(z) alone: relu′ depends on the sign, which y keeps, and tanh′ = 1 − y². */
export function throughActivation(code: FusedCode | undefined, dy: Tensor, y: Tensor): Tensor {
  if (code === undefined || passed.get(dy.storage) === y.storage) return dy;
  const out = runUnaryGradient(code, dy, y, y, RELU);
  return record('fused activation', [dy, y], out, [dy, y], (g, [d, p], [needDy, needY]) => [
    needDy === true ? throughActivation(code, g, p) : undefined,
    needY === true && code === UnaryOp.Tanh ? mul(mul(g, d), mul(p, -2)) : undefined,
  ]);
}

// An operation behind a fused relu can let its own gradient through the relu, where that is a fraction of the work, and say so:
// pooling, while there is one number for each window, others while they write the gradient. A block is the same in every shape
// that its elements are given.

/** Blocks with results of a fused relu, and the ids of these. */
const rectified = new WeakMap<Storage, number>();

/** Blocks with gradients that have been let through a relu, and the block of its result. */
const passed = new WeakMap<Storage, Storage>();

/** Remembers that y is the result of a fused relu, if it is. Returns y. */
export function rememberActivation(y: Tensor, code: FusedCode | undefined): Tensor {
  if (code === UnaryOp.Relu) rectified.set(y.storage, y.id);
  return y;
}

/** Whether a fused relu's result, in whatever shape, lies in the block, through which the backward pass that runs now goes. */
export function isRectified(storage: Storage): boolean {
  const id = rectified.get(storage);
  return id !== undefined && goesThrough(id);
}

/** Remembers that dx, the gradient of all of x, has been let through the relu whose result x is. Returns dx. */
export function rememberPassed(dx: Tensor, x: Tensor): Tensor {
  passed.set(dx.storage, x.storage);
  return dx;
}

/**
 * The gradient of x, whose elements are picked into `picked`: `give` turns the gradient of `picked` into it. If x is
 * the result of a fused relu, the gradient comes back as one of what went into the relu.
 */
export function throughPicking(
  x: Tensor,
): (dy: Tensor, picked: Tensor, give: (dy: Tensor) => Tensor) => Tensor {
  const { storage } = x;
  return (dy, picked, give) => {
    if (!isRectified(storage)) return give(dy);
    const dx = give(throughActivation(UnaryOp.Relu, dy, picked));
    passed.set(dx.storage, storage);
    return dx;
  };
}

type FusedCode = UnaryOp.Relu | UnaryOp.Tanh;

/** No slope below 0, no upper limit, threshold 0; tanh takes no parameters. */
const RELU = [0, Infinity, 0] as const;
