// Convolutions and pooling. Files have the channels last, as the kernels of the library read them, or second (NCHW).
import * as ops from '../../../engine/ops/index.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { slide } from '../../../engine/ops/windows/convolution-operands.js';
import { poolAlong } from '../../../engine/ops/windows/pooling.js';
import { checkWindow, windowThrough } from '../../../engine/ops/windows/window.js';
import type { ResolvedAxis, WindowRank } from '../../../engine/ops/windows/window.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { channelsFirst, channelsLast, KNOWN_ELEMENTS } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';
import { fusedOps, lacksFused } from './fused.js';

/** Whether channels come before the axes of space. */
const isFirst = (call: Call): boolean => call.text('data_format', 'NHWC').startsWith('NC');

/** An input with its channels last. */
const images = (call: Call, i = 0): Tensor => {
  const x = call.x(i);
  return isFirst(call) ? channelsLast(x) : x;
};

/** What is computed, with its channels where the file has them. */
const given = (call: Call, y: Tensor): Given => plain(isFirst(call) ? channelsFirst(y) : y);

/** The numbers of an attribute that belong to the axes of space. */
function along(call: Call, name: string, rank: number): readonly number[] {
  const list = call.list(name) ?? [];
  if (list.length === 0) return new Array<number>(rank).fill(1);
  if (list.length === rank) return list;
  return isFirst(call) ? list.slice(2, 2 + rank) : list.slice(1, 1 + rank);
}

/** What windows reach beyond the ends of each axis, as `explicit_paddings` says. */
function explicitPads(call: Call, rank: number): readonly (readonly [number, number])[] {
  const list = call.list('explicit_paddings') ?? [];
  const first = isFirst(call) ? 2 : 1;
  return Array.from({ length: rank }, (_, i) => {
    const at = 2 * (first + i);
    return [list[at] ?? 0, list[at + 1] ?? 0] as const;
  });
}

/** The number of axes along which windows slide. @throws FormatError for what kernels do not have. */
function rankOf(call: Call, axes: number): WindowRank {
  if (axes === 1 || axes === 2 || axes === 3) return axes;
  throw call.refuse(`windows slide along 1 to 3 axes, here along ${axes}`);
}

/** How windows of those lengths slide along axes of a length each, as the attributes say. */
function axesOf(
  call: Call,
  lengths: readonly number[],
  kernels: readonly number[],
): ResolvedAxis[] {
  const rank = lengths.length;
  const [strides, dilations] = [along(call, 'strides', rank), along(call, 'dilations', rank)];
  const padding = call.text('padding', 'VALID');
  const pads = padding === 'EXPLICIT' ? explicitPads(call, rank) : [];
  const axes = lengths.map((length, i): ResolvedAxis => {
    const [kernel = 1, stride = 1, dilation = 1] = [kernels[i], strides[i], dilations[i]];
    const reach = (kernel - 1) * dilation + 1;
    let [pad, after] = pads[i] ?? [0, 0];
    if (padding === 'SAME') {
      const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
      pad = Math.floor(total / 2);
      after = total - pad;
    }
    const outputs = Math.floor((length + pad + after - reach) / stride) + 1;
    if (!(
      outputs >= 0 &&
      outputs <= KNOWN_ELEMENTS &&
      stride >= 1 &&
      dilation >= 1 &&
      kernel >= 1 &&
      pad >= 0
    )) {
      throw call.refuse(
        `a window of ${kernel} with stride ${stride} and dilation ${dilation} does not slide over ${length} positions`,
      );
    }
    return { length, outputs, kernel, stride, pad, dilation };
  });
  checkAxes(call, axes);
  return axes;
}

const checkAxes = (call: Call, axes: readonly ResolvedAxis[]): void => {
  checkWindow(
    call.node.op,
    axes.map((axis) => ({ ...axis, padding: 'valid' as const })),
  );
};

/** x ∗ kernel, with as many groups as the channels of the kernel make. */
function conv(call: Call): Given {
  const kernel = call.x(1);
  const x = images(call);
  const rank = rankOf(call, kernel.ndim - 2);
  const [perGroup = 0, filters = 0] = kernel.shape.slice(-2);
  const channels = x.shape.at(-1) ?? 0;
  const groups = channels / perGroup;
  if (!Number.isInteger(groups) || filters % groups !== 0 || x.ndim !== rank + 2) {
    throw call.refuse(
      `a kernel of shape [${kernel.shape.join(', ')}] takes no input of shape [${x.shape.join(', ')}], channels last`,
    );
  }
  const axes = axesOf(call, x.shape.slice(1, -1), kernel.shape.slice(0, -2));
  const window = windowThrough(x.shape[0] ?? 0, perGroup, axes);
  const sliding = { window, groups, isTransposed: false };
  const { bias, activation, finish } = fusedOps(call, filters);
  const y = slide(call.node.op, rank, [x, kernel, bias], sliding, activation);
  return given(call, finish(y));
}

/** Each channel with kernels of its own: a convolution of as many groups. */
function depthwise(call: Call): Given {
  const kernel = call.x(1);
  const x = images(call);
  const [height = 1, width = 1, channels = 0, multiplier = 0] = kernel.shape;
  if (kernel.ndim !== 4 || x.ndim !== 4 || x.shape.at(-1) !== channels) {
    throw call.refuse(
      `a kernel of shape [${kernel.shape.join(', ')}] takes no input of shape [${x.shape.join(', ')}], channels last`,
    );
  }
  const filters = channels * multiplier;
  const axes = axesOf(call, x.shape.slice(1, -1), [height, width]);
  const window = windowThrough(x.shape[0] ?? 0, 1, axes);
  const kernels = ops.reshape(kernel, [height, width, 1, filters]);
  const { bias, activation, finish } = fusedOps(call, filters);
  const sliding = { window, groups: channels, isTransposed: false };
  return given(call, finish(slide(call.node.op, 2, [x, kernels, bias], sliding, activation)));
}

/** The transpose of a convolution: inputs are the lengths of the result, the kernel, and what the convolution gives. */
function convTranspose(call: Call): Given {
  const [size, kernel, x] = [call.numbers(0), call.x(1), images(call, 2)];
  const rank = rankOf(call, kernel.ndim - 2);
  const lengths = size.length === rank ? size : isFirst(call) ? size.slice(2) : size.slice(1, -1);
  const [filters = 0, channels = 0] = kernel.shape.slice(-2);
  if (x.ndim !== rank + 2 || x.shape.at(-1) !== channels || lengths.length !== rank) {
    throw call.refuse(
      `a kernel of shape [${kernel.shape.join(', ')}] takes no input of shape [${x.shape.join(', ')}], channels last`,
    );
  }
  const axes = axesOf(call, lengths, kernel.shape.slice(0, -2));
  if (axes.some(({ outputs }, i) => outputs !== x.shape[i + 1])) {
    throw call.refuse(
      `a result of lengths [${lengths.join(', ')}] has no input of shape [${x.shape.join(', ')}]`,
    );
  }
  const window = windowThrough(x.shape[0] ?? 0, filters, axes);
  const sliding = { window, groups: 1, isTransposed: true };
  return given(call, slide(call.node.op, rank, [x, kernel, null], sliding, 'linear'));
}

/** How many positions of each window lie within the input, [out, …, 1]. */
function counts(axes: readonly ResolvedAxis[]): Tensor | number {
  const lists = axes.map(({ length, outputs, kernel, stride, pad }) =>
    Array.from({ length: outputs }, (_, i) => {
      const start = i * stride - pad;
      return Math.min(length, start + kernel) - Math.max(0, start);
    }),
  );
  if (lists.every((list) => list.every((count) => count === list[0]))) {
    return lists.reduce((product, [count = 1]) => product * count, 1);
  }
  return lists
    .map((list, i) => {
      const shape = [list.length, ...new Array<number>(axes.length - i).fill(1)];
      return tensor(Float32Array.from(list), { shape });
    })
    .reduce((product, list) => ops.mul(product, list));
}

const pool =
  (kind: 'max' | 'mean') =>
  (call: Call): Given => {
    const x = images(call);
    const rank = rankOf(call, x.ndim - 2);
    const axes = axesOf(call, x.shape.slice(1, -1), along(call, 'ksize', rank));
    const y = ops.cast(x, 'float32');
    const pooled =
      kind === 'max' ? poolAlong('max', y, axes) : ops.div(poolAlong('sum', y, axes), counts(axes));
    return given(call, x.dtype === 'float32' ? pooled : ops.cast(pooled, x.dtype));
  };

/** Names a kind of padding or a format that is not known. */
const lacksPadding: NonNullable<Operator['lacks']> = (node) =>
  unknownText(node, {
    padding: ['SAME', 'VALID', 'EXPLICIT'],
    data_format: ['NHWC', 'NCHW', 'NDHWC', 'NCDHW', 'NWC', 'NCW'],
  });

const lacksEither: Operator['lacks'] = (node, version) =>
  lacksPadding(node, version) ?? lacksFused(node);

const TRAINED: Pick<Operator, 'trains' | 'lacks'> = { trains: [1, 2], lacks: lacksEither };

export const windows: Operators = {
  AvgPool: { run: pool('mean'), lacks: lacksPadding },
  AvgPool3D: { run: pool('mean'), lacks: lacksPadding },
  Conv2D: { run: conv, ...TRAINED },
  Conv2DBackpropInput: { run: convTranspose, trains: [1], lacks: lacksPadding },
  Conv3D: { run: conv, ...TRAINED },
  Conv3DBackpropInputV2: { run: convTranspose, trains: [1], lacks: lacksPadding },
  DepthwiseConv2d: { run: depthwise, ...TRAINED },
  DepthwiseConv2dNative: { run: depthwise, ...TRAINED },
  FusedDepthwiseConv2dNative: { run: depthwise, ...TRAINED },
  MaxPool: { run: pool('max'), lacks: lacksPadding },
  MaxPool3D: { run: pool('max'), lacks: lacksPadding },
  _FusedConv2D: { run: conv, ...TRAINED },
};
