// Operators that pick elements by indices, put them in places, and sort.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import { arange, normalizeAxis, sizeOf, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { TYPE } from '../../../files/formats/onnx/types.js';
import { unknownText } from '../../operator-graphs/operator.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { typed } from './shapes.js';

/** Indices that count from the end brought to the start. */
const fromStart = (indices: Tensor, length: number): Tensor =>
  ops.where(ops.less(indices, 0), ops.add(indices, length), indices);

function gather(call: Call): Given {
  const x = call.x();
  const axis = call.axis('axis', 0);
  const indices = call.value(1);
  // One index takes a slice, which need not be copied.
  const { known } = indices;
  if (known?.shape.length === 0) {
    const at = Number(known.data[0]);
    return typed(call, sliceAlong(x, axis, at));
  }
  return typed(call, ops.gather(x, indices.tensor, axis));
}

const gatherElements = (call: Call): Given =>
  typed(
    call,
    ops.takeAlongAxis(
      call.x(),
      fromStart(call.x(1), call.shape()[call.axis('axis', 0)] ?? 0),
      call.axis('axis', 0),
    ),
  );

/** The positions in a row of what index vectors [..., k] name, in an array of that shape. */
function positions(indices: Tensor, shape: readonly number[]): Tensor {
  const depth = indices.shape.at(-1) ?? 0;
  let at: Tensor = ops.zerosLike(ops.slice(indices, '...', 0));
  for (let axis = 0; axis < depth; axis++) {
    const length = shape[axis] ?? 0;
    at = ops.add(ops.mul(at, length), fromStart(ops.slice(indices, '...', axis), length));
  }
  return at;
}

function gatherND(call: Call): Given {
  const [x, indices] = [call.x(), call.x(1)];
  const batch = call.attribute('batch_dims', 0);
  const depth = indices.shape.at(-1) ?? 0;
  if (depth + batch > x.ndim)
    throw call.refuse(`indices of ${depth} axes, behind ${batch} of batches, do not fit x, which has ${x.ndim}`); // prettier-ignore
  const outer = x.shape.slice(0, batch);
  const count = sizeOf(outer);
  const cut = x.shape.slice(batch, batch + depth);
  const rest = x.shape.slice(batch + depth);
  const perBatch = sizeOf(cut);
  const rows = ops.reshape(x, [count * perBatch, ...rest]);
  let at = positions(ops.reshape(indices, [count, -1, depth]), cut);
  if (batch > 0) {
    at = ops.add(at, ops.mul(ops.expandDims(arange(count), 1), perBatch));
  }
  const shape = [...indices.shape.slice(0, -1), ...rest];
  return typed(call, ops.reshape(ops.gather(rows, ops.reshape(at, [-1]), 0), shape));
}

const REDUCTIONS = { none: null, add: 'add', mul: 'mul', max: 'max', min: 'min' } as const;

function reductionOf(call: Call): (typeof REDUCTIONS)[keyof typeof REDUCTIONS] {
  const name = call.text('reduction', 'none');
  if (Object.hasOwn(REDUCTIONS, name)) return REDUCTIONS[name as keyof typeof REDUCTIONS];
  throw call.refuse(`reduction '${name}' is unknown`);
}

function scatterND(call: Call): Given {
  const [x, indices, updates] = [call.x(), call.x(1), call.x(2)];
  const depth = indices.shape.at(-1) ?? 0;
  const whole = fromStart(indices, 0);
  const at = ops.reshape(whole, [-1, depth]);
  const lengths = tensor(Int32Array.from(x.shape.slice(0, depth)));
  const counted = ops.where(ops.less(at, 0), ops.add(at, lengths), at);
  const values = ops.reshape(updates, [at.shape[0] ?? 0, ...x.shape.slice(depth)]);
  return typed(call, ops.cast(ops.scatterUpdate(x, counted, values, reductionOf(call)), x.dtype));
}

function scatterElements(call: Call): Given {
  const [x, indices, updates] = [call.x(), call.x(1), call.x(2)];
  const axis = call.axis('axis', 0);
  const along = fromStart(indices, x.shape[axis] ?? 0);
  const coordinates = x.shape.map((_, i) => {
    if (i === axis) return along;
    const length = indices.shape[i] ?? 0;
    const shape = indices.shape.map((_, j) => (j === i ? length : 1));
    return ops.broadcastTo(ops.reshape(arange(length), shape), indices.shape);
  });
  const vectors = ops.reshape(ops.stack(coordinates, -1), [-1, x.ndim]);
  const updated = ops.scatterUpdate(x, vectors, ops.reshape(updates, [-1]), reductionOf(call));
  return typed(call, ops.cast(updated, x.dtype));
}

/** Numbers [batch, …, steps, …] written into a cache from a step on, which is another one for each sample. */
function tensorScatter(call: Call): Given {
  const [cache, update, starts] = [call.x(0), call.x(1), call.maybe(2)];
  const axis = call.axis('axis', -2);
  const [rows = 0] = cache.shape;
  const [length = 0, steps = 0] = [cache.shape[axis], update.shape[axis]];
  const [into, from] = [cache, update].map((x) => ops.moveAxis(x, axis, 1));
  if (into === undefined || from === undefined || axis === 0)
    throw call.refuse('its first axis is that of samples');
  const begin = starts === undefined ? 0 : ops.reshape(ops.cast(starts, 'int32'), [-1, 1]);
  const at = ops.broadcastTo(ops.add(arange(steps), begin), [rows, steps]);
  const within = call.text('mode', 'linear') === 'circular' ? ops.mod(at, length) : at;
  const samples = ops.broadcastTo(ops.expandDims(arange(rows), 1), [rows, steps]);
  const places = ops.reshape(ops.stack([samples, within], -1), [-1, 2]);
  const rest = into.shape.slice(2);
  const written = ops.scatterUpdate(into, places, ops.reshape(from, [rows * steps, ...rest]));
  return typed(call, ops.moveAxis(ops.cast(written, cache.dtype), 1, axis));
}

function slice(call: Call): Given {
  const x = call.x();
  const starts = call.numbersOr(1, 'starts') ?? [];
  const ends = call.numbersOr(2, 'ends') ?? [];
  const axes = call.numbersOr(3, 'axes') ?? starts.map((_, i) => i);
  const steps = call.has(4) ? call.numbers(4) : starts.map(() => 1);
  const specs: ([number, number] | string)[] = x.shape.map(() => ':');
  axes.forEach((given, i) => {
    const axis = normalizeAxis('Slice', given, x.ndim);
    const length = x.shape[axis] ?? 0;
    const [start = 0, end = 0, step = 1] = [starts[i], ends[i], steps[i]];
    if (step === 0) throw call.refuse('a step of 0 goes nowhere');
    const within = (at: number, least: number, most: number): number =>
      Math.min(Math.max(at < 0 ? at + length : at, least), most);
    if (step > 0) {
      const [from, to] = [within(start, 0, length), within(end, 0, length)];
      specs[axis] =
        step === 1 ? [from, Math.max(from, to)] : `${from}:${Math.max(from, to)}:${step}`;
      return;
    }
    const [from, to] = [within(start, -1, length - 1), within(end, -1, length - 1)];
    specs[axis] = from > to ? `${from}:${to < 0 ? '' : to}:${step}` : [0, 0];
  });
  return typed(call, specs.every((spec) => spec === ':') ? x.alias() : ops.slice(x, ...specs));
}

function topK(call: Call): Given[] {
  const k = call.opset < 10 ? call.attribute('k') : call.number(1);
  const x = call.x();
  const axis = call.axis('axis', -1);
  const isLargest = call.attribute('largest', 1) === 1;
  const moved = ops.moveAxis(x, axis, -1);
  const first =
    isLargest && k > 0
      ? ops.topK(moved, k)[1]
      : ops.slice(ops.argsort(moved, -1, { descending: isLargest }), '...', [0, k]);
  const values = ops.takeAlongAxis(moved, first, -1);
  return [
    typed(call, ops.moveAxis(values, -1, axis)),
    OperatorValue.of(ops.moveAxis(first, -1, axis), TYPE.int64),
  ];
}

const extreme =
  (largest: boolean) =>
  (call: Call): Given => {
    const axis = call.axis('axis', 0);
    const x = call.x();
    const pick = largest ? ops.argmax : ops.argmin;
    const length = x.shape[axis] ?? 0;
    const isLast = call.attribute('select_last_index', 0) === 1;
    const found = isLast ? ops.sub(length - 1, pick(ops.flip(x, axis), axis)) : pick(x, axis);
    return OperatorValue.of(
      call.attribute('keepdims', 1) === 1 ? ops.expandDims(found, axis) : found,
      TYPE.int64,
    );
  };

function oneHot(call: Call): Given {
  const indices = call.x();
  const depth = call.number(1);
  const [off = 0, on = 1] = call.numbers(2);
  const at = call.attribute('axis', -1);
  const axis = at < 0 ? at + indices.ndim + 1 : at;
  const whole = ops.cast(indices, 'int32');
  const hot = ops.equal(
    ops.expandDims(fromStart(whole, depth), axis),
    classes(depth, indices.ndim - axis),
  );
  const { dtype, type } = call.value(2);
  return OperatorValue.of(ops.cast(ops.where(hot, on, off), dtype), type);
}

/** 0, 1, … along an axis that has so many behind it. */
const classes = (depth: number, behind: number): Tensor =>
  ops.reshape(arange(depth), [depth, ...new Array<number>(behind).fill(1)]);

/** The indices of elements that are not 0, [rank, count]: elements decide how many. */
function nonZero(call: Call): Given {
  const found = ops.nonzero(call.x());
  return OperatorValue.of(ops.stack(found, 0), TYPE.int64);
}

function compress(call: Call): Given {
  const hasAxis = call.node.attributes.has('axis');
  const x = hasAxis ? call.x() : ops.reshape(call.x(), [-1]);
  const chosen = call.numbers(1).flatMap((value, i) => (value === 0 ? [] : [i]));
  return typed(
    call,
    ops.gather(x, tensor(Int32Array.from(chosen)), hasAxis ? call.axis('axis', 0) : 0),
  );
}

function triangle(call: Call): Given {
  const k = call.number(1, 0);
  const isUpper = call.attribute('upper', 1) === 1;
  const x = call.x();
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const bounded = Math.min(Math.max(k, -rows - 1), columns + 1);
  const y = isUpper ? ops.triu(x, bounded) : ops.tril(x, bounded);
  return typed(call, ops.cast(y, x.dtype));
}

function reverseSequence(call: Call): Given {
  const x = call.x();
  const [time, batch] = [call.attribute('time_axis', 0), call.attribute('batch_axis', 1)];
  const [steps = 0, rows = 0] = [x.shape[time], x.shape[batch]];
  const moved = ops.moveAxis(x, [batch, time], [0, 1]);
  const lengths = ops.reshape(ops.cast(call.x(1), 'int32'), [rows, 1]);
  const at = ops.expandDims(arange(steps), 0);
  const order = ops.where(ops.less(at, lengths), ops.sub(ops.sub(lengths, 1), at), at);
  const starts = ops.mul(ops.expandDims(arange(rows), 1), steps);
  const flat = ops.reshape(moved, [rows * steps, ...moved.shape.slice(2)]);
  const turned = ops.gather(flat, ops.reshape(ops.add(order, starts), [-1]), 0);
  return typed(call, ops.moveAxis(ops.reshape(turned, moved.shape), [0, 1], [batch, time]));
}

/** Elements that are different, or slices along an axis: elements decide how many. */
function unique(call: Call): Given[] {
  const axis = call.node.attributes.has('axis') ? call.axis('axis', 0) : null;
  const asked = { returnIndex: true, returnInverse: true, returnCounts: true, axis };
  const [values, firsts, inverse, counts] = ops.unique(call.x(), asked) as unknown as Found;
  const places = ops.reshape(inverse, [-1]);
  if (call.attribute('sorted', 1) === 1) {
    return [typed(call, values), ...[firsts, places, counts].map(asPositions)];
  }
  // In the order in which they come first.
  const order = ops.argsort(firsts);
  const taken = [firsts, counts].map((part) => asPositions(ops.gather(part, order, 0)));
  const turned = asPositions(ops.gather(ops.argsort(order), places, 0));
  return [typed(call, ops.gather(values, order, axis ?? 0)), ...taken.toSpliced(1, 0, turned)];
}

type Found = readonly [values: Tensor, firsts: Tensor, inverse: Tensor, counts: Tensor];

const asPositions = (x: Tensor): OperatorValue => OperatorValue.of(x, TYPE.int64);

const lacksReduction: Operator['lacks'] = (node) =>
  unknownText(node, { reduction: Object.keys(REDUCTIONS) });

/** Picking, placing and sorting elements. */
export const indexing: Operators = {
  ArgMax: { run: extreme(true) },
  ArgMin: { run: extreme(false) },
  Compress: { run: compress },
  Gather: { run: gather, trains: [0], moves: true },
  GatherElements: { run: gatherElements },
  GatherND: { run: gatherND },
  NonZero: { run: nonZero },
  OneHot: { run: oneHot },
  ReverseSequence: { run: reverseSequence },
  Scatter: { run: scatterElements },
  ScatterElements: { run: scatterElements, lacks: lacksReduction },
  ScatterND: { run: scatterND, lacks: lacksReduction },
  Slice: { run: slice, moves: true },
  TensorScatter: {
    run: tensorScatter,
    lacks: (node) => unknownText(node, { mode: ['linear', 'circular'] }),
  },
  TopK: { run: topK },
  Trilu: { run: triangle },
  Unique: { run: unique },
};
