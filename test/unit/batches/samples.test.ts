import { describe, expect, it } from 'vitest';
import {
  classWeightToSampleWeight,
  isBatchIterable,
  requireFinite,
  requireSameLength,
  toSamples,
} from '../../../src/nn/data/batches/index.js';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { memory, tensor, Variable, zeros } from '../../../src/engine/tensor/index.js';

describe('what is taken for batches', () => {
  it('are iterables, but not samples', () => {
    const generator = (function* () {
      yield 1;
    })();
    for (const batches of [generator, new Set(), { [Symbol.asyncIterator]: () => generator }]) {
      expect(isBatchIterable(batches)).toBe(true);
    }
    for (const samples of [tensor([1]), [[1]], new Float32Array(1), 3, null, undefined, 'x', {}]) {
      expect(isBatchIterable(samples)).toBe(false);
    }
  });
});

describe('samples', () => {
  it('are the tensor itself, or a new one', () => {
    const x = tensor([[1]]);
    expect(toSamples('fit: x', x)).toBe(x);
    expect(toSamples('fit: x', [[1, 2]]).shape).toEqual([1, 2]);
  });

  it('are cut from a flat typed array where the shape of one is known', () => {
    const flat = new Float32Array(12);
    expect(toSamples('x', flat, [2, 3]).shape).toEqual([2, 2, 3]);
    expect(toSamples('x', flat, [null, 3]).shape).toEqual([12]);
    expect(toSamples('x', flat, []).shape).toEqual([12]);
    expect(toSamples('x', flat).shape).toEqual([12]);
    expect(() => toSamples('fit: x', flat, [5])).toThrow(
      'fit: x is a typed array of 12 elements, which are not a whole number of samples of shape (5,)',
    );
  });

  it('are not a single number', () => {
    expect(() => toSamples('fit: x', 1)).toThrow(ShapeError);
  });

  it('are finite: the first that is not is named', () => {
    const values = new Float32Array(12);
    const x = tensor(values, { shape: [4, 3] });
    expect(() => {
      requireFinite('x', x, 'It hurts');
    }).not.toThrow();
    values[7] = -Infinity;
    values[10] = NaN;
    const { tensors } = memory();
    const bad = tensor(values, { shape: [4, 3] });
    expect(() => {
      requireFinite('fit: x', bad, 'It hurts');
    }).toThrow(/^fit: x holds -Infinity in sample 2 of 4/);
    expect(memory().tensors).toBe(tensors + 1);
    for (const dtype of ['int32', 'uint8', 'bool'] as const) {
      expect(() => {
        requireFinite('x', zeros([2], dtype), 'It hurts');
      }).not.toThrow();
    }
  });

  it('are looked through again when they have changed', () => {
    const variable = new Variable(zeros([1000, 1000]), { name: 'x' });
    const check = (): void => {
      requireFinite('fit: x', variable.value, 'It hurts');
    };
    check();
    check();
    const values = new Float32Array(1e6);
    values[999_999] = NaN;
    variable.assign(tensor(values, { shape: [1000, 1000] }));
    expect(check).toThrow(/holds NaN in sample 999 of 1000/);
  });

  it('have as many targets and weights', () => {
    const x = zeros([3, 2]);
    expect(() => {
      requireSameLength('fit', [
        { name: 'x', tensor: x },
        { name: 'y', tensor: zeros([3]) },
        { name: 'sampleWeight', tensor: undefined },
      ]);
    }).not.toThrow();
    expect(() => {
      requireSameLength('fit', [
        { name: 'x', tensor: x },
        { name: 'y', tensor: zeros([2]) },
      ]);
    }).toThrow(/^fit: x has 3 samples \(shape \(3, 2\)\), but y has 2 \(shape \(2,\)\)/);
  });
});

describe('weights of classes', () => {
  const weights = { 0: 0.5, 2: 3 };
  const expected = [0.5, 1, 3, 3];

  it.each([
    ['class numbers', tensor(Int32Array.of(0, 1, 2, 2))],
    ['bytes', tensor(Uint8Array.of(0, 1, 2, 2))],
    ['floats', tensor([0, 1, 2, 2])],
    ['a column', tensor([[0], [1], [2], [2]])],
    // prettier-ignore
    ['one-hot rows', tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]])],
    // prettier-ignore
    ['probabilities', tensor([[0.6, 0.2, 0.2], [0, 1, 0], [0.1, 0.4, 0.5], [0, 0, 1]])],
  ])('are weights of samples, by %s', (_, y) => {
    const { tensors } = memory();
    const result = classWeightToSampleWeight(y, weights);
    expect([...result.data()]).toEqual(expected);
    expect(memory().tensors).toBe(tensors + 1);
  });

  it('are rounded to the nearest class, as in Keras', () => {
    expect([...classWeightToSampleWeight(tensor([1.9999999, 0.4]), weights).data()]).toEqual([
      3, 0.5,
    ]);
  });

  it('need one class a sample', () => {
    expect(() => classWeightToSampleWeight(zeros([2, 3, 4]), weights)).toThrow(
      /y has shape \(2, 3, 4\)\. Give sampleWeight instead/,
    );
  });

  it.each([
    { 0: NaN },
    { 0: -1 },
    { 0: '1' },
    { '1.5': 1 },
    { '-1': 1 },
    new Map([[0, 1]]),
    3,
    null,
  ])('refuse %o', (bad) => {
    expect(() => classWeightToSampleWeight(tensor([0]), bad as never)).toThrow(ValueError);
  });
});
