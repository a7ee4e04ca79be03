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
    for (const inner of [0, 1, 2, 3, 4, 5, 15, 16, 17, 33]) {
      for (const outer of [0, 1, 3, 4, 5, 8, 11]) {
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

  it('gives NaN for places that are not numbers, and stays within memory for any', () => {
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
      'sampleCoordinatesGradient',
      ...[blankF32(2), Float32Array.of(1, 10), line, Float32Array.of(0.5, 2.5), Int32Array.of(4)],
      ...[1, 1, 2, 1, Beyond.Constant, 0],
    );
    expect(got).toEqual([1, 40]);
  });
});

describe('rescaleChannels', () => {
  const cut = (value: number): number => Math.min(Math.max(value, -1.5), 2);

  it('stretches, moves and cuts each channel of each image by its own numbers', () => {
    for (const channels of [1, 2, 3, 4, 5, 8]) {
      for (const pixels of [1, 2, 3, 4, 5, 7, 13, 64, 65, 131]) {
        const images = 3;
        // Products and sums of these are exact.
        const exact = (n: number, seed: number): Float32Array =>
          values(n, 2, seed).map((v) => Math.round(v * 64) / 64);
        const x = exact(images * pixels * channels, pixels);
        const terms = exact(3 * images * channels, channels);
        const term = (which: number, image: number, channel: number): number =>
          terms[(which * images + image) * channels + channel] ?? NaN;
        const expected = x.map((value, i) => {
          const [image, channel] = [Math.floor(i / (pixels * channels)), i % channels];
          const [center, scale, shift] = [0, 1, 2].map((which) => term(which, image, channel));
          return cut((value - (center ?? NaN)) * (scale ?? NaN) + (shift ?? NaN));
        });
        const sizes = [images, pixels, channels, -1.5, 2];
        const got = runKernel('rescaleChannels', blankF32(x.length), x, terms, ...sizes);
        expect(got, `${pixels} pixels of ${channels} channels`).toEqual([...expected]);
      }
    }
  });

  it('keeps NaN', () => {
    const terms = Float32Array.of(0, 1, 0);
    const x = Float32Array.of(NaN, 5, NaN, -5, NaN);
    expect(runKernel('rescaleChannels', blankF32(5), x, terms, 1, 5, 1, 0, 1)).toEqual([NaN, 1, NaN, 0, NaN]); // prettier-ignore
  });
});

describe('countTiles and lookUpTiles', () => {
  /** Images, their size, and the tiles that cover them. */
  const shapes = [
    { images: 1, height: 1, width: 1, channels: 1, grid: [1, 1], bins: 2 },
    { images: 2, height: 4, width: 6, channels: 3, grid: [2, 3], bins: 5 },
    { images: 3, height: 5, width: 7, channels: 2, grid: [2, 2], bins: 16 },
    // Tiles see mirror images of mirror images.
    { images: 1, height: 3, width: 2, channels: 1, grid: [8, 5], bins: 4 },
  ] as const;
  const mirrored = (place: number, length: number): number => {
    const within = place % (2 * length);
    return Math.min(within, 2 * length - 1 - within);
  };

  it.each(shapes)('$images images of $height × $width, tiles $grid', (shape) => {
    const { images, height, width, channels, grid, bins } = shape;
    const [rows, columns] = grid;
    const [tileHeight, tileWidth] = [Math.ceil(height / rows), Math.ceil(width / columns)];
    const sizes = [images, height, width, channels, rows, columns, tileHeight, tileWidth, bins];
    // Some are below 0, some above the last bin.
    const x = values(images * height * width * channels, bins, 5).map((v) => v + bins / 3);
    x[0] = NaN;
    const binOf = (image: number, row: number, column: number, channel: number): number => {
      const value = x[((image * height + row) * width + column) * channels + channel] ?? NaN;
      return Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value), 0), bins - 1);
    };
    const tables = images * rows * columns * channels * bins;
    const counts = new Int32Array(tables);
    const tableOf = (image: number, row: number, column: number, channel: number): number =>
      (((image * rows + row) * columns + column) * channels + channel) * bins;
    const each = (
      f: (...place: [number, number, number, number]) => void,
      high: number,
      wide: number,
    ): void => {
      // prettier-ignore
      for (let image = 0; image < images; image++)
        for (let row = 0; row < high; row++)
          for (let column = 0; column < wide; column++)
            for (let channel = 0; channel < channels; channel++) f(image, row, column, channel);
    };
    each((image, row, column, channel) => {
      const bin = binOf(image, mirrored(row, height), mirrored(column, width), channel);
      const tile = [Math.floor(row / tileHeight), Math.floor(column / tileWidth)] as const;
      const at = tableOf(image, ...tile, channel) + bin;
      counts[at] = (counts[at] ?? 0) + 1;
    }, rows * tileHeight, columns * tileWidth); // prettier-ignore
    const blank = new Int32Array(tables).fill(-7);
    expect(runKernel('countTiles', blank, x, ...sizes)).toEqual([...counts]);

    const table = values(tables, 100, 3);
    const expected: number[] = [];
    const among = (
      place: number,
      tile: number,
      count: number,
    ): readonly [number, number, number] => {
      // prettier-ignore
      const at = (place - tile / 2) / tile;
      const clip = (index: number): number => Math.min(Math.max(index, 0), count - 1);
      return [clip(Math.floor(at)), clip(Math.floor(at) + 1), at - Math.floor(at)];
    };
    each((image, row, column, channel) => {
      const bin = binOf(image, row, column, channel);
      const [above, below, down] = among(row, tileHeight, rows);
      const [before, behind, right] = among(column, tileWidth, columns);
      const say = (i: number, j: number): number => table[tableOf(image, i, j, channel) + bin] ?? NaN; // prettier-ignore
      const top = say(above, before) * (1 - right) + say(above, behind) * right;
      const bottom = say(below, before) * (1 - right) + say(below, behind) * right;
      expected.push(top * (1 - down) + bottom * down);
    }, height, width); // prettier-ignore
    const got = runKernel('lookUpTiles', blankF32(x.length), x, table, ...sizes);
    expect(got.length).toBe(expected.length);
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 3);
    });
  });
});
