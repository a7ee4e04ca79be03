// Both readers, `readCsv` and `Dataset.csv`, on the same texts.
import { expect } from 'vitest';
import { Dataset, readCsv } from '../../../../src/data.js';
import type { CsvOptions, Source } from '../../../../src/data.js';
import { collect, held } from '../../data/dataset/elements.js';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Nothing was left. There may be less: the collector frees at any time what tests before have let go of. */
function expectNoMoreThan(before: ReturnType<typeof held>): void {
  const { tensors, bytes } = held();
  expect(tensors, 'tensors').toBeLessThanOrEqual(before.tensors);
  expect(bytes, 'bytes').toBeLessThanOrEqual(before.bytes);
}

/** What both readers make of a text: x and y as nested arrays. */
export async function read(
  text: string | Source,
  options: CsvOptions = {},
): Promise<{ x: unknown; y: unknown; types: unknown }> {
  const source = typeof text === 'string' ? bytes(text) : text;
  const before = held();
  const { x, y } = await readCsv(source, options);
  const whole = {
    x: x.toArray(),
    y: y?.toArray(),
    types: [x.dtype, y?.dtype],
  };
  x.dispose();
  y?.dispose();
  const rows = Dataset.csv(source, options);
  const streamed = await collect(rows);
  const batches = await collect(rows.batch(2));
  if (y === undefined) {
    expect(streamed).toEqual(whole.x);
    expect(batches.flat(1)).toEqual(whole.x);
  } else {
    expect(streamed.map((row) => (row as unknown[])[0])).toEqual(whole.x);
    expect(streamed.map((row) => (row as unknown[])[1])).toEqual(whole.y);
    expect(batches.flatMap((row) => (row as unknown[][])[1] ?? [])).toEqual(whole.y);
  }
  expectNoMoreThan(before);
  return whole;
}

/** What both readers throw. */
export async function failure(text: string | Source, options: CsvOptions = {}): Promise<Error> {
  const source = typeof text === 'string' ? bytes(text) : text;
  const before = held();
  const errors: unknown[] = [];
  const caught = (error: unknown): void => void errors.push(error);
  await readCsv(source, options).catch(caught);
  try {
    await collect(Dataset.csv(source, options).batch(2));
  } catch (error) {
    caught(error);
  }
  expectNoMoreThan(before);
  const [first, second] = errors as [Error, Error];
  expect(second.constructor).toBe(first.constructor);
  expect(second.message).toBe(first.message.replace(/^readCsv/, 'Dataset.csv'));
  return first;
}
