import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { tensor } from '../../../src/engine/tensor/create.js';

describe('InputLayer', () => {
  it('states the shape of a batch and is built', () => {
    const input = new layers.InputLayer({ shape: [28, 28] });
    expect(input.batchShape).toEqual([null, 28, 28]);
    expect(input.batchInputShape).toEqual([null, 28, 28]);
    expect(input.built).toBe(true);
    expect(input.outputShape).toEqual([null, 28, 28]);
    expect(new layers.InputLayer({ shape: [2], batchSize: 8 }).batchShape).toEqual([8, 2]);
    expect(new layers.InputLayer({ batchShape: [4, null] }).batchShape).toEqual([4, null]);
    expect(new layers.InputLayer({ shape: [] }).batchShape).toEqual([null]);
  });

  it('passes its input on, converted to its dtype', () => {
    const x = tensor([[1, 2]]);
    expect(new layers.InputLayer({ shape: [2] }).apply(x).toArray()).toEqual([[1, 2]]);
    const bytes = tensor([[1, 2]], { dtype: 'uint8' });
    expect(new layers.InputLayer({ shape: [2] }).apply(bytes).dtype).toBe('float32');
    expect(new layers.InputLayer({ shape: [2], dtype: 'int32' }).apply(x).dtype).toBe('int32');
  });

  it('refuses other shapes', () => {
    const input = new layers.InputLayer({ shape: [2], name: 'pixels' });
    expect(() => input.apply([[1, 2, 3]])).toThrow(ShapeError);
    expect(() => input.apply([[1, 2, 3]])).toThrow(/'pixels'.*\(1, 3\)/);
    expect(() => input.apply([1, 2])).toThrow(/expandDims/);
    expect(() => new layers.InputLayer({ batchShape: [4, 2] }).apply([[1, 2]])).toThrow(/axis 0/);
  });

  it('reads int64 as int32, keeps the name in its config, and refuses numbers beyond', () => {
    const input = new layers.InputLayer([2], { dtype: 'int64' });
    expect(input.dtype).toBe('int32');
    expect(input.apply([[1, 2]]).dtype).toBe('int32');
    expect(() => input.apply([[1, 2 ** 31]])).toThrow(
      /InputLayer layer '.*': astype\('int64'\): element 1 is 2147483648, which is outside the range of int32/,
    );
    const { config, class_name: name } = layers.serialize(input);
    expect(config['dtype']).toBe('int64');
    expect(layers.deserialize({ class_name: name, config }).getConfig()).toEqual(config);
  });

  it('needs exactly one shape', () => {
    expect(() => new layers.InputLayer({})).toThrow(ValueError);
    expect(() => new layers.InputLayer({ shape: [2], batchShape: [1, 2] })).toThrow(/not both/);
    expect(() => new layers.InputLayer({ shap: [2] } as object)).toThrow(/Did you mean 'shape'/);
  });

  it('keeps its Keras config and reads older ones', () => {
    const config = {
      batch_shape: [null, 12],
      dtype: 'float32',
      sparse: false,
      ragged: false,
      name: 'input_layer_3',
      optional: false,
    };
    const input = layers.deserialize({ class_name: 'InputLayer', config });
    expect(input.getConfig()).toEqual(config);
    const older = { batch_input_shape: [null, 5], dtype: 'float32', name: 'in' };
    const read = layers.deserialize({ class_name: 'InputLayer', config: older });
    expect(read.batchInputShape).toEqual([null, 5]);
    const sparse = { class_name: 'InputLayer', config: { ...config, sparse: true } };
    expect(() => layers.deserialize(sparse)).toThrow(/sparse = true/);
  });
});
