import { checkOptions, naming, oneOf } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import type { DataFormatOption } from '../../engine/ops/index.js';
import { isSymbolic } from '../../nn/layers/core/symbolic-tensor.js';
import { reshape } from '../../engine/ops/index.js';
import { formatShape, tidy, toTensor } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, TensorLike } from '../../engine/tensor/index.js';
import { DEVIATIONS, MEANS } from './blocks.js';

/** Options of `preprocessInput` of an architecture. */
export interface PreprocessInputOptions {
  /** Where the channels of the pictures are. Default `'channels_last'`. */
  readonly dataFormat?: DataFormatOption;
}

/** Options of `imagenetUtils.preprocessInput`. */
export interface PreprocessModeOptions extends PreprocessInputOptions {
  /**
   * `'tf'`: scaled to −1 … 1. `'torch'`: scaled to 0 … 1, then normalized by the mean and standard deviation of each
   * colour in ImageNet. `'caffe'`: in the order blue, green, red, minus the mean of each colour in ImageNet. Default
   * `'caffe'`.
   */
  readonly mode?: 'caffe' | 'tf' | 'torch';
}

/** What pictures are divided by, which colors are subtracted then, and by which they are divided in the end. */
const MODES = {
  tf: { factor: 127.5, means: 1, deviations: undefined, isReversed: false },
  torch: {
    factor: 255,
    means: MEANS,
    deviations: DEVIATIONS,
    isReversed: false,
  },
  caffe: {
    factor: undefined,
    means: [103.939, 116.779, 123.68],
    deviations: undefined,
    isReversed: true,
  },
} as const;

/** The axis of the channels, counted from the end. @throws ValueError for another format. */
function channelAxis(owner: string, options: PreprocessInputOptions): -1 | -3 {
  const formats = ['channels_last', 'channels_first'] as const;
  const format = oneOf(owner, 'dataFormat', options.dataFormat ?? 'channels_last', formats);
  return format === 'channels_first' ? -3 : -1;
}

function requireColors(owner: string, shape: PartialShape, axis: number): void {
  const channels = shape.at(axis);
  const isPicture = shape.length === 3 || shape.length === 4;
  if (isPicture && (channels === 3 || channels === null)) return;
  throw new ShapeError(
    `${owner}: takes a picture or a batch of pictures, with three channels on axis ${axis}, got shape ` +
      `${formatShape(shape)}.`,
  );
}

/** Symbolic tensors have the same methods. */
function inMode(x: Tensor, mode: keyof typeof MODES, axis: -1 | -3): Tensor {
  const { factor, means, deviations, isReversed } = MODES[mode];
  const perColor = (values: number | readonly number[]): number | TensorLike =>
    typeof values === 'number' || axis === -1 ? values : values.map((value) => [[value]]);
  let y = x.dtype === 'float32' ? x : x.astype('float32');
  if (factor !== undefined) y = y.div(factor);
  if (isReversed) y = axis === -1 ? y.slice('...', '::-1') : y.slice('...', '::-1', ':', ':');
  y = y.sub(perColor(means));
  return deviations === undefined ? y : y.div(perColor(deviations));
}

/** A function `preprocessInput`. @param mode null: models do it themselves */
function preprocess(
  owner: string,
  given: TensorLike | SymbolicTensor,
  mode: keyof typeof MODES | null,
  options: PreprocessInputOptions,
): Tensor | SymbolicTensor {
  const axis = channelAxis(owner, options);
  const compute = (x: Tensor): Tensor => {
    if (mode !== 'tf') requireColors(owner, x.shape, axis);
    return inMode(x, mode ?? 'tf', axis);
  };
  if (isSymbolic(given)) return mode === null ? given : compute(given as unknown as Tensor);
  return tidy(() => {
    const x = naming(owner, () => toTensor(given));
    return mode === null ? reshape(x, x.shape) : compute(x);
  });
}

const OPTIONS = ['dataFormat'] as const;

/**
 * Converts pixels from 0 to 255 to the input of ImageNet networks: float32, in one of three modes. Takes a picture or a
 * batch of pictures, as a tensor or as a symbolic tensor. Keras: `applications.imagenet_utils.preprocess_input`.
 *
 * @throws ShapeError unless there are three channels (except for `'tf'`); ValueError for an unknown option.
 * @example applications.imagenetUtils.preprocessInput([[[255, 0, 127.5]]], { mode: 'tf' }) // [[[1, -1, 0]]]
 */
export function preprocessInput(x: SymbolicTensor, options?: PreprocessModeOptions): SymbolicTensor;
/** The converted pixels of tensors, and of values that stand for tensors. */
export function preprocessInput(x: TensorLike, options?: PreprocessModeOptions): Tensor;
export function preprocessInput(
  x: TensorLike | SymbolicTensor,
  options: PreprocessModeOptions = {},
): Tensor | SymbolicTensor {
  checkOptions('preprocessInput', options, [...OPTIONS, 'mode']);
  const modes = ['caffe', 'tf', 'torch'] as const;
  const mode = oneOf('preprocessInput', 'mode', options.mode ?? 'caffe', modes);
  return preprocess('preprocessInput', x, mode, options);
}

/**
 * Converts pixels from 0 to 255 to the network's input: in the order blue, green, red, each minus its mean over
 * ImageNet; float32. Takes a picture or a batch of pictures, as a tensor or as a symbolic tensor.
 *
 * @throws ShapeError unless there are three channels; ValueError for an unknown option.
 * @example applications.resnet50.preprocessInput(images)
 */
export function preprocessCaffe(
  x: SymbolicTensor,
  options?: PreprocessInputOptions,
): SymbolicTensor;
/** The converted pixels of tensors, and of values that stand for tensors. */
export function preprocessCaffe(x: TensorLike, options?: PreprocessInputOptions): Tensor;
export function preprocessCaffe(
  x: TensorLike | SymbolicTensor,
  options: PreprocessInputOptions = {},
): Tensor | SymbolicTensor {
  checkOptions('preprocessInput', options, OPTIONS);
  return preprocess('preprocessInput', x, 'caffe', options);
}

/**
 * Converts pixels from 0 to 255 to the network's input: float32 from −1 to 1. Takes a picture or a batch of pictures,
 * as a tensor or as a symbolic tensor.
 *
 * @throws ValueError for an unknown option.
 * @example applications.mobilenetV2.preprocessInput([[[255, 0, 127.5]]]) // [[[1, -1, 0]]]
 */
export function preprocessTf(x: SymbolicTensor, options?: PreprocessInputOptions): SymbolicTensor;
/** The converted pixels of tensors, and of values that stand for tensors. */
export function preprocessTf(x: TensorLike, options?: PreprocessInputOptions): Tensor;
export function preprocessTf(
  x: TensorLike | SymbolicTensor,
  options: PreprocessInputOptions = {},
): Tensor | SymbolicTensor {
  checkOptions('preprocessInput', options, OPTIONS);
  return preprocess('preprocessInput', x, 'tf', options);
}

/**
 * Converts pixels from 0 to 255 to the network's input: float32, each colour normalized by its mean and standard deviation over
 * ImageNet. Takes a picture or a batch of pictures, as a tensor or as a symbolic tensor.
 *
 * @throws ShapeError unless there are three channels; ValueError for an unknown option.
 * @example applications.densenet.preprocessInput(images)
 */
export function preprocessTorch(
  x: SymbolicTensor,
  options?: PreprocessInputOptions,
): SymbolicTensor;
/** The converted pixels of tensors, and of values that stand for tensors. */
export function preprocessTorch(x: TensorLike, options?: PreprocessInputOptions): Tensor;
export function preprocessTorch(
  x: TensorLike | SymbolicTensor,
  options: PreprocessInputOptions = {},
): Tensor | SymbolicTensor {
  checkOptions('preprocessInput', options, OPTIONS);
  return preprocess('preprocessInput', x, 'torch', options);
}

/**
 * Returns pixels from 0 to 255 unchanged, since the network itself starts by scaling them. Takes a picture or a batch
 * of pictures, as a tensor or as a symbolic tensor.
 *
 * @throws ValueError for an unknown option.
 * @example applications.efficientnet.preprocessInput(images)
 */
export function preprocessNothing(
  x: SymbolicTensor,
  options?: PreprocessInputOptions,
): SymbolicTensor;
/** The converted pixels of tensors, and of values that stand for tensors. */
export function preprocessNothing(x: TensorLike, options?: PreprocessInputOptions): Tensor;
export function preprocessNothing(
  x: TensorLike | SymbolicTensor,
  options: PreprocessInputOptions = {},
): Tensor | SymbolicTensor {
  checkOptions('preprocessInput', options, OPTIONS);
  return preprocess('preprocessInput', x, null, options);
}
