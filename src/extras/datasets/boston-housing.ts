/**
 * 506 districts of Boston with the prices of houses; downloaded.
 *
 * @module
 */

import type { HousingOptions, HousingSplits } from './housing.js';

/**
 * Loads the prices of houses in Boston in the 1970s (D. Harrison, D. Rubinfeld 1978), as
 * `keras.datasets.boston_housing.load_data`, in the same order and with the same split.
 *
 * Returns `[[xTrain, yTrain], [xTest, yTest]]`, float32: 404 and 102 rows of 13 features, and prices in thousands of dollars.
 * One of the features was made of the share of Black people, on an assumption about prices that is racist: use the set to
 * follow a book, not to learn about prices.
 *
 * `boston_housing.npz` comes from where the files of `mnist.loadData` come from, in the same order. The SHA-256 of what comes
 * from a mirror is checked. A directory may hold StatLib's `housing.data` in its place, a line for each row.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError for a file that is damaged or of another form.
 * @throws ValueError for an unknown or useless option.
 * @example const [[xTrain, yTrain], [xTest, yTest]] = await datasets.bostonHousing.loadData();
 */
export async function loadData(options: HousingOptions = {}): Promise<HousingSplits> {
  const { loadBoston } = await import('./housing.js');
  return loadBoston(options);
}
