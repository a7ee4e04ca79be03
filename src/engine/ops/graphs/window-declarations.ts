// Declarations of operations whose windows slide, as in convolution and pooling, and of those that move blocks.
import { Tensor } from '../../tensor/index.js';
import { checkDataFormat, DATA_FORMATS } from '../windows/data-format.js';
import { keras, NEEDED, onlyOwn, setting } from './declaration.js';
import type { Declaration, Setting, Settings } from './declaration.js';

/** Where the channels are; null is Keras's own setting, which is that they are last. */
const dataFormat: Setting = {
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

const FRAMES: Settings = { sequence_length: NEEDED, sequence_stride: NEEDED, fft_length: NEEDED };

/** A window by its name, or a list of its numbers: Keras writes no array among the arguments of a constructor. */
const window = setting('hann', 'hann', (value) => {
  if (value instanceof Tensor) return value.toArray();
  return ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value;
});

export const stft: Declaration = keras('math.STFT', ['x'], FRAMES, {
  options: { window, center: true },
});

export const istft: Declaration = keras('math.ISTFT', ['x'], FRAMES, {
  options: { length: null, window, center: true },
});

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
