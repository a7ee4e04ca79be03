// Shared reading of the golden files: numbers that Keras itself computed, one JSON file a subject.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { flattenNest, mapNest } from '../../src/config/nest.js';
import { Tensor } from '../../src/engine/tensor/tensor.js';
import { tensor } from '../../src/engine/tensor/create.js';

/** An array as it stands in a golden file, row-major. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

/** One golden file. */
export interface GoldenFile<Case> {
  readonly source: string;
  readonly cases: readonly Case[];
}

/** How far a float32 result may be from Keras's: `|a - b| <= absolute + relative * |b|`. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** For the result of one operation. */
export const oneOperation: Tolerance = { absolute: 1e-5, relative: 1e-4 };

/** For what comes after several steps of training. */
export const afterTraining: Tolerance = { absolute: 1e-4, relative: 1e-3 };

/** Where the golden files are: those of the project, or another set of the same form. */
export const goldenFolder =
  process.env['LANEGRAD_GOLDEN_DIR'] ?? fileURLToPath(new URL('./data/', import.meta.url));

/** Where the cases of texts are. */
const textFolder =
  process.env['LANEGRAD_TEXT_DIR'] ?? fileURLToPath(new URL('../fixtures/text/', import.meta.url));

/** The cases of layers and functions of texts. */
export const readTextCases = <Case>(): GoldenFile<Case> =>
  readJson('text', textFolder) as GoldenFile<Case>;

/** The cases of several subjects in one file: `readGolden<LossCase>('losses', 'losses2')`. */
export function readGolden<Case>(...subjects: readonly string[]): GoldenFile<Case> {
  const files = subjects.map((subject) => readJson(subject) as GoldenFile<Case>);
  return { source: files[0]?.source ?? '', cases: files.flatMap(({ cases }) => cases) };
}

/** What a golden file holds: `readJson('gpt/gpt') as Run`. The larger files of the project are compressed. */
export function readJson(subject: string, folder = goldenFolder): unknown {
  const file = join(folder, `${subject}.json`);
  const text = existsSync(file)
    ? readFileSync(file, 'utf8')
    : gunzipSync(readFileSync(`${file}.gz`)).toString();
  // JSON has no words for these, so that they stand there as strings.
  const numbers = { NaN, Infinity, '-Infinity': -Infinity };
  const revive = (_: string, value: unknown): unknown =>
    typeof value === 'string' && Object.hasOwn(numbers, value)
      ? numbers[value as keyof typeof numbers]
      : value;
  return JSON.parse(text, /"(NaN|-?Infinity)"/.test(text) ? revive : undefined);
}

/** The tensor that an array of a golden file stands for. */
export function toTensor(array: GoldenArray): Tensor {
  switch (array.dtype) {
    case 'float32':
      return tensor(Float32Array.from(array.data), { shape: array.shape });
    case 'int32':
    case 'int64':
      return tensor(Int32Array.from(array.data), { shape: array.shape, dtype: 'int32' });
    case 'uint8':
    case 'bool':
      return tensor(Uint8Array.from(array.data, Number), {
        shape: array.shape,
        dtype: array.dtype,
      });
    default:
      throw new Error(`Golden array of dtype ${array.dtype}: not one that these tests read.`);
  }
}

/** Fails unless `actual` has the shape of `golden` and is close to it element by element. */
export function expectClose(
  actual: Tensor,
  golden: GoldenArray,
  what = 'result',
  tolerance: Tolerance = oneOperation,
): void {
  expect([...actual.shape], `shape of ${what}`).toEqual([...golden.shape]);
  expectAllClose(actual.data(), golden.data, what, tolerance);
}

/** Whether a value of a golden file is an array. */
export const isGoldenArray = (value: unknown): value is GoldenArray =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Structures of arrays as structures of tensors. */
export const toTensors = (golden: unknown): never =>
  mapNest(golden, isGoldenArray, toTensor) as never;

/** Fails unless tensors stand in the structure of `golden` and are close to its arrays. */
export function expectStructure(
  actual: unknown,
  golden: unknown,
  what = 'result',
  tolerance: Tolerance = oneOperation,
): void {
  const paths = (value: unknown, isLeaf: (leaf: unknown) => leaf is object): string[] => {
    const found: string[] = [];
    mapNest(value, isLeaf, (_, place) => found.push(place()));
    return found;
  };
  expect(paths(actual, isTensor), `structure of ${what}`).toEqual(paths(golden, isGoldenArray));
  const tensors = flattenNest(actual, isTensor);
  flattenNest(golden, isGoldenArray).forEach((array, i) => {
    expectClose(tensors[i] as Tensor, array, `${what} ${i}`, tolerance);
  });
}

/** Fails unless two lists of numbers are of one length and close, element by element. */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what = 'result',
  tolerance: Tolerance = oneOperation,
): void {
  expect(actual.length, `number of elements of ${what}`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] ?? NaN;
    const b = expected[i] ?? NaN;
    if (!isClose(a, b, tolerance)) {
      expect.fail(`${what}: element ${i} is ${a}, Keras has ${b} (${describe(tolerance)})`);
    }
  }
}

/** Fails unless two numbers are close. */
export function expectNumberClose(
  actual: number,
  expected: number,
  what = 'result',
  tolerance: Tolerance = oneOperation,
): void {
  expectAllClose([actual], [expected], what, tolerance);
}

/** True if `|a - b| <= absolute + relative * |b|`; infinities of one sign and NaNs are equal. */
export function isClose(a: number, b: number, tolerance: Tolerance = oneOperation): boolean {
  if (Object.is(a, b) || a === b) return true;
  return Math.abs(a - b) <= tolerance.absolute + tolerance.relative * Math.abs(b);
}

function describe(tolerance: Tolerance): string {
  return `tolerance ${tolerance.absolute} + ${tolerance.relative} |b|`;
}

/** The cases that run now, and the names of those that wait for a feature, each name once. */
export function splitCases<Case>(
  cases: readonly Case[],
  name: (golden: Case) => string,
  isSupported: (golden: Case) => boolean,
): { readonly running: readonly Case[]; readonly pending: readonly string[] } {
  const running = cases.filter(isSupported);
  const pending = cases.filter((golden) => !isSupported(golden)).map(name);
  return { running, pending: [...new Set(pending)].sort() };
}

/**
 * Fails unless the names that wait are exactly those `listed`: a feature that arrives has to be
 * taken off the list, and nothing can be added to it unnoticed. Another set of golden files may
 * hold fewer of the names.
 */
export function expectPending(pending: readonly string[], listed: readonly string[]): void {
  if (process.env['LANEGRAD_GOLDEN_DIR'] === undefined) {
    expect([...pending]).toEqual([...listed].sort());
  } else {
    expect(pending.filter((name) => !listed.includes(name))).toEqual([]);
  }
}
