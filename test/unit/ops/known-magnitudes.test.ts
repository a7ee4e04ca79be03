// What normalization of columns notes of what it writes: a convolution behind it goes the way that it would go without.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as layers from '../../../src/layers.js';
import * as ops from '../../../src/engine/ops/index.js';
import { normalizeColumns } from '../../../src/engine/ops/neural/normalize-columns.js';
import { normal } from '../../../src/random.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';
import { full, tensor } from '../../../src/engine/tensor/create.js';
import { memory, tidy, Variable } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The kernels that `f` runs. */
function kernelsOf(f: () => unknown): string[] {
  const run = vi.spyOn(plainRuntime(), 'run');
  f();
  const names = run.mock.calls.map(([name]) => name);
  run.mockRestore();
  return names;
}

const shape = [2, 24, 24, 16] as const;
const kernel = (seed: number): Tensor => normal([3, 3, 16, 16], { stddev: 0.1, seed });
const conv = (x: Tensor, k: Tensor): Tensor => ops.conv2d(x, k, null, { padding: 'same' });

/** Normalized numbers, of which the last column is shifted by `shift`. */
function normalized(shift: number): Tensor {
  const beta = tensor(Float32Array.from({ length: 16 }, (_, i) => (i === 15 ? shift : i)));
  return normalizeColumns(normal(shape, { seed: 1 }), null, beta, 1e-3).y;
}

/** The same elements, of which nothing is known. */
const unknown = (x: Tensor): Tensor => tensor(x.data(), { shape: x.shape });

describe('a convolution of normalized columns', () => {
  it.each([0, -1e4, 2 ** 39, -(2 ** 40), 2 ** 41, 3e38, Infinity, -Infinity, NaN])(
    'with %d among them has the bits of others',
    (shift) => {
      const y = normalized(shift);
      const of = [y, unknown(y)].map((x) => conv(x, kernel(2)).data());
      expect(of[0]).toEqual(of[1]);
      const names = kernelsOf(() => conv(normalized(shift), kernel(2)));
      expect(names.includes('convolveWinograd')).toBe(Math.abs(shift) < 2 ** 40);
      // Of the kernel alone.
      expect(names.filter((name) => name === 'largestMagnitude')).toHaveLength(1);
    },
  );

  it('is asked again when the elements change', () => {
    const y = new Variable(normalized(0));
    expect(kernelsOf(() => conv(y.value, kernel(2)))).toContain('convolveWinograd');
    y.assign(full(shape, 2 ** 41));
    expect(kernelsOf(() => conv(y.value, kernel(2)))).not.toContain('convolveWinograd');
  });

  it('leaves no memory behind', () => {
    const before = memory();
    tidy(() => conv(normalized(1).reshape([-1, 24, 24, 16]), kernel(2))).dispose();
    const y = tidy(() => normalized(1));
    expect(memory().bytes - before.bytes).toBe(4 * (y.size + plainRuntime().threads));
    y.dispose();
    const { tensors, bytes } = memory();
    expect({ tensors, bytes }).toEqual({ tensors: before.tensors, bytes: before.bytes });
  });
});

describe('the gradients of a convolution before normalized columns', () => {
  /** Gradients of images and kernel; `between` stands between the convolution and the normalization. */
  function gradients(dy: Tensor, activation: 'linear' | 'relu', between: (x: Tensor) => Tensor) {
    const layer = new layers.BatchNormalization();
    const loss = (x: Tensor, k: Tensor): Tensor => {
      const options = { padding: 'same', activation } as const;
      const y = layer.apply(between(ops.conv2d(x, k, null, options)), { training: true });
      return ops.sum(ops.mul(y, dy));
    };
    const x = normal(shape, { seed: 1 });
    const ofImages = ops.grad((a: Tensor) => loss(a, kernel(2)))(x);
    const ofKernel = ops.grad((k: Tensor) => loss(x, k))(kernel(2));
    return [ofImages.data(), ofKernel.data()];
  }

  it.each([1, 1e-30, 2 ** 38, 2 ** 45, 1e37, Infinity, NaN])(
    'have the bits of others where those behind are up to %d',
    (largest) => {
      const elements = normal(shape, { seed: 3 }).data();
      elements[7777] = largest;
      const dy = tensor(elements, { shape });
      for (const activation of ['linear', 'relu'] as const) {
        const unfused = gradients(dy, activation, (x) => ops.mul(x, 1));
        expect(gradients(dy, activation, (x) => x)).toEqual(unfused);
      }
    },
  );
});
