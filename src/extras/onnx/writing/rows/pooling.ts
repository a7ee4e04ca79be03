// Pooling.
import { adaptiveAveragePool, reshape } from '../../../../engine/ops/index.js';
import type { AdaptiveAveragePooling2D, MaxPooling2D } from '../../../../nn/layers/pooling.js';
import type { GlobalMaxPooling2D } from '../../../../nn/layers/global-pooling.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { cast, div, float, where } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { maskOf, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { concat, expandDims, reduce, slice } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { inChannelsFirst, slidLengths, windowAttributes } from './convolutions.js';
import { alongMatrix, identity } from './resampling.js';

/** Windows of each channel: the largest number, or the mean of those inside. */
export function pool(
  w: GraphWriter,
  op: 'MaxPool' | 'AveragePool',
  x: Written,
  { poolSize, strides, padding }: Pick<MaxPooling2D, 'poolSize' | 'strides' | 'padding'>,
): Written {
  const sliding = { kernel: poolSize, strides, padding };
  const lengths = x.shape.slice(2);
  const shape = [...x.shape.slice(0, 2), ...slidLengths(lengths, sliding)];
  return w.one(op, [x], shape, TYPE.float, windowAttributes(lengths, sliding));
}

const pooling =
  (op: 'MaxPool' | 'AveragePool') =>
  (layer: MaxPooling2D, { w, x }: LayerCall): Written =>
    inChannelsFirst(float(w, x), layer.dataFormat, (input) => pool(w, op, input, layer));

/** The axes between batch and channels. */
const between = (x: Written, format: string): number[] =>
  x.shape.slice(2).map((_, i) => i + (format === 'channels_first' ? 2 : 1));

const globally =
  (op: string) =>
  (layer: GlobalMaxPooling2D, { w, x }: LayerCall): Written =>
    reduce(w, op, float(w, x), between(x, layer.dataFormat), layer.keepdims);

/** The mean of the steps that a mask lets count. */
function averageOfSteps(layer: GlobalMaxPooling2D, call: LayerCall): Written {
  const { w, x } = call;
  const mask = maskOf(x);
  const axes = between(x, layer.dataFormat);
  if (mask === null) return globally('ReduceMean')(layer, call);
  const counts = expandDims(w, mask, layer.dataFormat === 'channels_last' ? 2 : 1);
  const sum = reduce(w, 'ReduceSum', where(w, counts, float(w, x), 0), axes, layer.keepdims);
  const count = reduce(w, 'ReduceSum', cast(w, counts, TYPE.float), axes, layer.keepdims);
  return div(w, sum, count);
}

const lengthKnown = (x: Written, axis: number): number =>
  x.shape[axis] ?? refuse('a length of its input is not known, and its windows depend on it');

/** Means of windows are products with a matrix of their shares. */
export function adaptiveAverage(w: GraphWriter, x: Written, sizes: readonly number[]): Written {
  return sizes.reduce((y, size, i) => {
    const length = lengthKnown(y, i + 2);
    return alongMatrix(w, y, i + 2, () =>
      reshape(adaptiveAveragePool(reshape(identity(length), [1, length, length]), size), [
        size,
        length,
      ]),
    );
  }, x);
}

/** Windows of different lengths, one by one. */
export function adaptiveMaximum(w: GraphWriter, x: Written, sizes: readonly number[]): Written {
  return sizes.reduce((y, size, i) => {
    const axis = i + 2;
    const length = lengthKnown(y, axis);
    if (size > MAX_WINDOWS) return refuse(`it has ${size} windows, more than ${MAX_WINDOWS}`);
    const parts = Array.from({ length: size }, (_, at) => {
      const [start, end] = [
        Math.floor((at * length) / size),
        Math.ceil(((at + 1) * length) / size),
      ];
      return reduce(w, 'ReduceMax', slice(w, y, { axis, start, end }), [axis], true);
    });
    return concat(w, parts, axis);
  }, x);
}

const MAX_WINDOWS = 256;

const adaptive =
  (compute: typeof adaptiveMaximum) =>
  (layer: AdaptiveAveragePooling2D, { w, x }: LayerCall): Written =>
    inChannelsFirst(float(w, x), layer.dataFormat, (input) => compute(w, input, layer.outputSize));

export const poolings: Rows = {
  ...rows('MaxPooling1D MaxPooling2D MaxPooling3D', pooling('MaxPool')),
  ...rows('AveragePooling1D AveragePooling2D AveragePooling3D', pooling('AveragePool')),
  ...rows('GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D', globally('ReduceMax')),
  ...rows('GlobalAveragePooling2D GlobalAveragePooling3D', globally('ReduceMean')),
  ...rows('GlobalAveragePooling1D', averageOfSteps),
  ...rows(
    'AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D',
    adaptive(adaptiveAverage),
  ),
  ...rows(
    'AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D',
    adaptive(adaptiveMaximum),
  ),
};
