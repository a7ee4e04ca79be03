/**
 * 20 640 districts of California with the prices of houses; downloaded.
 *
 * @module
 */

import type { CaliforniaHousingOptions, HousingSplits } from './housing.js';

/**
 * Loads the prices of houses in California by the census of 1990 (R. Pace, R. Barry 1997), as
 * `keras.datasets.california_housing.load_data`, in the same order and with the same split.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`, float32: 16 512 and 4 128 rows (480 and 120) of 8 features, and prices in
 * dollars.
 *
 * `california_housing.npz` comes from where the files of `mnist.loadData` come from, in the same order. The SHA-256 of what
 * comes from a mirror is checked.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError for a file that is damaged or of another form.
 * @throws ValueError for an unknown or useless option.
 * @example const [[xTrain, yTrain]] = await datasets.californiaHousing.loadData({ version: 'small' });
 */
export async function loadData(options: CaliforniaHousingOptions = {}): Promise<HousingSplits> {
  const { loadCalifornia } = await import('./housing.js');
  return loadCalifornia(options);
}
