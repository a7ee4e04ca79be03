// Side modules share one memory, so the tables of one must not lie where those of another are.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sideModules } from '../../../scripts/build/kernel-abi.mjs';

/** Where the data of a module begin and end. */
function dataOf(name: string): { name: string; begin: number; end: number } {
  const bytes = readFileSync(`build/lanegrad.${name}.wasm`);
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  let [begin, end] = [Infinity, 0];
  while (at < bytes.length) {
    const id = bytes[at++];
    const size = number();
    const next = at + size;
    if (id === 11) {
      for (let left = number(); left > 0; left--) {
        // An active segment: flags, i32.const, the address, end.
        expect(number()).toBe(0);
        at++;
        const address = number();
        at++;
        const length = number();
        begin = Math.min(begin, address);
        end = Math.max(end, address + length);
        at += length;
      }
    }
    at = next;
  }
  return { name, begin, end };
}

it('side modules have their data at addresses of their own', () => {
  const ranges = sideModules.map(dataOf).sort((a, b) => a.begin - b.begin);
  const overlaps = ranges.filter(({ begin }, i) => begin < (ranges[i - 1]?.end ?? 0));
  expect(overlaps).toEqual([]);
});
