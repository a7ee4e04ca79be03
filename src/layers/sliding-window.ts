import { ShapeError } from '../errors.js';
import { checkWindow, windowLength } from '../ops/window.js';
import type { WindowAxis } from '../ops/window.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';

/**
 * The lengths between batch and channels of what a window makes of input of `shape` [batch, …,
 * channels]; null where the input's is unknown.
 *
 * @throws ShapeError, naming the layer, if the window is longer than the input; ValueError if it is larger than kernels can
 * count.
 */
export function slidLengths(
  label: string,
  shape: PartialShape,
  axes: readonly WindowAxis[],
): (number | null)[] {
  checkWindow(label, axes);
  return axes.map((axis, i) => {
    const length = shape[i + 1] ?? null;
    const out = windowLength(length, axis);
    if (out === null || out >= 1) return out;
    const sizes = axes.map(({ kernel, dilation }) => (kernel - 1) * dilation + 1);
    throw new ShapeError(
      `${label}: a window of ${formatShape(sizes)} is larger than its input of ` +
        `${formatShape(shape.slice(1, -1))}. Use a smaller window, padding 'same' or larger input.`,
    );
  });
}
