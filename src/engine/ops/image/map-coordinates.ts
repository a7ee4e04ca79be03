import { describeValue } from '../../../config/describe-value.js';
import { checkOptions } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, scoped, sizeOf, Tensor, toTensor } from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import { stack } from '../shapes/concat.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { beyondOf, sampled } from './sample.js';
import type { SamplingOptions } from './sample.js';

/** Options of `mapCoordinates`. */
export interface MapCoordinatesOptions extends Pick<SamplingOptions, 'fillMode' | 'fillValue'> {}

/** The most axes of an array between whose elements numbers are taken: 2⁸ of them count for each. */
const MAX_AXES = 8;

/**
 * The numbers of x at places between its elements: `coordinates`[axis, …] are counted in elements of that axis, and the
 * result has the axes behind the first. They may also be a list with one tensor for each axis. An `order` of 1 draws straight lines between neighbours, 0 takes the nearest element,
 * halves away from zero. The dtype is that of x; integers are rounded. The gradient flows to x and to the coordinates.
 *
 * @keras = mapCoordinates
 * @throws ShapeError unless there are coordinates for each axis of x, of which there may be eight; ValueError for another order
 * or option.
 * @example ops.image.mapCoordinates([[0, 1], [2, 3]], [[0.5, 1], [0, 0.5]], 1) // [1, 2.5]
 */
export function mapCoordinates(
  x: TensorLike,
  coordinates: TensorLike | readonly TensorLike[],
  order: 0 | 1,
  options: MapCoordinatesOptions = {},
): Tensor {
  return scoped(() => {
    checkOptions('mapCoordinates', options, ['fillMode', 'fillValue']);
    if ((order as unknown) !== 0 && (order as unknown) !== 1) {
      throw new ValueError(
        `mapCoordinates: order must be 0 (nearest) or 1 (straight lines), got ${describeValue(order)}.`,
      );
    }
    const isList = Array.isArray(coordinates) && coordinates[0] instanceof Tensor;
    const places = toFloat(isList ? stack(coordinates as readonly TensorLike[]) : (coordinates as TensorLike)); // prettier-ignore
    const input = toTensor(x);
    const [axes = 0, ...shape] = places.shape;
    if (places.ndim < 2 || axes !== input.ndim || axes > MAX_AXES) {
      throw new ShapeError(
        `mapCoordinates: the coordinates must have shape (axes, …) with one entry for each of the 1 to ${MAX_AXES} axes of ` +
          `x, got ${formatShape(places.shape)} for x of shape ${formatShape(input.shape)}.`,
      );
    }
    const points = sizeOf(shape);
    const numbers = sampled(
      'mapCoordinates',
      reshape(input, [1, ...input.shape, 1]),
      reshape(places, [1, axes, points]),
      { order, ...beyondOf('mapCoordinates', options.fillMode, options.fillValue) },
    );
    return reshape(numbers, shape);
  });
}
