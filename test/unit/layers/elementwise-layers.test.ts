import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { pow, square, sum, transpose } from '../../../src/engine/ops/index.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/create.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';
import { expectAllClose } from '../../golden/cases.js';
import { gradientOf } from './gradient.js';

const x = tensor([[-2, -0.5, 0, 0.5, 3]]);

describe('layers of one activation', () => {
  it('Activation applies a name or a function', () => {
    expect(new layers.Activation('relu').apply(x).toArray()).toEqual([[0, 0, 0, 0.5, 3]]);
    const total = new layers.Activation((input: Tensor) => sum(input, -1, true));
    expect(total.apply(x).toArray()).toEqual([[1]]);
    expect(new layers.Activation('swish').getConfig()).toMatchObject({ activation: 'silu' });
    expect(() => new layers.Activation('rleu' as never)).toThrow(/Did you mean/);
  });

  it('ReLU has a limit, a slope and a threshold', () => {
    const layer = new layers.ReLU({ maxValue: 2, negativeSlope: 0.5, threshold: 0.25 });
    // 0.5 (x − 0.25) up to the threshold, x between, 2 above.
    expectAllClose(layer.apply(x).data(), [-1.125, -0.375, -0.125, 0.5, 2]);
    expectAllClose(new layers.ReLU().apply(x).data(), [0, 0, 0, 0.5, 3]);
    expect(() => new layers.ReLU({ maxValue: -1 })).toThrow(ValueError);
    expect(() => new layers.ReLU({ negativeSlope: -1 })).toThrow(/negativeSlope/);
  });

  it('LeakyReLU has slope 0.3 unless given', () => {
    expectAllClose(new layers.LeakyReLU().apply(x).data(), [-0.6, -0.15, 0, 0.5, 3]);
    const older = { class_name: 'LeakyReLU', config: { alpha: 0.1 } };
    expect(layers.deserialize(older).getConfig()).toMatchObject({ negative_slope: 0.1 });
  });

  it('ELU is alpha (eˣ − 1) below 0', () => {
    const below = (v: number): number => 0.5 * (Math.exp(v) - 1);
    const y = new layers.ELU({ alpha: 0.5 }).apply(x).data();
    expectAllClose(y, [below(-2), below(-0.5), 0, 0.5, 3]);
  });

  it('PReLU learns a slope a position', () => {
    const layer = new layers.PReLU({ alphaInitializer: 'ones' });
    layer.build([null, 5]);
    layer.setWeights([[0.1, 0.2, 0.3, 0.4, 0.5]]);
    expectAllClose(layer.apply(x).data(), [-0.2, -0.1, 0, 0.5, 3]);
    const shared = new layers.PReLU({ sharedAxes: [1, 2] });
    shared.build([null, 4, 5, 3]);
    expect(shared.alpha.shape).toEqual([1, 1, 3]);
    expect(shared.apply(zeros([2, 6, 7, 3])).shape).toEqual([2, 6, 7, 3]);
    expect(() => shared.apply(zeros([2, 4, 5, 2]))).toThrow(/axis 3 must have length 3/);
    expect(() => new layers.PReLU({ sharedAxes: [0] })).toThrow(/axis 0 is the batch/);
    expect(() => {
      new layers.PReLU({ sharedAxes: [2] }).build([null, 3]);
    }).toThrow(ShapeError);
    expect(() => new layers.PReLU().alpha).toThrow(/not built/);
  });

  it('Softmax sums to 1 along an axis or several', () => {
    const input = tensor([
      [1, 2],
      [3, 4],
    ]);
    const along = (axis: layers.LayerAxis): number[] => [
      ...new layers.Softmax({ axis }).apply(input).data(),
    ];
    const e = (v: number): number => Math.exp(v);
    const [near, far] = [1 / (1 + e(1)), 1 / (1 + e(2))];
    expectAllClose(along(-1), [near, 1 - near, near, 1 - near]);
    expectAllClose(along([0]), [far, far, 1 - far, 1 - far]);
    const total = e(1) + e(2) + e(3) + e(4);
    expectAllClose(along([0, 1]), [e(1) / total, e(2) / total, e(3) / total, e(4) / total]);
    expect(() => new layers.Softmax({ axis: 'last' as unknown as number })).toThrow(/'last'/);
  });

  it('converts integers', () => {
    const integers = tensor([[-1, 2]], { dtype: 'int32' });
    expect(new layers.LeakyReLU({ negativeSlope: 0.5 }).apply(integers).toArray()).toEqual([
      [-0.5, 2],
    ]);
  });
});

describe('Rescaling', () => {
  it('computes x · scale + offset of any numbers', () => {
    const pixels = tensor([[0, 255]], { dtype: 'uint8' });
    expectAllClose(new layers.Rescaling(1 / 255).apply(pixels).data(), [0, 1]);
    expectAllClose(new layers.Rescaling(2 / 255, { offset: -1 }).apply(pixels).data(), [-1, 1]);
  });

  it('takes a number a channel, also as Keras saves NumPy arrays', () => {
    const layer = new layers.Rescaling([1, 10], { offset: [0, 1] });
    expect(layer.apply([[2, 3]]).toArray()).toEqual([[2, 31]]);
    const config = {
      scale: { class_name: '__numpy__', config: { value: [1, 10], dtype: 'float32' } },
      offset: 0,
    };
    expect(layers.Rescaling.fromConfig(config).scale).toEqual([1, 10]);
  });

  it('refuses what is not a number', () => {
    expect(() => new layers.Rescaling(NaN)).toThrow(/Rescaling: scale/);
    expect(() => new layers.Rescaling([1, Infinity])).toThrow(/every number of scale/);
  });
});

describe('UnitNormalization', () => {
  it('divides by the norm and keeps zeros', () => {
    const layer = new layers.UnitNormalization();
    const y = layer.apply([
      [3, 4],
      [0, 0],
    ]);
    expectAllClose(y.data(), [0.6, 0.8, 0, 0]);
    const all = new layers.UnitNormalization({ axis: [1, 2] }).apply([
      [
        [1, 1],
        [1, 1],
      ],
    ]);
    expectAllClose(all.data(), [0.5, 0.5, 0.5, 0.5]);
  });

  it('has a finite gradient at zero', () => {
    const layer = new layers.UnitNormalization();
    const dx = gradientOf((input) => sum(layer.apply(input)), zeros([1, 3]));
    for (const value of dx.data()) expect(Number.isFinite(value)).toBe(true);
  });
});

describe('LayerNormalization', () => {
  const input = tensor([
    [1, 2, 3],
    [10, 10, 40],
  ]);

  it('normalizes each sample', () => {
    const layer = new layers.LayerNormalization({ epsilon: 0 });
    // Deviations (−1, 0, 1) of variance 2/3, and (−10, −10, 20) of variance 200.
    const [a, b] = [Math.sqrt(2 / 3), Math.sqrt(200)];
    expectAllClose(layer.apply(input).data(), [-1 / a, 0, 1 / a, -10 / b, -10 / b, 20 / b]);
    expect(layer.axis).toEqual([1]);
  });

  it('takes several axes, gamma and beta of their lengths', () => {
    const layer = new layers.LayerNormalization({ axis: [1, -1] });
    layer.build([null, 2, 5, 3]);
    expect(layer.gamma?.shape).toEqual([2, 3]);
    expect(layer.beta?.shape).toEqual([2, 3]);
    layer.setWeights([zeros([2, 3]), ones([2, 3])]);
    expect(sum(layer.apply(zeros([1, 2, 5, 3]))).item()).toBe(30);
  });

  it('without centring multiplies x itself', () => {
    const layer = new layers.LayerNormalization({ rmsScaling: true, epsilon: 0 });
    const a = Math.sqrt(2 / 3);
    expectAllClose(layer.apply([[1, 2, 3]]).data(), [1 / a, 2 / a, 3 / a]);
    expect(layer.beta).toBeNull();
  });

  it.each([
    ['LayerNormalization', layers.LayerNormalization],
    ['RMSNormalization', layers.RMSNormalization],
  ] as const)(
    '%s has the same second derivatives over the last axis as over another',
    (_, Type) => {
      const steep = tensor([[[0.5, -1, 2], [3, 0.25, -0.5]]]); // prettier-ignore
      const secondOf = (axis: number, at: Tensor): Tensor => {
        const layer = new Type({ axis, epsilon: 0.1 });
        layer.build(at.shape);
        layer.setWeights(layer.weights.map((_weight, i) => tensor([[1, 2, 3], [4, 5, 6]][i] ?? []))); // prettier-ignore
        const cube = (input: Tensor): Tensor => sum(pow(layer.apply(input), 3));
        return gradientOf((input) => sum(square(gradientOf(cube, input))), at);
      };
      const last = secondOf(2, steep);
      const middle = secondOf(1, transpose(steep, [0, 2, 1]));
      expectAllClose(last.data(), transpose(middle, [0, 2, 1]).data());
      expect(last.data().some((value) => Math.abs(value) > 1)).toBe(true);
    },
  );

  it('leaves weights out', () => {
    const layer = new layers.LayerNormalization({ center: false, scale: false });
    layer.build([null, 3]);
    expect(layer.weights).toEqual([]);
  });

  it('refuses an axis that does not exist, twice the same, or the batch', () => {
    const build = (axis: layers.LayerAxis): void => {
      new layers.LayerNormalization({ axis }).build([null, 3]);
    };
    expect(() => build(2)).toThrow(ShapeError);
    expect(() => build([1, -1])).toThrow(/twice/);
    expect(() => build(0)).toThrow(/weight 'gamma' of shape \(None,\)/);
  });
});
