/**
 * 506 districts of Boston with the prices of houses; downloaded.
 *
 * @module
 */

import type { HousingOptions, HousingSplits } from './housing.js';

/**
 * Loads house prices in Boston in the 1970s (D. Harrison, D. Rubinfeld 1978), like `keras.datasets.boston_housing.load_data`,
 * in the same order and with the same split.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`, float32: 404 and 102 rows of 13 features, and prices in thousands of dollars.
 * One of the features was derived from the share of Black residents, based on a racist assumption about prices: use the data
 * set to follow a book, not to learn about prices.
 *
 * `boston_housing.npz` is looked for in the same places as the files of `mnist.loadData`. The SHA-256 of a downloaded file is
 * checked. Instead, a directory may contain StatLib's `housing.data`, with a line for each row.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError for a file that is damaged or has a different format.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.bostonHousing.loadData();
 */
export async function loadData(options: HousingOptions = {}): Promise<HousingSplits> {
  const { loadBoston } = await import('./housing.js');
  return loadBoston(options);
}
