// Products go by lists of what is not zero in either operand, in pieces of the depth. No result may show it.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { random } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { product } from '../../../src/engine/ops/linalg/matmul.js';
import { Runtime } from '../../../src/engine/runtime/runtime.js';
import { matmulFloat32, matrix } from '../../reference/matmul.js';

const run = vi.spyOn(Runtime.prototype, 'run');

/** The kernels that ran. */
const kernels = (): readonly string[] => run.mock.calls.map(([kernel]) => kernel);

beforeEach(() => {
  run.mockClear();
});

/** A matrix of which a part is zero. */
const sparse = (zeros: number, rows: number, columns: number, seed: number): Tensor =>
  random.uniform([rows, columns], { minval: -zeros, maxval: 1 - zeros, seed }).relu();
const full = (rows: number, columns: number, seed: number): Tensor =>
  random.normal([rows, columns], { seed });

describe.each([
  { about: 'what a relu gave', a: sparse(0.5, 99, 300, 1), b: full(300, 250, 2), pieces: 2 },
  { about: 'images', a: sparse(0.9, 99, 300, 3), b: full(300, 250, 4), pieces: 1 },
  { about: 'a gradient, for inputs', a: sparse(0.5, 99, 90, 5), b: full(250, 90, 6), transB: true },
  { about: 'what a relu gave, for weights', a: sparse(0.6, 99, 190, 7), b: full(99, 250, 8) },
  { about: 'a gradient, for weights', a: full(99, 190, 9), b: sparse(0.6, 99, 250, 10) },
  { about: 'a deep one', a: full(600, 150, 11), b: sparse(0.6, 600, 190, 12), pieces: 3 },
])('a product by $about', ({ a, b, transB = false, pieces = 1 }) => {
  it('goes by lists, with the bits of the sum over k in order', () => {
    const transA = !transB && a.shape[0] === b.shape[0];
    const [m, n] = [a.shape[transA ? 1 : 0] ?? 0, b.shape[transB ? 0 : 1] ?? 0];
    const k = a.shape[transA ? 0 : 1] ?? 0;
    using c = product('matmul', a, b, transA, transB);
    expect(kernels().filter((kernel) => kernel === 'gemmListed')).toHaveLength(pieces);
    const left = matrix(a.data(), a.shape[1] ?? 0, transA);
    const right = matrix(b.data(), b.shape[1] ?? 0, transB);
    const expected = matmulFloat32(left, right, m, n, k);
    expect(Buffer.from(c.data().buffer).equals(Buffer.from(expected.buffer))).toBe(true);
  });
});

it('goes by tiles where nothing is zero', () => {
  using _ = full(99, 300, 13).matmul(full(300, 250, 14));
  expect(kernels()).toContain('gemm');
  expect(kernels()).not.toContain('gemmListed');
});
