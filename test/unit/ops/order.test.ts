import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { alongAxis, reshape } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import * as reference from '../../reference/sort.js';
import { distinct, expectAgreement, expectSecondOrder, random } from './agreement.js';
import { refuses } from '../refusals.js';

type Line = (line: number[]) => readonly number[];

/** Along an axis, or of all elements. */
const along =
  (axis: number | null, f: Line) =>
  (x: DenseArray): DenseArray =>
    axis === null
      ? alongAxis(reshape(x, [x.data.length]), 0, f)
      : alongAxis(x, axis < 0 ? axis + x.shape.length : axis, f);

const down = { descending: true } as const;

describe('sort agrees with float64, value and gradient', () => {
  it('along every axis, in both directions', () => {
    for (const shape of [[5], [1], [3, 4], [2, 3, 4], [2, 70]]) {
      for (const axis of [null, -1, ...shape.keys()]) {
        const x = distinct(shape);
        expectAgreement(
          'sort',
          (a) => a.sort(axis),
          along(axis, (l) => reference.sort(l)),
          x,
        );
        const reverse = along(axis, (l) => reference.sort(l, true));
        expectAgreement('sort, descending', (a) => a.sort(axis, down), reverse, x);
      }
    }
  });

  it('with second derivatives', () => {
    const squares = (a: Tensor): Tensor => a.sort(0).mul(a);
    const line = (x: DenseArray): DenseArray => {
      const sorted = along(0, (l) => reference.sort(l))(x);
      return { shape: x.shape, data: x.data.map((v, i) => v * (sorted.data[i] ?? NaN)) };
    };
    expectSecondOrder('sort', squares, line, distinct([4, 2]));
  });

  it('gives each of equal elements the gradient of its own place', () => {
    const f = (x: Tensor): Tensor => x.sort().mul([1, 2, 3, 4]).sum();
    expect(ops.grad(f)([5, 1, 5, 1]).toArray()).toEqual([3, 1, 4, 2]);
    const g = (x: Tensor): Tensor => x.sort(-1, down).mul([1, 2, 3, 4]).sum();
    expect(ops.grad(g)([5, 1, 5, 1]).toArray()).toEqual([1, 3, 2, 4]);
  });
});

describe('argsort', () => {
  it('gives what sorts, at random shapes and axes', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    const cases = shapes.chain((shape) =>
      fc.tuple(fc.constant(shape), fc.integer({ min: 0, max: shape.length - 1 }), fc.boolean()),
    );
    fc.assert(
      fc.property(cases, ([shape, axis, descending]) => {
        const { data } = random(shape, -4, 4);
        const x = { shape, data: data.map(Math.round) };
        const order = ops.argsort(tensor(x.data, { shape }), axis, { descending });
        const want = along(axis, (l) => reference.argsort(l, descending))(x);
        expect(order.dtype).toBe('int32');
        expect(order.shape).toEqual(shape);
        expect(Array.from(order.data())).toEqual(want.data);
      }),
      { numRuns: 60, seed: 20250302 },
    );
  });
});

describe('argpartition', () => {
  it('has none larger before the place and none smaller behind it', () => {
    const line = [3, -1, NaN, 3, 0, 7, -Infinity, 3, NaN];
    for (let kth = -line.length; kth < line.length; kth++) {
      const order = [...ops.argpartition(line, kth).data()];
      expect(order.toSorted((a, b) => a - b)).toEqual([...line.keys()]);
      // NaN is larger than every number.
      const ranks = order.map((i) => line[i] ?? NaN).map((v) => (Number.isNaN(v) ? Infinity : v));
      const place = kth < 0 ? kth + line.length : kth;
      const at = ranks[place] ?? NaN;
      expect(ranks.slice(0, place).every((value) => value <= at)).toBe(true);
      expect(ranks.slice(place).every((value) => value >= at)).toBe(true);
    }
  });

  it('works along any axis, and of all elements', () => {
    const rows = [[4, 1], [2, 3]]; // prettier-ignore
    expect(ops.argpartition(rows, 0).toArray()).toEqual([[1, 0], [0, 1]]); // prettier-ignore
    expect(ops.argpartition(rows, 1, 0).toArray()).toEqual([[1, 0], [0, 1]]); // prettier-ignore
    expect(ops.argpartition(rows, -1, null).toArray()).toEqual([1, 2, 3, 0]);
    expect(ops.argpartition(5, 0, null).toArray()).toEqual([0]);
  });
});

describe('topK', () => {
  it('gives values and indices, agreeing with float64 in value and gradient', () => {
    for (const shape of [[5], [3, 4], [2, 2, 6]]) {
      for (const k of [1, 2, 4]) {
        const take: Line = (line) => reference.sort(line, true).slice(0, k);
        const top = (x: DenseArray): DenseArray => {
          const length = shape[shape.length - 1] ?? 1;
          const all = alongAxis(x, shape.length - 1, (line) => [
            ...take(line),
            ...new Array<number>(length - k).fill(NaN),
          ]);
          return {
            shape: shape.with(-1, k),
            data: all.data.filter((value) => !Number.isNaN(value)),
          };
        };
        expectAgreement('topK', (x) => x.topK(k)[0], top, distinct(shape));
      }
    }
  });

  it('takes the first of equal elements, and their gradient goes there', () => {
    const [values, indices] = ops.topK([2, 7, 7, 7], 2);
    expect(values.toArray()).toEqual([7, 7]);
    expect(indices.toArray()).toEqual([1, 2]);
    const f = (x: Tensor): Tensor => x.topK(2)[0].mul([1, 10]).sum();
    expect(ops.grad(f)([2, 7, 7, 7]).toArray()).toEqual([0, 1, 10, 0]);
  });

  it('has second derivatives', () => {
    const f = (x: Tensor): Tensor => x.topK(2)[0].square();
    const squares = (x: DenseArray): DenseArray => ({
      shape: [2],
      data: reference
        .sort([...x.data], true)
        .slice(0, 2)
        .map((value) => value ** 2),
    });
    expectSecondOrder('topK', f, squares, distinct([5]));
  });
});

describe('cumsum agrees with float64, value and gradient', () => {
  it('along every axis', () => {
    for (const shape of [[5], [1], [3, 4], [2, 3, 4]]) {
      for (const axis of [null, -1, ...shape.keys()]) {
        expectAgreement(
          'cumsum',
          (x) => x.cumsum(axis),
          along(axis, reference.cumsum),
          random(shape),
        );
      }
    }
    expectAgreement('cumsum', (x) => ops.cumsum(x), along(null, reference.cumsum), random([]));
  });

  it('with second derivatives', () => {
    const f = (x: Tensor): Tensor => x.cumsum(1).square();
    const squares = (x: DenseArray): DenseArray => {
      const { shape, data } = along(1, reference.cumsum)(x);
      return { shape, data: data.map((value) => value ** 2) };
    };
    expectSecondOrder('cumsum', f, squares, random([2, 3]));
  });

  it('from the end, and without the element itself', () => {
    const turned = (line: readonly number[]): number[] => [...line].reverse();
    const delayed = (line: readonly number[]): number[] => [0, ...line.slice(0, -1)];
    const sums = {
      exclusive: (line: number[]) => reference.cumsum(delayed(line)),
      reverse: (line: number[]) => turned(reference.cumsum(turned(line))),
      both: (line: number[]) => turned(reference.cumsum(delayed(turned(line)))),
    };
    const options = {
      exclusive: { exclusive: true },
      reverse: { reverse: true },
      both: { exclusive: true, reverse: true },
    };
    for (const name of ['exclusive', 'reverse', 'both'] as const) {
      for (const axis of [null, 0, 1, -1]) {
        expectAgreement(
          `cumsum, ${name}`,
          (x) => x.cumsum(axis, options[name]),
          along(axis, sums[name]),
          random([3, 4]),
        );
      }
      const f = (x: Tensor): Tensor => x.cumsum(1, options[name]).square();
      const squares = (x: DenseArray): DenseArray => {
        const { shape, data } = along(1, sums[name])(x);
        return { shape, data: data.map((value) => value ** 2) };
      };
      expectSecondOrder(`cumsum, ${name}`, f, squares, random([2, 3]));
    }
    // As in TensorFlow: cumsum([a, b, c], exclusive=True, reverse=True) is [b + c, c, 0].
    const both = { exclusive: true, reverse: true };
    const integers = tensor([1, 2, 4], { dtype: 'int32' }).cumsum(0, both);
    expect([integers.dtype, integers.toArray()]).toEqual(['int32', [6, 4, 0]]);
    // What is left out does not come back as a difference: ∞ − ∞ is not a number.
    expect(tensor([1, Infinity]).cumsum(0, { exclusive: true }).toArray()).toEqual([0, 1]);
    expect(zeros([2, 0]).cumsum(1, { exclusive: true }).shape).toEqual([2, 0]);
  });

  it('of many float32 is as exact as a float64 sum', () => {
    const n = 100_000;
    const x = tensor(new Float32Array(n).fill(0.1));
    expect(x.cumsum().data()[n - 1]).toBe(Math.fround(n * Math.fround(0.1)));
  });
});

describe('refusals', () => {
  refuses(ShapeError, {
    'sort: needs a tensor of at least 1 dimension, got a scalar.': () => ops.sort(3),
    'sort: axis 1 is out of range': () => ops.sort([1, 2], 1),
    'topK: needs a tensor': () => ops.topK(3, 1),
    'argpartition: axis': () => ops.argpartition(3, 0),
    'cumsum: axis -2 is out of range': () => ops.cumsum([1, 2], -2),
  });
  refuses(ValueError, {
    "argsort: unknown option 'decending'. Did you mean 'descending'?": () =>
      ops.argsort([1, 2], 0, { decending: true } as object),
    'sort: descending must be true or false, got 1.': () =>
      ops.sort([1, 2], 0, { descending: 1 as unknown as boolean }),
    'topK of shape (1, 2): k must be a whole number from 1 to 2, got 3.': () =>
      ops.topK([[1, 2]], 3),
    'from 1 to 2, got 0': () => ops.topK([1, 2], 0),
    'argpartition of shape (2,): kth must be a whole number from -2 to 1, got 2.': () =>
      ops.argpartition([1, 2], 2),
    'argpartition of shape (2, 0): kth ... got 0': () => ops.argpartition(zeros([2, 0]), 0),
    "cumsum: unknown option 'reversed'. Did you mean 'reverse'?": () =>
      ops.cumsum([1, 2], 0, { reversed: true } as object),
    'cumsum: exclusive must be true or false, got 1.': () =>
      ops.cumsum([1, 2], 0, { exclusive: 1 as unknown as boolean }),
  });
});

describe('as in Keras', () => {
  const int = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' });

  it('inTopK counts no NaN, and no target that is not a class', () => {
    const scores = [[NaN, 1, 2], [1, NaN, 2], [NaN, NaN, NaN], [NaN, NaN, 1], [1, 2, 3], [1, 2, 3]]; // prettier-ignore
    const found = (k: number): unknown => ops.inTopK(int([0, 2, 2, 2, 3, -1]), scores, k).toArray();
    expect(found(1)).toEqual([false, true, false, true, false, false]);
    expect(found(3)).toEqual([false, true, false, true, false, false]);
  });

  it('multiHot drops negative numbers', () => {
    expect(ops.multiHot(int([[0, 2, -1], [1, -1, -7]]), 3).toArray()).toEqual([[1, 0, 1], [0, 1, 0]]); // prettier-ignore
    expect(ops.multiHot(int([0, -1, 2]), 3).toArray()).toEqual([1, 0, 1]);
    expect(() => ops.multiHot(int([[0, -1, 3]]), 3)).toThrow('index 3 at position 2');
  });

  it('reductions by segments drop rows of negative ids', () => {
    const [rows, ids] = [[[1, 2], [3, 4], [5, 6], [7, 8]], int([0, -1, 2, 0])] as const; // prettier-ignore
    expect(ops.segmentSum(rows, ids, 3).toArray()).toEqual([[8, 10], [0, 0], [5, 6]]); // prettier-ignore
    expect(ops.segmentProd(rows, ids).toArray()).toEqual([[7, 16], [1, 1], [5, 6]]); // prettier-ignore
    expect(ops.segmentMax(rows, ids, 1 + 2).toArray()).toEqual([[7, 8], [-Infinity, -Infinity], [5, 6]]); // prettier-ignore
    expect(ops.segmentMin(int([4, 3, 2, 1]), ids, 3).toArray()).toEqual([1, 2 ** 31 - 1, 2]);
    expect(ops.segmentSum([1, 2], int([-1, -5])).shape).toEqual([0]);
    expect(() => ops.segmentSum([1, 2, 3], int([-1, 3, 0]), 3)).toThrow('segment id 3 of row 1');
    const weights = ops.grad((x: Tensor) => ops.sum(ops.mul(ops.segmentSum(x, ids, 3), [1, 2, 3])));
    expect(weights(tensor([1, 1, 1, 1])).toArray()).toEqual([1, 0, 3, 1]);
  });

  it('cumprod says that it takes a dtype, not options', () => {
    expect(() => ops.cumprod([1, 2], 0, { reverse: true } as never)).toThrow('cumprod: dtype must be the name of a dtype, got { reverse: true }.'); // prettier-ignore
  });

  it('where says what a condition alone lacks', () => {
    expect(() => ops.where(...([[true, false]] as unknown as [Tensor, Tensor, Tensor]))).toThrow(/where: takes a condition.*nonzero\(condition\)/); // prettier-ignore
  });

  it('gammainc has no second derivative in a, and says so', () => {
    const slope = ops.grad((a: Tensor) => ops.sum(ops.gammainc(a, 2)));
    expect(() => ops.grad((a: Tensor) => ops.sum(slope(a)))(tensor([1]))).toThrow('gammainc: there is no second derivative in a.'); // prettier-ignore
    // ∂²P / ∂x² = p ((a − 1) / x − 1) and ∂²P / ∂a∂x = p (ln x − ψ(a)), for p = xᵃ⁻¹ e⁻ˣ / Γ(a); ψ(1) = −γ.
    const density = ops.grad((x: Tensor) => ops.sum(ops.gammainc(1, x)));
    const p = Math.exp(-2);
    expect(
      ops
        .grad((x: Tensor) => ops.sum(density(x)))(tensor([2]))
        .item(),
    ).toBeCloseTo(-p, 6);
    const mixed = ops.grad((x: Tensor) => ops.sum(ops.grad((a: Tensor) => ops.sum(ops.gammainc(a, x)))(tensor([1])))); // prettier-ignore
    expect(mixed(tensor([2])).item()).toBeCloseTo(p * (Math.log(2) + 0.5772156649), 6);
  });

  it('moveAxis takes lists, one place for each axis', () => {
    expect(ops.moveAxis(zeros([2, 3, 4]), [0, 1], [-1, 0]).shape).toEqual([3, 4, 2]);
    expect(() => ops.moveAxis(zeros([2, 3]), [0, 1], 0)).toThrow('moveAxis: 2 axes for 1 places');
    expect(() => ops.moveAxis(zeros([2, 3]), [0, -2], [0, 1])).toThrow('an axis is given twice');
  });

  it('diff of bool says where neighbours differ', () => {
    const out = ops.diff([true, false, false, true]);
    expect([out.dtype, out.toArray()]).toEqual(['bool', [true, false, true]]);
  });
});
