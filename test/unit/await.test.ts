import { describe, expect, it } from 'vitest';
import { layers, ones, ops, Sequential, tensor } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';

/** What a call of `predict` without `await` gives, as a program without types passes it on. */
const forgotten = Promise.resolve(ones([2, 2])) as unknown as Tensor;
const message = /a Promise \(write await before the call that gave it\)/;

describe('a promise in place of a tensor', () => {
  it('is refused by tensor() and by operations with the advice to await it', () => {
    expect(() => tensor(forgotten)).toThrow(message);
    expect(() => tensor([forgotten] as never)).toThrow(message);
    expect(() => ops.add(forgotten, 1)).toThrow(message);
    expect(() => ops.matmul(ones([2, 2]), forgotten)).toThrow(message);
    expect(() => ones([2, 2]).mul(forgotten)).toThrow(message);
    expect(() => ops.concat(forgotten as never)).toThrow(message);
    expect(() => ops.stack([forgotten, forgotten])).toThrow(message);
  });

  it('is refused by layers and models', async () => {
    const layer = new layers.Dense(2);
    expect(() => layer.apply(forgotten)).toThrow(message);
    const model = new Sequential([new layers.Dense(2, { inputShape: [2] })]);
    model.compile({ loss: 'mse' });
    await expect(model.fit(forgotten, ones([2, 2]))).rejects.toThrow(message);
    await expect(model.fit(ones([2, 2]), forgotten)).rejects.toThrow(message);
    await expect(model.predict(forgotten)).rejects.toThrow(message);
    expect(() => model.trainOnBatch(ones([2, 2]), forgotten)).toThrow(message);
  });
});
