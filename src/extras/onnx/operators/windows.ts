// Convolutions and pooling. Kernels read channels last, so what these operators give has its channels last, until an operator
// comes that needs them elsewhere.
import * as ops from '../../../engine/ops/index.js';
import { eye, full, sizeOf, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { slide } from '../../../engine/ops/windows/convolution-operands.js';
import type { FusedActivation } from '../../../engine/ops/index.js';
import { poolAlong } from '../../../engine/ops/windows/pooling.js';
import { checkWindow, windowThrough } from '../../../engine/ops/windows/window.js';
import type { ResolvedAxis, WindowRank } from '../../../engine/ops/windows/window.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { channelsLast, KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';

/** A kernel [filters, channels, …] as [… , channels, filters]. */
export const kernelForm = (rank: number): number[] => [
  ...Array.from({ length: rank - 2 }, (_, i) => i + 2),
  1,
  0,
];

export const formOfKernel: NonNullable<Operator['form']> = (_node, input, rank) =>
  input === 1 && rank >= 3 ? kernelForm(rank) : undefined;

/** An axis with the lengths that windows reach beyond its end. */
export interface PaddedAxis extends ResolvedAxis {
  readonly after: number;
}

/** The number of axes along which windows slide. @throws FormatError for what kernels do not have. */
export function rankOf(call: Call, axes: number): WindowRank {
  if (axes === 1 || axes === 2 || axes === 3) return axes;
  throw call.refuse(`windows slide along 1 to 3 axes, here along ${axes}`);
}

/** How windows of those lengths slide along axes, as the attributes say. */
export function axesOf(
  call: Call,
  lengths: readonly number[],
  kernels: readonly number[],
): PaddedAxis[] {
  const strides = call.list('strides') ?? [];
  const dilations = call.list('dilations') ?? [];
  const pads = call.list('pads') ?? [];
  const auto = call.text('auto_pad', 'NOTSET');
  const isCeil = call.attribute('ceil_mode', 0) === 1;
  const axes = lengths.map((length, i): PaddedAxis => {
    const [kernel = 1, stride = 1, dilation = 1] = [kernels[i], strides[i], dilations[i]];
    const reach = (kernel - 1) * dilation + 1;
    let [before = 0, after = 0] = auto === 'VALID' ? [] : [pads[i], pads[lengths.length + i]];
    if (auto.startsWith('SAME')) {
      const total = Math.max(0, (Math.ceil(length / stride) - 1) * stride + reach - length);
      before = auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
      after = total - before;
    }
    const room = (length + before + after - reach) / stride;
    let outputs = (isCeil ? Math.ceil(room) : Math.floor(room)) + 1;
    // No window begins behind the end.
    if (isCeil && (outputs - 1) * stride >= length + before) outputs--;
    if (!(outputs >= 0 && stride >= 1 && dilation >= 1 && kernel >= 1)) {
      throw call.refuse(
        `a window of ${kernel} with stride ${stride} and dilation ${dilation} does not slide over ${length} positions`,
      );
    }
    return { length, outputs, kernel, stride, pad: before, dilation, after };
  });
  checkWindow(
    call.node.op,
    axes.map((axis) => ({ ...axis, padding: 'valid' as const })),
  );
  return axes;
}

/** A convolution; `activation` was found behind it. */
export function convolve(
  call: Call,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  activation: FusedActivation,
): Tensor {
  const rank = rankOf(call, kernel.ndim - 2);
  const [perGroup = 0, filters = 0] = kernel.shape.slice(-2);
  const groups = call.attribute('group', 1);
  const channels = x.shape.at(-1) ?? 0;
  if (channels !== perGroup * groups || filters % groups !== 0 || x.ndim !== rank + 2) {
    throw call.refuse(
      `a kernel of ${perGroup} channels in ${groups} groups takes no input of shape [${x.shape.join(', ')}], channels last`,
    );
  }
  const along = axesOf(call, x.shape.slice(1, -1), kernel.shape.slice(0, -2));
  const window = windowThrough(x.shape[0] ?? 0, perGroup, along);
  return slide(
    call.node.op,
    rank,
    [x, kernel, bias],
    { window, groups, isTransposed: false },
    activation,
  );
}

function conv(call: Call): Given {
  const rank = call.shape(1).length;
  const kernel = call.value(1).inForm(kernelForm(rank));
  const [x, bias] = [call.value(0).channelsLast, call.maybe(2) ?? null];
  const y = convolve(call, x, kernel, bias, call.activation);
  return OperatorValue.of(y, call.value(0).type, 'last');
}

function convTranspose(call: Call): Given {
  const x = call.value(0).channelsLast;
  const shape = call.shape(1);
  const rank = rankOf(call, shape.length - 2);
  const whole = call.value(1).inForm(kernelForm(shape.length));
  const groups = call.attribute('group', 1);
  const [strides, dilations, more] = [
    call.list('strides'),
    call.list('dilations'),
    call.list('output_padding'),
  ];
  const [wanted, pads] = [call.list('output_shape'), call.list('pads')];
  const auto = call.text('auto_pad', 'NOTSET');
  const lengths = x.shape.slice(1, -1);
  const axes = lengths.map((outputs, i): ResolvedAxis => {
    const [kernel = 1, stride = 1, dilation = 1] = [whole.shape[i], strides?.[i], dilations?.[i]];
    const reach = (kernel - 1) * dilation + 1;
    const all = (outputs - 1) * stride + (more?.[i] ?? 0) + reach;
    const isSame = auto.startsWith('SAME');
    const target = wanted?.slice(-rank)[i] ?? (isSame ? outputs * stride : undefined);
    const total =
      target === undefined ? (pads?.[i] ?? 0) + (pads?.[rank + i] ?? 0) : Math.max(0, all - target);
    const half = auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    const before =
      target === undefined ? (pads?.[i] ?? 0) : auto === 'NOTSET' ? Math.floor(total / 2) : half;
    const length = target ?? all - total;
    if (!(length >= 1)) throw call.refuse(`its output would be ${length} long`);
    return { length, outputs, kernel, stride, pad: before, dilation };
  });
  checkWindow(
    call.node.op,
    axes.map((axis) => ({ ...axis, padding: 'valid' as const })),
  );
  const filters = whole.shape.at(-2) ?? 0;
  const window = windowThrough(x.shape[0] ?? 0, filters, axes);
  const sliding = { window, groups: 1, isTransposed: true };
  const xs = groups === 1 ? [x] : ops.split(x, groups, -1);
  const kernels = groups === 1 ? [whole] : ops.split(whole, groups, -1);
  const parts = xs.map((part, i) => {
    const kernel = kernels[i] ?? whole;
    if (part.shape.at(-1) !== kernel.shape.at(-1))
      throw call.refuse('the kernel takes other channels than the input has');
    return slide(call.node.op, rank, [part, kernel, null], sliding, 'linear');
  });
  const y = parts.length === 1 ? (parts[0] ?? x) : ops.concat(parts, -1);
  const bias = call.maybe(2);
  return OperatorValue.of(bias === undefined ? y : ops.add(y, bias), call.value(0).type, 'last');
}

/** A convolution of each channel by itself that looks back only. Inputs: x, kernel, bias, and the last numbers before x. */
function causalConvolution(call: Call): Given[] {
  const x = call.x();
  const [batch = 0, channels = 0, length = 0] = x.shape;
  const [, , kernel = 0] = call.shape(1);
  if (x.ndim !== 3 || call.shape(1).length !== 3 || kernel < 1)
    throw call.refuse('it takes sequences [batch, channels, length]');
  const before = call.maybe(3) ?? full([batch, channels, kernel - 1], 0, x.dtype);
  const whole = ops.concat([before, x], 2);
  const axis = { length: length + kernel - 1, outputs: length, kernel, stride: 1, pad: 0, dilation: 1 }; // prettier-ignore
  const y = slide(
    call.node.op,
    1,
    [channelsLast(whole), call.value(1).inForm(kernelForm(3)), call.maybe(2) ?? null],
    { window: windowThrough(batch, 1, [axis]), groups: channels, isTransposed: false },
    'linear',
  );
  const { type } = call.value(0);
  const activated = call.text('activation', 'none') === 'none' ? y : ops.silu(y);
  const state = ops.slice(whole, '...', [length, length + kernel - 1]);
  return [OperatorValue.of(activated, type, 'last'), OperatorValue.of(state, type)];
}

/** How many positions of each window along an axis count. @throws FormatError for more windows than may be listed */
function countsAlong(
  call: Call,
  axis: PaddedAxis,
  includesPadding: boolean,
): Float32Array<ArrayBuffer> {
  const { length, outputs, kernel, stride, pad, dilation, after } = axis;
  if (outputs > KNOWN_ELEMENTS)
    throw call.refuse(
      `it has ${outputs} windows along an axis, and at most ${KNOWN_ELEMENTS} are averaged`,
    );
  const [least, most] = includesPadding ? [-pad, length + after] : [0, length];
  return Float32Array.from({ length: outputs }, (_, i) => {
    const start = i * stride - pad;
    const first = Math.max(0, Math.ceil((least - start) / dilation));
    const last = Math.min(kernel - 1, Math.ceil((most - start) / dilation) - 1);
    return Math.max(0, last - first + 1);
  });
}

/** How many positions of each window count, [out, …, 1], as the sum of windows is divided by. */
function counts(call: Call, axes: readonly PaddedAxis[]): Tensor | number {
  const includesPadding = call.attribute('count_include_pad', 0) === 1;
  const along = axes.map((axis) => countsAlong(call, axis, includesPadding));
  const isSame = along.every((list) => list.every((count) => count === list[0]));
  if (isSame) return along.reduce((product, [count = 1]) => product * count, 1);
  return along
    .map((list, i) =>
      tensor(list, { shape: [list.length, ...new Array<number>(along.length - i).fill(1)] }),
    )
    .reduce((product, list) => ops.mul(product, list));
}

export function pool(
  call: Call,
  compute: (x: Tensor, axes: readonly PaddedAxis[]) => Tensor,
): OperatorValue {
  const value = call.value(0);
  const given = value.channelsLast;
  const x = ops.cast(given, 'float32');
  const kernels = call.list('kernel_shape') ?? [];
  rankOf(call, kernels.length);
  if (x.ndim !== kernels.length + 2)
    throw call.refuse(
      `windows of ${kernels.length} axes take no input of shape [${value.shape.join(', ')}]`,
    );
  const y = compute(x, axesOf(call, x.shape.slice(1, -1), kernels));
  return OperatorValue.of(
    given.dtype === 'float32' ? y : ops.cast(y, given.dtype),
    value.type,
    'last',
  );
}

const averagePool = (call: Call): Given =>
  pool(call, (x, axes) => ops.div(poolAlong('sum', x, axes), counts(call, axes)));

const lpPool = (call: Call): Given => {
  const p = call.attribute('p', 2);
  return pool(call, (x, axes) => ops.pow(poolAlong('sum', ops.pow(ops.abs(x), p), axes), 1 / p));
};

/** A function of all positions of each channel, which stay as axes of length 1. */
const global =
  (compute: (x: Tensor, axes: readonly number[], call: Call) => Tensor): Operator['run'] =>
  (call) => {
    const x = call.value(0).channelsLast;
    const axes = x.shape.slice(1, -1).map((_, i) => i + 1);
    return OperatorValue.of(compute(x, axes, call), call.value(0).type, 'last');
  };

/** Columns [batch, channels · kernel, windows] added up into images. */
function col2Im(call: Call): Given {
  const x = call.x();
  const [size, block] = [call.numbers(1), call.numbers(2)];
  const rank = rankOf(call, size.length);
  const [batch = 0, rows = 0] = x.shape;
  const taps = sizeOf(block);
  const channels = rows / taps;
  const axes = axesOf(call, size, block);
  const outputs = axes.map(({ outputs: count }) => count);
  // A transposed convolution that gives each row of the columns to its own tap and channel.
  const kernel = ops.reshape(
    ops.transpose(ops.reshape(eye(rows), [channels, taps, rows]), [1, 0, 2]),
    [...block, channels, rows],
  );
  const last = ops.transpose(ops.reshape(x, [batch, rows, ...outputs]), [
    0,
    ...outputs.map((_, i) => i + 2),
    1,
  ]);
  const window = windowThrough(batch, channels, axes);
  const y = slide(
    'Col2Im',
    rank,
    [last, kernel, null],
    { window, groups: 1, isTransposed: true },
    'linear',
  );
  return OperatorValue.of(y, call.value(0).type, 'last');
}

/** Names a kind of padding that is not known. */
export const lacksPadding: NonNullable<Operator['lacks']> = (node) =>
  unknownText(node, { auto_pad: ['NOTSET', 'VALID', 'SAME_UPPER', 'SAME_LOWER'] });

export const windows: Operators = {
  AveragePool: { run: averagePool, lacks: lacksPadding },
  CausalConvWithState: {
    run: causalConvolution,
    trains: [1, 2],
    form: formOfKernel,
    lacks: (node) => unknownText(node, { activation: ['none', 'silu', 'swish'] }),
  },
  Col2Im: { run: col2Im },
  Conv: { run: conv, trains: [1, 2], form: formOfKernel, lacks: lacksPadding },
  ConvTranspose: { run: convTranspose, trains: [1, 2], form: formOfKernel, lacks: lacksPadding },
  GlobalAveragePool: { run: global((x, axes) => ops.mean(x, [...axes], true)) },
  GlobalLpPool: {
    run: global((x, axes, call) => {
      const p = call.attribute('p', 2);
      return ops.pow(ops.sum(ops.pow(ops.abs(x), p), [...axes], true), 1 / p);
    }),
  },
  GlobalMaxPool: { run: global((x, axes) => ops.max(x, [...axes], true)) },
  LpPool: { run: lpPool, lacks: lacksPadding },
};
