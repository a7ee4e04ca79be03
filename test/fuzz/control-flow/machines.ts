// Two machines for the same programs: one calls the operations that take functions, the other uses loops and branches of JavaScript
// over float64.
import { flattenNest, packNest } from '../../../src/config/index.js';
import { ops } from '../../../src/index.js';
import { arange, Tensor, tensor } from '../../../src/engine/tensor/index.js';
import * as dense from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';

/** Values of a program, the leaves of a structure. */
type Step<T> = (values: readonly T[]) => readonly T[];

/** How leaves are put into a structure: an outline with a 0 in place of each. */
export type Outline = unknown;

/** What programs are made of. */
export interface Machine<T> {
  add(a: T, b: T): T;
  mul(a: T, b: T): T;
  times(a: T, factor: number): T;
  tanh(a: T): T;
  mean(a: T): T;
  /** Along a new axis, the first or the last. */
  stack(entries: readonly T[], axis: 0 | -1): T;
  /** The sum along an axis, in which later entries count more: (1 a₀ + 2 a₁ + …) / n. */
  weigh(a: T, axis: 0 | -1): T;
  /** All elements of all values, as one vector. */
  flat(values: readonly T[]): T;
  /** Whether the mean is above a number from which it is not too near. */
  isAbove(a: T, limit: number): unknown;

  /** f gives the carry and what is kept; `xs` may be empty, then `length` counts. */
  scan(
    f: (carry: readonly T[], x: readonly T[]) => readonly [carry: readonly T[], y: readonly T[]],
    init: readonly T[],
    xs: readonly T[],
    settings: ScanSettings,
  ): readonly [carry: readonly T[], ys: readonly T[]];
  map(f: Step<T>, xs: readonly T[], settings: MapSettings): readonly T[];
  associativeScan(
    f: (a: readonly T[], b: readonly T[]) => readonly T[],
    elems: readonly T[],
    settings: { readonly reverse: boolean; readonly axis: 0 | -1; readonly outline: Outline },
  ): readonly T[];
  foriLoop(
    lower: number,
    upper: number,
    f: (i: number, values: readonly T[]) => readonly T[],
    init: readonly T[],
    settings: { readonly outline: Outline; readonly asTensors: boolean },
  ): readonly T[];
  /** Until so many iterations were run, or the largest number of them. */
  whileLoop(
    f: Step<T>,
    count: number,
    init: readonly T[],
    settings: { readonly outline: Outline; readonly maximumIterations: number | null },
  ): readonly T[];
  cond(pred: unknown, yes: Step<T>, no: Step<T>, values: readonly T[], outline: Outline): readonly T[]; // prettier-ignore
  switch(index: number, branches: readonly Step<T>[], values: readonly T[], settings: { readonly outline: Outline; readonly asTensors: boolean }): readonly T[]; // prettier-ignore
  /** tanh(a · b), whose gradient is told. */
  tanhOfProduct(a: T, b: T): T;
}

interface ScanSettings {
  readonly reverse: boolean;
  readonly length: number;
  /** The structures of the carry, of an entry and of what is kept. */
  readonly outlines: readonly [carry: Outline, x: Outline, y: Outline];
}

interface MapSettings {
  readonly isVectorized: boolean;
  readonly outlines: readonly [x: Outline, y: Outline];
}

/** Structures depend on what is drawn, which types cannot say. */
const control = ops as unknown as Readonly<Record<string, (...args: unknown[]) => unknown>>;
const call = (name: string, ...args: unknown[]): unknown => control[name]?.(...args);

const isLeaf = (value: unknown): value is number => value === 0;
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;
const packed = (outline: Outline, leaves: readonly Tensor[]): unknown =>
  packNest(outline, isLeaf, leaves);
const leavesOf = (structure: unknown): Tensor[] => flattenNest(structure, isTensor);
/** A structure as the operands of a function: those of a list one by one. */
const asOperands = (structure: unknown): unknown[] =>
  Array.isArray(structure) ? (structure as unknown[]) : [structure];

export const onTensors: Machine<Tensor> = {
  add: ops.add,
  mul: ops.mul,
  times: ops.mul,
  tanh: ops.tanh,
  mean: (a) => ops.mean(a),
  stack: ops.stack,
  weigh(a, axis) {
    const n = a.shape.at(axis) ?? 1;
    const weights = ops.div(arange(1, n + 1), n);
    const behind = axis === 0 ? a.ndim - 1 : 0;
    return ops.sum(a.mul(weights.reshape([n, ...new Array<number>(behind).fill(1)])), axis);
  },
  flat: (values) => ops.concat(values.map((value) => value.reshape([value.size]))),
  isAbove: (a, limit) => ops.greater(ops.mean(a), limit),

  scan(f, init, xs, { reverse, length, outlines: [ofCarry, ofX, ofY] }) {
    const step = (carry: unknown, x: unknown): unknown => {
      const [next, y] = f(leavesOf(carry), leavesOf(x));
      return [packed(ofCarry, next), y.length === 0 ? null : packed(ofY, y)];
    };
    const entries = xs.length === 0 ? null : packed(ofX, xs);
    const options = { reverse, ...(xs.length === 0 ? { length } : {}) };
    const [carry, ys] = call('scan', step, packed(ofCarry, init), entries, options) as unknown[];
    return [leavesOf(carry), leavesOf(ys)];
  },
  map(f, xs, { isVectorized, outlines: [ofX, ofY] }) {
    const of = (x: unknown): unknown => packed(ofY, f(leavesOf(x)));
    return leavesOf(call(isVectorized ? 'vectorizedMap' : 'map', of, packed(ofX, xs)));
  },
  associativeScan(f, elems, { reverse, axis, outline }) {
    const combine = (a: unknown, b: unknown): unknown =>
      packed(outline, f(leavesOf(a), leavesOf(b)));
    return leavesOf(call('associativeScan', combine, packed(outline, elems), { reverse, axis }));
  },
  foriLoop(lower, upper, f, init, { outline, asTensors }) {
    const limit = (n: number): unknown => (asTensors ? tensor(n, { dtype: 'int32' }) : n);
    const body = (i: number, values: unknown): unknown => packed(outline, f(i, leavesOf(values)));
    return leavesOf(call('foriLoop', limit(lower), limit(upper), body, packed(outline, init)));
  },
  whileLoop(f, count, init, { outline, maximumIterations }) {
    const isOn = (i: Tensor): unknown => i.less(count);
    const body = (i: Tensor, values: unknown): unknown => [
      i.add(1),
      packed(outline, f(leavesOf(values))),
    ];
    const vars = [tensor(0, { dtype: 'int32' }), packed(outline, init)];
    const [, values] = call('whileLoop', isOn, body, vars, { maximumIterations }) as unknown[];
    return leavesOf(values);
  },
  cond(pred, yes, no, values, outline) {
    const branch = (f: Step<Tensor>) => (): unknown => packed(outline, f(values));
    return leavesOf(call('cond', pred, branch(yes), branch(no)));
  },
  switch(index, branches, values, { outline, asTensors }) {
    const functions = branches.map(
      (f) =>
        (...operands: unknown[]): unknown =>
          packed(outline, f(leavesOf(operands))),
    );
    const which = asTensors ? tensor(index, { dtype: 'int32' }) : index;
    return leavesOf(call('switch', which, functions, ...asOperands(packed(outline, values))));
  },
  tanhOfProduct: ops.customGradient((a: Tensor, b: Tensor) => {
    const y = a.mul(b).tanh();
    const gradient = (dy: Tensor): readonly Tensor[] => {
      const inner = dy.mul(y.square().neg().add(1));
      return [inner.mul(b), inner.mul(a)];
    };
    return [y, gradient];
  }),
};

/** A mean that is so near a limit that float32, or a difference, may be on its other side. */
export class Undecided extends Error {}

const entriesOf = (a: DenseArray, axis: 0 | -1): DenseArray[] => {
  const at = axis === 0 ? 0 : a.shape.length - 1;
  const all = a.shape.map((n) => Array.from({ length: n }, (_, i) => i));
  return Array.from({ length: a.shape[at] ?? 0 }, (_, i) =>
    dense.reshape(dense.take(a, all.with(at, [i])), a.shape.toSpliced(at, 1)),
  );
};

const stacked = (entries: readonly DenseArray[], axis: 0 | -1): DenseArray => {
  const shape = entries[0]?.shape ?? [];
  const at = axis === 0 ? 0 : shape.length;
  const row = shape.toSpliced(at, 0, 1);
  return dense.concat(
    entries.map((entry) => dense.reshape(entry, row)),
    at,
  );
};

/** Columns of values become lists of them, one for each entry, and back. */
const rowsOf = (columns: readonly DenseArray[], axis: 0 | -1): (readonly DenseArray[])[] => {
  const parts = columns.map((column) => entriesOf(column, axis));
  return (parts[0] ?? []).map((_, i) => parts.map((part) => part[i] as DenseArray));
};
const columnsOf = (
  rows: readonly (readonly DenseArray[])[],
  axis: 0 | -1,
): readonly DenseArray[] =>
  (rows[0] ?? []).map((_, j) => stacked(rows.map((row) => row[j] as DenseArray), axis)); // prettier-ignore

const mean = (a: DenseArray): number => a.data.reduce((p, q) => p + q, 0) / a.data.length;

export const onArrays: Machine<DenseArray> = {
  add: (a, b) => dense.zip(a, b, (p, q) => p + q),
  mul: (a, b) => dense.zip(a, b, (p, q) => p * q),
  times: (a, factor) => dense.map(a, (v) => v * factor),
  tanh: (a) => dense.map(a, Math.tanh),
  mean: (a) => ({ shape: [], data: [mean(a)] }),
  stack: stacked,
  weigh: (a, axis) =>
    dense.reduce(a, [axis === 0 ? 0 : a.shape.length - 1], false, (line) =>
      line.reduce((total, v, i) => total + ((i + 1) / line.length) * v, 0),
    ),
  flat: (values) => {
    const data = values.flatMap((value) => [...value.data]);
    return { shape: [data.length], data };
  },
  isAbove(a, limit) {
    if (Math.abs(mean(a) - limit) < 1e-3) throw new Undecided();
    return mean(a) > limit;
  },

  scan(f, init, xs, { reverse, length }) {
    const rows = xs.length === 0 ? Array.from({ length }, () => []) : rowsOf(xs, 0);
    let carry = init;
    const ys: (readonly DenseArray[])[] = [];
    for (const row of reverse ? rows.toReversed() : rows) {
      const [next, y] = f(carry, row);
      carry = next;
      ys.push(y);
    }
    return [carry, columnsOf(reverse ? ys.reverse() : ys, 0)];
  },
  map: (f, xs) => columnsOf(rowsOf(xs, 0).map(f), 0),
  associativeScan(f, elems, { reverse, axis }) {
    const rows = rowsOf(elems, axis);
    const results: (readonly DenseArray[])[] = [];
    for (const row of reverse ? rows.toReversed() : rows) {
      const before = results.at(-1);
      results.push(before === undefined ? row : f(before, row));
    }
    return columnsOf(reverse ? results.reverse() : results, axis);
  },
  foriLoop(lower, upper, f, init) {
    let values = init;
    for (let i = lower; i < upper; i++) values = f(i, values);
    return values;
  },
  whileLoop(f, count, init, { maximumIterations }) {
    let values = init;
    for (let i = 0; i < Math.min(count, maximumIterations ?? Infinity); i++) values = f(values);
    return values;
  },
  cond: (pred, yes, no, values) => (pred === true || pred === 1 ? yes(values) : no(values)),
  switch(index, branches, values) {
    const branch = branches[Math.min(Math.max(index, 0), branches.length - 1)];
    return branch?.(values) ?? [];
  },
  tanhOfProduct: (a, b) => dense.zip(a, b, (p, q) => Math.tanh(p * q)),
};
