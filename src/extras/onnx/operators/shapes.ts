// Operators that change shapes and hand elements on.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import { normalizeAxis, sizeOf, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { KNOWN_ELEMENTS, OperatorValue } from '../../operator-graphs/value.js';

/** A tensor with the type of the first input. */
export const typed = (call: Call, y: Tensor, i = 0): OperatorValue =>
  OperatorValue.of(y, call.value(i).type);

function shapeOf(call: Call): OperatorValue {
  const shape = call.shape();
  const limit = (at: number): number =>
    Math.min(Math.max(at < 0 ? at + shape.length : at, 0), shape.length);
  return OperatorValue.numbers(
    shape.slice(limit(call.attribute('start', 0)), limit(call.attribute('end', shape.length))),
  );
}

function reshape(call: Call): Given {
  const target = call.numbersOr(1, 'shape') ?? [];
  const shape = call.shape();
  const keepsZeros = call.attribute('allowzero', 0) === 1;
  const filled = target.map((length, axis) =>
    length === 0 && !keepsZeros ? (shape[axis] ?? 0) : length,
  );
  return typed(call, ops.reshape(call.x(), filled));
}

function flatten(call: Call): Given {
  const shape = call.shape();
  const at = call.attribute('axis', 1);
  const axis = at < 0 ? at + shape.length : at;
  const rows = sizeOf(shape.slice(0, axis));
  const columns = sizeOf(shape.slice(axis));
  return typed(call, ops.reshape(call.x(), [rows, columns]));
}

function squeeze(call: Call): Given {
  const shape = call.shape();
  const axes = call
    .numbersOr(1, 'axes')
    ?.map((axis) => normalizeAxis('Squeeze', axis, shape.length));
  const rest = shape.filter((length, axis) => {
    if (axes === undefined) return length !== 1;
    if (axes.includes(axis) && length !== 1)
      throw call.refuse(`axis ${axis} is ${length} long, and only axes of length 1 can go`);
    return !axes.includes(axis);
  });
  return typed(call, ops.reshape(call.x(), rest));
}

function unsqueeze(call: Call): Given {
  const shape = [...call.shape()];
  const given = call.numbersOr(1, 'axes') ?? [];
  const rank = shape.length + given.length;
  const axes = given
    .map((axis) => normalizeAxis('Unsqueeze', axis, rank))
    .toSorted((a, b) => a - b);
  for (const axis of axes) shape.splice(axis, 0, 1);
  return typed(call, ops.reshape(call.x(), shape));
}

function transpose(call: Call): Given {
  const { shape, type, layout, raw } = call.value(0);
  const order = call.list('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  // To channels last: they lie so already.
  const isToLast =
    shape.length > 2 &&
    order.every((axis, i) => axis === (i === 0 ? 0 : i === order.length - 1 ? 1 : i + 1));
  if (isToLast && layout === 'last' && raw !== undefined)
    return OperatorValue.of(raw.alias(), type);
  return OperatorValue.of(ops.transpose(call.x(), [...order]), type);
}

function concat(call: Call): Given {
  const values = call.inputs.map((_, i) => call.value(i));
  const [first] = values;
  const rank = first?.shape.length ?? 0;
  const axis = call.axis('axis', 0, rank);
  if (rank > 2 && values.some(({ layout }) => layout === 'last')) {
    const lastAxis = axis === 0 ? 0 : axis === 1 ? rank - 1 : axis - 1;
    const joined = ops.concat(
      values.map((value) => value.channelsLast),
      lastAxis,
    );
    return OperatorValue.of(joined, call.value(0).type, 'last');
  }
  return typed(
    call,
    ops.concat(
      values.map((value) => value.tensor),
      axis,
    ),
  );
}

function split(call: Call): Given[] {
  const axis = call.axis('axis', 0);
  const x = call.x();
  const length = call.shape()[axis] ?? 0;
  const sizes = call.numbersOr(1, 'split');
  const parts = call.attribute('num_outputs', call.node.outputs.length);
  if (parts !== call.node.outputs.length)
    throw call.refuse(`${parts} parts are ${call.node.outputs.length} outputs`);
  const chunk = Math.ceil(length / Math.max(1, parts));
  const lengths =
    sizes ??
    Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(chunk, length - i * chunk)));
  if (lengths.reduce((a, b) => a + b, 0) !== length) {
    throw call.refuse(`parts of lengths ${lengths.join(', ')} make no axis of length ${length}`);
  }
  let at = 0;
  return lengths.map((size) => {
    const part = sliceAlong(x, axis, [at, at + size]);
    at += size;
    return typed(call, part);
  });
}

/** x in the shape to which its own and the wanted one broadcast. */
function expand(call: Call): Given {
  const [x, target] = [call.x(), call.numbers(1)];
  const rank = Math.max(x.ndim, target.length);
  const padded = [...new Array<number>(rank - x.ndim).fill(1), ...x.shape];
  const wanted = [...new Array<number>(rank - target.length).fill(1), ...target];
  const shape = padded.map((length, axis) => (length === 1 ? (wanted[axis] ?? 1) : length));
  return typed(call, ops.broadcastTo(x, shape));
}

/** Whether the positions in a block come before the channels or behind them. */
const BLOCK_MODES = { mode: ['DCR', 'CRD'] };

function depthToSpace(call: Call): Given {
  const { shape, type, channelsLast: x } = call.value(0);
  const block = call.attribute('blocksize');
  const [batch = 0, channels = 0, height = 0, width = 0] = shape;
  const depth = channels / (block * block);
  const isDCR = call.text('mode', 'DCR') === 'DCR';
  const cut = isDCR ? [block, block, depth] : [depth, block, block];
  const apart = ops.reshape(x, [batch, height, width, ...cut]);
  const moved = ops.transpose(apart, isDCR ? [0, 1, 3, 2, 4, 5] : [0, 1, 4, 2, 5, 3]);
  return OperatorValue.of(
    ops.reshape(moved, [batch, height * block, width * block, depth]),
    type,
    'last',
  );
}

function spaceToDepth(call: Call): Given {
  const { shape, type, tensor: x } = call.value(0);
  const block = call.attribute('blocksize');
  const [batch = 0, channels = 0, height = 0, width = 0] = shape;
  const apart = ops.reshape(x, [batch, channels, height / block, block, width / block, block]);
  const isDCR = call.text('mode', 'DCR') === 'DCR';
  const moved = ops.transpose(apart, isDCR ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4]);
  return OperatorValue.of(
    ops.reshape(moved, [batch, channels * block * block, height / block, width / block]),
    type,
  );
}

/** Which element of an axis stands at each position of the padded one. */
function paddedIndices(
  mode: string,
  length: number,
  before: number,
  after: number,
): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: Math.max(0, before + length + after) }, (_, i) => {
    const at = i - before;
    if (mode === 'edge') return Math.min(Math.max(at, 0), length - 1);
    if (mode === 'wrap') return ((at % length) + length) % length;
    // Reflected about the first and the last element.
    const period = Math.max(1, 2 * (length - 1));
    const within = ((at % period) + period) % period;
    return within < length ? within : period - within;
  });
}

const PAD_MODES = { mode: ['constant', 'edge', 'reflect', 'wrap'] };

function pad(call: Call): Given {
  const value = call.value(0);
  const { shape } = value;
  const widths = call.numbersOr(1, 'pads') ?? [];
  const axes = call.has(3)
    ? call.numbers(3).map((axis) => normalizeAxis('Pad', axis, shape.length))
    : shape.map((_, i) => i);
  const before = shape.map((_, axis) =>
    axes.includes(axis) ? (widths[axes.indexOf(axis)] ?? 0) : 0,
  );
  const after = shape.map((_, axis) =>
    axes.includes(axis) ? (widths[axes.length + axes.indexOf(axis)] ?? 0) : 0,
  );
  const mode = call.text('mode', 'constant');
  let x = value.tensor;
  if (mode !== 'constant') {
    shape.forEach((length, axis) => {
      const [left = 0, right = 0] = [before[axis], after[axis]];
      if (left === 0 && right === 0) return;
      if (!(left + length + right <= KNOWN_ELEMENTS))
        throw call.refuse(`axis ${axis} would be ${left + length + right} long, and at most ${KNOWN_ELEMENTS} positions are mirrored or repeated`); // prettier-ignore
      x = ops.gather(x, tensor(paddedIndices(mode, length, left, right)), axis);
    });
    return typed(call, x);
  }
  // Negative widths cut.
  const cut = shape.map((length, axis): [number, number] => [
    Math.max(0, -(before[axis] ?? 0)),
    Math.max(0, length - Math.max(0, -(after[axis] ?? 0))),
  ]);
  if (cut.some(([start, stop], axis) => start > 0 || stop < (shape[axis] ?? 0)))
    x = ops.slice(x, ...cut);
  const filler = call.opset < 11 ? call.attribute('value', 0) : call.number(2, 0);
  const wide = shape.map((_, axis): [number, number] => [
    Math.max(0, before[axis] ?? 0),
    Math.max(0, after[axis] ?? 0),
  ]);
  const asFloat = x.dtype === 'bool' ? ops.cast(x, 'int32') : x;
  return typed(call, ops.cast(ops.pad(asFloat, wide, filler), x.dtype));
}

function centerCropPad(call: Call): Given {
  let x = call.x();
  const target = call.numbers(1);
  const axes = call.list('axes') ?? x.shape.map((_, axis) => axis);
  axes.forEach((at, i) => {
    const axis = normalizeAxis('CenterCropPad', at, x.ndim);
    const [length = 0, wanted = 0] = [x.shape[axis], target[i]];
    if (wanted < length) {
      const start = Math.floor((length - wanted) / 2);
      x = sliceAlong(x, axis, [start, start + wanted]);
    } else if (wanted > length) {
      const before = Math.floor((wanted - length) / 2);
      x = ops.pad(
        x,
        x.shape.map((_, j): [number, number] =>
          j === axis ? [before, wanted - length - before] : [0, 0],
        ),
      );
    }
  });
  return typed(call, x);
}

/** Shapes, and what moves elements without computing. */
export const shapes: Operators = {
  CenterCropPad: { run: centerCropPad },
  Concat: { run: concat, moves: 'all' },
  DepthToSpace: { run: depthToSpace, lacks: (node) => unknownText(node, BLOCK_MODES) },
  Expand: { run: expand, moves: true },
  Flatten: { run: flatten, moves: true },
  Identity: {
    run(call) {
      const value = call.value(0);
      if (value.known !== undefined) return value;
      const { raw, layout, type } = value;
      return raw !== undefined && value.form === undefined
        ? OperatorValue.of(raw.alias(), type, layout)
        : OperatorValue.of(value.tensor.alias(), type);
    },
    moves: true,
  },
  Pad: { run: pad, lacks: (node) => unknownText(node, PAD_MODES) },
  Reshape: { run: reshape, moves: true },
  Shape: { run: shapeOf },
  Size: { run: (call) => OperatorValue.numbers([sizeOf(call.shape())], []) },
  SpaceToDepth: { run: spaceToDepth, lacks: (node) => unknownText(node, BLOCK_MODES) },
  Split: { run: split, moves: true },
  Squeeze: { run: squeeze, moves: true },
  Tile: {
    run: (call) => typed(call, ops.tile(call.x(), [...call.numbers(1)])),
    moves: true,
  },
  Transpose: { run: transpose, moves: true },
  Unsqueeze: { run: unsqueeze, moves: true },
};
