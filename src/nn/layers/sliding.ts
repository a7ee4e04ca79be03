import { ShapeError, ValueError } from '../../errors.js';
import type { DataFormat, WindowPadding } from '../../engine/ops/index.js';
import { shapeToChannelsLast } from '../../engine/ops/windows/data-format.js';
import type { WindowAxis } from '../../engine/ops/windows/window.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import type { Layer } from './core/layer.js';
import { dataFormat, lengths } from './spatial.js';

/** How a kernel slides: what all layers of convolutions take. */
export const SLIDING = {
  /** Length of the kernel along each axis over which it slides. */
  kernelSize: lengths(),
  /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
  dataFormat: dataFormat(),
};

/** A layer with these options. */
interface Sliding {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
}

/** How the kernel of a layer slides along each axis. */
export const slidingAxes = (layer: Sliding): WindowAxis[] =>
  layer.kernelSize.map((kernel, i) => ({
    kernel,
    stride: layer.strides[i] ?? 1,
    padding: layer.padding,
    dilation: layer.dilationRate[i] ?? 1,
  }));

/** Throws a ValueError, as Keras does, if strides and dilations are both above 1. */
export function checkSteps(owner: string, { strides, dilationRate }: Sliding): void {
  if (Math.max(...strides) <= 1 || Math.max(...dilationRate) <= 1) return;
  throw new ValueError(
    `${owner}: strides and dilationRate cannot both be above 1, got [${strides.join(', ')}] and ` +
      `[${dilationRate.join(', ')}]. Leave one of them at 1.`,
  );
}

/**
 * The number of channels of the input of a layer that is built, which takes no other from then on.
 *
 * @throws ShapeError if it is unknown.
 */
export function channelsOf(
  label: string,
  layer: Layer & Sliding,
  inputShape: PartialShape,
): number {
  const channels = shapeToChannelsLast(inputShape, layer.dataFormat).at(-1) ?? null;
  if (channels === null) {
    throw new ShapeError(
      `${label} needs to know the number of channels of its input, got shape ` +
        `${formatShape(inputShape)}. State it by inputShape, or build the layer with a shape that holds it.`,
    );
  }
  const axis = layer.dataFormat === 'channels_last' ? -1 : 1;
  layer.inputSpec = { ndim: layer.kernelSize.length + 2, axes: { [axis]: channels } };
  return channels;
}
