import { Recurrence, RecurrentCell } from '../../../../../assembly/codes.js';
import type { Shape, Tensor } from '../../../tensor/index.js';
import { relu, sigmoid } from '../../elementwise/activations.js';
import { add, mul } from '../../elementwise/arithmetic.js';
import { matmul, product } from '../../linalg/matmul.js';
import { slice, split } from '../../indexing/slice.js';
import { tanh } from '../../elementwise/unary.js';
import { oneProduct, walkBack, walkForward } from './walk.js';
import type { Cell, Given, SavedSteps, Operands, Walk } from './walk.js';
import {
  emptyTensor,
  formatShape,
  requireTensor,
  sameShape,
  scoped,
  tidy,
  zeros,
} from '../../../tensor/index.js';
import { concat, stack } from '../../shapes/concat.js';
import { expandDims, reshape } from '../../shapes/reshape.js';
import { where } from '../../elementwise/where.js';
import { isRecording, record } from '../../../autodiff/index.js';
import { checkOptions } from '../../../../config/index.js';
import { DTypeError, ShapeError } from '../../../../errors.js';
import { gradientsThrough } from '../../control/custom-gradient.js';
import { requireFloat } from '../../elementwise/operands.js';
import { gruAfterCell, gruCell } from './gru.js';

// Cells of one product. What their kernels compute is in assembly/recurrent.

const cellOf = (code: RecurrentCell, f: (x: Tensor) => Tensor): Cell => ({
  ...oneProduct,
  code,
  gates: 1,
  step: (z, [h], { recurrentKernel }) => [f(add(z, matmul(h as Tensor, recurrentKernel)))],
});

/** A simple recurrent cell with tanh. */
const tanhCell = cellOf(RecurrentCell.Tanh, tanh);

/** A simple recurrent cell with relu. */
const reluCell = cellOf(RecurrentCell.Relu, relu);

/** An LSTM: states h and c, gates i, f, c, o. A walk keeps c after each step, and its tanh. */
const lstmCell: Cell = {
  ...oneProduct,
  code: RecurrentCell.Lstm,
  gates: 4,
  inner: 2,
  step: (z, states, { recurrentKernel }) => {
    const [h, c] = states as [Tensor, Tensor];
    const gates = split(add(z, matmul(h, recurrentKernel)), 4, -1);
    const [i, f, g, o] = gates as [Tensor, Tensor, Tensor, Tensor];
    const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
    return [mul(sigmoid(o), tanh(cell)), cell];
  },
};

// Recurrent layers step by step, in operations: what the gradients of the fused kernels are differentiated by.

/** Outputs [n·steps, units] and states [n, units], one below the other. */
function composedSequence(
  { n, steps, units, flags }: Walk,
  cell: Cell,
  operands: Operands,
  mask: Tensor | null,
): Tensor {
  const { x, kernel, bias } = operands;
  const products = matmul(x, kernel);
  const ofInput = bias !== null && cell.biases === 2 ? slice(bias, 0) : bias;
  const z = ofInput === null ? products : add(products, ofInput);
  const outputs: Tensor[] = [];
  let states = operands.states;
  const masked = (flags & Recurrence.ZeroOutput) !== 0 ? zeros([n, units]) : undefined;
  for (let step = 0; step < steps; step++) {
    const time = (flags & Recurrence.Backwards) !== 0 ? steps - 1 - step : step;
    const next = cell.step(slice(z, ':', time), states, operands);
    const counts = mask === null ? undefined : expandDims(slice(mask, ':', time), 1);
    states =
      counts === undefined
        ? next
        : next.map((state, i) => where(counts, state, states[i] ?? state));
    const [h] = states as [Tensor];
    outputs.push(counts === undefined || masked === undefined ? h : where(counts, h, masked));
  }
  const sequence = steps === 0 ? [] : [reshape(stack(outputs, 1), [n * steps, units])];
  return concat([...sequence, ...states], 0);
}

/** Options of the recurrent operations. */
export interface RecurrentOptions {
  /**
   * Bool [n, steps], in the order of x. Where it is false the states stay as they are, and the output is the state h: that
   * of the last step that counts, before the first such step the initial state. Default: all steps count.
   */
  readonly mask?: Tensor | null | undefined;
  /** Begins with the last time step. The outputs are in the order in which they are computed. Default false. */
  readonly goBackwards?: boolean | undefined;
  /** Makes the output of masked steps 0. Default false. */
  readonly zeroOutputForMask?: boolean | undefined;
}

const OPTIONS = ['mask', 'goBackwards', 'zeroOutputForMask'] as const;

/** Options of `gruSequence`. */
interface GruOptions extends RecurrentOptions {
  /** Whether the reset gate is applied after the matrix product, as Keras does, and not before it. */
  readonly resetAfter: boolean;
}

/** Options of `simpleRnnSequence`. */
interface SimpleRnnOptions extends RecurrentOptions {
  /** The activation of the step. */
  readonly activation: 'tanh' | 'relu';
}

/**
 * All steps of a long short-term memory: x[n, steps, inputs], initialH[n, units], initialC[n, units],
 * kernel[inputs, 4·units], recurrentKernel[units, 4·units], bias[4·units] or null → the outputs [n, steps, units] in the
 * order of the steps, h[n, units] and c[n, units] after the last. Gates are in Keras's order:
 *
 *     i, f, o = σ(…)   g = tanh(…)   of x·kernel + h·recurrentKernel + bias, columns i, f, g, o
 *     c ← f · c + i · g              h ← o · tanh c
 *
 * One kernel walks through the steps, a thread for some rows of the batch. @internal
 *
 * @throws ShapeError if shapes do not fit; DTypeError for operands that are not float32, and a mask that is not bool.
 * @example
 * const zero = ops.zerosLike(h);
 * const [outputs, h1, c1] = lstmSequence(x, zero, zero, kernel, recurrentKernel, bias);
 */
export function lstmSequence(
  x: Tensor,
  initialH: Tensor,
  initialC: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias: Tensor | null,
  options: RecurrentOptions = {},
): [sequence: Tensor, h: Tensor, c: Tensor] {
  checkOptions('lstmSequence', options, OPTIONS);
  const operands = { x, states: [initialH, initialC], kernel, recurrentKernel, bias };
  const [outputs, h, c] = sequence('lstmSequence', lstmCell, operands, options);
  return [outputs, h as Tensor, c as Tensor];
}

/**
 * All steps of a gated recurrent unit: x[n, steps, inputs], initialH[n, units], kernel[inputs, 3·units],
 * recurrentKernel[units, 3·units], bias[3·units] (with `resetAfter` [2, 3·units]: of x, and of h) or null → the outputs
 * [n, steps, units] in the order of the steps, and h[n, units] after the last. Gates are in Keras's order:
 *
 *     z, r = σ(x·kernel + h·recurrentKernel + bias)   h ← z · h + (1 − z) · tanh(x·kernel + r · (h·recurrentKernel))
 *
 * with columns z, r, h; without `resetAfter` the last product is (r · h)·recurrentKernel. @internal
 *
 * @throws ShapeError if shapes do not fit; DTypeError for operands that are not float32, and a mask that is not bool.
 * @example
 * const [outputs, h1] = gruSequence(x, h, kernel, recurrentKernel, bias, { resetAfter: true });
 */
export function gruSequence(
  x: Tensor,
  initialH: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias: Tensor | null,
  options: GruOptions,
): [sequence: Tensor, h: Tensor] {
  checkOptions('gruSequence', options, [...OPTIONS, 'resetAfter']);
  const cell = options.resetAfter ? gruAfterCell : gruCell;
  const operands = { x, states: [initialH], kernel, recurrentKernel, bias };
  const [outputs, h] = sequence('gruSequence', cell, operands, options);
  return [outputs, h as Tensor];
}

/**
 * All steps of a simple recurrent layer, h ← activation(x·kernel + h·recurrentKernel + bias): x[n, steps, inputs],
 * initialH[n, units], kernel[inputs, units], recurrentKernel[units, units], bias[units] or null → the outputs
 * [n, steps, units] in the order of the steps, and h[n, units] after the last. @internal
 *
 * @throws ShapeError if shapes do not fit; DTypeError for operands that are not float32, and a mask that is not bool.
 * @example
 * const [outputs, h1] = simpleRnnSequence(x, h, kernel, recurrentKernel, bias, { activation: 'tanh' });
 */
export function simpleRnnSequence(
  x: Tensor,
  initialH: Tensor,
  kernel: Tensor,
  recurrentKernel: Tensor,
  bias: Tensor | null,
  options: SimpleRnnOptions,
): [sequence: Tensor, h: Tensor] {
  checkOptions('simpleRnnSequence', options, [...OPTIONS, 'activation']);
  const cell = options.activation === 'relu' ? reluCell : tanhCell;
  const operands = { x, states: [initialH], kernel, recurrentKernel, bias };
  const [outputs, h] = sequence('simpleRnnSequence', cell, operands, options);
  return [outputs, h as Tensor];
}

/** The outputs, then the states after the last step. */
function sequence(
  op: string,
  cell: Cell,
  operands: Operands,
  options: RecurrentOptions,
): [Tensor, ...Tensor[]] {
  return scoped(() => {
    const mask = options.mask ?? null;
    const walk = checkedWalk(op, cell, operands, mask, options);
    const { n, steps, units } = walk;
    // One tensor of rows, since an operation on the tape has one output: its parts are looked at where they are.
    const all = walked(walk, cell, operands, mask);
    const rowsFrom = (start: number, rows: number): Tensor => slice(all, [start, start + rows]);
    const states = operands.states.map((_, i) => rowsFrom(n * (steps + i), n));
    return [reshape(rowsFrom(0, n * steps), [n, steps, units]), ...states];
  });
}

function checkedWalk(
  op: string,
  cell: Cell,
  { x, states, kernel, recurrentKernel, bias }: Operands,
  mask: Tensor | null,
  { goBackwards = false, zeroOutputForMask = false }: RecurrentOptions,
): Walk {
  requireFloat(`${op}: the input`, x);
  if (x.ndim !== 3) {
    throw new ShapeError(
      `${op}: the input must have shape (batch, steps, inputs), got ${formatShape(x.shape)}.`,
    );
  }
  const [n = 0, steps = 0, inputs = 0] = x.shape;
  requireFloat(`${op}: the recurrent kernel`, recurrentKernel);
  const [units = 0] = recurrentKernel.shape;
  const columns = cell.gates * units;
  const requireShape = (what: string, given: Tensor, shape: Shape): void => {
    requireFloat(`${op}: ${what}`, given);
    if (sameShape(given.shape, shape)) return;
    throw new ShapeError(
      `${op}: ${what} must have shape ${formatShape(shape)} for an input of shape ${formatShape(x.shape)} and ` +
        `${units} units, got ${formatShape(given.shape)}.`,
    );
  };
  requireShape('the recurrent kernel', recurrentKernel, [units, columns]);
  requireShape('the kernel', kernel, [inputs, columns]);
  if (bias !== null) requireShape('the bias', bias, cell.biases === 1 ? [columns] : [cell.biases, columns]); // prettier-ignore
  states.forEach((state, i) => {
    requireShape(`the initial state ${i === 0 ? 'h' : 'c'}`, state, [n, units]);
  });
  if (mask !== null) {
    if (requireTensor(`${op}: the mask`, mask).dtype !== 'bool') {
      throw new DTypeError(
        `${op}: the mask must be bool, got ${mask.dtype}. Convert with astype('bool').`,
      );
    }
    if (!sameShape(mask.shape, [n, steps])) {
      throw new ShapeError(
        `${op}: the mask must have shape ${formatShape([n, steps])} for an input of shape ${formatShape(x.shape)}, got ` +
          `${formatShape(mask.shape)}.`,
      );
    }
  }
  const flags =
    (goBackwards ? Recurrence.Backwards : 0) + (zeroOutputForMask ? Recurrence.ZeroOutput : 0);
  return { op, n, steps, inputs, units, flags };
}

/** Outputs and states, one below the other, as rows of units. */
function walked(walk: Walk, cell: Cell, operands: Operands, mask: Tensor | null): Tensor {
  const { op, n, steps, units } = walk;
  const { x, states, kernel, recurrentKernel, bias } = operands;
  const out = emptyTensor([n * (steps + states.length), units], 'float32');
  const savedSteps = walkForward(cell, { walk, operands, mask }, out, isRecording());
  if (savedSteps === undefined) return out;
  const inputTensors = [x, kernel, recurrentKernel, ...states, ...(bias === null ? [] : [bias])];
  const saved = [
    x,
    kernel,
    recurrentKernel,
    bias ?? x,
    mask ?? x,
    savedSteps.gates,
    savedSteps.rows,
    ...states,
  ];
  return record(op, inputTensors, out, saved, (dout, all, wanted) => {
    const [savedX, w, u, savedBias, savedMask, gates, rows, ...statesThen] = all as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]]; // prettier-ignore
    const operandsThen: Operands = {
      x: savedX,
      states: statesThen,
      kernel: w,
      recurrentKernel: u,
      bias: bias === null ? null : savedBias,
    };
    const maskThen = mask === null ? null : savedMask;
    if (isRecording()) return composedGradients(walk, cell, operandsThen, maskThen, dout);
    // No tape records, so what is made on the way, as large as all gates, is freed at once.
    const given = { walk, operands: operandsThen, mask: maskThen };
    return tidy(() => gradientsOf(cell, given, { gates, rows }, dout, wanted));
  });
}

/** Gradients of x, the kernels, the states and, if there is one, the bias; of those that are wanted, at least. */
function gradientsOf(
  cell: Cell,
  given: Given,
  savedSteps: SavedSteps,
  dout: Tensor,
  wanted: readonly boolean[],
): (Tensor | undefined)[] {
  const { op, n, steps, inputs } = given.walk;
  const { x, states, kernel } = given.operands;
  const [needX, needKernel, needRecurrent] = wanted;
  const needBias = wanted[3 + states.length];
  const back = walkBack(cell, given, savedSteps, dout);
  const rows = reshape(x, [n * steps, inputs]);
  const needKernels = needKernel === true || needRecurrent === true;
  const [dkernel, drecurrent] = needKernels ? cell.kernels(rows, back) : [];
  return [
    needX === true ? reshape(product(op, back.dz, kernel, false, true), x.shape) : undefined,
    dkernel,
    drecurrent,
    ...states.map((_, i) => slice(back.dstates, [i * n, (i + 1) * n])),
    needBias === true ? cell.bias(back) : undefined,
  ];
}

/** The same gradients from single operations, which can be differentiated again. */
function composedGradients(
  walk: Walk,
  cell: Cell,
  operands: Operands,
  mask: Tensor | null,
  dout: Tensor,
): readonly (Tensor | undefined)[] {
  const { x, states, kernel, recurrentKernel, bias } = operands;
  const inputs = [x, kernel, recurrentKernel, ...states, ...(bias === null ? [] : [bias])];
  return gradientsThrough(inputs, () => composedSequence(walk, cell, operands, mask), dout);
}
