import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { logitsOf, square, sum } from '../../../src/engine/ops/index.js';
import { setSeed } from '../../../src/random.js';
import { tensor } from '../../../src/engine/tensor/create.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';
import { expectAllClose, expectNumberClose } from '../../golden/cases.js';

/** A Dense layer with the kernel [[1, 2, 3], [4, 5, 6]] and the bias [0.5, −20, 0]. */
function known(options: layers.DenseOptions = {}): layers.Dense {
  const layer = new layers.Dense(3, options);
  layer.build([null, 2]);
  const kernel = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  layer.setWeights(layer.useBias ? [kernel, [0.5, -20, 0]] : [kernel]);
  return layer;
}

describe('Dense', () => {
  it('computes x · kernel + bias', () => {
    expect(
      known()
        .apply([[1, 2]])
        .toArray(),
    ).toEqual([[9.5, -8, 15]]);
    expect(
      known({ useBias: false })
        .apply([[1, 2]])
        .toArray(),
    ).toEqual([[9, 12, 15]]);
  });

  it('applies a fused activation and any other function', () => {
    expect(
      known({ activation: 'relu' })
        .apply([[1, 2]])
        .toArray(),
    ).toEqual([[9.5, 0, 15]]);
    const squared = known({ activation: (x: Tensor) => square(x) });
    expect(squared.apply([[1, 2]]).toArray()).toEqual([[90.25, 64, 225]]);
  });

  it('lets losses find the logits of its softmax', () => {
    const layer = known({ activation: 'softmax' });
    const y = layer.apply([[1, 2]]);
    expect(logitsOf(y, 'softmax')?.toArray()).toEqual([[9.5, -8, 15]]);
  });

  it('takes input of any rank from 2 on, and of integers', () => {
    const x = tensor([[[1, 2]], [[0, 1]]], { dtype: 'uint8' });
    const y = known().apply(x);
    expect(y.dtype).toBe('float32');
    expect(y.toArray()).toEqual([[[9.5, -8, 15]], [[4.5, -15, 6]]]);
    expect(known().computeOutputShape([null, null, 2])).toEqual([null, null, 3]);
  });

  it('takes an empty batch', () => {
    expect(known().apply(tensor([], { shape: [0, 2] })).shape).toEqual([0, 3]);
  });

  it('starts with GlorotUniform and zeros, decided by the global seed', () => {
    const draw = (): unknown => {
      setSeed(3);
      const layer = new layers.Dense(4);
      layer.build([null, 5]);
      expect(layer.bias?.value.toArray()).toEqual([0, 0, 0, 0]);
      return layer.kernel.value.data();
    };
    const kernel = draw();
    expect(kernel).toEqual(draw());
    const limit = Math.sqrt(6 / 9);
    expect(Math.max(...(kernel as Float32Array).map(Math.abs))).toBeLessThanOrEqual(limit);
  });

  it('takes initializers, regularizers and constraints for kernel and bias', () => {
    const layer = new layers.Dense(2, {
      kernelInitializer: 'ones',
      biasInitializer: (shape) => tensor([7, 8], { shape }),
      kernelRegularizer: 'l1',
      biasRegularizer: (b: Tensor) => sum(b),
      kernelConstraint: 'unit_norm',
      biasConstraint: 'non_neg',
    });
    layer.build([null, 4]);
    expect(layer.bias?.value.toArray()).toEqual([7, 8]);
    expectAllClose(
      layer.losses().map((loss) => loss.item()),
      [0.08, 15],
    );
    const constrained = layer.kernel.constraint?.(layer.kernel.value);
    expectAllClose(constrained?.data() ?? [], new Array<number>(8).fill(0.5));
    expect(layer.bias?.constraint?.(tensor([-1, 1])).toArray()).toEqual([0, 1]);
  });

  it('adds the activity penalty', () => {
    const layer = known({ activityRegularizer: 'l2', kernelRegularizer: 'l2' });
    layer.apply([
      [1, 2],
      [1, 2],
    ]);
    const [activity, kernel] = layer.losses().map((loss) => loss.item());
    expectNumberClose(activity ?? NaN, 0.01 * (9.5 ** 2 + 8 ** 2 + 15 ** 2));
    expectNumberClose(kernel ?? NaN, 0.01 * 91);
  });

  it('says what it was built for when the last axis is wrong', () => {
    const layer = known({ name: 'hidden' });
    expect(() => layer.apply([[1, 2, 3]])).toThrow(ShapeError);
    expect(() => layer.apply([[1, 2, 3]])).toThrow(
      /Dense layer 'hidden' got input of shape \(1, 3\).*must have length 2.*built for \(None, 2\)/,
    );
  });

  it('advises to flatten images and to add a batch axis', () => {
    const layer = new layers.Dense(3);
    layer.build([null, 4]);
    const image = tensor([1, 2, 3, 4], { shape: [1, 2, 2] });
    expect(() => layer.apply(image)).toThrow(/layers.Flatten\(\).*reshape\(\[-1, 4\]\)/);
    expect(() => layer.apply([1, 2, 3, 4])).toThrow(/at least 2 axes.*expandDims\(0\)/);
  });

  it('refuses to be built without knowing the last axis', () => {
    expect(() => {
      new layers.Dense(3).build([null, null]);
    }).toThrow(/needs to know the last axis.*\(None, None\)/);
  });

  it('has no kernel before it is built', () => {
    expect(() => new layers.Dense(3).kernel).toThrow(/not built/);
    expect(new layers.Dense(3).bias).toBeNull();
  });

  it.each([0, -1, 2.5, NaN, '3', undefined])('refuses %s units', (units) => {
    expect(() => new layers.Dense(units as number)).toThrow(ValueError);
    expect(() => new layers.Dense(units as number)).toThrow(/Dense: units .* at least 1, got/);
  });

  it('refuses unknown names for its parts', () => {
    expect(() => new layers.Dense(3, { activation: 'sofmax' as never })).toThrow(/'softmax'/);
    expect(() => new layers.Dense(3, { kernelInitializer: 'he' as never })).toThrow(
      /Unknown initializer/,
    );
  });

  it('reads configs older than Keras 3', () => {
    const layer = layers.Dense.fromConfig({
      name: 'old',
      trainable: true,
      batch_input_shape: [null, 4],
      dtype: 'float32',
      units: 3,
      activation: 'relu',
      use_bias: true,
      kernel_initializer: {
        class_name: 'VarianceScaling',
        config: { scale: 1, mode: 'fan_avg', distribution: 'uniform', seed: null },
      },
      bias_initializer: { class_name: 'Zeros', config: {} },
      kernel_regularizer: null,
      activity_regularizer: null,
    });
    expect(layer.batchInputShape).toEqual([null, 4]);
    expect(layer.units).toBe(3);
  });

  it('refuses quantization and unknown keys in a config', () => {
    const config = { units: 3, quantization_config: { mode: 'int8' } };
    expect(() => layers.Dense.fromConfig(config)).toThrow(
      /quantizationConfig = .* is not supported/,
    );
    expect(() => layers.Dense.fromConfig({ units: 3, unit: 4 })).toThrow(/'unit' is unknown/);
  });
});
