// What every format of weights in one file has to do, by its row in test/specs/weights-formats.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import type { ArrayFormat, FileArray } from '../../../src/files/formats/elements.js';
import { WEIGHTS_FORMATS } from '../../../src/files/formats/names.js';
import { byteMutation, mutateBytes } from '../../fuzz/byte-mutations.js';
import { weightsFormatSpecs } from '../../specs/weights-formats.js';

/** Much more than the files of these tests have. */
const PLENTY = 1e6;

const lengthOf = (shape: readonly number[]): number => shape.reduce((n, length) => n * length, 1);

const arrays: readonly (readonly [string, FileArray])[] = [
  ['dense/kernel', { shape: [2, 3], dtype: 'float32', data: Float32Array.of(1, -2, 0.5, 1e-40, -0, Infinity) }],
  ['none', { shape: [0, 4], dtype: 'float32', data: new Float32Array(0) }],
  ['scalar', { shape: [], dtype: 'int32', data: Int32Array.of(-(2 ** 31)) }],
  ['bytes', { shape: [3], dtype: 'uint8', data: Uint8Array.of(0, 127, 255) }],
  ['flags', { shape: [1, 2], dtype: 'bool', data: Uint8Array.of(1, 0) }],
]; // prettier-ignore

async function formatOf(name: string): Promise<ArrayFormat> {
  const format = await WEIGHTS_FORMATS[name as keyof typeof WEIGHTS_FORMATS].load?.();
  if (format === undefined) throw new Error(`${name} has a row, but no format of arrays`);
  return format;
}

describe.each(Object.entries(weightsFormatSpecs))('weights as %s', (name, { stating }) => {
  it('come back as they were, in their order', async () => {
    const format = await formatOf(name);
    const bytes = await format.encode(arrays);
    expect(format.isOf(bytes)).toBe(true);
    const read = await format.decode(bytes, 'file', PLENTY);
    expect([...read]).toEqual(arrays);
    expect(read.get('dense/kernel')?.data[4]).toBe(-0);
  });

  it('are read as the row writes them', async () => {
    const format = await formatOf(name);
    const read = await format.decode(await stating([2, 2], 4), 'file', PLENTY);
    expect([...read]).toEqual([['x', { shape: [2, 2], dtype: 'float32', data: new Float32Array(4) }]]); // prettier-ignore
  });

  it.each([
    [[5]],
    [[3]],
    [[2, 3]],
    [[0]],
    [[-4]],
    [[1.5]],
    [[2 ** 16, 2 ** 16, 2 ** 16]],
    [[2 ** 53, 0.5]],
  ])(
    'of 4 elements that are said to have the shape %j are refused', // prettier-ignore
    async (shape) => {
      const format = await formatOf(name);
      const bytes = await stating(shape, 4);
      await expect(async () => format.decode(bytes, 'file', PLENTY)).rejects.toThrow(FormatError);
    },
  );

  it('with damaged bytes are arrays that fit their shapes, or a FormatError', async () => {
    const format = await formatOf(name);
    const whole = await format.encode(arrays);
    await fc.assert(
      fc.asyncProperty(
        fc.array(byteMutation, { minLength: 1, maxLength: 4 }),
        async (mutations) => {
          const bytes = mutateBytes(whole, mutations);
          try {
            const read = await format.decode(bytes, 'file', PLENTY);
            for (const { shape, data } of read.values()) expect(data).toHaveLength(lengthOf(shape));
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 400, seed: 50 },
    );
  });
});

const packing = Object.entries(weightsFormatSpecs).flatMap(([name, { packed }]) =>
  packed === null ? [] : [{ name, packed }],
);

it.each(packing)('weights as $name inflate to at most maxBytes', async ({ name, packed }) => {
  const format = await formatOf(name);
  const bytes = await packed(1e5);
  expect(bytes.length).toBeLessThan(1e4);
  await expect(async () => format.decode(bytes, 'file', 1e5)).rejects.toThrow(/file.*maxBytes/s);
  expect((await format.decode(bytes, 'file', PLENTY)).get('x')?.data).toHaveLength(1e5);
});
