import { tensor } from '../tensor/create.js';
import { decodeDigits, pixelCount } from './digits-codec.js';
import { checkTestSplit, rowsOf, splitByClass, type TestSplitOptions } from './split-by-class.js';
import type { TrainTestTensors } from './tensors.js';

/** Options of `digits.loadData`. */
export type DigitsOptions = TestSplitOptions;

/**
 * Loads 1 797 handwritten digits of 8x8 pixels (UCI Optical Recognition of Handwritten Digits, E. Alpaydin and
 * C. Kaynak, CC BY 4.0). They are embedded in the package: no network, no files.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape `[n, 8, 8]`
 * with 0 (paper) to 16 (ink), labels of shape `[n]` with 0 to 9. By default 1 442 train, 355 test.
 *
 * The split is always the same and keeps the order of the samples: of each class, evenly spread over
 * the file, the share `testSplit` is for testing (by default every fifth sample of the class). So both
 * parts hold the same classes in the same proportions and the same writers; a test accuracy speaks of
 * new digits from known hands. (The samples are sorted by writer: testing on the last fifth of the file
 * would measure new hands instead, and comes out several percent lower.)
 *
 * @throws ValueError if `testSplit` is out of range.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.digits.loadData();
 */
export async function loadData(options: DigitsOptions = {}): Promise<TrainTestTensors> {
  const testSplit = checkTestSplit('datasets.digits.loadData', options);
  const { packedDigits } = await import('./digits-data.js');
  const { images, labels } = await decodeDigits(packedDigits);
  const { train, test } = splitByClass(labels, testSplit);
  const part = (samples: readonly number[]): TrainTestTensors[number] => [
    tensor(rowsOf(images, samples, pixelCount), { shape: [samples.length, 8, 8], dtype: 'uint8' }),
    tensor(rowsOf(labels, samples, 1), { shape: [samples.length], dtype: 'uint8' }),
  ];
  return [part(train), part(test)];
}
