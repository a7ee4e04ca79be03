// Cells whose states have several axes.
import { describe, expect, it } from 'vitest';
import '../../../src/known.js';
import * as layers from '../../../src/layers.js';
import { Input } from '../../../src/layers.js';
import type { SymbolicTensor } from '../../../src/layers.js';
import { grad } from '../../../src/engine/ops/control/grad.js';
import { ones, Variable } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

describe('states of several axes', () => {
  // A state [batch, 2, 3], to which the input is added; the output is its sum over an axis. Numbers of Keras's nightly.
  const adding = (axis: number, stateSize: layers.StateSize = [[2, 3]]): layers.RNNCell => ({
    stateSize,
    outputSize: axis === 1 ? 3 : 2,
    call: (input, { states: [h, ...others] }) => {
      const after = (h as Tensor).add(input.reshape([-1, 2, 1]));
      return [after.sum(axis), [after, ...others]];
    },
  });
  const steps = ones([1, 4, 2]);

  it('are zeros first, are given and are returned', () => {
    expect(new layers.RNN(adding(1)).apply(steps).toArray()).toEqual([[8, 8, 8]]);
    const options = { returnSequences: true, returnState: true } as const;
    const layer = new layers.RNN(adding(1), options);
    const [y, h] = layer.apply(steps) as readonly [Tensor, Tensor];
    expect(y.toArray()).toEqual([[2, 4, 6, 8].map((v) => [v, v, v])]);
    expect(h.toArray()).toEqual([[[4, 4, 4], [4, 4, 4]]]); // prettier-ignore
    const begun = new layers.RNN(adding(1)).apply(steps, { initialState: ones([1, 2, 3]) });
    expect(begun.toArray()).toEqual([[10, 10, 10]]);
    expect(() => layer.apply(steps, { initialState: ones([1, 6]) })).toThrow(
      /initialState must be one tensor of shape \(1, 2, 3\), got shape \(1, 6\)/,
    );
  });

  it('beside others, kept by a stateful layer, and in graphs', () => {
    const stateful = new layers.RNN(adding(1, [[2, 3], 5]), { stateful: true });
    expect(stateful.apply(steps).toArray()).toEqual([[8, 8, 8]]);
    expect(stateful.apply(steps).toArray()).toEqual([[16, 16, 16]]);
    expect(stateful.states?.map(({ shape }) => shape)).toEqual([[1, 2, 3], [1, 5]]); // prettier-ignore
    stateful.dispose();
    const layer = new layers.RNN(adding(1, [[2, 3], 5]), { returnState: true });
    const outputs = layer.apply(Input([4, 2])) as unknown as readonly SymbolicTensor[];
    expect(outputs.map(({ shape }) => shape)).toEqual([[null, 3], [null, 2, 3], [null, 5]]); // prettier-ignore
    const wide: layers.RNNCell = {
      stateSize: [[2, 3]],
      call: (input, { states: [h] }) => [(h as Tensor).add(input.reshape([-1, 2, 1])), [h as Tensor]], // prettier-ignore
    };
    expect(new layers.RNN(wide).apply(Input([4, 2])).shape).toEqual([null, 2, 3]);
    expect(new layers.RNN(wide).apply(steps).shape).toEqual([1, 2, 3]);
  });

  it('in stacked cells', () => {
    const layer = new layers.RNN([adding(2), adding(1)], { returnState: true });
    const [y, first, second] = layer.apply(steps) as unknown as [Tensor, [Tensor], [Tensor]];
    expect(y.toArray()).toEqual([[60, 60, 60]]);
    expect(first[0].toArray()).toEqual([[[4, 4, 4], [4, 4, 4]]]); // prettier-ignore
    expect(second[0].toArray()).toEqual([[[30, 30, 30], [30, 30, 30]]]); // prettier-ignore
  });

  it('have gradients', () => {
    const w = new Variable([1, 1]);
    const layer = new layers.RNN(adding(1));
    // Of 4 steps, each with 3 columns.
    const [gradient] = grad(() => layer.apply(steps.mul(w.value)).sum(), [w]);
    expect(gradient?.toArray()).toEqual([12, 12]);
  });

  it('are refused where they lie too deep', () => {
    const deep = { ...adding(1), stateSize: [[[2, 3]]] } as unknown as layers.RNNCell;
    expect(() => new layers.RNN(deep)).toThrow(/stateSize must be a whole number.*got \[2, 3\]/);
  });
});
