import { expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';

// The smallest and the largest float32, and the neighbours of infinity.
const x = [0, -0, 1e-45, -3.4028234663852886e38, Infinity, -Infinity, NaN];

it('isFinite, isInf and isNaN tell numbers, infinities and NaN apart', () => {
  const cases = {
    isFinite: [true, true, true, true, false, false, false],
    isInf: [false, false, false, false, true, true, false],
    isNaN: [false, false, false, false, false, false, true],
  };
  for (const [name, expected] of Object.entries(cases) as [keyof typeof cases, boolean[]][]) {
    expect(ops[name](x).dtype).toBe('bool');
    expect(ops[name](x).toArray(), name).toEqual(expected);
    expect(tensor(x)[name]().toArray(), name).toEqual(expected);
  }
});

it('integers and bool are finite', () => {
  for (const dtype of ['int32', 'uint8', 'bool'] as const) {
    const ends = tensor(dtype === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 1], { dtype });
    expect(ends.isFinite().toArray()).toEqual([true, true]);
    expect(ends.isInf().toArray()).toEqual([false, false]);
    expect(ends.isNaN().toArray()).toEqual([false, false]);
  }
  expect(tensor([]).isFinite().shape).toEqual([0]);
});
