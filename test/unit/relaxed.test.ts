import { expect, it } from 'vitest';
import { backendInfo, configure, random, tensor, ValueError, zeros } from '../../src/index.js';
import { loadRelaxedBuild } from '../../src/engine/wasm/binary.js';

// In order: the first test is about the time before the build is there.
it('refuses tensors while the relaxed build is being loaded', async () => {
  const loading = configure({ relaxedSimd: true });
  expect(() => zeros([2])).toThrow(ValueError);
  expect(() => zeros([2])).toThrow(/Await configure\(\{ relaxedSimd: true \}\)/);
  await loading;
});

it('computes with it where the engine has relaxed SIMD, and says so where it has not', async () => {
  const hasRelaxedSimd = await loadRelaxedBuild();
  const info = backendInfo();
  expect(info.relaxedSimd).toBe(hasRelaxedSimd);
  if (!hasRelaxedSimd) expect(info.arithmetic).toBe('strict');
  expect(info.reason.includes('no relaxed SIMD')).toBe(!hasRelaxedSimd);

  const [m, k, n] = [37, 150, 29];
  const [a, b] = [random.normal([m, k], { seed: 1 }), random.normal([k, n], { seed: 2 })];
  const [left, right, product] = [a.data(), b.data(), a.matmul(b).data()];
  product.forEach((value, i) => {
    let sum = 0;
    const [row, column] = [Math.floor(i / n), i % n];
    for (let p = 0; p < k; p++) sum += (left[row * k + p] ?? 0) * (right[p * n + column] ?? 0);
    expect(Math.abs(value - sum)).toBeLessThan(1e-4);
  });
});

it('says how multiply-add is rounded', () => {
  // −1 − 2⁻¹¹ and the square of 1 + 2⁻¹²: 2⁻²⁴ is left where that product is not rounded.
  const x = 1 + 2 ** -12;
  const left = tensor([[-1 - 2 ** -11, x]]).matmul(tensor([[1], [x]]));
  expect(left.item()).toBe(backendInfo().arithmetic === 'fused' ? 2 ** -24 : 0);
});

it('cannot be changed once the first tensor is there', () => {
  expect(() => configure({ relaxedSimd: false })).toThrow(/settings are fixed/);
});
