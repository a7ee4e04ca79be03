// Declarations of operations that a tag in a doc comment is too short for: `@keras = pool('nn.MaxPool', 4)`.
import { isSerializedObject } from '../../config/index.js';
import { checkDType } from '../../tensor/dtype.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import {
  checkKeys,
  inCall,
  keras,
  NEEDED,
  onlyKeras,
  onlyOwn,
  operandInCall,
  setting,
} from './declaration.js';
import type { Declaration, Setting, Settings } from './declaration.js';
import { decodeOperand, encodeOperand } from './operand-config.js';
import { checkDataFormat, DATA_FORMATS } from '../windows/data-format.js';
import { ELLIPSIS, readSpec } from '../shared/slice-range.js';
import type { SliceSpec } from '../shared/slice-range.js';

/** A dtype as an argument. Keras knows int64, too, and means more by it. */
export const dtype = (left: unknown): unknown =>
  setting(left, left, (value) => (value === null ? null : checkDType(value)));

export const sorted = (className: string): Declaration =>
  keras(className, ['x'], { axis: -1 }, { options: { descending: onlyOwn(false) } });

export const cumsum: Declaration = keras(
  'numpy.Cumsum',
  ['x'],
  { axis: null, dtype: onlyKeras(null) },
  { options: { exclusive: onlyOwn(false), reverse: onlyOwn(false) } },
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

/** Where the channels are; null is Keras's own setting, which is that they are last. */
export const dataFormat: Setting = {
  ...setting(DATA_FORMATS[0], DATA_FORMATS[0], (value) => checkDataFormat('dataFormat', value)),
  accepted: [null],
};

export const pool = (className: string, rank: number): Declaration =>
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
        data_format: dataFormat,
      },
    },
  );

export const adaptivePool = (className: string): Declaration =>
  keras(className, ['inputs'], { output_size: NEEDED }, { options: { data_format: dataFormat } });

export const ofBlocks = (className: string): Declaration =>
  keras(className, ['x'], { block_size: NEEDED }, { options: { data_format: dataFormat } });

const patches = { options: { dilation: 1, padding: 0, stride: 1 } };

export const unfold: Declaration = keras('nn.Unfold', ['x'], { kernel_size: NEEDED }, patches);

export const fold: Declaration = keras(
  'nn.Fold',
  ['x'],
  { output_size: NEEDED, kernel_size: NEEDED },
  patches,
);

/** The settings of all convolutions, and what only ours take. */
const SLIDING: Settings = {
  strides: 1,
  padding: 'valid',
  data_format: dataFormat,
  dilation_rate: 1,
  activation: onlyOwn('linear'),
};

const ofConvolution =
  (className: string, operands: readonly string[], own: Settings = {}) =>
  (rank: number): Declaration =>
    keras(className, operands, { bias: onlyOwn(null) }, { rank, options: { ...SLIDING, ...own } });

export const convolution = ofConvolution('nn.Conv', ['inputs', 'kernel'], { groups: onlyOwn(1) });

export const transposedConvolution = ofConvolution('nn.ConvTranspose', ['inputs', 'kernel'], {
  output_padding: null,
});

export const depthwiseConvolution = ofConvolution('nn.DepthwiseConv', ['inputs', 'kernel']);

export const separableConvolution = ofConvolution('nn.SeparableConv', [
  'inputs',
  'depthwise_kernel',
  'pointwise_kernel',
]);

/** The crossentropies of probabilities are not operations here. */
const ofLogits = { from_logits: { ...onlyKeras(true), missing: false } };

const crossentropy = (
  className: string,
  settings: Settings = {},
  ownOptions: Settings = {},
): Declaration =>
  keras(
    className,
    ['output', 'target'],
    { ...ofLogits, ...settings },
    { reversed: true, options: ownOptions },
  );

const probabilities = onlyOwn(undefined);

export const binaryCrossentropy: Declaration = crossentropy('nn.BinaryCrossentropy');

export const categoricalCrossentropy: Declaration = crossentropy('nn.CategoricalCrossentropy', {
  axis: onlyKeras(-1),
  probabilities,
});

export const sparseCategoricalCrossentropy: Declaration = crossentropy(
  'nn.SparseCategoricalCrossentropy',
  { axis: onlyKeras(-1) },
  { probabilities, ignore_class: onlyOwn(undefined) },
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
