import { describe, expect, it } from 'vitest';
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
});
