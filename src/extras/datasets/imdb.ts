/**
 * 50 000 film reviews as numbers of words, good or bad; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import type { SequenceOptions, SequenceSplits } from './sequences.js';

/**
 * Loads film reviews from IMDB (A. Maas and others 2011), like `keras.datasets.imdb.load_data`.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`: 25 000 and 25 000 reviews. A review is a list of numbers: 1, then for each word
 * its rank by frequency plus 3, or 2 for a word that is not kept. Labels are int32, 1 for a good review. `utils.padSequences`
 * turns the lists into a tensor, `getWordIndex` returns the words.
 *
 * `imdb.npz` (17 MB) is looked for in the same places as the files of `mnist.loadData`. The SHA-256 of a downloaded file is
 * checked; a directory may contain a different file of the same format. The lists in it are pickled Python objects: only lists
 * and numbers are read, and nothing in them is run.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError if the file is damaged, or contains objects other than lists of numbers, which the message names.
 * @throws ValueError for an unknown option or an option without effect, and if `numWords` or `maxlen` leave nothing.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.imdb.loadData({ numWords: 10_000 });
 */
export async function loadData(options: SequenceOptions = {}): Promise<SequenceSplits> {
  const { IMDB, loadSequences } = await import('./sequences.js');
  return loadSequences('datasets.imdb.loadData', IMDB, options, [
    ['x_train', 'y_train'],
    ['x_test', 'y_test'],
  ]);
}

/**
 * The number of each word, starting with 1 for the most frequent, in this order. `loadData` adds `indexFrom` to it.
 * Keras: `get_word_index`.
 *
 * `imdb_word_index.json` is looked for in the same places as `imdb.npz`.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError for a file of a different format.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const words = new Map(Array.from(await datasets.imdb.getWordIndex(), ([word, i]) => [i + 3, word]));
 */
export async function getWordIndex(
  options: LoadDataOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const { IMDB_WORDS, loadWordIndex } = await import('./sequences.js');
  return loadWordIndex('datasets.imdb.getWordIndex', IMDB_WORDS, options);
}
