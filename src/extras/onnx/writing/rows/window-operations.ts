// Operations of windows, and attention.
import type { WindowPadding } from '../../../../engine/ops/index.js';
import { ACTIVATIONS } from '../activations.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import { real } from '../../../../files/formats/onnx/write.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { inverse } from '../../../operator-graphs/value.js';
import { add, along, differs, mul, where } from '../elementwise.js';
import { allOf, band } from '../masks.js';
import { matmul, transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { convolve, convolveEach, convolveTransposed, inChannelsFirst } from './convolutions.js';
import { adaptiveAverage, adaptiveMaximum, pool } from './pooling.js';

const listOf = (value: unknown, rank: number, left: number): number[] =>
  Array.isArray(value)
    ? (value as number[])
    : new Array<number>(rank).fill(typeof value === 'number' ? value : left);

const formatOf = ({ dataFormat }: Readonly<Record<string, unknown>>): string =>
  typeof dataFormat === 'string' ? dataFormat : 'channels_last';

/** What the convolutions have in common: options, and how windows of a kernel slide. */
function sliding(call: OperationCall, kernel: Written, at: number) {
  const options = call.options(at);
  const rank = kernel.rank - 2;
  const sizes = kernel.shape.slice(0, rank);
  if (sizes.includes(null)) return refuse('the shape of its kernel is not known');
  const { padding = 'valid', groups = 1 } = options;
  return {
    kernel: sizes as number[],
    strides: listOf(options['strides'], rank, 1),
    dilations: listOf(options['dilationRate'], rank, 1),
    padding: padding as WindowPadding,
    format: formatOf(options),
    groups: Number(groups),
    options,
  };
}

/** The activation that options ask for. */
function bent(
  call: OperationCall,
  { activation = 'linear' }: Readonly<Record<string, unknown>>,
  y: Written,
): Written {
  const bend = typeof activation === 'string' ? ACTIVATIONS[activation] : undefined;
  return bend?.(call.w, y) ?? refuse('its activation cannot be written');
}

const biasOf = (call: OperationCall, i: number): Written | null =>
  (call.args[i] ?? null) === null ? null : call.float(i);

/** A convolution: x, kernel, bias, options. */
function convolution(call: OperationCall): Written {
  const kernel = call.float(1);
  const how = sliding(call, kernel, 3);
  const y = inChannelsFirst(call.float(0), how.format, (x) =>
    convolve(call.w, x, kernel, biasOf(call, 2), how, how.groups),
  );
  return bent(call, how.options, y);
}

function depthwise(call: OperationCall): Written {
  const kernel = call.float(1);
  const how = sliding(call, kernel, 3);
  const y = inChannelsFirst(call.float(0), how.format, (x) =>
    convolveEach(call.w, x, kernel, biasOf(call, 2), how),
  );
  return bent(call, how.options, y);
}

/** x, kernel of each channel, kernel of points, bias, options. */
function separable(call: OperationCall): Written {
  const { w } = call;
  const [kernel, points] = [call.float(1), call.float(2)];
  const how = sliding(call, kernel, 4);
  const ones = how.kernel.map(() => 1);
  const y = inChannelsFirst(call.float(0), how.format, (x) => {
    const each = convolveEach(w, x, kernel, null, how);
    return convolve(w, each, points, biasOf(call, 3), {
      kernel: ones,
      strides: ones,
      padding: 'valid',
    });
  });
  return bent(call, how.options, y);
}

function transposed(call: OperationCall): Written {
  const kernel = call.float(1);
  const {
    kernel: kernelSize,
    strides,
    dilations,
    padding,
    format,
    options,
  } = sliding(call, kernel, 3);
  const more = options['outputPadding'] ?? null;
  const outputPadding = more === null ? null : listOf(more, kernelSize.length, 0);
  const how = { kernelSize, strides, dilationRate: dilations, padding, outputPadding };
  const y = inChannelsFirst(call.float(0), format, (x) =>
    convolveTransposed(call.w, x, kernel, biasOf(call, 2), how),
  );
  return bent(call, options, y);
}

const adaptive =
  (compute: typeof adaptiveMaximum): OperationRow =>
  (call) => {
    const x = call.float();
    const format = formatOf(call.options(2));
    const sizes = listOf(call.args[1], x.rank - 2, 1);
    return inChannelsFirst(x, format, (input) => compute(call.w, input, sizes));
  };

/** query, key, value [batch, steps, heads, depth], bias, mask, options. */
function attention(call: OperationCall): Written {
  const { w } = call;
  const [query, key, value] = [0, 1, 2].map((i) => transpose(call.float(i), [0, 2, 1, 3])) as [
    Written,
    Written,
    Written,
  ];
  const { scale, isCausal = false } = call.options(5);
  const depth = query.shape[3] ?? refuse('the depth of its heads is not known');
  if (query.shape[1] !== key.shape[1]) return refuse('its keys are those of groups of heads');
  const factor = typeof scale === 'number' ? scale : 1 / Math.sqrt(depth);
  const product = matmul(w, mul(w, query, factor), transpose(key, [0, 1, 3, 2]));
  const bias = biasOf(call, 3);
  const scores = bias === null ? product : add(w, product, bias);
  const given = (call.args[4] ?? null) === null ? null : call.x(4);
  const mask = given === null || given.type === TYPE.bool ? given : differs(w, given, 0);
  const counts = allOf(w, [
    mask,
    isCausal === true ? band(w, [query, 2], [key, 2], { after: 0 }) : null,
  ]);
  const weights = along(
    w,
    'Softmax',
    counts === null ? scores : where(w, counts, scores, -1e9),
    -1,
  );
  return transpose(matmul(w, weights, value), [0, 2, 1, 3]);
}

const pooled =
  (op: 'MaxPool' | 'AveragePool', rank: number): OperationRow =>
  (call) => {
    const options = call.options(1);
    const poolSize = listOf(options['poolSize'], rank, 2);
    const strides = listOf(options['strides'] ?? poolSize, rank, 2);
    const padding = (options['padding'] ?? 'valid') as 'valid' | 'same';
    const format = formatOf(options);
    return inChannelsFirst(call.float(), format, (x) =>
      pool(call.w, op, x, { poolSize, strides, padding }),
    );
  };

/** x, mean, variance, axis and options. */
function batchNormalization(call: OperationCall): Written {
  const { w } = call;
  const x = call.float();
  const axis = x.axis(call.number(3, -1));
  const { scale = null, offset = null, epsilon = 1e-3 } = call.options(4);
  const channels = x.shape[axis] ?? refuse('the number of channels is not known');
  const filled = (value: number): Written => w.floats(new Array<number>(channels).fill(value));
  const order = [0, axis, ...x.shape.map((_, i) => i).filter((i) => i > 0 && i !== axis)];
  if (axis === 0) return refuse('it normalizes along the axis of the batch');
  const input = transpose(x, order);
  const weights = [
    scale === null ? filled(1) : call.tensor(scale),
    offset === null ? filled(0) : call.tensor(offset),
    call.float(1),
    call.float(2),
  ];
  if (weights.some((one) => one.rank !== 1)) return refuse('its statistics are no vectors');
  const attributes = { epsilon: real(epsilon as number) };
  const y = w.one('BatchNormalization', [input, ...weights], input.shape, TYPE.float, attributes);
  return transpose(y, inverse(order));
}

export const windowOperations: OperationRows = {
  conv1d: convolution,
  conv2d: convolution,
  conv3d: convolution,
  maxPool1d: pooled('MaxPool', 1),
  maxPool2d: pooled('MaxPool', 2),
  maxPool3d: pooled('MaxPool', 3),
  averagePool1d: pooled('AveragePool', 1),
  averagePool2d: pooled('AveragePool', 2),
  averagePool3d: pooled('AveragePool', 3),
  conv1dTranspose: transposed,
  conv2dTranspose: transposed,
  conv3dTranspose: transposed,
  depthwiseConv1d: depthwise,
  depthwiseConv2d: depthwise,
  separableConv1d: separable,
  separableConv2d: separable,
  adaptiveAveragePool: adaptive(adaptiveAverage),
  adaptiveMaxPool: adaptive(adaptiveMaximum),
  batchNormalization,
  dotProductAttention: attention,
};
