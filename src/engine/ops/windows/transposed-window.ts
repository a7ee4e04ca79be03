import { requireLengths } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape } from '../../tensor/index.js';
import type { PartialShape } from '../../tensor/index.js';
import { checkWindow, reach } from './window.js';
import type { PlacedAxis, WindowAxis } from './window.js';

/**
 * The axis of which a transposed convolution makes positions from `outputs` outputs: all that these reach, and at least `stride`
 * for each (`valid`), or `stride` for each (`same`). An `outputPadding` says how many more there are than (outputs − 1) · stride
 * + reach (`valid`), or than (outputs − 1) · stride + reach modulo 2 (`same`).
 */
export function transposedAxis(
  outputs: number,
  axis: WindowAxis,
  outputPadding: number | null,
): PlacedAxis {
  const { kernel, stride, dilation } = axis;
  const reached = reach(axis);
  const isSame = axis.padding === 'same';
  // Windows slide over the outputs with stride − 1 zeros between them, and so many zeros around them.
  const zeros = !isSame
    ? 2 * (reached - 1) + (outputPadding ?? Math.max(0, stride - reached))
    : outputPadding === null
      ? stride + reached - 2
      : reached + (reached % 2) - 2 + outputPadding;
  const before = isSame ? Math.min(Math.ceil(zeros / 2), reached - 1) : reached - 1;
  const length = (outputs - 1) * stride + zeros - reached + 2;
  return { length, outputs, kernel, stride, pad: reached - 1 - before, dilation };
}

/**
 * The lengths of what a transposed convolution makes of input of these lengths; null where the input's is unknown.
 *
 * @throws ShapeError if one of them is below 1; ValueError if one of them, or the window, is beyond what kernels can count.
 */
export function transposedLengths(
  owner: string,
  lengths: PartialShape,
  axes: readonly WindowAxis[],
  outputPadding: readonly number[] | null,
): (number | null)[] {
  checkWindow(owner, axes);
  const made = axes.map((axis, i) => {
    const length = lengths[i] ?? null;
    return length === null ? null : transposedAxis(length, axis, outputPadding?.[i] ?? null).length;
  });
  requireLengths(owner, 'a length of the output', made);
  if (made.every((length) => length === null || length >= 1)) return made;
  throw new ShapeError(
    `${owner}: input of ${formatShape(lengths)} gives output of ${formatShape(made)}, and lengths must be 1 at least. ` +
      `Use larger input or outputPadding, or padding 'valid'.`,
  );
}
