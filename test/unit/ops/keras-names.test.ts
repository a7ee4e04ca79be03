import { expect, it } from 'vitest';
import { ops, tensor, zeros } from '../../../src/index.js';
import { snakeCase } from '../../../src/config/index.js';
import * as kerasNames from '../../../src/engine/ops/keras-names.js';
import { Input } from '../../../src/layers.js';

it('are names of functions that are there by another name', () => {
  const others = new Set<unknown>([...Object.entries(ops).filter(([name]) => !(name in kerasNames)).map(([, f]) => f)]); // prettier-ignore
  const creation = ['arange', 'array', 'convertToTensor', 'empty', 'eye', 'full', 'identity', 'ones', 'zeros']; // prettier-ignore
  const own = Object.entries(kerasNames).filter(([, f]) => !others.has(f)).map(([name]) => name); // prettier-ignore
  expect(own.sort()).toEqual([...creation, 'take'].sort());
  expect(kerasNames.zeros).toBe(zeros);
  expect(Object.keys(kerasNames).every((name) => name in ops)).toBe(true);
});

it('compute what Keras computes', () => {
  expect(ops.subtract([3, 4], 1).toArray()).toEqual([2, 3]);
  expect(ops.var([1, 2, 3, 4]).item()).toBe(1.25);
  expect(ops.ravel([[1], [2]]).shape).toEqual([2]);
  expect(ops.concatenate([tensor([1]), tensor([2])]).toArray()).toEqual([1, 2]);
  // NumPy: np.take(np.array([[1, 2, 3], [4, 5, 6]]), [0, 5]) is [1, 6], and along axis 0 the rows.
  expect(ops.take([[1, 2, 3], [4, 5, 6]], [0, 5]).toArray()).toEqual([1, 6]); // prettier-ignore
  expect(ops.take([[1, 2, 3], [4, 5, 6]], [1], 0).toArray()).toEqual([[4, 5, 6]]); // prettier-ignore
  expect(ops.take(Input([2, 3]), [0], 1).shape).toEqual([null, 1, 3]);
});

it('have the spelling of Keras, or in camelCase that of a name with underscores', () => {
  const odd = Object.keys(kerasNames).filter((name) => /[A-Z]/.test(name) && !snakeCase(name).includes('_')); // prettier-ignore
  expect(odd).toEqual([]);
});
