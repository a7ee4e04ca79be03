// The network that is trained on this thread and in a worker, and what is compared.
import { afterEach } from 'vitest';
import { layers, optimizers, random, Sequential, tensor, utils } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import type { InWorkerOptions, RemoteModel } from 'lanegrad/remote';

const opened: RemoteModel[] = [];

afterEach(() => {
  for (const remote of opened.splice(0)) remote.dispose();
});

/** In a worker until the end of the test. One thread: results do not depend on it, and tests start faster. */
export async function open(model: Sequential, options: InWorkerOptions = {}): Promise<RemoteModel> {
  const remote = await inWorker(model, { runtime: { threads: 1 }, ...options });
  opened.push(remote);
  return remote;
}

/** A network with all that draws random numbers or has state. Seeds the random numbers of this thread. */
export function network(seed = 7): Sequential {
  utils.setRandomSeed(seed);
  const stack = [
    new layers.Dense(8, { activation: 'relu', inputShape: [4], name: 'first' }),
    new layers.BatchNormalization({ name: 'norm' }),
    new layers.Dropout(0.3, { name: 'drop' }),
    new layers.Dense(3, { activation: 'softmax', name: 'last' }),
  ];
  const model = new Sequential(stack, { name: 'network' });
  model.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.01 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

export const x = random.normal([50, 4], { seed: 1 });
export const y = tensor(Int32Array.from({ length: 50 }, (_, i) => i % 3));
export const quiet = { verbose: 0, batchSize: 8 } as const;

/** The bits of all weights and of the optimizer's state. */
export function bits(model: Sequential): unknown[] {
  return [...model.weights, ...(model.optimizer?.variables ?? [])].map((variable) =>
    Array.from(variable.value.data()),
  );
}
