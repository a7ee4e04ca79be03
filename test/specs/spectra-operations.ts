// The rows of operations on spectra. References compare real parts; test/unit/ops/spectra.test.ts compares both.
import * as dense from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import * as spectra from '../reference/spectra.js';
import {
  NONE,
  RARE,
  bytes,
  cycle,
  of,
  plain,
  refused,
  row,
  steps,
  whole,
  x,
} from './operation-families.js';
import { random } from './operation-spec.js';
import type { Call, OperationSpec } from './operation-spec.js';

const pair = [x, of([2, 4], [...x.data].reverse())];
const wholePair = [whole, whole];
const nestedPair = [[1, 2, 0.5, 3], [0, 1, -1, 2]]; // prettier-ignore
const half = [cycle(2, 3), cycle(2, 3)];
const frames = [cycle(1, 4, 3), cycle(1, 4, 3)];

const rare = (calls: readonly Call[]): OperationSpec => refused(RARE, row('twice', calls));

/** Lengths of each way: a row that is four columns, a convolution, and columns of radices 2, 3, 4, 5 and 7. */
const SHAPES = [[8], [3, 5], [2, 3, 4], [1], [2, 7], [67]]; // prettier-ignore

const ofBoth = (shapes: readonly (readonly number[])[], f: (re: DenseArray, im: DenseArray) => DenseArray, ...more: readonly unknown[]): Call[] =>
  shapes.map((shape): Call => [[[random(shape), random(shape)], ...more], (re = NONE, im = NONE) => f(re, im)]); // prettier-ignore

const PLANES = [[3, 4], [2, 2, 5], [2, 4, 8]]; // prettier-ignore
const both = (re: DenseArray, im: DenseArray, sign: -1 | 1): DenseArray => {
  const [m = 1, n = 1] = re.shape.slice(-2);
  const scale = sign === 1 ? [1 / m, 1 / n] : [1, 1];
  return spectra.fourier(spectra.fourier([re, im], -1, sign, scale[1]), -2, sign, scale[0])[0];
};

const shortTime = (
  a: DenseArray,
  window: DenseArray,
  stride: number,
  isCentered: boolean,
): DenseArray => {
  const length = window.shape[0] ?? 1;
  const padded = isCentered ? spectra.reflected(a, length >> 1) : a;
  const all = dense.zip(spectra.frames(padded, length, stride), window, (p, q) => p * q);
  return spectra.realFourier(all)[0];
};

export const spectraOperations: Readonly<Record<string, OperationSpec>> = {
  extractSequences: rare([
    ...plain([x, 2, 1], [whole, 3, 1], [bytes, 2, 2], [[1, 2, 3], 2, 1], [steps, 2, 1]),
    [[random([2, 7]), 3, 2], (a = NONE) => spectra.frames(a, 3, 2)],
    [[random([5]), 2, 3], (a = NONE) => spectra.frames(a, 2, 3)],
  ]),
  fft: rare([
    ...plain([pair], [wholePair], [nestedPair], [[steps, steps]]),
    ...ofBoth(SHAPES, (re, im) => spectra.fourier([re, im], -1, -1)[0]),
  ]),
  fft2: rare([
    ...plain([pair], [wholePair], [[steps, steps]]),
    ...ofBoth(PLANES, (re, im) => both(re, im, -1)),
  ]),
  ifft2: rare([
    ...plain([pair], [wholePair], [[steps, steps]]),
    ...ofBoth(PLANES, (re, im) => both(re, im, 1)),
  ]),
  rfft: rare([
    ...plain([x, 4], [x], [whole, 6], [[1, 2, 3], 2], [steps, null]),
    ...[...SHAPES, [2, 16], [24]].map((shape): Call => [[random(shape)], (a = NONE) => spectra.realFourier(a)[0]]), // prettier-ignore
    ...[5, 8, 16].map((n): Call => [[random([2, 7]), n], (a = NONE) => spectra.realFourier(a, n)[0]]), // prettier-ignore
  ]),
  irfft: rare([
    ...plain([half, 4], [half], [wholePair, 7], [nestedPair, 2], [[steps, steps], null]),
    ...ofBoth([[5], [2, 3], [2, 9], [35]], (re, im) => spectra.inverseRealFourier([re, im], 2 * ((re.shape.at(-1) ?? 1) - 1))), // prettier-ignore
    ...[5, 8, 16, 67].flatMap((n) => ofBoth([[2, 5]], (re, im) => spectra.inverseRealFourier([re, im], n), n)), // prettier-ignore
  ]),
  stft: rare([
    ...plain([x, 2, 1, 3, { window: 'hamming', center: true }], [whole, 3, 1, 4], [[1, 2, 3], 2, 1, 2], [steps, 2, 1, 4, { center: false, window: [1, 0.5] }]), // prettier-ignore
    [[random([2, 20]), 6, 3, 8], (a = NONE) => shortTime(a, spectra.periodic(6, 8), 3, true)],
    [[random([11]), 5, 4, 5, { window: 'hamming', center: false }], (a = NONE) => shortTime(a, spectra.periodic(5, 5, 0.54), 4, false)], // prettier-ignore
    [[random([9]), 3, 2, 4, { window: null }], (a = NONE) => shortTime(a, of([4], [1, 1, 1, 1]), 2, true)], // prettier-ignore
  ]),
  istft: rare([
    ...plain([frames, 4, 1, 4, { length: 3, window: 'hamming', center: true }], [wholePair, 4, 2, 6], [[steps, steps], 5, 2, 8, { center: false }]), // prettier-ignore
    ...ofBoth([[2, 4, 5]], (re, im) => {
      const window = spectra.periodic(8, 8);
      const all = spectra.inverseRealFourier([re, im], 8);
      const squares = spectra.added(dense.zip(all, window, (_, w) => w * w), 3);
      const sums = spectra.added(dense.zip(all, window, (p, w) => p * w), 3);
      const signal = dense.zip(sums, squares, (p, q) => p / q);
      return dense.build([2, 9], ([n = 0, i = 0]) => dense.at(signal, [n, i + 4]));
    }, 8, 3, 8), // prettier-ignore
    // Three frames of 4 begin every 2 samples: two of them have the samples 2 to 5, one has the others.
    ...ofBoth([[3, 3]], (re, im) => dense.zip(spectra.added(spectra.inverseRealFourier([re, im], 4), 2), of([8], [1, 1, 2, 2, 2, 2, 1, 1]), (p, q) => p / q), 4, 2, 4, { window: null, center: false }), // prettier-ignore
  ]),
};
