// Resizing and cutting of images [batch, height, width, channels].
import * as ops from '../../../engine/ops/index.js';
import { arange } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { resample } from '../../operator-graphs/resample.js';
import type { Taps } from '../../operator-graphs/resample.js';
import { plain } from './elementwise.js';

/** The longest side to which an axis is resized. */
const MAX_SIDE = 2 ** 16;

/** Where each of the outputs lies among the inputs of an axis. */
function positions(call: Call, length: number, outputs: number, isNearest: boolean): number[] {
  const aligns = call.flag('align_corners') && outputs > 1;
  const scale = aligns ? (length - 1) / (outputs - 1) : length / outputs;
  const isHalf = call.flag('half_pixel_centers');
  return Array.from({ length: outputs }, (_, i) => {
    if (!isHalf) return i * scale;
    return (i + 0.5) * scale - (isNearest ? 0 : 0.5);
  });
}

function tapsOf(call: Call, length: number, outputs: number, isNearest: boolean): Taps {
  const at = positions(call, length, outputs, isNearest);
  const within = (x: number): number => Math.min(Math.max(x, 0), length - 1);
  if (isNearest) {
    const rounds = call.flag('align_corners') ? Math.round : Math.floor;
    return {
      positions: [Int32Array.from(at, (x) => within(rounds(x)))],
      weights: [new Float32Array(outputs).fill(1)],
    };
  }
  return {
    positions: [0, 1].map((tap) => Int32Array.from(at, (x) => within(Math.floor(x) + tap))),
    weights: [
      Float32Array.from(at, (x) => 1 - (x - Math.floor(x))),
      Float32Array.from(at, (x) => x - Math.floor(x)),
    ],
  };
}

const resize =
  (isNearest: boolean) =>
  (call: Call): Given => {
    const given = call.x();
    let x = isNearest ? given : ops.cast(given, 'float32');
    const size = call.numbers(1);
    [1, 2].forEach((axis, i) => {
      const [length = 0, outputs = 0] = [x.shape[axis], size[i]];
      if (!(outputs >= 1 && outputs <= MAX_SIDE))
        throw call.refuse(`a side of ${outputs}, 1 to ${MAX_SIDE} are possible`);
      if (length !== outputs) x = resample(x, axis, tapsOf(call, length, outputs, isNearest), 0);
    });
    return plain(x === given ? x.alias() : x);
  };

/** Where the pixels of a crop of each box lie along an axis, [boxes, outputs]. */
function cropPositions(first: Tensor, last: Tensor, length: number, outputs: number): Tensor {
  const [from, to] = [ops.mul(first, length - 1), ops.mul(last, length - 1)];
  if (outputs === 1) return ops.expandDims(ops.mul(ops.add(from, to), 0.5), 1);
  const step = ops.div(ops.sub(to, from), outputs - 1);
  const along = ops.cast(ops.reshape(arange(outputs), [1, outputs]), 'float32');
  return ops.add(ops.expandDims(from, 1), ops.mul(along, ops.expandDims(step, 1)));
}

/** Parts of images, each in a box [y1, x1, y2, x2] of shares of the sides, resized to one size. */
function cropAndResize(call: Call): Given {
  const [image, boxes, owners] = [ops.cast(call.x(), 'float32'), call.x(1), call.x(2)];
  const [rows = 0, columns = 0] = call.numbers(3);
  if (!(rows >= 1 && columns >= 1 && Math.max(rows, columns) <= MAX_SIDE))
    throw call.refuse(`crops of ${rows} × ${columns}, sides of 1 to ${MAX_SIDE} are possible`);
  const [batch = 0, height = 0, width = 0, channels = 0] = image.shape;
  const count = boxes.shape[0] ?? 0;
  const side = (i: number): Tensor => ops.slice(boxes, ':', i);
  const y = cropPositions(side(0), side(2), height, rows);
  const x = cropPositions(side(1), side(3), width, columns);
  const flat = ops.reshape(image, [batch * height * width, channels]);
  const start = ops.reshape(ops.mul(ops.cast(owners, 'int32'), height * width), [count, 1, 1]);
  const whole = (at: Tensor, length: number): Tensor =>
    ops.cast(ops.clip(at, 0, Math.max(0, length - 1)), 'int32');
  /** The pixels at whole rows and columns. */
  const pixels = (row: Tensor, column: Tensor): Tensor => {
    const before = ops.add(start, ops.expandDims(ops.mul(whole(row, height), width), 2));
    const at = ops.add(before, ops.expandDims(whole(column, width), 1));
    const shape = [count, rows, columns, channels];
    return ops.reshape(ops.gather(flat, ops.reshape(at, [-1]), 0), shape);
  };
  let result: Tensor;
  if (call.text('method', 'bilinear') === 'nearest') {
    // Half a pixel is rounded up.
    result = pixels(ops.floor(ops.add(y, 0.5)), ops.floor(ops.add(x, 0.5)));
  } else {
    const [top, left] = [ops.floor(y), ops.floor(x)];
    const [bottom, right] = [ops.ceil(y), ops.ceil(x)];
    const [down, over] = [
      ops.reshape(ops.sub(y, top), [count, rows, 1, 1]),
      ops.reshape(ops.sub(x, left), [count, 1, columns, 1]),
    ];
    const mixed = (row: Tensor): Tensor => {
      const [one, other] = [pixels(row, left), pixels(row, right)];
      return ops.add(one, ops.mul(ops.sub(other, one), over));
    };
    const [one, other] = [mixed(top), mixed(bottom)];
    result = ops.add(one, ops.mul(ops.sub(other, one), down));
  }
  const isIn = (at: Tensor, length: number): Tensor =>
    ops.logicalAnd(ops.greaterEqual(at, 0), ops.lessEqual(at, length - 1));
  const isInside = ops.logicalAnd(
    ops.reshape(isIn(y, height), [count, rows, 1, 1]),
    ops.reshape(isIn(x, width), [count, 1, columns, 1]),
  );
  return plain(ops.where(isInside, result, call.attribute('extrapolation_value', 0)));
}

export const images: Operators = {
  CropAndResize: {
    run: cropAndResize,
    lacks: (node) => unknownText(node, { method: ['bilinear', 'nearest'] }),
  },
  ResizeBilinear: { run: resize(false) },
  ResizeNearestNeighbor: { run: resize(true) },
};
