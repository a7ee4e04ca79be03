import { zip } from '../../src/files/formats/zip.js';
import { encodeNpy } from '../../src/files/formats/npy.js';
import { layers, models } from '../../src/index.js';
import { FormatError, ShapeError, ValueError } from '../../src/errors.js';
import { parseSafetensors } from '../../src/files/formats/safetensors.js';
import { fuzz } from './fuzz.js';
import type { Part } from './fuzz.js';

/** A safetensors file as the format describes it: length of the header, header, elements. */
function safetensors(header: Uint8Array, elements: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Uint8Array.from(Buffer.concat([length, header, elements]));
}

const header = {
  __metadata__: { format: 'test' },
  kernel: { dtype: 'F32', shape: [3, 2], data_offsets: [0, 24] },
  bias: { dtype: 'F32', shape: [2], data_offsets: [24, 32] },
};
const types = Object.entries({ F16: 2, BF16: 2, F64: 8, I64: 8, I8: 1, BOOL: 1, U8: 1 });
let at = 32;
const wide = {
  ...header,
  ...Object.fromEntries(
    types.map(([dtype, size]) => [
      `of ${dtype}`,
      { dtype, shape: [2, 1], data_offsets: [at, (at += 2 * size)] },
    ]),
  ),
};
const files = new Map([
  ['dense', safetensors(Buffer.from(JSON.stringify(header)), new Uint8Array(32).fill(1))],
  ['wide', safetensors(Buffer.from(JSON.stringify(wide)), new Uint8Array(at))],
]);

/** The header, whose length fits. */
const head: Part = {
  name: 'the header',
  kind: 'json',
  take: (file) => file.slice(8, 8 + headLength(file)),
  put: (file, part) => safetensors(part, file.subarray(8 + headLength(file))),
};

function headLength(file: Uint8Array): number {
  return Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
}

fuzz('parseSafetensors', {
  files,
  parts: [head],
  read: async (file) => void parseSafetensors(file),
});

const model = new models.Sequential([new layers.Dense(2, { inputShape: [3] })]);
const before = model.getWeights();

fuzz('model.loadWeights', {
  files: new Map([
    ['dense', files.get('dense') ?? new Uint8Array()],
    [
      'npz',
      await zip([
        { name: 'kernel.npy', bytes: npy([3, 2]) },
        { name: 'bias.npy', bytes: npy([2]) },
      ]),
    ],
  ]),
  read: async (file) => {
    try {
      await model.loadWeights(file);
    } finally {
      model.setWeights(before);
    }
  },
  // Damaged numbers of arrays and shapes are those of another model.
  errors: [FormatError, ShapeError, ValueError],
});

function npy(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const size = shape.reduce((a, b) => a * b, 1);
  return encodeNpy({ shape, dtype: 'float32', data: new Float32Array(size) });
}
