// Models of released Keras 3 and of Keras 2, as people have them: they predict as there, train as there, and are the same here
// when they were saved again.
import '../without-collector.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { layers, memory, models, optimizers, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { bitsOf } from '../models/networks.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
interface Expected {
  readonly file: string;
  readonly x: readonly [Numbers];
  readonly predict: Numbers;
  /** Whether two calls in training differ. */
  readonly training_varies?: boolean;
  /** The model, where the file holds weights alone. */
  readonly json?: string;
}

const fixtures = fileURLToPath(new URL('../../fixtures/models', import.meta.url));
const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? fixtures, 'keras-released');
const expected = (
  JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
    readonly models: Readonly<Record<string, Expected>>;
  }
).models;

/** What predictions in float32 may differ by from those in another type, relative to the largest: a few of its last digits. */
const LOSES: Readonly<Record<string, number>> = {
  k3_bfloat16: 2 ** -6,
  k3_float16: 2 ** -9,
  // Keras rounds what flows as well.
  k3_int8_attention: 2 ** -5,
  k3_mixed_bfloat16: 2 ** -6,
  k3_mixed_float16: 2 ** -9,
};

/** The one notice that loading gives. */
const NOTICES: Readonly<Record<string, RegExp>> = {
  k2_depthwise: /layer 'block1\/dw' is 'block1_dw'/,
  k2_depthwise_h5: /layer 'block1\/dw' is 'block1_dw'/,
  k3_bfloat16: /bfloat16.*float32/,
  k3_float16: /float16.*float32/,
  k3_float64: /float64.*float32/,
  k3_mixed_bfloat16: /mixed_bfloat16.*float32/,
  k3_mixed_float16: /mixed_float16.*float32/,
};

/** Compiled, and with which optimizer. */
const COMPILED: Readonly<Record<string, string>> = {
  k2_legacy_optimizer_h5: 'SGD',
  k2_trained: 'Adam',
  k2_trained_h5: 'Adam',
  k3_trained: 'Adam',
};

/** Drop in predictions too: they were called with `training: true`. Released Keras drops nothing there. */
const ALWAYS_ON = ['k3_always_on'];

async function load(
  { file, json }: Expected,
  options = {},
): Promise<models.Model<layers.SymbolicTensor>> {
  if (json === undefined) return models.loadModel(join(folder, file), options);
  const model = models.modelFromJSON(json);
  await model.loadWeights(join(folder, file));
  return model;
}

async function savedAgain(
  model: models.Model<layers.SymbolicTensor>,
): Promise<models.Model<layers.SymbolicTensor>> {
  let bytes = new Uint8Array();
  await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
  return models.loadModel(bytes);
}

const inputOf = ({ x: [{ shape, data }] }: Expected): Tensor =>
  tensor(Float32Array.from(data), { shape });

const dataOf = (y: Tensor): number[] => [...y.data()];

/** What a call in training gives, several times. */
const callsInTraining = (
  model: models.Model<layers.SymbolicTensor>,
  x: Tensor,
): readonly number[][] =>
  Array.from({ length: 4 }, () => dataOf(model.apply(x, { training: true })));

async function predict(model: models.Model<layers.SymbolicTensor>, x: Tensor): Promise<Tensor> {
  return model.predict(x, { verbose: 0 });
}

function expectPredictions(y: Tensor, { shape, data }: Numbers, loses = 1e-5): void {
  expect(y.shape).toEqual(shape);
  const largest = Math.max(...data.map(Math.abs));
  const differences = dataOf(y).map((value, i) => Math.abs(value - (data[i] ?? NaN)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(loses * largest);
}

describe.each(Object.entries(expected))('%s', (name, numbers) => {
  const x = inputOf(numbers);
  const isAlwaysOn = ALWAYS_ON.includes(name);
  const varies = numbers.training_varies ?? isAlwaysOn;

  it('predicts as in Keras, and says what is lost', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const model = await load(numbers);
    const notice = NOTICES[name];
    expect(warn.mock.calls).toEqual(
      notice === undefined ? [] : [[expect.stringMatching(notice) as string]],
    );
    warn.mockRestore();
    expect(model.optimizer?.constructor.name).toBe(COMPILED[name]);
    const y = await predict(model, x);
    if (isAlwaysOn) {
      // As 3.16 does: what differs from the default of the class was given.
      const others = [await predict(model, x), await predict(model, x), await predict(model, x)];
      expect(others.some((other) => String(dataOf(other)) !== String(dataOf(y)))).toBe(true);
      return;
    }
    expectPredictions(y, numbers.predict, LOSES[name]);
    expect(dataOf(model.apply(x, { training: false }))).toEqual(dataOf(y));
  });

  it(varies ? 'draws again in each call in training' : 'draws nothing in training', async () => {
    const [first, ...others] = callsInTraining(await load(numbers), x);
    expect(others.some((y) => String(y) !== String(first))).toBe(varies);
  });

  it('trains with what it draws', async () => {
    const model = await load(numbers, { quantized: 'unpack' });
    // Images that layers change have no weights to train.
    if (model.trainableWeights.length === 0) {
      expect(model.weights).toEqual([]);
      return;
    }
    // Where nothing is drawn, the loss is that of the predictions in training, in each epoch the same.
    const y = model.apply(x, { training: true });
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0 }), loss: 'mse' });
    const { history } = await model.fit(x, y, { epochs: 4, verbose: 0, shuffle: false });
    const losses = history.loss ?? [];
    expect(losses.some((loss) => loss > 1e-9)).toBe(varies);
    expect(new Set(losses).size > 1).toBe(varies);
  });

  it('is the same when it was saved again', async () => {
    const model = await load(numbers);
    const again = await savedAgain(model);
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect(JSON.stringify(again)).toBe(JSON.stringify(model));
    expect(again.optimizer?.getConfig()).toEqual(model.optimizer?.getConfig());
    if (!isAlwaysOn) {
      expect(dataOf(await predict(again, x))).toEqual(dataOf(await predict(model, x)));
    }
    const [first, ...others] = callsInTraining(again, x);
    expect(others.some((y) => String(y) !== String(first))).toBe(varies);
  });

  it('leaves nothing behind', async () => {
    const { tensors, bytes } = memory();
    const model = await load(numbers);
    model.optimizer?.dispose();
    model.dispose();
    expect(memory()).toMatchObject({ tensors, bytes });
  });
});

/** The model as Keras 3 describes it, which has recorded the default of `training` in each call of a Dropout. */
function recorded(model: models.AnyModel, version?: string): object {
  const json = JSON.parse(JSON.stringify(model), (_, value: unknown) => {
    const { class_name: name, inbound_nodes: nodes } = (value ?? {}) as Record<string, unknown>;
    if (name !== 'Dropout' || !Array.isArray(nodes)) return value;
    const called = (nodes as readonly object[]).map((node) => ({ ...node, kwargs: { training: false } })); // prettier-ignore
    return { ...(value as object), inbound_nodes: called };
  }) as object;
  return { ...json, keras_version: version };
}

const numbers = (shape: readonly number[]): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + 1)),
    { shape },
  );

/** A model that drops half of what it is given. */
function dropping(
  options: { readonly training?: boolean } = {},
): models.Model<layers.SymbolicTensor> {
  const x = layers.Input([6]);
  const y = new layers.Dropout(0.5).apply(x, options);
  return new models.Model({ inputs: x, outputs: new layers.Dense(3).apply(y) });
}

function variesInTraining(model: models.Model<layers.SymbolicTensor>, x: Tensor): boolean {
  const [first, ...others] = callsInTraining(model, x);
  return others.some((y) => String(y) !== String(first));
}

describe('what Keras 3.0 to 3.15 records of training in JSON', () => {
  it.each([
    ['3.0.5', true],
    ['3.15.1', true],
    // Released Keras 3 writes no version.
    [undefined, true],
    ['3.16.0.dev2026102704', false],
    ['3.16.0', false],
    ['4.0.0', false],
  ])('keras_version %s: passed over is %s', (version, isPassedOver) => {
    const model = models.modelFromJSON(recorded(dropping(), version));
    expect(variesInTraining(model, numbers([4, 6]))).toBe(isPassedOver);
  });

  it('is passed over in models inside, and in models that stand in layers', () => {
    const x = layers.Input([2, 6]);
    const steps = new layers.TimeDistributed(dropping()).apply(x);
    const outer = new models.Model({ inputs: x, outputs: steps });
    expect(variesInTraining(models.modelFromJSON(recorded(outer)), numbers([4, 2, 6]))).toBe(true);
    const row = layers.Input([6]);
    const around = new models.Model({ inputs: row, outputs: dropping().apply(row) });
    expect(variesInTraining(models.modelFromJSON(recorded(around)), numbers([4, 6]))).toBe(true);
  });

  it('holds where it was given: in what is written here, and of a model inside', async () => {
    const model = dropping({ training: false });
    const x = numbers([4, 6]);
    expect(variesInTraining(models.modelFromJSON(JSON.stringify(model)), x)).toBe(false);
    expect(variesInTraining(await savedAgain(model), x)).toBe(false);
    const row = layers.Input([6]);
    const frozen = dropping().apply(row, { training: false });
    const around = new models.Model({ inputs: row, outputs: frozen });
    expect(variesInTraining(models.modelFromJSON(recorded(around, '3.15.1')), x)).toBe(false);
  });
});

describe('what Keras 2 means in JSON', () => {
  it.each([
    ['UpSampling2D', { size: [2, 2], interpolation: 'bilinear' }],
    ['Resizing', { height: 4, width: 4, interpolation: 'bilinear' }],
  ])('%s is that of Keras 3', (className, config) => {
    const json = (version: string): object => ({
      class_name: 'Sequential',
      keras_version: version,
      config: {
        name: 'm',
        layers: [
          { class_name: className, config: { name: 'a', batch_input_shape: [null, 2, 2, 1], ...config } },
        ],
      },
    }); // prettier-ignore
    const x = numbers([1, 2, 2, 1]);
    const [old, now] = ['2.15.0', '3.16.0'].map((version) =>
      dataOf(models.modelFromJSON(json(version)).apply(x)),
    );
    expect(old).toEqual(now);
  });
});

describe('RandomCrop in a model', () => {
  it('gives images of the size that they have in predictions of any number of batches', async () => {
    const x = layers.Input([6, 6, 1]);
    const cropped = new layers.RandomCrop(4, 4).apply(x);
    const model = new models.Model({ inputs: x, outputs: cropped });
    const means = new layers.GlobalAveragePooling2D().apply(cropped);
    const mean = new models.Model({ inputs: x, outputs: means });
    const images = numbers([11, 6, 6, 1]);
    expect(model.outputShape).toEqual([null, 4, 4, 1]);
    for (let run = 0; run < 3; run++) {
      const y = await model.predict(images, { batchSize: 2, verbose: 0 });
      expect(y.shape).toEqual([11, 6, 6, 1]);
      expect(dataOf(y)).toEqual(dataOf(images));
      const means = await mean.predict(images, { batchSize: 2, verbose: 0 });
      expect(dataOf(means)).toEqual(dataOf(new layers.GlobalAveragePooling2D().apply(images)));
    }
    expect(model.apply(images, { training: true }).shape).toEqual([11, 4, 4, 1]);
  });
});
