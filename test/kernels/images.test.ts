// The kernels of images: sums of neighbours along an axis, and numbers between elements.
import { describe, expect, it } from 'vitest';
import { Beyond } from '../../assembly/codes.js';
import { blankF32, runKernel } from './views.js';
import { values } from './values.js';

describe('weightedRows', () => {
  /** Of each output where its neighbours begin, and how much they weigh. */
  const runs = [
    { first: 0, weights: [0.5] },
    { first: 1, weights: [0.25, -1, 0.125] },
    { first: 0, weights: [] },
    { first: 0, weights: [1, 2, 3, 4] },
    { first: 3, weights: [-2] },
  ];
  const table = Int32Array.from(
    runs.flatMap(({ first }, j) => [
      first,
      runs.slice(0, j).reduce((sum, { weights }) => sum + weights.length, 0),
    ]),
  );
  const weights = Float32Array.from(runs.flatMap((run) => run.weights));
  const length = 4;

  it('adds up the neighbours of each row in order, whatever the length of rows', () => {
    for (const inner of [0, 1, 3, 4, 5, 15, 16, 17, 33]) {
      for (const outer of [0, 1, 3]) {
        // Products and sums of these are exact, so fused ones are the same.
        const x = values(outer * length * inner, 1, inner + 1).map(
          (v) => Math.round(v * 256) / 256,
        );
        const expected = Array.from({ length: outer * runs.length * inner }, (_, i) => {
          const [image, row, column] = [Math.floor(i / (runs.length * inner)), Math.floor(i / inner) % runs.length, i % inner]; // prettier-ignore
          const run = runs[row] ?? { first: 0, weights: [] };
          return run.weights.reduce((sum, weight, t) => {
            const number = x[(image * length + run.first + t) * inner + column] ?? NaN;
            return sum + weight * number;
          }, 0);
        });
        const out = blankF32(expected.length);
        const got = runKernel(
          'weightedRows',
          ...[out, x, table, weights, outer, length, runs.length, inner, weights.length],
        );
        expect(got, `${outer} × ${inner}`).toEqual(expected);
      }
    }
  });
});

describe('sample', () => {
  const line = Float32Array.of(1, 2, 4, 8);
  const at = (places: readonly number[], order: number, beyond: Beyond): number[] =>
    runKernel(
      'sample',
      ...[blankF32(places.length), line, Float32Array.from(places), Int32Array.of(4)],
      ...[1, 1, places.length, 1, order, beyond, 100],
    );

  it.each([
    [Beyond.Constant, [100, 100, 1, 8, 100, 100]],
    [Beyond.Nearest, [1, 1, 1, 8, 8, 8]],
    [Beyond.Wrap, [4, 8, 1, 8, 1, 2]],
    [Beyond.Mirror, [4, 2, 1, 8, 4, 2]],
    [Beyond.Reflect, [2, 1, 1, 8, 8, 4]],
  ])('has beyond the ends what %d says', (beyond, expected) => {
    expect(at([-2, -1, 0, 3, 4, 5], 0, beyond)).toEqual(expected);
    expect(at([-2, -1, 0, 3, 4, 5], 1, beyond)).toEqual(expected);
  });

  it('takes the nearest element, halves away from zero', () => {
    const places = [0.5, 1.49, 1.5, 2.5, -0.5, -0.49];
    expect(at(places, 0, Beyond.Constant)).toEqual([2, 2, 4, 8, 100, 1]);
  });

  it('draws straight lines between neighbours, also to what is beyond', () => {
    expect(at([0.5, 1.25, 3.5, -0.25], 1, Beyond.Constant)).toEqual([1.5, 2.5, 54, 25.75]);
  });

  it('gives NaN for places that are no numbers, and stays within memory for any', () => {
    expect(at([NaN, Infinity, -Infinity], 1, Beyond.Nearest)).toEqual([NaN, NaN, NaN]);
    expect(at([3e38, -3e38, 1e9, -1e9], 1, Beyond.Nearest)).toEqual([8, 1, 8, 1]);
    for (const beyond of [Beyond.Wrap, Beyond.Mirror, Beyond.Reflect]) {
      for (const order of [0, 1]) {
        for (const number of at([3e38, -3e38, 1e9, -1e9], order, beyond)) {
          expect([...line]).toContain(number);
        }
      }
    }
  });

  it('takes axes of one element', () => {
    for (const beyond of [Beyond.Nearest, Beyond.Wrap, Beyond.Mirror, Beyond.Reflect]) {
      const got = runKernel(
        'sample',
        ...[blankF32(3), Float32Array.of(7), Float32Array.of(-1.5, 0, 9), Int32Array.of(1)],
        ...[1, 1, 3, 1, 1, beyond, 0],
      );
      expect(got).toEqual([7, 7, 7]);
    }
  });

  it('has a gradient for each image, which threads do not share', () => {
    // Two images of two elements, a point in the middle of each, two channels.
    const got = runKernel(
      'sampleGradient',
      ...[new Float32Array(8), Float32Array.of(2, 4, 8, 16), Float32Array.of(0.5, 0.25), Int32Array.of(2)],
      ...[2, 1, 1, 2, 1, Beyond.Constant],
    ); // prettier-ignore
    expect(got).toEqual([1, 2, 1, 2, 6, 12, 2, 4]);
  });

  it('has a gradient of the places: the slope between the neighbours', () => {
    const got = runKernel(
      'samplePlacesGradient',
      ...[blankF32(2), Float32Array.of(1, 10), line, Float32Array.of(0.5, 2.5), Int32Array.of(4)],
      ...[1, 1, 2, 1, Beyond.Constant, 0],
    );
    expect(got).toEqual([1, 40]);
  });
});
