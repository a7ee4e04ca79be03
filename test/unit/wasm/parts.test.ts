// The parts of the core: together they are all of it, and what each keeps in memory has a place of its own.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parts } from '../../../scripts/kernel-abi.mjs';

const file = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../../build/lanegrad.${name}.wasm`, import.meta.url)));

function exportsOf(name: string): string[] {
  return WebAssembly.Module.exports(new WebAssembly.Module(file(name)))
    .filter(({ kind }) => kind === 'function')
    .map((kernel) => kernel.name);
}

/** First and last byte of memory that instantiating writes; undefined for a part without constants. */
function dataRange(name: string): [first: number, end: number] | undefined {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const bytes = new Uint8Array(memory.buffer).fill(1);
  const filled = bytes.slice();
  const write = (value: number): void => {
    bytes.fill(value);
    new WebAssembly.Instance(new WebAssembly.Module(file(name)), { env: { memory } });
    bytes.forEach((byte, at) => (filled[at] = byte === value ? (filled[at] ?? 0) : 255));
  };
  write(1);
  write(2);
  const first = filled.indexOf(255);
  return first === -1 ? undefined : [first, filled.lastIndexOf(255) + 1];
}

describe('the parts of the core', () => {
  it('export each kernel once, and all of them together', () => {
    const names = parts.flatMap(exportsOf);
    expect(names.sort()).toEqual(exportsOf('simd').sort());
    expect(new Set(names).size).toBe(names.length);
  });

  it('keep their constants apart, below the heap, which begins behind the core', () => {
    const ranges = parts
      .map(dataRange)
      .filter((range) => range !== undefined)
      .sort(([a], [b]) => a - b);
    expect(ranges.at(-1)).toEqual(dataRange('core'));
    for (const [i, [first]] of ranges.entries()) {
      expect(first).toBeGreaterThanOrEqual(ranges[i - 1]?.[1] ?? 1024);
    }
  });
});
