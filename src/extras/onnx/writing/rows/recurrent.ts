// Recurrent layers as ONNX's operators, where these compute the same.
import { real } from '../../../../files/formats/onnx/write.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import {
  concat as concatTensors,
  reshape as reshapeTensor,
  slice as sliceTensor,
  transpose as transposeTensor,
} from '../../../../engine/ops/index.js';
import { zeros } from '../../../../engine/tensor/index.js';
import type { Tensor } from '../../../../engine/tensor/index.js';
import { classNameOf, isDeclared } from '../../../../config/index.js';
import type { Activation } from '../../../../nn/activations/registry.js';
import type { GRU, GRUCell } from '../../../../nn/layers/recurrent/gru.js';
import type { LSTM, LSTMCell } from '../../../../nn/layers/recurrent/lstm.js';
import type { SimpleRNN, SimpleRNNCell } from '../../../../nn/layers/recurrent/simple-rnn.js';
import { describeActivation } from '../activations.js';
import { float } from '../elementwise.js';
import type { Attributes, GraphWriter } from '../graph-writer.js';
import { slice, squeeze, transpose } from '../shapes.js';
import type { Written } from '../written.js';

/** A layer of one of the three classes. */
export type Sequential = GRU<boolean> | LSTM<boolean> | SimpleRNN<boolean>;

/** What a direction gives: all states h [batch, steps, units], as the input stands, and the states after the last step. */
export interface Run {
  readonly all: Written;
  readonly last: readonly Written[];
}

/** ONNX's words for activations, with the numbers that they take. */
const KNOWN: Readonly<Record<string, readonly [name: string, alpha?: number, beta?: number]>> = {
  elu: ['Elu', 1],
  hard_sigmoid: ['HardSigmoid', 1 / 6, 0.5],
  hard_sigmoid_keras2: ['HardSigmoid', 0.2, 0.5],
  leaky_relu: ['LeakyRelu', 0.2],
  linear: ['Affine', 1, 0],
  relu: ['Relu'],
  sigmoid: ['Sigmoid'],
  softplus: ['Softplus'],
  softsign: ['Softsign'],
  tanh: ['Tanh'],
};

const wordOf = (activation: Activation): (typeof KNOWN)[string] | undefined => {
  const name = describeActivation(activation);
  return typeof name === 'string' && Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined;
};

/** The activations of one direction, in ONNX's order. */
function wordsOf(layer: Sequential): ReturnType<typeof wordOf>[] {
  const { activation } = layer;
  if (!('recurrentActivation' in layer)) return [wordOf(activation)];
  const words = [wordOf(layer.recurrentActivation), wordOf(activation)];
  return classNameOf(layer) === 'LSTM' ? [...words, words[1]] : words;
}

/** Whether ONNX's operators compute what the layer does. */
export const isOperator = (layer: object): layer is Sequential =>
  isDeclared(layer.constructor) &&
  ['LSTM', 'GRU', 'SimpleRNN'].includes(classNameOf(layer)) &&
  wordsOf(layer as Sequential).every((word) => word !== undefined);

/** The columns of gates, in ONNX's order, as rows [1, gates · units, inputs]. */
function gateRows(kernel: Tensor, order: readonly number[]): Tensor {
  const units = (kernel.shape.at(-1) ?? 0) / order.length;
  const parts = order.map((gate) => sliceTensor(kernel, '...', [gate * units, (gate + 1) * units]));
  const turned = transposeTensor(concatTensors(parts, -1));
  return reshapeTensor(turned, [1, ...turned.shape]);
}

/** Keras's i, f, c, o as ONNX's i, o, f, c; its z, r, h is ONNX's as well. */
const ORDERS: Readonly<Record<string, readonly number[]>> = {
  LSTM: [0, 3, 1, 2],
  GRU: [0, 1, 2],
  SimpleRNN: [0],
};

/** The biases [1, 2 · gates · units]: those of the input, then those of the state. */
function biasRow(bias: Tensor, order: readonly number[]): Tensor {
  const rows = bias.ndim === 2 ? bias : reshapeTensor(bias, [1, -1]);
  const [ofInput, ofState] = [0, 1].map((row) =>
    row < (rows.shape[0] ?? 0)
      ? reshapeTensor(gateRows(sliceTensor(rows, [row, row + 1]), order), [1, -1])
      : zeros([1, rows.shape[1] ?? 0]),
  ) as [Tensor, Tensor];
  return concatTensors([ofInput, ofState], -1);
}

/** Weights of directions, one behind the other. */
function stacked(
  w: GraphWriter,
  layers: readonly Sequential[],
  pick: (cell: LSTMCell | GRUCell | SimpleRNNCell, order: readonly number[]) => Tensor,
  name: string,
): Written {
  const hint = `${layers[0]?.cell.kernel.path.replace(/[^/]*$/, '') ?? ''}${name}`;
  return w.computed(
    () =>
      concatTensors(
        layers.map((layer) => pick(layer.cell, ORDERS[classNameOf(layer)] ?? [])),
        0,
      ),
    hint,
  );
}

/** Runs layers over x [batch, steps, features]: one, or two in both directions, of one class and as many units. */
export function runOperator(
  w: GraphWriter,
  layers: readonly Sequential[],
  x: Written,
  initial: readonly (readonly Written[])[] | undefined,
): Run[] {
  const [layer] = layers as readonly [Sequential];
  const kind = classNameOf(layer);
  const { units } = layer;
  const [batch, steps] = [x.shape[0] ?? null, x.shape[1] ?? null];
  const directions = layers.length;
  const bias = layers.every(({ cell }) => cell.bias !== null)
    ? stacked(w, layers, (cell, order) => biasRow(cell.bias?.value ?? zeros([0]), order), 'bias')
    : undefined;
  const firsts = initial?.[0]?.map((_, state) => {
    const parts = initial.map((states) => states[state] as Written);
    const lines = parts.map((part) =>
      w.one('Unsqueeze', [float(w, part), w.whole([0])], [1, ...part.shape], TYPE.float),
    );
    return lines.length === 1
      ? (lines[0] as Written)
      : w.one('Concat', lines, [directions, batch, units], TYPE.float, { axis: 0 });
  });
  const inputs = [
    transpose(float(w, x), [1, 0, 2]),
    stacked(w, layers, (cell, order) => gateRows(cell.kernel.value, order), 'kernel'),
    stacked(
      w,
      layers,
      (cell, order) => gateRows(cell.recurrentKernel.value, order),
      'recurrent_kernel',
    ),
    bias,
    undefined,
    ...(firsts ?? []),
  ];
  const state = { shape: [directions, batch, units], type: TYPE.float };
  const specs = [{ shape: [steps, directions, batch, units], type: TYPE.float }, state];
  const given = w.node(
    kind === 'SimpleRNN' ? 'RNN' : kind,
    inputs,
    kind === 'LSTM' ? [...specs, state] : specs,
    attributesOf(layers),
  );
  return layers.map((_, direction) => {
    const part = (y: Written, axis: number): Written => {
      const own =
        directions === 1 ? y : slice(w, y, { axis, start: direction, end: direction + 1 });
      return squeeze(w, own, axis);
    };
    const [all, ...last] = given.map((y, i) => part(y, i === 0 ? 1 : 0)) as [Written, ...Written[]];
    return { all: transpose(all, [1, 0, 2]), last };
  });
}

function attributesOf(layers: readonly Sequential[]): Attributes {
  const [layer] = layers as readonly [Sequential];
  const words = layers.flatMap(wordsOf).filter((word) => word !== undefined);
  // Each list has the numbers of those activations alone that take one, in their order.
  const alphas = words.flatMap(([, alpha = []]) => alpha);
  const betas = words.flatMap(([, , beta = []]) => beta);
  return {
    hidden_size: layer.units,
    direction: layers.length > 1 ? 'bidirectional' : layer.goBackwards ? 'reverse' : 'forward',
    activations: words.map(([name]) => name),
    ...(alphas.length > 0 ? { activation_alpha: alphas.map(real) } : {}),
    ...(betas.length > 0 ? { activation_beta: betas.map(real) } : {}),
    ...(classNameOf(layer) === 'GRU'
      ? { linear_before_reset: (layer as GRU<boolean>).resetAfter ? 1 : 0 }
      : {}),
  };
}
