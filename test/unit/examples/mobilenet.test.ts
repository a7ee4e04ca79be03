// The MobileNetV2 of the examples is that of keras.applications.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { models } from 'lanegrad';
import { makeMobileNetV2 } from '../../../examples/mobilenet/model.js';

const architecture = join(
  process.env['LANEGRAD_MODELS_DIR'] ?? '',
  'keras-applications/MobileNetV2.json.gz',
);

/** The model as its config in Keras's form, without the numbers behind names that more than one model has. */
const configOf = (model: models.Model): unknown =>
  JSON.parse(
    JSON.stringify(model.toJSON()).replaceAll(
      /"(input_layer|global_average_pooling2d)_\d+"/g,
      '"$1"',
    ),
  );

describe('MobileNetV2', () => {
  // model.count_params() and len(model.layers) of keras.applications.MobileNetV2, 3.16.
  it.each([
    [1, 224, 1000, 3_538_984],
    [0.35, 224, 1000, 1_691_208],
    [0.35, 32, 10, 423_018],
    [1.4, 96, 10, 4_381_642],
  ])('of width %d for %d pixels and %d classes has %d weights', (alpha, side, classes, weights) => {
    const model = makeMobileNetV2({ alpha, inputShape: [side, side, 3], classes });
    expect(model.countParams()).toBe(weights);
    expect(model.layers).toHaveLength(156);
    expect(model.getLayer('out_relu').output.shape).toEqual([
      null,
      side / 32,
      side / 32,
      alpha > 1 ? 1792 : 1280,
    ]);
    model.dispose();
  });

  it.each([1, 2, 4, 8, 16] as const)('brings %d pixels to one', (reduction) => {
    const model = makeMobileNetV2({ alpha: 0.35, inputShape: [32, 16, 1], reduction });
    const { shape } = model.getLayer('out_relu').output;
    expect(shape).toEqual([null, 32 / reduction, 16 / reduction, 1280]);
    model.dispose();
  });

  it.skipIf(!existsSync(architecture))(
    'has the config that Keras writes, layer by layer (skipped without LANEGRAD_MODELS_DIR)',
    () => {
      const keras = models.modelFromJSON(gunzipSync(readFileSync(architecture)).toString());
      const own = makeMobileNetV2({ inputShape: [96, 96, 3], classes: 10 });
      expect(configOf(own)).toEqual(configOf(keras));
    },
  );
});
