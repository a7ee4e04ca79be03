import { record } from '../../autodiff/index.js';
import { checkNumber } from '../../../config/index.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  decideBy,
  emptyTensor,
  formatShape,
  requireRoom,
  sameShape,
  scoped,
  toTensor,
} from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { ctc as part } from '../../wasm/generated/ctc.js';
import { convert } from '../elementwise/cast.js';
import { toFloat } from '../elementwise/operands.js';
import { logSoftmax } from './softmax.js';

/** One whole number a sample, each from 0 to `most`, as int32. */
export function checkedLengths(
  op: string,
  name: string,
  given: TensorLike,
  batch: number,
  most: number,
): Tensor {
  const lengths = wholeNumbers(op, name, given);
  if (!sameShape(lengths.shape, [batch])) {
    throw new ShapeError(
      `${op}: ${name} must have shape (${batch},), one length a sample, got ${formatShape(lengths.shape)}.`,
    );
  }
  const isBad = (length: number): boolean => length < 0 || length > most;
  if (!decideBy(lengths, (all) => all.some(isBad), false)) return lengths;
  const index = lengths.data().findIndex(isBad);
  throw new ValueError(
    `${op}: ${name} must be from 0 to ${most}, got ${String(lengths.data()[index])} at position ${index}.`,
  );
}

function wholeNumbers(op: string, name: string, given: TensorLike): Tensor {
  const numbers = toTensor(given);
  // Lists of numbers are float32, so whole ones count as whole numbers.
  const isWhole =
    numbers.dtype !== 'float32' || decideBy(numbers, (all) => all.every(Number.isInteger), true);
  if (isWhole) return convert(numbers, 'int32');
  throw new DTypeError(`${op}: ${name} must hold whole numbers, got fractions.`);
}

/** [batch, steps, classes], each at least 1 but for the batch. */
export function checkedSteps(
  op: string,
  name: string,
  x: Tensor,
): readonly [number, number, number] {
  const [batch = 0, steps = 0, classes = 0] = x.shape;
  if (x.ndim === 3 && steps > 0 && classes > 0) return [batch, steps, classes];
  throw new ShapeError(
    `${op}: ${name} must have shape (batch, steps, classes), with a step and a class at least, got ` +
      `${formatShape(x.shape)}.`,
  );
}

/** The number of the class that stands for no label. */
export function checkedMask(op: string, maskIndex: number, classes: number): number {
  return checkNumber(op, 'maskIndex', maskIndex, { min: 0, max: classes - 1, integer: true });
}

/** Throws for a label that counts and is not a class. The tensors are those of a checked call. */
function checkLabels(op: string, target: Tensor, lengths: Tensor, classes: number): void {
  const width = target.shape[1] ?? 0;
  const firstBad = (labels: ArrayLike<number>, counts: ArrayLike<number>): number => {
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] ?? 0;
      const counting = i % width < (counts[Math.floor(i / width)] ?? 0);
      if (counting && (label < 0 || label >= classes)) return i;
    }
    return -1;
  };
  const counts = decideBy(lengths, (all) => all.join(), '')
    .split(',')
    .map(Number);
  if (decideBy(target, (labels) => firstBad(labels, counts) < 0, true)) return;
  const index = firstBad(target.data(), counts);
  throw new ValueError(
    `${op}: label ${String(target.data()[index])} at position [${Math.floor(index / width)}, ${index % width}] of target is ` +
      `out of range for ${classes} classes (allowed: 0 … ${classes - 1}).`,
  );
}

/**
 * The loss of connectionist temporal classification (Graves et al., 2006): −ln p(labels | steps), where the probability is that
 * of all alignments of a sample's labels with its steps, in which labels may last several steps, with blanks between them.
 * [batch, labels], [batch, steps, classes] → [batch], float32. If there are too few steps for the labels, the loss is about 1e5
 * or more, as in Keras on JAX (infinity on other backends). Only first-order gradients, for `output`.
 *
 * @keras nn.CTCLoss(target, output, target_length, output_length) mask_index=0
 * @param target class indices, of which the first `targetLength` of each sample count
 * @param output logits of the classes
 * @param targetLength the number of labels of each sample
 * @param outputLength the number of steps of each sample; later steps are ignored
 * @param maskIndex the class that stands for a blank
 * @throws ShapeError for shapes that do not match, ValueError for a length or a label out of range.
 * @example ops.ctcLoss([[1]], [[[0, 0], [0, 0]]], [1], [2]) // [0.2877], ln 4/3
 */
export function ctcLoss(
  target: TensorLike,
  output: TensorLike,
  targetLength: TensorLike,
  outputLength: TensorLike,
  maskIndex = 0,
): Tensor {
  const op = 'ctcLoss';
  return scoped(() => {
    const logits = toFloat(output);
    const [batch, steps, classes] = checkedSteps(op, 'output', logits);
    const labels = wholeNumbers(op, 'target', target);
    const width = labels.shape[1] ?? 0;
    if (labels.ndim !== 2 || labels.shape[0] !== batch) {
      throw new ShapeError(
        `${op}: target must have shape (${batch}, labels) for output of shape ${formatShape(logits.shape)}, got ` +
          `${formatShape(labels.shape)}.`,
      );
    }
    const blank = checkedMask(op, maskIndex, classes);
    const lengths = checkedLengths(op, 'targetLength', targetLength, batch, width);
    const stepCounts = checkedLengths(op, 'outputLength', outputLength, batch, steps);
    checkLabels(op, labels, lengths, classes);
    return lossOfSteps(logSoftmax(logits), labels, lengths, stepCounts, blank);
  });
}

/** The loss, of logarithms of probabilities and operands that are checked. */
function lossOfSteps(
  logs: Tensor,
  labels: Tensor,
  lengths: Tensor,
  stepCounts: Tensor,
  blank: number,
): Tensor {
  const [batch = 0, steps = 0, classes = 0] = logs.shape;
  const width = labels.shape[1] ?? 0;
  // Rows of states begin at multiples of 16 bytes.
  const stride = (width + 4) & ~3;
  const stateShape: Shape = [batch, steps + 1, 2 * stride];
  requireRoom(stateShape, 'float32', 'ctcLoss');
  const states = emptyTensor(stateShape, 'float32');
  const loss = emptyTensor([batch], 'float32');
  const runtime = currentRuntime();
  const sizes = [batch, steps, classes, width, stride, blank] as const;
  runtime
    .with(part)
    .run(
      'ctcLoss',
      loss.pointer,
      states.pointer,
      logs.pointer,
      labels.pointer,
      lengths.pointer,
      stepCounts.pointer,
      ...sizes,
    );
  const saved = [logs, labels, lengths, stepCounts, states] as const;
  return record(
    'ctcLoss',
    [logs],
    loss,
    saved,
    (dloss, [z, classesOf, counts, lengthsOf, savedStates]) => {
      const dlogs = emptyTensor(z.shape, 'float32');
      const scratch = emptyTensor([batch, 4 * stride], 'float32');
      runtime
        .with(part)
        .run(
          'ctcLossGradient',
          dlogs.pointer,
          dloss.pointer,
          savedStates.pointer,
          z.pointer,
          classesOf.pointer,
          counts.pointer,
          lengthsOf.pointer,
          scratch.pointer,
          ...sizes,
        );
      return [
        record('ctcLoss gradient', [dloss, z], dlogs, [], () => {
          throw new ValueError('ctcLoss: there is no second derivative of this loss.');
        }),
      ];
    },
  );
}
