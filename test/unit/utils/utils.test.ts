import { describe, expect, it } from 'vitest';
import { LanegradError, ShapeError, ValueError } from '../../../src/errors.js';
import { memory, tensor, zeros } from '../../../src/engine/tensor/index.js';
import { normalize, setRandomSeed, toCategorical } from '../../../src/utils.js';
import { normal, SeedGenerator } from '../../../src/random.js';

describe('toCategorical', () => {
  // prettier-ignore
  const rows = [[1, 0, 0], [0, 0, 1], [0, 1, 0]];

  it.each([
    ['nested arrays', [0, 2, 1]],
    ['int32', Int32Array.of(0, 2, 1)],
    ['bytes', Uint8Array.of(0, 2, 1)],
    ['a tensor', tensor([0, 2, 1])],
    ['a column', [[0], [2], [1]]],
  ])('makes one-hot rows of %s', (_, labels) => {
    const oneHot = toCategorical(labels);
    expect(oneHot.dtype).toBe('float32');
    expect(oneHot.toArray()).toEqual(rows);
  });

  it('makes as many classes as asked for', () => {
    expect(toCategorical([0, 1], 4).shape).toEqual([2, 4]);
    expect(toCategorical(zeros([0]), 4).shape).toEqual([0, 4]);
    // prettier-ignore
    expect(toCategorical([[0, 1], [1, 0]]).shape).toEqual([2, 2, 2]);
    expect(toCategorical(1).toArray()).toEqual([0, 1]);
    expect(toCategorical([[1]]).toArray()).toEqual([[0, 1]]);
  });

  it.each([
    [[0, 3], 3, ValueError, /label 3 at position 1 is not a class number from 0 to 2/],
    [[-1], undefined, ValueError, /label -1 at position 0 is not a class number \(0, 1, 2, …\)/],
    [[0.5], undefined, ValueError, /label 0\.5/],
    [[NaN], undefined, ValueError, /label NaN/],
    [[0], 0, ValueError, /numClasses must be a whole number of at least 1, got 0/],
    [zeros([0]), undefined, ShapeError, /shape \(0,\) hold no label.* Give numClasses/],
  ] as const)(
    'refuses %o of %o classes',
    (labels, classes, type: typeof LanegradError, message) => {
      expect(() => toCategorical(labels, classes)).toThrow(message);
      expect(() => toCategorical(labels, classes)).toThrow(type);
    },
  );

  it('leaves one tensor', () => {
    const { tensors } = memory();
    const oneHot = toCategorical([0, 1]);
    expect(memory().tensors).toBe(tensors + 1);
    oneHot.dispose();
    expect(() => toCategorical([-1])).toThrow(ValueError);
    expect(memory().tensors).toBe(tensors);
  });
});

describe('normalize', () => {
  const x = [
    [3, 4],
    [0, 0],
  ];

  it.each([
    [-1, 2, [0.6, 0.8, 0, 0]],
    [0, 2, [1, 1, 0, 0]],
    [1, 1, [3 / 7, 4 / 7, 0, 0]],
    [-1, Infinity, [0.75, 1, 0, 0]],
    // (3³ + 4³)^(1/3) = 91^(1/3)
    [-1, 3, [3 / Math.cbrt(91), 4 / Math.cbrt(91), 0, 0]],
  ])('along axis %i by the norm of order %f', (axis, order, expected) => {
    const result = normalize(x, axis, order);
    expect(result.shape).toEqual([2, 2]);
    result.data().forEach((value: number, i: number) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 6);
    });
  });

  it('has Keras’s defaults, takes whole numbers and leaves one tensor', () => {
    const { tensors } = memory();
    const result = normalize(Int32Array.of(3, 4));
    expect([...result.data()].map((value) => value.toFixed(5))).toEqual(['0.60000', '0.80000']);
    expect(memory().tensors).toBe(tensors + 1);
  });

  it('refuses what has no norm', () => {
    expect(() => normalize(x, -1, 0)).toThrow(/order must be a number above 0, got 0/);
    expect(() => normalize(x, -1, NaN)).toThrow(ValueError);
    expect(() => normalize(3)).toThrow(ValueError);
    expect(() => normalize(x, 2)).toThrow(LanegradError);
  });
});

describe('setRandomSeed', () => {
  it('restarts all random numbers', () => {
    setRandomSeed(4);
    const first = [...normal([5]).data()];
    const second = [...normal([5]).data()];
    expect(second).not.toEqual(first);
    setRandomSeed(4);
    expect([...normal([5]).data()]).toEqual(first);
    setRandomSeed(5);
    expect([...normal([5]).data()]).not.toEqual(first);
    // Generators of their own are not touched.
    const own = new SeedGenerator(1);
    const expected = [...normal([3], { seed: new SeedGenerator(1) }).data()];
    setRandomSeed(9);
    expect([...normal([3], { seed: own }).data()]).toEqual(expected);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses %f', (seed) => {
    expect(() => {
      setRandomSeed(seed);
    }).toThrow(ValueError);
  });
});
