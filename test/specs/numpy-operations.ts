// Rows of operations for users of NumPy: moved and selected elements, products under other names, functions of numbers.
import * as reference from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { einsum } from '../reference/einsum.js';
import { besselI0, erfc, erfinv, gammainc, lgamma } from '../reference/special-functions.js';
import { largest, mean, product, smallest, sum } from '../reference/reduce.js';
import { NONE, RARE, along, and, bias, bytes, cube, cycle, element, flags, of, pair, plain, position, reduction, refused, row, steps, whole, x } from './operation-families.js'; // prettier-ignore
import type { Line } from './operation-families.js';
import { distinct, random } from './operation-spec.js';
import type { Call, OperationSpec, Reference } from './operation-spec.js';

const { at, build, concat, reshape, take, transpose, zip } = reference;

/** Elements of the first operand, by where each comes from; undefined is 0. */
const from =
  (
    shape: readonly number[],
    place: (index: number[]) => readonly number[] | undefined,
  ): Reference =>
  (a = NONE) =>
    build(shape, (index) => {
      const source = place(index);
      return source === undefined ? 0 : at(a, source);
    });

/** An operation that moves elements: plain calls, and one with where its elements come from. */
const moved = (calls: readonly Call[], args: readonly unknown[], f: Reference): OperationSpec => row('twice', [...calls, [args, f]]); // prettier-ignore

const lowRank = (spec: OperationSpec): OperationSpec => ({ ...spec, isLowRank: true });

const at2 = (i: number[]): readonly [number, number] => [i[0] ?? 0, i[1] ?? 0];
const matrix = (): DenseArray => random([3, 4]);
const whole2 = of([4], [3, -1, 0, 7], 'int32');
/** [batch, steps, features] of whole numbers. */
const wholeSteps = of(
  [2, 5, 4],
  steps.data.map((v) => Math.round(v * 8)),
  'int32',
);
const classSteps = of(
  [2, 5, 4],
  steps.data.map((_, i) => i % 3),
  'int32',
);
const stepFlags = of(
  [2, 5, 4],
  steps.data.map((v) => Number(v > 0)),
  'bool',
);
const vectors = cycle(2, 5, 3);
const picks = of([2, 2], [1, -1, 0, 3], 'int32');

/** Of two whole numbers. */
const integers = (): OperationSpec => row('none', plain([whole, bytes], [whole, 3], [bytes, flags], [of([2, 5, 4], cycle(2, 5, 4).data.map((v) => Math.round(v * 8)), 'int32'), 2])); // prettier-ignore

/** A function of one number that has a kernel of its own and derivatives of any order. */
const smooth = (
  f: (x: number) => number,
  domain: readonly [number, number],
  singular?: string,
): OperationSpec => {
  // prettier-ignore
  const calls: Call[] = [[], [1], [5], [2, 3], [0], [35]].map((shape): Call => [[random(shape, ...domain)], (a = NONE) => reference.map(a, f)]); // prettier-ignore
  return row('twice', [...plain([x], [whole], [bytes], [flags], [0.5], [[[0.5, 0.25]]], [steps]), ...calls], singular); // prettier-ignore
};

/** A question about one number: plain calls. */
const asked = (): OperationSpec => element();

const sinc = (v: number): number => (v === 0 ? 1 : Math.sin(Math.PI * v) / (Math.PI * v));

const moves: Record<string, OperationSpec> = {
  flip: moved(plain([x, 1], [x], [cube, [0, 2]], [whole, -1], [[1, 2]], [0.5]), [matrix(), [1]], from([3, 4], ([i = 0, j = 0]) => [i, 3 - j])), // prettier-ignore
  fliplr: moved(plain([x], [cube], [whole]), [matrix()], from([3, 4], ([i = 0, j = 0]) => [i, 3 - j])), // prettier-ignore
  flipud: moved(plain([x], [cube], [whole]), [matrix()], from([3, 4], ([i = 0, j = 0]) => [2 - i, j])), // prettier-ignore
  roll: moved(plain([x, 1, 1], [x, -3], [cube, [1, 1], [0, 2]], [whole, 0], [[1, 2], 5], [0.5, 1]), [matrix(), 1, 1], from([3, 4], ([i = 0, j = 0]) => [i, (j + 3) % 4])), // prettier-ignore
  rot90: moved(plain([x, 1, [0, 1]], [x], [x, 2], [x, -1], [cube, 1, [2, 0]], [whole, 4]), [matrix()], from([4, 3], ([i = 0, j = 0]) => [j, 3 - i])), // prettier-ignore
  swapAxes: moved(plain([x, 0, 1], [cube, 0, -1], [whole, 1, 1]), [matrix(), 0, 1], (a = NONE) => transpose(a, [1, 0])), // prettier-ignore
  append: moved(plain([x, x, 0], [x, whole], [[1, 2], 3], [steps, steps, 1]), [random([2, 2]), random([1, 2]), 0], (a = NONE, b = NONE) => concat([a, b], 0)), // prettier-ignore
  columnStack: moved(plain([[bias, bias]], [[x, x]], [[bias, [1, 2]]], [[steps, steps]]), [[random([3]), random([3])]], (a = NONE, b = NONE) => concat([reshape(a, [3, 1]), reshape(b, [3, 1])], 1)), // prettier-ignore
  hstack: moved(plain([[bias, bias]], [[x, x]], [[cube, cube]], [[1, 2]]), [[random([2, 3]), random([2, 1])]], (a = NONE, b = NONE) => concat([a, b], 1)), // prettier-ignore
  vstack: moved(plain([[bias, bias]], [[x, x]], [[cube, cube]], [[1, 2]]), [[random([3]), random([3])]], (a = NONE, b = NONE) => concat([reshape(a, [1, 3]), reshape(b, [1, 3])], 0)), // prettier-ignore
  dstack: moved(plain([[bias, bias]], [[x, x]], [[cube, cube]], [[1, 2]]), [[random([2, 2]), random([2, 2])]], (a = NONE, b = NONE) => concat([reshape(a, [2, 2, 1]), reshape(b, [2, 2, 1])], 2)), // prettier-ignore
  hsplit: moved(plain([x, 2], [x, [1, 3]], [bias, 2], [cube, 1]), [matrix(), 2], (a = NONE) => take(a, [[0, 1, 2], [0, 1]])), // prettier-ignore
  vsplit: moved(plain([x, 2], [x, [1]], [cube, 1]), [random([4, 2]), 2], (a = NONE) => take(a, [[0, 1], [0, 1]])), // prettier-ignore
  dsplit: moved(plain([cube, 2], [cube, [1]]), [random([2, 1, 4]), 2], (a = NONE) => take(a, [[0, 1], [0], [0, 1]])), // prettier-ignore
  arraySplit: moved(plain([x, 3, 1], [x, 2], [x, [1], 1], [bias, 5], [steps, 2, 1]), [random([5]), 2], (a = NONE) => take(a, [[0, 1, 2]])), // prettier-ignore
  unstack: moved(plain([x, 2, 0], [x], [cube, null, -1]), [random([2, 3])], (a = NONE) => reshape(take(a, [[0], [0, 1, 2]]), [3])), // prettier-ignore
  diagonal: moved(plain([x, 1, 0, 1], [x], [cube, 0, 1, 2], [cube, -1, 2, 0], [whole, 9]), [matrix(), 1], from([3], ([i = 0]) => [i, i + 1])), // prettier-ignore
  trace: moved(plain([x, 1, 0, 1], [x], [cube], [whole]), [random([3, 3])], (a = NONE) => ({ shape: [], data: [at(a, [0, 0]) + at(a, [1, 1]) + at(a, [2, 2])] })), // prettier-ignore
  diag: lowRank(moved(plain([bias, 1], [bias], [x], [x, -1], [whole, 1], [[1, 2], -2]), [random([2]), 1], from([3, 3], ([i = 0, j = 0]) => (j === i + 1 ? [i] : undefined)))), // prettier-ignore
  diagflat: moved(plain([x, 1], [bias], [0.5], [whole, -1], [steps]), [random([2]), -1], from([3, 3], ([i = 0, j = 0]) => (i === j + 1 ? [j] : undefined))), // prettier-ignore
  tril: moved(plain([x, 1], [x], [cube, -1], [whole], [bytes, 5]), [matrix()], from([3, 4], (i) => (at2(i)[1] <= at2(i)[0] ? i : undefined))), // prettier-ignore
  triu: moved(plain([x, 1], [x], [cube, -1], [whole], [bytes, -5]), [matrix()], from([3, 4], (i) => (at2(i)[1] >= at2(i)[0] ? i : undefined))), // prettier-ignore
  meshgrid: lowRank(moved(plain([[bias, bias], 'ij'], [[bias, [1, 2, 3]]], [[bias]], [[0.5, bias, bias], 'xy'], [[bias]]), [[random([3]), random([2])]], (a = NONE, b = NONE) => build([2, 3], ([, j = 0]) => at(a, [j]) + 0 * at(b, [0])))), // prettier-ignore
  takeAlongAxis: moved(plain([x, picks, 1], [x, whole2], [[3, 1], [1, 0], 0], [steps, classSteps, -1]), [matrix(), of([3, 1], [2, 0, 2], 'int32'), 1], from([3, 1], ([i = 0]) => [i, [2, 0, 2][i] ?? 0])), // prettier-ignore
  select: moved(plain([[[true, false, true, true]], [x], 7], [[flags, flags], [x, whole]], [[[0, 1]], [[2, 3]], 0.5], [[stepFlags], [steps]]), [[of([3], [1, 0, 0], 'bool'), of([3], [1, 1, 0], 'bool')], [random([3]), random([3])]], (a = NONE, b = NONE) => build([3], ([i = 0]) => (i === 0 ? at(a, [0]) : i === 1 ? at(b, [1]) : 0))), // prettier-ignore
  repeat: moved(plain([x, 2, 1], [x, [1, 0, 2, 1], 1], [x, 0], [bias, [3, 1]], [0.5, 2], [bytes, 3], [steps, 2, 1]), [random([2, 2]), [2, 1], 0], from([3, 2], ([i = 0, j = 0]) => [i < 2 ? 0 : 1, j])), // prettier-ignore
  rearrange: moved(plain([x, 'a (b c) -> c (a b)', { b: 2 }], [x, 'a b -> b a'], [cube, '... c -> c ...'], [whole, 'a b -> (a b)']), [random([2, 3]), 'a b -> (b a)'], from([6], ([i = 0]) => [i % 2, Math.floor(i / 2)])), // prettier-ignore
  scatter: moved(plain([of([2, 1], [1, 3], 'int32'), bias, [4]], [[[0, 1], [1, 0]], bias, [2, 2]], [[[1], [1]], [1, 2], [2]], [[[1], [0]], steps, [2, 5, 4]]), [of([2, 1], [1, 1], 'int32'), random([2]), [3]], (a = NONE) => ({ shape: [3], data: [0, at(a, [0]) + at(a, [1]), 0] })), // prettier-ignore
  scatterUpdate: moved(plain([x, of([1, 1], [1], 'int32'), of([1, 4], [1, 2, 3, 4]), 'add'], [bias, [[0], [0]], bias], [whole, [[0, 1]], [5], 'max'], [x, [[0, 0], [0, 0]], bias, 'min'], [bias, [[1], [1]], [0, 2], 'mul'], [steps, [[0, 1]], [[1, 2, 3, 4]]]), [random([3]), of([2, 1], [1, 1], 'int32'), random([2]), 'add'], (a = NONE, b = NONE) => ({ shape: [3], data: [at(a, [0]), at(a, [1]) + at(b, [0]) + at(b, [1]), at(a, [2])] })), // prettier-ignore
  sliceFrom: moved(plain([x, [0, 1], [2, 2]], [x, [5, -1], [1, -1]], [bias, of([1], [1], 'int32'), [1]], [steps, [0, 0, 0], [2, 5, 2]]), [matrix(), [1, 2], [2, -1]], from([2, 2], ([i = 0, j = 0]) => [i + 1, j + 2])), // prettier-ignore
  sliceUpdate: moved(plain([x, [0, 1], [[7, 8]]], [whole, [1, 0], [[5]]], [bias, [9], bias], [steps, [0, 0, 0], [[[1]]]]), [random([3]), [1], random([1])], (a = NONE, b = NONE) => ({ shape: [3], data: [at(a, [0]), at(b, [0]), at(a, [2])] })), // prettier-ignore
};

const segments = (f: (a: number, b: number) => number): OperationSpec =>
  row('twice', [
    ...plain(
      [x, of([2], [2, 0], 'int32'), 3],
      [steps, [0, 0], 1],
      [x, [0, 0]],
      [whole, [1, 0], 2],
      [bias, [0, 0], 1],
    ),
    [[distinct([3]), of([3], [0, 1, 0], 'int32'), 2], (a = NONE) => ({ shape: [2], data: [f(at(a, [0]), at(a, [2])), at(a, [1])] })], // prettier-ignore
  ]);

const products: Record<string, OperationSpec> = {
  inner: row('twice', [...plain([bias, bias], [x, x], [whole, 2], [cube, bias], [steps, steps]), [[random([2, 3]), random([4, 3])], (a = NONE, b = NONE) => einsum('ik,jk->ij', a, b)]]), // prettier-ignore
  vdot: row('twice', [...plain([bias, bias], [x, whole], [2, 3], [steps, steps]), [[random([4]), random([4])], (a = NONE, b = NONE) => einsum('i,i->', a, b)]]), // prettier-ignore
  kron: row('twice', [...plain([bias, bias], [x, bias], [whole, bytes], [2, [1, 2]], [cube, cube]), [[random([2]), random([3])], (a = NONE, b = NONE) => reshape(einsum('i,j->ij', a, b), [6])]]), // prettier-ignore
  cross: row('twice', [...plain([[1, 2, 3], [4, 5, 6], { axis: 0 }], [bias, bias], [bias, [1, 2, 3]], [[1, 2, 3], bias], [random([3, 2]), random([2, 3]), { axisa: 0, axisc: 0 }], [vectors, vectors]), [[random([3]), random([3])], (a = NONE, b = NONE) => build([3], ([i = 0]) => at(a, [(i + 1) % 3]) * at(b, [(i + 2) % 3]) - at(a, [(i + 2) % 3]) * at(b, [(i + 1) % 3]))]]), // prettier-ignore
  cdist: row('twice', [...plain([random([3, 2]), random([4, 2])], [whole, whole], [[[1, 2]], [[3, 4], [1, 2]]], [cube, cube], [random([2, 3, 4]), random([2, 4])]), [[random([3, 2], 2, 3), random([4, 2], -1, 0)], (a = NONE, b = NONE) => build([3, 4], ([i = 0, j = 0]) => Math.hypot(...[0, 1].map((k) => at(a, [i, k]) - at(b, [j, k]))))]]), // prettier-ignore
  correlate: lowRank(row('twice', [...plain([[1, 2, 3], bias, 'full'], [bias, [1, 2, 3]], [[1, 2, 3], bias, 'same'], [whole2, [1, 2]], [whole2, of([2], [1, 2], 'int32')]), [[random([4]), random([3])], (a = NONE, b = NONE) => build([2], ([i = 0]) => [0, 1, 2].reduce((sum, n) => sum + at(a, [n + i]) * at(b, [n]), 0))]])), // prettier-ignore
  vander: lowRank(row('twice', [...plain([bias, 3, true], [bias], [whole2], [[1, 2], 1]), [[random([3], 0.5, 1), 3], (a = NONE) => build([3, 3], ([i = 0, j = 0]) => at(a, [i]) ** (2 - j))]])), // prettier-ignore
  segmentSum: segments((a, b) => a + b),
  segmentProd: segments((a, b) => a * b),
  segmentMax: segments((a, b) => Math.max(a, b)),
  segmentMin: segments((a, b) => Math.min(a, b)),
};

const places: Record<string, OperationSpec> = {
  searchSorted: row('none', plain([[1, 2, 2, 4], x, 'right'], [[1, 2, 4], [0, 2]], [whole2, whole], [[0, 0.25], steps])), // prettier-ignore
  argpartition: row('none', plain([x, 1, 1], [x, -2], [whole, 0, 0], [bytes, 3, null], [[2, 1, 3], 1], [steps, 2], [steps, 0, 1])), // prettier-ignore
  digitize: row('none', plain([x, [0, 1, 2]], [whole, [0, 2]], [steps, [0, 0.25]])),
  bincount: row(
    'none',
    plain([of([4], [0, 2, 2, 1], 'int32'), [1, 2, 3, 4], 5], [bytes], [[1, 1]], [classSteps]),
  ),
  confusionMatrix: {
    ...row('none', plain([of([3], [0, 2, 1], 'int32'), of([3], [0, 1, 1], 'int32'), { numClasses: 3, weights: [1, 2, 3], normalize: 'all' }], [bytes, bytes], [classSteps, classSteps], [[0, 1], [1, 1]])), // prettier-ignore
    extension: true,
  },
  histogram: row('none', plain([whole, 3, [0, 2]], [whole], [bytes, 2], [steps, 2])),
  nonzero: row('none', plain([whole], [flags], [bytes], [[0, 1]], [stepFlags])),
  unique: row('none', plain([whole, { returnCounts: true }], [whole], [bytes, { axis: 0 }], [flags, { size: 3, fillValue: 0 }], [[1, 1]], [wholeSteps])), // prettier-ignore
  isIn: row(
    'none',
    plain([x, [1, 3], { invert: true }], [whole, [2]], [[1, 2], 2], [steps, [0.25]]),
  ),
  unravelIndex: row(
    'none',
    plain(
      [of([2], [1, 5], 'int32'), [2, 3]],
      [
        [0, 3],
        [2, 2],
      ],
      [classSteps, [3, 2]],
    ),
  ),
  inTopK: row(
    'none',
    plain(
      [[0, 3], x, 2],
      [of([2], [1, -1], 'int32'), x, 1],
      [of([2, 5], classSteps.data.slice(0, 10), 'int32'), steps, 2],
    ),
  ),
  multiHot: row(
    'none',
    plain([[0, 2], 4], [of([2, 2], [0, 1, 1, -1], 'int32'), 3], [bytes, 5], [classSteps, 3]),
  ),
  view: row('none', plain([x, 'int32'], [whole, 'float32'], [bytes, 'int32'], [whole], [[1, 2], 'uint8'], [steps, 'int32'])), // prettier-ignore
};

const numbers: Record<string, OperationSpec> = {
  arcsin: smooth(Math.asin, [-0.8, 0.8], 'at ±1'),
  arccos: smooth(Math.acos, [-0.8, 0.8], 'at ±1'),
  arcsinh: smooth(Math.asinh, [-3, 3]),
  arccosh: smooth(Math.acosh, [1.3, 4], 'at 1 and below'),
  arctanh: smooth(Math.atanh, [-0.8, 0.8], 'at ±1'),
  sinh: smooth(Math.sinh, [-2, 2]),
  cosh: smooth(Math.cosh, [-2, 2]),
  tan: smooth(Math.tan, [-1, 1]),
  exp2: smooth((v) => 2 ** v, [-3, 2]),
  log2: smooth(Math.log2, [0.3, 3], 'at 0'),
  log10: smooth(Math.log10, [0.3, 3], 'at 0'),
  cbrt: smooth(Math.cbrt, [0.3, 3], 'at 0'),
  erfc: smooth(erfc, [-2, 2]),
  erfinv: smooth(erfinv, [-0.8, 0.8], 'at ±1'),
  sinc: smooth(sinc, [-2, 2]),
  i0: smooth(besselI0, [-2, 2]),
  lgamma: smooth(lgamma, [0.3, 4], 'at 0, −1, −2 …'),
  deg2rad: smooth((v) => (v * Math.PI) / 180, [-3, 3]),
  rad2deg: smooth((v) => (v * 180) / Math.PI, [-1, 1]),
  fabs: smooth(Math.abs, [0.2, 3]),
  conj: smooth((v) => v, [-3, 3]),
  real: smooth((v) => v, [-3, 3]),
  nanToNum: and(smooth((v) => v, [-3, 3]), ...plain([of([4], [NaN, 1, Infinity, -Infinity]), 0.5, 9, -9])), // prettier-ignore
  trunc: smooth(Math.trunc, [1.1, 1.9]),
  angle: smooth(() => Math.PI, [-3, -0.5]),
  imag: asked(),
  signbit: asked(),
  isNegInf: asked(),
  isPosInf: asked(),
  isReal: asked(),
  saturateCast: row('twice', [...plain([x, 'uint8'], [whole, 'uint8'], [x, 'int32'], [x, 'float32'], [[300, -3], 'uint8'], [steps, 'int32'], [whole, 'bool']), [[random([3]), 'float32'], (a = NONE) => a]]), // prettier-ignore
  fullLike: row('twice', [
    ...plain([x, 7], [whole, 3, 'int32'], [whole, 3], [flags, true], [[1, 2], 0.5], [steps, 2], [whole, [1, 2, 3, 4]]), // prettier-ignore
    [[random([2, 3]), random([3])], (_, b = NONE) => build([2, 3], ([, j = 0]) => at(b, [j]))],
  ]),
  arctan2: pair(Math.atan2, 'where both are 0'),
  hypot: pair(Math.hypot, 'where both are 0'),
  copysign: pair((a) => a),
  floatPower: pair((a, b) => a ** b, 'of a base of 0 and below'),
  logaddexp: pair((a, b) => Math.log(Math.exp(a) + Math.exp(b))),
  logaddexp2: pair((a, b) => Math.log2(2 ** a + 2 ** b)),
  fmod: pair((a, b) => a % b, 'of a divisor of 0', [4.2, 4.8], [3, 3.5]),
  fmax: pair(Math.max),
  fmin: pair(Math.min),
  divideNoNan: pair((a, b) => a / b),
  floorDivide: pair(),
  nextafter: pair(),
  heaviside: pair(() => 1),
  gammainc: { ...pair((a, b) => gammainc(a, b)[0], 'at x = 0 for a < 1'), gradient: 'once' },
  isClose: row('none', [...pair().calls, ...plain([x, x, { rtol: 0.1, atol: 0, equalNan: true }])]),
  allClose: row('none', plain([x, x, { rtol: 0.1, atol: 0, equalNan: true }], [whole, 1], [[1, 2], x.data.slice(0, 2)], [steps, steps])), // prettier-ignore
  ldexp: row('twice', [...plain([x, of([4], [1, -1, 0, 2], 'int32')], [[1, 2], of([2], [1, 2], 'int32')], [steps, of([4], [1, 2, 3, 0], 'int32')]), [[random([3]), of([3], [1, -1, 0], 'int32')], (a = NONE) => zip(a, of([3], [2, 0.5, 1]), (p, q) => p * q)]]), // prettier-ignore
  bitwiseAnd: integers(),
  bitwiseOr: integers(),
  bitwiseXor: integers(),
  bitwiseNot: row('none', plain([whole], [bytes], [flags], [3], [wholeSteps])),
  leftShift: integers(),
  rightShift: integers(),
  gcd: integers(),
  lcm: integers(),
};

const variance: Line = (line) => mean(line.map((v) => (v - mean(line)) ** 2));
const spreadOut = (): DenseArray => ({ shape: [2, 3, 2], data: [0, 5, 1, 4, 3, 2, -3, 1, 8, -1, 6, -2] }); // prettier-ignore
const near1 = (shape: readonly number[]): DenseArray => random(shape, 0.5, 1.5);

/** The element of that rank among n in ascending order, counted from 0, or what lies between two. */
const ranked = (line: readonly number[], rank: number): number => {
  const sorted = [...line].sort((a, b) => a - b);
  const low = Math.floor(rank);
  const value = sorted[low] ?? NaN;
  return rank === low ? value : value + ((sorted[low + 1] ?? NaN) - value) * (rank - low);
};
const middle: Line = (line) => ranked(line, (line.length - 1) / 2);

/** Quantiles, with q up to `top`. */
const quantiles = (top: number): OperationSpec =>
  row('twice', [
    ...plain([x, top / 4, 1, 'nearest', true], [x, [0, top]], [whole, top / 2, 0, 'lower'], [cube, top / 3, [0, 2], 'higher'], [[1, 2], top], [steps, top / 2, -1, 'midpoint']), // prettier-ignore
    [[distinct([3, 5]), top / 8, 1], (a = NONE) => reference.reduce(a, [1], false, (line) => ranked(line, 0.5))], // prettier-ignore
  ]);

const running = (f: (a: number, b: number) => number) => (line: readonly number[]): number[] => line.map((_, i) => line.slice(0, i + 1).reduce(f)); // prettier-ignore

/** Of two rows of four. */
const covariance = (a: DenseArray): DenseArray => {
  const rows = [0, 1].map((i) => Array.from({ length: 4 }, (_, j) => at(a, [i, j])));
  const centred = rows.map((line) => line.map((v) => v - mean(line)));
  return build([2, 2], ([i = 0, j = 0]) => sum((centred[i] ?? []).map((v, k) => v * (centred[j]?.[k] ?? 0))) / 3); // prettier-ignore
};
const correlation = (a: DenseArray): DenseArray => {
  const c = covariance(a);
  return build(
    [2, 2],
    ([i = 0, j = 0]) => at(c, [i, j]) / Math.sqrt(at(c, [i, i]) * at(c, [j, j])),
  );
};

const statistics: Record<string, OperationSpec> = {
  average: row('twice', [...plain([x, 1, [1, 2, 3, 4]], [x], [whole, 0], [cube, [0, 1]], [x, null, of([2, 4], [1, 2, 1, 2, 1, 2, 1, 2])], [steps, 1], [x, [1]]), [[random([2, 3]), [1, 0], random([3, 2], 1, 2)], (a = NONE, w = NONE) => build([], () => sum([...a.data].map((v, n) => v * at(w, [n % 3, Math.floor(n / 3)]))) / sum([...w.data]))], [[random([2, 3]), 1, random([3], 1, 2)], (a = NONE, w = NONE) => build([2], ([i = 0]) => sum([0, 1, 2].map((j) => at(a, [i, j]) * at(w, [j]))) / sum([...w.data]))]]), // prettier-ignore
  moments: row('twice', [...plain([x, 1, true], [x, null], [whole, [0]], [steps, [1, 2]]), [[random([2, 3]), 1], (a = NONE) => reference.reduce(a, [1], false, mean)]]), // prettier-ignore
  cov: lowRank(row('twice', [...plain([matrix()], [[1, 2, 4]], [of([2, 3], [1, 5, 2, 3, 3, 1], 'int32')], [[[1, 2, 4]]]), [[random([2, 4])], (a = NONE) => covariance(a)]])), // prettier-ignore
  corrcoef: lowRank(row('twice', [...plain([matrix()], [[1, 2, 4]], [of([2, 3], [1, 5, 2, 3, 3, 1], 'int32')]), [[random([2, 4])], (a = NONE) => correlation(a)]])), // prettier-ignore
  diff: row('twice', [...plain([x, 1, 0], [x], [whole, 2], [cube, 1, 1], [[1, 2], 0], [steps, 3, 1], [flags]), [[random([4]), 2], (a = NONE) => build([2], ([i = 0]) => at(a, [i + 2]) - 2 * at(a, [i + 1]) + at(a, [i]))]]), // prettier-ignore
  trapezoid: row('twice', [...plain([x, [0, 1, 2, 4], 1, 1], [x], [whole, null, 0.5, 0], [[1, 2]], [steps, null, 2, 1], [x, x]), [[random([2, 3]), null, 0.5], (a = NONE) => build([2], ([i = 0]) => (at(a, [i, 0]) + 2 * at(a, [i, 1]) + at(a, [i, 2])) / 4)]]), // prettier-ignore
  countNonzero: row('none', plain([x, 1], [x], [whole, [0]], [flags], [[0, 1]], [steps, 1])),
  ptp: reduction((line) => largest(line) - smallest(line), distinct),
  cumprod: and(along(running((a, b) => a * b), near1), ...plain([whole, 0, 'float32'], [bytes, 1, 'uint8'])), // prettier-ignore
  nancumsum: and(along(running((a, b) => a + b)), ...plain([whole, 0, 'float32'], [bytes, 1, 'uint8'])), // prettier-ignore
  nancumprod: and(along(running((a, b) => a * b), near1), ...plain([whole, 0, 'float32'], [bytes, 1, 'uint8'])), // prettier-ignore
  nansum: reduction(sum),
  nanprod: reduction(product, near1),
  nanmean: reduction(mean),
  nanvar: reduction(variance),
  nanstd: reduction((line) => Math.sqrt(variance(line)), spreadOut, 'of equal elements'),
  nanmax: reduction(largest, distinct),
  nanmin: reduction(smallest, distinct),
  nanargmax: position(),
  nanargmin: position(),
  median: reduction(middle, distinct),
  nanmedian: reduction(middle, distinct),
  linspace: row('twice', [...plain([x, 1, 3, { endpoint: false, axis: 1, dtype: 'float32' }], [0, [1, 2]], [whole, 2, 1, { dtype: 'int32' }], [steps, 1, 2, { axis: -1 }]), [[random([2]), random([2]), 3], (a = NONE, b = NONE) => build([3, 2], ([i = 0, j = 0]) => (at(a, [j]) * (2 - i) + at(b, [j]) * i) / 2)]]), // prettier-ignore
  logspace: row('twice', [...plain([x, 1, 3, { base: 2, endpoint: false, axis: 1, dtype: 'float32' }], [0, [1, 2]], [whole, 2, 1], [steps, 1, 2]), [[random([2]), random([2]), 3, { base: 2 }], (a = NONE, b = NONE) => build([3, 2], ([i = 0, j = 0]) => 2 ** ((at(a, [j]) * (2 - i) + at(b, [j]) * i) / 2))]]), // prettier-ignore
  geomspace: row('twice', [...plain([of([2], [1, 2]), 3, 3, { endpoint: false, axis: 0, dtype: 'float32' }], [1, [1, 2]], [of([2, 2, 3], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]), 2, 2]), [[random([2], 1, 2), random([2], 2, 3), 3], (a = NONE, b = NONE) => build([3, 2], ([i = 0, j = 0]) => at(a, [j]) * (at(b, [j]) / at(a, [j])) ** (i / 2))]]), // prettier-ignore
  quantile: quantiles(1),
  percentile: quantiles(100),
  nanquantile: quantiles(1),
  nanpercentile: quantiles(100),
};

/** Rows of operations that graphs with a cache refuse. */
const rarely = (rows: Record<string, OperationSpec>): Record<string, OperationSpec> =>
  Object.fromEntries(Object.entries(rows).map(([name, spec]) => [name, refused(RARE, spec)]));

export const numpyOperations: Readonly<Record<string, OperationSpec>> = {
  ...rarely(moves),
  ...rarely(products),
  ...rarely(places),
  ...rarely(statistics),
  ...numbers,
};
