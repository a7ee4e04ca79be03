import { expect, it } from 'vitest';
import { layers, losses, metrics, models, optimizers } from '../../../src/index.js';
import { unzipAll } from '../formats/unzip-all.js';

// Keras checks that these are Python floats, and refuses 1 where it takes 1.0.
it('writes whole numbers that Keras wants as floats with a point', async () => {
  const model = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 1, momentum: 0 }),
    loss: new losses.Huber({ delta: 1 }),
    metrics: [new metrics.FBetaScore({ beta: 2 })],
  });
  let file = new Uint8Array();
  await model.save(
    { write: (_name, bytes) => void (file = Uint8Array.from(bytes)) },
    {
      format: 'keras',
    },
  );
  const members = new Map((await unzipAll(file)).map(({ name, bytes }) => [name, bytes]));
  const config = new TextDecoder().decode(members.get('config.json'));
  for (const text of ['"learning_rate": 1.0', '"momentum": 0.0', '"delta": 1.0', '"beta": 2.0']) {
    expect(config).toContain(text);
  }
});
