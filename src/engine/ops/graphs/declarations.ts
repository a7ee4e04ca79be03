// Declarations of operations that a tag in a doc comment is too short for: `@keras = pool('nn.MaxPool', 4)`.
import { isSerializedObject } from '../../../config/index.js';
import { checkDType } from '../../../config/dtype.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import {
  checkKeys,
  inCall,
  keras,
  NEEDED,
  onlyKeras,
  onlyOwn,
  operandInCall,
  operandInConfig,
  positionalInCall,
  setting,
} from './declaration.js';
import type { Declaration, Settings } from './declaration.js';
import { decodeOperand, encodeOperand } from './operand-config.js';
import { ELLIPSIS, readSpec } from '../indexing/slice.js';
import type { PlainSpec, SliceSpec } from '../indexing/slice.js';
import { Tensor } from '../../tensor/index.js';
import { isTensorSpec } from './operation-shape.js';

/** A tensor, or what stands for one that is not computed yet. */
const isOperand = (value: unknown): boolean => value instanceof Tensor || isTensorSpec(value);

/** A dtype as an argument. Keras knows int64, too, and means more by it. */
export const dtype = (left: unknown): unknown =>
  setting(left, left, (value) => (value === null ? null : checkDType(value)));

export const sorted = (className: string): Declaration =>
  keras(className, ['x'], { axis: -1 }, { options: { descending: onlyOwn(false) } });

export const cumsum: Declaration = keras(
  'numpy.Cumsum',
  ['x'],
  { axis: null },
  { options: { dtype: dtype(null), exclusive: onlyOwn(false), reverse: onlyOwn(false) } },
);

export const pad: Declaration = keras('numpy.Pad', ['x'], {
  pad_width: NEEDED,
  mode: onlyKeras('constant'),
  constant_values: inCall(0, null),
});

/** relu without options. */
export const relu: Declaration = keras(
  'nn.Relu',
  ['x'],
  {},
  {
    options: {
      negative_slope: onlyOwn(0),
      max_value: onlyOwn(null, Infinity),
      threshold: onlyOwn(0),
    },
  },
);

export const reluWithOptions: Declaration = keras(
  'activations.ReLU',
  ['x'],
  {},
  {
    options: {
      negative_slope: 0,
      max_value: setting(null, null, (value) => (value === Infinity ? null : value)),
      threshold: 0,
    },
  },
);

export const attention: Declaration = keras(
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
);

/** Keras's fuzz factor, which its configs hold as null. */
const fuzz = { ...setting(1e-7, null), accepted: [null] };

const positionalOperand = { ...operandInCall(), isPositional: true };

export const batchNormalization: Declaration = keras(
  'nn.BatchNorm',
  ['x', 'mean', 'variance'],
  { axis: NEEDED },
  { options: { offset: positionalOperand, scale: positionalOperand, epsilon: 1e-3 } },
);

export const layerNormalization: Declaration = keras(
  'nn.LayerNorm',
  ['x'],
  { rms_scaling: onlyKeras(false) },
  { options: { gamma: positionalOperand, beta: positionalOperand, axis: -1, epsilon: fuzz } },
);

export const rmsNormalization: Declaration = keras(
  'nn.RMSNorm',
  ['x'],
  {},
  { options: { scale: operandInCall(), axis: -1, epsilon: fuzz } },
);

/** A cross-entropy of logits: the operation of Keras's name is read where a file has the class. */
const crossentropy = (
  className: string,
  settings: Settings = {},
  ownOptions: Settings = {},
): Declaration => ({
  ...keras(
    className,
    ['output', 'target'],
    { from_logits: onlyKeras(true), ...settings },
    { reversed: true, options: ownOptions },
  ),
  isWrittenOnly: true,
});

const probabilities = onlyOwn(undefined);

export const sigmoidCrossEntropy: Declaration = crossentropy('nn.BinaryCrossentropy');

export const softmaxCrossEntropy: Declaration = crossentropy('nn.CategoricalCrossentropy', {
  axis: onlyKeras(-1),
  probabilities,
});

export const sparseSoftmaxCrossEntropy: Declaration = crossentropy(
  'nn.SparseCategoricalCrossentropy',
  { axis: onlyKeras(-1) },
  { probabilities, ignore_class: onlyOwn(undefined) },
);

export const ctcDecode: Declaration = keras(
  'nn.CTCDecode',
  ['inputs', 'sequence_lengths'],
  {},
  {
    options: {
      strategy: 'greedy',
      beam_width: 100,
      top_paths: 1,
      merge_repeated: true,
      mask_index: 0,
    },
  },
);

export const einsum: Declaration = {
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

export const getItem: Declaration = {
  className: 'numpy.GetItem',
  aliases: [],
  rank: undefined,
  write: (name, [x, ...specs]) => {
    const key = specs.map((spec, axis) =>
      isOperand(spec)
        ? encodeOperand(name, 'indices', spec)
        : keyOf(spec as PlainSpec | null, axis),
    );
    const isIndex = key.length === 1 && (typeof key[0] === 'number' || isOperand(specs[0]));
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
      return [
        decodeOperand(this.className, x),
        ...specs.map((spec) => specOf(this.className, spec)),
      ];
    };
  },
};

/** What selects a part of an axis, as Keras writes it. */
function keyOf(spec: PlainSpec | null, axis: number): unknown {
  if (spec === null) return null;
  if (spec === ELLIPSIS) return { class_name: '__ellipsis__', config: {} };
  const wanted = readSpec(spec, axis);
  if (typeof wanted === 'number') return wanted;
  const { start = null, stop = null, step = null } = wanted;
  return { class_name: '__slice__', config: { start, stop, step } };
}

/** What Keras wrote, as `slice` takes it. */
function specOf(className: string, key: unknown): SliceSpec {
  if (isOperand(key)) return key as Tensor;
  if (key === null || Number.isInteger(key)) return key as number | null;
  if (isSerializedObject(key)) {
    const { class_name: kind, config } = key;
    if (kind === '__ellipsis__') return ELLIPSIS;
    if (kind === '__numpy__' || kind === '__tensor__')
      return decodeOperand(className, key) as Tensor;
    const limits = ['start', 'stop', 'step'].map((name) => config[name] ?? null);
    const isGood = (limit: unknown): limit is number | null =>
      limit === null || Number.isInteger(limit);
    if (kind === '__slice__' && limits.every(isGood)) return limits.join(':');
  }
  throw new ValueError(
    `numpy.GetItem: ${describeValue(key)} selects nothing here. An index, a slice, an array, '...' and a new axis are supported.`,
  );
}

/** A class whose call takes any number of tensors, here a list, and whose setting is one text. */
const ofSeveral = (className: string, key: string, left: unknown): Declaration => ({
  className,
  aliases: [],
  rank: undefined,
  write: (name, [tensors, value = left]) => ({
    config: { [key]: value },
    args: (tensors as readonly unknown[]).map((x) => encodeOperand(name, 'x', x)),
    kwargs: {},
  }),
  read(config) {
    checkKeys(className, 'config', config, ['name', key]);
    return ({ args, kwargs }) => {
      checkKeys(className, 'call', kwargs, []);
      const tensors = args.map((arg) => decodeOperand(className, arg));
      const value = config[key] ?? left;
      return value === left ? [tensors] : [tensors, value];
    };
  },
});

export const meshgrid: Declaration = ofSeveral('numpy.Meshgrid', 'indexing', 'xy');

export const cross: Declaration = keras(
  'numpy.Cross',
  ['x1', 'x2'],
  {},
  { options: { axisa: -1, axisb: -1, axisc: -1, axis: null } },
);

export const select: Declaration = keras('numpy.Select', ['condlist', 'choicelist'], {
  default: { ...positionalInCall(0), isOperand: true },
});

export const rearrange: Declaration = {
  className: 'einops.Rearrange',
  aliases: [],
  rank: undefined,
  write: (name, [x, pattern, lengths = {}]) => ({
    config: {},
    args: [encodeOperand(name, 'tensor', x), pattern],
    kwargs: { ...(lengths as object) },
  }),
  read(config) {
    checkKeys(this.className, 'config', config, ['name']);
    return ({ args, kwargs }) => {
      const { tensor, pattern, ...lengths } = kwargs;
      const [x = tensor, text = pattern] = args;
      const given = Object.keys(lengths).length > 0 ? [lengths] : [];
      return [decodeOperand(this.className, x), text, ...given];
    };
  },
};

export const unique: Declaration = keras(
  'numpy.Unique',
  ['x'],
  {},
  {
    options: {
      sorted: onlyKeras(true, false),
      return_index: false,
      return_inverse: false,
      return_counts: false,
      axis: null,
      size: null,
      fill_value: null,
    },
  },
);

export const isIn: Declaration = keras(
  'numpy.IsIn',
  ['x1', 'x2'],
  { assume_unique: onlyKeras(false, true) },
  { options: { invert: false } },
);

/** Segments of rows: their number, and whether they come in order, which nothing depends on. */
export const segments = (className: string): Declaration =>
  keras(className, ['data', 'segment_ids'], { num_segments: null, sorted: onlyKeras(false, true) });

/** The tolerances of `isclose` stand in its call, those of `allclose` in its constructor. */
export const isClose: Declaration = keras(
  'numpy.Isclose',
  ['x1', 'x2'],
  {},
  { options: { rtol: positionalInCall(1e-5), atol: positionalInCall(1e-8), equal_nan: false } },
);

export const allClose: Declaration = keras(
  'numpy.AllClose',
  ['x1', 'x2'],
  {},
  { options: { rtol: 1e-5, atol: 1e-8, equal_nan: false } },
);

export const fullLike: Declaration = keras('numpy.FullLike', ['x'], {
  fill_value: { ...positionalInCall(NEEDED), isOperand: true },
  dtype: dtype(null),
});

export const bincount: Declaration = keras('numpy.Bincount', ['x'], {
  weights: operandInConfig(null),
  minlength: 0,
  sparse: onlyKeras(false),
});

export const rot90: Declaration = keras('numpy.Rot90', ['array'], { k: 1, axes: setting([0, 1]) });

export const repeat: Declaration = keras('numpy.Repeat', ['x'], {
  repeats: operandInConfig(NEEDED),
  axis: null,
});

export const average: Declaration = keras('numpy.Average', ['x'], {
  axis: null,
  weights: operandInCall(),
});

export const trapezoid: Declaration = keras('numpy.Trapezoid', ['y'], {
  x: operandInConfig(null),
  dx: 1,
  axis: -1,
});

/** Numbers between two ends; what only `linspace` has is given. */
const space = (className: string, further: Settings = {}): Declaration =>
  keras(
    className,
    ['start', 'stop'],
    { num: 50 },
    { options: { endpoint: true, ...further, dtype: dtype(null), axis: 0 } },
  );

export const linspace = space('numpy.Linspace', { retstep: onlyKeras(false) });

export const logspace = space('numpy.Logspace', { base: 10 });

export const geomspace = space('numpy.Geomspace');
