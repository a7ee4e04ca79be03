import { describeValue } from '../../../config/describe-value.js';
import { UnaryOp } from '../../../../assembly/generated/unary-op.js';
import { record } from '../../autodiff/index.js';
import { ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, scoped, Tensor, toTensor } from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import { mul } from './arithmetic.js';
import { toFloat } from './operands.js';

/** The parameters of a function, as kernels take them. */
export type Parameters3 = readonly [p0: number, p1: number, p2: number];

/** What f″ is computed from: the argument, y = f(x) and the parameters of f. */
interface FunctionOperands {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** f″(x). It consists of operations, so the tape has the higher derivatives. */
export type SecondDerivative = (operands: FunctionOperands) => Tensor;

let secondDerivatives: Readonly<Record<UnaryOp, SecondDerivative>> | undefined;

/**
 * Makes second derivatives known: `generated/second-derivatives.ts`. Only programs that import operations can ask for them,
 * so `ops.ts` and `known.ts` install the table, and a program of layers alone does without.
 */
export function installSecondDerivatives(table: Readonly<Record<UnaryOp, SecondDerivative>>): void {
  secondDerivatives = table;
}

const NONE: Parameters3 = [0, 0, 0];

/** y = f(x), element by element, in float32, by a kernel that knows its derivative as well. */
export function unary(op: string, code: UnaryOp, x: TensorLike, parameters = NONE): Tensor {
  if (parameters !== NONE) checkParameters(op, parameters);
  // The usual operand makes no temporary tensor, so it needs no scope.
  if (x instanceof Tensor && x.dtype === 'float32') return compute(op, code, x, parameters);
  return scoped(() => compute(op, code, toFloat(x), parameters));
}

/** The function of Keras's relu with this slope, maximum and threshold: nearly every network's has none of these. */
export function rectifierOf(parameters: Parameters3): UnaryOp {
  checkParameters('relu', parameters);
  const [slope, maximum, threshold] = parameters;
  if (maximum < Infinity || threshold !== 0) return UnaryOp.BoundedRelu;
  return slope === 0 ? UnaryOp.Relu : UnaryOp.LeakyRelu;
}

function checkParameters(op: string, [p0, p1, p2]: readonly unknown[]): void {
  if (typeof p0 === 'number' && typeof p1 === 'number' && typeof p2 === 'number') return;
  const wrong = [p0, p1, p2].find((value) => typeof value !== 'number');
  throw new ValueError(`${op}: the other operand must be a number, got ${describeValue(wrong)}.`);
}

function compute(op: string, code: UnaryOp, input: Tensor, parameters: Parameters3): Tensor {
  const out = emptyTensor(input.shape, 'float32');
  currentRuntime().run('unary', out.pointer, input.pointer, input.size, code, ...parameters);
  return record(op, [input], out, [input, out], (dy, [savedX, savedY]) => [
    unaryGradient(op, code, dy, savedX, savedY, parameters),
  ]);
}

/** dx = dy · f′(x), where y = f(x). Linear in dy; its own gradient in x needs the second derivative. */
export function unaryGradient(
  op: string,
  code: UnaryOp,
  dy: Tensor,
  x: Tensor,
  y: Tensor,
  parameters = NONE,
): Tensor {
  const [a, b, c] = parameters;
  const out = runUnaryGradient(code, dy, x, y, parameters);
  return record(`${op} gradient`, [dy, x], out, [dy, x, y], (ddx, [d, p, q], [needDy, needX]) => [
    needDy === true ? unaryGradient(op, code, ddx, p, q, parameters) : undefined,
    needX === true
      ? mul(mul(ddx, d), secondDerivative(op, code)({ x: p, y: q, a, b, c }))
      : undefined,
  ]);
}

/** dy · f′(x) without a record of it. */
export function runUnaryGradient(
  code: UnaryOp,
  dy: Tensor,
  x: Tensor,
  y: Tensor,
  parameters: Parameters3,
): Tensor {
  const out = emptyTensor(x.shape, 'float32');
  currentRuntime().run(
    'unaryGradient',
    out.pointer,
    dy.pointer,
    x.pointer,
    y.pointer,
    x.size,
    code,
    ...parameters,
  );
  return out;
}

function secondDerivative(op: string, code: UnaryOp): SecondDerivative {
  if (secondDerivatives !== undefined) return secondDerivatives[code];
  throw new ValueError(`${op}: second derivatives come with 'lanegrad/ops'. Import it.`);
}

/**
 * √x; NaN below 0.
 *
 * @keras numpy.Sqrt
 * @method
 * @stepwise
 * @example ops.sqrt([4, 9]) // [2, 3]
 */
export function sqrt(x: TensorLike): Tensor {
  return unary('sqrt', UnaryOp.Sqrt, x);
}

/**
 * 1 / √x.
 *
 * @keras math.Rsqrt
 * @stepwise
 * @example ops.rsqrt([4, 16]) // [0.5, 0.25]
 */
export function rsqrt(x: TensorLike): Tensor {
  return unary('rsqrt', UnaryOp.Rsqrt, x);
}

/**
 * x². Integers stay integers.
 *
 * @keras numpy.Square
 * @method
 * @stepwise
 * @example ops.square([-2, 3]) // [4, 9]
 */
export function square(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    if (input.dtype !== 'float32') return mul(input, input);
    return unary('square', UnaryOp.Square, input);
  });
}

/**
 * 1 / x.
 *
 * @keras numpy.Reciprocal
 * @stepwise
 * @example ops.reciprocal([2, 4]) // [0.5, 0.25]
 */
export function reciprocal(x: TensorLike): Tensor {
  return unary('reciprocal', UnaryOp.Reciprocal, x);
}

/**
 * e to the power of x.
 *
 * @keras numpy.Exp
 * @activation exponential
 * @method
 * @stepwise
 * @example ops.exp([0, 1]) // [1, 2.7183]
 */
export function exp(x: TensorLike): Tensor {
  return unary('exp', UnaryOp.Exp, x);
}

/**
 * eˣ − 1, accurate near 0.
 *
 * @keras numpy.Expm1
 * @stepwise
 * @example ops.expm1([0, 1]) // [0, 1.7183]
 */
export function expm1(x: TensorLike): Tensor {
  return unary('expm1', UnaryOp.Expm1, x);
}

/**
 * Natural logarithm; −inf at 0, NaN below.
 *
 * @keras numpy.Log
 * @method
 * @stepwise
 * @example ops.log([1, 2]) // [0, 0.6931]
 */
export function log(x: TensorLike): Tensor {
  return unary('log', UnaryOp.Log, x);
}

/**
 * ln(1 + x), accurate near 0.
 *
 * @keras numpy.Log1p
 * @method
 * @stepwise
 * @example ops.log1p([0, 1]) // [0, 0.6931]
 */
export function log1p(x: TensorLike): Tensor {
  return unary('log1p', UnaryOp.Log1p, x);
}

/**
 * Sine of x in radians.
 *
 * @keras numpy.Sin
 * @method
 * @stepwise
 * @example ops.sin([0, 1]) // [0, 0.8415]
 */
export function sin(x: TensorLike): Tensor {
  return unary('sin', UnaryOp.Sin, x);
}

/**
 * Cosine of x in radians.
 *
 * @keras numpy.Cos
 * @method
 * @stepwise
 * @example ops.cos([0, 1]) // [1, 0.5403]
 */
export function cos(x: TensorLike): Tensor {
  return unary('cos', UnaryOp.Cos, x);
}

/**
 * The angle in radians, from −π/2 to π/2, whose tangent is x.
 *
 * @keras numpy.Arctan
 * @method
 * @stepwise
 * @example ops.arctan([0, 1]) // [0, 0.7854]
 */
export function arctan(x: TensorLike): Tensor {
  return unary('arctan', UnaryOp.Arctan, x);
}

/**
 * Hyperbolic tangent.
 *
 * @keras numpy.Tanh
 * @activation
 * @method
 * @stepwise
 * @example ops.tanh([0, 1]) // [0, 0.7616]
 */
export function tanh(x: TensorLike): Tensor {
  return unary('tanh', UnaryOp.Tanh, x);
}

/**
 * The error function 2/√π ∫₀ˣ exp(−t²) dt.
 *
 * @keras math.Erf
 * @stepwise
 * @example ops.erf([0, 1]) // [0, 0.8427]
 */
export function erf(x: TensorLike): Tensor {
  return unary('erf', UnaryOp.Erf, x);
}
