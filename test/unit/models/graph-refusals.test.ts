// What a model of a graph refuses: graphs that are none, and data that do not fit.
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { Input } from '../../../src/layers/input.js';
import { Model } from '../../../src/models/index.js';
import { tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { Scale, Sum, x12 } from './graph-layers.js';

describe('what a model of a graph refuses', () => {
  const x = Input([2], { name: 'x' });
  const z = Input([2], { name: 'z' });
  const sum = new Sum({ name: 'sum' }).apply([x, z]);

  it.each([
    [
      'an input that is missing',
      () => new Model({ inputs: x, outputs: sum }),
      /need the input 'z' \(read by layer 'sum'\).*not among the inputs: 'x'/,
    ],
    [
      'an input twice',
      () => new Model({ inputs: [x, x], outputs: sum }),
      /input of layer 'x' stands twice/,
    ],
    [
      'a tensor for a symbolic tensor',
      () => new Model({ inputs: x12() as never, outputs: sum }),
      /inputs must be a symbolic tensor.*got/,
    ],
    [
      'an output of another graph',
      () =>
        new Model({
          inputs: [x, z],
          outputs: [sum, new Scale(1, 'far').apply(Input([2], { name: 'w' }))],
        }),
      /need the input 'w' \(read by layer 'far'\).*not among the inputs: 'x', 'z'/,
    ],
    [
      'a layer for what it gives',
      () => new Model({ inputs: x, outputs: new Scale(1) as never }),
      /outputs must be a symbolic tensor.*got an object of class Scale/,
    ],
    [
      'what is no symbolic tensor, with its place',
      () => new Model({ inputs: { x, more: [z, null] } as never, outputs: sum }),
      /inputs\.more\[1\] must be a symbolic tensor.*got null/,
    ],
    [
      'inputs and outputs as two arguments',
      () => new (Model as unknown as new (...given: unknown[]) => Model)(x, sum),
      /inputs and outputs are options.*new models\.Model\(\{ inputs, outputs \}\)/,
    ],
    ['outputs that are none', () => new Model({ inputs: x, outputs: [] }), /there are no outputs/],
    ['inputs without outputs', () => new Model({ inputs: x }), /outputs are missing/],
    [
      'two layers of one name',
      () =>
        new Model({
          inputs: x,
          outputs: new Scale(1, 'same').apply(new Scale(1, 'same').apply(x)),
        }),
      /two layers are called 'same'/,
    ],
    ['unknown options', () => new Model({ input: x } as never), /unknown.*input.*inputs/],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
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
