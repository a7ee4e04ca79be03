// Operations of elements.
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { elu, gelu, leakyRelu, relu, squareplus, ACTIVATIONS } from '../activations.js';
import {
  add,
  binary,
  cast,
  clip,
  compare,
  differs,
  div,
  mul,
  several,
  sub,
  unary,
  where,
} from '../elementwise.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import { real } from '../../../../files/formats/onnx/write.js';
import { expand, lengthsOf } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** A function that ONNX has an operator for. */
const node =
  (op: string): OperationRow =>
  (call) =>
    unary(call.w, op, call.same());

const nodes = (names: Readonly<Record<string, string>>): OperationRows =>
  Object.fromEntries(Object.entries(names).map(([name, op]) => [name, node(op)]));

/** An activation by its name. */
const named =
  (name: string): OperationRow =>
  (call) =>
    ACTIVATIONS[name]?.(call.w, call.float()) ?? refuse(`${name} has no row`);

const pair =
  (op: string): OperationRow =>
  (call) =>
    binary(call.w, op, call.same(0), call.same(1));

const comparison =
  (op: Parameters<typeof compare>[1]): OperationRow =>
  (call) => {
    const [a, b] = call.pair();
    return compare(call.w, op, a, b);
  };

const logical =
  (op: string): OperationRow =>
  (call) => {
    const [a, b] = [0, 1].map((i) => truth(call, i)) as [Written, Written];
    return binary(call.w, op, a, b, TYPE.bool);
  };

const truth = (call: OperationCall, i: number): Written => {
  const x = call.x(i);
  return x.type === TYPE.bool ? x : differs(call.w, x, 0);
};

/** A formula of elements. */
const formula =
  (f: (call: OperationCall, x: Written) => Written): OperationRow =>
  (call) =>
    f(call, call.same());

/** The remainder with the sign of the divisor. */
function mod(call: OperationCall): Written {
  const { w } = call;
  const [a, b] = [call.same(0), call.same(1)];
  if (call.type !== TYPE.float) return binary(w, 'Mod', a, b);
  return sub(w, a, mul(w, unary(w, 'Floor', div(w, a, b)), b));
}

function floorDivide(call: OperationCall): Written {
  const { w } = call;
  const [a, b] = [call.float(0), call.float(1)];
  return unary(w, 'Floor', div(w, a, b));
}

/** x where it is a number. */
function nanToNum(call: OperationCall): Written {
  const { w } = call;
  const x = call.float();
  const [least, most] = [
    call.number(3, -3.4028234663852886e38),
    call.number(2, 3.4028234663852886e38),
  ];
  const whole = where(w, unary(w, 'IsNaN', x, {}, TYPE.bool), call.number(1, 0), x);
  return clip(w, whole, least, most);
}

const truncated = (call: OperationCall, x: Written): Written =>
  mul(call.w, unary(call.w, 'Sign', x), unary(call.w, 'Floor', unary(call.w, 'Abs', x)));

const scaled =
  (factor: number): OperationRow =>
  (call) =>
    mul(call.w, call.float(), factor);

const inverted =
  (op: string): OperationRow =>
  (call) =>
    div(call.w, 1, unary(call.w, op, call.float()));

/** A logarithm to another base. */
const logarithm =
  (base: number): OperationRow =>
  (call) =>
    mul(call.w, unary(call.w, 'Log', call.float()), 1 / Math.log(base));

function reluRow(call: OperationCall): Written {
  return relu(call.w, call.float(), call.options(1));
}

function selu(call: OperationCall): Written {
  return ACTIVATIONS['selu']?.(call.w, call.float()) ?? refuse('selu has no row');
}

function thresholded(call: OperationCall): Written {
  const { w } = call;
  const x = call.float();
  return where(w, compare(w, 'Greater', x, call.number(1, 0)), x, call.number(2, 0));
}

const shrunk =
  (isSoft: boolean): OperationRow =>
  (call) => {
    const limit = call.number(1, 0.5);
    return unary(call.w, 'Shrink', call.float(), {
      lambd: real(limit),
      bias: real(isSoft ? limit : 0),
    });
  };

/** One number, or what broadcasts, in the shape of the operand. */
function filled(call: OperationCall, value: number | Written): Written {
  const { w } = call;
  const x = call.x();
  const one = typeof value === 'number' ? w.number(value, call.type) : value;
  return expand(w, one, lengthsOf(0, x.rank), x);
}

export const elementwiseOperations: OperationRows = {
  ...nodes({
    abs: 'Abs', neg: 'Neg', sign: 'Sign', sqrt: 'Sqrt', exp: 'Exp', log: 'Log', sin: 'Sin', cos: 'Cos', tan: 'Tan',
    arcsin: 'Asin', arccos: 'Acos', arctan: 'Atan', sinh: 'Sinh', cosh: 'Cosh', tanh: 'Tanh', arcsinh: 'Asinh',
    arccosh: 'Acosh', arctanh: 'Atanh', erf: 'Erf', reciprocal: 'Reciprocal', sigmoid: 'Sigmoid', softplus: 'Softplus',
    softsign: 'Softsign',
  }), // prettier-ignore
  ...Object.fromEntries(
    [
      'hardSigmoid',
      'hardSilu',
      'hardTanh',
      'logSigmoid',
      'mish',
      'relu6',
      'silu',
      'sparsePlus',
      'sparseSigmoid',
      'tanhShrink',
    ].map((name) => [name, named(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))]),
  ),
  add: pair('Add'),
  sub: pair('Sub'),
  mul: pair('Mul'),
  div: pair('Div'),
  pow: pair('Pow'),
  maximum: (call) => several(call.w, 'Max', [call.same(0), call.same(1)]),
  minimum: (call) => several(call.w, 'Min', [call.same(0), call.same(1)]),
  mod,
  floorDivide,
  equal: comparison('Equal'),
  notEqual: (call) => {
    const [a, b] = call.pair();
    return differs(call.w, a, b);
  },
  less: comparison('Less'),
  lessEqual: comparison('LessOrEqual'),
  greater: comparison('Greater'),
  greaterEqual: comparison('GreaterOrEqual'),
  logicalAnd: logical('And'),
  logicalOr: logical('Or'),
  logicalXor: logical('Xor'),
  logicalNot: (call) => unary(call.w, 'Not', truth(call, 0)),
  where: (call) => where(call.w, truth(call, 0), call.same(1), call.same(2)),
  cast: (call) => {
    const x = call.x();
    return call.type === TYPE.bool && x.type !== TYPE.bool
      ? differs(call.w, x, 0)
      : cast(call.w, x, call.type);
  },
  clone: formula((_, x) => x),
  stopGradient: formula((_, x) => x),
  clip: formula((call, x) => clip(call.w, x, call.number(1, -Infinity), call.number(2, Infinity))),
  square: formula((call, x) => mul(call.w, x, x)),
  rsqrt: inverted('Sqrt'),
  expm1: (call) => sub(call.w, unary(call.w, 'Exp', call.float()), 1),
  log1p: (call) => unary(call.w, 'Log', add(call.w, call.float(), 1)),
  log2: logarithm(2),
  log10: logarithm(10),
  exp2: (call) => unary(call.w, 'Exp', mul(call.w, call.float(), Math.LN2)),
  erfc: (call) => sub(call.w, 1, unary(call.w, 'Erf', call.float())),
  floor: (call) => unary(call.w, 'Floor', call.float()),
  ceil: (call) => unary(call.w, 'Ceil', call.float()),
  round: (call) => unary(call.w, 'Round', call.float()),
  trunc: (call) => truncated(call, call.float()),
  deg2rad: scaled(Math.PI / 180),
  rad2deg: scaled(180 / Math.PI),
  isNaN: (call) => unary(call.w, 'IsNaN', call.float(), {}, TYPE.bool),
  isInf: (call) => unary(call.w, 'IsInf', call.float(), {}, TYPE.bool),
  isFinite: (call) => compare(call.w, 'Less', unary(call.w, 'Abs', call.float()), Infinity),
  nanToNum,
  divideNoNan: (call) => {
    const [a, b] = [call.float(0), call.float(1)];
    return where(call.w, compare(call.w, 'Equal', b, 0), 0, div(call.w, a, b));
  },
  hypot: (call) => {
    const [a, b] = [call.float(0), call.float(1)];
    return unary(call.w, 'Sqrt', add(call.w, mul(call.w, a, a), mul(call.w, b, b)));
  },
  relu: reluRow,
  selu,
  elu: (call) => elu(call.w, call.float(), call.number(1, 1)),
  celu: (call) => unary(call.w, 'Celu', call.float(), { alpha: real(call.number(1, 1)) }),
  leakyRelu: (call) => leakyRelu(call.w, call.float(), call.number(1, 0.2)),
  gelu: (call) => gelu(call.w, call.float(), call.flag(1)),
  squareplus: (call) => squareplus(call.w, call.float(), call.number(1, 4)),
  threshold: thresholded,
  softShrink: shrunk(true),
  hardShrink: shrunk(false),
  zerosLike: (call) => filled(call, 0),
  onesLike: (call) => filled(call, 1),
  fullLike: (call) => filled(call, call.same(1)),
};
