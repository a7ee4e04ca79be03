// Expected orders are NumPy's; test/golden/text-functions.test.ts has more.
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { gather } from '../../src/engine/ops/index.js';
import { RandomState } from '../../src/random.js';
import { tensor } from '../../src/engine/tensor/index.js';

describe('RandomState', () => {
  it('goes on with each call', () => {
    const state = new RandomState(2 ** 32 - 1);
    expect([...state.permutation(6)]).toEqual([1, 4, 5, 0, 2, 3]);
    expect([...state.permutation(6)]).toEqual([3, 4, 5, 0, 1, 2]);
    // 3,000 numbers and more: the state is made again several times.
    const other = new RandomState(7);
    expect([0, 0, 0].map(() => other.permutation(1000)[0])).toEqual([778, 562, 589]);
  });

  it('shuffles typed arrays and lists of anything in place', () => {
    const state = new RandomState(0);
    const numbers = Float32Array.of(0.5, 1.5, 2.5, 3.5);
    state.shuffle(numbers);
    expect([...numbers]).toEqual([2.5, 3.5, 1.5, 0.5]);
    const texts = ['a', 'b', 'c', 'd', 'e'];
    state.shuffle(texts);
    expect(texts).toEqual(['a', 'c', 'b', 'e', 'd']);
  });

  it('leaves the list whose permutation it gives', () => {
    const list = Object.freeze(['a', 'b', 'c', 'd', 'e']);
    const order = new RandomState(3).permutation(list.length);
    expect(new RandomState(3).permutation(list)).toEqual(Array.from(order, (i) => list[i]));
    expect(gather(tensor([5, 6, 7, 8, 9]), order).toArray()).toEqual(
      Array.from(order, (i) => i + 5),
    );
  });

  it('takes lists that have nothing to shuffle', () => {
    const state = new RandomState(1);
    expect([...state.permutation(0)]).toEqual([]);
    expect(state.permutation(['a'])).toEqual(['a']);
  });

  it.each([
    [() => new RandomState(-1), /RandomState: seed must be a whole number from 0 to 4294967295/],
    [() => new RandomState(2 ** 32), /seed must be/],
    [() => new RandomState(1).permutation(1e12), /n must be a whole number from 0 to/],
    [
      () => new RandomState(1).permutation(new Array<number>(3)),
      /takes a list or a typed array without/,
    ],
    [() => new RandomState(1).shuffle(tensor([1]) as never), /ops\.gather\(x, state\.permutation/],
  ])('refuses what is no seed, count or list: %#', (call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
  });
});
