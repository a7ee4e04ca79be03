import { expect, it } from 'vitest';
import { layers, memory, Sequential, ShapeError, tensor, utils, ValueError, zeros } from 'lanegrad';
import type { Tensor } from 'lanegrad';

class Residual extends layers.Wrapper {
  static override readonly className = 'Residual';
  override call(x: Tensor, { training }: layers.CallOptions): Tensor {
    return (this.layer.apply(x, { training }) as Tensor).add(x);
  }
}

const dense = (): layers.Dense =>
  new layers.Dense(2, { kernelInitializer: 'ones', biasInitializer: 'ones' });

it('holds a layer, builds it for its input and owns its weights', () => {
  const wrapper = new Residual(dense());
  // x · 1 + 1 + x
  expect(wrapper.apply(tensor([[1, 2]])).toString()).toBe('[[5. 6.]]');
  expect(wrapper.layer.built).toBe(true);
  expect(wrapper.trainableWeights.map(({ shape }) => shape)).toEqual([[2, 2], [2]]);
  wrapper.trainable = false;
  expect(wrapper.trainableWeights).toEqual([]);
});

it('does not build a layer again that is built', () => {
  const layer = dense();
  layer.build([null, 2]);
  const kernel = layer.weights[0];
  expect(new Residual(layer).apply(zeros([1, 2])).shape).toEqual([1, 2]);
  expect(layer.weights[0]).toBe(kernel);
});

it('goes into a config with the layer inside, as Keras writes it, and back', () => {
  const wrapper = new Residual(dense(), { name: 'around' });
  const config = wrapper.getConfig();
  expect(config).toMatchObject({
    name: 'around',
    layer: { module: 'keras.layers', class_name: 'Dense', registered_name: null, config: { units: 2 } }, // prettier-ignore
  });
  const again = Residual.fromConfig(config);
  expect(again.layer).toBeInstanceOf(layers.Dense);
  expect(again.apply(tensor([[1, 2]])).toString()).toBe('[[5. 6.]]');
});

it('stands in models that are cloned once its class is known', () => {
  const model = new Sequential([layers.Input([2]), new Residual(dense())]);
  const made = utils.customObjectScope({ Residual }, () =>
    Sequential.fromConfig(model.getConfig()),
  );
  expect(made.predictOnBatch([[1, 2]]).toString()).toBe('[[5. 6.]]');
});

it('is the base class of TimeDistributed and SpectralNormalization', () => {
  expect(new layers.TimeDistributed(dense())).toBeInstanceOf(layers.Wrapper);
  expect(new layers.SpectralNormalization(dense())).toBeInstanceOf(layers.Wrapper);
  expect(() => layers.deserialize({ class_name: 'Wrapper', config: {} })).toThrow(/Unknown layer/);
});

it('refuses what is not a layer, and input that the layer refuses, without leaving anything behind', () => {
  expect(() => new Residual(3 as never)).toThrow(ValueError);
  expect(() => new Residual(3 as never)).toThrow(/layer must be a layer, such as layers\.Dense/);
  const wrapper = new Residual(dense());
  wrapper.build([null, 2]);
  const before = memory().tensors;
  expect(() => wrapper.apply(zeros([1, 3])).dispose()).toThrow(ShapeError);
  expect(memory().tensors).toBe(before + 1);
});
