// Cells, step by step, and the layers that run them.
import { classNameOf, isDeclared } from '../../../../config/index.js';
import type { AnyLayer } from '../../../../nn/layers/core/layer.js';
import type { Bidirectional } from '../../../../nn/layers/recurrent/bidirectional.js';
import { stateShapesOf } from '../../../../nn/layers/recurrent/cell.js';
import type { RNNCell } from '../../../../nn/layers/recurrent/cell.js';
import type { GRUCell } from '../../../../nn/layers/recurrent/gru.js';
import type { LSTMCell } from '../../../../nn/layers/recurrent/lstm.js';
import type { RecurrentLayer } from '../../../../nn/layers/recurrent/recurrent-layer.js';
import type { SimpleRNNCell } from '../../../../nn/layers/recurrent/simple-rnn.js';
import type { StackedRNNCells } from '../../../../nn/layers/recurrent/stacked-rnn-cells.js';
import type { PartialShape } from '../../../../engine/tensor/index.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { activated } from '../activations.js';
import { add, div, float, mul, sub, where } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { maskOf, rows, writtenIn } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { concat, expandDims, matmul, measured, slice, squeeze } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { convolve, inChannelsFirst } from './convolutions.js';
import { dense } from './dense.js';
import { isOperator, runOperator } from './recurrent.js';
import type { Run } from './recurrent.js';

/** A step: the output, and the states after it. */
type Step = (
  call: LayerCall,
  cell: never,
  x: Written,
  states: readonly Written[],
) => readonly Written[];

/** The columns of one gate. */
function gate(w: GraphWriter, x: Written, index: number, units: number, axis = -1): Written {
  return slice(w, x, { axis, start: index * units, end: (index + 1) * units });
}

const gatesOf = (w: GraphWriter, x: Written, count: number, units: number, axis = -1): Written[] =>
  Array.from({ length: count }, (_, i) => gate(w, x, i, units, axis));

function simpleStep(
  call: LayerCall,
  cell: SimpleRNNCell,
  x: Written,
  [h]: readonly Written[],
): Written[] {
  const { w } = call;
  const bias = cell.bias === null ? null : w.weight(cell.bias);
  const fromInput = dense(w, x, w.weight(cell.kernel), bias);
  const fromState = matmul(w, h as Written, w.weight(cell.recurrentKernel));
  const y = activated(call, cell.activation, add(w, fromInput, fromState));
  return [y, y];
}

/** c ← σ(f) · c + σ(i) · tanh(g); h ← σ(o) · tanh(c). */
function lstmOf(call: LayerCall, cell: LSTMCell, gates: readonly Written[], c: Written): Written[] {
  const { w } = call;
  const [i, f, g, o] = gates as [Written, Written, Written, Written];
  const bend = (x: Written): Written => activated(call, cell.recurrentActivation, x);
  const kept = mul(w, bend(f), c);
  const state = add(w, kept, mul(w, bend(i), activated(call, cell.activation, g)));
  const y = mul(w, bend(o), activated(call, cell.activation, state));
  return [y, y, state];
}

function lstmStep(
  call: LayerCall,
  cell: LSTMCell,
  x: Written,
  [h, c]: readonly Written[],
): Written[] {
  const { w } = call;
  const bias = cell.bias === null ? null : w.weight(cell.bias);
  const fromInput = dense(w, x, w.weight(cell.kernel), bias);
  const sums = add(w, fromInput, matmul(w, h as Written, w.weight(cell.recurrentKernel)));
  return lstmOf(call, cell, gatesOf(w, sums, 4, cell.units), c as Written);
}

/** h ← z · h + (1 − z) · g. */
function gruStep(
  call: LayerCall,
  cell: GRUCell,
  x: Written,
  [state]: readonly Written[],
): Written[] {
  const { w } = call;
  const { units, resetAfter } = cell;
  const h = state as Written;
  const bias = cell.bias === null ? null : w.weight(cell.bias);
  const row = (index: number): Written | null =>
    bias === null || !resetAfter
      ? bias
      : squeeze(w, slice(w, bias, { axis: 0, start: index, end: index + 1 }), 0);
  const kernel = w.weight(cell.recurrentKernel);
  const [xz, xr, xg] = gatesOf(w, dense(w, x, w.weight(cell.kernel), row(0)), 3, units) as [
    Written,
    Written,
    Written,
  ];
  const product = resetAfter
    ? dense(w, h, kernel, row(1))
    : matmul(w, h, slice(w, kernel, { axis: 1, start: 0, end: 2 * units }));
  const bend = (index: number, of: Written): Written =>
    activated(call, cell.recurrentActivation, add(w, of, gate(w, product, index, units)));
  const [z, r] = [bend(0, xz), bend(1, xr)];
  const fromState = resetAfter
    ? mul(w, r, gate(w, product, 2, units))
    : matmul(w, mul(w, r, h), slice(w, kernel, { axis: 1, start: 2 * units }));
  const g = activated(call, cell.activation, add(w, xg, fromState));
  const y = add(w, mul(w, z, h), mul(w, sub(w, 1, z), g));
  return [y, y];
}

/** A cell of ConvLSTM: products are convolutions. */
interface ConvolutionalCell extends LSTMCell {
  readonly convolution: {
    readonly kernelSize: readonly number[];
    readonly strides: readonly number[];
    readonly padding: 'valid' | 'same';
    readonly dataFormat: string;
    readonly dilationRate: readonly number[];
  };
}

function convolutionalStep(
  call: LayerCall,
  cell: ConvolutionalCell,
  x: Written,
  [h, c]: readonly Written[],
): Written[] {
  const { w } = call;
  const { kernelSize, strides, padding, dataFormat, dilationRate } = cell.convolution;
  const bias = cell.bias === null ? null : w.weight(cell.bias);
  const ones = kernelSize.map(() => 1);
  const fromInput = inChannelsFirst(x, dataFormat, (input) =>
    convolve(w, input, w.weight(cell.kernel), bias, {
      kernel: kernelSize,
      strides,
      padding,
      dilations: dilationRate,
    }),
  );
  const fromState = inChannelsFirst(h as Written, dataFormat, (state) =>
    convolve(w, state, w.weight(cell.recurrentKernel), null, {
      kernel: kernelSize,
      strides: ones,
      padding: 'same',
    }),
  );
  const axis = dataFormat === 'channels_first' ? 1 : -1;
  const gates = gatesOf(w, add(w, fromInput, fromState), 4, cell.units, axis);
  return lstmOf(call, cell, gates, c as Written);
}

/** Each cell takes what the one before gives. */
function stackedStep(
  call: LayerCall,
  stack: StackedRNNCells,
  x: Written,
  states: readonly Written[],
): Written[] {
  let output = x;
  let next = 0;
  const after = stack.cells.flatMap((cell) => {
    const count = [cell.stateSize].flat().length;
    const [y, ...own] = stepOf(call, cell as never, output, states.slice(next, next + count));
    next += count;
    output = y as Written;
    return own;
  });
  return [output, ...after];
}

const STEPS: Readonly<Record<string, Step>> = {
  SimpleRNNCell: simpleStep,
  LSTMCell: lstmStep,
  GRUCell: gruStep,
  ConvLSTMCell: convolutionalStep,
  StackedRNNCells: stackedStep,
};

/** What a step of a cell gives: the output, then its states. */
function stepOf(
  call: LayerCall,
  cell: AnyLayer,
  x: Written,
  states: readonly Written[],
): readonly Written[] {
  const name = classNameOf(cell);
  // A class of the program's own may compute something else, whatever it is called.
  const isKnown = isDeclared(cell.constructor) || 'convolution' in cell;
  const step = isKnown && Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  return step === undefined
    ? refuse(`its cell, a ${name}, is not one of the library's`)
    : step(call, cell as never, float(call.w, x), states);
}

/** Zeros of that shape, the batch of which is that of x. */
function zerosLike(w: GraphWriter, x: Written, shape: PartialShape): Written {
  const batch = x.shape[0] ?? null;
  const sample = shape.slice(1);
  if (sample.includes(null)) return refuse('the shape of its states is not known');
  if (batch === null) {
    const lengths = w.one(
      'Concat',
      [measured(w, x, 0), w.whole(sample as number[])],
      [shape.length],
      TYPE.int64,
      { axis: 0 },
    );
    return w.one('Expand', [w.floats(0), lengths], [null, ...sample], TYPE.float);
  }
  const size = (sample as number[]).reduce((a, b) => a * b, batch);
  return w.floats(new Array<number>(size).fill(0), [batch, ...(sample as number[])]);
}

/** The states with which a call begins: those that it is given, or zeros. */
function firstStates(layer: RecurrentLayer, call: LayerCall, given: readonly Written[]): Written[] {
  if (given.length > 0) return given.map((x) => float(call.w, x));
  return layer.stateShapes(call.x.shape).map((shape) => zerosLike(call.w, call.x, shape));
}

const MAX_STEPS = 1024;

/** The cell over all steps, written one by one. Where a mask leaves out a step, the states stay. */
function unrolled(layer: RecurrentLayer, call: LayerCall, given: readonly Written[]): Run {
  const { w, x } = call;
  const count = x.shape[1] ?? null;
  const mask = maskOf(x);
  if (count === null) {
    return refuse(
      `its steps are written one by one, ${mask === null ? 'as ONNX has no operator of its cell or its activations' : 'since a mask leaves some out'}, ` +
        `and their number is not known. State it in the Input`,
    );
  }
  if (count > MAX_STEPS)
    return refuse(`its ${count} steps are written one by one, and at most ${MAX_STEPS} are`);
  const stepOfAxis = (y: Written, at: number): Written =>
    squeeze(w, slice(w, y, { axis: 1, start: at, end: at + 1 }), 1);
  let states: readonly Written[] = firstStates(layer, call, given);
  const outputs: Written[] = [];
  // Of stacked cells the output stands in the first state of the last cell.
  const cell = layer.cell as unknown as { readonly outputState?: number };
  for (let i = 0; i < count; i++) {
    const at = layer.goBackwards ? count - 1 - i : i;
    const [y, ...after] = stepOf(call, layer.cell as never, stepOfAxis(x, at), states) as [
      Written,
      ...Written[],
    ];
    if (mask === null) {
      outputs.push(y);
      states = after;
      continue;
    }
    const counts = stepOfAxis(mask, at);
    const choose = (a: Written, b: Written | number): Written =>
      where(w, expandDims(w, counts, ...a.shape.slice(1).map((_, axis) => axis + 1)), a, b);
    const before = states[cell.outputState ?? 0] as Written;
    outputs.push(choose(y, layer.zeroOutputForMask ? 0 : before));
    states = after.map((state, j) => choose(state, states[j] as Written));
  }
  const last = outputs.at(-1) as Written;
  if (!layer.returnSequences) return { all: last, last: states };
  const all = concat(
    w,
    outputs.map((y) => expandDims(w, y, 1)),
    1,
  );
  return { all, last: states };
}

/** Elements of the steps in reverse. */
const reversed = (w: GraphWriter, x: Written): Written =>
  slice(w, x, { axis: 1, start: -1, step: -1 });

/** The output of a layer, in the order in which it computes, and its states. */
function run(layer: RecurrentLayer, call: LayerCall, given: readonly Written[]): Run {
  if (layer.stateful) return refuse('it keeps its states from one call to the next (stateful)');
  if (maskOf(call.x) !== null || !isOperator(layer)) return unrolled(layer, call, given);
  const initial = given.length === 0 ? undefined : [given];
  const [made] = runOperator(call.w, [layer], call.x, initial) as [Run];
  return outputOf(call.w, layer, made);
}

/** ONNX gives the states where their steps stand; the layer in the order in which it computes them. */
function outputOf(w: GraphWriter, layer: RecurrentLayer, { all, last }: Run): Run {
  if (!layer.returnSequences) return { all: last[0] as Written, last };
  return { all: layer.goBackwards ? reversed(w, all) : all, last };
}

function recurrent(layer: RecurrentLayer, call: LayerCall): readonly Written[] {
  const { all, last } = run(layer, call, writtenIn(call.named['initialState'] ?? null));
  return layer.returnState ? [all, ...last] : [all];
}

function bidirectional(layer: Bidirectional, call: LayerCall): readonly Written[] {
  const { w } = call;
  const { forwardLayer, backwardLayer, mergeMode } = layer;
  const given = writtenIn(call.named['initialState'] ?? null);
  const half = given.length / 2;
  const halves = [given.slice(0, half), given.slice(half)];
  const [first, second] = bothRuns(forwardLayer, backwardLayer, call, halves);
  const backwards = layer.returnSequences ? reversed(w, second.all) : second.all;
  const [a, b] = [first.all, backwards];
  const outputs =
    mergeMode === null
      ? [a, b]
      : mergeMode === 'concat'
        ? [concat(w, [a, b], -1)]
        : mergeMode === 'mul'
          ? [mul(w, a, b)]
          : [mergeMode === 'ave' ? div(w, add(w, a, b), 2) : add(w, a, b)];
  return layer.returnState ? [...outputs, ...first.last, ...second.last] : outputs;
}

/** Both directions: one node, where the layers are of one class and size. */
function bothRuns(
  forwards: RecurrentLayer,
  backwards: RecurrentLayer,
  call: LayerCall,
  halves: readonly (readonly Written[])[],
): readonly [Run, Run] {
  const [a, b] = [forwards, backwards];
  const isOne =
    isOperator(a) &&
    isOperator(b) &&
    classNameOf(a) === classNameOf(b) &&
    a.units === b.units &&
    a.useBias === b.useBias &&
    (!('resetAfter' in a) || !('resetAfter' in b) || a.resetAfter === b.resetAfter);
  if (!isOne || maskOf(call.x) !== null || forwards.stateful) {
    return [run(forwards, call, halves[0] ?? []), run(backwards, call, halves[1] ?? [])];
  }
  const initial = (halves[0] ?? []).length === 0 ? undefined : halves;
  const [first, second] = runOperator(call.w, [a, b], call.x, initial) as [Run, Run];
  return [outputOf(call.w, forwards, first), outputOf(call.w, backwards, second)];
}

/** A cell by itself: one step. */
function cellRow(cell: AnyLayer & RNNCell, call: LayerCall): readonly Written[] {
  const { w, x } = call;
  const given = writtenIn(call.named['states'] ?? null);
  const states =
    given.length > 0
      ? given
      : stateShapesOf(cell, x.shape[0] ?? null).map((shape) => zerosLike(w, x, shape));
  return stepOf(call, cell, x, states);
}

export const recurrence: Rows = {
  ...rows('LSTM GRU SimpleRNN RNN ConvLSTM1D ConvLSTM2D ConvLSTM3D', recurrent),
  ...rows('Bidirectional', bidirectional),
  ...rows('LSTMCell GRUCell SimpleRNNCell StackedRNNCells', cellRow),
};
