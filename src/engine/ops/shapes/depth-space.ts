import { checkNumber, requireLengths } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { reshape } from './reshape.js';
import { transpose } from './transpose.js';
import { namesOfAxes, readDataFormat } from '../windows/data-format.js';
import type { DataFormatOptions } from '../windows/data-format.js';
import { AXES } from '../windows/window.js';

/**
 * The channels of each pixel as a block of pixels: x[batch, height, width, channels] → [batch, height · blockSize, width ·
 * blockSize, channels / blockSize²], of the same dtype. Also known as pixel shuffle. With the channels last, the place within
 * the block is the outer part of a channel's number; with the channels first it is the inner part.
 *
 * @keras = ofBlocks('nn.DepthToSpace')
 * @param blockSize height and width of a block, at least 2
 * @throws ShapeError for another rank, or channels that are no multiple of blockSize²; ValueError for an argument out of range.
 * @example ops.depthToSpace([[[[1, 2, 3, 4]]]], 2) // [[[[1], [2]], [[3], [4]]]]
 */
export function depthToSpace(
  x: TensorLike,
  blockSize: number,
  options: DataFormatOptions = {},
): Tensor {
  return scoped(() => {
    const { input, isLast, batch, height, width, channels } = read('depthToSpace', x, blockSize, options); // prettier-ignore
    if (channels % blockSize ** 2 !== 0) {
      throw new ShapeError(
        `depthToSpace: the ${channels} channels must be a multiple of ${blockSize}² = ${blockSize ** 2}, got ` +
          `${formatShape(input.shape)}.`,
      );
    }
    const depth = channels / blockSize ** 2;
    const [tall, wide] = [height * blockSize, width * blockSize];
    if (isLast) {
      const blocks = reshape(input, [batch, height, width, blockSize, blockSize, depth]);
      return reshape(transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, tall, wide, depth]);
    }
    const blocks = reshape(input, [batch, depth, blockSize, blockSize, height, width]);
    return reshape(transpose(blocks, [0, 1, 4, 2, 5, 3]), [batch, depth, tall, wide]);
  });
}

/**
 * Blocks of pixels as the channels of one pixel, the inverse of `depthToSpace`: x[batch, height, width, channels] → [batch,
 * height / blockSize, width / blockSize, channels · blockSize²], of the same dtype.
 *
 * @keras = ofBlocks('nn.SpaceToDepth')
 * @param blockSize height and width of a block, at least 2
 * @throws ShapeError for another rank, or a height or width that is no multiple of blockSize; ValueError for an argument out of
 * range.
 * @example ops.spaceToDepth([[[[1], [2]], [[3], [4]]]], 2) // [[[[1, 2, 3, 4]]]]
 */
export function spaceToDepth(
  x: TensorLike,
  blockSize: number,
  options: DataFormatOptions = {},
): Tensor {
  return scoped(() => {
    const { input, isLast, batch, height, width, channels } = read('spaceToDepth', x, blockSize, options); // prettier-ignore
    if (height % blockSize !== 0 || width % blockSize !== 0) {
      throw new ShapeError(
        `spaceToDepth: height ${height} and width ${width} must be multiples of ${blockSize}, got ` +
          `${formatShape(input.shape)}.`,
      );
    }
    const [low, narrow] = [height / blockSize, width / blockSize];
    const depth = channels * blockSize ** 2;
    if (isLast) {
      const blocks = reshape(input, [batch, low, blockSize, narrow, blockSize, channels]);
      return reshape(transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, low, narrow, depth]);
    }
    const blocks = reshape(input, [batch, channels, low, blockSize, narrow, blockSize]);
    return reshape(transpose(blocks, [0, 1, 3, 5, 2, 4]), [batch, depth, low, narrow]);
  });
}

/** Images, and how they are laid out. */
interface Images {
  readonly input: Tensor;
  readonly isLast: boolean;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

function read(op: string, x: TensorLike, blockSize: number, options: DataFormatOptions): Images {
  const input = toTensor(x);
  const format = readDataFormat(op, options);
  checkNumber(op, 'blockSize', blockSize, { min: 2, integer: true });
  requireLengths(op, 'blockSize', [blockSize]);
  if (input.ndim !== 4) {
    const names = namesOfAxes(AXES[2], format);
    throw new ShapeError(
      `${op}: the input must have shape (${names}), got ${formatShape(input.shape)}.`,
    );
  }
  const isLast = format === 'channels_last';
  const [batch = 0, a = 0, b = 0, c = 0] = input.shape;
  const [height, width, channels] = isLast ? [a, b, c] : [b, c, a];
  return { input, isLast, batch, height, width, channels };
}
