import { isRecording } from '../../../engine/autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { takeLogits } from '../../../engine/ops/neural/logits.js';
import { expandDims, reshape, slice, stack, transpose, where } from '../../../engine/ops/index.js';
import { writeRanges } from '../../../engine/ops/indexing/slice.js';
import {
  emptyTensor,
  formatShape,
  isOfScope,
  sameShape,
  tidy,
} from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { checkCellOutput, flatStates, outputStateOf, packStates } from './cell.js';
import type { RNNCell } from './cell.js';

/** How a cell goes through a sequence. */
export interface StepOptions {
  readonly training: boolean;
  /** Which steps count, bool [batch, steps]; null if all do. */
  readonly mask: Tensor | null;
  /** Whether to process the steps in reverse order. */
  readonly goBackwards: boolean;
  /** Whether the output of a masked step is 0 instead of the previous output. */
  readonly zeroOutputForMask: boolean;
  /** Whether the outputs of all steps are wanted. */
  readonly returnSequences: boolean;
}

/** What a cell has made of a sequence. */
export interface StepResults {
  /** The output of the last step, or the outputs of all steps [batch, steps, …] in the order in which they were computed. */
  readonly output: Tensor;
  /** The states after the last step. */
  readonly states: readonly Tensor[];
}

/**
 * Runs a cell over the steps of x [batch, steps, …], one after the other. A step that does not count leaves the states as
 * they are. Its output is the first state, of stacked cells that of the last cell: for Keras's cells the output of the last
 * step that counted, and before it what was given. So do Keras on JAX and on NumPy, and TensorFlow.js; with TensorFlow,
 * PyTorch or `unroll` Keras's output is that of the step before, and zeros before the first step that counts. Where the state has another shape than the output, it is the output of the step
 * before, at first zeros. What a step makes on the way is freed with it.
 *
 * @param before the states before the first step
 */
export function runSteps(
  cell: RNNCell,
  x: Tensor,
  before: readonly Tensor[],
  { training, mask, goBackwards, zeroOutputForMask, returnSequences }: StepOptions,
): StepResults {
  const [batch = 0, count = 0] = x.shape;
  const inputAt = stepsOf(x);
  const masks = mask === null ? null : reshape(transpose(mask), [count, batch]);
  const outputs = new Outputs(count);
  let states = before;
  let last: Tensor | undefined;
  const outputState = outputStateOf(cell);
  const shapes = before.map(({ shape }) => shape);
  const repeated = (y: Tensor): Tensor | number => {
    const state = states[outputState];
    return state !== undefined && sameShape(state.shape, y.shape) ? state : (last ?? 0);
  };
  for (let step = 0; step < count; step++) {
    const at = goBackwards ? count - 1 - step : step;
    const [output, next] = tidy(() => {
      const given = { training, mask: null, states: packStates(cell, states) };
      const [y, after] = checkCellOutput('cell', cell.call(inputAt(at), given));
      const flat = flatStates('what call() of cell returns as states', after, shapes);
      const counts = masks === null ? null : slice(masks, at);
      const result = counts === null ? y : choose(counts, y, zeroOutputForMask ? 0 : repeated(y));
      const masked =
        counts === null ? flat : flat.map((state, i) => choose(counts, state, states[i] ?? 0));
      // A loss may ask for the logits of the last output.
      const logits = step === count - 1 ? takeLogits([result]) : [];
      return [result, masked, logits] as const;
    });
    if (returnSequences) outputs.add(step, output);
    const inUse = new Set([...next, output, ...before, ...outputs.held]);
    for (const tensor of [...states, ...(last === undefined ? [] : [last])]) {
      if (!inUse.has(tensor) && isOfScope(tensor)) tensor.dispose();
    }
    [states, last] = [next, output];
  }
  return { output: returnSequences ? outputs.stacked() : (last as Tensor), states };
}

/** a where the sample counts, else b. */
function choose(counts: Tensor, a: Tensor, b: Tensor | number): Tensor {
  const [batch = 0] = counts.shape;
  return where(reshape(counts, [batch, ...new Array<number>(a.ndim - 1).fill(1)]), a, b);
}

/** The input of each step of x [batch, steps, …]. */
export function stepsOf(x: Tensor): (step: number) => Tensor {
  const byStep = transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]);
  if (!isRecording()) return (step) => slice(byStep, step);
  const steps = unstack(byStep);
  return (step) => steps[step] as Tensor;
}

/**
 * The rows of x, by halves: the gradient of each half is written into zeros of that length, so that all of it takes
 * steps · log(steps) in place of steps².
 */
function unstack(x: Tensor): Tensor[] {
  const [count = 0] = x.shape;
  if (count <= 1) return count === 0 ? [] : [slice(x, 0)];
  const middle = count >> 1;
  return [...unstack(slice(x, [0, middle])), ...unstack(slice(x, [middle, count]))];
}

/** The outputs of all steps. Where no gradient is recorded each goes to its position at once, and is let go. */
export class Outputs {
  /** The outputs that are needed until the end. */
  readonly held: Tensor[] = [];
  readonly #count: number;
  #written: Tensor | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  add(step: number, output: Tensor): void {
    if (isRecording()) {
      this.held.push(output);
      return;
    }
    const [batch = 0, ...rest] = output.shape;
    const wanted = this.#written?.shape.toSpliced(1, 1) ?? output.shape;
    if (!sameShape(output.shape, wanted)) {
      throw new ShapeError(
        `the output of step ${step} has shape ${formatShape(output.shape)}, that of the steps before ` +
          `${formatShape(wanted)}: all must have one shape.`,
      );
    }
    this.#written ??= emptyTensor([batch, this.#count, ...rest], output.dtype);
    const ranges = this.#written.shape.map((length, axis) => ({
      start: axis === 1 ? step : 0,
      step: 1,
      count: axis === 1 ? 1 : length,
      isIndex: false,
    }));
    writeRanges(this.#written, expandDims(output, 1), ranges);
  }

  /** [batch, steps, …]. */
  stacked(): Tensor {
    return this.#written ?? stack(this.held, 1);
  }
}
