import { describeValue } from '../config/describe-value.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { requireLengths } from '../config/limits.js';
import { ValueError } from '../errors.js';
import { pad } from '../ops/index.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import { SpatialLayer } from './spatial.js';
import type { SpatialOptions } from './spatial.js';

/** How many zeros come before and behind. */
export type Sides = readonly [before: number, after: number];

abstract class ZeroPadding extends SpatialLayer {
  /** Sides of each axis between batch and channels. */
  protected abstract readonly sides: readonly Sides[];

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

/**
 * Zeros before the first and behind the last step, Keras: `ZeroPadding1D`. [batch, steps, channels]
 * becomes [batch, before + steps + after, channels]; with `dataFormat: 'channels_first'` the channels
 * stand before the steps.
 */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly className = 'ZeroPadding1D';
  /** Number of zeros [before, after]. */
  readonly padding: Sides;
  protected readonly sides: readonly Sides[];

  /**
   * @param padding number of zeros on both sides, or [before, after]
   * @throws ValueError if they are no whole numbers of at least 0, or an option is unknown.
   */
  constructor(padding: number | Sides = 1, options: SpatialOptions = {}) {
    super(1, options, ['dataFormat']);
    const sides = sidesOf(padding);
    if (sides === undefined) {
      throw new ValueError(
        `ZeroPadding1D: padding must be a whole number of at least 0 or a pair [before, after] of them, got ` +
          `${describeValue(padding)}.`,
      );
    }
    requireLengths('ZeroPadding1D', 'padding', sides);
    this.padding = sides;
    this.sides = [sides];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding, data_format: this.dataFormat };
  }

  static override fromConfig(config: Config): ZeroPadding1D {
    const known = ['padding', 'dataFormat', ...LAYER_OPTIONS];
    const { padding, ...options } = optionsFromConfig('ZeroPadding1D', config, known);
    return new ZeroPadding1D(padding as Sides | undefined, options);
  }
}

/** What `ZeroPadding2D` takes: one number, [height, width], or [[top, bottom], [left, right]]. */
export type ZeroPadding2DSize = number | readonly [number | Sides, number | Sides];

/**
 * Zeros around images, Keras: `ZeroPadding2D`. [batch, height, width, channels] becomes [batch, top +
 * height + bottom, left + width + right, channels].
 */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly className = 'ZeroPadding2D';
  /** Number of zeros [[top, bottom], [left, right]]. */
  readonly padding: readonly [Sides, Sides];
  protected readonly sides: readonly Sides[];

  /**
   * @param padding number of zeros on all sides, [above and below, left and right], or [[top, bottom],
   * [left, right]]
   * @throws ValueError if they are no whole numbers of at least 0, or an option is unknown.
   */
  constructor(padding: ZeroPadding2DSize = 1, options: SpatialOptions = {}) {
    super(2, options, ['dataFormat']);
    const [rows, columns] = isPair(padding)
      ? padding.map(sidesOf)
      : [padding, padding].map(sidesOf);
    if (rows === undefined || columns === undefined) {
      throw new ValueError(
        `ZeroPadding2D: padding must be a whole number of at least 0, a pair of them, or [[top, bottom], ` +
          `[left, right]], got ${describeValue(padding)}.`,
      );
    }
    requireLengths('ZeroPadding2D', 'padding', [...rows, ...columns]);
    this.padding = [rows, columns];
    this.sides = this.padding;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), padding: this.padding, data_format: this.dataFormat };
  }

  static override fromConfig(config: Config): ZeroPadding2D {
    const known = ['padding', 'dataFormat', ...LAYER_OPTIONS];
    const { padding, ...options } = optionsFromConfig('ZeroPadding2D', config, known);
    return new ZeroPadding2D(padding as ZeroPadding2DSize | undefined, options);
  }
}
