/**
 * 20 640 districts of California with the prices of houses; downloaded.
 *
 * @module
 */

import type { CaliforniaHousingOptions, HousingSplits } from './housing.js';

/**
 * Loads house prices in California from the census of 1990 (R. Pace, R. Barry 1997), like
 * `keras.datasets.california_housing.load_data`, in the same order and with the same split.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`, float32: 16 512 and 4 128 rows (480 and 120) of 8 features, and prices in
 * dollars.
 *
 * `california_housing.npz` is looked for in the same places as the files of `mnist.loadData`. The SHA-256 of a downloaded
 * file is checked.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError for a file that is damaged or has a different format.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const [[xTrain, yTrain]] = await datasets.californiaHousing.loadData({ version: 'small' });
 */
export async function loadData(options: CaliforniaHousingOptions = {}): Promise<HousingSplits> {
  const { loadCalifornia } = await import('./housing.js');
  return loadCalifornia(options);
}
