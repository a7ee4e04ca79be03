// Operators that read images between their pixels, or where boxes say.
import * as ops from '../../../engine/ops/index.js';
import { sampled } from '../../../engine/ops/image/sample.js';
import type { Sampling } from '../../../engine/ops/image/sample.js';
import { slide } from '../../../engine/ops/windows/convolution-operands.js';
import { windowThrough } from '../../../engine/ops/windows/window.js';
import { arange, sizeOf, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { Beyond } from '../../../../assembly/codes.js';
import { TYPE } from '../../../files/formats/onnx/types.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';
import { axesOf, formOfKernel, kernelForm } from './windows.js';

/** Numbers 0, 1, … along an axis of that rank. */
const along = (length: number, axis: number, rank: number): Tensor =>
  ops.reshape(arange(length), Array.from({ length: rank }, (_, i) => (i === axis ? length : 1))); // prettier-ignore

/** Positions from −1 to 1 of the pixels of an image, moved by matrices [batch, r, r + 1]: [batch, …lengths, r], x first. */
function affineGrid(call: Call): Given {
  const theta = call.x();
  const [, , ...lengths] = call.numbers(1);
  const rank = lengths.length;
  const isAligned = call.attribute('align_corners', 0) === 1;
  const positions = lengths.map((length, axis) => {
    const steps = ops.cast(along(length, axis, rank), 'float32');
    const [span, first] = isAligned ? [length - 1, -(length - 1)] : [length, 1 - length];
    // One pixel stands in the middle.
    const at = ops.div(ops.add(ops.mul(steps, 2), first), Math.max(span, 1));
    return ops.broadcastTo(at, lengths);
  });
  const ones = ops.broadcastTo(tensor(1), lengths);
  const grid = ops.reshape(ops.stack([...positions.toReversed(), ones], -1), [-1, rank + 1]);
  const moved = ops.matmul(grid, ops.transpose(theta, [0, 2, 1]));
  return OperatorValue.of(ops.reshape(moved, [theta.shape[0] ?? 0, ...lengths, rank]), call.value(0).type); // prettier-ignore
}

/** Weights of the four neighbours of a point that stands `t` behind the second: cubic convolution with a = −0.75. */
function cubicWeights(t: Tensor): Tensor[] {
  const a = -0.75;
  const near = (x: Tensor): Tensor =>
    ops.add(ops.mul(ops.square(x), ops.sub(ops.mul(x, a + 2), a + 3)), 1);
  const far = (x: Tensor): Tensor =>
    ops.mul(ops.sub(ops.mul(ops.add(ops.mul(ops.sub(x, 5), x), 8), x), 4), a);
  return [far(ops.add(t, 1)), near(t), near(ops.sub(1, t)), far(ops.sub(2, t))];
}

/** x between its pixels, as the sum of 4ʳ neighbours. */
function cubic(x: Tensor, at: Tensor, how: Sampling): Tensor {
  const base = ops.floor(at);
  const weights = cubicWeights(ops.sub(at, base));
  const rank = at.shape[1] ?? 0;
  const parts = Array.from({ length: 4 ** rank }, (_, tap) => {
    const taps = Array.from({ length: rank }, (_axis, axis) => Math.floor(tap / 4 ** axis) % 4);
    const moved = ops.add(base, tensor(taps.map((step) => step - 1), { shape: [1, rank, 1] })); // prettier-ignore
    const weight = taps
      .map((step, axis) => ops.slice(weights[step] ?? at, ':', axis))
      .reduce((product, one) => ops.mul(product, one));
    return ops.mul(sampled('GridSample', x, moved, how), ops.expandDims(weight, -1));
  });
  return parts.reduce((sum, part) => ops.add(sum, part));
}

/** x [batch, channels, …] at positions from −1 to 1, [batch, …outputs, r], of which the last axis counts first. */
function gridSample(call: Call): Given {
  const { type } = call.value(0);
  const x = ops.cast(call.value(0).channelsLast, 'float32');
  const grid = call.x(1);
  const lengths = x.shape.slice(1, -1);
  const rank = lengths.length;
  const [batch = 0] = x.shape;
  if (!(rank >= 1 && rank <= 3 && grid.ndim === rank + 2 && grid.shape[0] === batch && grid.shape.at(-1) === rank)) {
    throw call.refuse(
      `a grid of shape [${grid.shape.join(', ')}] says no positions in an input of shape [${call.shape().join(', ')}]`,
    );
  } // prettier-ignore
  const isAligned = call.attribute('align_corners', 0) === 1;
  const column = (numbers: readonly number[]): Tensor => tensor([...numbers], { shape: [1, rank, 1] }); // prettier-ignore
  const turned = ops.flip(ops.transpose(ops.reshape(grid, [batch, -1, rank]), [0, 2, 1]), 1);
  const spans = lengths.map((length) => (isAligned ? length - 1 : length) / 2);
  const at = ops.add(
    ops.mul(turned, column(spans)),
    column(lengths.map((length) => (length - 1) / 2)),
  );
  const beyond = {
    zeros: Beyond.Constant,
    border: Beyond.Nearest,
    reflection: isAligned ? Beyond.Mirror : Beyond.Reflect,
  }[call.text('padding_mode', 'zeros')];
  if (beyond === undefined) throw call.refuse('its padding is unknown');
  const how = { order: 0, beyond, fill: 0 } as const;
  const mode = call.text('mode', 'linear');
  const found =
    mode === 'nearest'
      ? sampled('GridSample', x, ops.round(at), how)
      : mode.endsWith('cubic')
        ? cubic(x, at, how)
        : sampled('GridSample', x, at, { ...how, order: 1 });
  const shape = [batch, ...grid.shape.slice(1, -1), x.shape.at(-1) ?? 0];
  return OperatorValue.of(ops.cast(ops.reshape(found, shape), call.value(0).dtype), type, 'last');
}

const lacksMode: Operator['lacks'] = (node) =>
  unknownText(node, {
    mode: ['linear', 'bilinear', 'nearest', 'cubic', 'bicubic'],
    padding_mode: ['zeros', 'border', 'reflection'],
  });

/** Starts and sizes of boxes along an axis, in pixels of the image. */
function spanOf(call: Call, boxes: Tensor, axis: 0 | 1): readonly [start: Tensor, size: Tensor] {
  const usual = call.opset < 16 ? 'output_half_pixel' : 'half_pixel';
  const isHalf = call.text('coordinate_transformation_mode', usual) === 'half_pixel';
  const [start, end] = [axis, axis + 2].map(
    (i) =>
    ops.sub(ops.mul(ops.slice(boxes, ':', i), call.attribute('spatial_scale', 1)), isHalf ? 0.5 : 0), // prettier-ignore
  );
  if (start === undefined || end === undefined) throw call.refuse('it has no boxes');
  const size = ops.sub(end, start);
  return [start, isHalf ? size : ops.maximum(size, 1)];
}

/** Positions [boxes, outputs · points] along an axis: each output of a box has so many points, which lie evenly in it. */
function positionsIn(
  [start, size]: readonly [Tensor, Tensor],
  outputs: number,
  points: number,
): Tensor {
  const shares = ops.div(ops.add(ops.cast(arange(outputs * points), 'float32'), 0.5), outputs * points); // prettier-ignore
  return ops.add(ops.expandDims(start, 1), ops.mul(ops.expandDims(size, 1), shares));
}

/** Means of the points of each part of boxes that cover whole numbers of points along both axes. */
function aligned(
  x: Tensor,
  images: Tensor,
  spans: readonly (readonly [Tensor, Tensor])[],
  outputs: readonly [number, number],
  points: readonly [number, number],
): Tensor {
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const count = images.shape[0] ?? 0;
  const [rows, columns] = spans.map((span, axis) =>
    positionsIn(span, outputs[axis] ?? 1, points[axis] ?? 1),
  );
  if (rows === undefined || columns === undefined) return x;
  const shape = [count, rows.shape[1] ?? 0, columns.shape[1] ?? 0];
  const at = [
    ops.reshape(ops.cast(images, 'float32'), [count, 1, 1]),
    ops.expandDims(rows, 2),
    ops.expandDims(columns, 1),
  ].map((part) => ops.reshape(ops.broadcastTo(part, shape), [-1]));
  const values = sampled(
    'RoiAlign',
    ops.reshape(x, [1, ...x.shape]),
    ops.expandDims(ops.stack(at, 0), 0),
    { order: 1, beyond: Beyond.Nearest, fill: 0 },
  );
  // A point that lies more than a pixel outside counts as zero.
  const within = (part: Tensor | undefined, length: number): Tensor =>
    ops.logicalAnd(ops.greaterEqual(part ?? x, -1), ops.lessEqual(part ?? x, length));
  const isInside = ops.logicalAnd(within(at[1], height), within(at[2], width));
  const seen = ops.where(ops.reshape(isInside, [-1, 1]), ops.reshape(values, [-1, channels]), 0);
  const [outHeight, outWidth] = outputs;
  return ops.mean(
    ops.reshape(seen, [count, outHeight, points[0], outWidth, points[1], channels]),
    [2, 4],
  );
}

/** Parts of images that boxes [count, 4] cut out, each as [channels, height, width]. */
function roiAlign(call: Call): Given {
  const x = call.value(0).channelsLast;
  const [boxes, images] = [call.x(1), call.x(2)];
  const outputs = [call.attribute('output_height', 1), call.attribute('output_width', 1)] as const;
  const ratio = call.attribute('sampling_ratio', 0);
  const count = boxes.shape[0] ?? 0;
  const spans = [spanOf(call, boxes, 1), spanOf(call, boxes, 0)];
  if (ratio > 0 || count === 0) {
    const points = Math.max(1, ratio);
    return ofImages(call, aligned(x, images, spans, outputs, [points, points]));
  }
  // As many points as pixels: each box has its own.
  const [down, across] = spans.map(([, size], axis) =>
    Array.from(size.data(), (length) => Math.max(1, Math.ceil(length / (outputs[axis] ?? 1)))),
  );
  const points = boxesOf(count).map((i) => [down?.[i] ?? 1, across?.[i] ?? 1] as const);
  const all = points.reduce((sum, [a, b]) => sum + a * b, 0) * outputs[0] * outputs[1];
  if (!(all <= KNOWN_ELEMENTS))
    throw call.refuse(`its boxes have ${all} points, and at most ${KNOWN_ELEMENTS} are looked at`);
  const parts = points.map((own, i) => {
    const one = (list: Tensor): Tensor => ops.slice(list, [i, i + 1]);
    const spansOfOne = spans.map(([start, size]) => [one(start), one(size)] as const);
    return aligned(x, one(images), spansOfOne, outputs, own);
  });
  return ofImages(call, ops.concat(parts, 0));
}

const boxesOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const ofImages = (call: Call, y: Tensor): OperatorValue =>
  OperatorValue.of(y, call.value(0).type, 'last');

const lacksRoi: Operator['lacks'] = (node) =>
  unknownText(node, {
    mode: ['avg'],
    coordinate_transformation_mode: ['half_pixel', 'output_half_pixel'],
  });

/** A convolution whose kernel sees each pixel at an offset of its own. Inputs: x, kernel, offsets, bias and mask. */
function deformConv(call: Call): Given {
  const shape = call.shape(1);
  const x = call.value(0).channelsLast;
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [, , kernelHeight = 0, kernelWidth = 0] = shape;
  if (shape.length !== 4 || x.ndim !== 4) throw call.refuse('kernels slide over images here');
  const [y, z] = axesOf(call, [height, width], [kernelHeight, kernelWidth]);
  if (y === undefined || z === undefined) throw call.refuse('its kernel has no axes');
  const outputs = [y.outputs, z.outputs];
  const groups = call.attribute('offset_group', 1);
  const taps = kernelHeight * kernelWidth;
  const points = [taps, sizeOf(outputs)];
  const places = [y, z].map(({ stride, pad, dilation }, axis) => {
    const ofTap = ops.mul(along([kernelHeight, kernelWidth][axis] ?? 0, axis, 4), dilation);
    const ofOutput = ops.sub(ops.mul(along(outputs[axis] ?? 0, axis + 2, 4), stride), pad);
    const whole = ops.broadcastTo(ops.add(ofTap, ofOutput), [kernelHeight, kernelWidth, ...outputs]); // prettier-ignore
    return ops.cast(ops.reshape(whole, points), 'float32');
  });
  const offsets = ops.reshape(call.x(2), [batch, groups, taps, 2, sizeOf(outputs)]);
  const at = ops.add(ops.transpose(offsets, [0, 1, 3, 2, 4]), ops.stack(places, 0));
  const mask = call.maybe(4);
  const masks = mask && ops.reshape(mask, [batch, groups, ...points, 1]);
  const seen = ops.split(x, groups, -1).map((part, group) => {
    const own = ops.reshape(ops.slice(at, ':', group), [batch, 2, -1]);
    const how = { order: 1, beyond: Beyond.Constant, fill: 0 } as const;
    const values = ops.reshape(sampled('DeformConv', part, own, how), [batch, ...points, -1]);
    return masks === undefined ? values : ops.mul(values, ops.slice(masks, ':', group));
  });
  // A convolution over the taps of each output, which stand side by side.
  const columns = ops.transpose(ops.concat(seen, -1), [0, 2, 1, 3]);
  const whole = ops.reshape(columns, [-1, taps, channels]);
  const kernel = call.value(1).inForm(kernelForm(4));
  const side = ops.reshape(kernel, [taps, shape[1] ?? 0, shape[0] ?? 0]);
  const only = { length: taps, outputs: 1, kernel: taps, stride: 1, pad: 0, dilation: 1 };
  const window = windowThrough(whole.shape[0] ?? 0, shape[1] ?? 0, [only]);
  const sliding = { window, groups: call.attribute('group', 1), isTransposed: false };
  const sum = slide('DeformConv', 1, [whole, side, call.maybe(3) ?? null], sliding, 'linear');
  return ofImages(call, ops.reshape(sum, [batch, ...outputs, -1]));
}

/** Comparisons of boxes: so many take about a second. */
const MAX_COMPARED = 2 ** 26;

/** Boxes by their edges: tops, lefts, bottoms and rights, one list after the other. */
function edgesOf(boxes: readonly number[], isCentred: boolean): Float64Array {
  const count = boxes.length / 4;
  const edges = new Float64Array(boxes.length);
  for (let i = 0; i < count; i++) {
    const [a = 0, b = 0, c = 0, d = 0] = boxes.slice(4 * i, 4 * i + 4);
    const [y1, x1, y2, x2] = isCentred ? [b - d / 2, a - c / 2, b + d / 2, a + c / 2] : [a, b, c, d]; // prettier-ignore
    const own = [Math.min(y1, y2), Math.min(x1, x2), Math.max(y1, y2), Math.max(x1, x2)];
    own.forEach((edge, side) => {
      edges[side * count + i] = edge;
    });
  }
  return edges;
}

/** The area that two boxes share, divided by that which either covers. */
function overlap(edges: Float64Array, i: number, j: number): number {
  const size = edges.length / 4;
  const [top, bottom] = [edges[i] ?? 0, edges[2 * size + i] ?? 0];
  const height = Math.min(bottom, edges[2 * size + j] ?? 0) - Math.max(top, edges[j] ?? 0);
  if (!(height > 0)) return 0;
  const [left, right] = [edges[size + i] ?? 0, edges[3 * size + i] ?? 0];
  const width = Math.min(right, edges[3 * size + j] ?? 0) - Math.max(left, edges[size + j] ?? 0);
  if (!(width > 0)) return 0;
  const across = (edges[3 * size + j] ?? 0) - (edges[size + j] ?? 0);
  const other = ((edges[2 * size + j] ?? 0) - (edges[j] ?? 0)) * across;
  return (height * width) / ((bottom - top) * (right - left) + other - height * width);
}

/** Boxes [batch, count, 4] with the best scores [batch, classes, count], without those that overlap better ones. */
function nonMaxSuppression(call: Call): Given {
  const [batch = 0, count = 0, four] = call.shape(0);
  const [rows, classes = 0, each] = call.shape(1);
  if (four !== 4 || rows !== batch || each !== count)
    throw call.refuse('it takes boxes [batch, boxes, 4] and scores [batch, classes, boxes]');
  const [most, limit, least] = [call.number(2, 0), call.number(3, 0), call.number(4, -Infinity)];
  const edges = edgesOf(call.numbers(0), call.attribute('center_point_box', 0) === 1);
  const scores = call.numbers(1);
  let left = MAX_COMPARED;
  const found: number[] = [];
  for (let row = 0; count > 0 && row < batch * classes; row++) {
    const image = Math.floor(row / classes);
    const own = scores.slice(row * count, (row + 1) * count);
    const candidates = boxesOf(count).filter((i) => !call.has(4) || (own[i] ?? 0) > least);
    candidates.sort((i, j) => (own[j] ?? 0) - (own[i] ?? 0));
    const chosen: number[] = [];
    for (const i of candidates) {
      if (chosen.length >= most) break;
      left -= chosen.length + 1;
      if (left < 0)
        throw call.refuse(`it compares more than ${MAX_COMPARED} pairs of ${count} boxes`);
      const box = image * count;
      if (chosen.every((j) => overlap(edges, box + i, box + j) <= limit)) chosen.push(i);
    }
    found.push(...chosen.flatMap((i) => [image, row % classes, i]));
  }
  return OperatorValue.of(
    tensor(Int32Array.from(found), { shape: [found.length / 3, 3], dtype: 'int32' }),
    TYPE.int64,
  );
}

/** Images between their pixels, and boxes in them. */
export const sampling: Operators = {
  AffineGrid: { run: affineGrid },
  DeformConv: { run: deformConv, trains: [1, 3], form: formOfKernel },
  GridSample: { run: gridSample, lacks: lacksMode },
  NonMaxSuppression: { run: nonMaxSuppression },
  RoiAlign: { run: roiAlign, lacks: lacksRoi },
};
