// Operations in random graphs, with their definitions.
import { ops } from '../../src/index.js';
import type { SymbolicTensor } from '../../src/layers.js';
import { tensor } from '../../src/engine/tensor/index.js';
import * as dense from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { einsum } from '../reference/einsum.js';
import { resize } from '../reference/images.js';
import { cumulativeSum, largest, mean, sum } from '../reference/reduce.js';
import { softmax } from '../reference/softmax.js';
import { lgamma } from '../reference/special-functions.js';
import { realFourier } from '../reference/spectra.js';
import { adaptivePool, patches } from '../reference/windows.js';
import type { PatchRule } from '../reference/windows.js';
import { erfc, unaryReference } from '../specs/elementwise.js';
import { mapped } from './random-graph.js';
import type { Move, RandomGraph, Value } from './random-graph.js';

type Unary = (x: number) => number;
type Function = (x: SymbolicTensor) => SymbolicTensor;

const of =
  (name: keyof typeof unaryReference, ...p: [number?, number?, number?]): Unary =>
  (x) =>
    unaryReference[name].value(x, p[0] ?? 0, p[1] ?? 0, p[2] ?? 0);

/** Functions of one number that have no large slopes. */
const UNARY: readonly (readonly [Function, Unary])[] = [
  [(x) => ops.relu(x), of('Relu', 0, Infinity, 0)],
  [(x) => x.tanh(), of('Tanh')],
  [(x) => x.abs(), of('Abs')],
  [(x) => x.neg(), of('Negate')],
  [(x) => x.square(), of('Square')],
  [(x) => ops.sigmoid(x), of('Sigmoid')],
  [(x) => x.sin(), of('Sin')],
  [(x) => x.cos(), of('Cos')],
  [(x) => ops.erf(x), of('Erf')],
  [(x) => ops.softplus(x), of('Softplus')],
  [(x) => ops.gelu(x), of('Gelu')],
  [(x) => ops.silu(x), of('Silu')],
  [(x) => ops.elu(x, 0.5), of('Elu', 0.5)],
  [(x) => x.clip(-1, 2), of('Clip', -1, 2)],
  [(x) => x.square().add(1).sqrt(), (x) => Math.sqrt(x * x + 1)],
  [(x) => ops.rsqrt(x.square().add(0.5)), (x) => 1 / Math.sqrt(x * x + 0.5)],
  [(x) => x.square().add(1).log(), (x) => Math.log(x * x + 1)],
  [(x) => x.tanh().exp(), (x) => Math.exp(Math.tanh(x))],
  [(x) => ops.arcsinh(x), Math.asinh],
  [(x) => ops.sinh(x.tanh()), (x) => Math.sinh(Math.tanh(x))],
  [(x) => ops.arcsin(x.tanh().mul(0.75)), (x) => Math.asin(0.75 * Math.tanh(x))],
  [(x) => ops.exp2(x.tanh()), (x) => 2 ** Math.tanh(x)],
  [(x) => ops.log2(x.square().add(1)), (x) => Math.log2(x * x + 1)],
  [(x) => ops.cbrt(x.square().add(1)), (x) => Math.cbrt(x * x + 1)],
  [(x) => ops.erfc(x), erfc],
  [(x) => ops.lgamma(x.square().add(1)), (x) => lgamma(x * x + 1)],
  [(x) => ops.nanToNum(x), (x) => x],
  [(x) => x.mul(2).sub(0.25), (x) => 2 * x - 0.25],
  [(x) => x.div(4), (x) => x / 4],
];

const BINARY: readonly (readonly [
  (a: SymbolicTensor, b: SymbolicTensor) => SymbolicTensor,
  (a: number, b: number) => number,
])[] = [
  [(a, b) => a.add(b), (a, b) => a + b],
  [(a, b) => a.sub(b), (a, b) => a - b],
  [(a, b) => a.mul(b), (a, b) => a * b],
  [(a, b) => a.maximum(b), Math.max],
  [(a, b) => a.minimum(b), Math.min],
  [(a, b) => a.div(b.square().add(1)), (a, b) => a / (b * b + 1)],
  [
    (a, b) => ops.logaddexp(a, b),
    (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
  ],
  [(a, b) => ops.arctan2(a, b.square().add(1)), (a, b) => Math.atan2(a, b * b + 1)],
  [(a, b) => ops.fmax(a, b), Math.max],
  [(a, b) => ops.floatPower(a.square().add(1), b.tanh()), (a, b) => (a * a + 1) ** Math.tanh(b)],
];

const unary: Move = (graph) => {
  const x = graph.pick();
  if (x === undefined) return false;
  const [f, reference] = graph.random.pick(UNARY);
  return graph.add([x], f(x.symbolic), ([a]) => [mapped(a, reference)]);
};

/** Whether lengths are equal, or 1, on all axes but the batch. */
export const broadcasts = (a: Value, b: Value): boolean =>
  a.array.shape.length === b.array.shape.length &&
  a.array.shape.every((n, axis) => {
    const m = b.array.shape[axis];
    return n === m || (axis > 0 && (n === 1 || m === 1));
  });

const binary: Move = (graph) => {
  const a = graph.pick();
  const b = a && graph.pick((other) => broadcasts(a, other));
  if (a === undefined || b === undefined) return false;
  const [f, reference] = graph.random.pick(BINARY);
  return graph.add([a, b], f(a.symbolic, b.symbolic), ([x, y]) => [
    dense.zip(x as DenseArray, y as DenseArray, reference),
  ]);
};

/** With a tensor that is a constant of the graph. */
const constant: Move = (graph) => {
  const x = graph.pick();
  if (x === undefined) return false;
  const array = graph.random.array(x.array.shape.slice(-1));
  const [f, reference] = graph.random.pick([
    [ops.add, (p: number, q: number) => p + q],
    [ops.mul, (p: number, q: number) => p * q],
    [ops.maximum, Math.max],
  ] as const);
  const own = tensor(Float32Array.from(array.data), { shape: array.shape });
  graph.owned.push(own);
  return graph.add([x], f(x.symbolic, own), ([a]) => [
    dense.zip(a as DenseArray, array, reference),
  ]);
};

/** The number in the middle of the order, or the mean of two. */
function median(line: readonly number[]): number {
  const sorted = [...line].sort((a, b) => a - b);
  const half = (line.length - 1) / 2;
  return ((sorted[Math.floor(half)] ?? NaN) + (sorted[Math.ceil(half)] ?? NaN)) / 2;
}

/** An axis beside that of the batch, also counted from the end. */
function axisOf(
  { random }: RandomGraph,
  { array: { shape } }: Value,
): [given: number, axis: number] {
  const axis = random.whole(1, shape.length - 1);
  return [random.is(0.5) ? axis : axis - shape.length, axis];
}

const reduction: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const [given, axis] = axisOf(graph, x);
  const keepdims = graph.random.is(0.5) || x.array.shape.length === 2;
  const [f, reference] = graph.random.pick([
    [ops.sum, sum],
    [ops.mean, mean],
    [ops.max, largest],
    [ops.median, median],
    [ops.nansum, sum],
  ] as const);
  return graph.add([x], f(x.symbolic, given, keepdims), ([a]) => [
    dense.reduce(a as DenseArray, [axis], keepdims, reference),
  ]);
};

const lines: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const [given, axis] = axisOf(graph, x);
  return graph.random.is(0.5)
    ? graph.add([x], ops.softmax(x.symbolic, given), ([a]) => [
        dense.alongAxis(a as DenseArray, axis, softmax),
      ])
    : graph.add([x], ops.cumsum(x.symbolic, given), ([a]) => [
        dense.alongAxis(a as DenseArray, axis, (line) => cumulativeSum(line, 1, line.length, 1)),
      ]);
};

/** Elements moved along an axis, or put in place of others. */
const moved: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const [given, axis] = axisOf(graph, x);
  const length = x.array.shape[axis] ?? 1;
  const shift = graph.random.whole(-length, length);
  const [f, order] = graph.random.pick<readonly [SymbolicTensor, (i: number) => number]>([
    [ops.flip(x.symbolic, given), (i) => length - 1 - i],
    [ops.roll(x.symbolic, shift, given), (i) => (((i - shift) % length) + length) % length],
    [ops.repeat(x.symbolic, 2, given), (i) => i >> 1],
  ]);
  const count = f.shape[axis] ?? length;
  const places = Array.from({ length: count }, (_, i) => order(i));
  return graph.add([x], f, ([a]) => [
    dense.take(
      a as DenseArray,
      x.array.shape.map((n, at) => (at === axis ? places : Array.from({ length: n }, (_, i) => i))),
    ),
  ]);
};

const slice: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const { shape } = x.array;
  const { random } = graph;
  const specs: (string | number)[] = [':'];
  const positions = shape.map((n) => Array.from({ length: n }, (_, i) => i));
  const dropped: number[] = [];
  for (let axis = 1; axis < shape.length; axis++) {
    const n = shape[axis] ?? 1;
    const start = random.whole(0, n - 1);
    if (random.is(0.25) && shape.length - dropped.length > 2) {
      specs.push(random.is(0.5) ? start : start - n);
      positions[axis] = [start];
      dropped.push(axis);
    } else if (random.is(0.3)) {
      specs.push('::-1');
      positions[axis]?.reverse();
    } else {
      specs.push(`${start}:`);
      positions[axis]?.splice(0, start);
    }
  }
  return graph.add([x], x.symbolic.slice(...specs), ([a]) => {
    const taken = dense.take(a as DenseArray, positions);
    return [
      dense.reshape(
        taken,
        taken.shape.filter((_, axis) => !dropped.includes(axis)),
      ),
    ];
  });
};

const reshape: Move = (graph) => {
  const x = graph.pick();
  if (x === undefined) return false;
  const [batch = 1, ...sample] = x.array.shape;
  const size = dense.sizeOf(sample);
  const first = graph.random.pick([1, 2, 3, size].filter((n) => size % n === 0));
  const shape = graph.random.is(0.3) ? [size] : [first, size / first];
  return graph.add([x], x.symbolic.reshape([-1, ...shape]), ([a]) => [
    dense.reshape(a as DenseArray, [batch, ...shape]),
  ]);
};

const transpose: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 3);
  if (x === undefined) return false;
  return graph.add([x], x.symbolic.transpose([0, 2, 1]), ([a]) => [
    dense.transpose(a as DenseArray, [0, 2, 1]),
  ]);
};

const axes: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length < 4);
  if (x === undefined) return false;
  const { shape } = x.array;
  const one = shape.findIndex((n, axis) => n === 1 && axis > 0);
  if (one > 0 && shape.length > 2 && graph.random.is(0.7)) {
    return graph.add([x], x.symbolic.squeeze(one), ([a]) => [
      dense.reshape(a as DenseArray, shape.toSpliced(one, 1)),
    ]);
  }
  const at = graph.random.whole(1, shape.length);
  return graph.add([x], x.symbolic.expandDims(at), ([a]) => [
    dense.reshape(a as DenseArray, shape.toSpliced(at, 0, 1)),
  ]);
};

const matmul: Move = (graph) => {
  const a = graph.pick(({ array }) => array.shape.length === 3);
  const b =
    a && graph.pick(({ array }) => array.shape.length === 3 && array.shape[1] === a.array.shape[2]);
  if (a === undefined || b === undefined) return false;
  const f = graph.random.is(0.5)
    ? ops.matmul(a.symbolic, b.symbolic)
    : ops.einsum('bij,bjk->bik', a.symbolic, b.symbolic);
  return graph.add([a, b], f, ([x, y]) => [
    graph.depth > 0
      ? dense.matmul(x as DenseArray, y as DenseArray)
      : einsum('bij,bjk->bik', x as DenseArray, y as DenseArray),
  ]);
};

/** Tensors of one shape, one after another or along a new axis. */
const joined: Move = (graph) => {
  const a = graph.pick();
  const b = a && graph.pick(({ array }) => array.shape.join() === a.array.shape.join());
  if (a === undefined || b === undefined || a.array.shape.length > 3) return false;
  const [given, axis] = axisOf(graph, a);
  if (graph.random.is(0.5)) {
    return graph.add([a, b], ops.concat([a.symbolic, b.symbolic], given), (parts) => [
      dense.concat(parts, axis),
    ]);
  }
  return graph.add([a, b], ops.stack([a.symbolic, b.symbolic], axis), (parts) => [
    dense.concat(
      parts.map((part) => dense.reshape(part, part.shape.toSpliced(axis, 0, 1))),
      axis,
    ),
  ]);
};

/** An operation of several outputs. */
const split: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1 && (array.shape.at(-1) ?? 0) > 1);
  if (x === undefined) return false;
  const last = x.array.shape.at(-1) ?? 2;
  const at = graph.random.whole(1, last - 1);
  const parts = ops.split(x.symbolic, [at], -1);
  return graph.add([x], parts, ([a]) =>
    [
      [0, at],
      [at, last],
    ].map(([from = 0, to = 0]) =>
      dense.take(
        a as DenseArray,
        x.array.shape.map((n, axis) => {
          const all = Array.from({ length: n }, (_, i) => i);
          return axis === x.array.shape.length - 1 ? all.slice(from, to) : all;
        }),
      ),
    ),
  );
};

/** The spectrum of the last axis, cut or with zeros behind it. */
const spectrum: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const n = graph.random.whole(2, 9);
  const [re, im] = ops.rfft(x.symbolic.div(n), n);
  return graph.add([x], [re, im], ([a]) => [
    ...realFourier(
      mapped(a, (value) => value / n),
      n,
    ),
  ]);
};

const widened: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1 && array.shape.length < 4);
  if (x === undefined) return false;
  const { shape } = x.array;
  if (graph.random.is(0.5)) {
    const repeats = shape.map((_, axis) => (axis === 0 ? 1 : graph.random.whole(1, 2)));
    return graph.add([x], x.symbolic.tile(repeats), ([a]) => [
      dense.tile(a as DenseArray, repeats),
    ]);
  }
  const widths = shape.map((_, axis): [number, number] =>
    axis === 0 ? [0, 0] : [graph.random.whole(0, 1), graph.random.whole(0, 1)],
  );
  return graph.add([x], x.symbolic.pad(widths, 0.5), ([a]) => [
    dense.pad(a as DenseArray, widths, 0.5),
  ]);
};

/** Operations of images: the axes of a sample are height, width and channels, or channels, height and width. */
const images: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 4);
  if (x === undefined) return false;
  const [batch = 1, a = 1, b = 1, c = 1] = x.array.shape;
  const [f, reference] = graph.random.pick<
    readonly [SymbolicTensor, (x: DenseArray) => DenseArray]
  >([
    [ops.adaptiveMaxPool(x.symbolic, [2, 1]), (y) => adaptivePool(y, [2, 1], largest)],
    [ops.adaptiveAveragePool(x.symbolic, [1, 2]), (y) => adaptivePool(y, [1, 2], mean)],
    [
      ops.unfold(x.symbolic, [Math.min(2, b), 1], RULE),
      (y) => patches(y, [Math.min(2, b), 1], RULE),
    ],
    [
      ops.depthToSpace(ops.tile(x.symbolic, [1, 1, 1, 4]), 2),
      (y) =>
        dense.build([batch, 2 * a, 2 * b, c], ([n = 0, i = 0, j = 0, k = 0]) =>
          dense.at(y, [n, i >> 1, j >> 1, k]),
        ),
    ],
  ]);
  return graph.add([x], f, ([y]) => [reference(y as DenseArray)]);
};

const RULE: PatchRule = { dilation: [1, 2], padding: [0, 1], stride: [1, 2] };

/** Sequences as images of one row, of another width. */
const resized: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 3);
  if (x === undefined) return false;
  const [, length = 1] = x.array.shape;
  const size = [1, graph.random.whole(1, 2 * length)] as const;
  const interpolation = graph.random.pick(['bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const);
  const antialias = graph.random.is(0.5);
  const images = ops.image.resize(x.symbolic.expandDims(1), size, { interpolation, antialias });
  return graph.add([x], images.squeeze(1), ([a]) => {
    const [batch = 1, steps = 1, channels = 1] = a?.shape ?? [];
    const image = dense.reshape(a as DenseArray, [batch, 1, steps, channels]);
    const wider = resize(image, size, interpolation, antialias);
    return [dense.reshape(wider, [batch, size[1], channels])];
  });
};

/** Every move that adds an operation. */
export const operationMoves: readonly Move[] = [
  ...[unary, unary, binary, binary, constant, reduction, lines, moved, slice, reshape, transpose],
  ...[axes, matmul, joined, split, spectrum, widened, images, resized],
];
