// Loops over the entries of tensors along their first axis.
import {
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  flattenNest,
  mapNest,
  MAX_LENGTH,
  packNest,
} from '../../../config/index.js';
import { formatShape, isOfScope, normalizeAxis, tidy, zeros } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { Nest } from '../../../config/index.js';
import { isTensor, outlineOf, ownResults, requireSame, tensorsIn } from './structures.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { concat, stack } from '../shapes/concat.js';
import { reshape } from '../shapes/reshape.js';
import { sliceAlong } from '../indexing/slice.js';
import { isTensorSpec, operationShape } from '../graphs/operation-shape.js';
import { callOnStructures } from '../graphs/symbolic-operand.js';
import type { Structure, SymbolicsOf, SymbolicStructure, TensorsOf } from './structures.js';
import { flip } from '../shapes/flip.js';
import type { SliceSpec } from '../indexing/slice.js';

// What loops have in common: tensors that each iteration gets from the one before, and gives to the next.

/** The tensors that a loop carries on, in the scope that is open. What an iteration makes besides is freed at its end. */
export class Carry {
  /** The tensors, in the structure of what the loop began with. */
  structure: Nest<Tensor>;
  readonly #outline: string;
  /** Outputs of iterations in addition to the carry. */
  readonly #outputs = new Set<Tensor>();

  constructor(
    private readonly op: string,
    initial: Nest<Tensor>,
  ) {
    this.structure = initial;
    this.#outline = outlineOf(initial);
  }

  /** One iteration: `step` gives what is carried on, and its output. Returns the latter. */
  advance<Output extends Nest<Tensor> | null>(
    what: string,
    step: () => { readonly carry: unknown; readonly output: Output },
  ): Output {
    const before = flattenNest(this.structure, isTensor);
    const { carry, output } = tidy(() => {
      const result = step();
      const next = tensorsIn(this.op, what, result.carry);
      requireSame(this.op, what, outlineOf(next), this.#outline);
      return { carry: next, output: result.output };
    });
    for (const tensor of flattenNest(output, isTensor)) this.#outputs.add(tensor);
    this.structure = carry;
    const after = new Set(flattenNest(carry, isTensor));
    for (const tensor of before) {
      if (isOfScope(tensor) && !after.has(tensor) && !this.#outputs.has(tensor)) tensor.dispose();
    }
    return output;
  }

  /** The structure with other tensors. */
  with(tensors: readonly Tensor[]): Nest<Tensor> {
    return packNest(this.structure, isTensor, tensors);
  }

  /** The tensors of the structure. */
  get tensors(): Tensor[] {
    return flattenNest(this.structure, isTensor);
  }
}

/** Options of `scan`. */
export interface ScanOptions {
  /** The number of iterations, which is required without xs. Default: the length of the first axes of xs. */
  readonly length?: number | null;
  /** Whether to iterate from the last entry to the first; each y is at the position of its entry. Default false. */
  readonly reverse?: boolean;
  /**
   * How many iterations a compiler unrolls in Keras. It has no effect here, as nothing is compiled. Default 1.
   */
  readonly unroll?: number | boolean;
}

/**
 * A loop that carries tensors from step to step: [carry, y] = f(carry, x) for each entry x of xs along the first axis, starting
 * with the carry `init`. Returns the last carry and all y, stacked along a new first axis.
 *
 * carry, x and y are tensors, or lists and plain objects of tensors; a number in a structure stands for a tensor. The carry
 * keeps its structure, shapes and dtypes. If y is null, so is the second result. Without xs, x is null, and `length` is the
 * number of iterations. Gradients of any order flow to init, xs and tensors that f uses from outside. Other tensors that an
 * iteration creates are freed at its end, unless a gradient needs them.
 *
 * With symbolic tensors it is a node of the graph, and f is still called only with tensors; such a graph cannot be saved.
 *
 * @param f a function that returns a pair [carry, y]
 * @param init the carry of the first iteration
 * @param xs tensors whose first axes have the same length. Default null
 * @throws ValueError for anything but a structure of tensors, and if f does not return a pair; ShapeError if the carry changes
 * its shape or dtype, and for y or first axes of different lengths.
 * @example
 * const [sum, sums] = ops.scan((c, x) => [c.add(x), c], tensor(0), tensor([1, 2, 3])); // sum: 6, sums: [0, 1, 3]
 */
export function scan<
  const C extends Structure,
  const X extends Structure | null = null,
  const Y extends Structure | null = null,
>(
  f: (carry: TensorsOf<C>, x: TensorsOf<X>) => readonly [carry: Structure, y: Y],
  init: C,
  xs?: X,
  options?: ScanOptions,
): [carry: TensorsOf<C>, ys: TensorsOf<Y>];
export function scan<
  const C extends SymbolicStructure,
  const X extends SymbolicStructure | null = null,
  const Y extends Structure | null = null,
>(
  f: (carry: TensorsOf<C>, x: TensorsOf<X>) => readonly [carry: Structure, y: Y],
  init: C,
  xs?: X,
  options?: ScanOptions,
): [carry: SymbolicsOf<C>, ys: SymbolicsOf<Y>];
export function scan(...args: readonly unknown[]): unknown {
  return callOnStructures(scanTensors, 'scan', args);
}

/**
 * The results of f for each entry of xs along the first axis, stacked along a new first axis. An entry and a result are
 * tensors, or lists and plain objects of tensors. Gradients and memory are as in `scan`.
 *
 * @throws as `scan`
 * @example ops.map((x) => x.square().sum(), tensor([[1, 2], [3, 4]])) // [5, 25]
 */
export function map<const X extends Structure, const Y extends Structure>(
  f: (x: TensorsOf<X>) => Y,
  xs: X,
): TensorsOf<Y>;
export function map<const X extends SymbolicStructure, const Y extends Structure>(
  f: (x: TensorsOf<X>) => Y,
  xs: X,
): SymbolicsOf<Y>;
export function map(...args: readonly unknown[]): unknown {
  return callOnStructures(mapTensors('map', 'xs'), 'map', args);
}

/**
 * The results of f for each entry of `elements` along the first axis, stacked along a new first axis. It is the same as
 * `map`: entries are computed one by one, so an operation on the whole batch is faster if there is one.
 *
 * @throws as `scan`
 * @example ops.vectorizedMap((x) => x.matmul(x), tensor([[[1, 2], [3, 4]]])) // [[[7, 10], [15, 22]]]
 */
export function vectorizedMap<const X extends Structure, const Y extends Structure>(
  f: (x: TensorsOf<X>) => Y,
  elements: X,
): TensorsOf<Y>;
export function vectorizedMap<const X extends SymbolicStructure, const Y extends Structure>(
  f: (x: TensorsOf<X>) => Y,
  elements: X,
): SymbolicsOf<Y>;
export function vectorizedMap(...args: readonly unknown[]): unknown {
  return callOnStructures(mapTensors('vectorizedMap', 'elements'), 'vectorizedMap', args);
}

type Entries = Nest<Tensor> | null;

function scanTensors(
  f: (carry: unknown, x: unknown) => unknown,
  init: unknown,
  xs: unknown = null,
  options: ScanOptions = {},
): unknown {
  checkFunction('scan', 'f', f);
  checkOptions('scan', options, ['length', 'reverse', 'unroll']);
  const { length = null, reverse = false, unroll = 1 } = options;
  if (length !== null) checkNumber('scan', 'length', length, { integer: true, min: 0, max: MAX_LENGTH }); // prettier-ignore
  checkBoolean('scan', 'reverse', reverse);
  if (typeof unroll !== 'boolean') checkNumber('scan', 'unroll', unroll, { integer: true, min: 1 });
  return overEntries('scan', 'xs', f, init, xs, { length, reverse });
}

const mapTensors =
  (op: string, what: string) =>
  (f: (x: unknown) => unknown, xs: unknown): unknown => {
    checkFunction(op, 'f', f);
    const results = overEntries(op, what, (_, x) => [[], f(x)], [], tensorsIn(op, what, xs), {});
    return results[1];
  };

function overEntries(
  op: string,
  what: string,
  f: (carry: unknown, x: unknown) => unknown,
  init: unknown,
  xs: unknown,
  { length = null, reverse = false }: ScanOptions,
): [carry: Nest<Tensor>, ys: Entries] {
  return tidy(() => {
    const carry = new Carry(op, tensorsIn(op, 'init', init));
    const entries = xs === null ? null : tensorsIn(op, what, xs);
    const count = countOf(op, what, entries, length);
    const rows = flattenNest(entries, isTensor).map(entriesOf);
    const ys: Entries[] = [];
    let outline: string | undefined;
    for (let step = 0; step < count; step++) {
      const i = reverse ? count - 1 - step : step;
      const x = entries && packNest(entries, isTensor, rows.map((row) => row[i])); // prettier-ignore
      const y = carry.advance('the carry that f gives', () => {
        const pair = pairOf(op, f(carry.structure, x));
        const output = pair[1] === null ? null : tensorsIn(op, 'the y that f gives', pair[1]);
        const found = outlineOf(output);
        requireSame(op, `the y of entry ${i}`, found, (outline ??= found));
        return { carry: pair[0], output };
      });
      ys.push(y);
    }
    if (reverse) ys.reverse();
    const stacked = count === 0 ? noEntries(op, f, carry.structure, entries) : stackedEntries(ys);
    return [carry.with(ownResults(carry.tensors)), stacked];
  });
}

/** The number of iterations: the length of all first axes. */
function countOf(op: string, what: string, entries: Entries, length: number | null): number {
  let count = length ?? undefined;
  const firstOf = ({ shape }: Tensor, path: () => string): void => {
    const [first] = shape;
    if (first === undefined) {
      throw new ShapeError(
        `${op}: ${what}${path()} is a number, which has no entries. Make one tensor of a list of numbers: tensor([1, 2]).`,
      );
    }
    if (first !== (count ??= first)) {
      throw new ShapeError(
        `${op}: ${what}${path()} of shape ${formatShape(shape)} has ${first} entries, expected ${count}` +
          `${length === null ? ', as the others have' : ', as length says'}.`,
      );
    }
  };
  mapNest(entries, isTensor, firstOf);
  if (count !== undefined) return count;
  throw new ValueError(`${op}: without tensors in xs give { length }, the number of iterations.`);
}

/** The entries along the first axis. Halving adds their gradients up in n · log n steps, where n slices would take n². */
function entriesOf(x: Tensor): Tensor[] {
  const [length = 0, ...shape] = x.shape;
  if (length < 2) return length === 0 ? [] : [reshape(x, shape)];
  const half = Math.ceil(length / 2);
  const [first, second] = [[0, half] as const, [half, length] as const];
  return [...entriesOf(sliceAlong(x, 0, first)), ...entriesOf(sliceAlong(x, 0, second))];
}

function pairOf(op: string, result: unknown): readonly unknown[] {
  if (Array.isArray(result) && result.length === 2) return result;
  throw new ValueError(`${op}: f must give a pair [carry, y], got ${describeValue(result)}.`);
}

function stackedEntries(ys: readonly Entries[]): Entries {
  const [first = null] = ys;
  if (first === null) return null;
  const columns = ys.map((y) => flattenNest(y, isTensor));
  const stacked = flattenNest(first, isTensor).map((_, j) => stack(columns.map((row) => row[j] as Tensor))); // prettier-ignore
  return packNest(first, isTensor, stacked);
}

/** What stacking the results for no entries gives: f says their shapes, without elements. */
function noEntries(
  op: string,
  f: (carry: unknown, x: unknown) => unknown,
  carry: Nest<Tensor>,
  entries: Entries,
): Entries {
  const spec = ({ shape, dtype }: Tensor): object => ({ shape, dtype });
  const row = ({ shape, dtype }: Tensor): object => ({ shape: shape.slice(1), dtype });
  const yOf = (c: unknown, x: unknown): unknown => {
    const [, y] = pairOf(op, f(c, x));
    return y === null ? null : tensorsIn(op, 'the y that f gives', y);
  };
  const specs = operationShape(yOf, [
    mapNest(carry, isTensor, spec),
    mapNest(entries, isTensor, row),
  ]);
  const empty = mapNest(specs, isTensorSpec, ({ shape, dtype }) =>
    zeros([0, ...(shape as readonly number[])], dtype),
  );
  return empty;
}

// Sums and products of all beginnings, for any associative operation.

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Whether each result combines an entry with the entries after it. Default false: with those before it. */
  readonly reverse?: boolean;
  /** The axis of the entries. Default 0. */
  readonly axis?: number;
}

/**
 * The cumulative results of an associative operation: e₀, f(e₀, e₁), f(f(e₀, e₁), e₂), … along `axis`. f is called about 2 · log₂
 * n times for n entries. It gets many entries at once, as two structures like `elems` with shorter axes, and combines them entry
 * by entry.
 *
 * Gradients of any order flow through f. With symbolic tensors it is a node of the graph; such a graph cannot be saved.
 *
 * @param elems a tensor, or lists and plain objects of tensors, of the same length along the axis
 * @throws ValueError for anything but a structure of tensors; ShapeError for axes of different lengths, and if f changes a shape
 * or dtype
 * @example ops.associativeScan((a, b) => a.mul(b), tensor([1, 2, 3, 4])) // [1, 2, 6, 24]
 */
export function associativeScan<const E extends Structure>(
  f: (a: TensorsOf<E>, b: TensorsOf<E>) => Structure,
  elems: E,
  options?: AssociativeScanOptions,
): TensorsOf<E>;
export function associativeScan<const E extends SymbolicStructure>(
  f: (a: TensorsOf<E>, b: TensorsOf<E>) => Structure,
  elems: E,
  options?: AssociativeScanOptions,
): SymbolicsOf<E>;
export function associativeScan(...args: readonly unknown[]): unknown {
  return callOnStructures(scanPairs, 'associativeScan', args);
}

const OP = 'associativeScan';

/** Tensors of a structure, and the axis of each. */
type Columns = readonly Tensor[];

function scanPairs(
  f: (a: unknown, b: unknown) => unknown,
  elems: unknown,
  options: AssociativeScanOptions = {},
): unknown {
  checkFunction(OP, 'f', f);
  checkOptions(OP, options, ['reverse', 'axis']);
  const { reverse = false, axis = 0 } = options;
  checkBoolean(OP, 'reverse', reverse);
  return tidy(() => {
    const structure = tensorsIn(OP, 'elems', elems);
    const columns = flattenNest(structure, isTensor);
    const axes = columns.map(({ ndim }) => normalizeAxis(OP, axis, ndim));
    const axisOf = (i: number): number => axes[i] ?? 0;
    const length = lengthOf(columns, axisOf);

    const pack = (tensors: Columns): unknown => packNest(structure, isTensor, tensors);
    const cut = (tensors: Columns, spec: SliceSpec): Columns =>
      tensors.map((x, i) => sliceAlong(x, axisOf(i), spec));
    const combine = (a: Columns, b: Columns): Columns => {
      const given = pack(a);
      const result = tensorsIn(OP, 'what f gives', f(given, pack(b)));
      requireSame(OP, 'what f gives', outlineOf(result), outlineOf(given));
      return flattenNest(result, isTensor);
    };
    /** The beginnings that end at odd positions come from half as many entries, those at even positions from them. */
    const beginnings = (tensors: Columns, count: number): Columns => {
      if (count < 2) return tensors;
      const pairs = combine(cut(tensors, '0:-1:2'), cut(tensors, '1::2'));
      const odd = beginnings(pairs, Math.floor(count / 2));
      const first = cut(tensors, '0:1');
      if (count === 2) return first.map((x, i) => concat([x, odd[i] as Tensor], axisOf(i)));
      const before = count % 2 === 0 ? cut(odd, '0:-1') : odd;
      const rest = combine(before, cut(tensors, '2::2'));
      return first.map((x, i) =>
        interleaved(concat([x, rest[i] as Tensor], axisOf(i)), odd[i] as Tensor, axisOf(i)),
      );
    };

    const turn = (tensors: Columns): Columns =>
      reverse ? tensors.map((x, i) => flip(x, axisOf(i))) : tensors;
    return pack(ownResults(turn(beginnings(turn(columns), length))));
  });
}

/** The length of the axes, which is one. */
function lengthOf(columns: Columns, axisOf: (i: number) => number): number {
  const [length, ...others] = columns.map(({ shape }, i) => shape[axisOf(i)] ?? 0);
  if (length === undefined) throw new ValueError(`${OP}: elems holds no tensor.`);
  if (others.every((other) => other === length)) return length;
  throw new ShapeError(
    `${OP}: the tensors of elems must have one length along the axis, got ${columns.map(({ shape }) => formatShape(shape)).join(', ')}.`,
  );
}

/** e₀, o₀, e₁, o₁ … along `axis`, where the even entries may be one more. */
function interleaved(even: Tensor, odd: Tensor, axis: number): Tensor {
  const count = odd.shape[axis] ?? 0;
  const pairs = stack([sliceAlong(even, axis, [0, count]), odd], axis + 1);
  const joined = reshape(pairs, odd.shape.with(axis, 2 * count));
  if (even.shape[axis] === count) return joined;
  return concat([joined, sliceAlong(even, axis, '-1:')], axis);
}
