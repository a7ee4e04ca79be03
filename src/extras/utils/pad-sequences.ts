import { describeValue } from '../../config/describe-value.js';
import { checkLength, checkOptions, isListOf, naming, oneOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import {
  formatShape,
  full,
  requireRoom,
  sameShape,
  sizeOf,
  tidy,
  toTensor,
} from '../../engine/tensor/index.js';
import { checkDType } from '../../config/dtype.js';
import type { Shape, Tensor, TensorLike } from '../../engine/tensor/index.js';
import type { DTypeName, TypedArray } from '../../config/dtype.js';
import { writeElements } from '../../engine/tensor/write.js';

/** Options of `padSequences`. */
export interface PadSequencesOptions {
  /** The number of steps of each row. Default: that of the longest sequence. */
  readonly maxlen?: number | null;
  /** Default int32. */
  readonly dtype?: DTypeName;
  /** Where a short sequence is padded: before it (`'pre'`, the default) or after it (`'post'`). */
  readonly padding?: 'pre' | 'post';
  /** Where a long sequence is truncated: at its beginning (`'pre'`, the default) or at its end (`'post'`). */
  readonly truncating?: 'pre' | 'post';
  /** The padding. Default 0. */
  readonly value?: number | boolean;
}

/**
 * Combines sequences of different lengths into one tensor (sequences, steps, …): short ones are padded, long ones truncated.
 * Keras: `pad_sequences`. A step is a number, or an array of the same shape in all sequences.
 *
 * @param sequences the sequences, each with its steps along the first axis
 * @throws ValueError if there are neither sequences nor `maxlen`, for an invalid sequence, or if a number is out of range for
 * the dtype.
 * @throws ShapeError if steps differ in shape.
 * @example utils.padSequences([[1], [2, 3, 4]], { maxlen: 2 }) // [[0, 1], [3, 4]]
 */
export function padSequences(
  sequences: readonly TensorLike[],
  options: PadSequencesOptions = {},
): Tensor {
  const owner = 'padSequences';
  checkOptions(owner, options, ['maxlen', 'dtype', 'padding', 'truncating', 'value']);
  const dtype = naming(owner, () => checkDType(options.dtype ?? 'int32'));
  const padding = oneOf(owner, 'padding', options.padding ?? 'pre', ENDS);
  const truncating = oneOf(owner, 'truncating', options.truncating ?? 'pre', ENDS);
  const { value = 0 } = options;
  const given = options.maxlen ?? undefined;
  if (given !== undefined) checkLength(owner, 'maxlen', given);
  if (!isListOf(sequences, (one) => one !== undefined)) {
    throw new ValueError(`${owner}: takes a list of sequences, got ${describeValue(sequences)}.`);
  }
  if (sequences.length === 0 && given === undefined) {
    throw new ValueError(
      `${owner}: there is no sequence, so the length of rows is unknown. Give maxlen.`,
    );
  }
  return tidy(() => {
    const all = sequences.map(stepsOf);
    const maxlen = given ?? all.reduce((longest, { length }) => Math.max(longest, length), 0);
    const ofStep = all.find(({ length }) => length > 0)?.shape ?? [];
    const shape = [all.length, maxlen, ...ofStep];
    requireRoom(shape, dtype, owner);
    const padded = naming(`${owner}: value`, () => full(shape, value, dtype));
    const size = sizeOf(ofStep);
    all.forEach(({ data, length, shape: own }, i) => {
      if (length === 0) return;
      if (!sameShape(own, ofStep)) {
        throw new ShapeError(
          `${owner}: sequence ${i} has steps of shape ${formatShape(own)}, those before it of ` +
            `${formatShape(ofStep)}. All steps must have one shape.`,
        );
      }
      const count = Math.min(length, maxlen);
      const from = truncating === 'pre' ? length - count : 0;
      const at = i * maxlen + (padding === 'pre' ? maxlen - count : 0);
      naming(`${owner}: sequence ${i}`, () => {
        writeElements(padded, data.slice(from * size, (from + count) * size), at * size);
      });
    });
    return padded;
  });
}

const ENDS = ['pre', 'post'] as const;

/** A sequence: its steps one behind the other. */
interface Steps {
  readonly data: TypedArray | readonly number[];
  readonly length: number;
  /** The shape of one step. */
  readonly shape: Shape;
}

function stepsOf(sequence: TensorLike, i: number): Steps {
  // Most are lists of numbers, which need not become tensors before they are written.
  if (isListOf(sequence, (step) => typeof step === 'number')) {
    return { data: sequence, length: sequence.length, shape: [] };
  }
  return naming(`padSequences: sequence ${i}`, () => {
    const steps = toTensor(sequence);
    const [length, ...shape] = steps.shape;
    if (length === undefined) {
      throw new ValueError(`must be a list of steps, got ${describeValue(sequence)}.`);
    }
    return { data: steps.data(), length, shape };
  });
}
