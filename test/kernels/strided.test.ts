import { describe, expect, it } from 'vitest';
import { copyStrided, denseStrides } from '../reference/strided.js';
import { blankF32, blankI32, blankU8, layoutOf, runKernel } from './views.js';
import type { Elements } from './views.js';
import { bytes, integers } from './integers.js';
import { values } from './values.js';

const kinds = [
  ['float32', 4, (n: number): Elements => values(n, 9, 1), blankF32],
  ['int32', 4, (n: number): Elements => integers(n, -999, 999, 1), blankI32],
  ['uint8', 1, (n: number): Elements => bytes(n, 1), blankU8],
] as const;

interface Copy {
  readonly what: string;
  readonly shape: readonly number[];
  readonly out: {
    readonly size: number;
    readonly origin: number;
    readonly strides: readonly number[];
  };
  readonly x: {
    readonly size: number;
    readonly origin: number;
    readonly strides: readonly number[];
  };
}

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
const dense = (...shape: number[]): Copy['out'] => ({
  size: size(shape),
  origin: 0,
  strides: denseStrides(shape),
});

const lengths = [0, 1, 3, 4, 5, 7, 8, 9, 16, 17, 63, 64, 65, 127, 300, 1500];

const copies: readonly Copy[] = [
  ...lengths.map((n) => ({ what: `${n} in a row`, shape: [n], out: dense(n), x: dense(n) })),
  ...lengths.map((n) => ({
    what: `one element ${n} times`,
    shape: [n],
    out: dense(n),
    x: { size: 1, origin: 0, strides: [0] },
  })),
  ...lengths.map((n) => ({
    what: `${n} backwards`,
    shape: [n],
    out: dense(n),
    x: { size: n, origin: Math.max(n - 1, 0), strides: [-1] },
  })),
  {
    what: 'every third element into every second',
    shape: [30],
    out: { size: 60, origin: 1, strides: [2] },
    x: { size: 90, origin: 2, strides: [3] },
  },
  {
    what: 'an inner window of a matrix, [9, 12] → [5, 7]',
    shape: [5, 7],
    out: dense(5, 7),
    x: { size: 108, origin: 2 * 12 + 3, strides: [12, 1] },
  },
  {
    what: 'a matrix into the middle of a padded one, [5, 7] → [9, 12]',
    shape: [5, 7],
    out: { size: 108, origin: 2 * 12 + 3, strides: [12, 1] },
    x: dense(5, 7),
  },
  {
    what: 'a row repeated, [1, 70] → [6, 70]',
    shape: [6, 70],
    out: dense(6, 70),
    x: { size: 70, origin: 0, strides: [0, 1] },
  },
  {
    what: 'a column repeated, [6, 1] → [6, 70]',
    shape: [6, 70],
    out: dense(6, 70),
    x: { size: 6, origin: 0, strides: [1, 0] },
  },
  {
    what: 'rows and columns reversed, with steps',
    shape: [4, 5],
    out: dense(4, 5),
    x: { size: 8 * 15, origin: 7 * 15 + 14, strides: [-30, -3] },
  },
  {
    what: 'a permutation of three axes, [3, 4, 5] → [5, 3, 4]',
    shape: [5, 3, 4],
    out: dense(5, 3, 4),
    x: { size: 60, origin: 0, strides: [1, 20, 5] },
  },
  {
    what: 'a permutation of five axes, [2, 3, 4, 5, 6] → [4, 6, 2, 5, 3]',
    shape: [4, 6, 2, 5, 3],
    out: dense(4, 6, 2, 5, 3),
    x: { size: 720, origin: 0, strides: [30, 1, 360, 6, 120] },
  },
  {
    what: 'a block broadcast over outer axes, [4, 1, 5] → [3, 4, 2, 5]',
    shape: [3, 4, 2, 5],
    out: dense(3, 4, 2, 5),
    x: { size: 20, origin: 0, strides: [0, 5, 0, 1] },
  },
  { what: 'nothing along one axis', shape: [4, 0, 3], out: dense(4, 0, 3), x: dense(4, 0, 3) },
];

describe.each(kinds)('copyStrided of %s', (_, elementBytes, make, blank) => {
  it.each(copies)('$what', ({ shape, out, x }) => {
    const from = make(x.size);
    const to = blank(out.size);
    const expected = Array.from(to);
    copyStrided(expected, out.origin, out.strides, from, x.origin, x.strides, shape);
    const got = runKernel(
      'copyStrided',
      { array: to, origin: out.origin },
      { array: from, origin: x.origin },
      layoutOf(shape, out.strides, x.strides),
      elementBytes,
    );
    expect(got).toEqual(expected);
  });
});
