import { describe, expect, it } from 'vitest';
import { alignRanks } from '../../../src/nn/losses/targets.js';
import { ones } from '../../../src/engine/tensor/index.js';

const shapes = (a: readonly number[], b: readonly number[], expandVectors?: boolean): unknown =>
  alignRanks(ones([...a]), ones([...b]), expandVectors).map(({ shape }) => shape);

describe('two tensors of which one ends in an axis of length 1', () => {
  it('get that axis both if the other is a vector', () => {
    expect(shapes([3], [3, 1])).toEqual([
      [3, 1],
      [3, 1],
    ]);
    expect(shapes([3, 1], [3])).toEqual([
      [3, 1],
      [3, 1],
    ]);
  });

  it('lose that axis both if vectors are not to be expanded, whichever comes first', () => {
    expect(shapes([3], [3, 1], false)).toEqual([[3], [3]]);
    expect(shapes([3, 1], [3], false)).toEqual([[3], [3]]);
  });

  it('lose that axis both if the other is no vector', () => {
    for (const expandVectors of [true, false]) {
      expect(shapes([2, 3], [2, 3, 1], expandVectors)).toEqual([
        [2, 3],
        [2, 3],
      ]);
      expect(shapes([2, 3, 1], [2, 3], expandVectors)).toEqual([
        [2, 3],
        [2, 3],
      ]);
    }
  });

  it('stay as they are where the axis has another length, or ranks differ by more', () => {
    expect(shapes([3], [3, 2])).toEqual([[3], [3, 2]]);
    expect(shapes([3], [3, 1, 1])).toEqual([[3], [3, 1, 1]]);
  });
});
