import { beforeEach, describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { sum } from '../../../src/engine/ops/index.js';
import { setSeed } from '../../../src/random.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/create.js';
import { gradientOf } from './gradient.js';

beforeEach(() => {
  setSeed(1);
});

const training = { training: true };

describe('Dropout', () => {
  const x = ones([200, 100]);

  it('is the identity unless training, and at rate 0', () => {
    expect(new layers.Dropout(0.5).apply(x)).toBe(x);
    expect(new layers.Dropout(0).apply(x, training)).toBe(x);
  });

  it.each([0.1, 0.5, 0.8])('at rate %s zeroes that share and scales the others', (rate) => {
    const y = new layers.Dropout(rate, { seed: 3 }).apply(x, training).data();
    const kept = y.filter((value) => value !== 0);
    const scale = Math.fround(1 / (1 - rate));
    for (const value of kept) expect(Math.abs(value / scale - 1)).toBeLessThan(1e-6);
    // 20,000 draws: five standard errors.
    const error = 5 * Math.sqrt((rate * (1 - rate)) / y.length);
    expect(Math.abs(kept.length / y.length - (1 - rate))).toBeLessThan(error);
  });

  it('at rate 1 zeroes everything', () => {
    const y = new layers.Dropout(1).apply(x, training);
    expect(sum(y).item()).toBe(0);
  });

  it('draws again at each call, the same numbers for the same seed', () => {
    const draw = (): unknown[] => {
      const layer = new layers.Dropout(0.5, { seed: 9 });
      return [layer.apply(x, training).data(), layer.apply(x, training).data()];
    };
    const [first, second] = draw();
    expect(first).not.toEqual(second);
    expect(draw()).toEqual([first, second]);
  });

  it('lets the gradient through where the value was kept', () => {
    const layer = new layers.Dropout(0.5, { seed: 9 });
    const again = new layers.Dropout(0.5, { seed: 9 });
    const dx = gradientOf((input) => sum(layer.apply(input, training)), x);
    expect(dx.data()).toEqual(again.apply(x, training).data());
  });

  it('shares its choice along the axes that noiseShape makes 1', () => {
    const layer = new layers.Dropout(0.5, { noiseShape: [null, 1, 4], seed: 2 });
    const y = layer.apply(ones([6, 5, 4]), training);
    const samples = y.toArray() as number[][][];
    for (const sample of samples) for (const row of sample) expect(row).toEqual(sample[0]);
    const values = new Set(samples.flat(2));
    expect([...values].sort()).toEqual([0, 2]);
    const dx = gradientOf((input) => sum(layer.apply(input, training)), ones([6, 5, 4]));
    expect([...new Set(dx.data())].sort()).toEqual([0, 2]);
  });

  it('refuses a noiseShape that does not broadcast', () => {
    const layer = new layers.Dropout(0.5, { noiseShape: [2, 3], name: 'd' });
    expect(() => layer.apply(ones([2, 4]), training)).toThrow(ShapeError);
    expect(() => layer.apply(ones([2, 4]), training)).toThrow(/'d'.*\(2, 3\).*\(2, 4\)/);
    expect(() => new layers.Dropout(0.5, { noiseShape: [0] })).toThrow(ValueError);
  });

  it.each([-0.1, 1.1, NaN, '0.5'])('refuses the rate %s', (rate) => {
    expect(() => new layers.Dropout(rate as number)).toThrow(/Dropout: rate .* from 0 to 1, got/);
  });

  it('converts integers while training', () => {
    const y = new layers.Dropout(0.5).apply(tensor([1, 2], { dtype: 'int32' }), training);
    expect(y.dtype).toBe('float32');
  });
});

describe('GaussianNoise', () => {
  it('is the identity unless training, and at stddev 0', () => {
    const x = zeros([2, 2]);
    expect(new layers.GaussianNoise(0.5).apply(x)).toBe(x);
    expect(new layers.GaussianNoise(0).apply(x, training)).toBe(x);
  });

  it('adds normal numbers of its standard deviation', () => {
    const noise = new layers.GaussianNoise(0.3, { seed: 4 }).apply(zeros([200, 100]), training);
    const data = noise.data();
    let [mean, variance] = [0, 0];
    for (const value of data) {
      mean += value / data.length;
      variance += value ** 2 / data.length;
    }
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance / 0.09 - 1)).toBeLessThan(0.05);
  });

  it('keeps its config and refuses bad arguments', () => {
    const config = new layers.GaussianNoise(0.3, { seed: 4 }).getConfig();
    expect(config).toMatchObject({ stddev: 0.3, seed: 4 });
    expect(layers.GaussianNoise.fromConfig(config).getConfig()).toEqual(config);
    expect(() => new layers.GaussianNoise(2)).toThrow(/from 0 to 1, got 2/);
    expect(() => new layers.GaussianNoise(0.1, { seed: -1 })).toThrow(/seed/);
  });
});
