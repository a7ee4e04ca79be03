// Which class of Keras's stands for each operation, and how its arguments are called there. What saves and loads graphs
// imports it, and nothing else does: it keeps every operation in a program.
import { isSerializedObject } from '../config/index.js';
import { checkDType } from '../tensor/dtype.js';
import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import {
  checkKeys,
  inCall,
  keras,
  NEEDED,
  onlyKeras,
  onlyOwn,
  operandInCall,
  setting,
} from './operation-declaration.js';
import type { Declaration, Further, Settings } from './operation-declaration.js';
import { decodeOperand, encodeOperand } from './operand-config.js';
import type * as operations from './operations.js';
import { ELLIPSIS, readSpec } from './slice-range.js';
import type { SliceSpec } from './slice-range.js';

/** What `ops` holds beside operations: functions of functions, and what asks for a tensor's origin. */
type OtherFunction = 'grad' | 'logitsOf' | 'valueAndGrad';

/** The name of an operation. */
export type OperationName = Exclude<keyof typeof operations, OtherFunction>;

const one = (className: string, settings?: Settings, further?: Further): Declaration =>
  keras(className, ['x'], settings, further);

const two = (className: string, settings?: Settings, further?: Further): Declaration =>
  keras(className, ['x1', 'x2'], settings, further);

const reduction = (
  className: string,
  further: Settings = {},
  aliases: string[] = [],
): Declaration => one(className, { axis: null, keepdims: false, ...further }, { aliases });

/** Keras knows int64, too, and means more by it. */
const dtype = (left: unknown): unknown =>
  setting(left, left, (value) => (value === null ? null : checkDType(value)));

const order = { options: { descending: onlyOwn(false) } };

const WINDOWS = { data_format: onlyKeras('channels_last', null) };

const pool = (className: string, rank: number): Declaration =>
  keras(
    className,
    ['inputs'],
    {},
    {
      rank,
      options: {
        pool_size: setting(2, NEEDED),
        // Keras fails for a number as size where the strides are left out.
        strides: setting(null, null, (value, config) => value ?? config['pool_size']),
        padding: 'valid',
        ...WINDOWS,
      },
    },
  );

const convolution = (rank: number): Declaration =>
  keras(
    'nn.Conv',
    ['inputs', 'kernel'],
    { bias: onlyOwn(null) },
    {
      rank,
      options: {
        strides: 1,
        padding: 'valid',
        ...WINDOWS,
        dilation_rate: 1,
        groups: onlyOwn(1),
        activation: onlyOwn('linear'),
      },
    },
  );

/** The crossentropies of probabilities are not operations here. */
const ofLogits = { from_logits: { ...onlyKeras(true), missing: false } };

const crossentropy = (className: string, settings: Settings): Declaration =>
  keras(className, ['output', 'target'], settings, { reversed: true });

const einsum: Declaration = {
  className: 'numpy.Einsum',
  aliases: [],
  rank: undefined,
  write: (name, [subscripts, ...operands]) => ({
    config: { subscripts },
    args: operands.map((operand) => encodeOperand(name, 'operands', operand)),
    kwargs: {},
  }),
  read(config) {
    checkKeys(this.className, 'config', config, ['name', 'subscripts']);
    return ({ args, kwargs }) => {
      checkKeys(this.className, 'call', kwargs, []);
      return [config['subscripts'], ...args.map((arg) => decodeOperand(this.className, arg))];
    };
  },
};

const getItem: Declaration = {
  className: 'numpy.GetItem',
  aliases: [],
  rank: undefined,
  write: (name, [x, ...specs]) => {
    const key = (specs as SliceSpec[]).map(keyOf);
    const isIndex = key.length === 1 && typeof key[0] === 'number';
    return {
      config: {},
      args: [encodeOperand(name, 'x', x), isIndex ? key[0] : key],
      kwargs: {},
    };
  },
  read(config) {
    checkKeys(this.className, 'config', config, ['name']);
    return ({ args, kwargs }) => {
      checkKeys(this.className, 'call', kwargs, ['x', 'key']);
      const [x = kwargs['x'], key = kwargs['key']] = args;
      const specs = Array.isArray(key) ? (key as unknown[]) : [key];
      return [decodeOperand(this.className, x), ...specs.map(specOf)];
    };
  },
};

/** What selects a part of an axis, as Keras writes it. */
function keyOf(spec: SliceSpec, axis: number): unknown {
  if (spec === null) return null;
  if (spec === ELLIPSIS) return { class_name: '__ellipsis__', config: {} };
  const wanted = readSpec(spec, axis);
  if (typeof wanted === 'number') return wanted;
  const { start = null, stop = null, step = null } = wanted;
  return { class_name: '__slice__', config: { start, stop, step } };
}

/** What Keras wrote, as `slice` takes it. */
function specOf(key: unknown): SliceSpec {
  if (key === null || Number.isInteger(key)) return key as number | null;
  if (isSerializedObject(key)) {
    const { class_name: className, config } = key;
    if (className === '__ellipsis__') return ELLIPSIS;
    const limits = ['start', 'stop', 'step'].map((name) => config[name] ?? null);
    const isGood = (limit: unknown): limit is number | null =>
      limit === null || Number.isInteger(limit);
    if (className === '__slice__' && limits.every(isGood)) return limits.join(':');
  }
  throw new ValueError(
    `numpy.GetItem: ${describeValue(key)} selects nothing here. An index, a slice, '...' and a new axis are supported.`,
  );
}

/**
 * The classes of each operation; of several the first that has a place for the arguments. A list without any says that
 * Keras has no class for the operation.
 */
export const kerasOperations: Readonly<Record<OperationName, readonly Declaration[]>> = {
  abs: [one('numpy.Absolute', {}, { aliases: ['numpy.Abs'] })],
  add: [two('numpy.Add')],
  all: [reduction('numpy.All')],
  any: [reduction('numpy.Any')],
  argmax: [reduction('numpy.Argmax')],
  argmin: [reduction('numpy.Argmin')],
  argsort: [one('numpy.Argsort', { axis: -1 }, order)],
  averagePool1d: [pool('nn.AveragePool', 3)],
  averagePool2d: [pool('nn.AveragePool', 4)],
  averagePool3d: [pool('nn.AveragePool', 5)],
  broadcastTo: [one('numpy.BroadcastTo', { shape: NEEDED })],
  cast: [one('core.Cast', { dtype: dtype(NEEDED) })],
  ceil: [one('numpy.Ceil')],
  celu: [one('nn.Celu', { alpha: 1 })],
  clip: [one('numpy.Clip', { x_min: NEEDED, x_max: NEEDED })],
  clone: [one('numpy.Copy')],
  concat: [keras('numpy.Concatenate', ['xs'], { axis: 0 })],
  conv1d: [convolution(3)],
  conv2d: [convolution(4)],
  conv3d: [convolution(5)],
  cos: [one('numpy.Cos')],
  cumsum: [
    one(
      'numpy.Cumsum',
      { axis: null, dtype: onlyKeras(null) },
      { options: { exclusive: onlyOwn(false), reverse: onlyOwn(false) } },
    ),
  ],
  dense: [],
  div: [two('numpy.TrueDivide', {}, { aliases: ['numpy.Divide'] })],
  dot: [two('numpy.Dot')],
  dotProductAttention: [
    keras(
      'nn.DotProductAttention',
      ['query', 'key', 'value'],
      { bias: operandInCall(), mask: operandInCall() },
      {
        options: {
          scale: inCall(null, null),
          is_causal: false,
          flash_attention: null,
          attn_logits_soft_cap: onlyKeras(null),
        },
      },
    ),
  ],
  dropout: [],
  einsum: [einsum],
  elu: [one('nn.Elu', { alpha: 1 })],
  embedding: [],
  equal: [two('numpy.Equal')],
  erf: [one('math.Erf')],
  exp: [one('numpy.Exp')],
  expandDims: [one('numpy.ExpandDims', { axis: NEEDED })],
  expm1: [one('numpy.Expm1')],
  flatten: [one('numpy.Ravel')],
  floor: [one('numpy.Floor')],
  gather: [keras('numpy.Take', ['x', 'indices'], { axis: setting(0, null) })],
  gelu: [one('nn.Gelu', { approximate: setting(false, true) })],
  glu: [one('nn.Glu', { axis: -1 })],
  greater: [two('numpy.Greater')],
  greaterEqual: [two('numpy.GreaterEqual')],
  hardShrink: [one('nn.HardShrink', { threshold: 0.5 })],
  hardSigmoid: [one('nn.HardSigmoid')],
  hardSilu: [one('nn.HardSilu')],
  hardTanh: [one('nn.HardTanh')],
  isFinite: [one('numpy.Isfinite')],
  isInf: [one('numpy.Isinf')],
  isNaN: [one('numpy.Isnan')],
  leakyRelu: [one('nn.LeakyRelu', { negative_slope: 0.2 })],
  less: [two('numpy.Less')],
  lessEqual: [two('numpy.LessEqual')],
  log: [one('numpy.Log')],
  log1p: [one('numpy.Log1p')],
  logicalAnd: [two('numpy.LogicalAnd')],
  logicalNot: [one('numpy.LogicalNot')],
  logicalOr: [two('numpy.LogicalOr')],
  logicalXor: [two('numpy.LogicalXor')],
  logSigmoid: [one('nn.LogSigmoid')],
  logSoftmax: [one('nn.LogSoftmax', { axis: -1 })],
  logsumexp: [reduction('math.Logsumexp')],
  matmul: [two('numpy.Matmul')],
  max: [reduction('numpy.Max', { initial: onlyKeras(null) }, ['numpy.Amax'])],
  maximum: [two('numpy.Maximum')],
  maxPool1d: [pool('nn.MaxPool', 3)],
  maxPool2d: [pool('nn.MaxPool', 4)],
  maxPool3d: [pool('nn.MaxPool', 5)],
  mean: [reduction('numpy.Mean')],
  min: [reduction('numpy.Min', { initial: onlyKeras(null) }, ['numpy.Amin'])],
  minimum: [two('numpy.Minimum')],
  mish: [one('activations.Mish')],
  mod: [two('numpy.Mod')],
  moveAxis: [one('numpy.Moveaxis', { source: NEEDED, destination: NEEDED })],
  mul: [two('numpy.Multiply')],
  neg: [one('numpy.Negative')],
  notEqual: [two('numpy.NotEqual')],
  oneHot: [
    one('nn.OneHot', {
      num_classes: NEEDED,
      axis: onlyKeras(-1),
      dtype: onlyKeras('float32', null),
      sparse: onlyKeras(false),
    }),
  ],
  onesLike: [one('numpy.OnesLike', { dtype: dtype(null) })],
  outer: [two('numpy.Outer')],
  pad: [
    one('numpy.Pad', {
      pad_width: NEEDED,
      mode: onlyKeras('constant'),
      constant_values: inCall(0, null),
    }),
  ],
  pow: [two('numpy.Power')],
  prod: [reduction('numpy.Prod', { dtype: onlyKeras(null) })],
  reciprocal: [one('numpy.Reciprocal')],
  relu: [
    one(
      'nn.Relu',
      {},
      {
        options: {
          negative_slope: onlyOwn(0),
          max_value: onlyOwn(null, Infinity),
          threshold: onlyOwn(0),
        },
      },
    ),
    one(
      'activations.ReLU',
      {},
      {
        options: {
          negative_slope: 0,
          max_value: setting(null, null, (value) => (value === Infinity ? null : value)),
          threshold: 0,
        },
      },
    ),
  ],
  relu6: [one('nn.Relu6')],
  reshape: [one('numpy.Reshape', { newshape: NEEDED })],
  round: [one('numpy.Round', { decimals: onlyKeras(0) })],
  rsqrt: [one('math.Rsqrt')],
  selu: [one('nn.Selu')],
  sigmoid: [one('nn.Sigmoid')],
  sigmoidCrossEntropy: [crossentropy('nn.BinaryCrossentropy', ofLogits)],
  sign: [one('numpy.Sign')],
  silu: [one('nn.Silu')],
  sin: [one('numpy.Sin')],
  slice: [getItem],
  softmax: [one('nn.Softmax', { axis: -1 })],
  softmaxCrossEntropy: [
    crossentropy('nn.CategoricalCrossentropy', {
      ...ofLogits,
      axis: onlyKeras(-1),
      probabilities: onlyOwn(undefined),
    }),
  ],
  softplus: [one('nn.Softplus')],
  softShrink: [one('nn.SoftShrink', { threshold: 0.5 })],
  softsign: [one('nn.Softsign')],
  sort: [one('numpy.Sort', { axis: -1 }, order)],
  sparseSoftmaxCrossEntropy: [
    keras(
      'nn.SparseCategoricalCrossentropy',
      ['output', 'target'],
      { ...ofLogits, axis: onlyKeras(-1) },
      {
        reversed: true,
        options: { probabilities: onlyOwn(undefined), ignore_class: onlyOwn(undefined) },
      },
    ),
  ],
  sparsemax: [one('nn.Sparsemax', { axis: -1 })],
  sparsePlus: [one('nn.SparsePlus')],
  sparseSigmoid: [one('nn.SparseSigmoid')],
  split: [one('numpy.Split', { indices_or_sections: NEEDED, axis: 0 })],
  sqrt: [one('numpy.Sqrt')],
  square: [one('numpy.Square')],
  squareplus: [one('nn.Squareplus', { b: 4 })],
  squeeze: [one('numpy.Squeeze', { axis: null })],
  stack: [one('numpy.Stack', { axis: 0 })],
  std: [reduction('numpy.Std')],
  stopGradient: [keras('core.StopGradient', ['variable'])],
  sub: [two('numpy.Subtract')],
  sum: [reduction('numpy.Sum')],
  tanh: [one('numpy.Tanh')],
  tanhShrink: [one('nn.TanhShrink')],
  tensordot: [two('numpy.Tensordot', { axes: 2 })],
  threshold: [one('nn.Threshold', { threshold: NEEDED, default_value: NEEDED })],
  tile: [one('numpy.Tile', { repeats: NEEDED })],
  topK: [
    one('math.TopK', {
      k: NEEDED,
      sorted: onlyKeras(true, false),
      is_stable: onlyKeras(true, false),
    }),
  ],
  transpose: [one('numpy.Transpose', { axes: null })],
  upSample: [],
  variance: [reduction('numpy.Var')],
  where: [keras('numpy.Where', ['condition', 'x1', 'x2'])],
  zerosLike: [one('numpy.ZerosLike', { dtype: dtype(null) })],
};
