// What predictOnBatch returns belongs to the caller alone, also where the model computes nothing new.
import { describe, expect, it } from 'vitest';
import { layers, memory, Sequential, tensor, tidy } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';

/** A model that returns what `f` makes of its input. */
function modelOf(f: (x: Tensor) => Tensor): Sequential {
  return new Sequential([new layers.Lambda((x) => f(x), { inputShape: [2] })]);
}

describe('the result of predictOnBatch', () => {
  it.each([
    ['the input itself', (x: Tensor) => x],
    ['a view of the input', (x: Tensor) => x.reshape([2, 1, 1])],
    ['something new', (x: Tensor) => x.mul(1)],
  ])('can be disposed and leaves the input alone: %s', (_, f) => {
    const model = modelOf(f);
    tidy(() => {
      const x = tensor([[1, 2]]);
      model.predictOnBatch(x).dispose();
      expect(x.toArray()).toEqual([[1, 2]]);
    });
  });

  it('is not a tensor that the model holds', () => {
    tidy(() => {
      const held = tensor([[3, 4]]);
      const model = modelOf(() => held);
      model.predictOnBatch(tensor([[1, 2]])).dispose();
      expect(held.toArray()).toEqual([[3, 4]]);
    });
  });

  it('gives all memory back', () => {
    const model = modelOf((x) => x.mul(2).add(1));
    model.predictOnBatch([[1, 2]]).dispose();
    const before = memory();
    const y = model.predictOnBatch([[1, 2]]);
    expect(y.toArray()).toEqual([[3, 5]]);
    y.dispose();
    expect(memory()).toEqual(before);
  });
});
