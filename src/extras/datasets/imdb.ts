/**
 * 50 000 film reviews as numbers of words, good or bad; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import type { SequenceOptions, SequenceSplits } from './sequences.js';

/**
 * Loads the film reviews of IMDB (A. Maas and others 2011), as `keras.datasets.imdb.load_data`.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`: 25 000 and 25 000 reviews. A review is a list of numbers: 1, then the number of
 * each word by how frequent it is, plus 3, or 2 for a word that is not kept. Labels are int32, 1 for a good review.
 * `utils.padSequences` makes a tensor of the lists, `getWordIndex` has the words.
 *
 * `imdb.npz` comes from where the files of `mnist.loadData` come from, in the same order (17 MB). The SHA-256 of what comes from
 * a mirror is checked; a directory may hold another file of that form. The lists in it are pickled objects of Python: a reader
 * takes lists and numbers out of them and runs nothing.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError if the file is damaged, or holds other objects than lists of numbers, which the message names.
 * @throws ValueError for an unknown or useless option, and if `numWords` or `maxlen` leave nothing.
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
 * The number of each word, from 1 for the most frequent one on, in that order. `loadData` adds `indexFrom` to it. Keras:
 * `get_word_index`.
 *
 * `imdb_word_index.json` comes from where `imdb.npz` comes from.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError for a file of another form.
 * @throws ValueError for an unknown or useless option.
 * @example const words = new Map(Array.from(await datasets.imdb.getWordIndex(), ([word, i]) => [i + 3, word]));
 */
export async function getWordIndex(
  options: LoadDataOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const { IMDB_WORDS, loadWordIndex } = await import('./sequences.js');
  return loadWordIndex('datasets.imdb.getWordIndex', IMDB_WORDS, options);
}
