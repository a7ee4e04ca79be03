// A row for each weights format with one file: how to make a file from the format's own description. The walk
// (test/unit/io/weights-formats.test.ts) uses it to check what every format has to refuse.
import { zip } from '../../src/files/formats/zip.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** The facts about a weights format. */
export interface WeightsFormatSpec {
  /** A file of one array `x`, float32, that is said to have this shape and has so many elements, all 0. */
  readonly stating: (shape: readonly number[], elements: number) => Bytes | Promise<Bytes>;
  /** A file that packs so many zeros of float32 into few bytes; null for a format that packs nothing. */
  readonly packed: ((elements: number) => Bytes | Promise<Bytes>) | null;
}

/** The header of NumPy's format, version 1: its length and that of the magic text add up to a multiple of 64. */
function npy(shape: readonly number[], elements: number): Bytes {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  const length = Buffer.from([header.length & 255, header.length >> 8]);
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  return Uint8Array.from(
    Buffer.concat([magic, length, Buffer.from(header), Buffer.alloc(4 * elements)]),
  );
}

/** Hugging Face's format: the length of a header in JSON, the header, the elements. */
function safetensors(shape: readonly number[], elements: number): Bytes {
  const described = { x: { dtype: 'F32', shape, data_offsets: [0, 4 * elements] } };
  const header = Buffer.from(JSON.stringify(described));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Uint8Array.from(Buffer.concat([length, header, Buffer.alloc(4 * elements)]));
}

const member = (shape: readonly number[], elements: number): { name: string; bytes: Bytes } => ({
  name: 'x.npy',
  bytes: npy(shape, elements),
});

/** By the names that `saveWeights` and `loadWeights` know, but for Keras's own format, in which weights belong to layers. */
export const weightsFormatSpecs: Readonly<Record<string, WeightsFormatSpec>> = {
  safetensors: { stating: safetensors, packed: null },
  npz: {
    stating: (shape, elements) => zip([member(shape, elements)]),
    packed: (elements) => zip([member([elements], elements)], { compress: true }),
  },
};
