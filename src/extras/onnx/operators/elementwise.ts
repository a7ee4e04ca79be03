// Operators that compute element by element.
import * as ops from '../../../engine/ops/index.js';
import { full, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import {
  dtypeOf,
  integerRange,
  onnxType,
  TYPE,
  typeName,
} from '../../../files/formats/onnx/types.js';
import { numberOf, unknownText } from '../../operator-graphs/operator.js';
import type { Call, Operator, Operators } from '../../operator-graphs/operator.js';
import {
  aligned,
  binary,
  folded,
  rectified,
  several,
  TRAINED,
  unary,
} from '../../operator-graphs/elementwise.js';
import { asType, OperatorValue } from '../../operator-graphs/value.js';

/** Division of whole numbers towards zero, as in C. */
function quotient(a: Tensor, b: Tensor): Tensor {
  if (a.dtype === 'float32' || b.dtype === 'float32') return ops.div(a, b);
  const size = ops.floorDivide(ops.abs(a), ops.abs(b));
  return ops.where(ops.equal(ops.less(a, 0), ops.less(b, 0)), size, ops.neg(size));
}

/** The limits of Clip: inputs from opset 11 on, before that attributes. */
function clip(x: Tensor, call: Call): Tensor {
  const limits = [
    { i: 1, name: 'min', missing: -Infinity },
    { i: 2, name: 'max', missing: Infinity },
  ].map(({ i, name, missing }) => {
    if (call.opset < 11) return call.attribute(name, missing);
    const value = call.inputs[i];
    if (value === undefined) return missing;
    return value.known === undefined ? value.tensor : (value.elements[0] ?? missing);
  });
  const [low = -Infinity, high = Infinity] = limits;
  if (typeof low === 'number' && typeof high === 'number' && low <= high)
    return ops.clip(x, low, high);
  return ops.minimum(ops.maximum(x, toOperand(low, x)), toOperand(high, x));
}

const toOperand = (limit: number | Tensor, x: Tensor): Tensor =>
  typeof limit === 'number'
    ? tensor(limit, { dtype: x.dtype === 'float32' ? 'float32' : 'int32' })
    : limit;

/** x to the power of y, in the type of x. */
function power(call: Call): OperatorValue {
  const [x, y] = [call.value(0), call.value(1)];
  const isLast =
    x.layout === 'last' && y.shape.every((length) => length === 1) && y.shape.length <= 1;
  const base = isLast && x.raw !== undefined ? x.raw : x.tensor;
  const layout = isLast ? 'last' : 'first';
  const exponent = y.known?.data.length === 1 ? Number(y.known.data[0]) : undefined;
  if (base.dtype === 'float32' && exponent === 2)
    return OperatorValue.of(ops.square(base), x.type, layout);
  if (base.dtype === 'float32' && exponent === 0.5)
    return OperatorValue.of(ops.sqrt(base), x.type, layout);
  const raised = ops.pow(base, y.tensor);
  return OperatorValue.of(ops.cast(raised, dtypeOf(x.type)), x.type, layout);
}

function modulo(a: Tensor, b: Tensor, call: Call): Tensor {
  return call.attribute('fmod', 0) === 1 ? ops.fmod(a, b) : ops.mod(a, b);
}

function shift(a: Tensor, b: Tensor, call: Call): Tensor {
  const isLeft = call.text('direction') === 'LEFT';
  return isLeft
    ? ops.leftShift(ops.cast(a, 'int32'), ops.cast(b, 'int32'))
    : ops.rightShift(ops.cast(a, 'int32'), ops.cast(b, 'int32'));
}

const lacksDirection: Operator['lacks'] = (node) =>
  node.attributes.has('direction')
    ? unknownText(node, { direction: ['LEFT', 'RIGHT'] })
    : 'without a direction';

function castTo(call: Call, type: number): OperatorValue {
  const { layout, raw, tensor: first, type: from } = call.value(0);
  const x = layout === 'last' && raw !== undefined ? raw : first;
  const target = onnxType(type);
  if (target === undefined) throw call.refuse(`type ${type} cannot be held`);
  const isSame = from === type || (x.dtype === target.dtype && integerRange(type) === undefined);
  const y = isSame ? x.alias() : asType(x, type, integerRange(type));
  return OperatorValue.of(y, type, layout);
}

/** Names a type that tensors do not hold. */
const castLacks: Operator['lacks'] = (node) => {
  const to = numberOf(node, 'to', TYPE.float);
  return onnxType(to) === undefined ? `to type ${to}` : undefined;
};

/** Types whose elements are held bit by bit, with the bytes of each. */
const BYTES: Readonly<Record<number, number>> = {
  [TYPE.float]: 4,
  [TYPE.int32]: 4,
  [TYPE.uint8]: 1,
  [TYPE.bool]: 1,
};

/** The bits of x as elements of another type. */
function bitCast(call: Call): OperatorValue {
  const [{ type: from, layout, raw, tensor: first }, to] = [call.value(0), call.attribute('to')];
  if (BYTES[from] === undefined || BYTES[from] !== BYTES[to])
    throw call.refuse(`the bits of ${typeName(from)} are not held as those of ${typeName(to)}`);
  const x = layout === 'last' && raw !== undefined ? raw : first;
  return OperatorValue.of(ops.view(x, dtypeOf(to)), to, layout);
}

/** Names a type whose bits are not held. */
const bitsLack: Operator['lacks'] = (node) => {
  const to = numberOf(node, 'to', TYPE.float);
  return Object.hasOwn(BYTES, to) ? undefined : `to ${typeName(to)}`;
};

function shrink(x: Tensor, call: Call): Tensor {
  const [lambd, bias] = [call.attribute('lambd', 0.5), call.attribute('bias', 0)];
  const y = ops.cast(x, 'float32');
  const shrunk = ops.where(
    ops.less(y, -lambd),
    ops.add(y, bias),
    ops.where(ops.greater(y, lambd), ops.sub(y, bias), 0),
  );
  return ops.cast(shrunk, x.dtype);
}

/** x, times the slope where it is negative. */
function prelu(a: Tensor, slope: Tensor): Tensor {
  return ops.where(ops.less(a, 0), ops.mul(a, slope), a);
}

function selu(x: Tensor, call: Call): Tensor {
  const alpha = call.attribute('alpha', 1.6732632423543772);
  const gamma = call.attribute('gamma', 1.0507009873554805);
  return ops.mul(
    ops.where(ops.greater(x, 0), x, ops.mul(ops.expm1(ops.minimum(x, 0)), alpha)),
    gamma,
  );
}

const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor =>
  ops.clip(ops.add(ops.mul(x, alpha), beta), 0, 1);

function isInf(x: Tensor, call: Call): Tensor {
  const [negative, positive] = [
    call.attribute('detect_negative', 1),
    call.attribute('detect_positive', 1),
  ];
  if (negative === 1 && positive === 1) return ops.isInf(x);
  if (negative === 1) return ops.isNegInf(x);
  if (positive === 1) return ops.isPosInf(x);
  return full(x.shape, 0, 'bool');
}

const mean = (tensors: readonly Tensor[], call: Call): Tensor => {
  const [first, ...rest] = tensors;
  if (first === undefined) throw call.refuse('it takes one input at least');
  return ops.div(
    rest.reduce((a, b) => ops.add(a, b), first),
    tensors.length,
  );
};

/** Elementwise, with broadcasting where there are several inputs. */
export const elementwise: Operators = {
  Abs: unary(ops.abs),
  Acos: unary(ops.arccos),
  Acosh: unary(ops.arccosh),
  Add: binary(ops.add, TRAINED),
  And: binary(ops.logicalAnd),
  Asin: unary(ops.arcsin),
  Asinh: unary(ops.arcsinh),
  Atan: unary(ops.arctan),
  Atanh: unary(ops.arctanh),
  BitCast: { run: bitCast, lacks: bitsLack },
  BitShift: binary(shift, { lacks: lacksDirection }),
  BitwiseAnd: binary(ops.bitwiseAnd),
  BitwiseNot: unary(ops.bitwiseNot),
  BitwiseOr: binary(ops.bitwiseOr),
  BitwiseXor: binary(ops.bitwiseXor),
  Cast: { run: (call) => castTo(call, call.attribute('to')), lacks: castLacks, moves: true },
  CastLike: { run: (call) => castTo(call, call.value(1).type), moves: true },
  Ceil: unary(ops.ceil),
  Celu: unary((x, call) => ops.celu(x, call.attribute('alpha', 1))),
  Clip: unary(clip),
  Cos: unary(ops.cos),
  Cosh: unary(ops.cosh),
  Div: binary(quotient, TRAINED),
  Elu: unary((x, call) => ops.elu(x, call.attribute('alpha', 1))),
  Equal: binary(ops.equal),
  Erf: unary(ops.erf),
  Exp: unary(ops.exp),
  Floor: unary(ops.floor),
  Gelu: unary((x, call) => ops.gelu(x, call.text('approximate', 'none') === 'tanh'), {
    lacks: (node) => unknownText(node, { approximate: ['none', 'tanh'] }),
  }),
  Greater: binary(ops.greater),
  GreaterOrEqual: binary(ops.greaterEqual),
  HardSigmoid: unary((x, call) =>
    hardSigmoid(x, call.attribute('alpha', 0.2), call.attribute('beta', 0.5)),
  ),
  HardSwish: unary((x) => ops.mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  IsInf: unary(isInf),
  IsNaN: unary(ops.isNaN),
  LeakyRelu: unary((x, call) => ops.leakyRelu(x, call.attribute('alpha', 0.01))),
  Less: binary(ops.less),
  LessOrEqual: binary(ops.lessEqual),
  Log: unary(ops.log),
  Max: folded(ops.maximum),
  Mean: several(mean),
  Min: folded(ops.minimum),
  Mish: unary(ops.mish),
  Mod: binary(modulo),
  Mul: binary(ops.mul, TRAINED),
  Neg: unary(ops.neg),
  Not: unary(ops.logicalNot),
  Or: binary(ops.logicalOr),
  PRelu: binary(prelu, { trains: [1] }),
  Pow: { run: power },
  Reciprocal: unary(ops.reciprocal),
  Relu: unary(rectified),
  Round: unary(ops.round),
  Selu: unary(selu),
  Sigmoid: unary(ops.sigmoid),
  Sign: unary(ops.sign),
  Sin: unary(ops.sin),
  Sinh: unary(ops.sinh),
  Softplus: unary(ops.softplus),
  Softsign: unary(ops.softsign),
  Sqrt: unary(ops.sqrt),
  Sub: binary(ops.sub, TRAINED),
  Sum: folded(ops.add),
  Swish: unary((x, call) => ops.mul(x, ops.sigmoid(ops.mul(x, call.attribute('alpha', 1))))),
  Shrink: unary(shrink),
  Tan: unary(ops.tan),
  Tanh: unary(ops.tanh),
  ThresholdedRelu: unary((x, call) => ops.threshold(x, call.attribute('alpha', 1), 0)),
  Where: {
    run(call) {
      const [[condition, a, b], layout] = aligned([call.value(0), call.value(1), call.value(2)]);
      if (condition === undefined || a === undefined || b === undefined)
        throw call.refuse('it takes three inputs');
      return OperatorValue.of(ops.where(condition, a, b), call.value(1).type, layout);
    },
  },
  Xor: binary(ops.logicalXor),
};
