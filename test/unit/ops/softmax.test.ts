import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';
import { tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { alongAxis } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import * as reference from '../../reference/softmax.js';
import { expectAgreement, gradientsOf, random } from './agreement.js';

const shapes = [[1], [6], [3, 5], [5, 3], [2, 1, 4], [2, 3, 4], [2, 3, 2, 9]];

function onEveryAxis(
  name: string,
  op: (x: Tensor, axis?: number) => Tensor,
  line: (x: readonly number[]) => number[],
  make: (shape: number[]) => DenseArray,
): void {
  for (const shape of shapes) {
    shape.forEach((_, axis) => {
      for (const given of [axis, axis - shape.length]) {
        expectAgreement(
          `${name} along ${given}`,
          (x) => op(x, given),
          (x) => alongAxis(x, axis, line),
          make(shape),
        );
      }
    });
  }
}

/** Lines whose elements are far enough apart that no support changes within the differences' step. */
const spread = (shape: number[]): DenseArray => {
  const x = random(shape, -1, 1);
  return { shape, data: x.data.map((v, i) => Math.fround(Math.round(v * 8) / 8 + (i % 7) / 101)) };
};

describe('functions of whole lines agree with float64, value and gradient, along each axis', () => {
  it('softmax', () => {
    onEveryAxis('softmax', ops.softmax, reference.softmax, (shape) => random(shape, -3, 3));
  });
  it('logSoftmax', () => {
    onEveryAxis('logSoftmax', ops.logSoftmax, reference.logSoftmax, (s) => random(s, -3, 3));
  });
  it('sparsemax', () => {
    onEveryAxis('sparsemax', ops.sparsemax, reference.sparsemax, spread);
  });

  it('take the last axis by default', () => {
    const x = tensor([
      [0, Math.log(3)],
      [5, 5],
    ]);
    [0.25, 0.75, 0.5, 0.5].forEach((p, i) => {
      expect(ops.softmax(x).data()[i]).toBeCloseTo(p, 6);
      expect(ops.logSoftmax(x).data()[i]).toBeCloseTo(Math.log(p), 6);
    });
  });
});

describe('at the ends of the range', () => {
  const x = tensor([
    [1e4, -1e4, 1e4],
    [-1e4, 0, 1e4],
  ]);
  const weights = tensor([
    [1, 2, 4],
    [1, 2, 4],
  ]);
  const gradient = (op: (x: Tensor) => Tensor): number[] => [
    ...(gradientsOf((a) => ops.sum(ops.mul(op(a), weights)), [x])[0]?.data() ?? []),
  ];

  it('softmax and its gradient p (dy − Σ dy p) are finite', () => {
    expect([...ops.softmax(x).data()]).toEqual([0.5, 0, 0.5, 0, 0, 1]);
    expect(gradient((a) => ops.softmax(a)).map((v) => v + 0)).toEqual([-0.75, 0, 0.75, 0, 0, 0]);
  });

  it('logSoftmax and its gradient dy − p Σ dy are finite', () => {
    expect([...ops.logSoftmax(x).data()]).toEqual(
      [-Math.LN2, -2e4 - Math.LN2, -Math.LN2, -2e4, -1e4, 0].map(Math.fround),
    );
    expect(gradient((a) => ops.logSoftmax(a))).toEqual([-2.5, 2, 0.5, 1, 2, -3]);
  });

  it('sparsemax and its gradient are finite', () => {
    expect([...ops.sparsemax(x).data()]).toEqual([0.5, 0, 0.5, 0, 0, 1]);
    expect(gradient((a) => ops.sparsemax(a)).map((v) => v + 0)).toEqual([-1.5, 0, 1.5, 0, 0, 0]);
  });
});

describe('of no elements', () => {
  it('is a tensor of the same shape', () => {
    for (const op of [ops.softmax, ops.logSoftmax, ops.sparsemax]) {
      for (const shape of [
        [0, 3],
        [3, 0],
      ]) {
        for (const axis of [0, 1]) {
          expect(op(zeros(shape), axis).shape).toEqual(shape);
          expect(gradientsOf((a) => ops.sum(op(a, axis)), [zeros(shape)])[0]?.shape).toEqual(shape);
        }
      }
    }
  });
});

describe('rows of every length', () => {
  /** Numbers of which many count for nothing beside the others, as masks make them. */
  const masked = (cols: number, value: number): number[][] =>
    [0, 1, 2].map((row) =>
      Array.from({ length: cols }, (_, i) =>
        i > 0 && (i + row) % 3 === 0 ? value : Math.sin(7 * i + row),
      ),
    );

  it.each([-1e9, -Infinity, -104.5, -88])('with %d among the numbers', (value) => {
    for (let cols = 1; cols <= 40; cols++) {
      const rows = masked(cols, value);
      const x = tensor(rows);
      const expected = rows.flatMap((row) => reference.softmax(row));
      const y = ops.softmax(x).data();
      expected.forEach((p, i) => {
        const [found, at] = [y[i] ?? NaN, `${i} of ${cols} columns`];
        // x − max is rounded to float32, and the least float32 numbers have few digits.
        expect(Math.abs(found - p), at).toBeLessThanOrEqual(1e-5 * p + 2 ** -149);
        if (p === 0) expect(found, at).toBe(0);
      });
      const logs = ops.logsumexp(x, -1).data();
      rows.forEach((row, i) => {
        const sum = Math.log(row.reduce((all, z) => all + Math.exp(z), 0));
        expect(logs[i]).toBeCloseTo(sum, 5);
      });
    }
  });

  it('gives the same bits in place', () => {
    const runtime = plainRuntime();
    for (let cols = 1; cols <= 40; cols++) {
      const x = tensor(masked(cols, -3));
      const y = ops.softmax(x).data();
      runtime.run('softmaxRows', x.pointer, x.pointer, 3, cols);
      expect(x.data(), `${cols} columns`).toEqual(y);
    }
  });
});
