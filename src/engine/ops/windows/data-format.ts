import { checkOptions, oneOf } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import type { PartialShape, Tensor, TensorLike } from '../../tensor/index.js';
import { moveAxis } from '../shapes/transpose.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, scoped } from '../../tensor/index.js';
import { toFloat } from '../elementwise/operands.js';
import { AXES } from './window.js';
import type { WindowRank } from './window.js';

/** Where the channels are: after the axes of an image, such as height and width, or before them. */
export type DataFormat = 'channels_last' | 'channels_first';

/** A data format, as options accept it. */
export type DataFormatOption = EitherSpelling<DataFormat>;

/** The names of the data formats, the default first. */
export const DATA_FORMATS = ['channels_last', 'channels_first'] as const;

/**
 * The data format given to an operation, or the default.
 *
 * @throws ValueError for anything else.
 */
export function checkDataFormat(op: string, format: unknown = DATA_FORMATS[0]): DataFormat {
  return oneOf(op, 'dataFormat', format, DATA_FORMATS);
}

/** The option of operations that only need to know where the channels are. */
export interface DataFormatOptions {
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
}

/**
 * The data format among such options.
 *
 * @throws ValueError for another option or format.
 */
export function readDataFormat(op: string, options: DataFormatOptions): DataFormat {
  checkOptions(op, options, ['dataFormat']);
  return checkDataFormat(op, options.dataFormat);
}

/** What the axes of a tensor of that format are called, for messages. */
export function namesOfAxes(axes: string, format: DataFormat): string {
  return format === 'channels_last' ? `batch, ${axes}, channels` : `batch, channels, ${axes}`;
}

/** x[batch, channels, …] of that format as [batch, …, channels]. */
export function toChannelsLast(x: Tensor, format: DataFormat): Tensor {
  return format === 'channels_last' ? x : moveAxis(x, 1, -1);
}

/** x[batch, …, channels] in that format. */
export function fromChannelsLast(x: Tensor, format: DataFormat): Tensor {
  return format === 'channels_last' ? x : moveAxis(x, -1, 1);
}

/** A shape of that format, the channels moved to its end. */
export function shapeToChannelsLast(shape: PartialShape, format: DataFormat): PartialShape {
  if (format === 'channels_last') return shape;
  return [...shape.slice(0, 1), ...shape.slice(2), ...shape.slice(1, 2)];
}

/** A shape with the channels at its end in that format. */
export function shapeFromChannelsLast(shape: PartialShape, format: DataFormat): PartialShape {
  if (format === 'channels_last') return shape;
  return [...shape.slice(0, 1), ...shape.slice(-1), ...shape.slice(1, -1)];
}

/**
 * What an operation of windows makes of x with the channels last, in the data format that its options say.
 *
 * @param known the names of the options
 * @param compute gets x with the channels last, and as it was given, for messages
 * @throws ValueError for an unknown option or data format; ShapeError unless x has `rank` axes in addition to batch and channels.
 */
export function inChannelsLast(
  op: string,
  rank: WindowRank,
  x: TensorLike,
  options: DataFormatOptions,
  known: readonly string[],
  compute: (x: Tensor, given: Tensor) => Tensor,
): Tensor {
  return scoped(() => {
    checkOptions(op, options, known);
    const format = checkDataFormat(op, options.dataFormat);
    const given = toFloat(x);
    if (given.ndim !== rank + 2) {
      const names = namesOfAxes(AXES[rank], format);
      throw new ShapeError(
        `${op}: the input must have shape (${names}), got ${formatShape(given.shape)}.`,
      );
    }
    return fromChannelsLast(compute(toChannelsLast(given, format), given), format);
  });
}
