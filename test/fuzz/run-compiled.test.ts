// Compiled modules with changed bytes: an error, or numbers of the module's own memory.
import { compileModel, runCompiled } from '../../src/compile.js';
import type { CompiledArray, CompiledPort } from '../../src/compile.js';
import { FormatError, ValueError } from '../../src/errors.js';
import { layers, random, Sequential } from '../../src/index.js';
import { fuzz } from './fuzz.js';

random.setSeed(1);
const dense = new Sequential([
  new layers.Dense(4, { activation: 'relu', inputShape: [3] }),
  new layers.Dense(2, { activation: 'softmax' }),
]);
const words = new Sequential([new layers.Embedding(5, 2, { inputShape: [3] })]);
const files = new Map([
  ['dense', await compileModel(dense, { classNames: ['no', 'yes'] })],
  ['words', await compileModel(words, { batchSize: 2 })],
]);
dense.dispose();
words.dispose();

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array };

const zeros = ({ dtype, bytes }: CompiledPort): CompiledArray =>
  new ARRAYS[dtype](bytes / ARRAYS[dtype].BYTES_PER_ELEMENT);

/** Where the JSON begins: behind the name of its section, the last one. */
function jsonOf(file: Uint8Array): number {
  const at = Buffer.from(file.buffer, file.byteOffset, file.length).lastIndexOf('lanegrad{');
  return at + 'lanegrad'.length;
}

/** Numbers of seven bits each, the lowest first. */
function leb128(value: number): number[] {
  return value < 128 ? [value] : [128 | (value & 127), ...leb128(value >>> 7)];
}

fuzz('runCompiled', {
  files,
  read: (file) => {
    const compiled = runCompiled(file);
    const { inputs } = compiled.description;
    compiled.predict(Object.fromEntries(inputs.map((port) => [port.name, zeros(port)])));
    return Promise.resolve();
  },
  errors: [FormatError, ValueError],
  parts: [
    {
      name: 'description',
      kind: 'json',
      take: (file) => file.slice(jsonOf(file)),
      put(file, part) {
        const begin = jsonOf(file);
        // Before the JSON stand the section's number, its length in two bytes, and the length of its name with the name.
        const head = file.subarray(0, begin - 'lanegrad'.length - 4);
        const name = file.subarray(begin - 'lanegrad'.length - 1, begin);
        const length = leb128(name.length + part.length);
        return Uint8Array.of(...head, 0, ...length, ...name, ...part);
      },
    },
  ],
});
