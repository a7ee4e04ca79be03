// Nodes that move elements: what has an order of axes of its own keeps it where the operator allows.
import type { PartialShape } from '../../../engine/tensor/index.js';
import { TYPE } from '../../../files/formats/onnx/types.js';
import { inverse } from '../../operator-graphs/value.js';
import type { GraphWriter } from './graph-writer.js';
import { Written } from './written.js';

/** The tensor with its axes in another order: a note, no node. */
export function transpose(x: Written, axes: readonly number[]): Written {
  const order = axes.map((axis) => x.axes[axis] ?? 0);
  const isPlain = order.every((axis, i) => axis === i);
  const shape = axes.map((axis) => x.shape[axis] ?? null);
  return new Written(x.source, shape, x.type, isPlain ? undefined : order);
}

/** The order that puts the last axis behind the first, [batch, channels, …]. */
export const channelsFirstOrder = (rank: number): number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 1),
];

/** [batch, …, channels] as [batch, channels, …]. */
export const channelsFirst = (x: Written): Written => transpose(x, channelsFirstOrder(x.rank));

/** [batch, channels, …] as [batch, …, channels]. */
export const channelsLast = (x: Written): Written =>
  transpose(x, inverse(channelsFirstOrder(x.rank)));

/** A length: a number, or that of an axis of the tensor that is reshaped. */
export type Length = number | { readonly axis: number };

/** The length of an axis. */
export const lengthOf = (axis: number): Length => ({ axis });

/** Lengths of axes [from, to). */
export const lengthsOf = (from: number, to: number): Length[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => lengthOf(from + i));

/** The length of an axis as int64 [1]. */
export function measured(w: GraphWriter, x: Written, axis: number): Written {
  const at = x.axis(axis);
  const length = x.shape[at] ?? null;
  if (length !== null) return w.whole([length]);
  const source = new Written(x.source, x.sourceShape, x.type);
  const start = x.sourceAxis(at);
  return w.one('Shape', [source], [1], TYPE.int64, { start, end: start + 1 });
}

const known = (x: Written, length: Length): number | null =>
  typeof length === 'number' ? length : (x.shape[length.axis] ?? null);

/** Lengths as an array of int64: measured when the graph runs where they are not known. */
function measuredAll(w: GraphWriter, x: Written, lengths: readonly Length[]): Written {
  const parts: Written[] = [];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 0) parts.push(w.whole(run));
    run = [];
  };
  for (const length of lengths) {
    const number = known(x, length);
    if (number !== null) run.push(number);
    else {
      flush();
      parts.push(measured(w, x, (length as { axis: number }).axis));
    }
  }
  flush();
  const [first] = parts;
  return parts.length === 1 && first !== undefined
    ? first
    : w.one('Concat', parts, [lengths.length], TYPE.int64, { axis: 0 });
}

/**
 * Another shape; one length may be −1, for the rest.
 *
 * @param of the tensor whose axes lengths mean
 */
export function reshape(
  w: GraphWriter,
  x: Written,
  lengths: readonly Length[],
  of: Written = x,
): Written {
  const numbers = lengths.map((length) => known(of, length));
  const { array } = x;
  const rest = restOf(x.shape, numbers);
  const shape: PartialShape = numbers.map((n) => (n === -1 ? rest : n));
  if (array !== undefined && !shape.includes(null)) {
    return w.array({ ...array, shape: shape as number[] }, x.source.hint);
  }
  if (!shape.includes(null) && String(shape) === String(x.shape)) return x;
  return w.one('Reshape', [x, targetOf(w, x, lengths, numbers, of)], shape, x.type);
}

/** What stands for −1: all that the other lengths leave, where batches that are not known stand on both sides. */
function restOf(shape: PartialShape, numbers: readonly (number | null)[]): number | null {
  const product = (list: readonly (number | null)[]): number | null =>
    list.reduce((a, b) => (a === null || b === null ? null : a * b), 1);
  const isBatch = shape[0] === null && numbers[0] === null;
  const whole = product(isBatch ? shape.slice(1) : shape);
  const others = product((isBatch ? numbers.slice(1) : numbers).filter((n) => n !== -1));
  return whole === null || others === null ? null : whole / others;
}

/** The shape as Reshape takes it: 0 keeps a length in its place, −1 stands for one that is not known. */
function targetOf(
  w: GraphWriter,
  x: Written,
  lengths: readonly Length[],
  numbers: readonly (number | null)[],
  of: Written,
): Written {
  const isKept = (i: number): boolean => {
    const length = lengths[i];
    return of === x && typeof length === 'object' && length.axis === i;
  };
  const target = numbers.map((n, i) => n ?? (isKept(i) ? 0 : null));
  const open = target.flatMap((n, i) => (n === null ? [i] : []));
  if (open.length === 0) return w.whole(target as number[]);
  const isRestFree = !target.includes(-1);
  if (open.length === 1 && isRestFree) return w.whole(target.map((n) => n ?? -1));
  return measuredAll(w, of, lengths);
}

/** Axes of length 1 at those places of the result. */
export function expandDims(w: GraphWriter, x: Written, ...axes: readonly number[]): Written {
  const rank = x.rank + axes.length;
  const at = axes.map((axis) => (axis < 0 ? axis + rank : axis)).sort((a, b) => a - b);
  const lengths: Length[] = [];
  let next = 0;
  for (let i = 0; i < rank; i++) lengths.push(at.includes(i) ? 1 : lengthOf(next++));
  const shape = lengths.map((length) => known(x, length));
  if (x.array !== undefined) return reshape(w, x, lengths);
  return w.one('Unsqueeze', [x, w.whole(at)], shape, x.type);
}

/** Without those axes, whose lengths are 1. */
export function squeeze(w: GraphWriter, x: Written, ...axes: readonly number[]): Written {
  const at = axes.map((axis) => x.axis(axis));
  const shape = x.shape.filter((_, axis) => !at.includes(axis));
  return w.one('Squeeze', [x, w.whole(at)], shape, x.type);
}

/** Repeated along axes whose length is 1. */
export function expand(w: GraphWriter, x: Written, lengths: readonly Length[], of = x): Written {
  const shape = lengths.map((length) => known(of, length));
  return w.one('Expand', [x, measuredAll(w, of, lengths)], shape, x.type);
}

/** Tensors one behind the other along an axis. */
export function concat(w: GraphWriter, parts: readonly Written[], axis: number): Written {
  const [first] = parts as [Written];
  const at = first.axis(axis);
  const lengths = parts.map(({ shape }) => shape[at] ?? null);
  const total = lengths.includes(null) ? null : (lengths as number[]).reduce((a, b) => a + b, 0);
  const shape = first.shape.map((length, i) =>
    i === at
      ? total
      : (length ??
        parts.map((part) => part.shape[i]).find((n) => n !== null && n !== undefined) ??
        null),
  );
  const { order } = first;
  const isSame = order !== undefined && parts.every((part) => String(part.order) === String(order));
  if (!isSame) return w.one('Concat', parts, shape, first.type, { axis: at });
  const sources = parts.map((part) => new Written(part.source, part.sourceShape, part.type));
  const ordered = inverse(order).map((i) => shape[i] ?? null);
  const y = w.one('Concat', sources, ordered, first.type, { axis: first.sourceAxis(at) });
  return new Written(y.source, shape, y.type, order);
}

/** A part of one axis. */
export interface Part {
  readonly axis: number;
  readonly start: number;
  /** Default: to the end. */
  readonly end?: number;
  readonly step?: number;
}

const LAST = 2 ** 31 - 1;

/** How many elements a part of an axis has. */
function partLength(length: number | null, { start, end, step = 1 }: Part): number | null {
  if (length === null) return null;
  const isBack = step < 0;
  const inside = (at: number): number =>
    Math.min(isBack ? length - 1 : length, Math.max(isBack ? -1 : 0, at < 0 ? at + length : at));
  const [from, to] = [inside(start), end === undefined ? (isBack ? -1 : length) : inside(end)];
  return Math.max(0, Math.ceil((to - from) / step));
}

/** Parts of axes. */
export function slice(w: GraphWriter, x: Written, ...parts: readonly Part[]): Written {
  const shape = x.shape.map((length, axis) => {
    const part = parts.find((one) => x.axis(one.axis) === axis);
    return part === undefined ? length : partLength(length, part);
  });
  const source = new Written(x.source, x.sourceShape, x.type);
  const limits = [
    parts.map(({ start }) => start),
    parts.map(({ end, step = 1 }) => end ?? (step < 0 ? -LAST : LAST)),
    parts.map(({ axis }) => x.sourceAxis(axis)),
    parts.map(({ step = 1 }) => step),
  ].map((list) => w.whole(list));
  const ordered =
    x.order === undefined ? shape : inverse(x.order).map((axis) => shape[axis] ?? null);
  const y = w.one('Slice', [source, ...limits], ordered, x.type);
  return x.order === undefined ? y : new Written(y.source, shape, y.type, x.order);
}

/** Elements around the tensor, [before, after] along each axis. */
export function pad(
  w: GraphWriter,
  x: Written,
  widths: readonly (readonly [before: number, after: number])[],
  value = 0,
): Written {
  if (widths.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((length, axis) => {
    const [before = 0, after = 0] = widths[axis] ?? [];
    return length === null ? null : length + before + after;
  });
  const places = x.order === undefined ? widths.map((_, axis) => axis) : inverse(x.order);
  const ordered = places.map((axis) => widths[axis] ?? ([0, 0] as const));
  const pads = [...ordered.map(([before]) => before), ...ordered.map(([, after]) => after)];
  const source = new Written(x.source, x.sourceShape, x.type);
  const inputs = [source, w.whole(pads), w.number(value, x.type)];
  const made = places.map((axis) => shape[axis] ?? null);
  const y = w.one('Pad', inputs, made, x.type, { mode: 'constant' });
  return x.order === undefined ? y : new Written(y.source, shape, y.type, x.order);
}

/** Elements of an axis at positions. */
export function gather(w: GraphWriter, x: Written, at: Written, axis: number): Written {
  const along = x.axis(axis);
  const shape = [...x.shape.slice(0, along), ...at.shape, ...x.shape.slice(along + 1)];
  return w.one('Gather', [x, at], shape, x.type, { axis: along });
}

const BY_ATTRIBUTE = 17;

/** A number of each part along axes: `'ReduceMean'`, `'ReduceSum'`, `'ReduceMax'`, … */
export function reduce(
  w: GraphWriter,
  op: string,
  x: Written,
  axes: readonly number[],
  keepdims = false,
): Written {
  const at = axes.map((axis) => x.sourceAxis(axis));
  const source = new Written(x.source, x.sourceShape, x.type);
  const kept = (_: unknown, axis: number): boolean => !at.includes(axis);
  const ordered = keepdims
    ? source.shape.map((length, axis) => (at.includes(axis) ? 1 : length))
    : source.shape.filter(kept);
  // Axes became an input of all reductions with version 18, of sums with version 13.
  const isAttribute = w.opset <= BY_ATTRIBUTE && op !== 'ReduceSum';
  const attributes = { keepdims: keepdims ? 1 : 0, ...(isAttribute ? { axes: at } : {}) };
  const y = w.one(op, [source, ...(isAttribute ? [] : [w.whole(at)])], ordered, x.type, attributes);
  if (x.order === undefined) return y;
  const left = x.axes.filter((axis) => keepdims || !at.includes(axis));
  const places = [...left].sort((a, b) => a - b);
  return transpose(
    y,
    left.map((axis) => places.indexOf(axis)),
  );
}

/** The product of matrices, the last two axes of both. */
export function matmul(w: GraphWriter, a: Written, b: Written): Written {
  const stacks = [a, b].map(({ shape }) => shape.slice(0, -2));
  const [left = [], right = []] = stacks;
  const rank = Math.max(left.length, right.length);
  const lead = Array.from({ length: rank }, (_, i) => {
    const [x, y] = [left, right].map((s) =>
      i < rank - s.length ? 1 : (s[i - rank + s.length] ?? null),
    );
    return x === 1 ? (y ?? null) : (x ?? null);
  });
  const shape = [
    ...lead,
    ...(a.rank > 1 ? [a.shape.at(-2) ?? null] : []),
    ...(b.rank > 1 ? [b.shape.at(-1) ?? null] : []),
  ];
  return w.one('MatMul', [a, b], shape, TYPE.float);
}

/** Einstein's sum; letters alone, or '...' in front of the letters of one operand and of the result. */
export function einsum(w: GraphWriter, equation: string, operands: readonly Written[]): Written {
  const [inputs = '', output = ''] = equation.split('->');
  const lengths = new Map<string, number | null>();
  let open: PartialShape = [];
  inputs.split(',').forEach((labels, i) => {
    const shape = operands[i]?.shape ?? [];
    const [before = '', after] = labels.split('...');
    if (after !== undefined && shape.length - before.length - after.length > open.length) {
      open = shape.slice(before.length, shape.length - after.length);
    }
    before.split('').forEach((letter, axis) => {
      lengths.set(letter, lengths.get(letter) ?? shape[axis] ?? null);
    });
    (after ?? '').split('').forEach((letter, j) => {
      const length = shape[shape.length - (after?.length ?? 0) + j] ?? null;
      lengths.set(letter, lengths.get(letter) ?? length);
    });
  });
  const [before = '', after] = output.split('...');
  const of = (letters: string): PartialShape =>
    letters.split('').map((letter) => lengths.get(letter) ?? null);
  const shape = after === undefined ? of(before) : [...of(before), ...open, ...of(after)];
  return w.one('Einsum', operands, shape, TYPE.float, { equation });
}
