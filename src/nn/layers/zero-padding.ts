import { describeValue } from '../../config/describe-value.js';
import { configurable, requireLengths } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { pad, slice } from '../../engine/ops/index.js';
import type { SliceSpec } from '../../engine/ops/index.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { dataFormat, SpatialLayer } from './spatial.js';
import type { LayerOptions } from './core/layer-options.js';

/** A number before and a number after. */
export type Sides = readonly [before: number, after: number];

/** The sizes for `ZeroPadding2D` and `Cropping2D`: one number, [height, width], or [[top, bottom], [left, right]]. */
export type ZeroPadding2DSize = number | readonly [number | Sides, number | Sides];

/**
 * The sizes for `ZeroPadding3D` and `Cropping3D`: one number, [depth, height, width], or a pair [before, after] for each of
 * these.
 */
export type ZeroPadding3DSize = number | readonly [number | Sides, number | Sides, number | Sides];

/** What the layers have in common that put zeros around sequences, images and volumes. */
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

/** Options of layers on sequences, images or volumes that have no option but the position of the channels. */
export interface SpatialOptions extends OptionsOf<typeof ZeroPadding1D> {}

/**
 * Adds zeros before the first and after the last step, Keras: `ZeroPadding1D`. [batch, steps, channels] becomes [batch,
 * before + steps + after, channels], float32; with `dataFormat: 'channels_first'` the channels come before the steps.
 *
 * @example new layers.ZeroPadding1D([2, 0]).apply([[[1], [2]]]) // [[[0], [0], [1], [2]]]
 */
export class ZeroPadding1D extends configurable(
  ZeroPadding,
  'ZeroPadding1D',
  {
    /** Number of zeros [before, after]; a single number applies to both. Default 1. */
    padding: sidesOfSteps(),
    /** Default `'channels_last'`: [batch, steps, channels]; `'channels_first'` is [batch, channels, steps]. */
    dataFormat: dataFormat(),
  },
  { positional: ['padding'] },
) {
  /**
   * @param padding number of zeros on both sides, or [before, after]. Default 1
   * @throws ValueError for numbers that are not whole or are negative, or for an unknown option.
   */
  constructor(padding?: number | Sides, options: SpatialOptions = {}) {
    super(options, [padding]);
  }

  static override readonly rank = 1;

  protected override get sides(): readonly Sides[] {
    return [this.padding];
  }
}

/** An option that is a number for both sides of an axis, or two. */
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
 * Adds zeros around images, Keras: `ZeroPadding2D`. [batch, height, width, channels] becomes [batch, top + height +
 * bottom, left + width + right, channels], float32.
 *
 * @example new layers.ZeroPadding2D([[1, 0], [2, 2]], { inputShape: [28, 28, 1] })
 */
export class ZeroPadding2D extends configurable(
  ZeroPadding,
  'ZeroPadding2D',
  {
    /** Number of zeros [[top, bottom], [left, right]]; a single number applies to both sides. Default 1. */
    padding: sidesOfImages(),
    /** Default `'channels_last'`: [batch, height, width, channels]; `'channels_first'` is [batch, channels, height, width]. */
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

  protected override get sides(): readonly Sides[] {
    return this.padding;
  }
}

/** An option that is a number for all sides of an image, one for each axis, or one for each side. */
function sidesOfImages(initial = 1): Option<ZeroPadding2DSize, readonly [Sides, Sides]> {
  return {
    default: initial,
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

/**
 * Adds zeros around volumes, Keras: `ZeroPadding3D`. [batch, depth, height, width, channels] becomes [batch, before + depth +
 * after, top + height + bottom, left + width + right, channels], float32.
 *
 * @example new layers.ZeroPadding3D([[1, 0], [2, 2], [0, 1]], { inputShape: [8, 28, 28, 1] })
 */
export class ZeroPadding3D extends configurable(
  ZeroPadding,
  'ZeroPadding3D',
  {
    /** Number of zeros, a pair [before, after] for each of depth, height and width; a single number applies to both sides. Default 1. */
    padding: sidesOfVolumes(1),
    /** Default `'channels_last'`: [batch, depth, height, width, channels]; else [batch, channels, depth, height, width]. */
    dataFormat: dataFormat(),
  },
  { positional: ['padding'] },
) {
  /**
   * @param padding number of zeros on all sides, [for depth, height, width], or a pair [before, after] for each of these.
   * Default 1
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(padding?: ZeroPadding3DSize, options: SpatialOptions = {}) {
    super(options, [padding]);
  }

  static override readonly rank = 3;

  protected override get sides(): readonly Sides[] {
    return this.padding;
  }
}

/** An option that is a number for all sides of a volume, one for each axis, or one for each side. */
function sidesOfVolumes(
  initial: number,
): Option<ZeroPadding3DSize, readonly [Sides, Sides, Sides]> {
  return {
    default: initial,
    check: (given, { owner, name }) => {
      const list: readonly unknown[] = Array.isArray(given) ? given : [given, given, given];
      const [depths, rows, columns] = list.map(sidesOf);
      const isComplete = depths !== undefined && rows !== undefined && columns !== undefined;
      if (!isComplete || list.length !== 3) {
        throw new ValueError(
          `${owner}: ${name} must be a whole number of at least 0, three of them, or three pairs [before, after], ` +
            `got ${describeValue(given)}.`,
        );
      }
      requireLengths(owner, name, [...depths, ...rows, ...columns]);
      return [depths, rows, columns];
    },
  };
}

/** What the layers have in common that cut off the borders of sequences, images and volumes. */
abstract class Cropping extends SpatialLayer {
  /** How much to cut off on both sides of each axis between batch and channels. */
  protected abstract get sides(): readonly Sides[];

  protected override callChannelsLast(x: Tensor): Tensor {
    this.outputShapeChannelsLast(x.shape);
    const ranges = this.sides.map(([before, after], axis): SliceSpec => [
      before,
      (x.shape[axis + 1] ?? 0) - after,
    ]);
    return slice(x, ':', ...ranges, ':');
  }

  /** @throws ShapeError if nothing is left of an axis. */
  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    return shape.map((length, axis) => {
      const [before, after] = this.sides[axis - 1] ?? [0, 0];
      if (length === null || length > before + after) {
        return length === null ? null : length - before - after;
      }
      if (axis === 0 || axis > this.sides.length) return length;
      throw new ShapeError(
        `${this.label}: cropping ${before} and ${after} leaves nothing of an axis of length ${length}, input ` +
          `${formatShape(shape)} (channels last). Crop less, or give longer input.`,
      );
    });
  }

  override build(inputShape: PartialShape): void {
    this.computeOutputShape(inputShape); // Refuses input of which nothing is left.
  }
}

/**
 * Cuts off the first and the last steps, Keras: `Cropping1D`. [batch, steps, channels] becomes [batch, steps − before −
 * after, channels]. The channels come last.
 *
 * @example new layers.Cropping1D([1, 0]).apply([[[1], [2], [3]]]) // [[[2], [3]]]
 */
export class Cropping1D extends configurable(
  Cropping,
  'Cropping1D',
  {
    /** Number of steps to cut off, [before, after]; a single number applies to both. Default 1. */
    cropping: sidesOfSteps(),
  },
  { positional: ['cropping'] },
) {
  /**
   * @param cropping number of steps to cut off on both sides, or [before, after]. Default 1
   * @throws ValueError for numbers that are not whole or are negative, or for an unknown option.
   */
  constructor(cropping?: number | Sides, options: LayerOptions = {}) {
    super(options, [cropping]);
  }

  static override readonly rank = 1;

  protected override get sides(): readonly Sides[] {
    return [this.cropping];
  }
}

/**
 * Cuts off the borders of images, Keras: `Cropping2D`. [batch, height, width, channels] becomes [batch, height − top −
 * bottom, width − left − right, channels].
 *
 * @example new layers.Cropping2D([[1, 0], [2, 2]], { inputShape: [28, 28, 1] })
 */
export class Cropping2D extends configurable(
  Cropping,
  'Cropping2D',
  {
    /** How many pixels to cut off, [[top, bottom], [left, right]]; a single number applies to both sides. Default 0. */
    cropping: sidesOfImages(0),
    /** Default `'channels_last'`: [batch, height, width, channels]; `'channels_first'` is [batch, channels, height, width]. */
    dataFormat: dataFormat(),
  },
  { positional: ['cropping'] },
) {
  /**
   * @param cropping how many pixels to cut off on all sides, [above and below, left and right], or [[top, bottom],
   * [left, right]]. Default 0
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(cropping?: ZeroPadding2DSize, options: SpatialOptions = {}) {
    super(options, [cropping]);
  }

  protected override get sides(): readonly Sides[] {
    return this.cropping;
  }
}

/**
 * Cuts off the borders of volumes, Keras: `Cropping3D`. [batch, depth, height, width, channels] becomes [batch, depth − before −
 * after, height − top − bottom, width − left − right, channels].
 *
 * @example new layers.Cropping3D([[1, 0], [2, 2], [0, 1]], { inputShape: [8, 28, 28, 1] })
 */
export class Cropping3D extends configurable(
  Cropping,
  'Cropping3D',
  {
    /**
     * How much to cut off, a pair [before, after] for each of depth, height and width; a single number applies to both sides.
     * Default 1.
     */
    cropping: sidesOfVolumes(1),
    /** Default `'channels_last'`: [batch, depth, height, width, channels]; else [batch, channels, depth, height, width]. */
    dataFormat: dataFormat(),
  },
  { positional: ['cropping'] },
) {
  /**
   * @param cropping how much to cut off on all sides, [of depth, height, width], or a pair [before, after] for each of
   * these. Default 1
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(cropping?: ZeroPadding3DSize, options: SpatialOptions = {}) {
    super(options, [cropping]);
  }

  static override readonly rank = 3;

  protected override get sides(): readonly Sides[] {
    return this.cropping;
  }
}
