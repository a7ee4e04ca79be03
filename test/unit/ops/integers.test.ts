// abs, sign, floor, ceil, round and clip of integers stay integers, exact beyond 2^24. Expected: plain arithmetic.
import { describe, expect, it } from 'vitest';
import { abs, ceil, clip, floor, round, sign } from '../../../src/engine/ops/index.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

/** Numbers that float32 cannot tell from their neighbours are among them. */
const numbers = [0, 1, -1, 7, -8, 2 ** 24 + 1, -(2 ** 24 + 1), 2 ** 31 - 1, -(2 ** 31) + 1];

const functions: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => number])[] = [
  ['abs', abs, Math.abs],
  ['sign', sign, (x) => Math.sign(x) + 0],
  ['floor', floor, (x) => x],
  ['ceil', ceil, (x) => x],
  ['round', round, (x) => x],
  [
    'clip to [-5, 16777217]',
    (x) => clip(x, -5, 16777217),
    (x) => Math.min(Math.max(x, -5), 16777217),
  ],
  ['clip without an upper limit', (x) => clip(x, 3, Infinity), (x) => Math.max(x, 3)],
  ['clip with limits beyond int32', (x) => clip(x, -1e12, 1e12), (x) => x],
];

describe.each(functions)('%s', (_, f, reference) => {
  it('of int32 is int32 and exact', () => {
    tidy(() => {
      const y = f(tensor(Int32Array.from(numbers)));
      expect(y.dtype).toBe('int32');
      expect(Array.from(y.data())).toEqual(numbers.map(reference));
    });
  });

  it('of uint8 and bool is int32', () => {
    tidy(() => {
      const bytes = [0, 1, 2, 200, 255];
      const y = f(tensor(Uint8Array.from(bytes)));
      expect(y.dtype).toBe('int32');
      expect(Array.from(y.data())).toEqual(bytes.map(reference));
      const z = f(tensor([true, false]));
      expect(z.dtype).toBe('int32');
      expect(Array.from(z.data())).toEqual([1, 0].map(reference));
    });
  });

  it('of float32 is float32', () => {
    tidy(() => {
      expect(f(tensor([0.5, -0.5])).dtype).toBe('float32');
    });
  });
});

describe('of int32', () => {
  it('clip to fractions, or to an interval outside of int32, is float32', () => {
    tidy(() => {
      const x = tensor(Int32Array.of(-3, 0, 5));
      expect(clip(x, -0.5, 2.5).toArray()).toEqual([-0.5, 0, 2.5]);
      const far = clip(x, 2 ** 32, 2 ** 33);
      expect([far.dtype, far.toArray()]).toEqual(['float32', [2 ** 32, 2 ** 32, 2 ** 32]]);
    });
  });

  it('abs of the smallest number wraps, as in NumPy', () => {
    tidy(() => {
      expect(abs(tensor(Int32Array.of(-(2 ** 31)))).toArray()).toEqual([-(2 ** 31)]);
    });
  });
});
