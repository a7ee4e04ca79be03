// Normalizations, as they predict.
import type { BatchNormalization } from '../../../../nn/layers/batch-normalization.js';
import type {
  GroupNormalization,
  LayerNormalization,
  RMSNormalization,
  UnitNormalization,
} from '../../../../nn/layers/layer-normalization.js';
import type { Variable } from '../../../../engine/tensor/index.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { real } from '../../../../files/formats/onnx/write.js';
import { inverse } from '../../../operator-graphs/value.js';
import { add, div, float, mul, several, sub, unary } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { lengthOf, lengthsOf, reduce, reshape, transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';

/** A weight of some axes, in ascending order, as one that broadcasts to all. */
function aligned(w: GraphWriter, weight: Variable, axes: readonly number[], rank: number): Written {
  const shape = Array.from({ length: rank }, (_, axis) => {
    const at = axes.indexOf(axis);
    return at < 0 ? 1 : (weight.shape[at] ?? 1);
  });
  return reshape(w, w.weight(weight), shape);
}

/** The axes as numbers from 0 on, in ascending order. */
const ordered = (x: Written, axes: number | readonly number[]): number[] =>
  [axes]
    .flat()
    .map((axis) => x.axis(axis))
    .sort((a, b) => a - b);

/** Ones or zeros where the layer has no such weight. */
const orNumber = (
  w: GraphWriter,
  weight: Variable | null,
  length: number,
  value: number,
): Written =>
  weight === null ? w.floats(new Array<number>(length).fill(value)) : w.weight(weight);

/** BatchNormalization has the channels second. */
function batchNormalization(layer: BatchNormalization, { w, x }: LayerCall): Written {
  const { gamma, beta, movingMean, movingVariance, epsilon } = layer;
  const axis = x.axis(layer.axis);
  const channels = movingMean.shape[0] ?? 0;
  const order = [0, axis, ...x.shape.map((_, i) => i).filter((i) => i > 0 && i !== axis)];
  const input = transpose(float(w, x), order);
  const weights = [
    orNumber(w, gamma, channels, 1),
    orNumber(w, beta, channels, 0),
    w.weight(movingMean),
    w.weight(movingVariance),
  ];
  const y = w.one('BatchNormalization', [input, ...weights], input.shape, TYPE.float, {
    epsilon: real(epsilon),
  });
  return transpose(y, inverse(order));
}

/** (x − mean) / √(variance + ε) over axes. */
function standardized(
  w: GraphWriter,
  x: Written,
  axes: readonly number[],
  epsilon: number,
): Written {
  const centred = sub(w, x, reduce(w, 'ReduceMean', x, axes, true));
  const variance = reduce(w, 'ReduceMean', mul(w, centred, centred), axes, true);
  return div(w, centred, unary(w, 'Sqrt', add(w, variance, epsilon)));
}

function layerNormalization(layer: LayerNormalization, { w, x }: LayerCall): Written {
  const input = float(w, x);
  const axes = ordered(x, layer.axis);
  const { gamma, beta, epsilon } = layer;
  if (layer.rmsScaling) {
    // As in Keras: divided by the deviation, from the mean, but not moved by it.
    const centred = sub(w, input, reduce(w, 'ReduceMean', input, axes, true));
    const variance = reduce(w, 'ReduceMean', mul(w, centred, centred), axes, true);
    const y = div(w, input, unary(w, 'Sqrt', add(w, variance, epsilon)));
    return gamma === null ? y : mul(w, y, aligned(w, gamma, axes, x.rank));
  }
  const isAtEnd = axes.every((axis, i) => axis === x.rank - axes.length + i);
  const lengths = axes.map((axis) => x.shape[axis] ?? null);
  if (isAtEnd && !lengths.includes(null)) {
    const shape = lengths as number[];
    const ones = gamma === null ? onesOf(w, shape) : w.weight(gamma);
    const inputs = [input, ones, beta === null ? undefined : w.weight(beta)];
    return w.one('LayerNormalization', inputs, x.shape, TYPE.float, {
      axis: x.rank - axes.length,
      epsilon: real(epsilon),
    });
  }
  const y = standardized(w, input, axes, epsilon);
  const scaled = gamma === null ? y : mul(w, y, aligned(w, gamma, axes, x.rank));
  return beta === null ? scaled : add(w, scaled, aligned(w, beta, axes, x.rank));
}

function onesOf(w: GraphWriter, shape: readonly number[]): Written {
  const size = shape.reduce((a, b) => a * b, 1);
  return w.floats(new Array<number>(size).fill(1), [...shape]);
}

/** Means of groups of channels, and of all that lies along the other axes but the batch. */
function groupNormalization(layer: GroupNormalization, { w, x }: LayerCall): Written {
  const axis = x.axis(layer.axis);
  const channels = x.shape[axis] ?? refuse('the number of channels is not known');
  const groups = layer.groups === -1 ? channels : layer.groups;
  const order = [0, axis, ...x.shape.map((_, i) => i).filter((i) => i > 0 && i !== axis)];
  const input = transpose(float(w, x), order);
  const grouped = reshape(w, input, [lengthOf(0), groups, -1]);
  const y = standardized(w, grouped, [2], layer.epsilon);
  const lengths = [lengthOf(0), channels, ...lengthsOf(2, x.rank)];
  const whole = transpose(reshape(w, y, lengths, input), inverse(order));
  const { gamma, beta } = layer;
  const scaled = gamma === null ? whole : mul(w, whole, aligned(w, gamma, [axis], x.rank));
  return beta === null ? scaled : add(w, scaled, aligned(w, beta, [axis], x.rank));
}

function rmsNormalization(layer: RMSNormalization, { w, x }: LayerCall): Written {
  const input = float(w, x);
  const axes = ordered(x, layer.axis);
  const squares = reduce(w, 'ReduceMean', mul(w, input, input), axes, true);
  const y = div(w, input, unary(w, 'Sqrt', add(w, squares, layer.epsilon)));
  return mul(w, y, aligned(w, layer.scale, axes, x.rank));
}

/** x / max(|x|, smallest), the length taken over axes. */
export function unitVectors(
  w: GraphWriter,
  x: Written,
  axes: readonly number[],
  smallest: number,
): Written {
  const squares = reduce(w, 'ReduceSum', mul(w, x, x), axes, true);
  const size = unary(w, 'Sqrt', several(w, 'Max', [squares, w.floats(smallest * smallest)]));
  return div(w, x, size);
}

export const normalizations: Rows = {
  ...rows('BatchNormalization', batchNormalization),
  ...rows('LayerNormalization', layerNormalization),
  ...rows('GroupNormalization', groupNormalization),
  ...rows('RMSNormalization', rmsNormalization),
  ...rows<UnitNormalization>('UnitNormalization', (layer, { w, x }) =>
    unitVectors(w, float(w, x), [layer.axis].flat(), 1e-12),
  ),
};
