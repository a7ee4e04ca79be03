import { expect, it } from 'vitest';
import { layers, ops, tidy } from '../../../src/index.js';

it.each([0.1, 0.5, 0.8])(
  'multiplies by numbers of mean 1 and the variance of dropout at rate %d',
  (rate) => {
    const layer = new layers.GaussianDropout(rate, { seed: 7 });
    tidy(() => {
      const factors = layer.apply(new Float32Array(200_000).fill(1), { training: true });
      const variance = rate / (1 - rate);
      // Six standard errors of the mean and of the variance of normal numbers.
      expect(Math.abs(ops.mean(factors).item() - 1)).toBeLessThan(6 * Math.sqrt(variance / 2e5));
      expect(Math.abs(ops.variance(factors).item() / variance - 1)).toBeLessThan(
        6 * Math.sqrt(2 / 2e5),
      );
    });
  },
);

it('is the identity unless it trains, and at rate 0', () => {
  tidy(() => {
    expect([...new layers.GaussianDropout(0.5).apply([1, -2]).data()]).toEqual([1, -2]);
    const none = new layers.GaussianDropout(0).apply([1, -2], { training: true });
    expect([...none.data()]).toEqual([1, -2]);
  });
});

it('draws other numbers at each call, and the same from the same seed', () => {
  const run = (): number[][] => {
    const layer = new layers.GaussianDropout(0.5, { seed: 3 });
    return [1, 2].map(() => tidy(() => [...layer.apply([1, 1, 1], { training: true }).data()]));
  };
  const [first, second] = run();
  expect(first).not.toEqual(second);
  expect(run()).toEqual([first, second]);
});
