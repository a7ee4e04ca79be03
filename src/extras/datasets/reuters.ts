/**
 * 11 228 newswires as numbers of words, of 46 topics; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import type { SequenceOptions, SequenceSplits } from './sequences.js';

/** Options of `reuters.loadData`. */
export interface ReutersOptions extends SequenceOptions {
  /** The share of texts for testing, at least 0 and below 1. Default 0.2. */
  readonly testSplit?: number | undefined;
}

/** The names of the labels 0 to 45. */
const TOPICS =
  'cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass crude ' +
  'nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi iron-steel rubber ' +
  'heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead';

/**
 * Loads the newswires of Reuters-21578 on 46 topics, like `keras.datasets.reuters.load_data`.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`: 8 982 and 2 246 texts in the form of `imdb.loadData`, with labels from 0 to
 * 45, int32; `getLabelNames` returns the topics.
 *
 * `reuters.npz` (2 MB) is looked for in the same places as `imdb.npz`, and read in the same way.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError if the file is damaged, or contains objects other than lists of numbers, which the message names.
 * @throws ValueError for an unknown option or an option without effect, and if `numWords` or `maxlen` leave nothing.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.reuters.loadData({ numWords: 10_000 });
 */
export async function loadData(options: ReutersOptions = {}): Promise<SequenceSplits> {
  const { loadSequences, REUTERS } = await import('./sequences.js');
  const { trainingCut } = await import('./load-files.js');
  const owner = 'datasets.reuters.loadData';
  const cut = { option: 'testSplit', of: trainingCut(owner, options?.testSplit) };
  return loadSequences(owner, REUTERS, options, [['x', 'y']], cut);
}

/**
 * The number of each word, like `imdb.getWordIndex`. Keras: `get_word_index`.
 *
 * @throws DatasetError if a directory does not exist or lacks `reuters_word_index.json`, or if all mirrors fail.
 * @throws FormatError for a file of a different format.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const words = new Map(Array.from(await datasets.reuters.getWordIndex(), ([word, i]) => [i + 3, word]));
 */
export async function getWordIndex(
  options: LoadDataOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const { loadWordIndex, REUTERS_WORDS } = await import('./sequences.js');
  return loadWordIndex('datasets.reuters.getWordIndex', REUTERS_WORDS, options);
}

/**
 * The topics that the labels 0 to 45 stand for. Keras: `get_label_names`.
 *
 * @example const topic = datasets.reuters.getLabelNames()[3]; // 'earn'
 */
export function getLabelNames(): readonly string[] {
  return TOPICS.split(' ');
}
