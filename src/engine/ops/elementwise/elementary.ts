// Functions of one number other than those that layers compute: a kernel of their own gives the value, and operations the derivative, so
// there are derivatives of any order. A new function is a line here and one in assembly/numeric/elementary.ts.
import { ElementaryOp } from '../../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, scoped, zeros } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { equal, less } from './compare.js';
import { abs } from './piecewise-linear.js';
import { toFloat } from './operands.js';
import { cos, exp, reciprocal, rsqrt, square } from './unary.js';
import { where } from './where.js';

/** y = f(x) in float32 by the kernel, with dy/dx = `slope`(x, y). */
function elementary(
  op: string,
  code: ElementaryOp,
  x: TensorLike,
  slope: (x: Tensor, y: Tensor) => Tensor,
): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const out = emptyTensor(input.shape, 'float32');
    currentRuntime().with(numeric).run('elementary', out.pointer, input.pointer, input.size, code);
    return record(op, [input], out, [input, out], (dy, [p, y]) => [mul(dy, slope(p, y))]);
  });
}

/** 1 − x² as (1 − x) (1 + x), where nothing cancels. */
const lackOfSquare = (x: Tensor): Tensor => mul(sub(1, x), add(1, x));

/**
 * The angle in radians, from −π/2 to π/2, whose sine is x; NaN beyond ±1.
 *
 * @keras numpy.Arcsin
 * @stepwise
 * @example ops.arcsin([0, 1]) // [0, 1.5708]
 */
export function arcsin(x: TensorLike): Tensor {
  return elementary('arcsin', ElementaryOp.Arcsin, x, (p) => rsqrt(lackOfSquare(p)));
}

/**
 * The angle in radians, from 0 to π, whose cosine is x; NaN beyond ±1.
 *
 * @keras numpy.Arccos
 * @stepwise
 * @example ops.arccos([1, 0]) // [0, 1.5708]
 */
export function arccos(x: TensorLike): Tensor {
  return elementary('arccos', ElementaryOp.Arccos, x, (p) => neg(rsqrt(lackOfSquare(p))));
}

/**
 * The number whose hyperbolic sine is x.
 *
 * @keras numpy.Arcsinh
 * @stepwise
 * @example ops.arcsinh([0, 1]) // [0, 0.8814]
 */
export function arcsinh(x: TensorLike): Tensor {
  return elementary('arcsinh', ElementaryOp.Arcsinh, x, (p) => rsqrt(add(square(p), 1)));
}

/**
 * The non-negative number whose hyperbolic cosine is x; NaN below 1.
 *
 * @keras numpy.Arccosh
 * @stepwise
 * @example ops.arccosh([1, 2]) // [0, 1.317]
 */
export function arccosh(x: TensorLike): Tensor {
  return elementary('arccosh', ElementaryOp.Arccosh, x, (p) => mul(rsqrt(sub(p, 1)), rsqrt(add(p, 1)))); // prettier-ignore
}

/**
 * The number whose hyperbolic tangent is x; infinite at ±1, NaN beyond.
 *
 * @keras numpy.Arctanh
 * @stepwise
 * @example ops.arctanh([0, 0.5]) // [0, 0.5493]
 */
export function arctanh(x: TensorLike): Tensor {
  return elementary('arctanh', ElementaryOp.Arctanh, x, (p) => reciprocal(lackOfSquare(p)));
}

/**
 * The hyperbolic sine (eˣ − e⁻ˣ) / 2.
 *
 * @keras numpy.Sinh
 * @stepwise
 * @example ops.sinh([0, 1]) // [0, 1.1752]
 */
export function sinh(x: TensorLike): Tensor {
  return elementary('sinh', ElementaryOp.Sinh, x, (p) => cosh(p));
}

/**
 * The hyperbolic cosine (eˣ + e⁻ˣ) / 2.
 *
 * @keras numpy.Cosh
 * @stepwise
 * @example ops.cosh([0, 1]) // [1, 1.5431]
 */
export function cosh(x: TensorLike): Tensor {
  return elementary('cosh', ElementaryOp.Cosh, x, (p) => sinh(p));
}

/**
 * The tangent of x in radians.
 *
 * @keras numpy.Tan
 * @stepwise
 * @example ops.tan([0, 1]) // [0, 1.5574]
 */
export function tan(x: TensorLike): Tensor {
  return elementary('tan', ElementaryOp.Tan, x, (_, y) => add(square(y), 1));
}

/**
 * 2 to the power of x.
 *
 * @keras numpy.Exp2
 * @stepwise
 * @example ops.exp2([0, 3]) // [1, 8]
 */
export function exp2(x: TensorLike): Tensor {
  return elementary('exp2', ElementaryOp.Exp2, x, (p) => mul(exp2(p), Math.LN2));
}

/**
 * The logarithm to the base 2; −∞ at 0, NaN below.
 *
 * @keras numpy.Log2
 * @stepwise
 * @example ops.log2([1, 8]) // [0, 3]
 */
export function log2(x: TensorLike): Tensor {
  return elementary('log2', ElementaryOp.Log2, x, (p) => div(Math.LOG2E, p));
}

/**
 * The logarithm to the base 10; −∞ at 0, NaN below.
 *
 * @keras numpy.Log10
 * @stepwise
 * @example ops.log10([1, 1000]) // [0, 3]
 */
export function log10(x: TensorLike): Tensor {
  return elementary('log10', ElementaryOp.Log10, x, (p) => div(Math.LOG10E, p));
}

/**
 * The cube root, which is negative for negative numbers. Its slope at 0 is infinite.
 *
 * @keras numpy.Cbrt
 * @stepwise
 * @example ops.cbrt([8, -27]) // [2, -3]
 */
export function cbrt(x: TensorLike): Tensor {
  return elementary('cbrt', ElementaryOp.Cbrt, x, (p) => div(1 / 3, square(cbrt(p))));
}

/** 2/√π e^(−x²) */
const gaussian = (x: Tensor): Tensor => mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI));

/**
 * 1 − erf(x), accurate where it is small.
 *
 * @keras math.Erfc
 * @stepwise
 * @example ops.erfc([0, 1]) // [1, 0.1573]
 */
export function erfc(x: TensorLike): Tensor {
  return elementary('erfc', ElementaryOp.Erfc, x, (p) => neg(gaussian(p)));
}

/**
 * The number whose error function is x; infinite at ±1, NaN beyond.
 *
 * @keras math.Erfinv
 * @stepwise
 * @example ops.erfinv([0, 0.5]) // [0, 0.4769]
 */
export function erfinv(x: TensorLike): Tensor {
  return elementary('erfinv', ElementaryOp.Erfinv, x, (p) =>
    mul(exp(square(erfinv(p))), Math.sqrt(Math.PI) / 2),
  );
}

/** d sinc(x) / dx = π² x Σ −(−z)ᵏ (2k + 2) / (2k + 3)! with z = (πx)²; the highest power first. */
const SINC_SLOPE = [-10 / 39_916_800, 8 / 362_880, -6 / 5040, 4 / 120, -2 / 6];

/**
 * sin(πx) / (πx), 1 at 0.
 *
 * @keras numpy.Sinc
 * @stepwise
 * @example ops.sinc([0, 0.5]) // [1, 0.6366]
 */
export function sinc(x: TensorLike): Tensor {
  return elementary('sinc', ElementaryOp.Sinc, x, (p) => {
    // Near 0 its series: there the formula would lose all digits.
    const isNear = less(abs(p), 0.25);
    const safe = where(isNear, 1, p);
    const formula = div(sub(cos(mul(safe, Math.PI)), sinc(safe)), safe);
    const z = where(isNear, square(mul(p, Math.PI)), 0);
    const series = SINC_SLOPE.reduce<Tensor>((sum, factor) => add(mul(sum, z), factor), zeros([]));
    return where(isNear, mul(mul(p, Math.PI ** 2), series), formula);
  });
}

/**
 * The modified Bessel function of the first kind of order 0.
 *
 * @keras numpy.I0
 * @stepwise
 * @example ops.i0([0, 1]) // [1, 1.2661]
 */
export function i0(x: TensorLike): Tensor {
  return elementary('i0', ElementaryOp.BesselI0, x, (p) => i1(p));
}

/** The function of order 1; its slope is I0(x) − I1(x) / x, and 1/2 at 0. */
function i1(x: Tensor): Tensor {
  return elementary('i1', ElementaryOp.BesselI1, x, (p) => {
    const isZero = equal(p, 0);
    const safe = where(isZero, 1, p);
    return where(isZero, 0.5, sub(i0(safe), div(i1(safe), safe)));
  });
}

/**
 * ln |Γ(x)|, the logarithm of the absolute value of the gamma function; infinite at 0, −1, −2 …, where there is no slope. lgamma(n +
 * 1) is ln n!.
 *
 * @keras math.Lgamma
 * @stepwise
 * @example ops.lgamma([1, 0.5, 5]) // [0, 0.5724, 3.1781]
 */
export function lgamma(x: TensorLike): Tensor {
  return elementary('lgamma', ElementaryOp.LogGamma, x, (p) => polygamma(0, p));
}

/** The derivative of that order of ψ = (ln Γ)'. */
export function polygamma(order: number, x: Tensor): Tensor {
  const out = emptyTensor(x.shape, 'float32');
  currentRuntime().with(numeric).run('polygamma', out.pointer, x.pointer, x.size, order);
  return record('polygamma', [x], out, [x], (dy, [p]) => [mul(dy, polygamma(order + 1, p))]);
}
