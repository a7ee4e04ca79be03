// Models of released Keras 3 and of Keras 2, as people have them: they predict as there, train as there, and are the same here
// when they were saved again.
import '../without-collector.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { memory, models, optimizers, tensor } from '../../../src/index.js';
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

/** What is not read yet, and what it waits for: a file that is read fails here. */
const WAITING: Readonly<Record<string, string>> = {
  k2_activation_layer_h5: 'layers as activations',
  k2_depthwise: 'groups of DepthwiseConv2D',
  k2_depthwise_h5: 'groups of DepthwiseConv2D, / in names',
  k2_legacy_optimizer_h5: 'options of legacy optimizers',
  k2_mobilenet_h5: 'groups of DepthwiseConv2D',
  k2_trained: 'weights of metrics',
  k2_trained_h5: 'Custom>Adam',
  k3_activation_layer: 'layers as activations',
  k3_bfloat16: 'bfloat16',
  k3_expand_dims: 'operations over several axes',
  k3_float16: 'float16',
  k3_float64: 'float64',
  k3_int8_attention: 'int8 attention',
  k3_lora: 'LoRA',
  k3_mixed_bfloat16: 'mixed_bfloat16',
  k3_mixed_float16: 'mixed_float16',
};

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

async function load({ file, json }: Expected): Promise<models.Model> {
  if (json === undefined) return models.loadModel(join(folder, file));
  const model = models.modelFromJSON(json) as models.Model;
  await model.loadWeights(join(folder, file));
  return model;
}

async function savedAgain(model: models.Model): Promise<models.Model> {
  let bytes = new Uint8Array();
  await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras' });
  return models.loadModel(bytes);
}

const inputOf = ({ x: [{ shape, data }] }: Expected): Tensor =>
  tensor(Float32Array.from(data), { shape });

const dataOf = (y: Tensor): number[] => [...y.data()];

/** What a call in training gives, several times. */
const callsInTraining = (model: models.Model, x: Tensor): readonly number[][] =>
  Array.from({ length: 4 }, () => dataOf(model.apply(x, { training: true })));

async function predict(model: models.Model, x: Tensor): Promise<Tensor> {
  return model.predict(x, { verbose: 0 });
}

function expectPredictions(y: Tensor, { shape, data }: Numbers, loses = 1e-5): void {
  expect(y.shape).toEqual(shape);
  const largest = Math.max(...data.map(Math.abs));
  const differences = dataOf(y).map((value, i) => Math.abs(value - (data[i] ?? NaN)));
  expect(Math.max(...differences)).toBeLessThanOrEqual(loses * largest);
}

describe.each(Object.entries(expected))('%s', (name, numbers) => {
  const isWaiting = WAITING[name] !== undefined;
  const x = inputOf(numbers);
  const isAlwaysOn = ALWAYS_ON.includes(name);
  const varies = numbers.training_varies ?? isAlwaysOn;

  (isWaiting ? it.fails : it)('predicts as in Keras, and says what is lost', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const model = await load(numbers);
    const notice = NOTICES[name];
    expect(warn.mock.calls).toEqual(
      notice === undefined ? [] : [[expect.stringMatching(notice) as string]],
    );
    warn.mockRestore();
    expect(model.optimizer?.getConfig()['name']).toBe(COMPILED[name]?.toLowerCase());
    if (isAlwaysOn) return;
    const y = await predict(model, x);
    expectPredictions(y, numbers.predict, LOSES[name]);
    expect(dataOf(model.apply(x, { training: false }))).toEqual(dataOf(y));
  });

  it.skipIf(isWaiting)(
    varies ? 'draws anew in each call in training' : 'draws nothing in training',
    async () => {
      const [first, ...others] = callsInTraining(await load(numbers), x);
      expect(others.some((y) => String(y) !== String(first))).toBe(varies);
    },
  );

  it.skipIf(isWaiting)('trains with what it draws', async () => {
    const model = await load(numbers);
    // Images that layers change have no weights to train.
    if (model.trainableWeights.length === 0) return;
    // Where nothing is drawn, the loss is that of the predictions in training, in each epoch the same.
    const y = model.apply(x, { training: true });
    model.compile({ optimizer: new optimizers.SGD({ learningRate: 0 }), loss: 'mse' });
    const { history } = await model.fit(x, y, { epochs: 4, verbose: 0, shuffle: false });
    const losses = history['loss'] ?? [];
    expect(losses.some((loss) => loss > 1e-9)).toBe(varies);
    expect(new Set(losses).size > 1).toBe(varies);
  });

  it.skipIf(isWaiting)('is the same when it was saved again', async () => {
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

  it.skipIf(isWaiting)('leaves nothing behind', async () => {
    const before = memory();
    const model = await load(numbers);
    model.optimizer?.dispose();
    model.dispose();
    expect(memory()).toEqual(before);
  });
});
