// Weights that an optimizer leaves out of weight decay stay left out when a model is saved and loaded.
import { describe, expect, it } from 'vitest';
import { layers, models, optimizers, tensor } from '../../../src/index.js';
import { FormatError } from '../../../src/errors.js';
import { encodeKerasFile } from '../../../src/files/formats/keras/file.js';
import { unzipAll } from '../formats/unzip-all.js';

const x = tensor([[1, 2]]);
const y = tensor([[0]]);

type Exclude = (optimizer: optimizers.Optimizer, model: models.Model) => void;

function makeModel(exclude: Exclude): models.Model {
  const model = new models.Sequential([
    new layers.Dense(2, { inputShape: [2], biasInitializer: 'ones' }),
    new layers.Dense(1, { biasInitializer: 'ones' }),
  ]);
  const optimizer = new optimizers.AdamW({ learningRate: 0.5, weightDecay: 0.5 });
  exclude(optimizer, model);
  model.compile({ optimizer, loss: 'mse' });
  return model;
}

async function bytesOf(
  model: models.Model,
  includeOptimizer = true,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array();
  const sink = { write: (_: string, all: Uint8Array<ArrayBuffer>) => (bytes = all.slice()) };
  await model.save(sink, { format: 'keras', includeOptimizer });
  return bytes;
}

const configOf = async (bytes: Uint8Array<ArrayBuffer>): Promise<Record<string, unknown>> => {
  const config = (await unzipAll(bytes)).find(({ name }) => name === 'config.json')?.bytes;
  return JSON.parse(new TextDecoder().decode(config)) as Record<string, unknown>;
};

const weightsOf = (model: models.Model): number[][] =>
  model.getWeights().map((weight) => [...weight.data()]);

describe('weights without weight decay, saved and loaded', () => {
  it.each<[string, Exclude, readonly number[]]>([
    ['by name', (optimizer) => optimizer.excludeFromWeightDecay({ names: ['bias'] }), [1, 3]],
    [
      'by themselves',
      (optimizer, { weights }) =>
        optimizer.excludeFromWeightDecay({ variables: weights.slice(0, 2) }),
      [0, 1],
    ],
  ])('left out %s, they go on as without the pause', async (_, exclude, places) => {
    const model = makeModel(exclude);
    model.trainOnBatch(x, y);
    const bytes = await bytesOf(model);
    expect((await configOf(bytes))['undecayed_weights']).toEqual({ optimizer: places });
    const again = await models.loadModel(bytes);
    expect(await bytesOf(again)).toEqual(bytes);
    for (const each of [model, again]) each.trainOnBatch(x, y);
    expect(weightsOf(again)).toEqual(weightsOf(model));
  });

  it('are said also where the state of the optimizer is not, and not where there are none', async () => {
    const [some, none] = [
      makeModel((optimizer) => optimizer.excludeFromWeightDecay({ names: ['bias'] })),
      makeModel(() => undefined),
    ];
    const saved = await Promise.all([some, none].map((model) => bytesOf(model, false)));
    const [said, unsaid] = await Promise.all(saved.map(configOf));
    expect(said?.['undecayed_weights']).toEqual({ optimizer: [1, 3] });
    expect(unsaid).not.toHaveProperty('undecayed_weights');
  });

  it.each([[[4]], [[0, 0]], [[-1]], [[0.5]], ['all']])('are refused as %j', async (places) => {
    const bytes = await bytesOf(makeModel(() => undefined));
    const weights = (await unzipAll(bytes)).find(({ name }) => name === 'model.weights.h5')?.bytes;
    const json = { ...(await configOf(bytes)), undecayed_weights: { optimizer: places } };
    const file = encodeKerasFile(json, [weights ?? new Uint8Array()]);
    const loading = file.then((all) => models.loadModel(all));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(/undecayed_weights of 'optimizer'.*4 weights/);
  });
});
