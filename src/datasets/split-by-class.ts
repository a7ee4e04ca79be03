import { describeValue } from '../config/describe-value.js';
import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';

/** Options of the data sets that are embedded in the package. */
export interface TestSplitOptions {
  /** Share of each class that goes into the test set, 0 to below 1. Default: 0.2. */
  readonly testSplit?: number | undefined;
}

/** The share for testing. Throws ValueError if it is out of range. `owner` is the function called. */
export function checkTestSplit(owner: string, options: TestSplitOptions): number {
  checkOptions(owner, options, ['testSplit']);
  const { testSplit = 0.2 } = options;
  if (typeof testSplit === 'number' && testSplit >= 0 && testSplit < 1) return testSplit;
  throw new ValueError(
    `${owner}: testSplit must be at least 0 and below 1, got ${describeValue(testSplit)}.`,
  );
}

/**
 * Sample numbers of both parts, ascending. The k-th sample of a class (from 0) is for testing if
 * `floor((k + 1) * testSplit) > floor(k * testSplit)`: `floor(count * testSplit)` of them in all.
 */
export function splitByClass(
  labels: Uint8Array,
  testSplit: number,
): { readonly train: readonly number[]; readonly test: readonly number[] } {
  const seen = new Map<number, number>();
  const train: number[] = [];
  const test: number[] = [];
  labels.forEach((label, sample) => {
    const k = seen.get(label) ?? 0;
    seen.set(label, k + 1);
    const isTest = Math.floor((k + 1) * testSplit) > Math.floor(k * testSplit);
    (isTest ? test : train).push(sample);
  });
  return { train, test };
}

/** The rows `samples` of a matrix of `width` columns. */
export function rowsOf<T extends Uint8Array | Float32Array>(
  matrix: T,
  samples: readonly number[],
  width: number,
): T {
  const rows = matrix.slice(0, samples.length * width) as T;
  samples.forEach((sample, row) => {
    rows.set(matrix.subarray(sample * width, (sample + 1) * width), row * width);
  });
  return rows;
}
