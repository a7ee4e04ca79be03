// Calls of operators that compute element by element.
import { attr, call, float, pair, x } from './graph-calls.mjs';

export const unary = (range, dtype) => (r) => call([x(r.shape(1, 4), range, dtype)]);
const binary = (range, dtype) => (r) => {
  const [one, other] = pair(r);
  return call([x(one, range, dtype), x(other, range, dtype)]);
};
/** float32 and int32. */
export const either = (make) => (r) => make(r.chance() ? undefined : 'int32', r);

export const elementwise = {
  ...Object.fromEntries(
    ['Abs', 'Neg', 'Sign', 'Square', 'Relu', 'Relu6'].map((op) => [
      op,
      either((dtype, r) => unary([-9, 9], dtype)(r)),
    ]),
  ),
  ...Object.fromEntries(
    [
      'Asinh',
      'Atan',
      'Ceil',
      'Cos',
      'Cosh',
      'Elu',
      'Erf',
      'Exp',
      'Expm1',
      'Floor',
      'IsFinite',
      'IsInf',
      'IsNan',
      'Round',
      'Selu',
      'Sigmoid',
      'Sin',
      'Sinh',
      'Softplus',
      'Tanh',
    ].map((op) => [op, unary([-3, 3])]),
  ),
  Acos: unary([-1, 1]),
  Acosh: unary([1, 5]),
  Asin: unary([-1, 1]),
  Atanh: unary([-0.95, 0.95]),
  Log: unary([0.1, 9]),
  Log1p: unary([-0.9, 9]),
  Reciprocal: unary([0.2, 4]),
  Rsqrt: unary([0.2, 9]),
  Sqrt: unary([0, 9]),
  Tan: unary([-1.2, 1.2]),
  LogicalNot: unary([0, 1], 'bool'),
  LeakyRelu: (r) => call([x(r.shape(1, 4))], { alpha: attr.f(0.3) }),
  ClipByValue: (r) => call([x(r.shape(1, 4)), float(-0.5), float(0.75)]),
  Cast: (r) => {
    const [from, to] = r.pick([
      ['float32', 'DT_INT32'],
      ['int32', 'DT_FLOAT'],
      ['float32', 'DT_BOOL'],
      ['bool', 'DT_INT32'],
    ]);
    return call([x(r.shape(1, 4), from === 'bool' ? [0, 1] : [-5, 5], from)], {
      DstT: attr.type(to),
    });
  },
  ...Object.fromEntries(
    [
      'Add',
      'AddV2',
      'Sub',
      'Mul',
      'Maximum',
      'Minimum',
      'SquaredDifference',
      'Equal',
      'NotEqual',
      'Greater',
      'GreaterEqual',
      'Less',
      'LessEqual',
    ].map((op) => [op, either((dtype, r) => binary([-4, 4], dtype)(r))]),
  ),
  Atan2: binary([-3, 3]),
  Div: either((dtype, r) => binary([1, 9], dtype)(r)),
  RealDiv: either((dtype, r) => binary([1, 9], dtype)(r)),
  DivNoNan: (r) => {
    const [one, other] = pair(r);
    return call([x(one), { ...x(other, [-1, 1]), isWhole: true }]);
  },
  FloorDiv: either((dtype, r) => binary([1, 9], dtype)(r)),
  FloorMod: either((dtype, r) => binary([1, 9], dtype)(r)),
  Mod: binary([1, 9], 'int32'),
  Pow: binary([0.5, 2]),
  LogicalAnd: binary([0, 1], 'bool'),
  LogicalOr: binary([0, 1], 'bool'),
  Prelu: (r) => {
    const shape = r.shape(2, 4);
    return call([x(shape), x(shape.slice(-1), [0, 1])]);
  },
  AddN: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape), x(shape), x(shape)], { N: attr.i(3) });
  },
  BiasAdd: (r) => {
    const shape = r.shape(2, 4);
    return call([x(shape), x(shape.slice(-1))]);
  },
  Select: (r) => {
    const shape = r.shape(1, 3);
    return call([x(shape, [0, 1], 'bool'), x(shape), x(shape)]);
  },
  SelectV2: (r) => {
    const [one, other] = pair(r);
    return call([x(one, [0, 1], 'bool'), x(other), x(one)]);
  },
};
