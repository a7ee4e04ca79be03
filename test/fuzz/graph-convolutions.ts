// Convolutions of random graphs, with their results in float64, of sequences and images. The reference of sequences is that of
// images with one row.
import { layers } from '../../src/index.js';
import type { AnyLayer } from '../../src/layers.js';
import type { DenseArray } from '../reference/dense-array.js';
import * as dense from '../reference/dense-array.js';
import { convolve, convolveDepthwise, convolveTransposed } from '../reference/windows.js';
import { arrayOf, callOne } from './graph-layers.js';
import type { Move } from './random-graph.js';

type Rank = 1 | 2;

/** Input and kernels of sequences as those of images of one row. */
const rowOf = (rank: Rank, array: DenseArray, axis: number): DenseArray =>
  rank === 2 ? array : dense.reshape(array, array.shape.toSpliced(axis, 0, 1));

/** The result for an input of the rank, with the bias and tanh behind it. */
function finish(rank: Rank, made: DenseArray, bias: DenseArray): DenseArray {
  const y = rank === 2 ? made : dense.reshape(made, made.shape.toSpliced(1, 1));
  return dense.map(
    dense.zip(y, bias, (p, q) => p + q),
    Math.tanh,
  );
}

interface Options {
  padding: 'valid' | 'same';
  strides: number;
  activation: 'tanh';
}
type Rule = Parameters<typeof convolveDepthwise>[2];

/** A kind of convolution: the layer, and what float64 makes of images and kernels. */
interface Kind {
  readonly make: (rank: Rank, size: number, count: number, options: Options) => AnyLayer;
  readonly compute: (rule: Rule, image: DenseArray, kernels: readonly DenseArray[]) => DenseArray;
}

const ONE = { strides: [1, 1], dilation: [1, 1], padding: 'valid' } as const;
const NONE: DenseArray = { shape: [0], data: [] };

const KINDS: readonly Kind[] = [
  {
    make: (rank, size, count, options) =>
      new (rank === 1 ? layers.Conv1D : layers.Conv2D)(count, size, options),
    compute: (rule, image, [kernel = NONE]) => convolve(image, kernel, rule),
  },
  {
    make: (rank, size, count, options) =>
      new (rank === 1 ? layers.Conv1DTranspose : layers.Conv2DTranspose)(count, size, options),
    compute: (rule, image, [kernel = NONE]) => convolveTransposed(image, kernel, rule),
  },
  {
    make: (rank, size, depthMultiplier, options) =>
      new (rank === 1 ? layers.DepthwiseConv1D : layers.DepthwiseConv2D)(size, {
        ...options,
        depthMultiplier,
      }),
    compute: (rule, image, [kernel = NONE]) => convolveDepthwise(image, kernel, rule),
  },
  {
    make: (rank, size, count, options) =>
      new (rank === 1 ? layers.SeparableConv1D : layers.SeparableConv2D)(count, size, options),
    compute: (rule, image, [kernel = NONE, pointwise = NONE]) =>
      convolve(convolveDepthwise(image, kernel, rule), pointwise, ONE),
  },
];

const convolution: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 3 || array.shape.length === 4);
  if (x === undefined) return false;
  const lengths = x.array.shape.slice(1, -1);
  const rank = lengths.length as Rank;
  const size = graph.random.whole(1, Math.min(2, ...lengths));
  const padding = graph.random.pick(['valid', 'same'] as const);
  const strides = graph.random.whole(1, 2);
  const { make, compute } = graph.random.pick(KINDS);
  const options = { padding, strides, activation: 'tanh' } as const;
  const layer = make(rank, size, graph.random.whole(1, 3), options);
  const rule = { strides: [rank === 1 ? 1 : strides, strides], dilation: [1, 1], padding } as const;
  return callOne(graph, x, layer, ([a = NONE], weights) => {
    const own = layer.weights.map((weight) => arrayOf(weights, weight));
    const kernels = own.slice(0, -1).map((kernel) => rowOf(rank, kernel, 0));
    return [finish(rank, compute(rule, rowOf(rank, a, 1), kernels), own.at(-1) ?? NONE)];
  });
};

/** Every move that adds a convolution. */
export const convolutionMoves: readonly Move[] = [convolution, convolution];
