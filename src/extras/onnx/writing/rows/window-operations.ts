// Operations of windows.
import type { WindowPadding } from '../../../../engine/ops/index.js';
import { ACTIVATIONS } from '../activations.js';
import type { OperationCall, OperationRow, OperationRows } from '../operation.js';
import { real } from '../../../../files/formats/onnx/write.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { inverse } from '../../value.js';
import { transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { convolve, inChannelsFirst } from './convolutions.js';
import { pool } from './pooling.js';

const listOf = (value: unknown, rank: number, left: number): number[] =>
  Array.isArray(value) ? (value as number[]) : new Array<number>(rank).fill(typeof value === 'number' ? value : left);

/** A convolution: x, kernel, bias, options. */
function convolution(call: OperationCall): Written {
  const { w } = call;
  const [given, kernel] = [call.float(0), call.float(1)];
  const bias = (call.args[2] ?? null) === null ? null : call.float(2);
  const options = call.options(3);
  const rank = kernel.rank - 2;
  const { dataFormat = 'channels_last', padding = 'valid', groups = 1, activation = 'linear' } = options;
  const sizes = kernel.shape.slice(0, rank);
  if (sizes.includes(null)) return refuse('the shape of its kernel is not known');
  const y = inChannelsFirst(given, String(dataFormat), (x) =>
    convolve(
      w,
      x,
      kernel,
      bias,
      {
        kernel: sizes as number[],
        strides: listOf(options['strides'], rank, 1),
        dilations: listOf(options['dilationRate'], rank, 1),
        padding: padding as WindowPadding,
      },
      Number(groups),
    ),
  );
  const bend = typeof activation === 'string' ? ACTIVATIONS[activation] : undefined;
  return bend?.(w, y) ?? refuse('its activation cannot be written');
}

const pooled =
  (op: 'MaxPool' | 'AveragePool', rank: number): OperationRow =>
  (call) => {
    const options = call.options(1);
    const poolSize = listOf(options['poolSize'], rank, 2);
    const strides = listOf(options['strides'] ?? poolSize, rank, 2);
    const padding = (options['padding'] ?? 'valid') as 'valid' | 'same';
    const format = String(options['dataFormat'] ?? 'channels_last');
    return inChannelsFirst(call.float(), format, (x) => pool(call.w, op, x, { poolSize, strides, padding }));
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
  batchNormalization,
};
