// Operators that compute element by element.
import { describeValue } from '../../../config/describe-value.js';
import * as ops from '../../../engine/ops/index.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { dtypeOf, onnxType } from '../../../files/formats/onnx/types.js';
import { heldType } from '../../../files/formats/tensorflow/types.js';
import {
  binary,
  folded,
  rectified,
  several,
  TRAINED,
  unary,
} from '../../operator-graphs/elementwise.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';

/** A tensor as one of floats, if it is not one. */
const floats = (x: Tensor): Tensor => (x.dtype === 'float32' ? x : ops.cast(x, 'float32'));

/** Division; of whole numbers towards −∞, as TensorFlow.js divides them. */
function quotient(a: Tensor, b: Tensor): Tensor {
  const areWhole = a.dtype !== 'float32' && b.dtype !== 'float32';
  return areWhole ? ops.floorDivide(a, b) : ops.div(a, b);
}

/** x in the dtype of another tensor: of powers and remainders of whole numbers. */
const like =
  (compute: (a: Tensor, b: Tensor) => Tensor) =>
  (a: Tensor, b: Tensor): Tensor => {
    const areWhole = a.dtype !== 'float32' && b.dtype !== 'float32';
    const y = compute(a, b);
    return areWhole && y.dtype === 'float32' ? ops.cast(y, 'int32') : y;
  };

/** x + bias of channels, which come last or, in NCHW, second. */
function biasAdd(call: Call): Given {
  const [x, bias] = [call.x(), call.x(1)];
  if (call.text('data_format', 'NHWC') !== 'NCHW' || x.ndim <= 2) return plain(ops.add(x, bias));
  return plain(ops.add(x, ops.reshape(bias, [-1, ...new Array<number>(x.ndim - 2).fill(1)])));
}

/** A tensor with the type of its dtype. */
export const plain = (x: Tensor): OperatorValue => OperatorValue.of(x);

/** x between limits, which are inputs or, in older files, attributes. */
function clip(call: Call): Given {
  const x = call.x();
  const limits = ['clip_value_min', 'clip_value_max'].map((name, i) => {
    const value = call.inputs[i + 1];
    if (value === undefined) return call.attribute(name);
    return value.known?.data.length === 1 ? Number(value.known.data[0]) : value.tensor;
  });
  const [low = -Infinity, high = Infinity] = limits;
  if (typeof low === 'number' && typeof high === 'number' && low <= high) {
    return plain(ops.clip(x, low, high));
  }
  const operand = (limit: number | Tensor): Tensor =>
    typeof limit === 'number' ? tensor(limit, { dtype: x.dtype }) : limit;
  return plain(ops.minimum(ops.maximum(x, operand(low)), operand(high)));
}

/** Elements of the second input where a condition is true, else of the third. */
function select(call: Call): Given {
  const [condition, a, b] = [call.x(), call.x(1), call.x(2)];
  // A vector chooses among rows.
  const isOfRows = condition.ndim === 1 && a.ndim > 1 && condition.shape[0] === a.shape[0];
  const chosen = isOfRows
    ? ops.reshape(condition, [-1, ...new Array<number>(a.ndim - 1).fill(1)])
    : condition;
  return plain(ops.where(chosen, a, b));
}

function cast(call: Call): Given {
  const x = call.x();
  const type = heldType(call.text('DstT'));
  const dtype = dtypeOf(type);
  // Whole numbers are cut off towards zero.
  return OperatorValue.of(x.dtype === dtype ? x.alias() : ops.cast(x, dtype), type);
}

/** Names a type that tensors do not hold. */
const lacksType: NonNullable<Operator['lacks']> = ({ attributes }) => {
  const name = attributes.get('DstT');
  const type = typeof name === 'string' ? onnxType(heldType(name)) : undefined;
  return type === undefined ? `to ${describeValue(name)}` : undefined;
};

/** max(0, x) and slope · min(0, x). */
const prelu = (x: Tensor, slope: Tensor): Tensor => ops.where(ops.less(x, 0), ops.mul(x, slope), x);

/** x rounded to the numbers that so many bits hold between two limits. */
function fakeQuantize(x: Tensor, call: Call): Tensor {
  const bits = call.attribute('num_bits', 8);
  const least = call.flag('narrow_range') ? 1 : 0;
  const levels = 2 ** bits - 1 - least;
  const [low, high] = [call.number(1), call.number(2)];
  if (low === high) return ops.zerosLike(x);
  const scale = (high - low) / levels;
  const zero = least - low / scale;
  const nudged = Math.min(Math.max(Math.round(zero), least), 2 ** bits - 1);
  const [from, to] = [(least - nudged) * scale, (2 ** bits - 1 - nudged) * scale];
  const steps = ops.floor(ops.add(ops.div(ops.sub(ops.clip(x, from, to), from), scale), 0.5));
  return ops.add(ops.mul(steps, scale), from);
}

/** Operators of one tensor of floats. */
const ofFloats = (compute: (x: Tensor, call: Call) => Tensor): Operator =>
  unary((x, call) => compute(floats(x), call));

const logical =
  (compute: (a: Tensor, b: Tensor) => Tensor) =>
  (a: Tensor, b: Tensor): Tensor =>
    ops.cast(compute(a, b), 'bool');

export const elementwise: Operators = {
  Abs: unary(ops.abs),
  Acos: ofFloats(ops.arccos),
  Acosh: ofFloats(ops.arccosh),
  Add: binary(ops.add, TRAINED),
  AddN: { ...folded(ops.add), ...TRAINED },
  AddV2: binary(ops.add, TRAINED),
  Asin: ofFloats(ops.arcsin),
  Asinh: ofFloats(ops.arcsinh),
  Atan: ofFloats(ops.arctan),
  Atan2: binary(ops.arctan2),
  Atanh: ofFloats(ops.arctanh),
  BiasAdd: { run: biasAdd, trains: [1] },
  BitwiseAnd: binary(ops.bitwiseAnd),
  BitwiseOr: binary(ops.bitwiseOr),
  BitwiseXor: binary(ops.bitwiseXor),
  Cast: { run: cast, lacks: lacksType, moves: true },
  Ceil: unary(ops.ceil),
  ClipByValue: { run: clip },
  Cos: ofFloats(ops.cos),
  Cosh: ofFloats(ops.cosh),
  Div: binary(quotient, TRAINED),
  DivNoNan: binary(ops.divideNoNan),
  Elu: ofFloats((x) => ops.elu(x)),
  Equal: binary(ops.equal),
  Erf: ofFloats(ops.erf),
  Erfc: ofFloats(ops.erfc),
  Exp: ofFloats(ops.exp),
  Expm1: ofFloats(ops.expm1),
  FakeQuantWithMinMaxVars: ofFloats(fakeQuantize),
  Floor: unary(ops.floor),
  FloorDiv: binary(ops.floorDivide),
  FloorMod: binary(like(ops.mod)),
  Greater: binary(ops.greater),
  GreaterEqual: binary(ops.greaterEqual),
  IsFinite: unary(ops.isFinite),
  IsInf: unary(ops.isInf),
  IsNan: unary(ops.isNaN),
  LeakyRelu: ofFloats((x, call) => ops.leakyRelu(x, call.attribute('alpha', 0.2))),
  Less: binary(ops.less),
  LessEqual: binary(ops.lessEqual),
  Log: ofFloats(ops.log),
  Log1p: ofFloats(ops.log1p),
  LogicalAnd: binary(logical(ops.logicalAnd)),
  LogicalNot: unary(ops.logicalNot),
  LogicalOr: binary(logical(ops.logicalOr)),
  LogicalXor: binary(logical(ops.logicalXor)),
  Maximum: binary(ops.maximum),
  Minimum: binary(ops.minimum),
  Mod: binary(like(ops.mod)),
  Mul: binary(ops.mul, TRAINED),
  Neg: unary(ops.neg),
  NotEqual: binary(ops.notEqual),
  Pow: binary(like(ops.pow)),
  Prelu: binary(prelu, { trains: [1] }),
  RealDiv: binary(quotient, TRAINED),
  Reciprocal: ofFloats(ops.reciprocal),
  Relu: unary(rectified),
  Relu6: unary((x) => ops.clip(x, 0, 6)),
  Round: unary(ops.round),
  Rsqrt: ofFloats(ops.rsqrt),
  Select: { run: select },
  SelectV2: several(([condition, a, b], call) => {
    if (condition === undefined || a === undefined || b === undefined)
      throw call.refuse('it takes three inputs');
    return ops.where(condition, a, b);
  }),
  Selu: ofFloats(ops.selu),
  Sigmoid: ofFloats(ops.sigmoid),
  Sign: unary(ops.sign),
  Sin: ofFloats(ops.sin),
  Sinh: ofFloats(ops.sinh),
  Softplus: ofFloats(ops.softplus),
  Softsign: ofFloats(ops.softsign),
  Sqrt: ofFloats(ops.sqrt),
  Square: unary(ops.square),
  SquaredDifference: binary((a, b) => ops.square(ops.sub(a, b))),
  Sub: binary(ops.sub, TRAINED),
  Tan: ofFloats(ops.tan),
  Tanh: ofFloats(ops.tanh),
  TruncateDiv: binary((a, b) => {
    const size = ops.floorDivide(ops.abs(a), ops.abs(b));
    return ops.where(ops.equal(ops.less(a, 0), ops.less(b, 0)), size, ops.neg(size));
  }),
};
