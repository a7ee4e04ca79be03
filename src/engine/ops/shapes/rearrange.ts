// Axes named, split, exchanged and merged by a pattern, as of einops.
import { describeValue } from '../../../config/describe-value.js';
import { checkNumber, checkText, LENGTH, requireLengths } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, scoped, sizeOf, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { reshape } from './reshape.js';
import { transpose } from './transpose.js';
import { namesOfAxes, readDataFormat } from '../windows/data-format.js';
import type { DataFormatOptions } from '../windows/data-format.js';
import { AXES } from '../windows/window.js';

/** The axes of one side, each a list of names that are merged in it; '…' stands for all that have no name. */
type Side = readonly (readonly string[])[];

const REST = '...';
const SIDE = /^\s*(?:(?:\([\w\s]*\)|\w+|\.\.\.)\s*)*$/;

function parseSide(text: string, pattern: string): Side {
  if (!SIDE.test(text)) {
    throw new ValueError(
      `rearrange: ${describeValue(pattern)} is not a pattern. Write names of axes, such as 'b (h w) c -> b h w c'.`,
    );
  }
  const tokens = text.match(/\([^)]*\)|\.\.\.|\w+/g) ?? [];
  return tokens.map((token) =>
    token.startsWith('(') ? (token.slice(1, -1).match(/\w+/g) ?? []) : token === '1' ? [] : [token],
  );
}

/**
 * x with its axes in the order of `pattern`: 'b h w c -> b c (h w)' moves the channels and merges height and width. Names in
 * parentheses are axes merged into one. On the left, `lengths` gives their lengths, of which one may be missing. `...` stands
 * for axes without a name.
 *
 * @keras = rearrange
 * @param pattern names of the axes before and after `->`; those in parentheses are merged: `'b h w c -> b c (h w)'`
 * @param lengths lengths of axes in parentheses on the left, by name; one in each pair of parentheses may be missing
 * @throws ValueError for an invalid pattern, ShapeError if the shape does not match it.
 * @example ops.rearrange([[1, 2, 3, 4]], 'a (b c) -> c (a b)', { b: 2 }) // [[1, 3], [2, 4]]
 */
export function rearrange(
  x: TensorLike,
  pattern: string,
  lengths: Readonly<Record<string, number>> = {},
): Tensor {
  const sides = checkText('rearrange', 'pattern', pattern).split('->');
  if (sides.length !== 2) {
    throw new ValueError(`rearrange: ${describeValue(pattern)} needs one '->'.`);
  }
  const [left, right] = sides.map((side) => parseSide(side, pattern)) as [Side, Side];
  if (typeof lengths !== 'object' || lengths === null) {
    throw new ValueError(`rearrange: lengths must be an object, got ${describeValue(lengths)}.`);
  }
  for (const [name, length] of Object.entries(lengths)) {
    checkNumber('rearrange', name, length, LENGTH);
  }
  return scoped(() => {
    const input = toTensor(x);
    const refuse = (why: string): never => {
      throw new ShapeError(
        `rearrange: shape ${formatShape(input.shape)} does not fit '${pattern}': ${why}.`,
      );
    };
    const named = left.filter(([name]) => name !== REST).length;
    const hasRest = named < left.length;
    const count = input.ndim - named;
    if (count < 0 || (!hasRest && count > 0)) refuse(`it has ${input.ndim} axes`);
    const rest = Array.from({ length: count }, (_, i) => `${REST}${i}`);
    const expand = (side: Side): string[][] =>
      side.flatMap((names) => (names[0] === REST ? rest.map((name) => [name]) : [[...names]]));
    const [from, to] = [expand(left), expand(right)];
    const sizes = new Map<string, number>();
    from.forEach((names, axis) => splitAxis(names, input.shape[axis] ?? 1));
    const [before, after] = [from.flat(), to.flat()];
    const isSame = before.length === after.length && before.every((name) => after.includes(name));
    if (!isSame || new Set(before).size !== before.length) {
      refuse('each name stands once on each side');
    }
    const sizeOfName = (name: string): number => sizes.get(name) ?? 1;
    const expanded = reshape(input, before.map(sizeOfName));
    const order = after.map((name) => before.indexOf(name));
    return reshape(
      transpose(expanded, order),
      to.map((names) => sizeOf(names.map(sizeOfName))),
    );

    function splitAxis(names: readonly string[], length: number): void {
      const open = names.filter((name) => !Object.hasOwn(lengths, name));
      const known = sizeOf(names.filter((name) => !open.includes(name)).map((name) => lengths[name] ?? 1)); // prettier-ignore
      if (open.length > 1) refuse(`say how long ${open.slice(1).join(', ')} is`);
      if (length % known !== 0 || (open.length === 0 && known !== length)) {
        refuse(`an axis of length ${length} is not (${names.join(' ')})`);
      }
      for (const name of names) {
        sizes.set(name, open.includes(name) ? length / known : (lengths[name] ?? 1));
      }
    }
  });
}

/**
 * Turns the channels of each pixel into a block of pixels: x[batch, height, width, channels] → [batch, height · blockSize, width ·
 * blockSize, channels / blockSize²], of the same dtype. Also known as pixel shuffle. With `'channels_last'`, the position within
 * the block is the outer part of the channel index; with `'channels_first'`, the inner part.
 *
 * @keras = ofBlocks('nn.DepthToSpace')
 * @param blockSize height and width of a block, at least 2
 * @throws ShapeError for a wrong rank, or a number of channels that is not a multiple of blockSize²; ValueError for an argument
 * out of range.
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
 * Turns each block of pixels into the channels of one pixel, the inverse of `depthToSpace`: x[batch, height, width, channels] →
 * [batch, height / blockSize, width / blockSize, channels · blockSize²], of the same dtype.
 *
 * @keras = ofBlocks('nn.SpaceToDepth')
 * @param blockSize height and width of a block, at least 2
 * @throws ShapeError for a wrong rank, or a height or width that is not a multiple of blockSize; ValueError for an argument out of
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
