import { UnaryOp } from '../../../assembly/generated/unary-op.js';
import { full, zeros } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { add, div, mul, neg, sub } from '../arithmetic.js';

/**
 * f″(x) for the functions that have a simple one in terms of x and y = f(x); undefined for others.
 * Written in operations, so that higher derivatives come from the tape.
 */
export function derivativeOf(code: UnaryOp, x: Tensor, y: Tensor): Tensor | undefined {
  switch (code) {
    case UnaryOp.Negate:
    case UnaryOp.Abs:
    case UnaryOp.Sign:
    case UnaryOp.Floor:
    case UnaryOp.Ceil:
    case UnaryOp.Round:
    case UnaryOp.Clip:
    case UnaryOp.Relu:
    case UnaryOp.LeakyRelu:
    case UnaryOp.BoundedRelu:
      return zeros(x.shape);
    case UnaryOp.Square:
      return full(x.shape, 2);
    case UnaryOp.Sqrt:
      return div(-0.25, mul(x, y));
    case UnaryOp.Rsqrt:
      return div(mul(y, 0.75), mul(x, x));
    case UnaryOp.Reciprocal:
      return mul(mul(y, y), mul(y, 2));
    case UnaryOp.Exp:
      return y;
    case UnaryOp.Expm1:
      return add(y, 1);
    case UnaryOp.Log:
      return neg(div(1, mul(x, x)));
    case UnaryOp.Log1p: {
      const u = add(x, 1);
      return neg(div(1, mul(u, u)));
    }
    case UnaryOp.Sin:
    case UnaryOp.Cos:
      return neg(y);
    case UnaryOp.Arctan: {
      const u = add(mul(x, x), 1);
      return div(mul(x, -2), mul(u, u));
    }
    case UnaryOp.Tanh:
      return mul(mul(y, -2), sub(1, mul(y, y)));
    case UnaryOp.Sigmoid:
      return mul(mul(y, sub(1, y)), sub(1, mul(y, 2)));
    default:
      return undefined;
  }
}
