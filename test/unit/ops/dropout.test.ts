import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { SeedGenerator } from '../../../src/random.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/index.js';
import { expectNear, gradientsOf, random, toTensor } from './agreement.js';

describe('dropout', () => {
  it('sets elements to 0 or divides them by 1 − rate, at about that rate', () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const y = ops.dropout(ones([100, 100]), rate, new SeedGenerator(3)).data();
      const scale = Math.fround(1 / Math.fround(1 - Math.fround(rate)));
      const kept = y.filter((v) => v !== 0);
      expect(kept.every((v) => Math.abs(v / scale - 1) < 1e-6)).toBe(true);
      // Four standard deviations of a binomial count.
      const deviation = Math.sqrt(1e4 * rate * (1 - rate));
      expect(Math.abs(kept.length - 1e4 * (1 - rate))).toBeLessThan(4 * deviation);
    }
  });

  it('has its mask, scaled, as gradient: y · dy where x is 1', () => {
    const x = ones([7, 13]);
    const upstream = toTensor(random([7, 13]));
    const y = ops.dropout(x, 0.4, new SeedGenerator(5));
    const [dx] = gradientsOf(
      (a) => ops.sum(ops.mul(ops.dropout(a, 0.4, new SeedGenerator(5)), upstream)),
      [x],
    );
    expectNear(dx?.data() ?? [], [...ops.mul(y, upstream).data()], 'gradient', 2e-7);
  });

  it('draws a mask for each call, and the gradient the one of its call', () => {
    const seed = new SeedGenerator(8);
    const x = ones([64]);
    const masks: number[][] = [];
    const [dx] = gradientsOf(
      (a) => {
        const outs = [ops.dropout(a, 0.5, seed), ops.dropout(a, 0.5, seed)];
        masks.push(...outs.map((out) => [...out.data()]));
        return ops.sum(ops.add(...(outs as [(typeof outs)[0], (typeof outs)[0]])));
      },
      [x],
    );
    const [first = [], second = []] = masks;
    expect(first).not.toEqual(second);
    expect(dx?.toArray()).toEqual(first.map((v, i) => v + (second[i] ?? NaN)));
  });

  it('leaves everything at rate 0, and takes tensors of no elements', () => {
    const x = tensor([1, -2, 3]);
    expect(ops.dropout(x, 0, new SeedGenerator(1)).toArray()).toEqual([1, -2, 3]);
    expect(ops.dropout(zeros([0, 3]), 0.5, new SeedGenerator(1)).shape).toEqual([0, 3]);
  });

  it('leaves zeros at rate 1, whatever the numbers are', () => {
    expect(ops.dropout([1, Infinity, NaN], 1).toArray()).toEqual([0, 0, 0]);
  });

  it('drops or keeps together what a noise shape says', () => {
    const x = ones([40, 3, 5]);
    for (const noise of [
      [null, 1, 5],
      [40, 1, null],
    ]) {
      const y = ops.dropout(x, 0.5, 3, noise);
      expect(y.min(1).toArray()).toEqual(y.max(1).toArray());
      expect([...new Set(y.data())].sort()).toEqual([0, 2]);
      expect(y.min(2).toArray()).not.toEqual(y.max(2).toArray());
    }
    expect(() => ops.dropout(x, 0.5, 3, [40, 2, 5])).toThrow(ShapeError);
    expect(() => ops.dropout(x, 0.5, 3, [40, 2, 5])).toThrow(
      /noiseShape .*\(40, 2, 5\).*\(40, 3, 5\)/,
    );
    expect(() => ops.dropout(x, 0.5, 3, [null])).toThrow(/noiseShape/);
  });

  it('takes a number as the seed, or none', () => {
    const x = ones([50]);
    expect(ops.dropout(x, 0.5, 3).toArray()).toEqual(
      ops.dropout(x, 0.5, new SeedGenerator(3)).toArray(),
    );
    expect(ops.dropout(x, 0.5).toArray()).not.toEqual(ops.dropout(x, 0.5).toArray());
    expect(() => ops.dropout(x, 0.5, -1)).toThrow(/A seed is a whole number/);
  });

  it.each([-0.1, 2, NaN])('refuses the rate %d', (rate) => {
    const call = () => ops.dropout(ones([2]), rate, new SeedGenerator(1));
    expect(call).toThrow(ValueError);
    expect(call).toThrow(/^dropout: rate must be/);
  });
});
