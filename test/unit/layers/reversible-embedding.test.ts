import { describe, expect, it } from 'vitest';
import { grad, Input, layers, models, tensor, zeros } from '../../../src/index.js';

const words = tensor([[1, 2, 0]], { dtype: 'int32' });

describe('ReversibleEmbedding', () => {
  it('begins and ends a model with the same weights', async () => {
    const embedding = new layers.ReversibleEmbedding(5, 3, { maskZero: true });
    const input = Input([null], { dtype: 'int32' });
    const hidden = new layers.Dense(3).apply(embedding.apply(input));
    const scores = embedding.apply(hidden, { reverse: true });
    expect(scores.shape).toEqual([null, null, 5]);
    const model = new models.Model({ inputs: input, outputs: scores });
    expect(model.weights).toHaveLength(3);
    expect(model.computeOutputShape([null, 7])).toEqual([null, 7, 5]);

    let bytes = new Uint8Array();
    await model.save({ write: (_: string, all: Uint8Array<ArrayBuffer>) => (bytes = all) }, { format: 'keras' }); // prettier-ignore
    const again = await models.loadModel(bytes);
    expect(again.apply(words).data()).toEqual(model.apply(words).data());
    const clone = models.cloneModel(model);
    clone.setWeights(model.getWeights());
    expect(clone.apply(words).data()).toEqual(model.apply(words).data());
  });

  it('learns from both ways', () => {
    const layer = new layers.ReversibleEmbedding(5, 3);
    layer.build([null, 3]);
    const [gradient] = grad(
      () => layer.apply(layer.apply(words), { reverse: true }).square().sum(),
      layer.trainableWeights,
    );
    // Number 4 is not among the words, but has a score.
    expect(gradient?.slice(4).abs().sum().item()).toBeGreaterThan(0);
  });

  it('gives vectors a mask, and scores none', () => {
    const layer = new layers.ReversibleEmbedding(5, 3, { maskZero: true });
    const vectors = layer.apply(words);
    expect(vectors.mask?.toArray()).toEqual([[true, true, false]]);
    expect(layer.apply(zeros([1, 2, 3]), { reverse: true }).mask).toBeUndefined();
  });

  it('refuses vectors of another length, and what is no flag', () => {
    const layer = new layers.ReversibleEmbedding(5, 3);
    expect(() => layer.apply(zeros([1, 2, 4]), { reverse: true })).toThrow(
      /with reverse: true the last axis of the input must have length 3, that is outputDim, got input of shape \(1, 2, 4\)/,
    );
    expect(() => layer.apply(Input([2, 4]), { reverse: true })).toThrow(/must have length 3/);
    expect(() => layer.apply(words, { reverse: 1 } as never)).toThrow(
      /reverse must be true or false/,
    );
    expect(() => new layers.ReversibleEmbedding(5, 3, { reverseDtype: 'float16' })).toThrow(
      /reverseDtype = 'float16' is not supported/,
    );
  });
});
