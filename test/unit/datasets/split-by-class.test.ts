import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitByClass } from '../../../src/extras/datasets/embedded.js';

describe('splitByClass', () => {
  it('takes every fifth sample of each class at 0.2', () => {
    //                             0  1  2  3  4  5  6  7  8  9 10 11
    const labels = Uint8Array.from([0, 1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0]);
    expect(splitByClass(labels, 0.2)).toEqual({
      train: [0, 1, 2, 3, 4, 5, 7, 8, 9, 11],
      test: [6, 10],
    });
  });

  it('takes nothing at 0', () => {
    expect(splitByClass(Uint8Array.of(3, 3, 1), 0)).toEqual({ train: [0, 1, 2], test: [] });
  });

  it('puts each sample into one part, floor(count * testSplit) of each class into test', () => {
    const labels = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 });
    // Quarters are exact in binary, so that floor means the same on both sides.
    const quarter = fc.constantFrom(0, 0.25, 0.5, 0.75);
    fc.assert(
      fc.property(labels, quarter, (classes, testSplit) => {
        const { train, test } = splitByClass(Uint8Array.from(classes), testSplit);
        const all = classes.map((_, sample) => sample);
        expect([...train, ...test].sort((a, b) => a - b)).toEqual(all);
        for (const label of [0, 1, 2, 3]) {
          const count = classes.filter((other) => other === label).length;
          const tested = test.filter((sample) => classes[sample] === label).length;
          expect(tested).toBe(Math.floor(count * testSplit));
        }
      }),
      { seed: 1 },
    );
  });
});
