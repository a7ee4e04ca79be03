import { describeValue } from '../config/describe-value.js';
import { configurable } from '../config/index.js';
import type { Option, OptionsOf } from '../config/index.js';
import { requireLengths } from '../config/limits.js';
import { ValueError } from '../errors.js';
import { pad } from '../ops/index.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { dataFormat } from './data-format.js';
import { SpatialLayer } from './spatial.js';

/** How many zeros come before and behind. */
export type Sides = readonly [before: number, after: number];

/** What `ZeroPadding2D` takes: one number, [height, width], or [[top, bottom], [left, right]]. */
export type ZeroPadding2DSize = number | readonly [number | Sides, number | Sides];

/** What the layers have in common that put zeros around sequences and images. */
abstract class ZeroPadding extends SpatialLayer {
  /** Number of zeros on both sides of each axis between batch and channels. */
  protected abstract get sides(): readonly Sides[];

  protected override callChannelsLast(x: Tensor): Tensor {
    return pad(x, [[0, 0], ...this.sides, [0, 0]]);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    return shape.map((length, axis) => {
      const [before, after] = this.sides[axis - 1] ?? [0, 0];
      return length === null ? null : length + before + after;
    });
  }
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

const isPair = (value: unknown): value is readonly [unknown, unknown] =>
  Array.isArray(value) && value.length === 2;

/** One number for both, or a pair of them; undefined for anything else. */
function sidesOf(value: unknown): Sides | undefined {
  if (isCount(value)) return [value, value];
  if (!isPair(value)) return undefined;
  const [before, after] = value;
  return isCount(before) && isCount(after) ? [before, after] : undefined;
}

/** Options of layers that work on sequences or images and say nothing but where the channels are. */
export interface SpatialOptions extends OptionsOf<typeof ZeroPadding1D> {}

/**
 * Zeros before the first and behind the last step, Keras: `ZeroPadding1D`. [batch, steps, channels]
 * becomes [batch, before + steps + after, channels], float32; with `dataFormat: 'channels_first'` the
 * channels stand before the steps.
 *
 * @example new layers.ZeroPadding1D([2, 0]).apply([[[1], [2]]]) // [[[0], [0], [1], [2]]]
 */
export class ZeroPadding1D extends configurable(
  ZeroPadding,
  'ZeroPadding1D',
  {
    /** Number of zeros [before, after]; one number stands for both. Default 1. */
    padding: sidesOfSteps(),
    /** Default `'channels_last'`: [batch, steps, channels]; `'channels_first'` is [batch, channels, steps]. */
    dataFormat: dataFormat(),
  },
  { positional: ['padding'] },
) {
  /**
   * @param padding number of zeros on both sides, or [before, after]. Default 1
   * @throws ValueError if they are no whole numbers of at least 0, or an option is unknown.
   */
  constructor(padding?: number | Sides, options: SpatialOptions = {}) {
    super(options, [padding]);
  }

  override get rank(): 1 {
    return 1;
  }

  protected override get sides(): readonly Sides[] {
    return [this.padding];
  }
}

/** An option that is a number of zeros, or two. */
function sidesOfSteps(): Option<number | Sides, Sides> {
  return {
    default: 1,
    check: (given, { owner, name }) => {
      const sides = sidesOf(given);
      if (sides === undefined) {
        throw new ValueError(
          `${owner}: ${name} must be a whole number of at least 0 or a pair [before, after] of them, got ` +
            `${describeValue(given)}.`,
        );
      }
      requireLengths(owner, name, sides);
      return sides;
    },
  };
}

/**
 * Zeros around images, Keras: `ZeroPadding2D`. [batch, height, width, channels] becomes [batch, top +
 * height + bottom, left + width + right, channels], float32.
 *
 * @example new layers.ZeroPadding2D([[1, 0], [2, 2]], { inputShape: [28, 28, 1] })
 */
export class ZeroPadding2D extends configurable(
  ZeroPadding,
  'ZeroPadding2D',
  {
    /** Number of zeros [[top, bottom], [left, right]]; a number stands for two. Default 1. */
    padding: sidesOfImages(),
    /** Default `'channels_last'`: [batch, height, width, channels]; else [batch, channels, height, width]. */
    dataFormat: dataFormat(),
  },
  { positional: ['padding'] },
) {
  /**
   * @param padding number of zeros on all sides, [above and below, left and right], or [[top, bottom],
   * [left, right]]. Default 1
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(padding?: ZeroPadding2DSize, options: SpatialOptions = {}) {
    super(options, [padding]);
  }

  override get rank(): 2 {
    return 2;
  }

  protected override get sides(): readonly Sides[] {
    return this.padding;
  }
}

/** An option that is a number of zeros, one for each axis, or one for each side. */
function sidesOfImages(): Option<ZeroPadding2DSize, readonly [Sides, Sides]> {
  return {
    default: 1,
    check: (given, { owner, name }) => {
      const [rows, columns] = (isPair(given) ? given : [given, given]).map(sidesOf);
      if (rows === undefined || columns === undefined) {
        throw new ValueError(
          `${owner}: ${name} must be a whole number of at least 0, a pair of them, or [[top, bottom], ` +
            `[left, right]], got ${describeValue(given)}.`,
        );
      }
      requireLengths(owner, name, [...rows, ...columns]);
      return [rows, columns];
    },
  };
}
