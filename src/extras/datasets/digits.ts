/**
 * 1 797 handwritten digits of 8 × 8 pixels; built in.
 *
 * @module
 */

import type { TestSplitOptions } from './embedded.js';
import { splitTensors, type TrainTestTensors } from './tensors.js';

/** Options of `digits.loadData`. */
export type DigitsOptions = TestSplitOptions;

/**
 * Loads 1 797 handwritten digits of 8x8 pixels (UCI Optical Recognition of Handwritten Digits, E. Alpaydin and
 * C. Kaynak, CC BY 4.0). They are embedded in the package: no network, no files.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape `[n, 8, 8]`
 * with 0 (paper) to 16 (ink), labels of shape `[n]` with 0 to 9. By default 1 442 are for training and 355 for testing.
 *
 * The split is always the same and keeps the order of the samples: a share `testSplit` of each class, evenly spread
 * over the file, is for testing (by default every fifth sample of the class). Both parts therefore contain the same
 * classes in the same proportions and the same writers; a test accuracy measures new digits by known writers. (The
 * samples are sorted by writer: testing on the last fifth of the file would measure new writers instead, and gives
 * results several percent lower.)
 *
 * @throws ValueError if `testSplit` is out of range.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.digits.loadData();
 */
export async function loadData(options: DigitsOptions = {}): Promise<TrainTestTensors> {
  const { loadDigits } = await import('./embedded.js');
  return splitTensors(await loadDigits(options), [8, 8]);
}
