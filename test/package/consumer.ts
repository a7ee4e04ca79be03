// A program in strict TypeScript against the packed declarations. It is type-checked there, not run: without
// Node's types, with `skipLibCheck` off, so that the declarations themselves are checked as well.
import { data, datasets, grad, layers, losses, models, optimizers, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { tidy } from 'lanegrad/core';
import { Dense } from 'lanegrad/layers';
import { MeanSquaredError, register } from 'lanegrad/losses';
import * as applications from 'lanegrad/applications';
import * as flower from 'lanegrad/flower';
import { inWorker } from 'lanegrad/remote';
import type { RemoteModel } from 'lanegrad/remote';
import * as tuner from 'lanegrad/tuner';

export async function quickStart(): Promise<number> {
  const [[images, labels]] = await datasets.digits.loadData();
  const network = new models.Sequential();
  network.add(new layers.Dense(32, { activation: 'relu', inputShape: [64] }));
  network.add(new layers.Dropout(0.1));
  network.add(new layers.Dense(10, { activation: 'softmax' }));
  network.compile({
    optimizer: new optimizers.RMSprop({ learningRate: 0.01 }),
    loss: new losses.CategoricalCrossentropy(),
    metrics: ['accuracy'],
  });
  const x = images.reshape([-1, 64]).astype('float32').div(16);
  const history = await network.fit(x, utils.toCategorical(labels), {
    epochs: 2,
    batchSize: 32,
    validationSplit: 0.1,
  });
  return history.history.loss?.at(-1) ?? NaN;
}

/** The same in a worker. */
export async function elsewhere(network: models.Sequential, x: Tensor): Promise<number> {
  const remote: RemoteModel = await inWorker(network, { waitForBatchHooks: false });
  const history = await remote.fit(x, x, {
    callbacks: { onEpochEnd: (epoch, logs) => logs.loss + epoch },
  });
  remote.dispose();
  return history.epoch.length;
}

/** A node of a federation, with a model and with a handler of its own. */
export async function federation(network: models.Sequential, x: Tensor): Promise<bigint> {
  const node = await flower.join('http://localhost:8000', {
    model: network,
    data: [x, x],
    epochs: 2,
    onProgress(progress) {
      if (progress.type === 'epoch') console.log(progress.epoch, progress.logs['loss']);
      else if (progress.type === 'answered') console.log(progress.message.runId, progress.bytes);
    },
    evaluate: ({ arrays, config }) => {
      network.setWeights([...arrays.values()]);
      const loss = config.get('scale') === 2 ? 0.5 : 1;
      return { metrics: new flower.MetricRecord({ loss, 'num-examples': 512 }) };
    },
  });
  await node.leave();
  return node.id;
}

/** A search, whose choices have the types of their values. */
export async function tuned(x: Tensor, y: Tensor): Promise<Tensor | undefined> {
  const build = (hp: tuner.HyperParameters): models.Sequential => {
    const activation: 'relu' | 'tanh' = hp.choice('activation', ['relu', 'tanh']);
    const units: number = hp.int('units', { min: 8, max: 32, step: 8 });
    const network = new models.Sequential([new layers.Dense(units, { activation })]);
    network.compile({ optimizer: 'adam', loss: 'mse' });
    return network;
  };
  const search = new tuner.Hyperband(
    {
      build,
      fit: (hp, model, x, y, options) =>
        model.fit(x, y, { ...options, batchSize: hp.choice('batchSize', [16, 32]) }),
    },
    { objective: { name: 'val_loss', direction: 'min' }, maxEpochs: 9, seed: 1 },
  );
  await search.search(x, y, { validationSplit: 0.2, callbacks: () => ({ onEpochEnd: () => 1 }) });
  const [best] = await search.getBestModels();
  return best?.predict(x);
}

/** Elements have the types of what they were made from. */
export async function pipelines(): Promise<string[]> {
  const [[images, labels]] = await datasets.digits.loadData();
  const batches = data.Dataset.fromTensors(images, labels)
    .shuffle(1442, { seed: 1 })
    .batch(32)
    .map(([x, y]) => [x.reshape([-1, 64]).astype('float32').div(16), y]);
  for await (const [x, y] of batches.take(1)) {
    x.dispose();
    y.dispose();
  }
  const single: data.Dataset<Tensor> = data.Dataset.fromGenerator(function* () {
    yield 1;
  }).prefetch(1);
  const rows = data.Dataset.csv('iris.csv', {
    label: 'species',
    dtypes: { species: 'category', length: ['short', 'long'] },
  });
  const network = new models.Sequential([new layers.Dense(10)]);
  await network.fit(batches, { validationData: rows.batch(4) });
  await network.evaluate(data.Dataset.zip(single, single).batch(2));
  await network.predict(single.batch(2));
  return [...(rows.categories['species'] ?? [])];
}

/** A custom loss is a function of two tensors. */
export function meanCube(yTrue: Tensor, yPred: Tensor): Tensor {
  return yTrue.sub(yPred).abs().pow(3).mean();
}

export class Doubling extends layers.Layer {
  override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

export const slope: Tensor = grad((x: Tensor) => x.mul(x).sum())(tensor([1, 2, 3]));

/** The entry points of namespaces have the types of the namespaces. */
export function dense(x: Tensor): Tensor {
  register(MeanSquaredError);
  const layer: layers.Dense = new Dense(3);
  return tidy(() => layer.apply(x).add(1));
}

// What the declarations must refuse.
// @ts-expect-error -- units is a number
export const wrongUnits = new layers.Dense('32');
// @ts-expect-error -- no such option
export const wrongOption = new layers.Dense(32, { activations: 'relu' });
// @ts-expect-error -- a range needs its ends
export const wrongRange = new tuner.HyperParameters().int('units', { min: 1 });
// @ts-expect-error -- no such element type
export const wrongType = tensor([1, 2, 3], { dtype: 'float65' });

/** A network of Keras's, with random weights and with those of a file. */
export async function pretrained(pictures: Tensor): Promise<string> {
  const fresh: models.Model = applications.MobileNetV2({ classes: 10, alpha: 0.35 });
  fresh.dispose();
  const network = await applications.MobileNetV2({ weights: 'mobilenet_v2.h5' });
  const x = applications.mobilenetV2.preprocessInput(pictures);
  const predictions = await network.predict(x);
  const classIndex = { '0': ['n01440764', 'tench'] } as const;
  const [found] = await applications.mobilenetV2.decodePredictions(predictions, { classIndex });
  return found?.[0]?.[1] ?? '';
}
