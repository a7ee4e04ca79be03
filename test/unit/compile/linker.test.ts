// The linker takes each kernel out of the binaries, with what it needs and nothing else: the same bits as the whole binary.
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../src/extras/compile/link/bytes.js';
import { linkKernels } from '../../../src/extras/compile/link/linker.js';
import { readObject } from '../../../src/extras/compile/link/object.js';
import type { KernelObject } from '../../../src/extras/compile/link/object.js';
import { binaries, linked, PAGES } from './binaries.js';
import { randoms } from './compiled.js';

interface Running {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly [kernel: string]: unknown;
}

type Kernel = (...args: readonly number[]) => unknown;

/** What a kernel does to memory that holds these numbers; the error, if it stops. */
function effectOf(exports: Running, name: string, numbers: Float32Array, args: readonly number[]) {
  const memory = new Float32Array(exports.memory.buffer);
  memory.set(numbers, 65536 / 4);
  let result: unknown;
  try {
    result = (exports[name] as Kernel)(...args);
  } catch (error) {
    result = String(error);
  }
  return { result, memory: new Int32Array(exports.memory.buffer, 8192) };
}

describe('the linker', () => {
  for (const { name, binary, object } of binaries) {
    // Some versions of Node have no relaxed SIMD.
    const isRunnable = WebAssembly.validate(binary);
    it(`links each kernel of ${name}, but those that allocate memory`, () => {
      const refused = [...object.exports.keys()].filter((kernel) => {
        try {
          const { bytes } = linked([object], [kernel]);
          return isRunnable && !WebAssembly.validate(bytes);
        } catch {
          return true;
        }
      });
      const allocators = ['allocate', 'release'].filter((kernel) => object.exports.has(kernel));
      expect(refused).toEqual(allocators);
    });
  }

  const [core] = binaries.filter(({ name }) => name === 'lanegrad.core.wasm');
  const elements = 203;

  // Kernels of rows of numbers: (thread, threads, out, x …, n …), by the number of their arguments.
  const calls: Readonly<Record<string, readonly number[]>> = {
    unaryF32: [0, 1, 131072, 65536, elements, 3],
    fill: [0, 1, 131072, elements, 0x3f800000, 4],
    largestMagnitude: [0, 1, 131072, 1, 65536, elements],
    softmaxRows: [0, 1, 131072, 65536, 7, 29, 0],
    countNonZero: [65536, elements],
    firstOutOfRange: [65536, elements, 5],
    firstFraction: [65536, elements],
    cast: [0, 1, 131072, 1, 65536, 0, elements],
    gatherRows: [0, 1, 131072, 65536, 196608, 9, 16],
  };

  for (const [kernel, args] of Object.entries(calls)) {
    if (core?.object.exports.has(kernel) !== true) continue;
    it(`gives ${kernel} with the effect that it has in the core`, () => {
      const memory = new WebAssembly.Memory({ initial: PAGES, maximum: 65536 });
      const whole = new WebAssembly.Instance(new WebAssembly.Module(core.binary), {
        env: { memory },
      });
      const alone = new WebAssembly.Instance(
        new WebAssembly.Module(linked([core.object], [kernel]).bytes),
      );
      const next = randoms(elements);
      const numbers = Float32Array.from({ length: elements + 64 }, () => 20 * next() - 10);
      const wanted = effectOf({ ...whole.exports, memory }, kernel, numbers, args);
      const found = effectOf(alone.exports as unknown as Running, kernel, numbers, args);
      expect(wanted.memory.some((word) => word !== 0)).toBe(true);
      expect(found.result).toEqual(wanted.result);
      expect(found.memory).toEqual(wanted.memory);
    });
  }

  it('gives a kernel no function and no data that it does not need', () => {
    const { parts, bytes } = linked([core?.object as KernelObject], ['fill']);
    expect(parts.data).toEqual([]);
    expect(bytes.length).toBeLessThan(320);
  });

  it('names a kernel that there is not, and one that keeps state', () => {
    const objects = [core?.object as KernelObject];
    expect(() => linkKernels(objects, ['gem'])).toThrow('There is no kernel gem');
    expect(() => linkKernels(objects, ['allocate'])).toThrow(
      'The kernel allocate cannot be linked',
    );
  });

  it('refuses a binary that is cut off', () => {
    const binary = core?.binary ?? new Uint8Array(0);
    for (const length of [0, 7, 100, 5000]) {
      expect(() => readObject(binary.subarray(0, length))).toThrow(/ends too early|version/);
    }
  });

  it('reads the numbers that it writes', () => {
    const numbers = [0, 1, 63, 64, 127, 128, -1, -64, -65, 2 ** 31 - 1, -(2 ** 31)];
    const writer = new ByteWriter();
    for (const number of numbers) writer.signed(number).unsigned(number >>> 0);
    const reader = new ByteReader(writer.bytes);
    for (const number of numbers) {
      expect(reader.signed()).toBe(number);
      expect(reader.unsigned()).toBe(number >>> 0);
    }
    expect(reader.isDone).toBe(true);
  });
});
