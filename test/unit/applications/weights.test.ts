// Weights of architectures from files that Keras wrote (test/oracles/fixtures/keras-application-files.py).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gunzipSync } from 'node:zlib';
import * as applications from '../../../src/applications.js';
import { camelCase } from '../../../src/config/index.js';
import {
  Input,
  layers,
  memory,
  models,
  ShapeError,
  tensor,
  ValueError,
} from '../../../src/index.js';
import { expectAllClose } from '../../golden/cases.js';
import { readFixture } from './fixture.js';

const { networks, normalized } = readFixture();

const folder = new URL('../../fixtures/keras-applications/', import.meta.url);
const fileOf = (name: string): Uint8Array<ArrayBuffer> => {
  const bytes = readFileSync(new URL(name, folder));
  return new Uint8Array(name.endsWith('.gz') ? gunzipSync(bytes) : bytes);
};

const camel = (options: object): applications.MobileNetOptions<null> =>
  Object.fromEntries(Object.entries(options).map(([key, value]) => [camelCase(key), value]));

/** Pixels of the script, from −1 to 1. */
const pictures = (): number[] =>
  Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) =>
    Math.fround(Math.fround(((i * 61 + 17) % 256) / Math.fround(127.5)) - 1),
  );

const [whole, features] = networks;
if (whole === undefined || features === undefined) throw new Error('the fixture has no networks');

describe('weights', () => {
  it.each([
    [whole, 'mobilenet.weights.h5.gz'],
    [whole, 'mobilenet.keras.gz'],
    [whole, 'mobilenet.h5.gz'],
    [features, 'mobilenet-notop.h5.gz'],
  ] as const)('case %#: are read from $1', async ({ options, y }, file) => {
    const before = memory().bytes;
    const model = await applications.MobileNet({ ...camel(options), weights: fileOf(file) });
    const x = tensor(pictures(), { shape: [2, 32, 32, 3] });
    const out = model.apply(x);
    expect(out.shape).toEqual(y.shape);
    expectAllClose(out.data(), y.data, 'output', { absolute: 1e-5, relative: 1e-4 });
    // Into a model that is there already, too.
    const other = applications.MobileNet(camel(options));
    await other.loadWeights(fileOf(file));
    const same = other.apply(x);
    expect(same.data()).toEqual(out.data());
    for (const each of [model, other, x, out, same]) each.dispose();
    expect(memory().bytes).toBe(before);
  });

  it('are the same bits as in the file, and can be trained', async () => {
    const options = camel(whole.options);
    const model = await applications.MobileNet({ ...options, weights: fileOf('mobilenet.h5.gz') });
    const other = await models.loadModel(fileOf('mobilenet.keras.gz'));
    model.weights.forEach((weight, i) => {
      expect(weight.value.data()).toEqual(other.weights[i]?.value.data());
    });
    model.compile({ optimizer: 'sgd', loss: 'categorical_crossentropy' });
    const x = tensor(pictures(), { shape: [2, 32, 32, 3] });
    const history = await model.fit(x, [[1, 0, 0], [0, 0, 1]], { verbose: 0 }); // prettier-ignore
    expect(history.history.loss?.every(Number.isFinite)).toBe(true);
  });

  it('of another architecture are refused, by layer and shapes', async () => {
    const options = camel(whole.options);
    const weights = fileOf('mobilenet.h5.gz');
    const before = memory().bytes;
    await expect(applications.MobileNet({ ...options, classes: 4, weights })).rejects.toThrow(
      /MobileNet: .*'conv_preds\/kernel' has shape \(1, 1, 40, 4\).*\(1, 1, 40, 3\)/,
    );
    await expect(applications.MobileNet({ ...options, alpha: 0.05, weights })).rejects.toThrow(
      ShapeError,
    );
    await expect(applications.VGG16({ weights, inputShape: [32, 32, 3] })).rejects.toThrow(
      /VGG16: .*layers with weights .*block1_conv1/,
    );
    await expect(
      applications.MobileNet({ ...options, includeTop: false, weights }),
    ).rejects.toThrow(/MobileNet: .*conv_preds/);
    expect(memory().bytes).toBe(before);
  });

  it('are looked for after the options were checked', async () => {
    const weights = 'nowhere.h5';
    await expect(applications.ResNet50({ weights, inputShape: [8, 8, 3] })).rejects.toThrow(
      /at least 32 × 32/,
    );
    await expect(applications.ResNet50({ weights, classifierActivation: 'relu' })).rejects.toThrow(
      /'softmax' or null/,
    );
    await expect(applications.ResNet50({ weights: 'imagenet' })).rejects.toThrow(
      /nothing is downloaded.*save_weights\('ResNet50.weights.h5'\)/,
    );
    await expect(applications.ResNet50({ weights: 5 as never })).rejects.toThrow(ValueError);
    await expect(applications.ResNet50({ weights: new Uint8Array(9) })).rejects.toThrow(/ResNet50/);
  });
});

it('a file of Keras 2 with a count of int64 is read into any model', async () => {
  const x = Input([3]);
  const outputs = new layers.Dense(2).apply(new layers.Normalization().apply(x));
  const model = new models.Model({ inputs: x, outputs });
  await model.loadWeights(fileOf('normalized.h5'));
  const out = model.apply(tensor(normalized.x.data, { shape: [4, 3] }));
  expectAllClose(out.data(), normalized.y.data, 'output', { absolute: 1e-5, relative: 1e-4 });
});

it('weights of Keras 2, in groups inside of groups where Keras 2 has a slash in names of layers', async () => {
  const model = new models.Sequential([
    Input([6, 6, 2]),
    new layers.Conv2D(3, 3, { useBias: false, name: 'conv1_conv' }),
    new layers.BatchNormalization({ name: 'conv1_bn' }),
    new layers.ReLU({ name: 'conv1_relu' }),
    new layers.Flatten(),
    new layers.Dense(2, { name: 'predictions' }),
  ]);
  await model.loadWeights(fileOf('keras2-nested.h5'));
  const { x, y } = JSON.parse(Buffer.from(fileOf('keras2-nested.json')).toString()) as {
    readonly x: readonly number[];
    readonly y: readonly number[];
  };
  const out = model.apply(tensor(x, { shape: [2, 6, 6, 2] }));
  expectAllClose(out.data(), y, 'output', { absolute: 1e-5, relative: 1e-4 });
});
