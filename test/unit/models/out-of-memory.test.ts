// A test file has a runtime of its own: this one's memory is small.
import { describe, expect, it } from 'vitest';
import { OutOfMemoryError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers/index.js';
import { Sequential } from '../../../src/models/index.js';
import { configure } from '../../../src/runtime/index.js';
import { memory, tensor } from '../../../src/tensor/index.js';
import { numbers } from './networks.js';
import { expectNoMoreThan, settledMemory } from './steady-memory.js';

const MIB = 2 ** 20;
await configure({ maxMemory: 8 * MIB });

describe('when memory is exhausted in the middle of fit', () => {
  it('the error says so, nothing is lost, and smaller batches train', async () => {
    // A batch of 2000 has 2000 · 1000 hidden values: 8 MB, as much as there is.
    const model = new Sequential([
      new Dense(1000, { activation: 'relu', inputShape: [4] }),
      new Dense(1),
    ]);
    model.compile({ optimizer: 'rmsprop', loss: 'mse' });
    const x = tensor(numbers(8000), { shape: [2000, 4] });
    const y = tensor(numbers(2000), { shape: [2000, 1] });
    await model.fit(x.slice('0:8'), y.slice('0:8'), { verbose: 0 });
    const before = await settledMemory();
    const weights = model.weights.map((weight) => weight.value.data());
    for (const run of [
      () => model.fit(x, y, { verbose: 0, batchSize: 2000 }),
      () => model.fit(x.data(), y.toArray(), { verbose: 0, batchSize: 2000 }),
      () => model.evaluate(x, y, { verbose: 0, batchSize: 2000 }),
      () => model.predict(x, { verbose: 0, batchSize: 2000 }),
      async () => model.trainOnBatch(x, y),
    ]) {
      await expect(run()).rejects.toThrow(OutOfMemoryError);
      await expect(run()).rejects.toThrow(/memory may grow to 8 MiB\. .* use smaller batches/);
    }
    expectNoMoreThan(before);
    expect(model.weights.map((weight) => weight.value.data())).toEqual(weights);
    const { history } = await model.fit(x, y, { verbose: 0, batchSize: 64 });
    expect(history['loss']?.[0]).toBeGreaterThan(0);
    expect(memory().reserved).toBeLessThanOrEqual(8 * MIB);
  });
});
