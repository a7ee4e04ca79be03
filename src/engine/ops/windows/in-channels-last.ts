import { checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { toFloat } from '../elementwise/operands.js';
import { checkDataFormat, fromChannelsLast, namesOfAxes, toChannelsLast } from './data-format.js';
import type { DataFormatOptions } from './data-format.js';
import { AXES } from './window.js';
import type { WindowRank } from './window.js';

/**
 * What an operation of windows makes of x with the channels last, in the data format that its options say.
 *
 * @param known the names of the options
 * @param compute gets x with the channels last, and as it was given, for messages
 * @throws ValueError for an unknown option or data format; ShapeError unless x has `rank` axes beside batch and channels.
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
