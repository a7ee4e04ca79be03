// Where the largest numbers of windows stand, and how they are put back there.
import * as ops from '../../../engine/ops/index.js';
import { poolAlong } from '../../../engine/ops/windows/pooling.js';
import { arange, sizeOf, zeros } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { TYPE } from '../../../files/formats/onnx/types.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { lacksPadding, pool } from './windows.js';
import type { PaddedAxis } from './windows.js';

/** Positions [outputs, kernel] along an axis that windows look at; what lies outside is below 0 or beyond the length. */
const positionsOf = ({ outputs, kernel, stride, pad, dilation }: PaddedAxis): Tensor =>
  ops.add(ops.expandDims(ops.sub(ops.mul(arange(outputs), stride), pad), 1), ops.mul(arange(kernel), dilation)); // prettier-ignore

/**
 * Positions of the largest numbers of windows of x [batch, …, channels], counted through the axes in the order of ONNX:
 * [batch, …outputs, channels].
 */
function argmaxOf(x: Tensor, axes: readonly PaddedAxis[], isColumnMajor: boolean): Tensor {
  const rank = axes.length;
  const lengths = axes.map(({ length }) => length);
  let seen = x;
  let place: Tensor | number = 0;
  let isOutside: Tensor | undefined;
  axes.forEach((axis, i) => {
    const along = positionsOf(axis);
    // [outputs, kernel] of this axis among those of all: outputs first, then kernels.
    const spread = ops.reshape(
      along,
      Array.from({ length: 2 * rank }, (_, j) => (j === i ? axis.outputs : j === rank + i ? axis.kernel : 1)), // prettier-ignore
    );
    const step = sizeOf(isColumnMajor ? lengths.slice(0, i) : lengths.slice(i + 1));
    place = ops.add(place, ops.mul(spread, step));
    const out = ops.logicalOr(ops.less(spread, 0), ops.greaterEqual(spread, axis.length));
    isOutside = isOutside === undefined ? out : ops.logicalOr(isOutside, out);
    const within = ops.reshape(ops.clip(along, 0, Math.max(0, axis.length - 1)), [-1]);
    const taken = ops.gather(seen, within, 2 * i + 1);
    seen = ops.reshape(taken, taken.shape.toSpliced(2 * i + 1, 1, axis.outputs, axis.kernel));
  });
  const outputs = axes.map(({ outputs: count }) => count);
  const count = sizeOf(outputs);
  const [batch = 0, channels = 0] = [x.shape[0], x.shape.at(-1)];
  const order = [
    0,
    ...axes.map((_, i) => 2 * i + 1),
    ...axes.map((_, i) => 2 * i + 2),
    2 * rank + 1,
  ];
  const windows = ops.reshape(ops.transpose(seen, order), [batch, count, -1, channels]);
  const taps = windows.shape[2] ?? 1;
  const shape = [...outputs, ...axes.map(({ kernel }) => kernel)];
  const flat = (list: Tensor | number): Tensor => ops.reshape(ops.broadcastTo(list, shape), [count, taps, 1]); // prettier-ignore
  const tap = ops.argmax(ops.where(flat(isOutside ?? place), -Infinity, windows), 2);
  const row = ops.mul(ops.expandDims(arange(count), 1), taps);
  const found = ops.gather(ops.reshape(flat(place), [-1]), ops.add(tap, row), 0);
  const plane = ops.mul(
    ops.add(ops.mul(ops.reshape(arange(batch), [batch, 1, 1]), channels), arange(channels)),
    sizeOf(lengths),
  );
  return ops.reshape(ops.add(found, plane), [batch, ...outputs, channels]);
}

function maxPool(call: Call): Given[] {
  let indices: Tensor | undefined;
  const isAsked = (call.node.outputs[1] ?? '') !== '';
  const y = pool(call, (x, axes) => {
    if (isAsked) indices = argmaxOf(x, axes, call.attribute('storage_order', 0) === 1);
    return poolAlong('max', x, axes);
  });
  return indices === undefined ? [y] : [y, OperatorValue.of(indices, TYPE.int64, 'last')];
}

/** Numbers put where they stood before MaxPool, with zeros around them. */
function maxUnpool(call: Call): Given {
  const [x, indices] = [call.x(), call.x(1)];
  const kernels = call.list('kernel_shape') ?? [];
  const [strides, pads] = [call.list('strides') ?? [], call.list('pads') ?? []];
  const rank = kernels.length;
  if (x.ndim !== rank + 2) throw call.refuse(`windows of ${rank} axes gave no [${x.shape.join(', ')}]`); // prettier-ignore
  const lengths = kernels.map((kernel, i) => {
    const outside = (pads[i] ?? 0) + (pads[rank + i] ?? 0);
    return ((x.shape[i + 2] ?? 0) - 1) * (strides[i] ?? 1) - outside + kernel;
  });
  const whole = [...x.shape.slice(0, 2), ...lengths];
  const flat = ops.scatterUpdate(
    zeros([sizeOf(whole)], x.dtype),
    ops.reshape(indices, [-1, 1]),
    ops.reshape(x, [-1]),
  );
  const y = ops.reshape(flat, whole);
  const wanted = call.has(2) ? call.numbers(2) : whole;
  const widths = whole.map((length, i): [number, number] => [0, (wanted[i] ?? 0) - length]);
  if (wanted.length !== whole.length || widths.some(([, more]) => more < 0))
    throw call.refuse(`its output [${wanted.join(', ')}] does not hold [${whole.join(', ')}]`);
  return OperatorValue.of(ops.pad(y, widths), call.value(0).type);
}

export const pooledPositions: Operators = {
  MaxPool: { run: maxPool, lacks: lacksPadding },
  MaxUnpool: { run: maxUnpool },
};
