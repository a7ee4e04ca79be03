// How Keras's calls of operations become calls here: by its classes and their arguments, as in files.
import { kerasOperations } from '../../src/engine/ops/generated/keras-operations.js';
import {
  bartlett,
  blackman,
  geomspace,
  hamming,
  hanning,
  kaiser,
  logspace,
  tri,
} from '../../src/engine/ops/index.js';
import { operationFromConfig } from '../../src/engine/ops/graphs/operation-config.js';
import type { OperationCall } from '../../src/engine/ops/graphs/operation-config.js';
import * as creation from '../../src/engine/tensor/index.js';
import { Tensor } from '../../src/engine/tensor/index.js';
import type { DTypeName } from '../../src/config/dtype.js';
import { isGoldenArray, toTensor } from './cases.js';

export interface OperationCase {
  readonly name: string;
  /** Leading arguments that hold arrays: an array, or a list of arrays where Keras takes one. */
  readonly inputs: readonly unknown[];
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** An array, a list of arrays, or a plain value. */
  readonly output: unknown;
  readonly dy?: unknown;
  /** As `inputs`, null where there is no gradient. */
  readonly dx?: readonly unknown[];
}

/** The classes that stand for operations, with their modules. */
export const classes = new Map(
  Object.values(kerasOperations)
    .flatMap((declarations) => declarations)
    .flatMap(({ className, aliases }) => [className, ...aliases])
    .map((full) => full.split('.') as [module: string, name: string])
    .map(([module, name]) => [name, `keras.src.ops.${module}`]),
);

/** Functions of Keras's that are called otherwise than their class. */
const CLASS_NAMES: Readonly<Record<string, string>> = {
  allclose: 'AllClose',
  batch_normalization: 'BatchNorm',
  cdist: 'CDist',
  ctc_decode: 'CTCDecode',
  ctc_loss: 'CTCLoss',
  fft: 'FFT',
  fft2: 'FFT2',
  hard_swish: 'HardSilu',
  ifft2: 'IFFT2',
  irfft: 'IRFFT',
  isin: 'IsIn',
  istft: 'ISTFT',
  layer_normalization: 'LayerNorm',
  psnr: 'PSNR',
  rfft: 'RFFT',
  rms_normalization: 'RMSNorm',
  searchsorted: 'SearchSorted',
  stft: 'STFT',
  svd: 'SVD',
  swish: 'Silu',
};

/** Positional arguments that Keras's classes take in the constructor. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  adaptive_average_pool: ['output_size'],
  adaptive_max_pool: ['output_size'],
  array_split: ['indices_or_sections'],
  average_pool: ['pool_size', 'strides'],
  batch_normalization: ['axis'],
  broadcast_to: ['shape'],
  cast: ['dtype'],
  conv: ['strides', 'padding'],
  conv_transpose: ['strides', 'padding'],
  depth_to_space: ['block_size'],
  depthwise_conv: ['strides', 'padding'],
  dsplit: ['indices_or_sections'],
  extract_sequences: ['sequence_length', 'sequence_stride'],
  fold: ['output_size', 'kernel_size'],
  hsplit: ['indices_or_sections'],
  istft: ['sequence_length', 'sequence_stride', 'fft_length'],
  linspace: ['num'],
  matrix_power: ['n'],
  max_pool: ['pool_size', 'strides'],
  moveaxis: ['source', 'destination'],
  multi_hot: ['num_classes'],
  one_hot: ['num_classes'],
  psnr: ['max_val'],
  repeat: ['repeats'],
  roll: ['shift'],
  saturate_cast: ['dtype'],
  separable_conv: ['strides', 'padding'],
  slice: ['start_indices', 'shape'],
  space_to_depth: ['block_size'],
  split: ['indices_or_sections'],
  stft: ['sequence_length', 'sequence_stride', 'fft_length'],
  swapaxes: ['axis1', 'axis2'],
  unfold: ['kernel_size'],
  unravel_index: ['shape'],
  vsplit: ['indices_or_sections'],
};

/** Named arguments that Keras's classes take in the call. */
const IN_CALL: Readonly<Record<string, readonly string[]>> = {
  average: ['weights'],
  batch_normalization: ['offset', 'scale'],
  dot_product_attention: ['bias', 'mask', 'scale'],
  isclose: ['rtol', 'atol'],
  rearrange: ['b', 'p'],
  select: ['default'],
  slice: ['start_indices'],
};

/** Functions that make tensors of numbers alone, with Keras's names of what they take. */
export const CREATION: Readonly<
  Record<string, readonly [create: (...args: never[]) => unknown, ...names: readonly string[]]>
> = {
  arange: [creation.arange, 'start', 'stop', 'step', 'dtype'],
  bartlett: [bartlett, 'x'],
  blackman: [blackman, 'x'],
  eye: [creation.eye, 'N', 'M', 'k', 'dtype'],
  full: [creation.full, 'shape', 'fill_value', 'dtype'],
  geomspace: [
    withOptions(geomspace, 'endpoint', 'dtype'),
    ...['start', 'stop', 'num', 'endpoint', 'dtype'],
  ],
  hamming: [hamming, 'x'],
  hanning: [hanning, 'x'],
  identity: [
    (n: number, dtype?: DTypeName): Tensor => creation.eye(n, n, 0, dtype),
    ...['n', 'dtype'],
  ],
  kaiser: [kaiser, 'x', 'beta'],
  linspace: [
    withOptions(creation.linspace, 'endpoint', 'retstep', 'dtype'),
    ...['start', 'stop', 'num', 'endpoint', 'retstep', 'dtype'],
  ],
  logspace: [
    withOptions(logspace, 'endpoint', 'base', 'dtype'),
    ...['start', 'stop', 'num', 'endpoint', 'base', 'dtype'],
  ],
  ones: [creation.ones, 'shape', 'dtype'],
  tri: [tri, 'N', 'M', 'k', 'dtype'],
  zeros: [creation.zeros, 'shape', 'dtype'],
};

/** A function of three numbers and options, which stand behind the numbers here. */
function withOptions(create: (...args: never[]) => unknown, ...keys: readonly string[]) {
  return (a: unknown, b: unknown, c: unknown, ...values: readonly unknown[]): unknown => {
    const given = keys.map((key, i) => [key, values[i]] as const);
    const options = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    return create(...([a, b, c, options] as never[]));
  };
}

export const pascalCase = (name: string): string =>
  name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

export const classOf = ({ name }: OperationCase): string => CLASS_NAMES[name] ?? pascalCase(name);

/** A key of `get_item` as files hold it. */
function keyOf(key: unknown): unknown {
  if (Array.isArray(key)) return key.map(keyOf);
  if (key === '...') return { class_name: '__ellipsis__', config: {} };
  if (typeof key !== 'object' || key === null || key instanceof Tensor || !('slice' in key)) {
    return key;
  }
  const [start, stop, step] = key.slice as readonly unknown[];
  return { class_name: '__slice__', config: { start, stop, step } };
}

/** An argument of a class as files hold it. */
const inConfig = (value: unknown): unknown =>
  isGoldenArray(value)
    ? { class_name: '__numpy__', config: { value: value.data, dtype: value.dtype } }
    : value;

export const tensorsOf = (value: unknown): unknown =>
  isGoldenArray(value) ? toTensor(value) : Array.isArray(value) ? value.map(tensorsOf) : value;

/** The operation of a case with its arguments. @throws ValueError for an argument that does not exist. */
export function callOf(golden: OperationCase, inputs: readonly unknown[]): OperationCall {
  const className = classOf(golden);
  const module = classes.get(className) ?? '';
  const { name, args, kwargs } = golden;
  const names = PARAMETERS[name];
  const config = {
    ...Object.fromEntries(names?.map((key, i) => [key, args[i]]) ?? []),
    ...kwargs,
  };
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  const isInCall = ([key]: readonly [string, unknown]): boolean =>
    IN_CALL[name]?.includes(key) === true;
  const ofCall = given.filter(isInCall).map(([key, value]) => [key, tensorsOf(value)] as const);
  const inCall = names === undefined ? args.map((arg) => keyOf(tensorsOf(arg))) : [];
  const ofClass = Object.fromEntries(
    given.filter((entry) => !isInCall(entry)).map(([key, value]) => [key, inConfig(value)]),
  );
  const call = operationFromConfig(module, className, ofClass);
  return call({ args: [...inputs, ...inCall], kwargs: Object.fromEntries(ofCall) });
}
