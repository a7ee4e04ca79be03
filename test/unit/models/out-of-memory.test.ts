// A test file has a runtime of its own: this one's memory is small.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BackupAndRestore } from '../../../src/callbacks.js';
import type { FileArray } from '../../../src/files/formats/elements.js';
import { encodeNpz } from '../../../src/files/formats/npz.js';
import { readNpz } from '../../../src/nn/data/read-and-write.js';
import { OutOfMemoryError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { configure } from '../../../src/engine/runtime/index.js';
import { memory, tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, compiledTwoLayers, numbers, regression, twoLayers } from './networks.js';
import { expectNoMoreThan, settledMemory } from './steady-memory.js';

const MIB = 2 ** 20;

/** Takes all memory but some of the smallest blocks. */
function fill(): Tensor[] {
  const fillers: Tensor[] = [];
  for (const size of [MIB / 4, 2 ** 12, 2 ** 8]) {
    try {
      for (;;) fillers.push(zeros([size]));
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfMemoryError);
    }
  }
  return fillers;
}

/** 300 → 300 → 2: its weights are larger than the blocks that `fill` leaves. */
function wide(): Sequential {
  return new Sequential([new Dense(300, { inputShape: [300] }), new Dense(2)]);
}
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
    expect(history.loss?.[0]).toBeGreaterThan(0);
    expect(memory().reserved).toBeLessThanOrEqual(8 * MIB);
  });
});

describe('when memory is exhausted', () => {
  it('loadWeights still loads, since it needs none', async () => {
    const path = join(await temporaryFolder(), 'w.safetensors');
    const [from, to] = [wide(), wide()];
    await from.saveWeights(path);
    const fillers = fill();
    await to.loadWeights(path);
    for (const filler of fillers) filler.dispose();
    expect(bitsOf(to)).toEqual(bitsOf(from));
  });

  it('setWeights changes all weights or none, and keeps nothing', () => {
    const model = wide();
    const before = bitsOf(model);
    const values = [numbers(600), [1, 2]];
    const nested = [
      Array.from({ length: 300 }, () => Array.from(numbers(300))),
      Array.from(numbers(300)),
      Array.from({ length: 300 }, (_, i) => Array.from(numbers(2, i))),
      values[1] ?? [],
    ];
    const fillers = fill();
    const { tensors } = memory();
    expect(() => {
      model.setWeights(nested);
    }).toThrow(OutOfMemoryError);
    expect(memory().tensors).toBe(tensors);
    for (const filler of fillers) filler.dispose();
    expect(bitsOf(model)).toEqual(before);
    model.setWeights(nested);
    expect(bitsOf(model)).not.toEqual(before);
  });

  it('a backup is restored whole or not at all', async () => {
    const folder = await temporaryFolder();
    const { x, y } = regression(12);
    const keeping = new BackupAndRestore(folder, { deleteCheckpoint: false });
    await compiledTwoLayers(1).fit(x, y, { verbose: 0, callbacks: [keeping] });
    const model = compiledTwoLayers(2);
    await model.fit(x, y, { verbose: 0 });
    const before = bitsOf(model);
    const fillers = fill();
    const fitting = model.fit(x, y, {
      epochs: 1,
      verbose: 0,
      callbacks: [new BackupAndRestore(folder)],
    });
    await fitting.catch((error: unknown) => {
      expect(error).toBeInstanceOf(OutOfMemoryError);
    });
    for (const filler of fillers) filler.dispose();
    const restored = twoLayers();
    const after = bitsOf(model);
    expect(after.length).toBe(bitsOf(restored).length);
    const changed = after.map((bits, i) => JSON.stringify(bits) !== JSON.stringify(before[i]));
    expect(new Set(changed).size).toBe(1);
  });

  it('readNpz frees what it has made', async () => {
    const array = (size: number): FileArray => ({
      shape: [size],
      dtype: 'float32',
      data: new Float32Array(size),
    });
    const bytes = await encodeNpz([
      ['a', array(2)],
      ['b', array(1)],
      ['large', array(4 * MIB)],
    ]);
    const before = memory();
    await expect(readNpz(bytes)).rejects.toThrow(OutOfMemoryError);
    // The collector may free meanwhile what earlier tests have left.
    const { tensors, bytes: inUse } = memory();
    expect(tensors).toBeLessThanOrEqual(before.tensors);
    expect(inUse).toBeLessThanOrEqual(before.bytes);
  });
});
