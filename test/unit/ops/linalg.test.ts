// Linear algebra beyond single calls (test/specs/linalg-operations.ts): what belongs together, large matrices, special ones, wrong calls.
import { describe, expect, it } from 'vitest';
import { captureRun } from '../../../src/nn/capture/captured-run.js';
import { grad, ones, ops, random, Tensor, tensor, tidy, zeros } from '../../../src/index.js';

const turned = (x: Tensor): Tensor => ops.swapAxes(x, -1, -2);
const unit = (n: number): Tensor => ops.broadcastTo(ops.diag(ones([n])), [2, n, n]);

/** Fails unless no element is further off than a share of the largest. */
function expectClose(actual: Tensor, expected: Tensor, share: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const scale = expected.abs().max().item();
  expect(actual.sub(expected).abs().max().item() / scale).toBeLessThan(share);
}

/** The rows of a matrix, swapped as pivots say. */
function swapped(matrix: Tensor, pivots: Tensor): number[][] {
  const rows = matrix.toArray() as number[][];
  pivots.data().forEach((other, i) => {
    [rows[i], rows[other]] = [rows[other] ?? [], rows[i] ?? []];
  });
  return rows;
}

// Around the blocks of 32 columns and the vectors of 4.
describe.each([1, 2, 5, 31, 33, 70, 129])('square matrices of %d', (n) => {
  it('are what their factors give', () => {
    tidy(() => {
      const a = random.normal([2, n, n], { seed: n });
      const b = random.normal([2, n, 7], { seed: n + 1 });
      expectClose(ops.matmul(a, ops.solve(a, b)), b, 1e-3);
      const [lu, pivots] = ops.luFactor(a);
      expect(pivots.dtype).toBe('int32');
      const product = ops.matmul(ops.tril(lu, -1).add(unit(n)), ops.triu(lu));
      expectClose(product, tensor([0, 1].map((i) => swapped(a.slice(i), pivots.slice(i)))), 1e-5);
      const positive = ops.matmul(a, turned(a)).add(unit(n));
      const lower = ops.cholesky(positive);
      expectClose(ops.matmul(lower, turned(lower)), positive, 1e-5);
      expectClose(ops.matmul(lower, ops.solveTriangular(lower, b, true)), b, 1e-3);
      expectClose(ops.matmul(turned(lower), ops.solveTriangular(turned(lower), b)), b, 1e-3);
      const symmetric = a.add(turned(a));
      const [w, v] = ops.eigh(symmetric);
      expectClose(ops.matmul(v.mul(w.expandDims(-2)), turned(v)), symmetric, 1e-5);
      expectClose(ops.matmul(turned(v), v), unit(n), 1e-5);
      expect(
        ops
          .diff(w)
          .data()
          .every((gap) => gap >= 0),
      ).toBe(true);
    });
  });
});

describe.each([
  [1, 1],
  [3, 2],
  [2, 3],
  [40, 33],
  [33, 40],
  [100, 70],
])('matrices of %d × %d', (m, n) => {
  it('are what their orthogonal factors give', () => {
    tidy(() => {
      const k = Math.min(m, n);
      const a = random.normal([2, m, n], { seed: m * n });
      for (const mode of ['reduced', 'complete'] as const) {
        const [q, r] = ops.qr(a, mode);
        const columns = mode === 'complete' ? m : k;
        expect([q.shape, r.shape]).toEqual([[2, m, columns], [2, columns, n]]); // prettier-ignore
        expectClose(ops.matmul(q, r), a, 1e-5);
        expectClose(ops.matmul(turned(q), q), unit(columns), 1e-5);
        expect(ops.tril(r, -1).abs().max().item()).toBe(0);
      }
      for (const full of [true, false]) {
        const [u, s, vh] = ops.svd(a, full);
        expect([u.shape, s.shape, vh.shape]).toEqual([[2, m, full ? m : k], [2, k], [2, full ? n : k, n]]); // prettier-ignore
        const used = [u.slice(':', ':', [0, k]), vh.slice(':', [0, k])] as const;
        expectClose(ops.matmul(used[0].mul(s.expandDims(-2)), used[1]), a, 1e-5);
        expectClose(ops.matmul(turned(u), u), unit(u.shape[2] ?? 0), 1e-5);
        expectClose(ops.matmul(vh, turned(vh)), unit(vh.shape[1] ?? 0), 1e-5);
      }
      expectClose(ops.matmul(ops.matmul(a, ops.pinv(a)), a), a, 1e-4);
    });
  });
});

it.each([
  [5, 5],
  [70, 33],
  [33, 70],
])('the singular values of %d × %d alone have the bits that they have beside vectors', (m, n) => {
  tidy(() => {
    const a = random.normal([2, m, n], { seed: m });
    expect(ops.svd(a, true, false).data()).toEqual(ops.svd(a)[1].data());
  });
});

// Nothing is read back, so a step with such operations is recorded.
it.each<readonly [string, (a: Tensor) => Tensor]>([
  ['cholesky', (a) => ops.cholesky(a)],
  ['inv', (a) => ops.inv(a)],
  ['det', (a) => ops.det(a)],
  ['qr', (a) => ops.qr(a)[0]],
  ['eigh', (a) => ops.eigh(a)[1]],
  ['svd', (a) => ops.svd(a)[2]],
  ['pinv', (a) => ops.pinv(a)],
  ['the gradient of inv', grad((a: Tensor) => ops.inv(a).sum())],
  ['the gradient of svd', grad((a: Tensor) => ops.svd(a)[0].sum())],
])('%s is repeated with other numbers', (_name, f) => {
  const positive = (seed: number): Tensor => {
    const a = random.normal([2, 9, 9], { seed });
    return ops.matmul(a, turned(a)).add(unit(9));
  };
  tidy(() => {
    const { run } = captureRun([[positive(1)]] as const, ([[a]]) => f(a), { bytes: 2 ** 20 });
    const other = positive(2);
    const again = run?.replay([[other]]);
    expect(again instanceof Tensor && again.data()).toEqual(f(other).data());
    run?.dispose();
  });
});

describe('special matrices', () => {
  it('of zeros, of one rank, with zeros on the diagonal, and nilpotent ones have singular values', () => {
    expect(ops.svd(zeros([2, 2]), true, false).toArray()).toEqual([0, 0]);
    expectClose(ops.svd(ones([3, 3]), true, false), tensor([3, 0, 0]), 1e-6);
    expectClose(ops.svd([[0, 1, 0], [0, 0, 1], [0, 0, 0]], true, false), tensor([1, 1, 0]), 1e-6); // prettier-ignore
    expect(ops.matrixRank([[1, 2, 3], [2, 4, 6], [1, 0, 1]]).item()).toBe(2); // prettier-ignore
    expect(ops.matrixRank([[1, 0], [0, 0.01]], 0.1).item()).toBe(1); // prettier-ignore
  });

  it('that are singular give infinities and NaN, and a determinant of 0', () => {
    const singular = [[1, 2], [2, 4]]; // prettier-ignore
    expect(ops.inv(singular).data().some(Number.isFinite)).toBe(false);
    expect(ops.det(singular).item()).toBeCloseTo(0, 9);
    expect(ops.slogdet(singular).map((y) => Math.abs(y.item()))).toEqual([0, Infinity]);
    expect(ops.cholesky([[1, 2], [2, 1]]).toArray()).toEqual([[1, 0], [2, NaN]]); // prettier-ignore
    expect(ops.slogdet([[1, 2], [3, 4]]).map((y) => y.item())).toEqual([-1, expect.closeTo(Math.log(2), 6)]); // prettier-ignore
  });

  it.each([NaN, Infinity])('with %d come to an end', (bad) => {
    const a = random.normal([40, 40], { seed: 1 }).toArray() as number[][];
    (a[3] as number[])[2] = bad;
    expect(ops.svd(a, true, false).data().every(Number.isNaN)).toBe(true);
    expect(ops.eigh(a)[0].data().every(Number.isNaN)).toBe(true);
    for (const y of [...ops.qr(a), ops.inv(a), ops.cholesky(a)]) expect(y.size).toBe(1600);
  });

  it('may be empty', () => {
    expect(ops.inv(zeros([0, 3, 3])).shape).toEqual([0, 3, 3]);
    expect(ops.det(zeros([2, 0, 0])).toArray()).toEqual([1, 1]);
    expect(ops.qr(zeros([3, 0])).map(({ shape }) => shape)).toEqual([[3, 0], [0, 0]]); // prettier-ignore
  });
});

it.each([
  ['no matrix', () => ops.det([1, 2]), /det: takes a matrix.*got shape \(2,\)/],
  ['no square', () => ops.inv([[1, 2]]), /inv: takes square matrices.*\(1, 2\)/],
  ['a side that does not fit', () => ops.solve([[1, 0], [0, 1]], [1, 2, 3]), /solve: a of shape \(2, 2\) takes b.*\(3,\)/],
  ['a side of lstsq', () => ops.lstsq([[1, 0], [0, 1]], [1, 2, 3]), /lstsq: a of shape \(2, 2\).*\(3,\)/],
  ['a mode', () => ops.qr([[1]], 'r' as never), /qr: mode .*'reduced'/],
  ['an order', () => ops.norm([[1, 2]], 3), /norm: ord of matrices.*got 3/],
  ['an order of matrices', () => ops.norm([1, 2], 'fro'), /norm: ord 'fro' is one of matrices/],
  ['three axes', () => ops.norm(ones([2, 2, 2]), 2), /norm: takes one axis or two, got 3/],
  ['a power', () => ops.matrixPower([[1]], 0.5), /matrixPower: n/],
  ['a threshold', () => ops.pinv([[1]], -1), /pinv: rcond/],
  ['an order of normalize', () => ops.normalize([1], -1, 0.5), /normalize: order/],
  ['a gradient of complete factors', () => grad((x: Tensor) => ops.qr(x, 'complete')[0].sum())(ones([3, 2])), /qr: matrices of shape \(3, 2\) have no gradient/],
  ['a gradient of all vectors', () => grad((x: Tensor) => ops.svd(x)[0].sum())(ones([3, 2])), /svd: u of matrices.*fullMatrices = false/],
])('wrong: %s', (_what, call, message) => {
  expect(call).toThrow(message);
}); // prettier-ignore
