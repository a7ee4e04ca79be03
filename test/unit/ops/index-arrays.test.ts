// Slices by arrays: the numbers are NumPy's, of x = np.arange(24).reshape(2, 3, 4).
import { describe, expect, it } from 'vitest';
import { arange, grad, Input, models, ops, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { SliceSpec as Spec } from '../../../src/engine/ops/indexing/slice.js';

const x = arange(24).reshape([2, 3, 4]);
const int = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values, { dtype: 'int32' });
const mask = tensor([
  [true, false, true],
  [false, true, false],
]);

describe('slice by arrays', () => {
  it.each<[string, readonly Spec[], readonly number[], readonly number[]]>([
    ["[int([1, 0, -1]), 0, ':']", [int([1, 0, -1]), 0, ':'], [3, 4], [12, 13, 14, 15, 0, 1, 2, 3, 12, 13, 14, 15]],
    ["[':', int([2, 0]), '1:3']", [':', int([2, 0]), '1:3'], [2, 2, 2], [9, 10, 1, 2, 21, 22, 13, 14]],
    ["['...', int([3, 0])]", ['...', int([3, 0])], [2, 3, 2], [3, 0, 7, 4, 11, 8, 15, 12, 19, 16, 23, 20]],
    ["[int([0, 1]), ':', int([3, 1])]", [int([0, 1]), ':', int([3, 1])], [2, 3], [3, 7, 11, 13, 17, 21]],
    ["[0, ':', int([3, 1])]", [0, ':', int([3, 1])], [2, 3], [3, 7, 11, 1, 5, 9]],
    ["[':', int([[0], [2]]), int([1, 3])]", [':', int([[0], [2]]), int([1, 3])], [2, 2, 2], [1, 3, 9, 11, 13, 15, 21, 23]],
    ["[':', 1, int([1, 3])]", [':', 1, int([1, 3])], [2, 2], [5, 7, 17, 19]],
    ["[mask]", [mask], [3, 4], [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19]],
    ["[mask, int([0, 1, 3])]", [mask, int([0, 1, 3])], [3], [0, 9, 19]],
    ["[mask, '::2']", [mask, '::2'], [3, 2], [0, 2, 8, 10, 16, 18]],
    ["[':', tensor([true, false, true]), 0]", [':', tensor([true, false, true]), 0], [2, 2], [0, 8, 12, 20]],
    ["[null, int([1]), '::-1', 2]", [null, int([1]), '::-1', 2], [1, 1, 3], [22, 18, 14]],
    ["[int(1)]", [int(1)], [3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]],
    ["[':', int([])]", [':', int([])], [2, 0, 4], []],
  ])('takes what NumPy takes: %s', (_, specs, shape, elements) => {
    const y = x.slice(...specs);
    expect([y.shape, [...y.data()], y.dtype]).toEqual([shape, elements, 'int32']);
  }); // prettier-ignore

  it('adds up the gradients of elements that are taken twice', () => {
    const f = (a: Tensor): Tensor =>
      a
        .slice(int([0, 2, 0]))
        .mul([1, 10, 100])
        .sum();
    expect(grad(f)([5, 6, 7]).toArray()).toEqual([101, 0, 10]);
  });

  it('takes places that a graph computes, and looks at a mask again in each step', () => {
    const [input, places] = [Input([3]), Input([], { dtype: 'int32' })];
    const taken = ops.slice(input, places, 0);
    const model = new models.Model({ inputs: { input, places }, outputs: taken });
    expect(taken.shape).toEqual([null]);
    const data = tensor([[1, 2, 3], [4, 5, 6]]);
    expect((model.predictOnBatch({ input: data, places: int([1, 1]) })).toArray()).toEqual([4, 4]);
    const positive = ops.slice(input, ops.greater(input, 0));
    const chosen = new models.Model({ inputs: input, outputs: positive });
    expect(positive.shape).toEqual([null]);
    for (const row of [[1, -1, 2], [3, -4, 5], [6, 7, 8], [-1, -1, 2]].flatMap((each) => Array.from({ length: 9 }, () => each))) {
      expect([...(chosen.predictOnBatch(tensor([row]))).data()]).toEqual(row.filter((value) => value > 0));
    }
  }); // prettier-ignore

  it.each<[string, readonly Spec[]]>([
    ['index 2 at position 1 is out of range for 2 entries', [int([0, 2])]],
    ['indices must be whole numbers', [tensor([0.5])]],
    ['a mask of shape (2,) does not fit the axes from 1 on of a tensor of shape (2, 3, 4)', [':', tensor([true, false])]],
    ['4 arguments for a tensor of 3 dimensions', [mask, mask]],
    ['(2,)', [int([0, 1]), int([0, 1, 2])]],
  ])('refuses: %s', (message, specs) => {
    expect(() => x.slice(...specs)).toThrow(message);
  }); // prettier-ignore
});
