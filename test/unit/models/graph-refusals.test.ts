// What a model of a graph refuses: graphs that are none, and data that do not fit.
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Input } from '../../../src/nn/layers/input.js';
import { Model } from '../../../src/models.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { refuses } from '../refusals.js';
import { Scale, Sum, x12 } from './graph-layers.js';

describe('what a model of a graph refuses', () => {
  const x = Input([2], { name: 'x' });
  const z = Input([2], { name: 'z' });
  const sum = new Sum({ name: 'sum' }).apply([x, z]);

  refuses(ValueError, {
    "need the input 'z' (read by layer 'sum') ... not among the inputs: 'x'": () =>
      new Model({ inputs: x, outputs: sum }),
    "input of layer 'x' occurs twice": () => new Model({ inputs: [x, x], outputs: sum }),
    'inputs must be a symbolic tensor ... got': () =>
      new Model({ inputs: x12() as never, outputs: sum }),
    "need the input 'w' (read by layer 'far') ... not among the inputs: 'x', 'z'": () =>
      new Model({
        inputs: [x, z],
        outputs: [sum, new Scale(1, 'far').apply(Input([2], { name: 'w' }))],
      }),
    'outputs must be a symbolic tensor ... got an object of class Scale': () =>
      new Model({ inputs: x, outputs: new Scale(1) as never }),
    'inputs.more[1] must be a symbolic tensor ... got null': () =>
      new Model({ inputs: { x, more: [z, null] } as never, outputs: sum }),
    'inputs and outputs are options ... new models.Model({ inputs, outputs })': () =>
      new (Model as unknown as new (...given: unknown[]) => Model)(x, sum),
    'there are no outputs': () => new Model({ inputs: x, outputs: [] }),
    'outputs are missing': () => new Model({ inputs: x }),
    "two layers are called 'same'": () =>
      new Model({
        inputs: x,
        outputs: new Scale(1, 'same').apply(new Scale(1, 'same').apply(x)),
      }),
    'unknown ... input ... inputs': () => new Model({ input: x } as never),
  });

  it('data that do not fit its structure', () => {
    const model = new Model({ inputs: { x, z }, outputs: sum });
    const one = x12();
    const call = (given: unknown) => () => model.apply(given as { x: Tensor; z: Tensor });
    expect(call({ x: one })).toThrow(/'z' is missing.*The model has 2: 'x', 'z'/);
    expect(call({ x: one, y: one })).toThrow(/there is no 'y'/);
    expect(call([one])).toThrow(/got a list of 1, expected 2/);
    expect(call([one, one, one])).toThrow(/got a list of 3, expected 2/);
    expect(call(one)).toThrow(/expected an object/);
    expect(call({ x: [one, one], z: one })).toThrow(/'x' takes one tensor, got a list of 2/);
    expect(call({ x: one, z: null })).toThrow(/^Functional layer '.*': input 'z': .*null/);
    expect(call({ x: one, z: 'text' })).toThrow(/^Functional layer '.*': input 'z': .*'text'/);
    expect(call({})).toThrow(/^Functional layer '[^']*': 'x' is missing/);
    expect(call(3)).toThrow(/expected an object/);
    expect(call({ x: one, z: tensor([[1, 2, 3]]) })).toThrow(/'z'.*\(1, 3\)/);
  });

  it('symbolic tensors of other shapes than its inputs have', () => {
    const model = new Model({ inputs: { x, z }, outputs: sum });
    const wide = Input([3]);
    expect(() => model.apply({ x: wide, z: wide })).toThrow(ShapeError);
    expect(() => model.apply({ x: wide, z: wide })).toThrow(
      /'x' got input of shape \(None, 3\), but axis 1 must have length 2/,
    );
    expect(() => model.computeOutputShape({ x: [null, 2], z: [null, 3] })).toThrow(
      /'z'.*\(None, 3\)/,
    );
    expect(() => model.computeOutputShape({ x: [null, 2], z: [2] })).toThrow(/'z'.*2 axes/);
    expect(model.computeOutputShape({ x: [7, 2], z: [7, null] })).toEqual([7, 2]);
  });

  it('a chain of any length is walked without recursion', () => {
    let y = x;
    for (let i = 0; i < 3000; i++) y = new Scale(1).apply(y);
    const model = new Model({ inputs: x, outputs: y });
    expect(model.apply(x12()).toArray()).toEqual([[1, 2]]);
  });
});
