// Convolutions: ONNX has the channels of inputs and kernels before height and width.
import type { Conv2D, Conv2DTranspose } from '../../../../nn/layers/convolution.js';
import type {
  DepthwiseConv2D,
  SeparableConv2D,
} from '../../../../nn/layers/depthwise-convolution.js';
import type { WindowPadding } from '../../../../engine/ops/index.js';
import type { PartialShape } from '../../../../engine/tensor/index.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { activated } from '../activations.js';
import { float } from '../elementwise.js';
import type { Attributes, GraphWriter } from '../graph-writer.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { channelsFirst, channelsLast, reshape, transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** How windows slide along axes. */
export interface Sliding {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations?: readonly number[];
  readonly padding: WindowPadding;
}

/** The lengths that windows reach, of all axes. */
const reaches = ({ kernel, dilations }: Sliding): number[] =>
  kernel.map((size, i) => (size - 1) * (dilations?.[i] ?? 1) + 1);

/** How many outputs there are of each length. */
export function slidLengths(lengths: PartialShape, sliding: Sliding): PartialShape {
  return reaches(sliding).map((reach, i) => {
    const length = lengths[i] ?? null;
    if (length === null) return null;
    const covered = sliding.padding === 'valid' ? length - reach + 1 : length;
    return Math.ceil(covered / (sliding.strides[i] ?? 1));
  });
}

/**
 * What is added in front of and behind each axis, [all before, all after]; undefined where a length that is not known decides:
 * then SAME_UPPER says the same.
 */
export function padsOf(lengths: PartialShape, sliding: Sliding): number[] | undefined {
  const widths = reaches(sliding).map((reach, i): readonly [number, number] | undefined => {
    if (sliding.padding === 'valid') return [0, 0];
    if (sliding.padding === 'causal') return [reach - 1, 0];
    const [length, stride = 1] = [lengths[i] ?? null, sliding.strides[i]];
    if (reach === 1) return [0, 0];
    if (length === null && stride > reach) {
      return refuse(
        `its padding is 'same' with strides longer than its window, over an axis whose length is not known`,
      );
    }
    if (length === null && stride > 1) return undefined;
    const total =
      length === null
        ? reach - 1
        : Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
  const all = widths.filter((width) => width !== undefined);
  if (all.length < widths.length) return undefined;
  return [...all.map(([before]) => before), ...all.map(([, after]) => after)];
}

/** Attributes of windows over axes of those lengths. */
export function windowAttributes(lengths: PartialShape, sliding: Sliding): Attributes {
  const pads = padsOf(lengths, sliding);
  return {
    kernel_shape: sliding.kernel,
    strides: sliding.strides,
    ...(sliding.dilations === undefined ? {} : { dilations: sliding.dilations }),
    ...(pads === undefined ? { auto_pad: 'SAME_UPPER' } : { pads }),
  };
}

/** [… , channels, filters] as [filters, channels, …]. */
const kernelFirst = (kernel: Written): Written => {
  const { rank } = kernel;
  return transpose(kernel, [rank - 1, rank - 2, ...Array.from({ length: rank - 2 }, (_, i) => i)]);
};

/** A convolution of x [batch, channels, …] with a kernel [… , channels, filters]. */
export function convolve(
  w: GraphWriter,
  x: Written,
  kernel: Written,
  bias: Written | null,
  sliding: Sliding,
  groups = 1,
): Written {
  const lengths = x.shape.slice(2);
  const filters = kernel.shape.at(-1) ?? null;
  const shape = [x.shape[0] ?? null, filters, ...slidLengths(lengths, sliding)];
  const attributes = { ...windowAttributes(lengths, sliding), group: groups };
  return w.one('Conv', [x, kernelFirst(kernel), bias ?? undefined], shape, TYPE.float, attributes);
}

/** x with the channels second, whatever the layer's format; and what it gives in that format again. */
export function inChannelsFirst(
  x: Written,
  format: string,
  compute: (x: Written) => Written,
): Written {
  return format === 'channels_first' ? compute(x) : channelsLast(compute(channelsFirst(x)));
}

const slidingOf = (layer: {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly padding: WindowPadding;
}): Sliding => ({
  kernel: layer.kernelSize,
  strides: layer.strides,
  dilations: layer.dilationRate,
  padding: layer.padding,
});

function convolution(layer: Conv2D, call: LayerCall): Written {
  const { w } = call;
  const bias = layer.bias === null ? null : w.weight(layer.bias);
  const y = inChannelsFirst(float(w, call.x), layer.dataFormat, (x) =>
    convolve(w, x, w.kernel(layer, layer.kernel), bias, slidingOf(layer), layer.groups),
  );
  return activated(call, layer.activation, y);
}

/** A convolution of each channel by itself, with a kernel [… , channels, multiplier]. */
export function convolveEach(
  w: GraphWriter,
  x: Written,
  kernel: Written,
  bias: Written | null,
  sliding: Sliding,
): Written {
  return convolve(w, x, groupedKernel(w, kernel), bias, sliding, kernel.shape.at(-2) ?? 1);
}

/** A kernel [… , channels, multiplier] as one of groups: [… , 1, channels · multiplier]. */
function groupedKernel(w: GraphWriter, kernel: Written): Written {
  const [channels = 0, multiplier = 0] = kernel.shape.slice(-2) as number[];
  return reshape(w, kernel, [...(kernel.shape.slice(0, -2) as number[]), 1, channels * multiplier]);
}

function depthwise(layer: DepthwiseConv2D, call: LayerCall): Written {
  const { w } = call;
  const bias = layer.bias === null ? null : w.weight(layer.bias);
  const kernel = w.weight(layer.kernel);
  const y = inChannelsFirst(float(w, call.x), layer.dataFormat, (x) =>
    convolveEach(w, x, kernel, bias, slidingOf(layer)),
  );
  return activated(call, layer.activation, y);
}

function separable(layer: SeparableConv2D, call: LayerCall): Written {
  const { w } = call;
  const bias = layer.bias === null ? null : w.weight(layer.bias);
  const kernel = w.weight(layer.depthwiseKernel);
  const points = layer.kernelSize.map(() => 1);
  const y = inChannelsFirst(float(w, call.x), layer.dataFormat, (x) => {
    const each = convolveEach(w, x, kernel, null, slidingOf(layer));
    const sliding: Sliding = { kernel: points, strides: points, padding: 'valid' };
    return convolve(w, each, w.weight(layer.pointwiseKernel), bias, sliding);
  });
  return activated(call, layer.activation, y);
}

/** How a transposed convolution moves. */
export interface TransposedSliding {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly dilationRate: readonly number[];
  readonly outputPadding: readonly number[] | null;
  readonly padding: string;
}

/** Along one axis: how much of what the kernel reaches is cut off on both sides; less than 0 where the output is longer. */
function cut(
  sliding: TransposedSliding,
  i: number,
): {
  readonly before: number;
  readonly after: number;
  readonly reach: number;
  readonly stride: number;
} {
  const [size = 1, stride = 1, dilation = 1] = [
    sliding.kernelSize[i],
    sliding.strides[i],
    sliding.dilationRate[i],
  ];
  const more = sliding.outputPadding?.[i] ?? null;
  const reach = (size - 1) * dilation + 1;
  const isSame = sliding.padding === 'same';
  const zeros = !isSame
    ? 2 * (reach - 1) + (more ?? Math.max(0, stride - reach))
    : more === null
      ? stride + reach - 2
      : reach + (reach % 2) - 2 + more;
  const inFront = isSame ? Math.min(Math.ceil(zeros / 2), reach - 1) : reach - 1;
  const before = reach - 1 - inFront;
  // The whole has (n − 1) · stride + reach elements, the output (n − 1) · stride + zeros − reach + 2.
  return { before, after: 2 * reach - zeros - 2 - before, reach, stride };
}

/** A transposed convolution of x [batch, channels, …] with a kernel [… , filters, channels]. */
export function convolveTransposed(
  w: GraphWriter,
  x: Written,
  kernel: Written,
  bias: Written | null,
  sliding: TransposedSliding,
): Written {
  const cuts = sliding.kernelSize.map((_, i) => cut(sliding, i));
  const lengths = cuts.map(({ before, after, reach, stride }, i) => {
    const length = x.shape[i + 2] ?? null;
    return length === null ? null : (length - 1) * stride + reach - before - after;
  });
  const shape = [x.shape[0] ?? null, kernel.shape.at(-2) ?? null, ...lengths];
  const inputs = [x, kernelFirst(kernel), bias ?? undefined];
  // Where the output is longer than what kernels reach, the bias alone stands at its end.
  return w.one('ConvTranspose', inputs, shape, TYPE.float, {
    kernel_shape: sliding.kernelSize,
    strides: sliding.strides,
    dilations: sliding.dilationRate,
    pads: [...cuts.map(({ before }) => before), ...cuts.map(({ after }) => Math.max(0, after))],
    output_padding: cuts.map(({ after }) => Math.max(0, -after)),
  });
}

function transposed(layer: Conv2DTranspose, call: LayerCall): Written {
  const { w } = call;
  const bias = layer.bias === null ? null : w.weight(layer.bias);
  const y = inChannelsFirst(float(w, call.x), layer.dataFormat, (x) =>
    convolveTransposed(w, x, w.weight(layer.kernel), bias, layer),
  );
  return activated(call, layer.activation, y);
}

export const convolutions: Rows = {
  ...rows('Conv1D Conv2D Conv3D', convolution),
  ...rows('Conv1DTranspose Conv2DTranspose Conv3DTranspose', transposed),
  ...rows('DepthwiseConv1D DepthwiseConv2D', depthwise),
  ...rows('SeparableConv1D SeparableConv2D', separable),
};
