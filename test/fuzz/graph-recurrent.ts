// Recurrent layers in random graphs, with their definitions: cells, stacks of cells, both directions, masks, and states
// that come from elsewhere in the graph.
import * as activations from '../../src/activations.js';
import { layers } from '../../src/index.js';
import type { AnyLayer, SymbolicTensor } from '../../src/layers.js';
import * as dense from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import { gru, lstm, simpleRnn } from '../reference/recurrent.js';
import type { WalkOptions } from '../reference/recurrent.js';
import { unaryReference } from '../specs/elementwise.js';
import { activated, arrayOf, callOne, flat } from './graph-layers.js';
import { PADDING } from './random-graph.js';
import type { Move, RandomGraph, Randomness, Reference, Value, Weights } from './random-graph.js';

type Cell = layers.SimpleRNNCell | layers.LSTMCell | layers.GRUCell;

type Function = (x: number) => number;

/** Of new states. The first one is that of the fused kernels. */
const ACTIVATIONS: Readonly<Record<string, Function>> = {
  tanh: Math.tanh,
  softsign: (x) => x / (1 + Math.abs(x)),
  linear: (x) => x,
};

const GATES: Readonly<Record<string, Function>> = {
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hard_sigmoid: (x) => unaryReference.HardSigmoid.value(x),
};

/** The steps and the states after the last. */
interface Walked {
  readonly sequence: DenseArray;
  readonly states: readonly DenseArray[];
}

/** How a cell, or a stack of cells, walks through the steps. */
type Walk = (
  x: DenseArray,
  initial: readonly DenseArray[] | undefined,
  weights: Weights,
  options: WalkOptions,
) => Walked;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const named = (table: Readonly<Record<string, Function>>, of: activations.Activation): Function => {
  const name = activations.serialize(of) as string;
  const f = table[name];
  if (f === undefined) throw new Error(`no reference for ${name}`);
  return f;
};

/** Of one cell, by its formulas. */
function cellWalk(cell: Cell): Walk {
  return (x, initial, weights, options) => {
    const [n = 0, steps = 0] = x.shape;
    const { units, activation: of } = cell;
    const isLstm = cell instanceof layers.LSTMCell;
    const zero = { shape: [n, units], data: new Array<number>(n * units).fill(0) };
    const before = initial ?? (isLstm ? [zero, zero] : [zero]);
    const parts = [cell.kernel, cell.recurrentKernel, cell.bias].filter((part) => part !== null);
    const operands = [x, ...before, ...parts.map((part) => arrayOf(weights, part))];
    const compute = (): DenseArray => {
      if (cell instanceof layers.SimpleRNNCell) {
        const f = activations.serialize(of) === 'relu' ? 'relu' : named(ACTIVATIONS, of);
        return simpleRnn(f, options)(...operands);
      }
      const activation = named(ACTIVATIONS, of);
      const recurrentActivation = named(GATES, cell.recurrentActivation);
      const all = { ...options, activation, recurrentActivation };
      return isLstm ? lstm(all)(...operands) : gru(cell.resetAfter, all)(...operands);
    };
    const all = compute();
    const [rows, columns] = [range(n), range(units)];
    return {
      sequence: dense.take(all, [rows, range(steps), columns]),
      states: before.map((_, i) =>
        dense.reshape(dense.take(all, [rows, [steps + i], columns]), [n, units]),
      ),
    };
  };
}

/** Of stacked cells: a layer of each after the other, under one mask. */
function stackWalk(cells: readonly Cell[]): Walk {
  return (x, initial, weights, { goBackwards, counts, zeroOutputForMask }) => {
    const states: DenseArray[] = [];
    const steps = x.shape[1] ?? 0;
    let sequence = goBackwards === true ? reversed(x) : x;
    const time = (t: number): number => (goBackwards === true ? steps - 1 - t : t);
    const inOrder = counts && ((row: number, t: number): boolean => counts(row, time(t)));
    let at = 0;
    cells.forEach((cell, i) => {
      const count = cell instanceof layers.LSTMCell ? 2 : 1;
      const own = initial?.slice(at, at + count);
      at += count;
      const isLast = i === cells.length - 1;
      const walked = cellWalk(cell)(sequence, own, weights, {
        counts: inOrder,
        zeroOutputForMask: isLast && zeroOutputForMask,
      });
      sequence = walked.sequence;
      states.push(...walked.states);
    });
    return { sequence, states };
  };
}

/** Along the steps. */
function reversed(x: DenseArray): DenseArray {
  const steps = x.shape[1] ?? 0;
  return dense.build(x.shape, ([n = 0, t = 0, ...rest]) =>
    dense.at(x, [n, steps - 1 - t, ...rest]),
  );
}

interface CellOptions {
  readonly useBias: boolean;
  readonly activation: string;
  readonly recurrentActivation: string;
  readonly resetAfter: boolean;
}

/** Options of a cell; mostly those of the fused kernels. */
function cellOptions(random: Randomness): CellOptions {
  const isUsual = random.is(0.7);
  return {
    useBias: random.is(0.8),
    activation: isUsual ? 'tanh' : random.pick(Object.keys(ACTIVATIONS)),
    recurrentActivation: isUsual ? 'sigmoid' : random.pick(Object.keys(GATES)),
    resetAfter: random.is(0.5),
  };
}

const NAMES = ['SimpleRNN', 'LSTM', 'GRU'] as const;

/** The options that a class has. */
function optionsFor(name: (typeof NAMES)[number], random: Randomness): object {
  const { useBias, activation, recurrentActivation, resetAfter } = cellOptions(random);
  if (name === 'SimpleRNN') {
    return { useBias, activation: random.is(0.3) ? 'relu' : activation };
  }
  const gated = { useBias, activation, recurrentActivation };
  return name === 'LSTM' ? gated : { ...gated, resetAfter };
}

interface LayerOptions {
  readonly returnSequences: boolean;
  readonly returnState: boolean;
  readonly goBackwards: boolean;
  readonly zeroOutputForMask: boolean;
}

type Recurrent =
  | layers.SimpleRNN<boolean>
  | layers.LSTM<boolean>
  | layers.GRU<boolean>
  | layers.RNN<layers.RNNCell | readonly layers.RNNCell[], boolean>;

/** A layer over one cell, or over a stack of cells. */
function recurrentLayer(random: Randomness, units: number, options: LayerOptions): Recurrent {
  const cell = (length: number): Cell => {
    const name = random.pick(NAMES);
    const own = optionsFor(name, random);
    return new layers[`${name}Cell`](length, own);
  };
  if (random.is(0.25)) {
    const cells = range(random.whole(0, 1)).map(() => cell(random.whole(1, 3)));
    const all = [...cells, cell(units)];
    return new layers.RNN(all.length === 1 && random.is(0.5) ? (all[0] as Cell) : all, options);
  }
  const name = random.pick(NAMES);
  return new layers[name](units, { ...options, ...optionsFor(name, random) });
}

function cellsOf({ cell }: Pick<Recurrent, 'cell'>): readonly Cell[] {
  const isStack = cell instanceof layers.StackedRNNCells;
  return (isStack ? cell.cells : [cell]) as readonly Cell[];
}

/** How many states the cells of a layer have. */
const statesOf = (layer: Pick<Recurrent, 'cell'>): number =>
  cellsOf(layer).reduce((count, cell) => count + (cell instanceof layers.LSTMCell ? 2 : 1), 0);

/** A layer in a graph: what it computes, and the lengths of the states that it takes. */
interface Made {
  readonly layer: AnyLayer;
  readonly sizes: readonly number[];
  readonly compute: (
    x: DenseArray,
    initial: readonly DenseArray[] | undefined,
    weights: Weights,
    counts: WalkOptions['counts'],
  ) => readonly DenseArray[];
}

const lastOf = (sequence: DenseArray): DenseArray => {
  const [n = 0, steps = 0, units = 0] = sequence.shape;
  return dense.reshape(dense.take(sequence, [range(n), [steps - 1], range(units)]), [n, units]);
};

const sizesOf = (layer: Pick<Recurrent, 'cell'>): readonly number[] =>
  cellsOf(layer).flatMap((cell) =>
    cell instanceof layers.LSTMCell ? [cell.units, cell.units] : [cell.units],
  );

function oneDirection(random: Randomness, units: number): Made {
  const options = {
    returnSequences: random.is(0.5),
    returnState: random.is(0.3),
    goBackwards: random.is(0.3),
    zeroOutputForMask: random.is(0.3),
  };
  const layer = recurrentLayer(random, units, options);
  return {
    layer: layer as AnyLayer,
    sizes: sizesOf(layer),
    compute: (x, initial, weights, counts) => {
      const walk = stackWalk(cellsOf(layer));
      const { sequence, states } = walk(x, initial, weights, { ...options, counts });
      const output = options.returnSequences ? sequence : lastOf(sequence);
      return [output, ...(options.returnState ? states : [])];
    },
  };
}

const MERGES: Readonly<Record<string, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  mul: (a, b) => a * b,
  ave: (a, b) => (a + b) / 2,
};

function bothDirections(random: Randomness, units: number): Made {
  const shared = { returnSequences: random.is(0.5), returnState: random.is(0.3) };
  const rest = { goBackwards: false, zeroOutputForMask: random.is(0.3) };
  const mergeMode = random.pick(['concat', 'sum', 'mul', 'ave', null] as const);
  const backwardLayer = random.is(0.3)
    ? recurrentLayer(random, units, { ...shared, ...rest, goBackwards: true })
    : null;
  const inner = recurrentLayer(random, units, { ...shared, ...rest });
  const layer = new layers.Bidirectional(inner, { mergeMode, backwardLayer });
  const { forwardLayer, backwardLayer: back } = layer;
  const directions = [forwardLayer, back] as const;
  return {
    layer: layer as AnyLayer,
    sizes: directions.flatMap((each) => sizesOf(each)),
    compute: (x, initial, weights, counts) => {
      const middle = statesOf(forwardLayer);
      const [forwards, backwards] = directions.map((each, i) => {
        const own = i === 0 ? initial?.slice(0, middle) : initial?.slice(middle);
        const zeroOutputForMask = shared.returnSequences;
        const options = { goBackwards: i === 1, zeroOutputForMask, counts };
        const { sequence, states } = stackWalk(cellsOf(each))(x, own, weights, options);
        const steps = i === 1 ? reversed(sequence) : sequence;
        return { output: shared.returnSequences ? steps : lastOf(sequence), states };
      }) as [{ output: DenseArray; states: readonly DenseArray[] }, { output: DenseArray; states: readonly DenseArray[] }]; // prettier-ignore
      const pair = [forwards.output, backwards.output] as const;
      const merge = MERGES[mergeMode ?? ''];
      const outputs =
        merge !== undefined
          ? [dense.zip(...pair, merge)]
          : mergeMode === null
            ? pair
            : [dense.concat(pair, pair[0].shape.length - 1)];
      return [...outputs, ...(shared.returnState ? [...forwards.states, ...backwards.states] : [])];
    },
  };
}

const someLayer = (random: Randomness, units: number): Made =>
  random.is(0.35) ? bothDirections(random, units) : oneDirection(random, units);

/** A batch of sequences whose steps are padding here and there, of one sample all of them. */
export function paddedInput(random: Randomness, batch: number): DenseArray {
  const [steps, features] = [random.whole(2, 4), random.whole(1, 3)];
  const { shape, data } = random.array([batch, steps, features]);
  const isPadding = range(batch * steps).map((i) => i < steps || random.is(0.4));
  const padded = data.map((value, i) =>
    isPadding[Math.floor(i / features)] === true ? PADDING : value,
  );
  return { shape, data: padded };
}

/** How many whole numbers an input of them may have. */
const VOCABULARY = 4;

/** Whole numbers; zeros are padding. */
export function wholeNumbers(random: Randomness, batch: number): DenseArray {
  const shape = [batch, random.whole(2, 4)];
  return { shape, data: range(dense.sizeOf(shape)).map(() => random.whole(0, VOCABULARY - 1)) };
}

/** Values for the states: a state of a sample each, of the lengths that are asked for. */
function pickStates(graph: RandomGraph, sizes: readonly number[]): readonly Value[] | undefined {
  const states = sizes.map((size) =>
    graph.pick(({ array, content }) => {
      const [, length] = array.shape;
      return array.shape.length === 2 && length === size && content === undefined;
    }),
  );
  return states.includes(undefined) ? undefined : (states as readonly Value[]);
}

/** A recurrent layer over anything with steps; its units are often those of a value that can be its state. */
const recurrent: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 3);
  if (x === undefined) return false;
  const { random } = graph;
  const state = graph.pick(({ array }) => array.shape.length === 2 && (array.shape[1] ?? 9) < 5);
  const units = state !== undefined && random.is(0.5) ? (state.array.shape[1] ?? 1) : random.whole(1, 4); // prettier-ignore
  const { layer, sizes, compute } = someLayer(random, units);
  const states = random.is(0.6) ? pickStates(graph, sizes) : undefined;
  if (states === undefined) {
    return callOne(graph, x, layer, ([a], weights) =>
      compute(a as DenseArray, undefined, weights, undefined),
    );
  }
  const symbolic = states.map((value) => value.symbolic);
  const initialState = symbolic.length === 1 && random.is(0.5) ? symbolic[0] : symbolic;
  const made = layer.apply(x.symbolic, { initialState } as never) as unknown;
  graph.fill(layer);
  return graph.add([x, ...states], flat(made), ([a, ...initial], weights) =>
    compute(a as DenseArray, initial, weights, undefined),
  );
};

/** A recurrent layer under a mask, which comes from padding or from whole numbers, through layers that pass it on. */
const masked: Move = (graph) => {
  const x = graph.pick(({ content }) => content !== undefined);
  if (x === undefined) return false;
  const { random } = graph;
  const [, , features = 1] = x.array.shape;
  const call = (layer: AnyLayer, given: SymbolicTensor): SymbolicTensor => {
    const made = layer.apply(given) as unknown as SymbolicTensor;
    graph.fill(layer);
    return made;
  };
  const isIds = x.content === 'ids';
  const source = isIds
    ? new layers.Embedding(VOCABULARY, random.whole(1, 3), { maskZero: true })
    : new layers.Masking({ maskValue: PADDING });
  let given = call(source as AnyLayer, x.symbolic);
  const inside = random.is(0.5) ? new layers.Dense(random.whole(1, 3), { activation: 'tanh' }) : undefined; // prettier-ignore
  if (inside !== undefined) given = call(inside as AnyLayer, given);
  const { layer, sizes, compute } = someLayer(random, random.whole(1, 3));
  const states = random.is(0.5) ? (pickStates(graph, sizes) ?? []) : [];
  const options = states.length > 0 ? { initialState: states.map((value) => value.symbolic) } : {};
  const made = layer.apply(given, options as never) as unknown;
  graph.fill(layer);
  const reference: Reference = ([input, ...initial], weights) => {
    const a = input as DenseArray;
    const counts = (row: number, time: number): boolean =>
      isIds
        ? dense.at(a, [row, time]) !== 0
        : range(features).some((f) => dense.at(a, [row, time, f]) !== PADDING);
    let h =
      source instanceof layers.Embedding
        ? dense.gather(arrayOf(weights, source.embeddings), a, 0)
        : dense.build(a.shape, (index) =>
            counts(index[0] ?? 0, index[1] ?? 0) ? dense.at(a, index) : 0,
          );
    if (inside !== undefined) {
      const product = dense.matmul(h, arrayOf(weights, inside.weights[0]));
      h = activated(
        'tanh',
        dense.zip(product, arrayOf(weights, inside.weights[1]), (p, q) => p + q),
      );
    }
    return compute(h, initial.length > 0 ? initial : undefined, weights, counts);
  };
  return graph.add([x, ...states], flat(made), reference);
};

/** A recurrent layer, or a dense one, at each step of a sequence. */
const distributed: Move = (graph) => {
  const x = graph.pick(({ array }) => array.shape.length === 4);
  if (x === undefined) return false;
  const inner = new layers.GRU(graph.random.whole(1, 3), { resetAfter: graph.random.is(0.5) });
  return callOne(graph, x, new layers.TimeDistributed(inner) as AnyLayer, ([input], weights) => {
    const a = input as DenseArray;
    const [n = 0, steps = 0, ...rest] = a.shape;
    const outputs = range(steps).map((t) => {
      const at = dense.build([n, ...rest], ([row = 0, ...index]) =>
        dense.at(a, [row, t, ...index]),
      );
      const { sequence } = cellWalk(inner.cell)(at, undefined, weights, {});
      const last = lastOf(sequence);
      return dense.reshape(last, [n, 1, ...last.shape.slice(1)]);
    });
    return [dense.concat(outputs, 1)];
  });
};

/** Every move that adds a recurrent layer. */
export const recurrentMoves: readonly Move[] = [
  ...[recurrent, recurrent, masked, masked],
  distributed,
];
