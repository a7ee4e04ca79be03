// Operators that change shapes and hand elements on.
import * as ops from '../../../engine/ops/index.js';
import { sizeOf, tensor } from '../../../engine/tensor/index.js';
import { normalizeAxis } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';

/** The input with the same elements in another shape. */
const shaped = (call: Call, shape: readonly number[]): OperatorValue =>
  plain(ops.reshape(call.x(), shape));

function expandDims(call: Call): Given {
  const shape = [...call.shape()];
  shape.splice(normalizeAxis('ExpandDims', call.number(1), shape.length + 1), 0, 1);
  return shaped(call, shape);
}

function squeeze(call: Call): Given {
  const shape = call.shape();
  const given = call.list('squeeze_dims') ?? call.list('axis') ?? [];
  const axes = given.map((axis) => normalizeAxis('Squeeze', axis, shape.length));
  const rest = shape.filter((length, axis) => {
    if (axes.length === 0) return length !== 1;
    if (axes.includes(axis) && length !== 1)
      throw call.refuse(`axis ${axis} is ${length} long, and only axes of length 1 can go`);
    return !axes.includes(axis);
  });
  return shaped(call, rest);
}

/** The widths of an input [axes, 2]. */
function widthsOf(call: Call): [number, number][] {
  const list = call.numbers(1);
  return call.shape().map((_, axis) => [list[2 * axis] ?? 0, list[2 * axis + 1] ?? 0]);
}

function pad(call: Call): Given {
  const x = call.x();
  const filler = call.number(2, 0);
  const padded = ops.pad(x.dtype === 'bool' ? ops.cast(x, 'int32') : x, widthsOf(call), filler);
  return plain(ops.cast(padded, x.dtype));
}

/** Beyond the ends stand the elements before them: the last one too (SYMMETRIC), or not (REFLECT). */
function mirrorPad(call: Call): Given {
  let x = call.x();
  const isSymmetric = call.text('mode') === 'SYMMETRIC';
  widthsOf(call).forEach(([before, after], axis) => {
    const length = x.shape[axis] ?? 0;
    if (before === 0 && after === 0) return;
    if (Math.max(before, after) > length - (isSymmetric ? 0 : 1) || Math.min(before, after) < 0) {
      throw call.refuse(`an axis of ${length} has no [${before}, ${after}] elements to mirror`);
    }
    const longer = before + length + after;
    if (longer > KNOWN_ELEMENTS)
      throw call.refuse(
        `axis ${axis} would be ${longer} long, and at most ${KNOWN_ELEMENTS} positions are mirrored`,
      );
    const at = Int32Array.from({ length: longer }, (_, i) => {
      const from = i - before;
      if (from < 0) return -from - (isSymmetric ? 1 : 0);
      return from < length ? from : 2 * length - from - (isSymmetric ? 1 : 2);
    });
    x = ops.gather(x, tensor(at), axis);
  });
  return plain(x);
}

/** [batch · blocks, space …] as [batch, space · block …], cut at the ends. */
function batchToSpace(call: Call): Given {
  const x = call.x();
  const block = call.numbers(1);
  const crops = call.numbers(2);
  const [batch = 0, ...rest] = x.shape;
  const space = rest.slice(0, block.length);
  const others = rest.slice(block.length);
  const outer = batch / sizeOf(block);
  const apart = ops.reshape(x, [...block, outer, ...rest]);
  const count = block.length;
  const order = [
    count,
    ...space.flatMap((_, i) => [count + 1 + i, i]),
    ...others.map((_, i) => 2 * count + 1 + i),
  ];
  const lengths = space.map((length, i) => length * (block[i] ?? 1));
  const whole = ops.reshape(ops.transpose(apart, order), [outer, ...lengths, ...others]);
  const ranges = lengths.map((length, i): [number, number] => [
    crops[2 * i] ?? 0,
    length - (crops[2 * i + 1] ?? 0),
  ]);
  return plain(ops.slice(whole, ':', ...ranges));
}

/** [batch, space …], padded, as [batch · blocks, space / block …]. */
function spaceToBatch(call: Call): Given {
  const block = call.numbers(1);
  const widths = call.numbers(2);
  const given = call.x();
  const padded = ops.pad(
    given,
    given.shape.map((_, axis): [number, number] => {
      const at = 2 * (axis - 1);
      return axis === 0 || axis > block.length ? [0, 0] : [widths[at] ?? 0, widths[at + 1] ?? 0];
    }),
  );
  const [batch = 0, ...rest] = padded.shape;
  const others = rest.slice(block.length);
  const lengths = block.map((size, i) => (rest[i] ?? 0) / size);
  const apart = ops.reshape(padded, [
    batch,
    ...block.flatMap((size, i) => [lengths[i] ?? 0, size]),
    ...others,
  ]);
  const count = block.length;
  const order = [
    ...block.map((_, i) => 2 * i + 2),
    0,
    ...block.map((_, i) => 2 * i + 1),
    ...others.map((_, i) => 2 * count + 1 + i),
  ];
  const moved = ops.transpose(apart, order);
  return plain(ops.reshape(moved, [batch * sizeOf(block), ...lengths, ...others]));
}

const FORMATS = { data_format: ['NHWC', 'NCHW'] };

/** Channels as the positions of blocks, or the other way round. */
const rearranged =
  (compute: (x: Tensor, block: number) => Tensor) =>
  (call: Call): Given => {
    const block = call.attribute('block_size');
    if (call.text('data_format', 'NHWC') === 'NHWC') return plain(compute(call.x(), block));
    const last = compute(ops.transpose(call.x(), [0, 2, 3, 1]), block);
    return plain(ops.transpose(last, [0, 3, 1, 2]));
  };

const depthToSpace = (x: Tensor, block: number): Tensor => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const depth = channels / (block * block);
  const apart = ops.reshape(x, [batch, height, width, block, block, depth]);
  const moved = ops.transpose(apart, [0, 1, 3, 2, 4, 5]);
  return ops.reshape(moved, [batch, height * block, width * block, depth]);
};

const spaceToDepth = (x: Tensor, block: number): Tensor => {
  const [batch = 0, height = 0, width = 0, channels = 0] = x.shape;
  const [rows, columns] = [height / block, width / block];
  const apart = ops.reshape(x, [batch, rows, block, columns, block, channels]);
  const moved = ops.transpose(apart, [0, 1, 3, 2, 4, 5]);
  return ops.reshape(moved, [batch, rows, columns, block * block * channels]);
};

/** The shape to which two shapes broadcast. */
function broadcastArgs(call: Call): Given {
  const [a, b] = [call.numbers(0), call.numbers(1)];
  const rank = Math.max(a.length, b.length);
  const wide = (list: readonly number[]): number[] => [
    ...new Array<number>(rank - list.length).fill(1),
    ...list,
  ];
  const [one, other] = [wide(a), wide(b)];
  const shape = one.map((length, i) => {
    const second = other[i] ?? 1;
    if (length !== second && length !== 1 && second !== 1)
      throw call.refuse(`shapes [${a.join(', ')}] and [${b.join(', ')}] do not fit`);
    return length === 1 ? second : length;
  });
  return OperatorValue.numbers(shape);
}

function shapeOfEach(call: Call): Given[] {
  return call.inputs.map((_, i) => OperatorValue.numbers(call.shape(i)));
}

/** The same value under another name. */
function same(call: Call, i = 0): Given {
  const value = call.value(i);
  const { raw } = value;
  return raw === undefined ? value : plain(raw.alias());
}

/** What changes shapes, and what moves elements without computing. */
export const shapes: Operators = {
  BatchToSpaceND: { run: batchToSpace },
  BroadcastArgs: { run: broadcastArgs },
  BroadcastTo: {
    run: (call) => plain(ops.broadcastTo(call.x(), [...call.numbers(1)])),
    moves: true,
  },
  DepthToSpace: {
    run: rearranged(depthToSpace),
    lacks: (node) => unknownText(node, FORMATS),
  },
  EnsureShape: { run: (call) => same(call), moves: true },
  ExpandDims: { run: expandDims, moves: true },
  Identity: { run: (call) => same(call), moves: true },
  IdentityN: { run: (call) => call.inputs.map((_, i) => same(call, i)), moves: 'all' },
  MirrorPad: {
    run: mirrorPad,
    lacks: (node) => unknownText(node, { mode: ['REFLECT', 'SYMMETRIC'] }),
  },
  Pad: { run: pad },
  PadV2: { run: pad },
  Placeholder: {
    run(call) {
      throw call.refuse('it is an input of the graph, and not given');
    },
  },
  PlaceholderWithDefault: { run: (call) => same(call) },
  Rank: { run: (call) => OperatorValue.numbers([call.shape().length], []) },
  Reshape: { run: (call) => shaped(call, call.numbers(1)), moves: true },
  Shape: { run: (call) => OperatorValue.numbers(call.shape()) },
  ShapeN: { run: shapeOfEach },
  Size: { run: (call) => OperatorValue.numbers([sizeOf(call.shape())], []) },
  Snapshot: { run: (call) => same(call), moves: true },
  SpaceToBatchND: { run: spaceToBatch },
  SpaceToDepth: {
    run: rearranged(spaceToDepth),
    lacks: (node) => unknownText(node, FORMATS),
  },
  Squeeze: { run: squeeze, moves: true },
  StopGradient: { run: (call) => plain(ops.stopGradient(call.x())) },
};
