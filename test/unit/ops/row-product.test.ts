// One row times the same matrix again and again, as in predicting sample by sample: from some product on the matrix is
// read as panels. No result may show from which.
import { describe, expect, it } from 'vitest';
import { memory, random, tensor, tidy } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { Variable } from '../../../src/engine/tensor/index.js';
import { matmulFloat32, matrix } from '../../reference/matmul.js';

const K = 61;
/** More products than are made before panels are kept. */
const TIMES = 8;

function expected(row: Tensor, b: Tensor): number[] {
  const n = b.shape[1] ?? 0;
  return Array.from(
    matmulFloat32(matrix(row.data(), K, false), matrix(b.data(), n, false), 1, n, K),
  );
}

describe.each([1, 10, 12, 13, 47, 48, 49, 96, 100])('a row times [61, %d]', (n) => {
  it('has the same bits each time: those of the sum over k in order', () => {
    using b = random.normal([K, n], { seed: 1 });
    using rows = random.normal([TIMES, K], { seed: 2 });
    for (let i = 0; i < TIMES; i++) {
      tidy(() => {
        // Every second row has zeros, which are passed over.
        const row = rows.slice([i, 1 + i]);
        const x = i % 2 === 0 ? row : row.relu();
        expect(Array.from(x.matmul(b).data())).toEqual(expected(x, b));
      });
    }
  });

  it('sees that the matrix has changed, and counts no memory for what is kept', () => {
    const weights = new Variable(random.normal([K, n], { seed: 3 }), { name: 'kernel' });
    using row = random.normal([1, K], { seed: 4 });
    const before = memory();
    for (const seed of [5, 6]) {
      using values = random.normal([K, n], { seed });
      weights.assign(values);
      for (let i = 0; i < TIMES; i++) {
        using product = row.matmul(weights.value);
        expect(Array.from(product.data())).toEqual(expected(row, values));
      }
    }
    expect(memory().bytes).toBe(before.bytes);
    weights.dispose();
  });
});

it('gives NaN where the matrix holds one, also behind a zero', () => {
  using b = tensor(
    Float32Array.from({ length: 3 * 48 }, (_, i) => (i === 50 ? NaN : i)),
    {
      shape: [3, 48],
    },
  );
  using row = tensor([[1, 0, 1]]);
  for (let i = 0; i < TIMES; i++) {
    using product = row.matmul(b);
    const nan = Array.from(product.data(), Number.isNaN);
    expect(nan).toEqual(nan.map((_, column) => column === 2));
  }
});
