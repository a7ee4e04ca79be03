import { roundHalfEven } from '../../files/formats/elements.js';
import { describeValue } from '../../config/describe-value.js';
import { checkBoolean, checkOptions, flattenNest, naming, packNest } from '../../config/index.js';
import type { TypedArray } from '../../config/dtype.js';
import { ShapeError, ValueError } from '../../errors.js';
import { gather, slice } from '../../engine/ops/index.js';
import { permutation } from '../../engine/random/draw.js';
import type { Seed } from '../../engine/random/draw.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { formatShape, isStrings, stringArray, tidy, toTensor } from '../../engine/tensor/index.js';
import type {
  StringArray,
  StringsLike,
  Tensor,
  TensorLike,
  Value,
} from '../../engine/tensor/index.js';
import { holdsStrings } from '../../engine/tensor/string-array.js';
import { Dataset } from '../../nn/data/dataset/dataset.js';
import { isOneTensor } from '../../nn/data/dataset/element.js';
import type { Element } from '../../nn/data/dataset/element.js';
import { reshuffles } from '../../nn/data/dataset/shuffle.js';

/** Options of `splitDataset`. */
export interface SplitDatasetOptions {
  /** The size of the left part: a number of samples, or a share between 0 and 1. Default: the rest. */
  readonly leftSize?: number | null;
  /** The size of the right part, likewise. Default: the rest. */
  readonly rightSize?: number | null;
  /** Whether to shuffle the samples first. Default false. */
  readonly shuffle?: boolean;
  /** The source of the random order. Default: the global generator. */
  readonly seed?: Seed;
}

/** One part of the data given to `splitDataset`, in the same structure: tensors and arrays of strings. */
export type SplitOf<T> = T extends StringsLike
  ? StringArray
  : T extends TensorLike
    ? Tensor
    : SplitStructure<T>;

/** One part of a list or an object, in the same structure. */
export type SplitStructure<T> = { -readonly [K in keyof T]: SplitOf<T[K]> };

/** A value that `splitDataset` splits along the first axis: a tensor, an array or strings. */
export type SplitLeaf = Tensor | StringArray | TypedArray | readonly (number | boolean | string)[];

/**
 * Lists and objects of values that `splitDataset` splits: columns by name, `[x, y]`, `[{ image, meta }, y]`. In a list, each
 * entry is a separate array.
 */
export type SplitParts = readonly SplitEntry[] | { readonly [name: string]: SplitEntry };

/** An entry of `SplitParts`. */
export type SplitEntry = TensorLike | StringsLike | SplitParts;

/**
 * Splits a data set into its first elements (left) and its last ones (right), which are read on demand. A data set of
 * batches is split into batches, so split before `batch`. With `shuffle`, each part keeps the whole order in its buffer.
 *
 * @param dataset a data set with a known size and a fixed order: split before `shuffle`
 * @throws ValueError for a data set that has no known size, is endless, or is reshuffled in each pass.
 */
export function splitDataset<E extends Element>(
  dataset: Dataset<E>,
  options: SplitDatasetOptions,
): [left: Dataset<E>, right: Dataset<E>];
/**
 * Splits one array into its first samples (left) and its last ones (right). Dispose of the tensors when you no longer
 * need them.
 *
 * @param data a tensor, a typed array, numbers or strings, with a sample in each entry of the first axis
 */
export function splitDataset<const T extends SplitLeaf>(
  data: T,
  options: SplitDatasetOptions,
): [left: SplitOf<T>, right: SplitOf<T>];
/**
 * Splits samples into the first ones (left) and the last ones (right), for instance for training and validation. Keras:
 * `split_dataset`, but arrays stay arrays here. Each part has the structure of the data, as `fit` accepts it. Dispose of
 * the tensors when you no longer need them.
 *
 * @param data arrays of the same length in a list or an object, such as `[x, y]`, columns by name, or `[{ image, meta },
 * y]`
 * @throws ValueError if no size is given, if a part would be empty, or if both together are larger than the data;
 * ShapeError for arrays of different lengths.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = utils.splitDataset([x, y], { leftSize: 0.8 });
 */
export function splitDataset<const T extends SplitParts>(
  data: T,
  options: SplitDatasetOptions,
): [left: SplitStructure<T>, right: SplitStructure<T>];
export function splitDataset(data: unknown, options: SplitDatasetOptions): [unknown, unknown] {
  checkOptions('splitDataset', options, ['leftSize', 'rightSize', 'shuffle', 'seed']);
  const isShuffled = checkBoolean('splitDataset', 'shuffle', options.shuffle ?? false);
  return data instanceof Dataset
    ? splitElements(data as Dataset, options, isShuffled)
    : splitArrays(data, options, isShuffled);
}

function splitElements(
  dataset: Dataset,
  options: SplitDatasetOptions,
  isShuffled: boolean,
): [Dataset, Dataset] {
  const total = dataset.size;
  if (total === undefined || total === Infinity) {
    throw new ValueError(
      `splitDataset: the data set ${total === undefined ? 'does not know its size' : 'never ends'}. ` +
        `${total === undefined ? 'Give fromGenerator its size, and split before filter' : 'Split before repeat'}, or divide it ` +
        `by take and skip.`,
    );
  }
  if (reshuffles(Dataset.stage(dataset))) {
    throw new ValueError(
      'splitDataset: the data set is reshuffled in each pass, so a sample would be now in one part and now in the other. ' +
        'Split it before shuffle, or shuffle it with { reshuffleEachIteration: false }. A folder has the options ' +
        'validationSplit and subset.',
    );
  }
  const { left, right } = sizes(total, options);
  const { seed } = options;
  // A number that is drawn now: both parts, in each pass, have this one order.
  const fixed = new SeedGenerator(seed instanceof SeedGenerator ? seed.nextSeed() : seed);
  const ordered = isShuffled
    ? dataset.shuffle(total, { seed: fixed, reshuffleEachIteration: false })
    : dataset;
  return [ordered.take(left), ordered.skip(total - right).take(right)];
}

/** Whether a value is one array: in the outermost list each entry is one, unless these are single numbers or strings. */
function isLeafOf(data: unknown): (value: unknown) => value is SplitLeaf {
  return (value): value is SplitLeaf => {
    if (value !== data || !Array.isArray(value)) return isOneTensor(value);
    return value.length > 0 && value.every((item) => PLAIN.has(typeof item));
  };
}

const PLAIN = new Set(['number', 'boolean', 'string']);

function splitArrays(
  data: unknown,
  options: SplitDatasetOptions,
  isShuffled: boolean,
): [unknown, unknown] {
  const isLeaf = isLeafOf(data);
  const leaves = flattenNest(data, isLeaf);
  if (leaves.length === 0 || data === null || typeof data !== 'object') {
    throw new ValueError(
      'splitDataset: give a Dataset, an array, or a list or an object of arrays, such as [x, y], got ' +
        `${describeValue(data)}.`,
    );
  }
  const splits: { left: Value[]; right: Value[] } = { left: [], right: [] };
  tidy(() => {
    const given = naming('splitDataset', () =>
      leaves.map((leaf) => (holdsStrings(leaf) ? stringArray(leaf) : toTensor(leaf as TensorLike))),
    );
    const total = commonLength(given);
    const { left, right } = sizes(total, options);
    const order = isShuffled ? permutation(total, { seed: options.seed }) : undefined;
    const take = (value: Value, first: number, end: number): Value =>
      isStrings(value)
        ? takeStrings(value, first, end, order)
        : order === undefined
          ? slice(value, [first, end]).clone()
          : gather(value, slice(order, [first, end]));
    splits.left = given.map((value) => take(value, 0, left));
    splits.right = given.map((value) => take(value, total - right, total));
    return [...splits.left, ...splits.right];
  });
  const pack = (values: readonly Value[]): unknown => packNest(data, isLeaf, values);
  return [pack(splits.left), pack(splits.right)];
}

function takeStrings(strings: StringArray, first: number, end: number, order?: Tensor): Value {
  return order === undefined
    ? strings.rows(first, end - first)
    : strings.gather(slice(order, [first, end]).data());
}

function commonLength(values: readonly Value[]): number {
  const lengths = values.map(({ shape }) => shape[0]);
  const [total] = lengths;
  if (total !== undefined && lengths.every((length) => length === total)) return total;
  throw new ShapeError(
    `splitDataset: all data must have one length along the first axis, got shapes ` +
      `${values.map(({ shape }) => formatShape(shape)).join(', ')}.`,
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
  if (typeof size === 'number' && size > 0 && size < 1) return roundHalfEven(size * total);
  if (Number.isInteger(size) && size > 0 && size < total) return size;
  throw new ValueError(
    `splitDataset: ${name} must be a whole number of samples from 1 to ${total - 1} or a share between 0 and 1, got ` +
      `${describeValue(size)}.`,
  );
}
