// Strings and vocabularies that were learned stay on the thread where they are.
import { describe, expect, it } from 'vitest';
import { data, Input, layers, Sequential, stringArray, tensor } from 'lanegrad';
import { open, quiet } from './network.js';

const texts = ['a', 'b', 'a', 'c'];
const labels = tensor([1, 0, 1, 0]);

function judge(...reading: (layers.Hashing | layers.StringLookup)[]): Sequential {
  const model = new Sequential([
    Input(reading.length > 0 ? [] : [1], { dtype: reading.length > 0 ? 'string' : 'int32' }),
    ...reading,
    new layers.Embedding(8, 2),
    new layers.Flatten(),
    new layers.Dense(1),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  return model;
}

describe('a model in a worker', () => {
  it('refuses strings in lists, in arrays of strings, and in batches of a generator and of a data set', async () => {
    const remote = await open(judge(new layers.Hashing(8)));
    const refusal = /a model in a worker takes no strings\. Keep the layers that read strings here/;
    await expect(remote.fit(texts as never, labels, quiet)).rejects.toThrow(refusal);
    await expect(remote.predict(stringArray(texts) as never, quiet)).rejects.toThrow(refusal);
    const batches = [[texts, labels]].values();
    await expect(remote.fit(batches as never, { verbose: 0 })).rejects.toThrow(refusal);
    const set = data.Dataset.fromTensors(texts, labels).batch(2);
    await expect(remote.evaluate(set as never, { verbose: 0 })).rejects.toThrow(refusal);
  });

  it('is not made of one with a vocabulary that was learned; the layer may read before', async () => {
    const lookup = new layers.StringLookup({ name: 'terms' });
    await lookup.adapt(texts);
    await expect(open(judge(lookup))).rejects.toThrow(
      /^inWorker: layer 'terms' keeps vocabulary\.txt, which does not travel to a worker/,
    );
    const set = data.Dataset.fromTensors(texts, labels)
      .batch(2)
      .map(([x, y]) => [lookup.apply(x).reshape([-1, 1]), y] as const);
    const remote = await open(judge());
    const { history } = await remote.fit(set as never, { verbose: 0 });
    expect(history.loss).toHaveLength(1);
  });
});
