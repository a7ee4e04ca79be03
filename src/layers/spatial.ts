import { choice } from '../config/index.js';
import type { EitherSpelling, Option } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { conv1d, conv2d, conv3d, moveAxis } from '../ops/index.js';
import type { WindowPadding } from '../ops/index.js';
import { checkWindow, windowLength, windowPadding, windowSizes } from '../ops/windows/window.js';
import type { WindowAxis, WindowRank } from '../ops/windows/window.js';
import { formatShape } from '../tensor/index.js';
import type { PartialShape, Tensor } from '../tensor/index.js';
import type { LayerOptions } from './core/layer-options.js';
import { Layer } from './core/layer.js';

/** Where the channels are: after the axes of an image, such as height and width, or before them. */
export type DataFormat = 'channels_last' | 'channels_first';

/** A data format as options take it. */
export type DataFormatOption = EitherSpelling<DataFormat>;

/** The option that says where channels are. Default `'channels_last'`. */
export const dataFormat = (): Option<DataFormatOption, DataFormat> =>
  choice(['channels_last', 'channels_first'], { default: 'channels_last' });

/** x[batch, channels, …] of that format as [batch, …, channels]. */
export function toChannelsLast(x: Tensor, format: DataFormat): Tensor {
  return format === 'channels_last' ? x : moveAxis(x, 1, -1);
}

/** x[batch, …, channels] in that format. */
export function fromChannelsLast(x: Tensor, format: DataFormat): Tensor {
  return format === 'channels_last' ? x : moveAxis(x, -1, 1);
}

/** A shape of that format, the channels moved to its end. */
export function shapeToChannelsLast(shape: PartialShape, format: DataFormat): PartialShape {
  if (format === 'channels_last') return shape;
  return [...shape.slice(0, 1), ...shape.slice(2), ...shape.slice(1, 2)];
}

/** A shape with the channels at its end in that format. */
export function shapeFromChannelsLast(shape: PartialShape, format: DataFormat): PartialShape {
  if (format === 'channels_last') return shape;
  return [...shape.slice(0, 1), ...shape.slice(-1), ...shape.slice(1, -1)];
}

/**
 * The lengths between batch and channels of what a window makes of input of `shape` [batch, …,
 * channels]; null where the input's is unknown.
 *
 * @throws ShapeError, naming the layer, if the window is longer than the input; ValueError if it is larger than kernels can
 * count.
 */
export function slidLengths(
  label: string,
  shape: PartialShape,
  axes: readonly WindowAxis[],
): (number | null)[] {
  checkWindow(label, axes);
  return axes.map((axis, i) => {
    const length = shape[i + 1] ?? null;
    const out = windowLength(length, axis);
    if (out === null || out >= 1) return out;
    const sizes = axes.map(({ kernel, dilation }) => (kernel - 1) * dilation + 1);
    throw new ShapeError(
      `${label}: a window of ${formatShape(sizes)} is larger than its input of ` +
        `${formatShape(shape.slice(1, -1))}. Use a smaller window, padding 'same' or larger input.`,
    );
  });
}

/** The number of axes over which the window of a layer slides, also while the layer is made. */
export const rankOf = (layer: object): WindowRank =>
  (layer.constructor as unknown as { readonly rank: WindowRank }).rank;

/** The convolution along that many axes. */
export const convolutionAlong = (rank: number): typeof conv2d =>
  rank === 1 ? conv1d : rank === 2 ? conv2d : conv3d;

/** An option that is a length for each axis over which a window slides; one number stands for all of them. */
export function lengths(
  spec: { readonly default?: number } = {},
): Option<number | readonly number[], readonly number[]> {
  return {
    ...spec,
    check: (given, place) =>
      windowSizes(place.owner, place.name, given as number, rankOf(place.object)),
  };
}

/** The option that says what surrounds the input. Default `'valid'`. */
export function padding(): Option<WindowPadding> {
  return {
    default: 'valid',
    names: ['valid', 'same', 'causal'],
    check: (given, place) => windowPadding(place.owner, given, rankOf(place.object)),
  };
}

/**
 * A layer that works along the axes between batch and channels: one of sequences, two of images, three of volumes.
 * Subclasses compute with the channels last.
 */
export abstract class SpatialLayer extends Layer {
  /** Number of axes between batch and channels. */
  static readonly rank: WindowRank = 2;

  constructor(options: LayerOptions) {
    super(options);
    this.inputSpec = { ndim: rankOf(this) + 2 };
  }

  /** Number of axes between batch and channels. */
  get rank(): WindowRank {
    return rankOf(this);
  }

  /** Where the channels are: last, unless an option says so. */
  get dataFormat(): DataFormat {
    return 'channels_last';
  }

  /** The output for x[batch, …, channels]. */
  protected abstract callChannelsLast(x: Tensor): Tensor;

  /** The shape of the output for input of shape [batch, …, channels]. */
  protected abstract outputShapeChannelsLast(shape: PartialShape): PartialShape;

  override call(x: Tensor): Tensor {
    const { dataFormat } = this;
    return fromChannelsLast(this.callChannelsLast(toChannelsLast(x, dataFormat)), dataFormat);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const shape = shapeToChannelsLast(inputShape, this.dataFormat);
    return shapeFromChannelsLast(this.outputShapeChannelsLast(shape), this.dataFormat);
  }
}
