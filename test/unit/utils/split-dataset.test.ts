import { describe, expect, expectTypeOf, it } from 'vitest';
import { data } from 'lanegrad';
import type { StringArray, Tensor } from 'lanegrad';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { arange, memory, tensor } from '../../../src/engine/tensor/index.js';
import { splitDataset } from '../../../src/utils.js';
import type { SplitDatasetOptions } from '../../../src/utils.js';

describe('splitDataset', () => {
  const x = arange(10);

  // Keras: a share is rounded as Python rounds, half to even.
  it.each<[SplitDatasetOptions, number[], number[]]>([
    [{ leftSize: 3 }, [0, 1, 2], [3, 4, 5, 6, 7, 8, 9]],
    [{ rightSize: 2 }, [0, 1, 2, 3, 4, 5, 6, 7], [8, 9]],
    [{ leftSize: 0.8 }, [0, 1, 2, 3, 4, 5, 6, 7], [8, 9]],
    [{ leftSize: 0.25 }, [0, 1], [2, 3, 4, 5, 6, 7, 8, 9]],
    [{ leftSize: 0.35 }, [0, 1, 2, 3], [4, 5, 6, 7, 8, 9]],
    [{ leftSize: 2, rightSize: 0.3 }, [0, 1], [7, 8, 9]],
  ])('%j', (options, left, right) => {
    const parts = splitDataset(x, options);
    expect(parts.map((part) => part.toArray())).toEqual([left, right]);
  });

  it('splits several arrays alike, shuffled by the seed, each sample once', () => {
    const y = x.mul(2);
    const options = { leftSize: 6, shuffle: true, seed: 3 };
    const [[leftX, leftY], [rightX, rightY]] = splitDataset([x, y], options);
    expect(leftY.toArray()).toEqual(leftX.mul(2).toArray());
    expect(rightY.toArray()).toEqual(rightX.mul(2).toArray());
    const all = [...leftX.data(), ...rightX.data()];
    expect(all).not.toEqual([...x.data()]);
    expect(all.sort((a, b) => a - b)).toEqual([...x.data()]);
    expect(splitDataset(x, options)[0].toArray()).toEqual(leftX.toArray());
  });

  it('takes nested and typed arrays, and makes no more than the parts', () => {
    const before = memory().tensors;
    const [left, right] = splitDataset(
      [
        [
          [1, 2],
          [3, 4],
        ],
        Int32Array.of(5, 6),
      ],
      { leftSize: 1 },
    );
    expect(left.map((part) => part.toArray())).toEqual([[[1, 2]], [5]]);
    expect(right.map((part) => part.dtype)).toEqual(['float32', 'int32']);
    expect(memory().tensors).toBe(before + 4);
  });

  it.each<[SplitDatasetOptions]>([
    [{}],
    [{ leftSize: 0 }],
    [{ leftSize: 10 }],
    [{ leftSize: 1.5 }],
    [{ leftSize: 0.01 }],
    [{ leftSize: 6, rightSize: 5 }],
    [{ left: 1 } as never],
  ])('refuses %j', (options) => {
    expect(() => splitDataset(x, options)).toThrow(ValueError);
  });

  it('refuses data of several lengths', () => {
    expect(() => splitDataset([x, tensor([1])], { leftSize: 1 })).toThrow(ShapeError);
    expect(() => splitDataset([], { leftSize: 1 })).toThrow(ValueError);
  });

  it('splits strings, lists of numbers and typed arrays by themselves', () => {
    const [texts, rest] = splitDataset(['a', 'b', 'c'], { leftSize: 2 });
    expectTypeOf(texts).toEqualTypeOf<StringArray>();
    expect([texts.toArray(1), rest.toArray(1)]).toEqual([['a', 'b'], ['c']]);
    const [numbers, last] = splitDataset([1, 2, 3], { rightSize: 1 });
    expect([numbers.toArray(1), last.toArray(1)]).toEqual([[1, 2], [3]]);
    const [bytes] = splitDataset(Uint8Array.of(7, 8), { leftSize: 1 });
    expect(bytes.dtype).toBe('uint8');
  });

  it('keeps lists and objects, tables of columns among them, as fit takes them', () => {
    const columns = { age: [31, 54, 18], job: ['smith', 'clerk', 'cook'] };
    const image = arange(12).reshape([3, 4]);
    const given = [{ image, columns }, [1, 0, 1]] as const;
    const [[left, y], [right]] = splitDataset(given, { leftSize: 2, shuffle: true, seed: 4 });
    expectTypeOf(left.columns.job).toEqualTypeOf<StringArray>();
    expectTypeOf(left.image).toEqualTypeOf<Tensor>();
    const jobs = [...left.columns.job, ...right.columns.job];
    expect(jobs.toSorted()).toEqual(['clerk', 'cook', 'smith']);
    const ages = [...left.columns.age.toArray(1), ...right.columns.age.toArray(1)];
    expect(ages.map((age) => columns.job[columns.age.indexOf(age)])).toEqual(jobs);
    expect(left.image.toArray(2).map(([first = 0]) => columns.job[first / 4])).toEqual(
      jobs.slice(0, 2),
    );
    expect(y.shape).toEqual([2]);
  });
});

describe('splitDataset of a data set', () => {
  const all = async (set: data.Dataset<Tensor>): Promise<number[]> => {
    const numbers: number[] = [];
    for await (const one of set) numbers.push(one.item());
    return numbers;
  };

  it('gives the first elements and the last ones', async () => {
    const set = data.Dataset.fromTensors(arange(10));
    const [left, right] = splitDataset(set, { leftSize: 0.6, rightSize: 3 });
    expectTypeOf(left).toEqualTypeOf(set);
    expect([left.size, right.size]).toEqual([6, 3]);
    expect([await all(left), await all(right)]).toEqual([
      [0, 1, 2, 3, 4, 5],
      [7, 8, 9],
    ]);
  });

  it('shuffles once: each element is in one part, in all passes', async () => {
    for (const seed of [3, undefined]) {
      const set = data.Dataset.fromTensors(arange(20));
      const [left, right] = splitDataset(set, { rightSize: 5, shuffle: true, seed });
      const [train, valid] = [await all(left), await all(right)];
      expect(await all(left)).toEqual(train);
      expect(await all(right)).toEqual(valid);
      expect([...train, ...valid]).not.toEqual([...Array(20).keys()]);
      expect([...train, ...valid].toSorted((a, b) => a - b)).toEqual([...Array(20).keys()]);
    }
  });

  it('refuses one without a size, without an end, and one that is reshuffled in each pass', () => {
    const set = data.Dataset.fromTensors(arange(4));
    const half = { leftSize: 0.5 };
    expect(() =>
      splitDataset(
        set.filter(() => true),
        half,
      ),
    ).toThrow(/does not know its size/);
    expect(() => splitDataset(set.repeat(), half)).toThrow(/never ends\. Split before repeat/);
    expect(() => splitDataset(set.shuffle(4).batch(2), half)).toThrow(/reshuffled in each pass/);
    const fixed = set.shuffle(4, { seed: 1, reshuffleEachIteration: false });
    expect(splitDataset(fixed, half)[0].size).toBe(2);
  });
});
