import { choice } from '../../config/index.js';
import type { Option } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import { conv1d, conv2d, conv3d } from '../../engine/ops/index.js';
import type { DataFormat, DataFormatOption, WindowPadding } from '../../engine/ops/index.js';
import {
  DATA_FORMATS,
  fromChannelsLast,
  shapeFromChannelsLast,
  shapeToChannelsLast,
  toChannelsLast,
} from '../../engine/ops/windows/data-format.js';
import {
  checkWindow,
  windowLength,
  windowPadding,
  windowSizes,
} from '../../engine/ops/windows/window.js';
import type { WindowAxis, WindowRank } from '../../engine/ops/windows/window.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import type { LayerOptions } from './core/layer-options.js';
import { Layer } from './core/layer.js';

/** The option that says where channels are. Default `'channels_last'`. */
export const dataFormat = (): Option<DataFormatOption, DataFormat> =>
  choice(DATA_FORMATS, { default: DATA_FORMATS[0] });

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

/** A number for each of 1, 2 or 3 axes. */
export interface AxisLengths {
  1: readonly [length: number];
  2: readonly [height: number, width: number];
  3: readonly [depth: number, height: number, width: number];
}

/** What can surround the input along 1, 2 or 3 axes: only steps have an order, so `'causal'` is for one. */
export interface Paddings {
  1: WindowPadding;
  2: 'valid' | 'same';
  3: 'valid' | 'same';
}

/** Options of a window over `Rank` axes: lists have a number for each. */
export type AlongAxes<Options, Rank extends WindowRank> = {
  [N in keyof Options]: N extends 'padding' ? Padded<Options[N], Rank> : Along<Options[N], Rank>;
};

type Padded<T, Rank extends WindowRank> = 'causal' extends T ? Paddings[Rank] : T;
type Along<T, Rank extends WindowRank> = T extends readonly number[] ? AxisLengths[Rank] : T;

/** An option that is a length for each axis over which a window slides; one number stands for all of them. */
export function lengths(
  spec: { readonly default?: number } = {},
): Option<number | readonly number[], readonly number[]> {
  return {
    ...spec,
    check: (given, context) =>
      windowSizes(context.owner, context.name, given as number, rankOf(context.object)),
  };
}

/** The option that says what surrounds the input. Default `'valid'`. */
export function padding(): Option<WindowPadding> {
  return {
    default: 'valid',
    names: ['valid', 'same', 'causal'],
    check: (given, context) => windowPadding(context.owner, given, rankOf(context.object)),
  };
}

/** The option of layers that know no causal padding. Default `'valid'`. */
export const eitherPadding = (): Option<'valid' | 'same'> =>
  choice(['valid', 'same'], { default: 'valid' });

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

  /** Where the channels are: `'channels_last'` unless an option says otherwise. */
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
