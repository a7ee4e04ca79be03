// Models that are written as files of ONNX: one of each layer and operation, and whole ones. The tests read them back, and
// test/oracles/onnx/written.ts gives them to ONNX Runtime.
import { readFileSync } from 'node:fs';
import { Input, layers, models, ops, random, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { NestedNumbers } from '../../../src/engine/tensor/nested.js';
import { OPERATIONS } from '../../../src/extras/onnx/writing/rows/operations.js';
import { calledOperations } from '../../specs/operation-spec.js';
import { inputFor, makeLayers, shapesOf } from '../../specs/layers.js';

type SymbolicTensor = layers.SymbolicTensor;

/** A model with what it is given. */
export interface WrittenCase {
  readonly name: string;
  readonly model: models.Model<never, never>;
  readonly inputs: readonly Tensor[];
}

const one = <T>(list: readonly T[]): T | readonly T[] =>
  list.length === 1 ? (list[0] as T) : list;

/** A model between inputs and whatever structure of outputs. */
export function modelOf(
  inputs: readonly SymbolicTensor[],
  outputs: unknown,
): models.Model<never, never> {
  const flat = ([outputs] as readonly unknown[]).flat(4) as SymbolicTensor[];
  return new models.Model({ inputs: one(inputs), outputs: one(flat) }) as never;
}

/** Numbers of all sizes in place of first weights, of which some are zeros or all the same. */
export function shake(model: { readonly weights: models.Model['weights'] }): void {
  for (const weight of model.weights) {
    const isScale = /variance|stddev|count/.test(weight.name);
    const size = weight.shape.reduce((a, b) => a * b, 1);
    if (weight.dtype !== 'float32' || size === 0 || isScale) continue;
    weight.assign(ops.add(ops.mul(ops.sin(ops.reshape(ops.arange(size), weight.shape)), 0.5), weight.value)); // prettier-ignore
  }
}

/** The outputs of a model for a batch, as a list. */
export function outputsOf(model: models.Model<never, never>, inputs: readonly Tensor[]): Tensor[] {
  const result: unknown = model.apply(one(inputs) as never, { training: false });
  return ([result] as readonly unknown[]).flat(4) as Tensor[];
}

/** A case of each example of a layer that reads numbers. */
export function* layerCases(): Generator<WrittenCase> {
  for (const [i, [layer, shape]] of makeLayers().entries()) {
    const hashes = layer instanceof layers.IntegerLookup && layer.oovMethod === 'farmhash';
    if (layer.readsStrings || hashes || layer instanceof layers.InputLayer) {
      layer.dispose();
      continue;
    }
    const given = inputFor(layer, shape);
    const inputs = [given].flat();
    const symbolic = shapesOf(shape).map(([, ...sample], at) =>
      Input(sample, { name: `x${at}`, dtype: inputs[at]?.dtype ?? 'float32' }),
    );
    const model = modelOf(symbolic, layer.apply(one(symbolic)));
    shake(model);
    yield { name: `${(layer.constructor as typeof layers.Layer).className}-${i}`, model, inputs };
  }
}

interface Golden {
  readonly shape: readonly (number | null)[];
  readonly dtype: 'float32' | 'int32' | 'uint8' | 'bool';
  readonly data: readonly (number | string)[];
}

interface Example {
  readonly operation: string;
  readonly args: readonly unknown[];
  readonly inputs: readonly Golden[];
}

function fillIn(value: unknown, inputs: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => fillIn(item, inputs));
  if (typeof value !== 'object' || value === null) return value;
  if ('input' in value) return inputs[Number(value.input)];
  if ('seed' in value) return new random.SeedGenerator(Number(value.seed));
  if ('tensor' in value) return tensor(value.tensor as NestedNumbers);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, fillIn(item, inputs)]),
  );
}

/** A case of each call of an operation that has a row, as graphs of files hold them. */
export function* operationCases(): Generator<WrittenCase> {
  const text = readFileSync('test/fixtures/keras-operations.json', 'utf8');
  for (const [i, { operation, args, inputs: golden }] of (
    JSON.parse(text) as Example[]
  ).entries()) {
    if (!Object.hasOwn(OPERATIONS, operation)) continue;
    const inputs = golden.map(({ shape, dtype, data }) =>
      tensor(Float32Array.from(data, Number), { shape: shape.map((n) => n ?? 2) }).astype(dtype),
    );
    const symbolic = golden.map(({ shape, dtype }, at) =>
      Input({ batchShape: shape, dtype, name: `x${at}` }),
    );
    const call = calledOperations[operation as keyof typeof calledOperations] as (
      ...args: readonly unknown[]
    ) => unknown;
    const y = call(...args.map((value) => fillIn(value, symbolic)));
    yield { name: `ops.${operation}-${i}`, model: modelOf(symbolic, y), inputs };
  }
}

/** Numbers on both sides of 0. */
const waves = (...shape: readonly number[]): Tensor =>
  ops.sin(ops.reshape(ops.arange(shape.reduce((a, b) => a * b, 1)), [...shape]));

const sequence =
  (
    make: (x: SymbolicTensor) => unknown,
    shape: readonly (number | null)[] = [5, 3],
    given: readonly number[] = [2, 5, 3],
  ): (() => Omit<WrittenCase, 'name'>) =>
  () => {
    const x = Input(shape, { name: 'x' });
    const model = modelOf([x], make(x));
    shake(model);
    return { model, inputs: [waves(...given)] };
  };

/** Sequences of class numbers that end with zeros. */
const masked =
  (make: (x: SymbolicTensor) => unknown): (() => Omit<WrittenCase, 'name'>) =>
  () => {
    const ids = Input([5], { dtype: 'int32', name: 'ids' });
    const x = new layers.Embedding(7, 4, { maskZero: true }).apply(ids);
    const model = modelOf([ids], make(x));
    shake(model);
    return { model, inputs: [tensor([[1, 2, 3, 0, 0], [4, 5, 6, 1, 0]], { dtype: 'int32' })] }; // prettier-ignore
  };

const image = (
  make: (x: SymbolicTensor) => unknown,
  shape = [7, 6, 3],
): (() => Omit<WrittenCase, 'name'>) =>
  sequence(make, shape, [2, ...shape.map((length) => length ?? 5)]);

const MODELS: Readonly<Record<string, () => Omit<WrittenCase, 'name'>>> = {
  'a network of convolutions': image((x) => {
    let y = new layers.Conv2D(4, 3, { padding: 'same', strides: 2, activation: 'relu' }).apply(x);
    y = new layers.BatchNormalization().apply(y);
    y = new layers.Activation('silu').apply(y);
    const z = new layers.DepthwiseConv2D(3, { padding: 'same' }).apply(y);
    y = new layers.Add().apply([y, z]);
    y = new layers.MaxPooling2D(2, { padding: 'same' }).apply(y);
    y = new layers.Concatenate().apply([y, y]);
    y = new layers.GlobalAveragePooling2D().apply(y);
    return new layers.Dense(3, { activation: 'softmax' }).apply(y);
  }),
  'images of any size': sequence(
    (x) => new layers.Conv2D(2, 3, { padding: 'same', strides: 2 }).apply(new layers.ZeroPadding2D(1).apply(x)),
    [null, null, 3],
    [2, 7, 6, 3],
  ), // prettier-ignore
  'channels first': image((x) => {
    const options = { dataFormat: 'channels_first' } as const;
    const y = new layers.Conv2D(2, 2, { ...options, dilationRate: 2 }).apply(x);
    return new layers.Flatten(options).apply(y);
  }),
  'a causal convolution': sequence((x) => new layers.Conv1D(2, 3, { padding: 'causal', dilationRate: 2 }).apply(x)), // prettier-ignore
  'a layer that is called twice': sequence((x) => {
    const dense = new layers.Dense(3, { activation: 'tanh' });
    return dense.apply(dense.apply(x));
  }),
  'one tensor as two outputs': sequence((x) => {
    const y = new layers.Dense(2).apply(x);
    return [y, y];
  }),
  'a model in a model': sequence((x) => {
    const inner = new models.Sequential([new layers.Dense(4, { inputShape: [5, 3], activation: 'gelu' }), new layers.Dense(2)]); // prettier-ignore
    return new layers.Dense(2).apply(inner.apply(x) as never);
  }),
  'LSTM with its states': sequence((x) => {
    const [y, h, c] = new layers.LSTM(3, { returnSequences: true, returnState: true }).apply(x) as unknown as SymbolicTensor[]; // prettier-ignore
    return [y, new layers.LSTM(3).apply(x, { initialState: [h, c] as never })];
  }),
  'GRU, reset before and after': sequence((x) => [
    new layers.GRU(3, { resetAfter: true, returnSequences: true }).apply(x),
    new layers.GRU(3, { resetAfter: false, useBias: false }).apply(x),
  ]),
  backwards: sequence((x) => [
    new layers.GRU(3, { goBackwards: true, returnSequences: true }).apply(x),
    new layers.SimpleRNN(3, { goBackwards: true, activation: 'relu' }).apply(x),
  ]),
  'other activations of gates': sequence((x) => [
    new layers.LSTM(3, { recurrentActivation: 'hard_sigmoid', activation: 'softsign' }).apply(x),
    new layers.GRU(3, { activation: 'gelu', returnSequences: true }).apply(x),
    // Some take numbers, and some of the same node do not.
    new layers.GRU(3, { activation: 'linear' }).apply(x),
    new layers.LSTM(3, { activation: 'leaky_relu' }).apply(x),
    new layers.Bidirectional(new layers.LSTM(3, { recurrentActivation: 'hard_sigmoid', activation: 'elu' })).apply(x), // prettier-ignore
  ]),
  'sequences of any length': sequence(
    (x) => new layers.Bidirectional(new layers.LSTM(3, { returnSequences: true })).apply(x),
    [null, 3],
  ),
  'both directions': sequence((x) =>
    (['concat', 'sum', 'mul', 'ave'] as const).map((mergeMode) =>
      new layers.Bidirectional(new layers.GRU(3, { returnSequences: true }), { mergeMode }).apply(
        x,
      ),
    ),
  ),
  'both directions of two classes': sequence((x) =>
    new layers.Bidirectional(new layers.LSTM(3), {
      backwardLayer: new layers.GRU(3, { goBackwards: true }),
    }).apply(x),
  ),
  'stacked cells': sequence((x) =>
    new layers.RNN([new layers.LSTMCell(3), new layers.GRUCell(2)], {
      returnSequences: true,
    }).apply(x),
  ),
  'a mask and an LSTM': masked((x) => new layers.LSTM(3, { returnSequences: true }).apply(x)),
  'a mask and both directions': masked((x) =>
    new layers.Bidirectional(new layers.GRU(3, { returnSequences: true })).apply(x),
  ),
  'a mask and attention': masked((x) => {
    const y = new layers.MultiHeadAttention(2, 3).apply([x, x], { useCausalMask: true });
    return new layers.GlobalAveragePooling1D().apply(y);
  }),
  'a mask and attention by dots': masked((x) => new layers.Attention().apply([x, x])),
  'a mask through other layers': masked((x) => {
    const y = new layers.Dense(4, { activation: 'relu' }).apply(new layers.Dropout(0.5).apply(x));
    return new layers.GlobalAveragePooling1D().apply(new layers.Add().apply([x, y]));
  }),
  'attention over sequences of any length': sequence(
    (x) => new layers.MultiHeadAttention(2, 3, { slidingWindow: 2 }).apply([x, x], { useCausalMask: true }),
    [null, 3],
  ), // prettier-ignore
  'attention with its scores': sequence((x) =>
    new layers.MultiHeadAttention(2, 3).apply([x, x], { returnAttentionScores: true }),
  ),
  'steps one by one': sequence((x) =>
    new layers.TimeDistributed(new layers.Conv1D(2, 2)).apply(x as never), [4, 5, 3], [2, 4, 5, 3],
  ), // prettier-ignore
  'an activation that is a layer': sequence((x) =>
    new layers.Dense(2, {
      activation: { class_name: 'LeakyReLU', config: { negative_slope: 0.1 } } as never,
    }).apply(x),
  ),
  'layers of images': image((x) => {
    const y = new layers.UpSampling2D(2, { interpolation: 'bilinear' }).apply(x);
    return new layers.Resizing(5, 9).apply(new layers.Rescaling(0.5, { offset: 1 }).apply(new layers.RandomFlip().apply(y as never))); // prettier-ignore
  }),
  'lookups of whole numbers': () => {
    const x = Input([3], { dtype: 'int32', name: 'x' });
    const vocabulary = [12, -7, 2 ** 40, 5];
    const options = [
      { maskToken: 0 },
      { numOovIndices: 3, maskToken: 0 },
      { outputMode: 'multi_hot', maskToken: 0, numOovIndices: 2 },
      { outputMode: 'count' },
      { outputMode: 'tf_idf', idfWeights: [0.5, 2, 3, 0.25] },
    ] as const;
    const indices = options.map((one) => new layers.IntegerLookup({ vocabulary, ...one }).apply(x));
    const [first] = indices;
    const terms = new layers.IntegerLookup({ vocabulary: [12, -7, 9, 5], maskToken: 0, invert: true }); // prettier-ignore
    const model = modelOf([x], [...indices, terms.apply(first as never)]);
    return { model, inputs: [tensor([[12, 5, -7], [0, -8, 100], [-7, -7, 0]], { dtype: 'int32' })] }; // prettier-ignore
  },
  'a Lambda': sequence((x) => new layers.Lambda((y) => ops.mul(ops.relu(y), 2)).apply(x)),
  'operations and layers': sequence((x) => {
    const y = ops.sum(ops.square(x) as never, -1, true);
    return ops.concat([ops.div(x, ops.add(ops.sqrt(y), 1)), ops.slice(x, ':', '::-1')] as never, -1); // prettier-ignore
  }),
};

/** Whole models. */
export function* modelCases(): Generator<WrittenCase> {
  for (const [name, make] of Object.entries(MODELS)) yield { name, ...make() };
}
