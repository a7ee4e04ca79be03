// Activation functions of one element. Formulas, defaults and derivatives at kinks are those of Keras 3.
import { UnaryOp } from '../../assembly/generated/unary-op.js';
import { isRecording, record } from '../autodiff/index.js';
import { checkBoolean } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, formatShape, normalizeAxis, scoped, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { greater, less } from './compare.js';
import { rememberLogits } from './logits.js';
import { abs, clip, sign } from './piecewise-linear.js';
import { toFloat } from './shared/operands.js';
import { split } from './slice.js';
import { exp, flat, sqrt, tanh, unary, unaryGradient } from './unary.js';
import type { SecondDerivative } from './unary.js';
import { where } from './where.js';

/** The limit of −selu(x) at −∞: 1.0507 · 1.6733. */
const SELU_LIMIT = 1.0507009873554805 * 1.6732632423543772;

/** The factor of x³ in the approximation of `gelu`. */
const CUBIC = 0.044715;

/** `value` where x ≤ 0, else 0. */
const below = (x: Tensor, value: Tensor): Tensor => where(greater(x, 0), 0, value);

/** `value` where |x| < limit, else 0. */
const within = (x: Tensor, limit: number, value: number): Tensor => mul(less(abs(x), limit), value);

/**
 * x if x > 0, else alpha · (eˣ − 1).
 *
 * @keras nn.Elu alpha=1
 * @activation
 * @stepwise
 * @example activations.elu([-1, 2]) // [-0.6321, 2]
 */
export function elu(x: TensorLike, alpha = 1): Tensor {
  return unary('elu', UnaryOp.Elu, x, (p, y) => below(p, add(y, alpha)), [alpha, 0, 0]);
}

/**
 * 1.0507 · elu(x, 1.6733): activations keep mean 0 and variance 1 (Klambauer et al., 2017).
 *
 * @keras nn.Selu
 * @activation
 * @stepwise
 * @example activations.selu([-1, 2]) // [-1.1113, 2.1014]
 */
export function selu(x: TensorLike): Tensor {
  return unary('selu', UnaryOp.Selu, x, (p, y) => below(p, add(y, SELU_LIMIT)));
}

/**
 * max(x, 0) + min(0, alpha · (exp(x / alpha) − 1)).
 *
 * @keras nn.Celu alpha=1
 * @activation
 * @stepwise
 * @example activations.celu([-1, 2]) // [-0.6321, 2]
 */
export function celu(x: TensorLike, alpha = 1): Tensor {
  return unary('celu', UnaryOp.Celu, x, (p, y) => below(p, div(add(y, alpha), alpha * alpha)), [
    alpha,
    0,
    0,
  ]);
}

/**
 * x · Φ(x) with the normal distribution function Φ, or its tanh approximation (Hendrycks, Gimpel, 2016). It is exact unless you say
 * otherwise, as `keras.activations.gelu` and the layers are; `keras.ops.gelu` approximates by default.
 *
 * @keras nn.Gelu approximate=true
 * @activation
 * @stepwise
 * @example activations.gelu([-1, 2]) // [-0.1587, 1.9545]
 */
export function gelu(x: TensorLike, approximate = false): Tensor {
  if (checkBoolean('gelu', 'approximate', approximate)) {
    return unary('gelu', UnaryOp.GeluTanh, x, secondOfTanhGelu);
  }
  return isRecording() ? recordedGelu(x) : unary('gelu', UnaryOp.Gelu, x, secondOfGelu);
}

/** f″ = φ(x) (2 − x²) with the normal density φ; 0 where x² is infinite. */
function secondOfGelu(x: Tensor): Tensor {
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return sub(mul(density, 2), mul(mul(density, x), x));
}

/** f = x s(u) with u = c (x + k x³): f″ = s′ (2 u′ + x (u″ + (1 − 2s) u′²)). Beyond ±20 s′ is 0 in float32. */
function secondOfTanhGelu(far: Tensor): Tensor {
  const x = clip(far, -20, 20);
  const c = 2 * Math.sqrt(2 / Math.PI);
  const square = mul(x, x);
  const s = sigmoid(mul(mul(x, c), add(1, mul(square, CUBIC))));
  const du = mul(add(1, mul(square, 3 * CUBIC)), c);
  const ddu = mul(x, 6 * CUBIC * c);
  const bend = add(ddu, mul(sub(1, mul(s, 2)), mul(du, du)));
  return mul(slopeOfSigmoid(s), add(mul(du, 2), mul(x, bend)));
}

/** gelu with its slope beside it, which costs little more there and would cost as much again in the backward pass. */
function recordedGelu(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const out = emptyTensor(input.shape, 'float32');
    const slope = emptyTensor(input.shape, 'float32');
    currentRuntime().run('geluWithSlope', out.pointer, slope.pointer, input.pointer, input.size);
    return record('gelu', [input], out, [input, slope], (dy, [p, s]) => [
      isRecording() ? unaryGradient('gelu', UnaryOp.Gelu, dy, p, p, secondOfGelu) : mul(dy, s),
    ]);
  });
}

/**
 * x · sigmoid(x), also called swish.
 *
 * @keras nn.Silu
 * @activation silu swish
 * @stepwise
 * @example activations.silu([-1, 2]) // [-0.2689, 1.7616]
 */
export function silu(x: TensorLike): Tensor {
  return unary('silu', UnaryOp.Silu, x, (p) => {
    const s = sigmoid(p);
    return mul(slopeOfSigmoid(s), add(2, mul(p, sub(1, mul(s, 2)))));
  });
}

/**
 * 1 / (1 + e⁻ˣ).
 *
 * @keras nn.Sigmoid
 * @activation
 * @method
 * @stepwise
 * @example activations.sigmoid([-1, 0, 1]) // [0.2689, 0.5, 0.7311]
 */
export function sigmoid(x: TensorLike): Tensor {
  return scoped(() => {
    const logits = toFloat(x);
    return rememberLogits(
      unary('sigmoid', UnaryOp.Sigmoid, logits, secondOfSigmoid),
      logits,
      'sigmoid',
    );
  });
}

/** s′ of s = sigmoid(x). */
const slopeOfSigmoid = (s: Tensor): Tensor => mul(s, sub(1, s));

const secondOfSigmoid: SecondDerivative = (_, s) => mul(slopeOfSigmoid(s), sub(1, mul(s, 2)));

/**
 * ln(1 + eˣ).
 *
 * @keras nn.Softplus
 * @activation
 * @stepwise
 * @example activations.softplus([-1, 0, 1]) // [0.3133, 0.6931, 1.3133]
 */
export function softplus(x: TensorLike): Tensor {
  return unary('softplus', UnaryOp.Softplus, x, (p) => slopeOfSigmoid(sigmoid(p)));
}

/**
 * x / (1 + |x|).
 *
 * @keras nn.Softsign
 * @activation
 * @stepwise
 * @example activations.softsign([-1, 3]) // [-0.5, 0.75]
 */
export function softsign(x: TensorLike): Tensor {
  return unary('softsign', UnaryOp.Softsign, x, (p) => {
    const u = add(abs(p), 1);
    return div(mul(sign(p), -2), mul(u, mul(u, u)));
  });
}

/**
 * clip(x / 6 + 0.5, 0, 1).
 *
 * @keras nn.HardSigmoid
 * @activation
 * @stepwise
 * @example activations.hardSigmoid([-3, 0, 1.5]) // [0, 0.5, 0.75]
 */
export function hardSigmoid(x: TensorLike): Tensor {
  return unary('hardSigmoid', UnaryOp.HardSigmoid, x, flat);
}

/**
 * x · hardSigmoid(x).
 *
 * @keras nn.HardSilu
 * @activation hard_silu hard_swish
 * @stepwise
 * @example activations.hardSilu([-3, 1, 3]) // [0, 0.6667, 3]
 */
export function hardSilu(x: TensorLike): Tensor {
  return unary('hardSilu', UnaryOp.HardSilu, x, (p) => within(p, 3, 1 / 3));
}

/**
 * ln(sigmoid(x)).
 *
 * @keras nn.LogSigmoid
 * @activation
 * @stepwise
 * @example activations.logSigmoid([-1, 0, 1]) // [-1.3133, -0.6931, -0.3133]
 */
export function logSigmoid(x: TensorLike): Tensor {
  return unary('logSigmoid', UnaryOp.LogSigmoid, x, (p) => neg(slopeOfSigmoid(sigmoid(p))));
}

/**
 * x · tanh(softplus(x)) (Misra, 2019).
 *
 * @keras activations.Mish
 * @activation
 * @stepwise
 * @example activations.mish([-1, 2]) // [-0.3034, 1.944]
 */
export function mish(x: TensorLike): Tensor {
  return unary('mish', UnaryOp.Mish, x, secondOfMish);
}

/** f = x t with t = tanh(softplus(x)), t′ = (1 − t²) s and s = sigmoid(x): f″ = t′ (2 + x (1 − s − 2 t s)). */
function secondOfMish(x: Tensor): Tensor {
  const s = sigmoid(x);
  const t = tanh(softplus(x));
  const slope = mul(mul(sub(1, t), add(1, t)), s);
  return mul(slope, add(2, mul(x, sub(1, mul(s, add(1, mul(t, 2)))))));
}

/**
 * x − tanh(x).
 *
 * @keras nn.TanhShrink
 * @activation
 * @stepwise
 * @example activations.tanhShrink([-1, 0, 1]) // [-0.2384, 0, 0.2384]
 */
export function tanhShrink(x: TensorLike): Tensor {
  return unary('tanhShrink', UnaryOp.TanhShrink, x, (p) => {
    const t = tanh(p);
    return mul(mul(t, 2), sub(1, mul(t, t)));
  });
}

/**
 * clip(x, −1, 1).
 *
 * @keras nn.HardTanh
 * @activation
 * @stepwise
 * @example activations.hardTanh([-2, 0.5, 2]) // [-1, 0.5, 1]
 */
export function hardTanh(x: TensorLike): Tensor {
  return unary('hardTanh', UnaryOp.HardTanh, x, flat);
}

/**
 * (x + √(x² + b)) / 2.
 *
 * @keras nn.Squareplus b=4
 * @activation
 * @stepwise
 * @example activations.squareplus([0, 3]) // [1, 3.3028]
 */
export function squareplus(x: TensorLike, b = 4): Tensor {
  return unary(
    'squareplus',
    UnaryOp.Squareplus,
    x,
    (p) => {
      const r = sqrt(add(mul(p, p), b));
      return div(b / 2, mul(r, mul(r, r)));
    },
    [b, 0, 0],
  );
}

/**
 * x if x > threshold, else defaultValue.
 *
 * @keras nn.Threshold threshold default_value
 * @activation
 * @stepwise
 * @example activations.threshold([0, 1, 2], 0.5, 10) // [10, 1, 2]
 */
export function threshold(x: TensorLike, limit: number, defaultValue: number): Tensor {
  return unary('threshold', UnaryOp.Threshold, x, flat, [limit, defaultValue, 0]);
}

/**
 * x moved towards 0 by `limit` (0.5); 0 within it.
 *
 * @keras nn.SoftShrink threshold=0.5
 * @activation
 * @stepwise
 * @example activations.softShrink([-2, 0.25, 1]) // [-1.5, 0, 0.5]
 */
export function softShrink(x: TensorLike, limit = 0.5): Tensor {
  return unary('softShrink', UnaryOp.SoftShrink, x, flat, [limit, 0, 0]);
}

/**
 * x if |x| > `limit` (0.5), else 0.
 *
 * @keras nn.HardShrink threshold=0.5
 * @activation
 * @stepwise
 * @example activations.hardShrink([-2, 0.25, 1]) // [-2, 0, 1]
 */
export function hardShrink(x: TensorLike, limit = 0.5): Tensor {
  return unary('hardShrink', UnaryOp.HardShrink, x, flat, [limit, 0, 0]);
}

/**
 * 0 for x ≤ −1, x for x ≥ 1, (x + 1)² / 4 between.
 *
 * @keras nn.SparsePlus
 * @activation
 * @stepwise
 * @example activations.sparsePlus([-2, 0, 2]) // [0, 0.25, 2]
 */
export function sparsePlus(x: TensorLike): Tensor {
  return unary('sparsePlus', UnaryOp.SparsePlus, x, (p) => within(p, 1, 0.5));
}

/**
 * clip((x + 1) / 2, 0, 1).
 *
 * @keras nn.SparseSigmoid
 * @activation
 * @stepwise
 * @example activations.sparseSigmoid([-2, 0, 0.5]) // [0, 0.5, 0.75]
 */
export function sparseSigmoid(x: TensorLike): Tensor {
  return unary('sparseSigmoid', UnaryOp.SparseSigmoid, x, flat);
}

/**
 * a · sigmoid(b), where a and b are the halves of x along `axis` (Dauphin et al., 2016).
 *
 * @keras nn.Glu axis=-1
 * @activation
 * @stepwise
 * @throws ShapeError if that axis has an odd length.
 * @example activations.glu([[1, 2, 0, 0]]) // [[0.5, 1]]
 */
export function glu(x: TensorLike, axis = -1): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const along = normalizeAxis('glu', axis, input.ndim);
    if ((input.shape[along] ?? 0) % 2 !== 0) {
      throw new ShapeError(
        `glu: axis ${axis} of shape ${formatShape(input.shape)} must have an even length to be halved.`,
      );
    }
    const [a = input, b = input] = split(input, 2, along);
    return mul(a, sigmoid(b));
  });
}
