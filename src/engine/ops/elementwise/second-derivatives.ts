// f″ of every function of one element that kernels know. Only programs that import operations can ask for it: `ops.ts` and
// `known.ts` install the table, so that a program of layers alone does without.
import { UnaryOp } from '../../../../assembly/generated/unary-op.js';
import { full, zeros } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { sigmoid, softplus } from './activations.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { greater, less } from './compare.js';
import { abs, clip, sign } from './piecewise-linear.js';
import { exp, sqrt, tanh } from './unary.js';
import type { SecondDerivative } from './unary.js';
import { where } from './where.js';

/** The second derivative of a function whose pieces are lines. */
const flat: SecondDerivative = (x) => zeros(x.shape);

/** `value` where x ≤ 0, else 0. */
const below = (x: Tensor, value: Tensor): Tensor => where(greater(x, 0), 0, value);

/** `value` where |x| < limit, else 0. */
const within = (x: Tensor, limit: number, value: number): Tensor => mul(less(abs(x), limit), value);

/** s′ of s = sigmoid(x). */
const slopeOfSigmoid = (s: Tensor): Tensor => mul(s, sub(1, s));

/** The limit of −selu(x) at −∞. */
const SELU_LIMIT = 1.0507009873554805 * 1.6732632423543772;

/** f″ = φ(x) (2 − x²) with the normal density φ; 0 where x² is infinite. */
function ofGelu(x: Tensor): Tensor {
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return sub(mul(density, 2), mul(mul(density, x), x));
}

/** f = x s(u) with u = c (x + k x³): f″ = s′ (2 u′ + x (u″ + (1 − 2s) u′²)). Beyond ±20 s′ is 0 in float32. */
function ofGeluTanh(far: Tensor): Tensor {
  const [c, k] = [2 * Math.sqrt(2 / Math.PI), 0.044715];
  const x = clip(far, -20, 20);
  const square = mul(x, x);
  const s = sigmoid(mul(mul(x, c), add(1, mul(square, k))));
  const du = mul(add(1, mul(square, 3 * k)), c);
  const bend = add(mul(x, 6 * k * c), mul(sub(1, mul(s, 2)), mul(du, du)));
  return mul(slopeOfSigmoid(s), add(mul(du, 2), mul(x, bend)));
}

/** f = x t with t = tanh(softplus(x)), t′ = (1 − t²) s and s = sigmoid(x): f″ = t′ (2 + x (1 − s − 2 t s)). */
function ofMish(x: Tensor): Tensor {
  const [s, t] = [sigmoid(x), tanh(softplus(x))];
  const slope = mul(mul(sub(1, t), add(1, t)), s);
  return mul(slope, add(2, mul(x, sub(1, mul(s, add(1, mul(t, 2)))))));
}

/** The second derivative of each function. A function of a kernel that has no line here does not compile. */
export const secondDerivatives: Readonly<Record<UnaryOp, SecondDerivative>> = {
  [UnaryOp.Negate]: flat,
  [UnaryOp.Abs]: flat,
  [UnaryOp.Sign]: flat,
  [UnaryOp.Floor]: flat,
  [UnaryOp.Ceil]: flat,
  [UnaryOp.Round]: flat,
  [UnaryOp.Clip]: flat,
  [UnaryOp.Relu]: flat,
  [UnaryOp.LeakyRelu]: flat,
  [UnaryOp.BoundedRelu]: flat,
  [UnaryOp.HardSigmoid]: flat,
  [UnaryOp.HardTanh]: flat,
  [UnaryOp.Threshold]: flat,
  [UnaryOp.SoftShrink]: flat,
  [UnaryOp.HardShrink]: flat,
  [UnaryOp.SparseSigmoid]: flat,
  [UnaryOp.HardSilu]: (x) => within(x, 3, 1 / 3),
  [UnaryOp.SparsePlus]: (x) => within(x, 1, 0.5),
  [UnaryOp.Square]: (x) => full(x.shape, 2),
  [UnaryOp.Sqrt]: (x, y) => div(-0.25, mul(x, y)),
  [UnaryOp.Rsqrt]: (x, y) => div(mul(y, 0.75), mul(x, x)),
  [UnaryOp.Reciprocal]: (_, y) => mul(mul(y, y), mul(y, 2)),
  [UnaryOp.Exp]: (_, y) => y,
  [UnaryOp.Expm1]: (_, y) => add(y, 1),
  [UnaryOp.Log]: (x) => neg(div(1, mul(x, x))),
  [UnaryOp.Log1p]: (x) => {
    const u = add(x, 1);
    return neg(div(1, mul(u, u)));
  },
  [UnaryOp.Sin]: (_, y) => neg(y),
  [UnaryOp.Cos]: (_, y) => neg(y),
  [UnaryOp.Arctan]: (x) => {
    const u = add(mul(x, x), 1);
    return div(mul(x, -2), mul(u, u));
  },
  [UnaryOp.Tanh]: (_, y) => mul(mul(y, -2), sub(1, mul(y, y))),
  [UnaryOp.Erf]: (x) => mul(mul(x, -4 / Math.sqrt(Math.PI)), exp(neg(mul(x, x)))),
  [UnaryOp.Sigmoid]: (_, y) => mul(slopeOfSigmoid(y), sub(1, mul(y, 2))),
  [UnaryOp.Softplus]: (x) => slopeOfSigmoid(sigmoid(x)),
  [UnaryOp.LogSigmoid]: (x) => neg(slopeOfSigmoid(sigmoid(x))),
  [UnaryOp.Elu]: (x, y, [alpha]) => below(x, add(y, alpha)),
  [UnaryOp.Selu]: (x, y) => below(x, add(y, SELU_LIMIT)),
  [UnaryOp.Celu]: (x, y, [alpha]) => below(x, div(add(y, alpha), alpha * alpha)),
  [UnaryOp.Gelu]: ofGelu,
  [UnaryOp.GeluTanh]: ofGeluTanh,
  [UnaryOp.Silu]: (x) => {
    const s = sigmoid(x);
    return mul(slopeOfSigmoid(s), add(2, mul(x, sub(1, mul(s, 2)))));
  },
  [UnaryOp.Mish]: ofMish,
  [UnaryOp.Softsign]: (x) => {
    const u = add(abs(x), 1);
    return div(mul(sign(x), -2), mul(u, mul(u, u)));
  },
  [UnaryOp.TanhShrink]: (x) => {
    const t = tanh(x);
    return mul(mul(t, 2), sub(1, mul(t, t)));
  },
  [UnaryOp.Squareplus]: (x, _, [b]) => {
    const r = sqrt(add(mul(x, x), b));
    return div(b / 2, mul(r, mul(r, r)));
  },
};
