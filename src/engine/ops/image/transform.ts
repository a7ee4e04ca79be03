import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  arange,
  decideBy,
  emptyTensor,
  formatShape,
  ones,
  requireRoom,
  scoped,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { images as part } from '../../wasm/generated/images.js';
import { convert } from '../elementwise/cast.js';
import { concat } from '../shapes/concat.js';
import { matmul } from '../linalg/matmul.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { broadcastTo, sum } from '../reductions/sum.js';
import { moveAxis, transpose } from '../shapes/transpose.js';
import { imagesOf, requireSides } from './images.js';
import { givenBack, halvesAway, coordinatesGradient, sampled, samplingOf } from './sample.js';
import type { Sampling, SamplingOptions } from './sample.js';
import { checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { repeat } from '../indexing/selection.js';
import { toFloat } from '../elementwise/operands.js';
import type { ImageBatch, ImageOptions } from './images.js';

// Images whose pixels are those of others elsewhere, along straight lines.

/** Height and width of images. */
type Sides = readonly [height: number, width: number];

/** The pixels of images of that size as columns (x, y, 1), row by row: [3, pixels]. */
function pixelGrid([height, width]: Sides): Tensor {
  const x = reshape(arange(width, undefined, 1, 'float32'), [1, 1, width]);
  const y = reshape(arange(height, undefined, 1, 'float32'), [1, height, 1]);
  const all = [1, height, width];
  return reshape(concat([broadcastTo(x, all), broadcastTo(y, all), ones(all)], 0), [3, height * width]); // prettier-ignore
}

/** x and y exchanged, in [batch, 2, n]: kernels count rows of pixels first. */
const exchanged = (xy: Tensor): Tensor => concat([slice(xy, ':', '1:'), slice(xy, ':', ':1')], 1);

/** Where pixels come from, [batch, 2, pixels], rows first; the arguments are those of `affineSampled`. */
function affineCoordinates(origins: Tensor, size: Sides): Tensor {
  return exchanged(matmul(reshape(origins, [-1, 2, 3]), pixelGrid(size)));
}

/**
 * Images [batch, height, width, channels] whose pixel at (x, y) is that of `images` at (a₀x + a₁y + a₂, b₀x + b₁y + b₂), of
 * their dtype. The gradient flows to the images and to where pixels come from.
 *
 * @param origins [batch, 6]: a₀, a₁, a₂, b₀, b₁, b₂ of each image
 * @param size height and width of the result. Default: those of the images
 * @throws ValueError, naming the operation, for images that are too large.
 */
export function affineSampled(
  op: string,
  images: Tensor,
  origins: Tensor,
  sampling: Sampling,
  size?: Sides,
): Tensor {
  const { shape, dtype } = images;
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  const sides = size ?? ([height, width] as const);
  const [rows, columns] = sides;
  requireSides(op, [...sides, height, width]);
  if (dtype !== 'float32') {
    const fill = Math.trunc(sampling.fill);
    const floats = convert(images, 'float32');
    return halvesAway(affineSampled(op, floats, origins, { ...sampling, fill }, sides), dtype);
  }
  const { order, beyond, fill } = sampling;
  const outShape = [count, rows, columns, channels];
  requireRoom(outShape, 'float32', op);
  const out = emptyTensor(outShape, 'float32');
  if (out.size > 0) {
    currentRuntime()
      .with(part)
      .run('sampleAffine', out.pointer, images.pointer, origins.pointer, count, height, width, channels, rows, columns, order, beyond, fill); // prettier-ignore
  }
  return record(op, [images, origins], out, [images, origins], (dy, [x, from], needed) => {
    const coordinates = affineCoordinates(from, sides);
    const ofPoints = reshape(dy, [count, rows * columns, channels]);
    const toOrigins = (): Tensor => {
      const at = exchanged(coordinatesGradient(op, ofPoints, x, coordinates, sampling));
      return reshape(matmul(at, transpose(pixelGrid(sides))), [count, 6]);
    };
    return [
      needed[0] === true ? givenBack(op, ofPoints, shape, coordinates, sampling) : undefined,
      needed[1] === true ? toOrigins() : undefined,
    ];
  });
}

/** Options of `affineTransform`. */
export interface AffineTransformOptions extends SamplingOptions, ImageOptions {}

/** Options of `perspectiveTransform`. */
export interface PerspectiveTransformOptions
  extends Omit<SamplingOptions, 'fillMode'>, ImageOptions {}

/**
 * Rotates, moves and scales images: the pixel at (x, y) of the result is that of the images at (a₀x + a₁y + a₂, b₀x + b₁y +
 * b₂), for a transform [a₀, a₁, a₂, b₀, b₁, b₂, c₀, c₁] or a list with a transform for each image. As in Keras on JAX and
 * PyTorch, c₀ and c₁ do not change the perspective: they move the pixels of channel i by i · c₀ downwards and i · c₁ to the
 * right. The dtype is that of the images; integers are rounded. The gradient flows to the images and to the transform.
 *
 * @keras = affineTransform
 * @param transform the eight numbers of a transform: [8] for all images, or [batch, 8]
 * @throws ShapeError for images or transforms of a wrong shape, ValueError for an option out of range.
 * @example ops.image.affineTransform([[[1], [2], [3]]], [1, 0, 1, 0, 1, 0, 0, 0]).flatten() // [2, 3, 0]
 */
export function affineTransform(
  images: TensorLike,
  transform: TensorLike,
  options: AffineTransformOptions = {},
): Tensor {
  return scoped(() => {
    checkOptions('affineTransform', options, ['interpolation', 'fillMode', 'fillValue', 'dataFormat']); // prettier-ignore
    const sampling = samplingOf('affineTransform', options);
    const given = imagesOf('affineTransform', images, options);
    const numbers = toFloat(transform);
    const count = given.batch.shape[0] ?? 0;
    const isList = numbers.ndim === 2 && (numbers.shape[0] === count || numbers.shape[0] === 1);
    if (numbers.shape.at(-1) !== 8 || (numbers.ndim !== 1 && !isList)) {
      throw new ShapeError(
        `affineTransform: the transform must have shape (8,) or, one for each image, (${count}, 8), got ` +
          `${formatShape(numbers.shape)}.`,
      );
    }
    const transforms = broadcastTo(reshape(numbers, [-1, 8]), [count, 8]);
    const shifts = slice(transforms, ':', '6:');
    const rows = slice(transforms, ':', ':6');
    if (decideBy(shifts, (all) => all.every((x) => x === 0), true)) {
      const out = affineSampled('affineTransform', given.batch, rows, sampling);
      return given.restore(withShifts(out, given.batch, rows, shifts, sampling));
    }
    const [, height = 0, width = 0] = given.batch.shape;
    requireSides('affineTransform', [height, width]);
    const coordinates = affineCoordinates(rows, [height, width]);
    return sampledAt('affineTransform', given, coordinates, sampling, shifts);
  });
}

/** The result of `affineSampled`, whose gradient flows to the shifts of channels as well, all of which are 0. */
function withShifts(
  out: Tensor,
  x: Tensor,
  rows: Tensor,
  shifts: Tensor,
  sampling: Sampling,
): Tensor {
  const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
  if (channels === 1 || out.dtype !== 'float32') return out;
  const op = 'affineTransform';
  return record(
    op,
    [out, shifts],
    out.view(out.shape),
    [x, rows],
    (dy, [images, from], [, needShifts]) => {
      if (needShifts !== true) return [dy, undefined];
      // Channel by channel, each as often as it is shifted.
      const channelsToBatch = (all: Tensor): Tensor => reshape(moveAxis(all, -1, 1), [count * channels, height, width, 1]); // prettier-ignore
      const coordinates = repeat(affineCoordinates(from, [height, width]), channels, 0);
      const points = reshape(channelsToBatch(dy), [count * channels, height * width, 1]);
      const slopes = sum(
        coordinatesGradient(op, points, channelsToBatch(images), coordinates, sampling),
        -1,
      );
      return [dy, sum(mul(reshape(slopes, [count, channels, 2]), channelNumbers(channels)), 1)];
    },
  );
}

/** 0, 1, 2 … down a column. */
const channelNumbers = (channels: number): Tensor =>
  reshape(arange(channels, undefined, 1, 'float32'), [channels, 1]);

/**
 * Changes the perspective of images: the four `startPoints` [[x, y], …] move to the `endPoints`. Points are [4, 2] for all
 * images, or [batch, 4, 2]. The dtype is that of the images; integers are rounded. The gradient flows to the images and to
 * the points.
 *
 * @keras = perspectiveTransform
 * @param startPoints four points [x, y] in pixels: [4, 2] for all images, or [batch, 4, 2]
 * @param endPoints the positions of these points in the result, of such a shape
 * @throws ShapeError for images or points of a wrong shape, ValueError for an option out of range.
 * @example
 * const corners = [[0, 0], [1, 0], [0, 1], [1, 1]];
 * const flipped = [[1, 0], [0, 0], [1, 1], [0, 1]];
 * ops.image.perspectiveTransform([[[1], [2]], [[3], [4]]], corners, flipped).flatten() // [2, 1, 4, 3]
 */
export function perspectiveTransform(
  images: TensorLike,
  startPoints: TensorLike,
  endPoints: TensorLike,
  options: PerspectiveTransformOptions = {},
): Tensor {
  return scoped(() => {
    const op = 'perspectiveTransform';
    checkOptions(op, options, ['interpolation', 'fillValue', 'dataFormat']);
    const sampling = samplingOf(op, options);
    const given = imagesOf(op, images, options);
    const count = given.batch.shape[0] ?? 0;
    const [starts, ends] = [startPoints, endPoints].map((points, i) => {
      const list = toFloat(points);
      const [pictures = 1, four, two] = list.ndim === 2 ? [1, ...list.shape] : list.shape;
      const fits = [2, 3].includes(list.ndim) && four === 4 && two === 2;
      if (!fits || (pictures !== count && pictures !== 1)) {
        throw new ShapeError(
          `${op}: ${i === 0 ? 'startPoints' : 'endPoints'} must have shape (4, 2) or, four for each image, ` +
            `(${count}, 4, 2), got ${formatShape(list.shape)}.`,
        );
      }
      return broadcastTo(reshape(list, [pictures, 4, 2]), [count, 4, 2]);
    }) as [Tensor, Tensor];
    const [, height = 0, width = 0] = given.batch.shape;
    requireSides(op, [height, width]);
    const grid = pixelGrid([height, width]);
    const projections = projectionBetween(ends, starts);
    const row = (i: number): Tensor => matmul(slice(projections, ':', [i, i + 1]), grid);
    const depth = row(2);
    return sampledAt(op, given, concat([div(row(1), depth), div(row(0), depth)], 1), sampling);
  });
}

/**
 * Images of the pixels of others at `coordinates` [batch, 2, pixels].
 *
 * @param shifts [batch, 2]: how much further the positions of each channel are than those of the channel before
 */
function sampledAt(
  op: string,
  { batch, restore }: ImageBatch,
  coordinates: Tensor,
  sampling: Sampling,
  shifts: Tensor | null = null,
): Tensor {
  const { shape } = batch;
  const [count = 0, height = 0, width = 0, channels = 0] = shape;
  if (shifts === null) return restore(reshape(sampled(op, batch, coordinates, sampling), shape));
  const further = mul(reshape(shifts, [count, 1, 2, 1]), expandDims(channelNumbers(channels), -1));
  const ofChannels = reshape(add(expandDims(coordinates, 1), further), [count * channels, 2, height * width]); // prettier-ignore
  const single = reshape(moveAxis(batch, -1, 1), [count * channels, height, width, 1]);
  const out = sampled(op, single, ofChannels, sampling);
  return restore(moveAxis(reshape(out, [count, channels, height, width]), 1, -1));
}

/** Points [batch, points, 2] as projections [batch, 3, 3] move them. @internal */
export function projected(points: Tensor, projections: Tensor): Tensor {
  const [count = 0, number = 0] = points.shape;
  const columns = transpose(concat([points, ones([count, number, 1])], 2), [0, 2, 1]);
  const moved = matmul(projections, columns);
  const flat = div(slice(moved, ':', ':2'), slice(moved, ':', '2:'));
  return transpose(flat, [0, 2, 1]);
}

/**
 * The projections that move four points onto four others, [batch, 3, 3]. A projection is known by what it makes of three points
 * and of the sum of their multiples that is the fourth: M = T · diag(μ / λ) · F⁻¹, where F and T hold the first three points
 * (x, y, 1) as columns, and λ and μ are the multiples. F⁻¹ and λ may be any number of times as large, so cross products do.
 *
 * @internal
 */
export function projectionBetween(from: Tensor, to: Tensor): Tensor {
  const [count = 0] = from.shape;
  const rows = (points: Tensor): Tensor => concat([points, ones([count, 4, 1])], 2);
  const [f, t] = [rows(from), rows(to)];
  const [inverse, other] = [adjugate(f), adjugate(t)];
  const multiples = (adjoint: Tensor, points: Tensor): Tensor =>
    matmul(adjoint, expandDims(slice(points, ':', 3), 2));
  const stretch = div(multiples(other, t), multiples(inverse, f));
  const columns = transpose(slice(t, ':', [0, 3]), [0, 2, 1]);
  return matmul(columns, mul(stretch, inverse));
}

/** The inverse of the matrix whose columns are the first three points, times its determinant: p₁ × p₂, p₂ × p₀, p₀ × p₁. */
function adjugate(points: Tensor): Tensor {
  const [p, q, r] = [0, 1, 2].map((i) => slice(points, ':', [i, i + 1])) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return concat([cross(q, r), cross(r, p), cross(p, q)], 1);
}

/** The cross product along the last axis. */
function cross(a: Tensor, b: Tensor): Tensor {
  const part = (v: Tensor, i: number): Tensor => slice(v, '...', [i % 3, (i % 3) + 1]);
  const axis = (i: number): Tensor =>
    sub(mul(part(a, i + 1), part(b, i + 2)), mul(part(a, i + 2), part(b, i + 1)));
  return concat([axis(0), axis(1), axis(2)], -1);
}
