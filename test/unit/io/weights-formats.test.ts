// What every format of weights in one file has to do, by its row in test/specs/weights-formats.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import type { ArrayFormat, FileArray } from '../../../src/files/formats/elements.js';
import { WEIGHTS_FORMATS } from '../../../src/files/formats/names.js';
import type { WeightsFormat } from '../../../src/files/formats/names.js';
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

const formats: Readonly<Record<string, WeightsFormat | undefined>> = WEIGHTS_FORMATS;

async function formatOf(name: string): Promise<ArrayFormat> {
  const format = await formats[name]?.load?.();
  if (format !== undefined) return format;
  throw new Error(
    `${name} has a row in test/specs/weights-formats.ts, but is no format with \`load\` in src/files/formats/names.ts: write it ` +
      `into FORMATS there, or take the row out.`,
  );
}

const folder = new URL('../../../src/files/formats/', import.meta.url);
const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

it('each format of arrays has a line in names.ts', async () => {
  const known = await Promise.all(Object.values(WEIGHTS_FORMATS).map(async ({ load }) => load?.()));
  const isFormat = (value: unknown): value is ArrayFormat =>
    typeof value === 'object' && value !== null && 'isOf' in value && 'decode' in value;
  const unknown: string[] = [];
  for (const file of modules) {
    const exported = (await import(new URL(file, folder).href)) as Readonly<
      Record<string, unknown>
    >;
    for (const [name, value] of Object.entries(exported)) {
      if (isFormat(value) && !known.includes(value)) unknown.push(`${name} of ${file}`);
    }
  }
  expect(unknown, 'formats that FORMATS in src/files/formats/names.ts does not load').toEqual([]);
});

const fixture = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(new URL(`../../fixtures/keras-files/${name}`, import.meta.url)));
const index = fixture('sharded.weights.json');
const jsonOf = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const shards = JSON.parse(new TextDecoder().decode(index)) as object;

/** Files that are of no such format. */
const others: Readonly<Record<string, Uint8Array>> = {
  'Keras’s list of files': index,
  'Keras’s list of files without blanks': jsonOf(shards),
  'Keras’s list of files with a note before it': jsonOf({ note: {}, ...shards }),
  'an HDF5 file': fixture('sharded_00000.weights.h5'),
  'no bytes': new Uint8Array(0),
};

const bytesOf = (read: Iterable<FileArray>): number =>
  [...read].reduce((sum, { data }) => sum + data.byteLength, 0);

/** What is wrong with a row. */
const unpacked =
  'arrays take more bytes than their file, so it packs them: write `packed` into the row in test/specs/weights-formats.ts';

describe.each(Object.entries(weightsFormatSpecs))('weights as %s', (name, { stating, packed }) => {
  it('come back as they were, in their order', async () => {
    const format = await formatOf(name);
    const bytes = await format.encode(arrays);
    expect(format.isOf(bytes)).toBe(true);
    const read = await format.decode(bytes, 'file', PLENTY);
    expect([...read]).toEqual(arrays);
    expect(read.get('dense/kernel')?.data[4]).toBe(-0);
  });

  it('are told from the files of other formats by their bytes', async () => {
    const format = await formatOf(name);
    const taken = Object.entries(others).flatMap(([other, bytes]) =>
      format.isOf(bytes) ? [other] : [],
    );
    for (const other of Object.keys(weightsFormatSpecs).filter((one) => one !== name)) {
      if (format.isOf(await (await formatOf(other)).encode(arrays))) taken.push(other);
    }
    expect(taken, `isOf of ${name} takes files that are of another format`).toEqual([]);
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
          const read = await decodeOrRefuse(format, bytes);
          for (const { shape, data } of read.values()) expect(data).toHaveLength(lengthOf(shape));
          if (packed === null) expect(bytesOf(read.values()), unpacked).toBeLessThanOrEqual(bytes.length); // prettier-ignore
        },
      ),
      { numRuns: 400, seed: 50 },
    );
  });
});

/** What the bytes hold; nothing if they are refused as they have to be. */
async function decodeOrRefuse(
  format: ArrayFormat,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ReadonlyMap<string, FileArray>> {
  try {
    return await format.decode(bytes, 'file', PLENTY);
  } catch (error) {
    if (error instanceof FormatError && error.message.startsWith('file')) return new Map();
    throw new Error(
      `decode threw ${inspect(error)}, expected a FormatError whose message begins with the label, 'file'.`,
      { cause: error },
    );
  }
}

const packingNothing = Object.keys(weightsFormatSpecs).filter(
  (name) => weightsFormatSpecs[name]?.packed === null,
);

it.each(packingNothing)(
  'weights as %s take no fewer bytes in the file than in memory',
  async (name) => {
    const format = await formatOf(name);
    // A number of many digits, for formats that write numbers as text.
    const data = new Float32Array(1e4).fill(-0.1);
    const bytes = await format.encode([['x', { shape: [1e4], dtype: 'float32', data }]]);
    const read = await format.decode(bytes, 'file', PLENTY);
    expect(bytesOf(read.values()), unpacked).toBeLessThanOrEqual(bytes.length);
  },
);

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
