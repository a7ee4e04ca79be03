// The operations that normalize, beside the layers of these names and Keras's operations; their numbers are in test/specs.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { Input, layers, models, ops, random, ShapeError, tensor, ValueError } from '../../../src/index.js'; // prettier-ignore
import { tidy } from '../../../src/engine/tensor/index.js';
import { expectAllClose } from '../../golden/cases.js';
import { leavingNothing, refuses } from '../refusals.js';

const untyped = (value: unknown): never => value as never;
const x = random.normal([2, 3, 4], { seed: 1 });

describe('an operation that normalizes', () => {
  it('gives the bits of its layer', () => {
    tidy(() => {
      const draw = (seed: number) => random.uniform([4], { seed });
      const [gamma, beta, variance] = [draw(2), draw(3), draw(4)];
      const ofBatch = new layers.BatchNormalization({ epsilon: 0.5 });
      const ofLayer = new layers.LayerNormalization({ epsilon: 0.5 });
      const ofSquares = new layers.RMSNormalization({ epsilon: 0.5 });
      for (const layer of [ofBatch, ofLayer, ofSquares]) layer.build(x.shape);
      ofBatch.setWeights([gamma, beta, beta, variance]);
      ofLayer.setWeights([gamma, beta]);
      ofSquares.setWeights([gamma]);
      const epsilon = 0.5;
      const options = { scale: gamma, offset: beta, epsilon };
      expect(ops.batchNormalization(x, beta, variance, -1, options).data()).toEqual(
        ofBatch.apply(x).data(),
      );
      expect(ops.layerNormalization(x, { gamma, beta, epsilon }).data()).toEqual(
        ofLayer.apply(x).data(),
      );
      expect(ops.rmsNormalization(x, { scale: gamma, epsilon }).data()).toEqual(
        ofSquares.apply(x).data(),
      );
    });
  });

  it('has no slope where all numbers of a line are equal, and stays finite', () => {
    tidy(() => {
      expect([...ops.layerNormalization([[5, 5, 5]], { beta: [1, 2, 3] }).data()]).toEqual([1, 2, 3]); // prettier-ignore
      expect([...ops.rmsNormalization([[0, 0]]).data()]).toEqual([0, 0]);
      expectAllClose(ops.rmsNormalization([[1e-3, 1e-3]]).data(), [0.953463, 0.953463], 'y');
    });
  });

  it('keeps NaN and infinity to their lines', () => {
    tidy(() => {
      const y = ops.layerNormalization([[1, NaN], [1, 3]], { epsilon: 0 }); // prettier-ignore
      expect([...y.data()]).toEqual([NaN, NaN, -1, 1]);
      const z = ops.batchNormalization([[Infinity, 1]], [0, 1], [1, -1], 1, { epsilon: 0 });
      expect([...z.data()]).toEqual([Infinity, NaN]);
    });
  });

  it('takes tensors without elements', () => {
    tidy(() => {
      expect(ops.layerNormalization(tensor([], { shape: [0, 4] })).shape).toEqual([0, 4]);
      expect(ops.rmsNormalization(tensor([], { shape: [2, 0] })).shape).toEqual([2, 0]);
      expect(ops.batchNormalization(tensor([], { shape: [0, 1] }), [1], [1], 1).shape).toEqual([0, 1]); // prettier-ignore
    });
  });

  it('is a node of a graph if any of its tensors is symbolic, options too', () => {
    tidy(() => {
      const gamma = Input({ batchShape: [4] });
      const outputs = ops.layerNormalization(x, { gamma });
      const model = new models.Model({ inputs: gamma, outputs });
      const given = tensor([1, 2, 3, 4]);
      expect(model.apply(given).data()).toEqual(ops.layerNormalization(x, { gamma: given }).data());
      model.dispose();
    });
  });

  refuses(
    ShapeError,
    {
      '^batchNormalization: mean must be a vector of 4 numbers, as x of shape (2, 3, 4) has along axis -1, got shape (3,)':
        () => ops.batchNormalization(x, [1, 2, 3], [1, 2, 3, 4], -1),
      '^batchNormalization: scale must be a vector of 3 numbers': () =>
        ops.batchNormalization(x, [1, 2, 3], [1, 2, 3], 1, { scale: 2 }),
      '^layerNormalization: gamma of shape (3,) does not fit x of shape (2, 3, 4), which is normalized over axes (2,): give it shape (4,)':
        () => ops.layerNormalization(x, { gamma: [1, 2, 3] }),
      '^layerNormalization: beta of shape (4,)': () =>
        ops.layerNormalization(x, { axis: [1, 2], beta: [1, 2, 3, 4] }),
      '^rmsNormalization: scale of shape (2, 4)': () =>
        ops.rmsNormalization(x, { axis: [1, 2], scale: [[1, 2, 3, 4], [1, 2, 3, 4]] }), // prettier-ignore
      '^rmsNormalization: axis 3': () => ops.rmsNormalization(x, { axis: 3 }),
      '^layerNormalization: axis': () => ops.layerNormalization(1),
    },
    leavingNothing,
  );
  refuses(
    ValueError,
    {
      '^batchNormalization: epsilon': () =>
        ops.batchNormalization(x, [1, 2], [1, 2], 0, { epsilon: -1 }),
      '^layerNormalization: unknown option': () => ops.layerNormalization(x, untyped({ gama: 1 })),
      '^rmsNormalization: epsilon': () => ops.rmsNormalization(x, { epsilon: NaN }),
    },
    leavingNothing,
  );
});
