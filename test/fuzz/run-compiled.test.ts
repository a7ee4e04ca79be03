// Compiled modules with changed bytes: an error, or numbers of the module's own memory. Code that was changed is not run, as it
// may be a program without end; it cannot leave its memory, which WebAssembly sees to.
import { compileModel, runCompiled } from '../../src/compile.js';
import type { CompiledArray, CompiledPort } from '../../src/compile.js';
import { FormatError, ValueError } from '../../src/errors.js';
import { ByteReader } from '../../src/extras/compile/link/bytes.js';
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

/** The sections of a module but weights and description, or undefined where a length is wrong. */
function codeOf(file: Uint8Array): string | undefined {
  const [custom, data] = [0, 11];
  const reader = new ByteReader(file, 8);
  const code: Uint8Array[] = [];
  try {
    while (!reader.isDone) {
      const begin = reader.at;
      const id = reader.byte();
      reader.skip(reader.unsigned());
      if (id !== custom && id !== data) code.push(file.subarray(begin, reader.at));
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(code).toString('latin1');
}

const codes = [...files.values()].map(codeOf);

/** Numbers of seven bits each, the lowest first. */
function leb128(value: number): number[] {
  return value < 128 ? [value] : [128 | (value & 127), ...leb128(value >>> 7)];
}

fuzz('runCompiled', {
  files,
  read: (file) => {
    if (!codes.includes(codeOf(file))) return Promise.resolve();
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
