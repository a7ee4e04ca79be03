import { expect, it } from 'vitest';
import { layers, models } from '../../../src/core.js';
import { readKeras } from '../../../src/io/keras.js';
import type { Tensor } from '../../../src/index.js';

class Scale extends layers.Layer {
  static override readonly className = 'Scale';
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

// `lanegrad/core`, which registers no class. Keras: module null, registered_name the name of the class.
it('does not take a layer that is not registered for one of Keras\u2019s', async () => {
  const model = new models.Sequential([new layers.Dense(2, { inputShape: [3] }), new Scale()]);
  let bytes = new Uint8Array();
  await model.save({ write: (_, written) => (bytes = written) }, { format: 'keras' });
  const { model: described } = await readKeras(bytes);
  expect(described).toMatchObject({
    config: {
      layers: [
        { module: 'keras.layers', class_name: 'InputLayer', registered_name: null },
        { module: 'keras.layers', class_name: 'Dense', registered_name: null },
        { module: null, class_name: 'Scale', registered_name: 'Scale' },
      ],
    },
  });
  layers.register(layers.InputLayer, layers.Dense);
  await expect(models.loadModel(bytes)).rejects.toThrow(/not known here: Scale\./);
  const loaded = await models.loadModel(bytes, { customObjects: { Scale } });
  expect(loaded.layers.at(-1)).toBeInstanceOf(Scale);
});
