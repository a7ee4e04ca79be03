// The rows of second-derivatives-of-all.test.ts: operations beside their float64 references.
import * as ops from '../../../src/ops/index.js';
import { SeedGenerator } from '../../../src/random/index.js';
import { tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { attention } from '../../reference/attention.js';
import { floorModulo, power } from '../../reference/broadcast.js';
import * as reference from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { einsum } from '../../reference/einsum.js';
import { largest, mean, product, smallest, sum } from '../../reference/reduce.js';
import { logSoftmax, logSumExp, softmax, sparsemax } from '../../reference/softmax.js';
import { cumsum, sort } from '../../reference/sort.js';
import { unaryReference } from '../../reference/unary.js';
import { convolve, convolveVolumes, meanOf, pool, poolVolumes } from '../../reference/windows.js';
import { distinct, random } from './agreement.js';
import type { Op, Reference } from './agreement.js';

type Row = readonly [op: Op, reference: Reference, ...inputs: DenseArray[]];

/** Elements that lie apart and away from whole numbers and from ±½: no ties, no kinks. */
const apart = (shape: readonly number[]): DenseArray => {
  const x = distinct(shape);
  return reference.map(x, (v) => Math.fround(v * 1.9 + 0.013));
};
const positive = (shape: readonly number[]): DenseArray => random(shape, 1, 2);

const each =
  (f: (x: number) => number): Reference =>
  (x = NONE) =>
    reference.map(x, f);
const NONE: DenseArray = { shape: [0], data: [] };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** A function of one number, by its reference. */
const unary = (code: keyof typeof unaryReference, ...parameters: number[]): Reference => {
  const [p0 = 0, p1 = 0, p2 = 0] = parameters;
  return each((x) => unaryReference[code].value(x, p0, p1, p2));
};

/** A function of two numbers. */
const binary =
  (f: (x: number, y: number) => number): Reference =>
  (x = NONE, y = NONE) =>
    reference.zip(x, y, f);

/** Lines along axis 1 as one number each. */
const reduced =
  (f: (line: number[]) => number): Reference =>
  (x = NONE) =>
    reference.reduce(x, [1], false, f);

/** Lines along axis 1 as lines. */
const along =
  (f: (line: readonly number[]) => readonly number[]): Reference =>
  (x = NONE) =>
    reference.alongAxis(x, 1, f);

/** Operations that move elements are asked about the squares of these: alone, they have no second derivative in x. */
const moves =
  (f: Reference): Reference =>
  (...inputs) =>
    f(...inputs.map((x) => reference.map(x, (v) => v * v)));
const moved =
  (op: Op): Op =>
  (...inputs) =>
    op(...inputs.map((x) => ops.square(x)));

const contraction =
  (subscripts: string): Reference =>
  (...inputs) =>
    einsum(subscripts, ...inputs);
const variance = (line: number[]): number => mean(line.map((v) => (v - mean(line)) ** 2));

const pooling = { poolSize: [2, 2], strides: [1, 2], padding: 'same' } as const;
const windows = { kernel: [2, 2], strides: [1, 2], dilation: [1, 1], padding: 'same' } as const;
const cubes = { poolSize: [2, 2, 2], strides: [1, 2, 1], padding: 'same' } as const;
/** A sequence as an image of one row. */
const asImage = (x: DenseArray): DenseArray =>
  reference.reshape(x, [x.shape[0] ?? 0, 1, ...x.shape.slice(1)]);
const asSequence = (x: DenseArray): DenseArray =>
  reference.reshape(x, [x.shape[0] ?? 0, ...x.shape.slice(2)]);
/** Sequences, images and volumes by windows of two. */
const pooled =
  (f: (pixels: readonly number[]) => number): Reference =>
  (x = NONE) => {
    if (x.shape.length === 5) return poolVolumes(x, { ...cubes, kernel: cubes.poolSize }, f);
    if (x.shape.length === 4) return pool(x, windows, f);
    return asSequence(pool(asImage(x), { ...windows, kernel: [1, 2], strides: [1, 1] }, f));
  };
const maximum = (pixels: readonly number[]): number => Math.max(...pixels);

/** Each operation that has a second derivative: the operation, its float64 reference, and operands. */
export const WITH_SECOND_DERIVATIVE: Readonly<Record<string, () => Row>> = {
  abs: () => [ops.abs, unary('Abs'), apart([2, 3])],
  add: () => [ops.add, binary((x, y) => x + y), random([2, 3]), random([3])],
  averagePool1d: () => [
    moved((x) => ops.averagePool1d(x, { poolSize: 2, strides: 1, padding: 'same' })),
    moves(pooled(meanOf)),
    random([1, 4, 2]),
  ],
  averagePool2d: () => [
    moved((x) => ops.averagePool2d(x, pooling)),
    moves(pooled(meanOf)),
    random([1, 3, 3, 2]),
  ],
  averagePool3d: () => [
    moved((x) => ops.averagePool3d(x, cubes)),
    moves(pooled(meanOf)),
    random([1, 2, 3, 2, 1]),
  ],
  broadcastTo: () => [
    moved((x) => ops.broadcastTo(x, [2, 3])),
    moves((x = NONE) => reference.build([2, 3], ([, j = 0]) => reference.at(x, [j]))),
    random([3]),
  ],
  cast: () => [moved((x) => ops.cast(x, 'float32')), moves((x = NONE) => x), random([3])],
  ceil: () => [ops.ceil, unary('Ceil'), apart([5])],
  clip: () => [(x) => ops.clip(x, -0.5, 1), unary('Clip', -0.5, 1), apart([8])],
  clone: () => [moved(ops.clone), moves((x = NONE) => x), random([3])],
  concat: () => [
    moved((x, y) => ops.concat([x, y], 1)),
    moves((x = NONE, y = NONE) => reference.concat([x, y], 1)),
    random([2, 2]),
    random([2, 1]),
  ],
  conv1d: () => [
    (x, k) => ops.conv1d(x, k),
    (x = NONE, k = NONE) =>
      asSequence(
        convolve(asImage(x), reference.reshape(k, [1, ...k.shape]), {
          strides: [1, 1],
          dilation: [1, 1],
          padding: 'valid',
        }),
      ),
    random([1, 4, 2]),
    random([2, 2, 2]),
  ],
  conv2d: () => [
    (x, k) => ops.conv2d(x, k, null, { padding: 'same' }),
    (x = NONE, k = NONE) =>
      convolve(x, k, { strides: [1, 1], dilation: [1, 1], padding: 'same' }, 1),
    random([1, 3, 3, 2]),
    random([2, 2, 2, 2]),
  ],
  conv3d: () => [
    (x, k) => ops.conv3d(x, k, null, { padding: 'same', strides: [2, 1, 1] }),
    (x = NONE, k = NONE) => convolveVolumes(x, k, { strides: [2, 1, 1], padding: 'same' }),
    random([1, 3, 2, 2, 2]),
    random([2, 2, 1, 2, 2]),
  ],
  cos: () => [ops.cos, unary('Cos'), random([4])],
  cumsum: () => [moved((x) => ops.cumsum(x, 1)), moves(along(cumsum)), random([2, 3])],
  dense: () => [
    (x, w, b) => ops.dense(x, w, b, 'tanh'),
    (x = NONE, w = NONE, b = NONE) =>
      reference.zip(reference.matmul(x, w), b, (p, q) => Math.tanh(p + q)),
    random([2, 3]),
    random([3, 2]),
    random([2]),
  ],
  div: () => [ops.div, binary((x, y) => x / y), random([2, 3]), positive([3])],
  dot: () => [ops.dot, (x = NONE, y = NONE) => reference.dot(x, y), random([2, 3]), random([3, 2])],
  dropout: () => {
    // The same seed draws the same mask.
    const drop = (x: Tensor): Tensor => ops.dropout(x, 0.5, new SeedGenerator(3));
    const mask = drop(ops.add(ops.mul(tensor([0, 0, 0, 0, 0, 0]), 1), 1)).data();
    return [
      moved(drop),
      moves((x = NONE) => ({ shape: x.shape, data: x.data.map((v, i) => v * (mask[i] ?? NaN)) })),
      random([6]),
    ];
  },
  dotProductAttention: () => [
    (q, k, v) => ops.dotProductAttention(q, k, v, null, null, { isCausal: true }),
    (q = NONE, k = NONE, v = NONE) => attention(q, k, v, { isCausal: true }),
    random([1, 2, 2, 2]),
    random([1, 3, 1, 2]),
    random([1, 3, 1, 2]),
  ],
  einsum: () => [
    (x, y) => ops.einsum('ij,jk->ki', x, y),
    contraction('ij,jk->ki'),
    random([2, 3]),
    random([3, 2]),
  ],
  embedding: () => [
    moved((table) => ops.embedding(table, [2, 0, 2])),
    moves((table = NONE) => reference.gather(table, { shape: [3], data: [2, 0, 2] }, 0)),
    random([3, 2]),
  ],
  exp: () => [ops.exp, unary('Exp'), random([4])],
  expandDims: () => [
    moved((x) => ops.expandDims(x, 0)),
    moves((x = NONE) => reference.reshape(x, [1, 3])),
    random([3]),
  ],
  expm1: () => [ops.expm1, unary('Expm1'), random([4])],
  flatten: () => [
    moved(ops.flatten),
    moves((x = NONE) => reference.reshape(x, [6])),
    random([2, 3]),
  ],
  floor: () => [ops.floor, unary('Floor'), apart([5])],
  gather: () => [
    moved((x) => ops.gather(x, [1, 1, 0], 1)),
    moves((x = NONE) => reference.gather(x, { shape: [3], data: [1, 1, 0] }, 1)),
    random([2, 2]),
  ],
  glu: () => [
    (x) => ops.glu(x),
    (x = NONE) =>
      reference.build([2, 2], ([i = 0, j = 0]) => {
        const gate = sigmoid(reference.at(x, [i, j + 2]));
        return reference.at(x, [i, j]) * gate;
      }),
    random([2, 4]),
  ],
  leakyRelu: () => [(x) => ops.leakyRelu(x, 0.1), each((v) => (v < 0 ? 0.1 * v : v)), apart([6])],
  log: () => [ops.log, unary('Log'), positive([4])],
  log1p: () => [ops.log1p, unary('Log1p'), positive([4])],
  logSoftmax: () => [(x) => ops.logSoftmax(x), along(logSoftmax), random([2, 3])],
  logsumexp: () => [(x) => ops.logsumexp(x, 1), reduced(logSumExp), random([2, 3])],
  matmul: () => [
    ops.matmul,
    (x = NONE, y = NONE) => reference.matmul(x, y),
    random([2, 3]),
    random([3, 2]),
  ],
  max: () => [moved((x) => ops.max(x, 1)), moves(reduced(largest)), apart([2, 3])],
  maxPool1d: () => [
    (x) => ops.square(ops.maxPool1d(x, { poolSize: 2, strides: 1, padding: 'same' })),
    (x = NONE) => reference.map(pooled(maximum)(x), (v) => v * v),
    apart([1, 4, 2]),
  ],
  maxPool2d: () => [
    (x) => ops.square(ops.maxPool2d(x, pooling)),
    (x = NONE) => reference.map(pooled(maximum)(x), (v) => v * v),
    apart([1, 3, 3, 2]),
  ],
  maxPool3d: () => [
    (x) => ops.square(ops.maxPool3d(x, cubes)),
    (x = NONE) => reference.map(pooled(maximum)(x), (v) => v * v),
    apart([1, 2, 3, 2, 1]),
  ],
  maximum: () => [ops.maximum, binary(Math.max), random([3]), random([3], 1, 2)],
  mean: () => [moved((x) => ops.mean(x, 1)), moves(reduced(mean)), random([2, 3])],
  min: () => [moved((x) => ops.min(x, 1)), moves(reduced(smallest)), apart([2, 3])],
  minimum: () => [ops.minimum, binary(Math.min), random([3]), random([3], 1, 2)],
  mod: () => [ops.mod, binary(floorModulo), random([3], 4.2, 4.8), random([3], 3, 3.5)],
  moveAxis: () => [
    moved((x) => ops.moveAxis(x, 0, 1)),
    moves((x = NONE) => reference.transpose(x, [1, 0])),
    random([2, 3]),
  ],
  mul: () => [ops.mul, binary((x, y) => x * y), random([2, 3]), random([3])],
  neg: () => [moved(ops.neg), moves(unary('Negate')), random([3])],
  outer: () => [ops.outer, contraction('i,j->ij'), random([3]), random([2])],
  pad: () => [
    moved((x) =>
      ops.pad(x, [
        [1, 0],
        [0, 2],
      ]),
    ),
    moves((x = NONE) =>
      reference.pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        0,
      ),
    ),
    random([2, 2]),
  ],
  pow: () => [ops.pow, binary(power), positive([3]), positive([3])],
  prod: () => [(x) => ops.prod(x, 1), reduced(product), positive([2, 3])],
  reciprocal: () => [ops.reciprocal, unary('Reciprocal'), positive([4])],
  relu: () => [
    (x) => ops.relu(x, { negativeSlope: 0.2, maxValue: 1, threshold: 0.3 }),
    unary('Relu', 0.2, 1, 0.3),
    apart([8]),
  ],
  relu6: () => [
    (x) => ops.relu6(ops.mul(x, 5)),
    each((v) => Math.min(Math.max(5 * v, 0), 6)),
    apart([6]),
  ],
  reshape: () => [
    moved((x) => ops.reshape(x, [3, 2])),
    moves((x = NONE) => reference.reshape(x, [3, 2])),
    random([2, 3]),
  ],
  round: () => [ops.round, unary('Round'), apart([5])],
  rsqrt: () => [ops.rsqrt, unary('Rsqrt'), positive([4])],
  sigmoid: () => [ops.sigmoid, unary('Sigmoid'), random([4])],
  sign: () => [ops.sign, unary('Sign'), apart([4])],
  sin: () => [ops.sin, unary('Sin'), random([4])],
  slice: () => [
    moved((x) => ops.slice(x, '::-1', '1:')),
    moves((x = NONE) =>
      reference.take(x, [
        [1, 0],
        [1, 2],
      ]),
    ),
    random([2, 3]),
  ],
  softmax: () => [(x) => ops.softmax(x), along(softmax), random([2, 3])],
  sort: () => [
    (x) => ops.square(ops.sort(x, 1)),
    (x = NONE) => reference.map(along(sort)(x), (v) => v * v),
    apart([2, 3]),
  ],
  sparsemax: () => [
    (x) => ops.sparsemax(x),
    along(sparsemax),
    { shape: [1, 4], data: [0.3, 1.2, 0.9, -1].map(Math.fround) },
  ],
  split: () => [
    moved((x) => ops.split(x, 2, 1)[1] ?? x),
    moves((x = NONE) =>
      reference.take(x, [
        [0, 1],
        [2, 3],
      ]),
    ),
    random([2, 4]),
  ],
  sqrt: () => [ops.sqrt, unary('Sqrt'), positive([4])],
  square: () => [ops.square, unary('Square'), random([4])],
  squeeze: () => [
    moved((x) => ops.squeeze(x, 0)),
    moves((x = NONE) => reference.reshape(x, [3])),
    random([1, 3]),
  ],
  stack: () => [
    moved((x, y) => ops.stack([x, y])),
    moves((x = NONE, y = NONE) => ({ shape: [2, 3], data: [...x.data, ...y.data] })),
    random([3]),
    random([3]),
  ],
  std: () => [
    (x) => ops.std(x, 1),
    reduced((line) => Math.sqrt(variance(line))),
    { shape: [2, 3], data: [0, 4, 1, -3, 2, 6] },
  ],
  sub: () => [ops.sub, binary((x, y) => x - y), random([2, 3]), random([3])],
  sum: () => [moved((x) => ops.sum(x, 1)), moves(reduced(sum)), random([2, 3])],
  tanh: () => [ops.tanh, unary('Tanh'), random([4])],
  tensordot: () => [
    (x, y) => ops.tensordot(x, y, 1),
    contraction('ij,jk->ik'),
    random([2, 3]),
    random([3, 2]),
  ],
  tile: () => [
    moved((x) => ops.tile(x, [2, 1])),
    moves((x = NONE) => reference.tile(x, [2, 1])),
    random([2, 2]),
  ],
  topK: () => [
    (x) => ops.square(ops.topK(x, 2)[0]),
    (x = NONE) =>
      reference.build([2, 2], ([i = 0, j = 0]) => {
        const line = [0, 1, 2].map((k) => reference.at(x, [i, k]));
        return (sort(line, true)[j] ?? NaN) ** 2;
      }),
    apart([2, 3]),
  ],
  transpose: () => [
    moved((x) => ops.transpose(x)),
    moves((x = NONE) => reference.transpose(x, [1, 0])),
    random([2, 3]),
  ],
  upSample: () => [
    moved((x) => ops.upSample(x, 1, 2)),
    moves((x = NONE) => reference.take(x, [[0, 1], [0, 0, 1, 1]])), // prettier-ignore
    random([2, 2]),
  ],
  variance: () => [(x) => ops.variance(x, 1), reduced(variance), random([2, 3])],
  where: () => [
    (x, y) => ops.where(tensor([true, false, true]), ops.square(x), ops.mul(x, y)),
    (x = NONE, y = NONE) =>
      reference.build([3], ([i = 0]) => {
        const [p, q] = [reference.at(x, [i]), reference.at(y, [i])];
        return i === 1 ? p * q : p * p;
      }),
    random([3]),
    random([3]),
  ],
};
