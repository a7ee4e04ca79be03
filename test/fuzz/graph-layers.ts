// Layers in random graphs, with their definitions.
import { layers } from '../../src/index.js';
import type { AnyLayer, SymbolicTensor } from '../../src/layers.js';
import { Sequential } from '../../src/models.js';
import type { Variable } from '../../src/engine/tensor/index.js';
import * as dense from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { einsum } from '../reference/einsum.js';
import { resize } from '../reference/images.js';
import { largest, mean } from '../reference/reduce.js';
import { softmax } from '../reference/softmax.js';
import { adaptivePool } from '../reference/windows.js';
import { unaryReference } from '../specs/elementwise.js';
import { broadcasts } from './graph-operations.js';
import { mapped, RandomGraph } from './random-graph.js';
import type { Move, RandomModel, Reference, Value, Weights } from './random-graph.js';

type Line = (x: DenseArray) => DenseArray;

const of =
  (name: keyof typeof unaryReference, ...p: [number?, number?, number?]): Line =>
  (x) =>
    mapped(x, (value) => unaryReference[name].value(value, p[0] ?? 0, p[1] ?? 0, p[2] ?? 0));

const ACTIVATIONS = {
  linear: (x) => x,
  relu: of('Relu', 0, Infinity, 0),
  sigmoid: of('Sigmoid'),
  tanh: of('Tanh'),
  softmax: (x) => dense.alongAxis(x, x.shape.length - 1, softmax),
  elu: of('Elu', 1),
  selu: of('Selu'),
  gelu: of('Gelu'),
  silu: of('Silu'),
  softsign: of('Softsign'),
  softplus: of('Softplus'),
} satisfies Readonly<Record<string, Line>>;

type Name = keyof typeof ACTIVATIONS;
const NAMES = Object.keys(ACTIVATIONS) as Name[];
export const activated = (name: Name, x: DenseArray): DenseArray => ACTIVATIONS[name](x);

/** The numbers of a weight. */
export const arrayOf = (weights: Weights, variable: Variable | null | undefined): DenseArray => {
  const array = variable && weights.get(variable);
  if (array === null || array === undefined) throw new Error('a weight has no numbers');
  return array;
};

/** Calls a new layer, and keeps it to be called again where another input fits. */
function call(
  graph: RandomGraph,
  inputs: readonly Value[],
  layer: AnyLayer,
  reference: Reference,
  accepts: (inputs: readonly Value[]) => boolean,
): true {
  const symbolic = inputs.map((value) => value.symbolic);
  const made = layer.apply(symbolic.length === 1 ? symbolic[0] : symbolic) as unknown;
  graph.fill(layer);
  graph.shared.push({ layer, accepts, count: inputs.length, reference });
  return graph.add(inputs, flat(made), reference);
}

/** A layer of one input whose shape, but for the batch, must be this one again. */
export function callOne(graph: RandomGraph, x: Value, layer: AnyLayer, reference: Reference): true {
  const sample = x.array.shape.slice(1).join();
  return call(
    graph,
    [x],
    layer,
    reference,
    ([other]) => other?.array.shape.slice(1).join() === sample,
  );
}

const ofOne =
  (f: Line): Reference =>
  ([x]) => [f(x as DenseArray)];

const denseLayer: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const activation = graph.random.pick(NAMES);
  const useBias = graph.random.is(0.8);
  const layer = new layers.Dense(graph.random.whole(1, 4), { activation, useBias });
  return callOne(graph, x, layer, ([a], weights) => {
    const product = dense.matmul(a as DenseArray, arrayOf(weights, layer.weights[0]));
    if (!useBias) return [activated(activation, product)];
    const sum = dense.zip(product, arrayOf(weights, layer.weights[1]), (p, q) => p + q);
    return [activated(activation, sum)];
  });
};

/** A dense layer whose kernel is normalized in training alone, and numbers that scale the last axis. */
const scaling: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  if (graph.random.is(0.5)) {
    const layer = new layers.LayerScale(0.5, x.array.shape.at(-1) ?? 1);
    return callOne(graph, x, layer, ([a], weights) => [
      dense.zip(a as DenseArray, arrayOf(weights, layer.weights[0]), (p, q) => p * q),
    ]);
  }
  const inner = new layers.Dense(graph.random.whole(1, 4), { activation: 'tanh' });
  const layer = new layers.SpectralNormalization(inner, { powerIterations: 2 });
  return callOne(graph, x, layer, ([a], weights) => {
    const product = dense.matmul(a as DenseArray, arrayOf(weights, inner.kernel));
    const sum = dense.zip(product, arrayOf(weights, inner.bias), (p, q) => p + q);
    return [dense.map(sum, Math.tanh)];
  });
};

/** Images of another size. */
const sizes: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 4 && dense.sizeOf(array.shape) > 0);
  if (x === undefined) return false;
  const size = [graph.random.whole(1, 5), graph.random.whole(1, 5)] as const;
  const interpolation = graph.random.pick(['bilinear', 'bicubic', 'lanczos3'] as const);
  const antialias = graph.random.is(0.5);
  const layer = new layers.Resizing(...size, { interpolation, antialias });
  return callOne(
    graph,
    x,
    layer,
    ofOne((a) => resize(a, size, interpolation, antialias)),
  );
};

const normalization: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1 && (array.shape.at(-1) ?? 0) > 1);
  if (x === undefined) return false;
  const last = x.array.shape.length - 1;
  if (graph.random.is(0.5)) {
    // A large epsilon: of numbers that are close to each other, float32 knows few digits of the differences.
    const layer = new layers.LayerNormalization({ epsilon: 0.1 });
    return callOne(graph, x, layer, ([a], weights) => {
      const normal = dense.alongAxis(a as DenseArray, last, (line) => {
        const middle = mean(line);
        const variance = mean(line.map((value) => (value - middle) ** 2));
        return line.map((value) => (value - middle) / Math.sqrt(variance + 0.1));
      });
      const scaled = dense.zip(normal, arrayOf(weights, layer.gamma), (p, q) => p * q);
      return [dense.zip(scaled, arrayOf(weights, layer.beta), (p, q) => p + q)];
    });
  }
  const layer = new layers.BatchNormalization({ epsilon: 0.01, renorm: graph.random.is(0.3) });
  return callOne(graph, x, layer, ([a], weights) => {
    const [gamma, beta, middle, variance] = layer.weights.map((own) => arrayOf(weights, own).data);
    return [
      dense.build((a as DenseArray).shape, (index) => {
        const i = index[last] ?? 0;
        const deviation = Math.sqrt((variance?.[i] ?? NaN) + 0.01);
        const normal = (dense.at(a as DenseArray, index) - (middle?.[i] ?? NaN)) / deviation;
        return (gamma?.[i] ?? NaN) * normal + (beta?.[i] ?? NaN);
      }),
    ];
  });
};

/** Layers without weights that take any shape. */
const plain: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const name = graph.random.pick(NAMES);
  const [layer, f] = graph.random.pick<readonly [AnyLayer, Line]>([
    [new layers.Activation(name), (a) => activated(name, a)],
    [new layers.Dropout(0.5), (a) => a],
    [new layers.Identity(), (a) => a],
    [new layers.LeakyReLU({ negativeSlope: 0.25 }), of('Relu', 0.25, Infinity, 0)],
    [new layers.ReLU({ maxValue: 1.5 }), of('Relu', 0, 1.5, 0)],
    [new layers.ELU({ alpha: 0.5 }), of('Elu', 0.5)],
    [new layers.Softmax(), (a) => activated('softmax', a)],
    [new layers.Rescaling(0.5, { offset: 0.25 }), (a) => mapped(a, (v) => 0.5 * v + 0.25)],
    [
      new layers.Flatten(),
      (a) => dense.reshape(a, [a.shape[0] ?? 1, dense.sizeOf(a.shape.slice(1))]),
    ],
  ]);
  return callOne(graph, x, layer, ofOne(f));
};

/** Layers of steps. */
const steps: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 3);
  if (x === undefined) return false;
  const [, length = 1, channels = 1] = x.array.shape;
  const [layer, f] = graph.random.pick<readonly [AnyLayer, Line]>([
    [new layers.GlobalAveragePooling1D(), (a) => dense.reduce(a, [1], false, mean)],
    [new layers.GlobalMaxPooling1D(), (a) => dense.reduce(a, [1], false, largest)],
    [new layers.AdaptiveAveragePooling1D(2), (a) => adaptivePool(a, [2], mean)],
    [new layers.AdaptiveMaxPooling1D(3), (a) => adaptivePool(a, [3], largest)],
    [new layers.Permute([2, 1]), (a) => dense.transpose(a, [0, 2, 1])],
    [
      new layers.Reshape([channels, length]),
      (a) => dense.reshape(a, [a.shape[0] ?? 1, channels, length]),
    ],
    [
      new layers.ZeroPadding1D([1, 0]),
      (a) =>
        dense.pad(
          a,
          [
            [0, 0],
            [1, 0],
            [0, 0],
          ],
          0,
        ),
    ],
    [
      new layers.UpSampling1D(2),
      (a) =>
        dense.build([a.shape[0] ?? 1, 2 * length, channels], ([b = 0, t = 0, c = 0]) =>
          dense.at(a, [b, Math.floor(t / 2), c]),
        ),
    ],
  ]);
  return callOne(graph, x, layer, ofOne(f));
};

const repeat: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 2);
  if (x === undefined) return false;
  const layer = new layers.RepeatVector(2);
  return callOne(
    graph,
    x,
    layer,
    ofOne((a) => dense.tile(dense.reshape(a, [a.shape[0] ?? 1, 1, a.shape[1] ?? 1]), [1, 2, 1])),
  );
};

const zipped =
  (f: (a: number, b: number) => number): Reference =>
  (inputs) => [inputs.reduce((a, b) => dense.zip(widened(a, b), widened(b, a), f))];

/** With axes of length 1 behind the batch axis, as many as `other` has more. */
function widened(x: DenseArray, other: DenseArray): DenseArray {
  const more = Math.max(0, other.shape.length - x.shape.length);
  return dense.reshape(x, x.shape.toSpliced(1, 0, ...new Array<number>(more).fill(1)));
}

/** Whether merging layers take both: of any rank, matched from the end. */
function merges(a: Value, b: Value): boolean {
  const [x, y] = [widened(a.array, b.array), widened(b.array, a.array)];
  return broadcasts({ ...a, array: x }, { ...b, array: y });
}

const merge: Move = (graph) => {
  const a = graph.pick();
  const b = a && graph.pick((other) => merges(a, other));
  if (a === undefined || b === undefined) return false;
  const isLikeA = ({ array }: Value): boolean => array.shape.join() === a.array.shape.join();
  const c = graph.random.is(0.3) ? graph.pick(isLikeA) : undefined;
  const several = c === undefined ? [a, b] : [a, b, c];
  const [layer, reference] = graph.random.pick<readonly [AnyLayer, Reference]>([
    [new layers.Add(), zipped((p, q) => p + q)],
    [new layers.Multiply(), zipped((p, q) => p * q)],
    [new layers.Maximum(), zipped(Math.max)],
    [new layers.Minimum(), zipped(Math.min)],
    [
      new layers.Average(),
      (arrays, weights) => [
        mapped(zipped((p, q) => p + q)(arrays, weights)[0], (sum) => sum / arrays.length),
      ],
    ],
    [new layers.Subtract(), zipped((p, q) => p - q)],
    [new layers.CustomScaleLayer(0.3), zipped((p, q) => p + 0.3 * q)],
  ]);
  const isScaled = layer instanceof layers.CustomScaleLayer;
  if (isScaled && a.array.shape.length !== b.array.shape.length) return false;
  const isOfTwo = isScaled || layer instanceof layers.Subtract;
  const inputs = isOfTwo ? [a, b] : several;
  return call(graph, inputs, layer, reference, (others) => {
    const [first] = others;
    return (
      first !== undefined &&
      others.every(
        (other) => merges(first, other) && other.array.shape.join() === first.array.shape.join(),
      )
    );
  });
};

const concatenate: Move = (graph) => {
  const a = graph.pick(({ array }) => array.shape.length > 1);
  if (a === undefined) return false;
  const rank = a.array.shape.length;
  const axis = graph.random.whole(1, rank - 1);
  const fits = (other: Value): boolean =>
    other.array.shape.length === rank &&
    other.array.shape.every((n, i) => i === axis || n === a.array.shape[i]);
  const b = graph.pick(fits);
  if (b === undefined) return false;
  const layer = new layers.Concatenate({ axis: graph.random.is(0.5) ? axis : axis - rank });
  return call(
    graph,
    [a, b],
    layer,
    (parts) => [dense.concat(parts, axis)],
    (others) => others.every(fits),
  );
};

const dot: Move = (graph) => {
  const a = graph.pick(({ array }) => array.shape.length === 2 || array.shape.length === 3);
  if (a === undefined) return false;
  const axis = graph.random.whole(1, a.array.shape.length - 1);
  const length = a.array.shape[axis];
  const b = graph.pick(
    ({ array }) => array.shape.length < 4 && array.shape.lastIndexOf(length ?? 0) > 0,
  );
  if (b === undefined) return false;
  const other = b.array.shape.lastIndexOf(length ?? 0);
  const layer = new layers.Dot([axis, other]);
  const left = ['a', ...['c', 'd'].slice(0, a.array.shape.length - 1)].with(axis, 'z');
  const right = ['a', ...['e', 'f'].slice(0, b.array.shape.length - 1)].with(other, 'z');
  const free = [...left, ...right].filter((label) => label !== 'a' && label !== 'z');
  const shapes = [a, b].map(({ array }) => array.shape.slice(1).join());
  return call(
    graph,
    [a, b],
    layer,
    ([x, y]) => {
      const subscripts = `${left.join('')},${right.join('')}->a${free.join('')}`;
      const product = einsum(subscripts, x as DenseArray, y as DenseArray);
      return [free.length > 0 ? product : dense.reshape(product, [product.shape[0] ?? 1, 1])];
    },
    (others) => others.every(({ array }, i) => array.shape.slice(1).join() === shapes[i]),
  );
};

/** A layer, or a model, that was called before. */
const again: Move = (graph) => {
  if (graph.shared.length === 0) return false;
  const { layer, accepts, count, reference } = graph.random.pick(graph.shared);
  const inputs = Array.from({ length: count }, () => graph.pick());
  if (inputs.some((value) => value === undefined) || !accepts(inputs as Value[])) return false;
  const symbolic = (inputs as Value[]).map((value) => value.symbolic);
  const made = layer.apply(count === 1 ? symbolic[0] : symbolic) as unknown;
  return graph.add(inputs as Value[], flat(made), reference);
};

/** The symbolic tensors of a structure; those of objects in the order of their keys. */
export const flat = (made: unknown): readonly SymbolicTensor[] =>
  made instanceof layers.SymbolicTensor ? [made] : Object.values(made as object).flatMap(flat);

/** A functional model as a layer, of one or two inputs. */
const model: Move = (graph) => {
  if (graph.depth === 0) return false;
  const outer = [graph.pick(), graph.random.is(0.4) ? graph.pick() : undefined].filter(
    (value) => value !== undefined,
  );
  if (outer.length === 0) return false;
  const inner = new RandomGraph(
    graph.random,
    graph.weights,
    graph.owned,
    graph.moves,
    graph.depth - 1,
  );
  for (const { array } of outer) inner.input(array);
  inner.grow(graph.random.whole(1, 4));
  const { model: layer, packInputs, reference }: RandomModel = inner.finish();
  graph.owned.push(layer);
  const made = layer.apply(packInputs(outer.map(({ symbolic }) => symbolic))) as unknown;
  const samples = outer.map(({ array }) => array.shape.slice(1).join());
  const isPlain = outer.length === 1 ? layer.inputs.length === 1 : Array.isArray(layer.input);
  if (isPlain && !Object.hasOwn(layer.input as object, 'part_0')) {
    graph.shared.push({
      layer,
      accepts: (others) =>
        others.every(({ array }, i) => array.shape.slice(1).join() === samples[i]),
      count: outer.length,
      reference,
    });
  }
  return graph.add(outer, flat(made), reference);
};

/** A chain as a layer. */
const sequential: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length > 1);
  if (x === undefined) return false;
  const name = graph.random.pick(NAMES);
  const inside = new layers.Dense(graph.random.whole(1, 3));
  const layer = new Sequential([inside, new layers.Activation(name)]);
  return callOne(graph, x, layer as AnyLayer, ([a], weights) => {
    const product = dense.matmul(a as DenseArray, arrayOf(weights, inside.weights[0]));
    const sum = dense.zip(product, arrayOf(weights, inside.weights[1]), (p, q) => p + q);
    return [activated(name, sum)];
  });
};

/** Every move that adds a layer. */
export const layerMoves: readonly Move[] = [
  ...[denseLayer, denseLayer, denseLayer, normalization, plain, plain, steps],
  ...[repeat, merge, merge, concatenate, dot, scaling, sizes, again, again, model, sequential],
];
