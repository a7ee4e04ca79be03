import { decodeDigits, pixelCount } from './digits-codec.js';
import { checkTestSplit, rowsOf, splitByClass, type TestSplitOptions } from './split-by-class.js';
import { decodeTable, type PackedTable } from './table-codec.js';

// What unpacks the data sets that are embedded, loaded with the first of them.

/** The samples of a data set, those to train with and those to test with. */
export interface SplitSamples {
  readonly train: Samples;
  readonly test: Samples;
}

interface Samples {
  /** Row-major, a row each. */
  readonly features: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
  /** A class each. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** The samples of an embedded table. @throws ValueError for options that are none. */
export async function loadTable(
  name: string,
  options: TestSplitOptions,
  load: () => Promise<PackedTable>,
): Promise<SplitSamples> {
  const testSplit = checkTestSplit(`datasets.${name}.loadData`, options);
  const table = await load();
  const { features, labels } = await decodeTable(table, name);
  return split(features, labels, table.columns, testSplit);
}

/** The embedded digits. @throws ValueError for options that are none. */
export async function loadDigits(options: TestSplitOptions): Promise<SplitSamples> {
  const testSplit = checkTestSplit('datasets.digits.loadData', options);
  const { packedDigits } = await import('./digits-data.js');
  const { images, labels } = await decodeDigits(packedDigits);
  return split(images, labels, pixelCount, testSplit);
}

function split(
  features: Samples['features'],
  labels: Samples['labels'],
  width: number,
  testSplit: number,
): SplitSamples {
  const { train, test } = splitByClass(labels, testSplit);
  const part = (samples: readonly number[]): Samples => ({
    features: rowsOf(features, samples, width),
    labels: rowsOf(labels, samples, 1),
  });
  return { train: part(train), test: part(test) };
}
