import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { zeros } from '../../../src/engine/tensor/create.js';
import { arange } from '../../../src/engine/tensor/create.js';
import { reshape } from '../../../src/engine/ops/index.js';

const counting = (shape: readonly number[]): ReturnType<typeof zeros> =>
  reshape(arange(shape.reduce((size, n) => size * n, 1)), shape);

describe('Flatten', () => {
  it('makes a vector of each sample', () => {
    expect(new layers.Flatten().apply(counting([2, 2, 3])).toArray()).toEqual([
      [0, 1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10, 11],
    ]);
    expect(new layers.Flatten().apply([1, 2]).shape).toEqual([2, 1]);
  });

  it('moves channels to the end first when they come first', () => {
    const flatten = new layers.Flatten({ dataFormat: 'channels_first' });
    // One sample of 2 channels of 1 x 3.
    expect(flatten.apply(counting([1, 2, 1, 3])).toArray()).toEqual([[0, 3, 1, 4, 2, 5]]);
    expect(flatten.apply(counting([1, 3])).toArray()).toEqual([[0, 1, 2]]);
  });

  it('keeps the dtype and knows its output shape', () => {
    expect(new layers.Flatten().apply(zeros([2, 3, 4], 'uint8')).dtype).toBe('uint8');
    expect(new layers.Flatten().computeOutputShape([null, 3, 4])).toEqual([null, 12]);
    expect(new layers.Flatten().computeOutputShape([5])).toEqual([5, 1]);
    expect(new layers.Flatten().computeOutputShape([null, null, 4])).toEqual([null, null]);
  });

  it('refuses a scalar and an unknown data format', () => {
    expect(() => new layers.Flatten().apply(1)).toThrow(ShapeError);
    expect(() => new layers.Flatten({ dataFormat: 'nhwc' as 'channels_last' })).toThrow(/'nhwc'/);
  });
});

describe('Reshape', () => {
  it('gives each sample the target shape', () => {
    expect(new layers.Reshape([3, -1]).apply(counting([2, 2, 6])).shape).toEqual([2, 3, 4]);
    expect(new layers.Reshape([12]).computeOutputShape([null, 3, 4])).toEqual([null, 12]);
    expect(new layers.Reshape([3, -1]).computeOutputShape([null, 6])).toEqual([null, 3, 2]);
    expect(new layers.Reshape([3, -1]).computeOutputShape([7, null])).toEqual([7, 3, null]);
  });

  it('takes an empty batch', () => {
    expect(new layers.Reshape([2, -1]).apply(zeros([0, 6])).shape).toEqual([0, 2, 3]);
  });

  it('refuses samples that do not fit, naming both shapes', () => {
    const layer = new layers.Reshape([4, -1], { name: 'r' });
    expect(() => layer.apply(zeros([2, 6]))).toThrow(ShapeError);
    expect(() => layer.apply(zeros([2, 6]))).toThrow(/'r' .*\(4, -1\).*\(6,\).* 6 elements/);
    expect(() => new layers.Reshape([5]).computeOutputShape([null, 6])).toThrow(ShapeError);
  });

  it.each([[[-1, -1]], [[0]], [[1.5]], [3]])('refuses the target %j', (target) => {
    expect(() => new layers.Reshape(target as number[])).toThrow(ValueError);
  });
});

describe('Permute', () => {
  it('reorders the axes of a sample', () => {
    expect(new layers.Permute([2, 1]).apply(counting([1, 2, 3])).toArray()).toEqual([
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ]);
    expect(new layers.Permute([3, 1, 2]).computeOutputShape([null, 4, 5, 6])).toEqual([
      null,
      6,
      4,
      5,
    ]);
  });

  it.each([[[0, 1]], [[1, 1]], [[]], [[1, 3]], ['21']])('refuses the order %j', (dims) => {
    expect(() => new layers.Permute(dims as number[])).toThrow(/Permute: dims/);
  });

  it('refuses input of another rank', () => {
    expect(() => new layers.Permute([2, 1]).apply(zeros([2, 3]))).toThrow(/3 axes/);
  });
});

describe('RepeatVector', () => {
  it('repeats each sample', () => {
    expect(new layers.RepeatVector(2).apply([[1, 2]]).toArray()).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
    ]);
    expect(new layers.RepeatVector(3).computeOutputShape([null, 5])).toEqual([null, 3, 5]);
  });

  it('refuses other ranks and counts', () => {
    expect(() => new layers.RepeatVector(2).apply([1])).toThrow(/2 axes/);
    expect(() => new layers.RepeatVector(0)).toThrow(/RepeatVector: n .* got 0/);
  });
});

describe('shape rules', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 });

  it('computeOutputShape says what apply gives', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const x = zeros(shape);
        const order = shape.slice(1).map((_, i) => shape.length - 1 - i);
        for (const layer of [
          new layers.Flatten(),
          new layers.Reshape([1, -1]),
          new layers.Permute(order),
          new layers.Dense(2),
          new layers.Softmax(),
          new layers.PReLU(),
          new layers.LayerNormalization(),
        ]) {
          expect([...layer.apply(x).shape]).toEqual([...layer.computeOutputShape(shape)]);
          layer.dispose();
        }
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});
