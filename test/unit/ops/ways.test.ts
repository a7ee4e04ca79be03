// How the fastest of several ways is found, and what of it a repeated step looks at again.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fastest } from '../../../src/engine/ops/linalg/products/ways.js';
import type { Way, Ways } from '../../../src/engine/ops/linalg/products/ways.js';
import { Runtime } from '../../../src/engine/runtime/runtime.js';

const decide = vi.spyOn(Runtime.prototype, 'guard');
const choose = vi.spyOn(Runtime.prototype, 'hint');
const sample = vi.fn(() => 0);

beforeEach(() => {
  for (const spy of [decide, choose, sample]) spy.mockClear();
});
afterEach(() => sample.mockReset());

/** Ways of problems that are numbers; the sample is a number, too. */
type TestWay = Way<number, number>;

const way = (name: string, given: Partial<TestWay>): TestWay => ({
  name,
  sameBits: true,
  fits: () => true,
  nanoseconds: () => Infinity,
  run: () => undefined,
  ...given,
});

/** The name of the fastest of ways for problem 3, where the sample is `found`; how often memory was looked at, and for what. */
function chosen(rows: Ways<number, number>['rows'], found = 0) {
  sample.mockReturnValue(found);
  const { name } = fastest({ rows, sample: () => sample }, 3);
  const calls = [decide, choose, sample].map(({ mock }) => mock.calls.length);
  return [name, ...calls];
}

const base = way('base', { sameBits: false });
const five = way('five', { nanoseconds: () => 5 });
const sampled = way('sampled', { nanoseconds: () => (number) => number });

describe('the fastest way', () => {
  it('is the first one where no other fits', () => {
    const huge = way('huge', { fits: (size) => size > 9, nanoseconds: () => 1 });
    expect(chosen([base, huge])).toEqual(['base', 0, 0, 0]);
  });

  it('is found without a look at the numbers where times are known', () => {
    const four = way('four', { sameBits: false, nanoseconds: (size) => size + 1 });
    expect(chosen([base, five, four])).toEqual(['four', 0, 0, 0]);
  });

  it('is one that takes no time, whatever the others take', () => {
    const none = way('none', { nanoseconds: () => 0 });
    expect(chosen([base, sampled, none], -1)).toEqual(['none', 0, 0, 0]);
  });

  it.each([
    [4, 'sampled'],
    [6, 'five'],
  ])('is chosen by a sample between ways of the same bits: %d', (found, name) => {
    expect(chosen([base, sampled, five], found)).toEqual([name, 0, 1, 1]);
  });

  it.each([
    [4, 'sampled'],
    [6, 'other bits'],
  ])('is decided by a sample where bits differ: %d', (found, name) => {
    const other = way('other bits', { sameBits: false, nanoseconds: () => 5 });
    expect(chosen([base, sampled, other], found)).toEqual([name, 1, 0, 1]);
  });

  it.each([
    [3, ['sampled', 1, 1, 2]],
    [5, ['twice', 1, 1, 2]],
    [8, ['other bits', 1, 0, 1]],
  ])('is decided, then chosen among those of the same bits: %d', (found, expected) => {
    const twice = way('twice', { nanoseconds: () => (number) => 8 - number });
    const nanoseconds = () => (number: number) => 14 - 2 * number;
    const other = way('other bits', { sameBits: false, nanoseconds });
    expect(chosen([base, sampled, twice, other], found)).toEqual(expected);
  });

  it('is the fastest of the others where the numbers forbid it', () => {
    const forbidden = way('forbidden', { nanoseconds: () => 1, isSafe: () => false });
    expect(chosen([base, forbidden, five])).toEqual(['five', 0, 0, 0]);
    expect(chosen([base, forbidden])).toEqual(['base', 0, 0, 0]);
  });

  it('asks whether the numbers allow it of no way but the fastest', () => {
    const isSafe = vi.fn(() => true);
    chosen([base, five, way('six', { nanoseconds: () => 6, isSafe })]);
    expect(isSafe).not.toHaveBeenCalled();
  });
});
