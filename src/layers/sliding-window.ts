import type { Option } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { checkWindow, windowLength, windowPadding, windowSizes } from '../ops/window.js';
import type { WindowAxis } from '../ops/window.js';
import type { WindowPadding } from '../ops/index.js';
import { formatShape } from '../tensor/index.js';
import type { PartialShape } from '../tensor/index.js';

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

/** The number of axes over which the window of a layer slides, also while the layer is made. */
export const rankOf = (layer: object): number => (layer as { readonly rank: number }).rank;

/** An option that is a length for each axis over which a window slides; one number stands for all of them. */
export function lengths(
  spec: { readonly default?: number } = {},
): Option<number | readonly number[], readonly number[]> {
  return {
    ...spec,
    check: (given, place) =>
      windowSizes(place.owner, place.name, given as number, rankOf(place.object)),
  };
}

/** The option that says what surrounds the input. Default `'valid'`. */
export function padding(): Option<WindowPadding> {
  return {
    default: 'valid',
    names: ['valid', 'same', 'causal'],
    check: (given, place) => windowPadding(place.owner, given, rankOf(place.object)),
  };
}
