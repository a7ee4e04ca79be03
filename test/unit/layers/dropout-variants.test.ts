import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { normal } from '../../../src/random.js';
import { ones } from '../../../src/engine/tensor/create.js';

const training = { training: true };

describe('AlphaDropout', () => {
  it('is the identity unless training, and at rate 0', () => {
    const x = ones([2, 2]);
    expect(new layers.AlphaDropout(0.5).apply(x)).toBe(x);
    expect(new layers.AlphaDropout(0).apply(x, training)).toBe(x);
  });

  it('keeps mean 0 and variance 1', () => {
    const x = normal([400, 100], { seed: 1 });
    const y = new layers.AlphaDropout(0.3, { seed: 2 }).apply(x, training);
    // 40,000 numbers: five standard errors, as wide as the fourth moment of the mixture makes them.
    expect(Math.abs(y.mean().item())).toBeLessThan(5 / 200);
    expect(Math.abs(y.variance().item() - 1)).toBeLessThan((5 * 2) / 200);
  });

  it('sets what it drops to one value, and scales the rest', () => {
    const rate = 0.25;
    const y = new layers.AlphaDropout(rate, { seed: 3 }).apply(ones([50, 40]), training).data();
    const low = -1.7580993408473766;
    const scale = 1 / Math.sqrt((1 - rate) * (1 + rate * low ** 2));
    const shift = -scale * low * rate;
    const isClose = (value: number, to: number): boolean => Math.abs(value - to) < 1e-5;
    const dropped = y.filter((value) => isClose(value, scale * low + shift)).length;
    expect(dropped + y.filter((value) => isClose(value, scale + shift)).length).toBe(y.length);
    // 2,000 draws: five standard errors.
    expect(Math.abs(dropped / y.length - rate)).toBeLessThan(0.05);
  });

  it('refuses a rate of 1', () => {
    expect(() => new layers.AlphaDropout(1)).toThrow(/AlphaDropout: rate/);
    expect(() => new layers.AlphaDropout(-1)).toThrow(/AlphaDropout: rate/);
  });
});

describe('SpatialDropout', () => {
  it('1D drops a channel at all steps', () => {
    const layer = new layers.SpatialDropout1D(0.5, { seed: 1 });
    const y = layer.apply(ones([8, 5, 6]), training).toArray() as number[][][];
    for (const steps of y) for (const step of steps) expect(step).toEqual(steps[0]);
    expect([...new Set(y.flat(2))].sort()).toEqual([0, 2]);
  });

  it.each(['channels_last', 'channels_first'] as const)('2D drops a channel, %s', (dataFormat) => {
    const layer = new layers.SpatialDropout2D(0.5, { seed: 1, dataFormat });
    const y = layer.apply(ones([4, 3, 5, 6]), training);
    const axes = dataFormat === 'channels_last' ? [1, 2] : [2, 3];
    expect(y.min(axes).toArray()).toEqual(y.max(axes).toArray());
    expect([...new Set(y.data())].sort()).toEqual([0, 2]);
  });

  it.each(['channels_last', 'channels_first'] as const)('3D drops a channel, %s', (dataFormat) => {
    const layer = new layers.SpatialDropout3D(0.5, { seed: 1, dataFormat });
    const y = layer.apply(ones([4, 3, 5, 2, 6]), training);
    const axes = dataFormat === 'channels_last' ? [1, 2, 3] : [2, 3, 4];
    expect(y.min(axes).toArray()).toEqual(y.max(axes).toArray());
    expect([...new Set(y.data())].sort()).toEqual([0, 2]);
  });

  it('refuses what it does not take', () => {
    expect(() => new layers.SpatialDropout1D(0.5).apply(ones([2, 3]), training)).toThrow(
      ShapeError,
    );
    const options = { noiseShape: [1, 1, 1] } as object;
    expect(() => new layers.SpatialDropout1D(0.5, options)).toThrow(/unknown option 'noiseShape'/);
    expect(() => new layers.SpatialDropout1D(2)).toThrow(/SpatialDropout1D: rate/);
    const format = { dataFormat: 'nchw' as 'channels_last' };
    expect(() => new layers.SpatialDropout2D(0.5, format)).toThrow(ValueError);
  });
});
