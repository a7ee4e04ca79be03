// Gives changed files to readers. A new reader needs a call of `fuzz` in its own test:
//
//     fuzz('data.readNpy', {
//       files: realFiles(folder, '.npy'),
//       read: async (bytes) => (await data.readNpy(bytes)).dispose(),
//     });
//
// Whatever the bytes: it reads them, or throws one of the documented errors; it changes no prototype, leaves no tensor,
// and asks for no more memory than is allowed. `LANEGRAD_FUZZ_RUNS` says how many files each reader gets:
// few in `npm test`, 12,000 in a stage of `.ci/run`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors.js';
import { memory } from '../../src/engine/tensor/index.js';
import { byteMutation, mutateBytes } from './byte-mutations.js';
import type { ByteMutation } from './byte-mutations.js';
import { graphMutation, mutateGraph } from './graph-mutations.js';
import type { GraphMutation } from './graph-mutations.js';
import { jsonMutation, mutateJson } from './json-mutations.js';
import type { JsonMutation } from './json-mutations.js';
import { mutateOnnx, onnxMutation } from './onnx-mutations.js';
import type { OnnxMutation } from './onnx-mutations.js';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A part of a file that is changed by itself and put back so that the file stays whole around it: what is compressed,
 * under a checksum, or behind its own length.
 */
export interface Part {
  readonly name: string;
  /**
   * `'json'` is changed value by value too. Of a `'graph'`, the JSON of a model, only the connections of its layers are
   * changed, and whole parts are left out or doubled: what remains asks for no other sizes. Of `'onnx'`, the messages of a file
   * of ONNX are changed, and the file stays whole.
   */
  readonly kind?: 'bytes' | 'json' | 'graph' | 'onnx';
  /** The part; undefined for a file that has none. */
  take(file: Bytes): Bytes | undefined | Promise<Bytes | undefined>;
  /** The file with another part. */
  put(file: Bytes, part: Bytes): Bytes | Promise<Bytes>;
}

/** A reader, and what it is given. */
export interface FuzzedReader {
  /** Real files by their names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Besides the whole file. */
  readonly parts?: readonly Part[];
  /** Whether the whole file is changed byte by byte, too. Default true. */
  readonly bytes?: boolean;
  /** Reads a file, and disposes of what it got. @param name the file's, which its reader may want to know */
  read(file: Bytes, name: string): Promise<void>;
  /** Errors that it may throw. Default: FormatError alone. */
  readonly errors?: readonly (abstract new (...args: never[]) => Error)[];
  /** Bytes that reading one file may allocate, besides 64 for each of its own. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** The whole file. */
const WHOLE: Part = { name: 'bytes', take: (file) => file, put: (_, part) => part };

/** The whole file, which is JSON. */
export const WHOLE_JSON: Part = { ...WHOLE, name: 'JSON', kind: 'json' };

/** The whole file, which is the JSON of a model. */
export const WHOLE_GRAPH: Part = { ...WHOLE, name: 'graph', kind: 'graph' };

/** The whole file, which is one of ONNX. */
export const WHOLE_ONNX: Part = { ...WHOLE, name: 'messages', kind: 'onnx' };

const RUNS = Number(process.env['LANEGRAD_FUZZ_RUNS'] ?? 100);

/** The same files every time, unless another seed is asked for. */
export const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

// Far beyond what any of these small files takes: a reader that needs it hangs.
const HANGS_MS = 20_000;

/** The files of a folder whose names end so. */
export function realFiles(folder: string, ...endings: readonly string[]): Map<string, Bytes> {
  const names = readdirSync(folder).filter((name) => endings.some((end) => name.endsWith(end)));
  return new Map(names.map((name) => [name, Uint8Array.from(readFileSync(join(folder, name)))]));
}

/** Defines the tests of a reader, one for each part of its files. */
export function fuzz(name: string, reader: FuzzedReader): void {
  const { files, parts = [], bytes = true } = reader;
  describe(`${name} of changed files`, () => {
    it('reads them all unchanged', async () => {
      expect(files.size).toBeGreaterThan(0);
      for (const [file, bytes] of files) await reader.read(Uint8Array.from(bytes), file);
    });

    it.each([...(bytes ? [WHOLE] : []), ...parts].map((part) => [part.name, part] as const))(
      'reads or refuses them, and nothing else: %s',
      async (_, part) => {
        await fc.assert(
          fc.asyncProperty(caseOf([...files.keys()], part), async ({ file, change }) => {
            const whole = Uint8Array.from(files.get(file) ?? []);
            const taken = await part.take(whole);
            if (taken === undefined) return;
            const changed = mutated(taken, change);
            await withinBounds(reader, await part.put(whole, changed), file);
          }),
          { numRuns: RUNS, seed: SEED },
        );
      },
      60_000 + 100 * RUNS,
    );
  });
}

/** Changes of one part of a file. */
type Change =
  | { readonly kind: 'bytes'; readonly mutations: readonly ByteMutation[] }
  | { readonly kind: 'json'; readonly mutations: readonly JsonMutation[] }
  | { readonly kind: 'graph'; readonly mutations: readonly GraphMutation[] }
  | { readonly kind: 'onnx'; readonly mutations: readonly OnnxMutation[] };

function mutated(part: Bytes, change: Change): Bytes {
  if (change.kind === 'graph') return mutateGraph(part, change.mutations);
  if (change.kind === 'onnx') return mutateOnnx(part, change.mutations);
  return change.kind === 'json'
    ? mutateJson(part, change.mutations)
    : mutateBytes(part, change.mutations);
}

function caseOf(
  files: readonly string[],
  { kind = 'bytes' }: Part,
): fc.Arbitrary<{ file: string; change: Change }> {
  const several = <T>(mutation: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(mutation, { minLength: 1, maxLength: 4 });
  const bytes: fc.Arbitrary<Change> = fc.record({
    kind: fc.constant('bytes' as const),
    mutations: several(byteMutation),
  });
  const json: fc.Arbitrary<Change> = fc.record({
    kind: fc.constant('json' as const),
    mutations: several(jsonMutation),
  });
  const graph: fc.Arbitrary<Change> = fc.record({
    kind: fc.constant('graph' as const),
    mutations: several(graphMutation),
  });
  const messages: fc.Arbitrary<Change> = fc.record({
    kind: fc.constant('onnx' as const),
    mutations: several(onnxMutation),
  });
  const changes = {
    bytes,
    onnx: messages,
    json: fc.oneof({ weight: 4, arbitrary: json }, { weight: 1, arbitrary: bytes }),
    graph,
  };
  return fc.record({ file: fc.constantFrom(...files), change: changes[kind] });
}

async function withinBounds(reader: FuzzedReader, file: Bytes, name: string): Promise<void> {
  const { errors = [FormatError], maxBytes = 2 ** 26 } = reader;
  const before = { tensors: memory(), host: process.memoryUsage(), time: performance.now() };
  try {
    await reader.read(file, name);
  } catch (error) {
    if (!errors.some((known) => error instanceof known)) throw error;
  }
  expect(performance.now() - before.time, 'milliseconds').toBeLessThan(HANGS_MS);
  const { tensors, bytes, reserved } = memory();
  expect({ tensors, bytes }, 'tensors left').toEqual({
    tensors: before.tensors.tensors,
    bytes: before.tensors.bytes,
  });
  // Off the heap a forged length shows at once; collecting garbage in between can only lower these.
  const host = process.memoryUsage();
  const grown = Math.max(host.arrayBuffers - before.host.arrayBuffers, 0);
  const reservedMore = reserved - before.tensors.reserved;
  const heap = Math.max(host.heapUsed - before.host.heapUsed, 0);
  // Parsed, JSON takes many times its length (`[` is an array), and mutations can make it long.
  const limit = maxBytes + 64 * file.length;
  expect(grown + reservedMore + heap, 'bytes allocated').toBeLessThan(limit);
  expect(Object.keys(Object.prototype), 'the prototype of all objects').toEqual([]);
}
