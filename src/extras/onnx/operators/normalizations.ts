// Normalizations.
import * as ops from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { numberOf } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { typed } from './shapes.js';

/** Scale and bias of channels for x with its channels last. */
function batchNormalization(call: Call): Given[] {
  const value = call.value(0);
  const [scale, offset, mean, variance] = [call.x(1), call.x(2), call.x(3), call.x(4)];
  const epsilon = call.attribute('epsilon', 1e-5);
  const isTraining = call.attribute('training_mode', 0) === 1;
  const isLast = value.layout === 'last';
  const x = isLast ? value.channelsLast : value.tensor;
  const axis = isLast ? x.ndim - 1 : Math.min(1, x.ndim - 1);
  const layout = isLast ? 'last' : 'first';
  if (!isTraining) {
    const y = ops.batchNormalization(x, mean, variance, axis, { scale, offset, epsilon });
    return [OperatorValue.of(y, value.type, layout)];
  }
  const axes = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const [batchMean, batchVariance] = ops.moments(x, axes);
  if (batchMean === undefined || batchVariance === undefined)
    throw call.refuse('it has no statistics');
  const y = ops.batchNormalization(x, batchMean, batchVariance, axis, { scale, offset, epsilon });
  const momentum = call.attribute('momentum', 0.9);
  const moved = (before: Tensor, now: Tensor): Tensor =>
    ops.add(ops.mul(before, momentum), ops.mul(now, 1 - momentum));
  return [
    OperatorValue.of(y, value.type, layout),
    OperatorValue.of(moved(mean, batchMean)),
    OperatorValue.of(moved(variance, batchVariance)),
  ];
}

/** Only the first output is computed where statistics are the file's. */
const lacksStatistics: Operator['lacks'] = (node) =>
  numberOf(node, 'training_mode', 0) === 0 && node.outputs.slice(1).some((name) => name !== '')
    ? 'with outputs of statistics'
    : undefined;

/** (x − mean) / √(variance + ε) over axes. */
function normalized(x: Tensor, axes: number[], epsilon: number): Tensor {
  const centred = ops.sub(x, ops.mean(x, axes, true));
  const variance = ops.mean(ops.square(centred), axes, true);
  return ops.mul(centred, ops.rsqrt(ops.add(variance, epsilon)));
}

function instanceNormalization(call: Call): Given {
  const value = call.value(0);
  const x = value.channelsLast;
  const axes = x.shape.slice(1, -1).map((_, i) => i + 1);
  const y = normalized(x, axes, call.attribute('epsilon', 1e-5));
  return OperatorValue.of(ops.add(ops.mul(y, call.x(1)), call.x(2)), value.type, 'last');
}

function layerNormalization(call: Call): Given[] {
  const x = call.x();
  const axis = call.axis('axis', -1);
  const axes = x.shape.slice(axis).map((_, i) => axis + i);
  const epsilon = call.attribute('epsilon', 1e-5);
  const [scale, bias] = [call.x(1), call.maybe(2)];
  const y = isOf(scale, x, axis)
    ? ops.layerNormalization(x, { gamma: scale, beta: bias ?? null, axis: axes, epsilon })
    : withBias(ops.mul(normalized(x, axes, epsilon), scale), bias);
  if (call.node.outputs.slice(1).every((name) => name === '')) return [typed(call, y)];
  const mean = ops.mean(x, axes, true);
  const variance = ops.mean(ops.square(ops.sub(x, mean)), axes, true);
  return [typed(call, y), typed(call, mean), typed(call, ops.rsqrt(ops.add(variance, epsilon)))];
}

/** Whether a scale has the axes of x from that one on; else it broadcasts. */
const isOf = (scale: Tensor, x: Tensor, axis: number): boolean =>
  String(scale.shape) === String(x.shape.slice(axis));

const withBias = (x: Tensor, bias: Tensor | undefined): Tensor =>
  bias === undefined ? x : ops.add(x, bias);

function groupNormalization(call: Call): Given {
  const x = call.x();
  const groups = call.attribute('num_groups');
  const [batch = 0, channels = 0, ...rest] = x.shape;
  if (!(Number.isInteger(groups) && groups > 0 && channels % groups === 0))
    throw call.refuse(`${channels} channels do not make ${groups} groups`);
  const y = normalized(ops.reshape(x, [batch, groups, -1]), [2], call.attribute('epsilon', 1e-5));
  const ones = rest.map(() => 1);
  // Before version 21 scale and bias were those of groups.
  const perGroup = (w: Tensor): Tensor =>
    w.size === groups && groups !== channels && call.opset < 21
      ? ops.repeat(w, channels / groups, 0)
      : w;
  const [scale, bias] = [call.x(1), call.x(2)].map((w) =>
    ops.reshape(perGroup(w), [channels, ...ones]),
  );
  if (scale === undefined || bias === undefined) throw call.refuse('it has no scale or no bias');
  return typed(call, ops.add(ops.mul(ops.reshape(y, x.shape), scale), bias));
}

function rmsNormalization(call: Call): Given {
  const x = call.x();
  const axis = call.axis('axis', -1);
  const axes = x.shape.slice(axis).map((_, i) => axis + i);
  const [scale, epsilon] = [call.x(1), call.attribute('epsilon', 1e-5)];
  const isWhole = isOf(scale, x, axis);
  const y = ops.rmsNormalization(x, { scale: isWhole ? scale : null, axis: axes, epsilon });
  return typed(call, isWhole ? y : ops.mul(y, scale));
}

function lpNormalization(call: Call): Given {
  const [x, p, axis] = [call.x(), call.attribute('p', 2), call.axis('axis', -1)];
  const size =
    p === 1 ? ops.sum(ops.abs(x), axis, true) : ops.sqrt(ops.sum(ops.square(x), axis, true));
  return typed(call, ops.divideNoNan(x, size));
}

function meanVariance(call: Call): Given {
  const x = call.x();
  const axes = [...(call.list('axes') ?? [0, 2, 3])];
  const centred = ops.sub(x, ops.mean(x, axes, true));
  const deviation = ops.sqrt(ops.mean(ops.square(centred), axes, true));
  return typed(call, ops.div(centred, ops.add(deviation, 1e-9)));
}

/** Networks have five or so. */
const MAX_NEIGHBOURS = 4096;

/** Each channel divided by the squares of its neighbours. */
function localResponse(call: Call): Given {
  const x = call.value(0).channelsLast;
  const size = call.attribute('size');
  const channels = x.shape.at(-1) ?? 0;
  // Neighbours beyond all channels are zeros.
  const reach = Math.max(0, channels - 1);
  const before = Math.min(reach, Math.floor((size - 1) / 2));
  const after = Math.min(reach, size - 1 - Math.floor((size - 1) / 2));
  if (before + after > MAX_NEIGHBOURS)
    throw call.refuse(
      `${before + after} neighbours of a channel: at most ${MAX_NEIGHBOURS} are added up`,
    );
  const rank = x.ndim;
  const widths = x.shape.map((_, i): [number, number] =>
    i === rank - 1 ? [before, after] : [0, 0],
  );
  const padded = ops.pad(ops.square(x), widths);
  let sum: Tensor | undefined;
  for (let i = 0; i <= before + after; i++) {
    const part = ops.slice(padded, '...', [i, i + channels]);
    sum = sum === undefined ? part : ops.add(sum, part);
  }
  const scale = ops.add(
    ops.mul(sum ?? padded, call.attribute('alpha', 1e-4) / size),
    call.attribute('bias', 1),
  );
  return OperatorValue.of(
    ops.div(x, ops.pow(scale, call.attribute('beta', 0.75))),
    call.value(0).type,
    'last',
  );
}

export const normalizations: Operators = {
  BatchNormalization: { run: batchNormalization, trains: [1, 2], lacks: lacksStatistics },
  GroupNormalization: { run: groupNormalization, trains: [1, 2] },
  InstanceNormalization: { run: instanceNormalization, trains: [1, 2] },
  LRN: { run: localResponse },
  LayerNormalization: { run: layerNormalization, trains: [1, 2] },
  LpNormalization: { run: lpNormalization },
  MeanVarianceNormalization: { run: meanVariance },
  RMSNormalization: { run: rmsNormalization, trains: [1] },
};
