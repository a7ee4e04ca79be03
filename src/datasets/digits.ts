import { checkOptions } from '../config/options.js';
import { ValueError } from '../errors.js';
import { tensor } from '../tensor/create.js';
import { decodeDigits, pixelCount } from './digits-codec.js';
import { splitByClass } from './split-by-class.js';
import type { TrainTestTensors } from './tensors.js';

export interface DigitsOptions {
  /** Share of each class that goes into the test set, 0 to below 1. Default: 0.2. */
  readonly testSplit?: number | undefined;
}

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
  checkOptions('datasets.digits.loadData', options, ['testSplit']);
  const { testSplit = 0.2 } = options;
  if (!(testSplit >= 0 && testSplit < 1)) {
    throw new ValueError(
      `datasets.digits.loadData: testSplit must be at least 0 and below 1, got ${testSplit}.`,
    );
  }
  const { packedDigits } = await import('./digits-data.js');
  const { images, labels } = await decodeDigits(packedDigits);
  const { train, test } = splitByClass(labels, testSplit);
  const part = (samples: readonly number[]): TrainTestTensors[number] => [
    tensor(gather(images, samples, pixelCount), { shape: [samples.length, 8, 8], dtype: 'uint8' }),
    tensor(gather(labels, samples, 1), { shape: [samples.length], dtype: 'uint8' }),
  ];
  return [part(train), part(test)];
}

/** The rows `samples` of a matrix of `width` columns. */
function gather(matrix: Uint8Array, samples: readonly number[], width: number): Uint8Array {
  const rows = new Uint8Array(samples.length * width);
  samples.forEach((sample, row) => {
    rows.set(matrix.subarray(sample * width, (sample + 1) * width), row * width);
  });
  return rows;
}
