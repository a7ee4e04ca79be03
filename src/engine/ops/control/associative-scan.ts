// Sums and products of all beginnings, for any associative operation.
import {
  checkBoolean,
  checkFunction,
  checkOptions,
  flattenNest,
  packNest,
} from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, normalizeAxis, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { concat, stack } from '../shapes/concat.js';
import { flip } from '../shapes/flip.js';
import { reshape } from '../shapes/reshape.js';
import { sliceAlong } from '../indexing/slice.js';
import type { SliceSpec } from '../indexing/slice-range.js';
import { callOnStructures } from '../graphs/symbolic-operand.js';
import { isTensor, outlineOf, ownResults, requireSame, tensorsIn } from './structures.js';
import type { Structure, SymbolicsOf, SymbolicStructure, TensorsOf } from './structures.js';

/** Options of `associativeScan`. */
export interface AssociativeScanOptions {
  /** Whether each result combines an entry with those behind it. Default false: with those before it. */
  readonly reverse?: boolean;
  /** The axis of the entries. Default 0. */
  readonly axis?: number;
}

/**
 * All beginnings of a row of entries, combined by an associative operation: e₀, f(e₀, e₁), f(f(e₀, e₁), e₂), … along `axis`. f is
 * called about 2 · log₂ n times for n entries, with many entries at once: two structures of tensors as `elems`, of shorter axes,
 * which it combines entry by entry.
 *
 * Gradients of any order flow through f. On symbolic tensors it is a node of the graph; such a graph cannot be saved.
 *
 * @param elems a tensor, or lists and plain objects of tensors, whose axes have one length
 * @throws ValueError for what is no structure of tensors; ShapeError for axes of several lengths, and if f changes a shape or
 * dtype
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
  return callOnStructures(scanTensors, 'associativeScan', args);
}

const OP = 'associativeScan';

/** Tensors of a structure, and the axis of each. */
type Columns = readonly Tensor[];

function scanTensors(
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
    /** The beginnings that end at odd places come from half as many entries, those at even places from them. */
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
