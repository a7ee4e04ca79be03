// The gradient of a bias in front of a normalization of columns: the kernel that writes the gradient of what the bias was added to
// has added it up.
import { describe, expect, it, vi } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { normalizeColumns } from '../../../src/engine/ops/neural/normalize-columns.js';
import { normal } from '../../../src/random.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';
import { memory } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const FILTERS = 13;

const images = normal([3, 9, 8, 4], { seed: 1 });
const kernel = normal([3, 3, 4, FILTERS], { seed: 2 });
const rows = normal([70, 6], { seed: 3 });
const weights = normal([6, FILTERS], { seed: 4 });

const LAYERS = {
  'a convolution': (b: Tensor) => ops.conv2d(images, kernel, b, { padding: 'same' }),
  'a convolution with relu': (b: Tensor) =>
    ops.conv2d(images, kernel, b, { padding: 'same', activation: 'relu' }),
  'a dense layer': (b: Tensor) => ops.dense(rows, weights, b),
  'a dense layer with relu': (b: Tensor) => ops.dense(rows, weights, b, 'relu'),
} as const;

/** Something whose gradient is another one for each element. */
const lossOf = (z: Tensor): Tensor => normalizeColumns(z, null, null, 1e-3).y.tanh().square().sum();

describe.each(Object.entries(LAYERS))('the gradient of the bias of %s', (name, layer) => {
  const bias = normal([FILTERS], { seed: 5 });
  const gradientOfBias = ops.grad((b: Tensor) => lossOf(layer(b)));

  it('is the sum of the gradient of all rows', () => {
    const z = layer(bias);
    const y = z.data();
    const dz = ops.grad(lossOf)(z).data();
    const wanted = new Array<number>(FILTERS).fill(0);
    const size = new Array<number>(FILTERS).fill(0);
    dz.forEach((value, i) => {
      const kept = name.includes('relu') && (y[i] ?? 0) <= 0 ? 0 : value;
      wanted[i % FILTERS] = (wanted[i % FILTERS] ?? 0) + kept;
      size[i % FILTERS] = (size[i % FILTERS] ?? 0) + Math.abs(kept);
    });
    gradientOfBias(bias)
      .data()
      .forEach((value, c) => {
        expect(Math.abs(value - (wanted[c] ?? NaN))).toBeLessThan(1e-6 * (size[c] ?? NaN));
      });
  });

  it('takes no kernel of its own', () => {
    const run = vi.spyOn(plainRuntime(), 'run');
    gradientOfBias(bias);
    const count = layer(bias).size / FILTERS;
    const sums = run.mock.calls.filter(
      ([kernelName, , , , rowCount]) => kernelName === 'reduceF32' && rowCount === count,
    );
    run.mockRestore();
    expect(sums).toHaveLength(0);
  });

  it('leaves no memory behind', () => {
    const before = memory().bytes;
    gradientOfBias(bias).dispose();
    expect(memory().bytes).toBe(before);
  });

  it('has a gradient', () => {
    const twice = ops.grad((b: Tensor) => gradientOfBias(b).square().sum());
    expect(twice(bias).data().every(Number.isFinite)).toBe(true);
  });
});
