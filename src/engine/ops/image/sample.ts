// Numbers of arrays at positions between their elements.
import { Beyond } from '../../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import { checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  emptyTensor,
  formatShape,
  requireRoom,
  scoped,
  sizeOf,
  tensor,
  Tensor,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import type { Shape, TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { images } from '../../wasm/generated/images.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { abs, floor, sign } from '../elementwise/piecewise-linear.js';
import { describeValue } from '../../../config/describe-value.js';
import { stack } from '../shapes/concat.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';

const FILL_MODES = {
  constant: Beyond.Constant,
  nearest: Beyond.Nearest,
  wrap: Beyond.Wrap,
  mirror: Beyond.Mirror,
  reflect: Beyond.Reflect,
};

/**
 * What fills the space beyond an image: a number (`constant`), the nearest pixel at the border (`nearest`), the repeated
 * image (`wrap`), or its mirror image, which begins with the pixel at the border (`reflect`) or with the one before it
 * (`mirror`).
 */
export type FillMode = keyof typeof FILL_MODES;

/** Interpolations of images that are turned and distorted, and how many axes of a cell count. */
const ORDERS = { nearest: 0, bilinear: 1 } as const;

/** How values between pixels are computed: the nearest pixel, or linear interpolation of four. */
export type SamplingInterpolation = keyof typeof ORDERS;

/** What an operation says of places that are not elements. */
export interface Sampling {
  /** Of 0 the nearest element counts, of 1 straight lines are drawn between neighbours. */
  readonly order: 0 | 1;
  readonly beyond: Beyond;
  /** The number where `beyond` is a constant. */
  readonly fill: number;
}

/** Options of operations that sample images. */
export interface SamplingOptions {
  /** Default `'bilinear'`. */
  readonly interpolation?: SamplingInterpolation;
  /** What fills the space beyond the images. Default `'constant'`. */
  readonly fillMode?: FillMode;
  /** The value beyond the images with `fillMode: 'constant'`. Default 0. */
  readonly fillValue?: number;
}

/** The checked options of an operation. */
export function samplingOf(op: string, options: SamplingOptions): Sampling {
  const { interpolation = 'bilinear', fillMode, fillValue } = options;
  const names = Object.keys(ORDERS) as SamplingInterpolation[];
  const order = ORDERS[oneOf(op, 'interpolation', interpolation, names)];
  return { order, ...beyondOf(op, fillMode, fillValue) };
}

/** What there is beyond, as an operation was told. */
function beyondOf(
  op: string,
  fillMode: FillMode = 'constant',
  fillValue = 0,
): Pick<Sampling, 'beyond' | 'fill'> {
  const names = Object.keys(FILL_MODES) as FillMode[];
  const beyond = FILL_MODES[oneOf(op, 'fillMode', fillMode, names)];
  return { beyond, fill: checkNumber(op, 'fillValue', fillValue) };
}

/**
 * x[images, …lengths, channels] at coordinates[images, rank, points], in steps of the elements: [images, points, channels], of
 * the dtype of x. Integers are rounded, halves away from zero, as Keras does on JAX.
 */
export function sampled(op: string, x: Tensor, coordinates: Tensor, sampling: Sampling): Tensor {
  if (x.dtype === 'float32') return sampledFloats(op, x, coordinates, sampling);
  const { dtype } = x;
  const fill = Math.trunc(sampling.fill);
  const numbers = sampledFloats(op, convert(x, 'float32'), coordinates, { ...sampling, fill });
  return halvesAway(numbers, dtype);
}

/** The nearest whole numbers, halves away from zero. */
export function halvesAway(x: Tensor, dtype: DType): Tensor {
  return convert(dtype === 'bool' ? x : mul(sign(x), floor(add(abs(x), 0.5))), dtype);
}

/** What all three kernels are told of the shapes: images, rank, points, channels. */
function sizesOf(x: Tensor, coordinates: Tensor): readonly [number, number, number, number] {
  const [count = 0, rank = 0, points = 0] = coordinates.shape;
  return [count, rank, points, x.shape.at(-1) ?? 0];
}

const lengthsOf = (shape: Shape): Tensor => tensor(Int32Array.from(shape.slice(1, -1)));

function sampledFloats(op: string, x: Tensor, coordinates: Tensor, sampling: Sampling): Tensor {
  const { order, beyond, fill } = sampling;
  const sizes = sizesOf(x, coordinates);
  const [count, , points, channels] = sizes;
  requireRoom([count, points, channels], 'float32', op);
  const out = emptyTensor([count, points, channels], 'float32');
  if (out.size > 0) {
    const lengths = lengthsOf(x.shape);
    currentRuntime()
      .with(images)
      .run('sample', out.pointer, x.pointer, coordinates.pointer, lengths.pointer, ...sizes, order, beyond, fill); // prettier-ignore
  }
  return record(
    op,
    [x, coordinates],
    out,
    [x, coordinates],
    (dy, [values, at], [needX, needPlaces]) => [
      needX === true ? givenBack(op, dy, values.shape, at, sampling) : undefined,
      needPlaces === true ? coordinatesGradient(op, dy, values, at, sampling) : undefined,
    ],
  );
}

/** dy[images, points, channels] given to the elements of which its points were computed: the gradient of x. */
export function givenBack(
  op: string,
  dy: Tensor,
  shape: Shape,
  coordinates: Tensor,
  sampling: Sampling,
): Tensor {
  const { order, beyond } = sampling;
  const out = zeros(shape);
  if (dy.size > 0) {
    const lengths = lengthsOf(shape);
    const sizes = sizesOf(out, coordinates);
    currentRuntime()
      .with(images)
      .run('sampleGradient', out.pointer, dy.pointer, coordinates.pointer, lengths.pointer, ...sizes, order, beyond); // prettier-ignore
  }
  return record(
    `${op} gradient`,
    [dy, coordinates],
    out,
    [coordinates],
    (g, [at], [, needPlaces]) => {
      if (needPlaces === true) refuseSecond(op);
      return [sampledFloats(op, g, at, { ...sampling, fill: 0 }), undefined];
    },
  );
}

/** How dy changes with the coordinates. Of an order of 0 it does not. */
export function coordinatesGradient(
  op: string,
  dy: Tensor,
  x: Tensor,
  coordinates: Tensor,
  { order, beyond, fill }: Sampling,
): Tensor {
  if (order === 0 || coordinates.size === 0) return zeros(coordinates.shape);
  const out = emptyTensor(coordinates.shape, 'float32');
  const lengths = lengthsOf(x.shape);
  currentRuntime()
    .with(images)
    .run('sampleCoordinatesGradient', out.pointer, dy.pointer, x.pointer, coordinates.pointer, lengths.pointer, ...sizesOf(x, coordinates), beyond, fill); // prettier-ignore
  return record(`${op} gradient`, [dy, x, coordinates], out, [], () => refuseSecond(op));
}

function refuseSecond(op: string): never {
  throw new ValueError(
    `${op}: there is no second derivative with respect to coordinates. Differentiate with respect to the images only.`,
  );
}

/** Options of `mapCoordinates`. */
export interface MapCoordinatesOptions extends Pick<SamplingOptions, 'fillMode' | 'fillValue'> {}

/** The most axes of an array between whose elements numbers are taken: 2⁸ of them count for each. */
const MAX_AXES = 8;

/**
 * Samples x at positions between its elements: `coordinates`[axis, …] counts elements along that axis, and the result has the axes of
 * `coordinates` after the first. The coordinates may also be a list with a tensor for each axis. With `order` 1, neighbours are
 * interpolated linearly; with 0, the nearest element is used, with halves rounded away from zero. The dtype is that of x; integers are
 * rounded. The gradient flows to x and to the coordinates.
 *
 * @keras = mapCoordinates
 * @param coordinates [axes of x, …], counted in elements from 0, or a list with a tensor for each axis
 * @param order 1 for linear interpolation, 0 for the nearest element
 * @throws ShapeError unless there are coordinates for each axis of x, which may have at most eight; ValueError for a different order
 * or an unknown option.
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
    const positions = toFloat(isList ? stack(coordinates as readonly TensorLike[]) : (coordinates as TensorLike)); // prettier-ignore
    const input = toTensor(x);
    const [axes = 0, ...shape] = positions.shape;
    if (positions.ndim < 2 || axes !== input.ndim || axes > MAX_AXES) {
      throw new ShapeError(
        `mapCoordinates: the coordinates must have shape (axes, …) with one entry for each of the 1 to ${MAX_AXES} axes of ` +
          `x, got ${formatShape(positions.shape)} for x of shape ${formatShape(input.shape)}.`,
      );
    }
    const points = sizeOf(shape);
    const numbers = sampled(
      'mapCoordinates',
      reshape(input, [1, ...input.shape, 1]),
      reshape(positions, [1, axes, points]),
      { order, ...beyondOf('mapCoordinates', options.fillMode, options.fillValue) },
    );
    return reshape(numbers, shape);
  });
}
