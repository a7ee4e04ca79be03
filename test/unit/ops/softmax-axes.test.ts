import { describe, expect, it } from 'vitest';
import * as activations from '../../../src/activations.js';
import { ShapeError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { at, build, reduce } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { expectAgreement, expectSecondOrder, random } from './agreement.js';
import { refuses } from '../refusals.js';

const SHAPE = [2, 3, 4];

/** eˣ / Σ eˣ over all axes of the list together, or its logarithm. */
const softmaxOver =
  (axes: readonly number[], isLog: boolean) =>
  (x: DenseArray): DenseArray => {
    const sums = reduce(x, axes, true, (line) => line.reduce((sum, v) => sum + Math.exp(v), 0));
    return build(x.shape, (index) => {
      const sum = at(
        sums,
        index.map((i, axis) => (axes.includes(axis) ? 0 : i)),
      );
      return isLog ? at(x, index) - Math.log(sum) : Math.exp(at(x, index)) / sum;
    });
  };

describe('softmax along several axes', () => {
  const lists = [[1, 2], [0, 2], [0, 1], [2, 0], [0, 1, 2], [1], [-1, -2]];
  it.each(lists)('agrees with float64, value and gradients: %j, %j', (...list) => {
    const axes = list.filter((axis) => axis !== undefined);
    const places = axes.map((axis) => (axis < 0 ? axis + 3 : axis));
    for (const [name, op, isLog] of [
      ['softmax', ops.softmax, false],
      ['logSoftmax', ops.logSoftmax, true],
    ] as const) {
      const f = (x: Tensor): Tensor => op(x, axes);
      expectAgreement(name, f, softmaxOver(places, isLog), random(SHAPE));
      expectSecondOrder(name, f, softmaxOver(places, isLog), random([2, 2, 2]));
    }
  });

  it('is that of the flattened axes, and stable', () => {
    const x = tensor([
      [1000, 1001],
      [1002, -1000],
    ]);
    const y = x.softmax([0, 1]);
    expect(y.toArray()).toEqual(x.reshape(-1).softmax().reshape(2, 2).toArray());
    expect(activations.softmax(x, [0, 1]).toArray()).toEqual(y.toArray());
    // NumPy: np.exp(v - v.max()) / np.exp(v - v.max()).sum() in float64.
    const expected = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218, 0];
    y.data().forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 6);
    });
    const logs = activations.logSoftmax(x, [0, 1]).data();
    expect([...logs].map((value) => Math.round(value * 1e3) / 1e3)).toEqual([
      -2.408, -1.408, -0.408, -2002.408,
    ]);
  });

  it('in a layer of a config of Keras', () => {
    // As model.save('….keras') of Keras 3 writes keras.layers.Softmax(axis=(1, 2)).
    const layer = layers.deserialize({
      module: 'keras.layers',
      class_name: 'Softmax',
      config: { name: 's', trainable: true, dtype: 'float32', axis: [1, 2] },
    });
    const { data } = random(SHAPE);
    const x = tensor(data, { shape: SHAPE });
    expect(layer.apply(x).toArray()).toEqual(ops.softmax(x, [1, 2]).toArray());
    expect(layer.getConfig()['axis']).toEqual([1, 2]);
  });

  refuses(ShapeError, {
    'softmax: the list of axes is empty': () => ops.softmax([1], []),
    'softmax: an axis is given twice in (0, -2).': () => ops.softmax([[1]], [0, -2]),
    'logSoftmax: axis 2 is out of range': () => ops.logSoftmax([[1]], [0, 2]),
    'softmax: axis 0 is out of range': () => ops.softmax(1, [0]),
  });
});
