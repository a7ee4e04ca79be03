import { describe, expect, it } from 'vitest';
import { layers, models, Sequential, tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';

describe('cloneModel', () => {
  it('keeps the type of a model with several inputs and outputs', () => {
    const [a, b] = [layers.Input([2], { name: 'a' }), layers.Input([3], { name: 'b' })];
    const both = layers.concatenate([a, b]);
    const listed = new models.Model({ inputs: [a, b], outputs: { sum: both, first: a } });
    const clone = models.cloneModel(listed);
    const { sum, first }: { readonly sum: Tensor; readonly first: Tensor } = clone.apply([
      tensor([[1, 2]]),
      tensor([[3, 4, 5]]),
    ]);
    expect(sum.toArray()).toEqual([[1, 2, 3, 4, 5]]);
    expect(first.toArray()).toEqual([[1, 2]]);
  });

  it('keeps the type of a model of an object of inputs, and of a Sequential', () => {
    const [a, b] = [layers.Input([2]), layers.Input([2])];
    const named = new models.Model({ inputs: { a, b }, outputs: layers.add([a, b]) });
    const sum: Tensor = models.cloneModel(named).apply({ a: [[1, 2]], b: [[3, 4]] });
    expect(sum.toArray()).toEqual([[4, 6]]);
    const stack: Sequential = models.cloneModel(new Sequential([layers.Input([2])]));
    expect(stack.inputShape).toEqual([null, 2]);
  });
});
