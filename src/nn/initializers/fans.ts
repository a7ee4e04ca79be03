import { ValueError } from '../../errors.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { Shape } from '../../engine/tensor/index.js';

/** How many inputs feed one unit of a weight, and how many units one input feeds. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Keras's fans of a weight: for a matrix [in, out] its lengths; for a convolution kernel
 * [...window, in, out] those times the size of the window; for a vector its length, twice; for a
 * scalar 1. `inputAxes` and `outputAxes`, where both are given, name the axes whose lengths are
 * multiplied instead.
 */
export function computeFans(
  shape: Shape,
  inputAxes: readonly number[] | null = null,
  outputAxes: readonly number[] | null = null,
): Fans {
  if (inputAxes !== null && outputAxes !== null) {
    return { fanIn: product(shape, inputAxes), fanOut: product(shape, outputAxes) };
  }
  const length = (axis: number): number => shape.at(axis) ?? 1;
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: length(0), fanOut: length(0) };
  const window = shape.slice(0, -2).reduce((size, n) => size * n, 1);
  return { fanIn: window * length(-2), fanOut: window * length(-1) };
}

function product(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((size, axis) => {
    const length = shape.at(axis);
    if (length === undefined) {
      throw new ValueError(
        `initializer: axis ${axis} of inputAxes or outputAxes is out of range for a weight of shape ` +
          `${formatShape(shape)}.`,
      );
    }
    return size * length;
  }, 1);
}
