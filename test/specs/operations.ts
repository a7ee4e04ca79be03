// A row for each operation that is not a kernel's function of one number (those are in elementwise.ts): calls, some of them with
// a float64 reference, and how often it can be differentiated. Operands have zeros, ties and repeated values where a call has
// no reference.
import { attention } from '../reference/attention.js';
import { floorModulo, power } from '../reference/broadcast.js';
import * as reference from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { einsum } from '../reference/einsum.js';
import { largest, mean, product, smallest, sum } from '../reference/reduce.js';
import { logSoftmax, logSumExp, softmax, sparsemax } from '../reference/softmax.js';
import { cumsum, sort } from '../reference/sort.js';
import { ops as publicOps } from '../../src/index.js';
import { SeedGenerator } from '../../src/random.js';
import { ones } from '../../src/engine/tensor/index.js';
import { convolutionSpecs } from './convolutions.js';
import {
  NONE,
  along,
  and,
  bias,
  bytes,
  cube,
  cycle,
  down,
  element,
  elements,
  flags,
  image,
  kernel,
  labels,
  nestedImage,
  of,
  otherSteps,
  pair,
  plain,
  position,
  RARE,
  reduction,
  refused,
  relu,
  row,
  steps,
  whole,
  x,
} from './operation-families.js';
import type { Line } from './operation-families.js';
import { imageOperationSpecs } from './image-operations.js';
import { linalgOperations } from './linalg-operations.js';
import { lossOperations } from './loss-operations.js';
import { normalizationOperations } from './normalization-operations.js';
import { numpyOperations } from './numpy-operations.js';
import { spectraOperations } from './spectra-operations.js';
import { windowOperations } from './window-operations.js';
import { distinct, random, seed } from './operation-spec.js';
import type { Call, OperationSpec, Reference } from './operation-spec.js';

const variance: Line = (line) => mean(line.map((v) => (v - mean(line)) ** 2));
const contraction = (subscripts: string): Reference => (...inputs) => einsum(subscripts, ...inputs); // prettier-ignore
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Points of a simplex whose support does not change near them. */
const supports = (): DenseArray => ({
  shape: [2, 3, 2],
  data: [0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.59, 1.38, 0.66, 1.02, 0.33, 0.18].map(Math.fround),
});
const spreadOut = (): DenseArray => ({ shape: [2, 3, 2], data: [0, 5, 1, 4, 3, 2, -3, 1, 8, -1, 6, -2] }); // prettier-ignore

const WEIGHTS = 'which operand is the same in each call decides; layers multiply by weights';

export const operationSpecs: Readonly<Record<string, OperationSpec>> = {
  ...elements,
  relu6: relu([[]], () => [0, 6, 0], { domain: [-2, 8] }),
  leakyRelu: relu([[], [0.01]], ([slope = 0.2]) => [slope as number, Infinity, 0]),
  isFinite: element(),
  isInf: element(),
  isNaN: element(),
  logicalNot: element(),
  onesLike: row('none', plain([x, 'int32'], [x], [whole], [flags], [0.5], [[[1, 2, 3]]], [steps])),
  zerosLike: row('none', plain([x, 'int32'], [x], [whole], [flags], [0.5], [[[1, 2, 3]]], [steps])),
  stopGradient: element(),
  clone: row('twice', [...element().calls, [[random([3])], (a = NONE) => a]]),
  cast: row('twice', [
    ...plain([x, 'int32'], [x, 'float32'], [[1, 2], 'bool'], [[1, 2], 'float32'], [steps, 'int32']),
    [[random([3]), 'float32'], (a = NONE) => a],
  ]),

  add: pair((p, q) => p + q),
  sub: pair((p, q) => p - q),
  mul: pair((p, q) => p * q),
  div: pair((p, q) => p / q, 'of a divisor of 0'),
  pow: and(pair(power, 'of a base of 0 and below'), [
    [random([3], 1, 2), of([3], [0, 1, 2])],
    (a = NONE, b = NONE) => reference.zip(a, b, power),
  ]),
  mod: pair(floorModulo, 'of a divisor of 0', [4.2, 4.8], [3, 3.5]),
  maximum: pair(Math.max),
  minimum: pair(Math.min),
  ...Object.fromEntries(
    'equal notEqual less lessEqual greater greaterEqual logicalAnd logicalOr logicalXor'
      .split(' ')
      .map((name) => [name, pair()]),
  ),
  where: row('twice', [
    ...plain([flags, x, x], [flags, x, 0], [[true, false], 1, [2, 3]], [whole, bytes, whole]),
    ...plain([of([2, 5, 4], steps.data.map((value) => Number(value > 0)), 'bool'), steps, otherSteps]), // prettier-ignore
    [
      [of([1, 3], [1, 0, 1], 'bool'), random([2, 3]), random([2, 3])],
      (p = NONE, q = NONE) => reference.build([2, 3], (i) => reference.at(i[1] === 1 ? q : p, i)),
    ],
  ]),

  sum: reduction(sum),
  mean: reduction(mean),
  prod: and(
    reduction(product, (shape) => random(shape, 0.5, 1.5)),
    // With one zero, and with several.
    ...[[0, 2, 3, 4], [0, 2, 0, 4], [0, 0, 0, 1]].map((data): Call => [[of([4], data), 0], (a = NONE) => reference.reduce(a, [0], false, product)]), // prettier-ignore
    ...plain([whole, 1, true, 'float32'], [bytes, null, false, 'uint8'], [x, 0, false, 'int32']),
  ),
  max: reduction(largest, distinct),
  min: reduction(smallest, distinct),
  any: reduction(),
  all: reduction(),
  variance: reduction(variance),
  std: reduction((line) => Math.sqrt(variance(line)), spreadOut, 'of equal elements'),
  logsumexp: reduction(logSumExp),
  argmax: position(),
  argmin: position(),
  softmax: along(softmax, (shape) => random(shape, -2, 2)),
  logSoftmax: along(logSoftmax, (shape) => random(shape, -2, 2)),
  sparsemax: along(sparsemax, supports),
  cumsum: and(
    along(cumsum),
    [[cube, 1]],
    [[bytes, 1]],
    [[x, 1, { exclusive: true }]],
    [[whole, 0, { dtype: 'float32' }]],
    [[bytes, 0, { dtype: 'uint8' }]],
  ),
  sort: refused(
    RARE,
    and(along(sort, distinct), [[x, 1, down]], [[cube, null]], [[bytes, 0, down]]),
  ),
  argsort: refused(RARE, and(along(), [[x, 1, down]], [[cube, null]])),
  glu: row('twice', [
    ...plain([x, 0], [x], [whole], [[1, 2], -1], [steps], [steps, -1], [cycle(2, 4, 4), 1]),
    ...[0, 1, 2].map((axis): Call => {
      const shape = [4, 2, 6];
      const half = (shape[axis] ?? 0) / 2;
      const all = shape.map((n) => Array.from({ length: n }, (_, i) => i));
      const gated = (line: readonly number[]): number[] => line.map((v, i) => v * sigmoid(line[i + half] ?? 0)); // prettier-ignore
      const first = all.with(axis, all[axis]?.slice(0, half) ?? []);
      return [[random(shape), axis - 3], (a = NONE) => reference.take(reference.alongAxis(a, axis, gated), first)]; // prettier-ignore
    }),
  ]),
  topK: refused(
    RARE,
    row('twice', [
      ...plain([x, 2], [bytes, 1], [[1, 2, 3], 3], [steps, 2]),
      [
        [distinct([2, 3]), 2],
        (a = NONE) => reference.take(reference.alongAxis(a, 1, (line) => sort(line, true)), [[0, 1], [0, 1]]), // prettier-ignore
      ],
    ]),
  ),

  reshape: row('twice', [
    ...plain([x, [4, 2]], [x, [2, 4]], [x, [-1]], [[1, 2], [2, 1]], [[1, 2], [2]], [steps, [2, 4, 5]]), // prettier-ignore
    [[random([2, 3]), [3, 2]], (a = NONE) => reference.reshape(a, [3, 2])],
  ]),
  flatten: row('twice', [
    ...plain([x], [whole], [0.5], [[[1, 2, 3]]], [steps]),
    [[random([2, 3])], (a = NONE) => reference.reshape(a, [6])],
  ]),
  squeeze: refused(
    RARE,
    row('twice', [
      ...plain([of([1, 2], [1, 2]), 0], [x], [whole], [0.5], [[[1, 2, 3]]], [cycle(2, 5, 1), -1], [cycle(2, 1, 5), 1]), // prettier-ignore
      [[random([1, 3]), 0], (a = NONE) => reference.reshape(a, [3])],
    ]),
  ),
  expandDims: row('twice', [
    ...plain([x, 1], [x, 0], [[1], -1], [steps, 0], [x, [0, -1]]),
    [[random([3]), 0], (a = NONE) => reference.reshape(a, [1, 3])],
    [[random([2, 3]), [-1, 1]], (a = NONE) => reference.reshape(a, [2, 1, 3, 1])],
  ]),
  broadcastTo: row('twice', [
    ...plain([of([3], [0, 1, 1]), [2, 3]], [x, [2, 4]], [x, [3, 2, 4]], [1, [2, 2]], [steps, [3, 2, 5, 4]]), // prettier-ignore
    [[random([2, 3]), [2, 2, 3]], (a = NONE) => reference.build([2, 2, 3], (i) => reference.at(a, i))], // prettier-ignore
  ]),
  transpose: row('twice', [
    ...plain([x, [1, 0]], [x], [whole], [0.5], [[[1, 2, 3]]], [steps], [cycle(2, 3, 3), [0, 2, 1]]),
    [[random([2, 3])], (a = NONE) => reference.transpose(a, [1, 0])],
  ]),
  moveAxis: row('twice', [
    ...plain([x, 0, 1], [x, 1, 1], [cube, 0, 2], [steps, 0, 2]),
    [[random([2, 3]), 0, 1], (a = NONE) => reference.transpose(a, [1, 0])],
    [[random([2, 3, 4]), [0, 1], [-1, 0]], (a = NONE) => reference.transpose(a, [1, 2, 0])],
  ]),
  concat: row('twice', [
    ...plain([[x, x], 0], [[x]], [[x, whole, [[1, 2, 3, 4]]]], [[steps, otherSteps], -1], [[steps, otherSteps], 1]), // prettier-ignore
    [[[random([2, 2]), random([2, 1])], 1], (a = NONE, b = NONE) => reference.concat([a, b], 1)],
  ]),
  stack: row('twice', [
    ...plain([[x, x], 0], [[x]], [[x, whole], -1], [[steps, otherSteps], 1]),
    [[[random([3]), random([3])]], (a = NONE, b = NONE) => of([2, 3], [...a.data, ...b.data])],
  ]),
  pad: row('twice', [
    ...plain([x, [[1, 0], [0, 2]], 7], [x, [[0, 0], [0, 0]]], [[1, 2], [[1, 2]], 7], [steps, [[0, 0], [1, 0], [0, 0]]]), // prettier-ignore
    [[random([2, 2]), [[1, 0], [0, 2]]], (a = NONE) => reference.pad(a, [[1, 0], [0, 2]], 0)], // prettier-ignore
  ]),
  tile: row('twice', [
    ...plain([x, [2, 1]], [x, 1], [x, [2, 1, 3]], [[1, 2], 2], [steps, [1, 2, 1]]),
    [[random([2, 2]), [2, 1]], (a = NONE) => reference.tile(a, [2, 1])],
  ]),
  slice: row('twice', [
    ...plain([x, 0, ':'], [x], [x, 0], [x, ':', 1], [x, '::-1', [0, 2]], [[1, 2, 3], '1:'], [steps, ':', '::-1']), // prettier-ignore
    [[random([2, 3]), '::-1', '0:3:2'], (a = NONE) => reference.take(a, [[1, 0], [0, 2]])], // prettier-ignore
    ...plain(
      [x, of([2], [1, 0], 'int32')],
      [x, ':', of([2, 2], [1, 0, -1, 2], 'int32')],
      [x, of([2, 4], [1, 0, 1, 1, 0, 0, 1, 0], 'bool')],
    ),
    [
      [random([2, 3]), ':', of([2], [2, 0], 'int32')],
      (a = NONE) =>
        reference.take(a, [
          [0, 1],
          [2, 0],
        ]),
    ],
    [[random([2, 3]), '1:'], (a = NONE) => reference.take(a, [[1], [0, 1, 2]])],
  ]),
  split: row('twice', [
    ...plain(
      [x, 2, 0],
      [x, 1],
      [x, 2],
      [x, [1, 3], 1],
      [[1, 2], 2],
      [steps, 2, 0],
      [steps, [2], 1],
    ),
    [[random([2, 4]), [2], 1], (a = NONE) => reference.take(a, [[0, 1], [0, 1]])], // prettier-ignore
  ]),
  gather: row('twice', [
    ...plain([x, [0, 1], 0], [x, [0]], [x, [-1, 0]], [x, labels, 1], [x, 1, -1], [[1, 2, 3], [[0, 2]]], [steps, [4, 3, 2, 1, 0], 1]), // prettier-ignore
    [[random([2, 3]), [2, 0, 2, 2], 1], (a = NONE) => reference.gather(a, of([4], [2, 0, 2, 2]), 1)], // prettier-ignore
  ]),
  embedding: {
    ...row('twice', [
      ...plain([kernel, [0, 1]], [kernel, labels], [kernel, of([2, 5, 4], steps.data.map((_, i) => i % 4), 'int32')]), // prettier-ignore
      [[random([3, 2]), [2, 0, 2]], (a = NONE) => reference.gather(a, of([3], [2, 0, 2]), 0)],
    ]),
    extension: true,
    notStepwise: 'the layer Embedding looks up the steps of a graph',
  },
  oneHot: {
    ...row('none', plain([[0, 1], 3], [labels, 4], [of([2, 5, 1], steps.data.slice(0, 10).map((_, i) => i % 3), 'int32'), 3])), // prettier-ignore
    notStepwise: 'nothing of a graph with a cache begins with classes',
  },
  upSample: {
    ...row('twice', [
      ...plain([x, 1, 2, 'nearest'], [x, 0, 1], [whole, 1, 3, 'bilinear'], [steps, 1, 2]),
      [[random([2, 2]), 1, 2], (a = NONE) => reference.take(a, [[0, 1], [0, 0, 1, 1]])], // prettier-ignore
    ]),
    extension: true,
  },

  dot: refused(
    WEIGHTS,
    row('twice', [
      ...plain(
        [x, kernel],
        [
          [1, 2],
          [3, 4],
        ],
        [x, 2],
        [bias, cube],
        [cycle(2, 5, 5), cycle(5, 2)],
      ),
      [[random([2, 3]), random([3, 2])], (a = NONE, b = NONE) => reference.dot(a, b)],
    ]),
  ),
  matmul: {
    ...row('twice', [
      ...plain(
        [x, kernel],
        [whole, kernel],
        [[1, 2, 3, 4], kernel],
        [kernel, bias],
        [steps, kernel],
      ),
      ...(
        [[[3, 4], [4, 2]], [[4], [4]], [[4], [2, 4, 3]], [[2, 3, 4], [4, 2]], [[3, 4], [2, 4, 2]], [[2, 1, 3, 4], [3, 4, 2]]] // prettier-ignore
      ).map(([a = [], b = []]): Call => [[random(a), random(b)], (p = NONE, q = NONE) => reference.matmul(p, q)]), // prettier-ignore
    ]),
    notStepwise: WEIGHTS,
  },
  tensordot: row('twice', [
    ...plain(
      [x, kernel, 1],
      [whole, [1, 2], [0, 0]],
      [[1, 2], [3, 4], 0],
      [steps, kernel, [[0], [1]]],
    ),
    [[random([2, 3]), random([3, 2]), 1], contraction('ij,jk->ik')],
  ]),
  outer: row('twice', [
    ...plain([bias, bytes], [2, [1, 2]], [steps, bias]),
    [[random([3]), random([2])], contraction('i,j->ij')],
  ]),
  einsum: refused(
    WEIGHTS,
    row('twice', [
      ...plain(['ij,ij->i', x, x], ['ij->ij', x], ['iji', cube], ['ij,jk', whole, kernel], ['...i,i,i', cube, [1, 2], bias], ['bsf->bs', steps], ['bsf->bfs', steps]), // prettier-ignore
      [['ij,jk->ki', random([2, 3]), random([3, 2])], contraction('ij,jk->ki')],
    ]),
  ),
  dense: {
    ...row('twice', [
      ...plain([x, kernel, bias, 'linear'], [x, kernel, bias, 'relu'], [whole, kernel, null], [[[1, 2, 3, 4]], kernel, bias], [steps, kernel, bias, 'tanh']), // prettier-ignore
      ...(['linear', 'relu', 'tanh'] as const).flatMap((activation) =>
        [
          [2, 3],
          [2, 2, 3],
        ].map((shape): Call => {
          // prettier-ignore
          const f = { linear: (z: number) => z, relu: (z: number) => Math.max(z, 0), tanh: Math.tanh };
          // A bias of ±3 keeps relu's inputs away from 0.
          const at = [3, -3].map((value) => (activation === 'relu' ? value : value / 4));
          const product = (a = NONE, w = NONE, b = NONE): DenseArray => reference.zip(reference.matmul(a, w), b, (p, q) => f[activation](p + q)); // prettier-ignore
          return [[random(shape), random([3, 2]), of([2], at), activation], product];
        }),
      ),
    ]),
    extension: true,
    notStepwise: 'the layer Dense multiplies the steps of a graph',
  },
  dropout: {
    ...row('twice', [
      ...plain([x, 0.5, seed(1)], [[1, 2], 0.5, seed(1)], [steps, 0.5, seed(1)]),
      [
        [random([6]), 0.5, seed(3)],
        // The same seed draws the same mask.
        (a = NONE) => {
          const mask = publicOps.dropout(ones([6]), 0.5, new SeedGenerator(3)).data();
          return { shape: a.shape, data: a.data.map((v, i) => v * (mask[i] ?? NaN)) };
        },
      ],
    ]),
    extension: true,
    notStepwise: 'the layer Dropout passes steps on where nothing is trained',
  },
  dotProductAttention: refused(
    'keys and values are of all steps',
    row('twice', [
      ...plain([...[1, 2, 3].map((n) => of([1, 1, 1, 1], [n])), null, null, {}], [image, image, image], [image, image, nestedImage, null, [[1, 1, 0, 1]]], [image, image, image, [[[[0.5]]]]], [cycle(1, 4, 2, 2), cycle(1, 4, 2, 2), cycle(1, 4, 2, 2)]), // prettier-ignore
      [
        [random([1, 2, 2, 2]), random([1, 3, 1, 2]), random([1, 3, 1, 2]), null, null, { isCausal: true }], // prettier-ignore
        (q = NONE, k = NONE, v = NONE) => attention(q, k, v, { isCausal: true }),
      ],
    ]),
  ),

  ...normalizationOperations,
  ...numpyOperations,
  ...windowOperations,
  ...linalgOperations,
  ...spectraOperations,
  ...convolutionSpecs,
  ...lossOperations,
  ...imageOperationSpecs,
};

/** Arguments of the usual call. */
export const usualCall = (name: string): readonly unknown[] | undefined => operationSpecs[name]?.calls[0]?.[0]; // prettier-ignore
