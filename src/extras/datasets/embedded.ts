import { checkNumber, checkOptions } from '../../config/index.js';
import { inflateGzip } from '../../files/formats/gzip.js';

// The data sets that are embedded, loaded with the first of them.

/** Options of the data sets that are embedded in the package. */
export interface TestSplitOptions {
  /** The share of each class for testing, at least 0 and below 1. Default 0.2. */
  readonly testSplit?: number | undefined;
}

/** The share for testing. Throws ValueError if it is out of range. `owner` is the function called. */
function checkTestSplit(owner: string, options: TestSplitOptions): number {
  checkOptions(owner, options, ['testSplit']);
  const { testSplit = 0.2 } = options;
  return checkNumber(owner, 'testSplit', testSplit, { min: 0, below: 1 });
}

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

// A table of n samples of decimal numbers, each m · 10^−e with 1000 <= m <= 9999 (or 0, 0): base64 of gzip of
//
//     m & 255   [columns][n]      one byte each, column by column: what changes little stands together
//     m >> 8    [columns][n]
//     e         [columns][n]
//     class     [n]
//
// scripts/build/embed-table.mjs writes it.

/** A table whose rows are samples. */
export interface PackedTable {
  readonly samples: number;
  /** Numbers of a sample. */
  readonly columns: number;
  /** base64 of gzip. */
  readonly packed: string;
}

/** Unpacks an embedded table. */
async function decodeTable(
  { samples, columns, packed }: PackedTable,
  name: string,
): Promise<Samples> {
  const plane = samples * columns;
  const bytes = await unpack(packed, name, 3 * plane + samples);
  const features = new Float32Array(plane);
  for (let column = 0; column < columns; column++) {
    for (let sample = 0; sample < samples; sample++) {
      const [low = 0, high = 0, exponent = 0] = [0, 1, 2].map(
        (part) => bytes[part * plane + column * samples + sample],
      );
      // Dividing by a power of ten rounds once, so this is the number that the decimal digits mean.
      features[sample * columns + column] = (low + 256 * high) / 10 ** exponent;
    }
  }
  return { features, labels: bytes.slice(3 * plane) };
}

// The digits are base64 of gzip of
//
//     labels[n]                                 one byte each, in the order of the file
//     pixels[64][n]                             one byte each, 0..16; pixel by pixel, column by column
//
// Within one pixel the samples stand sorted by label, then by the sum of the pixels above and to the left
// (both already known), then by their place in the file. Like stands next to like, which saves a
// fifth of what deflate makes of the plain rows. scripts/build/embed-digits.mjs writes it.

const pixelCount = 64;
const sampleCount = 1797;

export interface Digits {
  /** Row-major `[n, 8, 8]`, 0..16. */
  readonly images: Uint8Array<ArrayBuffer>;
  /** `[n]`, 0..9. */
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** Unpacks the embedded digits. */
export async function decodeDigits(packed: string): Promise<Digits> {
  const bytes = await unpack(packed, 'digits', sampleCount * (1 + pixelCount));
  const labels = bytes.slice(0, sampleCount);
  const images = new Uint8Array(sampleCount * pixelCount);
  let next = sampleCount;
  for (let column = 0; column < 8; column++) {
    for (let row = 0; row < 8; row++) {
      for (const sample of samplesInOrder(images, labels, row, column)) {
        images[sample * pixelCount + row * 8 + column] = bytes[next++] ?? 0;
      }
    }
  }
  return { images, labels };
}

/** The order in which the samples' values of one pixel are stored. */
function samplesInOrder(images: Uint8Array, labels: Uint8Array, row: number, column: number) {
  const keys = Array.from(labels, (label, sample) => {
    const pixel = sample * pixelCount + row * 8 + column;
    const above = row > 0 ? (images[pixel - 8] ?? 0) : 0;
    const left = column > 0 ? (images[pixel - 1] ?? 0) : 0;
    // above + left <= 32; the sample's number makes the order total.
    return (label * 33 + above + left) * sampleCount + sample;
  });
  keys.sort((a, b) => a - b);
  return keys.map((key) => key % sampleCount);
}

/** What a text of base64 of gzip holds: so many bytes at most. */
function unpack(packed: string, name: string, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const gzipped = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  return inflateGzip(gzipped, { name: `embedded ${name}`, limit });
}
