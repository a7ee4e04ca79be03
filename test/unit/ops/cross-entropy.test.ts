import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { values } from '../../kernels/values.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { reduce, zip } from '../../reference/dense-array.js';
import * as losses from '../../reference/losses.js';
import { logSoftmax, softmax } from '../../reference/softmax.js';
import { expectAgreement, expectNear, gradientsOf, random, toTensor } from './agreement.js';

const shapes = [[4], [1], [3, 5], [2, 3, 10], [2, 1, 2, 7], [0, 3]];

const rowsOf = (x: DenseArray): number[][] => {
  const columns = x.shape.at(-1) ?? 1;
  return Array.from({ length: x.data.length / columns }, (_, r) =>
    x.data.slice(r * columns, (r + 1) * columns),
  );
};

/** Class numbers, one a row. */
const labelsFor = (shape: readonly number[]): number[] => {
  const classes = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  return Array.from({ length: rows }, (_, r) => (r * 7 + 2) % classes);
};

describe('softmaxCrossEntropy', () => {
  const reference = (z: DenseArray, t: DenseArray): DenseArray => {
    const targets = rowsOf(t);
    const data = rowsOf(z).map((row, r) => losses.softmaxCrossEntropy(row, targets[r] ?? []));
    return { shape: z.shape.slice(0, -1), data };
  };

  it('agrees with float64, value and the gradients of logits and of targets', () => {
    for (const shape of shapes) {
      const [z, t] = [random(shape, -4, 4), random(shape, 0.1, 1)];
      expectAgreement('softmaxCrossEntropy', ops.softmaxCrossEntropy, reference, z, t);
      expectAgreement(
        'softmaxCrossEntropy with probabilities',
        (logits, targets) => ops.softmaxCrossEntropy(logits, targets, ops.softmax(logits)),
        reference,
        z,
        t,
      );
    }
  });

  it('agrees with the composed formula', () => {
    const [z, t] = [random([6, 9], -5, 5), random([6, 9], 0, 1)].map(toTensor);
    const weights = toTensor(random([6]));
    const gradients = [
      ops.softmaxCrossEntropy,
      (a: Tensor, b: Tensor) => ops.neg(ops.sum(ops.mul(b, ops.logSoftmax(a)), -1)),
    ].map((loss) =>
      gradientsOf(
        (a, b) => ops.sum(ops.mul(loss(a, b), weights)),
        [z, t].flatMap((x) => x ?? []),
      ),
    );
    const [fused, composed] = gradients;
    fused?.forEach((gradient, i) => {
      expectNear(gradient.data(), [...(composed?.[i]?.data() ?? [])], `gradient ${i}`, 2e-6);
    });
  });

  it('is exact for logits of ±1e4', () => {
    const z = tensor([
      [1e4, -1e4, 0],
      [1e4, -1e4, 0],
      [-1e4, -1e4, -1e4],
    ]);
    const t = tensor([
      [1, 0, 0],
      [0, 1, 0],
      [0.5, 0.25, 0.25],
    ]);
    expect([...ops.softmaxCrossEntropy(z, t).data()]).toEqual([0, 2e4, Math.fround(Math.log(3))]);
    const [dz] = gradientsOf((a) => ops.sum(ops.softmaxCrossEntropy(a, t)), [z]);
    const third = 1 / 3;
    expectNear(
      dz?.data() ?? [],
      [0, 0, 0, 1, -1, 0, third - 0.5, third - 0.25, third - 0.25],
      'gradient',
      1e-7,
    );
  });

  it('needs at least one class', () => {
    for (const shape of [[], [2, 0]]) {
      const call = () => ops.softmaxCrossEntropy(zeros(shape), zeros(shape));
      expect(call).toThrow(
        /^softmaxCrossEntropy: the last axis of the logits .* at least one; got/,
      );
    }
  });
});

describe('sparseSoftmaxCrossEntropy', () => {
  const reference = (labels: readonly number[], ignore?: number) => (z: DenseArray) => ({
    shape: z.shape.slice(0, -1),
    data: rowsOf(z).map((row, r) => {
      const label = labels[r] ?? NaN;
      return label === ignore ? 0 : -(logSoftmax(row)[label] ?? NaN);
    }),
  });

  it('agrees with float64, value and gradient', () => {
    for (const shape of shapes) {
      const labels = labelsFor(shape);
      const at = tensor(Int32Array.from(labels), { shape: shape.slice(0, -1) });
      const z = random(shape, -4, 4);
      expectAgreement(
        'sparseSoftmaxCrossEntropy',
        (a) => ops.sparseSoftmaxCrossEntropy(a, at),
        reference(labels),
        z,
      );
      expectAgreement(
        'sparseSoftmaxCrossEntropy with probabilities',
        (a) => ops.sparseSoftmaxCrossEntropy(a, at, { probabilities: ops.softmax(a) }),
        reference(labels),
        z,
      );
    }
  });

  it.each([-1, 1, 255])('counts nothing for rows of the ignored class %i', (ignoreClass) => {
    const labels = [0, 1, 2, ignoreClass, 3, 1];
    const at = tensor(Int32Array.from(labels), { shape: [2, 3] });
    expectAgreement(
      'sparseSoftmaxCrossEntropy',
      (a) => ops.sparseSoftmaxCrossEntropy(a, at, { ignoreClass }),
      reference(labels, ignoreClass),
      random([2, 3, 4], -3, 3),
    );
  });

  it('is exact for logits of ±1e4', () => {
    const z = tensor([
      [1e4, -1e4],
      [1e4, -1e4],
      [-1e4, -1e4],
    ]);
    const at = tensor([0, 1, 1], { dtype: 'int32' });
    const loss = ops.sparseSoftmaxCrossEntropy(z, at);
    expect([...loss.data()]).toEqual([0, 2e4, Math.fround(Math.LN2)]);
    const [dz] = gradientsOf((a) => ops.sum(ops.sparseSoftmaxCrossEntropy(a, at)), [z]);
    expect([...(dz?.data() ?? [])]).toEqual([0, 0, 1, -1, 0.5, -0.5]);
  });

  it('takes uint8 labels', () => {
    const z = toTensor(random([5, 4]));
    const [bytes, words] = [new Uint8Array([3, 0, 1, 2, 3]), new Int32Array([3, 0, 1, 2, 3])];
    expect(ops.sparseSoftmaxCrossEntropy(z, tensor(bytes)).toArray()).toEqual(
      ops.sparseSoftmaxCrossEntropy(z, tensor(words)).toArray(),
    );
  });
});

describe('sigmoidCrossEntropy', () => {
  const reference = (z: DenseArray, t: DenseArray): DenseArray =>
    zip(z, t, losses.sigmoidCrossEntropy);

  it('agrees with float64, value and the gradients of logits and of targets', () => {
    for (const shape of [...shapes, []]) {
      const [z, t] = [random(shape, -4, 4), random(shape, 0, 1)];
      expectAgreement('sigmoidCrossEntropy', ops.sigmoidCrossEntropy, reference, z, t);
    }
  });

  it('is exact for logits of ±1e4', () => {
    const z = tensor([1e4, 1e4, -1e4, -1e4, 0]);
    const t = tensor([1, 0, 1, 0, 0.5]);
    const loss = ops.sigmoidCrossEntropy(z, t);
    expect([...loss.data()]).toEqual([0, 1e4, 1e4, 0, Math.fround(Math.LN2)]);
    const [dz] = gradientsOf((a) => ops.sum(ops.sigmoidCrossEntropy(a, t)), [z]);
    expect([...(dz?.data() ?? [])].map((v) => v + 0)).toEqual([0, 1, -1, 0, 0]);
  });

  // z → ∞: the loss tends to (1 − t) z, which is 0 for t = 1; z → −∞: to −t z, which is 0 for t = 0. The slope to σ(z) − t.
  it('has its limits for logits of ±Infinity, among any others', () => {
    const [logits, targets, loss, slope] = [
      [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity, 0, NaN, 2],
      [1, 0, 0.25, 0, 1, 0.25, 1, 1, 1],
      [0, Infinity, Infinity, 0, Infinity, Infinity, Math.LN2, NaN, Math.log1p(Math.exp(-2))],
      [0, 1, 0.75, 0, -1, -0.25, -0.5, NaN, 1 / (1 + Math.exp(-2)) - 1],
    ];
    for (const first of [0, 1, 2, 3]) {
      const [z, t] = [tensor(logits.slice(first)), tensor(targets.slice(first))];
      const [dz] = gradientsOf((a) => ops.sum(ops.sigmoidCrossEntropy(a, t)), [z]);
      const near = (found: ArrayLike<number> | undefined, limits: readonly number[]): void => {
        Array.from(found ?? []).forEach((value, i) => {
          const limit = limits[first + i] ?? NaN;
          if (Number.isFinite(limit)) expect(value).toBeCloseTo(limit, 6);
          else expect(value).toBe(limit);
        });
      };
      near(ops.sigmoidCrossEntropy(z, t).data(), loss);
      near(dz?.data(), slope);
    }
  });

  it('has the bits of the formula for ordinary logits beside infinite ones', () => {
    const z = values(64, 15, 3);
    const t = values(64, 1, 4).map(Math.abs);
    const alone = ops.sigmoidCrossEntropy(tensor(z), tensor(t)).data();
    const among = z.map((value, i) => (i % 4 === 1 ? Infinity : value));
    const mixed = ops.sigmoidCrossEntropy(tensor(among), tensor(t)).data();
    for (let i = 0; i < 64; i++) if (i % 4 !== 1) expect(mixed[i]).toBe(alone[i]);
  });
});

describe('probabilities', () => {
  it('remember the logits they come from while these are alive', () => {
    const z = toTensor(random([2, 3]));
    const p = ops.softmax(z);
    expect(ops.logitsOf(p, 'softmax')).toBe(z);
    expect(ops.logitsOf(p, 'sigmoid')).toBeUndefined();
    expect(ops.logitsOf(ops.sigmoid(z), 'sigmoid')).toBe(z);
    expect(ops.logitsOf(ops.mul(p, 1), 'softmax')).toBeUndefined();
    z.dispose();
    expect(ops.logitsOf(p, 'softmax')).toBeUndefined();
  });

  it('are what the reference has, row by row', () => {
    const x = values(40, 3, 9);
    const y = ops.softmax(tensor(x, { shape: [4, 10] }));
    const rows = { shape: [4, 10], data: [...x] };
    expectNear(y.data(), rowsOf(rows).flatMap(softmax), 'softmax', 1e-6);
    const sums = reduce({ shape: [4, 10], data: [...y.data()] }, [1], false, (line) =>
      line.reduce((a, b) => a + b, 0),
    );
    expectNear(sums.data, [1, 1, 1, 1], 'sums', 1e-6);
  });
});
