import { describeValue } from '../../config/describe-value.js';
import { checkBoolean, checkOptions } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { gather, slice } from '../../engine/ops/index.js';
import { permutation } from '../../engine/random/draw.js';
import type { Seed } from '../../engine/random/draw.js';
import { formatShape, Tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';

/** Options of `splitDataset`. */
export interface SplitDatasetOptions {
  /** Samples of the left part: a whole number, or a share between 0 and 1. Default: what the right part leaves. */
  readonly leftSize?: number | null;
  /** Samples of the right part. Default: what the left part leaves. */
  readonly rightSize?: number | null;
  /** Whether samples are shuffled before. Default false. */
  readonly shuffle?: boolean;
  /** Where the order comes from. Default: the global generator. */
  readonly seed?: Seed;
}

/**
 * Splits samples into the first ones (left) and the last ones (right), for instance to train and to validate with.
 * Keras: `split_dataset`, for arrays. The tensors belong to the caller.
 *
 * @param data a tensor with one sample a row, or several of one length such as `[x, y]`: then each part is a list too
 * @throws ValueError if no size is given, or a part would be empty or both together larger than the data.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = utils.splitDataset([x, y], { leftSize: 0.8 });
 */
export function splitDataset(data: Tensor, options: SplitDatasetOptions): [Tensor, Tensor];
export function splitDataset<const T extends readonly Tensor[]>(
  data: T,
  options: SplitDatasetOptions,
): [{ -readonly [K in keyof T]: Tensor }, { -readonly [K in keyof T]: Tensor }];
export function splitDataset(
  data: readonly TensorLike[],
  options: SplitDatasetOptions,
): [Tensor[], Tensor[]];
export function splitDataset(
  data: Tensor | readonly TensorLike[],
  options: SplitDatasetOptions,
): [Tensor | Tensor[], Tensor | Tensor[]] {
  checkOptions('splitDataset', options, ['leftSize', 'rightSize', 'shuffle', 'seed']);
  const isShuffled = checkBoolean('splitDataset', 'shuffle', options.shuffle ?? false);
  if (!(data instanceof Tensor) && !(Array.isArray(data) && data.length > 0)) {
    throw new ValueError(
      `splitDataset: give a tensor or a list of them, such as [x, y], got ${describeValue(data)}.`,
    );
  }
  const splits: { left: Tensor[]; right: Tensor[] } = { left: [], right: [] };
  tidy(() => {
    const given = data instanceof Tensor ? [data] : data.map((part: TensorLike) => toTensor(part));
    const total = commonLength(given);
    const { left, right } = sizes(total, options);
    const order = isShuffled ? permutation(total, { seed: options.seed }) : undefined;
    const take = (tensor: Tensor, first: number, end: number): Tensor =>
      order === undefined
        ? slice(tensor, [first, end]).clone()
        : gather(tensor, slice(order, [first, end]));
    splits.left = given.map((tensor) => take(tensor, 0, left));
    splits.right = given.map((tensor) => take(tensor, total - right, total));
    return [...splits.left, ...splits.right];
  });
  if (!(data instanceof Tensor)) return [splits.left, splits.right];
  const [left, right] = [splits.left[0], splits.right[0]];
  if (left === undefined || right === undefined)
    throw new ValueError('splitDataset: no data came.');
  return [left, right];
}

function commonLength(tensors: readonly Tensor[]): number {
  const lengths = tensors.map((tensor) => tensor.shape[0]);
  const [total] = lengths;
  if (total !== undefined && lengths.every((length) => length === total)) return total;
  throw new ShapeError(
    `splitDataset: all data must have one length along the first axis, got shapes ` +
      `${tensors.map(({ shape }) => formatShape(shape)).join(', ')}.`,
  );
}

/** The numbers of samples of both parts. */
function sizes(total: number, options: SplitDatasetOptions): { left: number; right: number } {
  const left = sizeOfSplit('leftSize', options.leftSize, total);
  const right = sizeOfSplit('rightSize', options.rightSize, total);
  if (left === undefined && right === undefined) {
    throw new ValueError('splitDataset: give leftSize, rightSize or both.');
  }
  const both = { left: left ?? total - (right ?? 0), right: right ?? total - (left ?? 0) };
  if (both.left >= 1 && both.right >= 1 && both.left + both.right <= total) return both;
  throw new ValueError(
    `splitDataset: ${total} samples cannot be split into ${both.left} and ${both.right}: both parts need at least one ` +
      `sample, and together no more than there are.`,
  );
}

function sizeOfSplit(
  name: string,
  size: number | null | undefined,
  total: number,
): number | undefined {
  if (size === null || size === undefined) return undefined;
  if (typeof size === 'number' && size > 0 && size < 1) return roundHalfToEven(size * total);
  if (Number.isInteger(size) && size > 0 && size < total) return size;
  throw new ValueError(
    `splitDataset: ${name} must be a whole number of samples from 1 to ${total - 1} or a share between 0 and 1, got ` +
      `${describeValue(size)}.`,
  );
}

/** As Python rounds. */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
