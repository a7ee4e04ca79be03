import { checkBoolean, checkLength, checkNumber, isListOf, oneOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { maxBytesOf } from '../../../files/locations/source.js';

/** Options of data sets from the files of a folder. */
export interface FolderDatasetOptions {
  /**
   * `'inferred'`: the subfolders are the classes. A list: a whole number for each file, in the order of the files without
   * `shuffle`. Null: no labels. Default `'inferred'`.
   */
  readonly labels?: 'inferred' | readonly number[] | null;
  /**
   * `'int'`: int32 labels [batch]; `'binary'`: float32 [batch, 1]; `'categorical'`: float32 [batch, classes], one-hot; null: no labels.
   * Default `'int'`.
   */
  readonly labelMode?: 'int' | 'binary' | 'categorical' | null;
  /** The classes in the order of their numbers: all subfolders or some of them. Default: all, sorted. */
  readonly classNames?: readonly string[] | null;
  /** The number of files in a batch; null: files come one by one. Default 32. */
  readonly batchSize?: number | null;
  /** Whether to shuffle the files, once before they are split and then in each pass. Default true. */
  readonly shuffle?: boolean;
  /** Seed of the random order, a whole number below 2³². Default, and null: the global generator. */
  readonly seed?: number | null;
  /** The share of the files to set aside for validation, above 0 and below 1. Default, and null: none. */
  readonly validationSplit?: number | null;
  /** The part to return; `'both'` returns a list of both parts. Default, and null: all files. */
  readonly subset?: 'training' | 'validation' | 'both' | null;
  /** Whether to follow links to folders. Default false. */
  readonly followLinks?: boolean;
  /** Whether to print the numbers of files and classes. Default true. */
  readonly verbose?: boolean;
  /** The largest size of a file in bytes. Default 2³⁰. */
  readonly maxBytes?: number;
}

/** Options that give files without labels. */
export type Unlabeled = { readonly labels: null } | { readonly labelMode: null };

/** Options that give files with labels. */
export interface Labeled {
  readonly labels?: 'inferred' | readonly number[];
  readonly labelMode?: 'int' | 'binary' | 'categorical';
}

/** Options that give both parts of a split. */
export interface BothSubsets {
  readonly subset: 'both';
}

/** Options that give one part of a split, or all. */
export interface OneSubset {
  readonly subset?: 'training' | 'validation' | null;
}

/** Names of the options. */
export const FOLDER_OPTIONS = [
  'labels',
  'labelMode',
  'classNames',
  'batchSize',
  'shuffle',
  'seed',
  'validationSplit',
  'subset',
  'followLinks',
  'verbose',
  'maxBytes',
] as const satisfies readonly (keyof FolderDatasetOptions)[];

/** The options with their checks made. */
export interface CheckedFolderDataset {
  readonly labels: 'inferred' | readonly number[] | null;
  readonly labelMode: 'int' | 'binary' | 'categorical' | null;
  readonly classNames: readonly string[] | undefined;
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  readonly seed: number | undefined;
  readonly validationSplit: number | undefined;
  readonly subset: 'training' | 'validation' | 'both' | undefined;
  readonly followLinks: boolean;
  readonly verbose: boolean;
  readonly maxBytes: number;
}

/** The options that all such data sets have. @throws ValueError for one that is none. */
export function checkFolderDataset(
  owner: string,
  options: FolderDatasetOptions,
): CheckedFolderDataset {
  const { labels = 'inferred', labelMode = 'int', batchSize = 32 } = options;
  const shuffle = checkBoolean(owner, 'shuffle', options.shuffle ?? true);
  const isSeed = options.seed !== undefined && options.seed !== null;
  const seed = isSeed
    ? checkNumber(owner, 'seed', options.seed, { min: 0, max: 2 ** 32 - 1, integer: true })
    : undefined;
  return {
    ...checkLabels(owner, labels, labelMode, options.classNames),
    batchSize: batchSize === null ? undefined : checkLength(owner, 'batchSize', batchSize),
    shuffle,
    seed,
    ...checkSplit(owner, options, shuffle && seed === undefined),
    followLinks: checkBoolean(owner, 'followLinks', options.followLinks ?? false),
    verbose: checkBoolean(owner, 'verbose', options.verbose ?? true),
    maxBytes: maxBytesOf(owner, options),
  };
}

function checkLabels(
  owner: string,
  labels: unknown,
  labelMode: unknown,
  classNames: unknown,
): Pick<CheckedFolderDataset, 'labels' | 'labelMode' | 'classNames'> {
  const isList = isListOf(labels, Number.isInteger);
  if (labels !== 'inferred' && labels !== null && !isList) {
    throw new ValueError(
      `${owner}: labels must be 'inferred', null or a list of whole numbers, one for each file, got ${describeValue(labels)}.`,
    );
  }
  const mode =
    labelMode === null
      ? null
      : oneOf(owner, 'labelMode', labelMode, ['int', 'binary', 'categorical'], 'null');
  const isNamed = classNames !== undefined && classNames !== null;
  const isName = (name: unknown): name is string => typeof name === 'string' && name !== '';
  if (isNamed && (!isListOf(classNames, isName) || classNames.length === 0)) {
    throw new ValueError(
      `${owner}: classNames must be a list of names of folders, got ${describeValue(classNames)}.`,
    );
  }
  if (isNamed && (labels !== 'inferred' || mode === null)) {
    throw new ValueError(`${owner}: classNames needs labels: 'inferred' and a labelMode.`);
  }
  const hasNone = labels === null || mode === null;
  return {
    labels: hasNone ? null : (labels as 'inferred' | readonly number[]),
    labelMode: hasNone ? null : mode,
    classNames: isNamed ? classNames : undefined,
  };
}

function checkSplit(
  owner: string,
  { validationSplit, subset }: FolderDatasetOptions,
  isUnknownOrder: boolean,
): Pick<CheckedFolderDataset, 'validationSplit' | 'subset'> {
  const isPart = subset !== undefined && subset !== null;
  const isSplit = validationSplit !== undefined && validationSplit !== null;
  if (isPart !== isSplit) {
    throw new ValueError(
      `${owner}: validationSplit and subset go together: give both, such as { validationSplit: 0.2, subset: 'both' }, or none.`,
    );
  }
  if (!isPart || !isSplit) return { validationSplit: undefined, subset: undefined };
  if (isUnknownOrder) {
    throw new ValueError(
      `${owner}: shuffled files are split by a seed, so that no file is in both parts. Give seed, or shuffle: false.`,
    );
  }
  return {
    validationSplit: checkNumber(owner, 'validationSplit', validationSplit, { above: 0, below: 1 }),
    subset: oneOf(owner, 'subset', subset, ['training', 'validation', 'both'] as const),
  };
}
