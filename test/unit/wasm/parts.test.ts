// The parts of the core share one memory, so the tables of one must not lie where those of another are.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parts } from '../../../scripts/build/kernel-abi.mjs';

/** Where the data of a module begin and end. */
function dataOf(part: string): { part: string; begin: number; end: number } {
  const bytes = readFileSync(`build/lanegrad.${part}.wasm`);
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
  return { part, begin, end };
}

it('parts have places of their own', () => {
  const places = parts.map(dataOf).sort((a, b) => a.begin - b.begin);
  const overlaps = places.filter(({ begin }, i) => begin < (places[i - 1]?.end ?? 0));
  expect(overlaps).toEqual([]);
});
