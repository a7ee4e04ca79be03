// Rules of shapes hold for shapes that no author thought of: random ones, with lengths from 1 (some 0) to 5.
import fc from 'fast-check';
import { describe, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import * as reference from '../../reference/dense-array.js';
import { product, sum } from '../../reference/reduce.js';
import { expectAgreement, expectSecondOrder, random } from './agreement.js';

const RUNS = { numRuns: 40, seed: 20250101 };

const length = fc.integer({ min: 1, max: 5 });
const shapes = (min: number, max: number) => fc.array(length, { minLength: min, maxLength: max });

/** A shape and two that broadcast to it: leading axes dropped, lengths replaced by 1. */
const broadcasting = shapes(0, 4).chain((shape) => {
  const operand = fc
    .tuple(
      fc.integer({ min: 0, max: shape.length }),
      fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    )
    .map(([drop, ones]) => shape.map((n, axis) => (ones[axis] === true ? 1 : n)).slice(drop));
  return fc.tuple(operand, operand);
});

const axesOf = (shape: readonly number[]) =>
  fc
    .subarray(shape.map((_, axis) => axis))
    .chain((axes) => fc.shuffledSubarray(axes, { minLength: axes.length }));

describe('at random shapes', () => {
  it('operands broadcast, forwards and backwards', () => {
    fc.assert(
      fc.property(broadcasting, ([a, b]) => {
        const f = (x: number, y: number): number => x / y;
        expectAgreement(
          'div',
          ops.div,
          (x, y) => reference.zip(x, y, f),
          random(a),
          random(b, 1, 2),
        );
      }),
      RUNS,
    );
  });

  it('reductions take any set of axes', () => {
    const cases = shapes(1, 5).chain((shape) =>
      fc.tuple(fc.constant(shape), axesOf(shape), fc.boolean()),
    );
    fc.assert(
      fc.property(cases, ([shape, axes, keepdims]) => {
        for (const [name, op, line] of [
          ['sum', ops.sum, sum],
          ['prod', ops.prod, product],
        ] as const) {
          expectAgreement(
            `${name} along ${JSON.stringify(axes)}`,
            (x) => op(x, axes, keepdims),
            (x) => reference.reduce(x, [...axes].sort(), keepdims, line),
            random(shape, 0.5, 1.5),
          );
        }
      }),
      RUNS,
    );
  });

  it('matrices multiply in batches that broadcast', () => {
    const cases = fc.tuple(broadcasting, length, length, length);
    fc.assert(
      fc.property(cases, ([[a, b], m, k, n]) => {
        const [left, right] = [random([...a.slice(-2), m, k]), random([...b.slice(-2), k, n])];
        expectAgreement('matmul', ops.matmul, reference.matmul, left, right);
      }),
      RUNS,
    );
  });

  it('products have second derivatives', () => {
    const cases = fc.tuple(broadcasting, length, length);
    fc.assert(
      fc.property(cases, ([[a, b], m, k]) => {
        const [left, right] = [random([...a.slice(-1), m, k]), random([...b.slice(-1), k, 2])];
        expectSecondOrder('matmul', ops.matmul, reference.matmul, left, right);
      }),
      { ...RUNS, numRuns: 15 },
    );
  });

  it('axes go into any order', () => {
    const cases = shapes(0, 5).chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, axis) => axis),
          { minLength: shape.length },
        ),
      ),
    );
    fc.assert(
      fc.property(cases, ([shape, order]) => {
        expectAgreement(
          'transpose',
          (x) => ops.transpose(x, order),
          (x) => reference.transpose(x, order),
          random(shape),
        );
      }),
      RUNS,
    );
  });

  it('slices take what Python’s would', () => {
    const bound = fc.option(fc.integer({ min: -7, max: 7 }), { nil: undefined });
    const step = fc.constantFrom(-3, -2, -1, 1, 2, 3);
    const cases = shapes(1, 4).chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.array(fc.tuple(bound, bound, step), {
          minLength: shape.length,
          maxLength: shape.length,
        }),
      ),
    );
    fc.assert(
      fc.property(cases, ([shape, ranges]) => {
        const positions = ranges.map(([from, to, by], axis) =>
          pythonRange(from, to, by, shape[axis] ?? 0),
        );
        const specs = ranges.map(([from, to, by]) => `${from ?? ''}:${to ?? ''}:${by}`);
        expectAgreement(
          `slice ${specs.join(', ')}`,
          (x) => ops.slice(x, ...specs),
          (x) => reference.take(x, positions),
          random(shape),
        );
      }),
      RUNS,
    );
  });

  it('gather takes any indices along any axis, repeated and negative', () => {
    const cases = shapes(1, 4).chain((shape) =>
      fc.integer({ min: 0, max: shape.length - 1 }).chain((axis) => {
        const n = shape[axis] ?? 1;
        const index = fc.integer({ min: -n, max: n - 1 });
        return fc.tuple(fc.constant(shape), fc.constant(axis), fc.array(index, { maxLength: 9 }));
      }),
    );
    fc.assert(
      fc.property(cases, ([shape, axis, indices]) => {
        const at = tensor(Int32Array.from(indices));
        expectAgreement(
          `gather ${JSON.stringify(indices)} along ${axis}`,
          (x) => ops.gather(x, at, axis),
          (x) => reference.gather(x, { shape: [indices.length], data: indices }, axis),
          random(shape),
        );
      }),
      RUNS,
    );
  });
});

/**
 * The positions that Python's x[from:to:by] visits: all that lie on the way from `from`, in steps, before `to`.
 * Walked over a line that is long enough to hold every start, so that no clipping rule is needed.
 */
function pythonRange(
  from: number | undefined,
  to: number | undefined,
  by: number,
  n: number,
): number[] {
  const place = (position: number): number => (position < 0 ? position + n : position);
  const [first, last] = by > 0 ? [0, n] : [n - 1, -1];
  let start = from === undefined ? first : place(from);
  const stop = to === undefined ? last : place(to);
  // Python starts at the end of the sequence that a start beyond it is nearest to.
  start = by > 0 ? Math.max(start, 0) : Math.min(start, n - 1);
  const visited: number[] = [];
  for (let i = start; by > 0 ? i < stop : i > stop; i += by) {
    if (i >= 0 && i < n) visited.push(i);
  }
  return visited;
}
