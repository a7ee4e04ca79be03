// Files that say they hold a FeatureSpace: what costs much and what fits nothing is refused.
import { describe, expect, it } from 'vitest';
import { encodeKerasFile } from '../../../src/files/formats/keras/file.js';
import { encodeKerasWeights } from '../../../src/files/formats/keras/weights.js';
import { FormatError, models } from '../../../src/index.js';
import type { Config, utils } from '../../../src/index.js';

describe('files of a FeatureSpace', () => {
  const file = (config: Config): Promise<Uint8Array<ArrayBuffer>> =>
    encodeKerasFile(
      { module: 'keras.utils', class_name: 'FeatureSpace', config },
      encodeKerasWeights('test', []),
    );

  const feature = (preprocessor: object): object => ({
    class_name: 'Feature',
    config: { dtype: 'float32', preprocessor, output_mode: 'float' },
  });

  it.each<[string, Config, RegExp]>([
    [
      'a layer with more weights than the file',
      {
        features: {
          a: feature({
            class_name: 'Normalization',
            config: {},
            build_config: { input_shape: [null, 2 ** 20] },
          }),
        },
      },
      /needs more weights than/,
    ],
    [
      'a class that is not there',
      { features: { a: feature({ class_name: 'Nothing', config: {} }) } },
      /Unknown layer 'Nothing'/,
    ],
    ['no features', { features: {} }, /features must be an object/],
    [
      'too many features',
      {
        features: Object.fromEntries(
          Array.from({ length: 2 ** 14 + 1 }, (_, i) => [`f${i}`, 'float']),
        ),
      },
      /at most 16384/,
    ],
    [
      'a feature that is none',
      { features: { a: { class_name: 'Cross', config: {} } } },
      /expected a Feature, got 'Cross'/,
    ],
    [
      'a cross of nothing',
      {
        features: { a: 'float' },
        crosses: [
          {
            class_name: 'Cross',
            config: { feature_names: ['a', 'q'], crossing_dim: 3, output_mode: 'int' },
          },
        ],
      },
      /names feature 'q'/,
    ],
    ['a key that is not known', { features: { a: 'float' }, colour: 'red' }, /colour/],
  ])('with %s are refused', async (_, config, message) => {
    // prettier-ignore
    const read = models.loadModel(await file(config));
    await expect(read).rejects.toThrow(FormatError);
    await expect(read).rejects.toThrow(message);
  });

  it('with many bins take no memory before they are used', async () => {
    const wide = { class_name: 'Hashing', config: { num_bins: 2 ** 28 - 8 } };
    const config = { features: { a: { class_name: 'Feature', config: { dtype: 'string', preprocessor: wide, output_mode: 'one_hot' } } } }; // prettier-ignore
    const space = await models.loadModel<utils.FeatureSpace>(await file(config));
    expect(() => space.apply({ a: ['x', 'y', 'z'] })).toThrow(/feature_space/);
  });
});
