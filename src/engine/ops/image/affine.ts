// Images whose pixels are those of others elsewhere, along straight lines.
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { arange, emptyTensor, ones, requireRoom } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { images as part } from '../../wasm/generated/images.js';
import { convert } from '../elementwise/cast.js';
import { concat } from '../shapes/concat.js';
import { matmul } from '../linalg/matmul.js';
import { reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { broadcastTo } from '../reductions/sum.js';
import { transpose } from '../shapes/transpose.js';
import { requireSides } from './images.js';
import { givenBack, halvesAway, placesGradient } from './sample.js';
import type { Sampling } from './sample.js';

/** Height and width of images. */
type Sides = readonly [height: number, width: number];

/** The pixels of images of that size as columns (x, y, 1), row by row: [3, pixels]. */
export function pixelGrid([height, width]: Sides): Tensor {
  const x = reshape(arange(width, undefined, 1, 'float32'), [1, 1, width]);
  const y = reshape(arange(height, undefined, 1, 'float32'), [1, height, 1]);
  const all = [1, height, width];
  return reshape(concat([broadcastTo(x, all), broadcastTo(y, all), ones(all)], 0), [3, height * width]); // prettier-ignore
}

/** x and y exchanged, in [batch, 2, n]: kernels count rows of pixels first. */
const exchanged = (xy: Tensor): Tensor => concat([slice(xy, ':', '1:'), slice(xy, ':', ':1')], 1);

/** Where pixels come from, [batch, 2, pixels], rows first; the arguments are those of `affineSampled`. */
export function affinePlaces(origins: Tensor, size: Sides): Tensor {
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
    const places = affinePlaces(from, sides);
    const ofPoints = reshape(dy, [count, rows * columns, channels]);
    const toOrigins = (): Tensor => {
      const at = exchanged(placesGradient(op, ofPoints, x, places, sampling));
      return reshape(matmul(at, transpose(pixelGrid(sides))), [count, 6]);
    };
    return [
      needed[0] === true ? givenBack(op, ofPoints, shape, places, sampling) : undefined,
      needed[1] === true ? toOrigins() : undefined,
    ];
  });
}
