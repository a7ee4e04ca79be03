import { choice } from '../config/index.js';
import type { EitherSpelling, Option } from '../config/index.js';
import { moveAxis } from '../ops/index.js';
import type { PartialShape, Tensor } from '../tensor/index.js';

/** Where the channels of an image are: after height and width, or before them. */
export type DataFormat = 'channels_last' | 'channels_first';

/** A data format as options take it. */
export type DataFormatOption = EitherSpelling<DataFormat>;

/** The option that says where channels are. Default `'channels_last'`. */
export const dataFormat = (): Option<DataFormatOption, DataFormat> =>
  choice(['channels_last', 'channels_first'], { default: 'channels_last' });

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
