import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { camelCase } from '../../../src/config/index.js';
import { ops, tensor, zeros } from '../../../src/index.js';
import { Input } from '../../../src/layers.js';
import { FURTHER_NAMES } from '../../specs/no-operations.js';

const names = JSON.parse(
  readFileSync(new URL('../../fixtures/public-names.json', import.meta.url), 'utf8'),
) as {
  readonly keras: Readonly<Record<string, readonly string[]>>;
  readonly numpy: Readonly<Record<string, string>>;
};

it('are names of functions that are there by another name', () => {
  // Each is a name of Keras's or NumPy's, in camelCase: test/oracles/fixtures/public-names.py has asked both.
  const theirs = new Set(
    [...(names.keras['keras.ops'] ?? []), ...Object.keys(names.numpy)].map(camelCase),
  );
  expect(FURTHER_NAMES.filter((name) => !theirs.has(name))).toEqual([]);
  expect(FURTHER_NAMES).toContain('subtract');
  expect(ops.trueDivide).toBe(ops.div);
  expect(ops.zeros).toBe(zeros);
  expect(ops.array).toBe(tensor);
});

it('compute what Keras computes', () => {
  expect(ops.subtract([3, 4], 1).toArray()).toEqual([2, 3]);
  expect(ops.var([1, 2, 3, 4]).item()).toBe(1.25);
  expect(ops.ravel([[1], [2]]).shape).toEqual([2]);
  expect(ops.concatenate([tensor([1]), tensor([2])]).toArray()).toEqual([1, 2]);
  // NumPy: np.take(np.array([[1, 2, 3], [4, 5, 6]]), [0, 5]) is [1, 6], and along axis 0 the rows.
  const x = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  expect(ops.take(x, [0, 5]).toArray()).toEqual([1, 6]);
  expect(ops.take(x, [1], 0).toArray()).toEqual([[4, 5, 6]]);
  expect(ops.take(Input([2, 3]), [0], 1).shape).toEqual([null, 1, 3]);
});
