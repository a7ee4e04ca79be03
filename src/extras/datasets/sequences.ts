import { describeValue } from '../../config/describe-value.js';
import { checkNumber, checkOptions, isListOf } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import type { FileArray } from '../../files/formats/elements.js';
import { parseJsonObject } from '../../files/formats/json.js';
import { parseObjectNpz } from '../../files/formats/pickle/read.js';
import type { ObjectArray } from '../../files/formats/pickle/read.js';
import { RandomState } from '../../engine/random/random-state.js';
import { tensor } from '../../engine/tensor/index.js';
import { fixedLimit } from './dataset-files.js';
import type { DatasetFiles } from './dataset-files.js';
import { loadFile } from './load-files.js';
import type { LoadDataOptions } from './load-files.js';
import type { Tensor } from '../../engine/tensor/index.js';

// Texts as lists of words, as IMDB and Reuters are, loaded with the first of them.

export { IMDB, IMDB_WORDS, REUTERS, REUTERS_WORDS } from './keras-files.js';

/** The most bytes that the arrays of a file may inflate to: those of IMDB take 60 million. */
const LIMIT = fixedLimit(2 ** 28);

/** The options that `loadData` has in addition to those of all downloads. */
const OWN = ['numWords', 'skipTop', 'maxlen', 'seed', 'startChar', 'oovChar', 'indexFrom'] as const;

/** Texts with a number each. */
interface Labelled {
  readonly lists: readonly (readonly number[])[];
  readonly labels: ArrayLike<number>;
}

/**
 * Both parts of a set: the parts of the file in random order, with the words that the options keep.
 *
 * @param splits the names of the texts and of the labels in the file, for each part of it
 * @param cut how many texts of all train; by default those of the first part
 */
export async function loadSequences(
  owner: string,
  files: DatasetFiles,
  options: SequenceOptions,
  splits: readonly (readonly [texts: string, labels: string])[],
  cut?: { readonly option: string; readonly of: (count: number) => number },
): Promise<SequenceSplits> {
  const own = cut === undefined ? OWN : [...OWN, cut.option];
  const words = checkedWords(owner, options);
  const { name, bytes } = await loadFile(owner, files, options, own);
  const arrays = await parseObjectNpz(bytes, { name, ...LIMIT });
  const random = new RandomState(words.seed);
  const encoded = splits.map(([texts, labels]) =>
    marked(owner, shuffled(labelled(name, arrays, texts, labels), random), words),
  );
  const lists = filterWords(
    owner,
    encoded.flatMap((list) => list.lists),
    words,
  );
  const labels = Int32Array.from(encoded.flatMap((list) => Array.from(list.labels)));
  const at = cut?.of(lists.length) ?? encoded[0]?.lists.length ?? 0;
  return [
    [lists.slice(0, at), tensor(labels.slice(0, at))],
    [lists.slice(at), tensor(labels.slice(at))],
  ];
}

/** The words and their numbers, by number. */
export async function loadWordIndex(
  owner: string,
  files: DatasetFiles,
  options: LoadDataOptions,
): Promise<ReadonlyMap<string, number>> {
  const { name, bytes } = await loadFile(owner, files, options);
  const parsed = parseJsonObject(bytes, name);
  const entries = Object.entries(parsed).map(([word, index]): [string, number] => {
    if (typeof index === 'number' && Number.isSafeInteger(index) && index >= 0)
      return [word, index];
    throw new FormatError(
      `${name}: word ${describeValue(word)} has the number ${describeValue(index)}.`,
    );
  });
  return new Map(entries.sort(([, a], [, b]) => a - b));
}

type Words = Required<{ [K in (typeof OWN)[number]]: NonNullable<SequenceOptions[K]> | null }> & {
  readonly seed: number;
  readonly skipTop: number;
  readonly indexFrom: number;
};

function checkedWords(owner: string, options: SequenceOptions): Words {
  checkOptions(owner, options);
  const { numWords = null, skipTop = 0, maxlen = null, seed = 113 } = options;
  const { startChar = 1, oovChar = 2, indexFrom = 3 } = options;
  const check = (name: string, value: number | null, min: number, max = 2 ** 31 - 1): void => {
    if (value !== null) checkNumber(owner, name, value, { min, max, integer: true });
  };
  check('numWords', numWords, 1);
  check('maxlen', maxlen, 1);
  check('startChar', startChar, 0);
  check('oovChar', oovChar, 0);
  checkNumber(owner, 'skipTop', skipTop, { min: 0, max: 2 ** 31 - 1, integer: true });
  checkNumber(owner, 'indexFrom', indexFrom, { min: 0, max: 2 ** 30, integer: true });
  checkNumber(owner, 'seed', seed, { min: 0, max: 2 ** 32 - 1, integer: true });
  return { numWords, skipTop, maxlen, seed, startChar, oovChar, indexFrom };
}

function labelled(
  name: string,
  arrays: ReadonlyMap<string, FileArray | ObjectArray>,
  texts: string,
  labels: string,
): Labelled {
  const lists = arrays.get(texts);
  const numbers = arrays.get(labels);
  if (lists === undefined || numbers === undefined) {
    throw new FormatError(
      `${name}: expected the arrays ${texts} and ${labels}, got ${[...arrays.keys()].join(', ')}.`,
    );
  }
  if (!('data' in numbers) || numbers.shape.length !== 1 || numbers.dtype !== 'int32') {
    throw new FormatError(`${name}: ${labels} must be whole numbers along one axis.`);
  }
  // NumPy makes one array of lists of one length.
  const all = 'data' in lists ? rowsOf(lists) : lists.objects;
  if (lists.shape[0] !== numbers.shape[0]) {
    throw new FormatError(
      `${name}: ${texts} has ${String(lists.shape[0])} texts, ${labels} ${String(numbers.shape[0])} labels.`,
    );
  }
  all.forEach((list, i) => {
    if (isListOf(list, isWord)) return;
    throw new FormatError(
      `${name}: text ${i} of ${texts} must be a list of whole numbers, got ${describeValue(list)}.`,
    );
  });
  return { lists: all as readonly (readonly number[])[], labels: numbers.data };
}

const isWord = (word: unknown): boolean =>
  typeof word === 'number' && Number.isInteger(word) && word >= 0 && word <= 2 ** 30;

function rowsOf({ shape, data }: FileArray): number[][] {
  const [rows = 0, width = 0] = shape;
  return Array.from({ length: rows }, (_, i) =>
    Array.from(data.subarray(i * width, (i + 1) * width)),
  );
}

function shuffled({ lists, labels }: Labelled, random: RandomState): Labelled {
  const order = random.permutation(lists.length);
  return {
    lists: Array.from(order, (i) => lists[i] ?? []),
    labels: order.map((i) => labels[i] ?? 0),
  };
}

/** Texts with words moved up and a mark at the beginning; those that are not shorter than `maxlen` are left out. */
function marked(owner: string, { lists, labels }: Labelled, words: Words): Labelled {
  const { startChar, indexFrom, maxlen } = words;
  const head = startChar === null ? [] : [startChar];
  const isShort = ({ length }: readonly number[]): boolean =>
    maxlen === null || head.length + length < maxlen;
  const short = lists.flatMap((list, i) => (isShort(list) ? [i] : []));
  if (short.length === 0 && lists.length > 0) {
    throw new ValueError(
      `${owner}: no text is shorter than maxlen ${String(maxlen)}. Make maxlen larger.`,
    );
  }
  return {
    lists: short.map((i) => head.concat((lists[i] ?? []).map((word) => word + indexFrom))),
    labels: short.map((i) => labels[i] ?? 0),
  };
}

/** Texts with the words from `skipTop` to below `numWords`; in place of others `oovChar`, or nothing. */
function filterWords(
  owner: string,
  lists: readonly (readonly number[])[],
  words: Words,
): number[][] {
  const { skipTop, oovChar } = words;
  const largest = lists.reduce((max, list) => list.reduce((a, b) => Math.max(a, b), max), 0);
  // By default Keras too takes the largest number for the limit, so that the word of that number is unknown.
  const numWords = words.numWords ?? largest;
  const isIncluded = (word: number): boolean => skipTop <= word && word < numWords;
  if (!lists.some((list) => list.some(isIncluded))) {
    throw new ValueError(
      `${owner}: no word is left: numWords is ${numWords}, skipTop ${skipTop}, and the largest number of a word ` +
        `${largest}. Make numWords larger or skipTop smaller.`,
    );
  }
  if (oovChar === null) return lists.map((list) => list.filter(isIncluded));
  return lists.map((list) => list.map((word) => (isIncluded(word) ? word : oovChar)));
}

/** Options of data sets of texts: which words to keep, and where to find the files. */
export interface SequenceOptions extends LoadDataOptions {
  /** Only words with smaller numbers are kept, which are the most frequent ones. Default: all but the last. */
  readonly numWords?: number | null | undefined;
  /** Words with smaller numbers, which are the most frequent ones, are left out. Default 0. */
  readonly skipTop?: number | undefined;
  /** Only texts with fewer words, including the mark at the beginning, are kept. Default: all. */
  readonly maxlen?: number | null | undefined;
  /** The seed of NumPy's `RandomState` that orders the texts. Default 113. */
  readonly seed?: number | undefined;
  /** The number at the beginning of each text; null: none. Default 1. */
  readonly startChar?: number | null | undefined;
  /** The number that replaces words that are not kept; null: they are left out. Default 2. */
  readonly oovChar?: number | null | undefined;
  /** The number to add to the number of each word. Default 3. */
  readonly indexFrom?: number | undefined;
}

/** Texts as lists of the numbers of their words, and a label for each, int32: the training texts and the test texts. */
export type SequenceSplits = [
  train: [sequences: number[][], labels: Tensor],
  test: [sequences: number[][], labels: Tensor],
];
