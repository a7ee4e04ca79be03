// Expressions in tables of the documentation that a reader copies, where the name alone does not tell that they work.
import vm from 'node:vm';
import * as lanegrad from 'lanegrad';
import { expect, it } from 'vitest';
import { readPages } from './pages.js';

it('docs/migrating.md makes a variable as `tf.variable` does', () => {
  const lines = readPages().find(({ name }) => name === 'docs/migrating.md')?.lines ?? [];
  const row = lines.find((line) => line.startsWith('| `tf.variable(x)`')) ?? '';
  const [, making = ''] = /\| `(new Variable\(.*?\))`, `v\.assign\(y\)` \|$/.exec(row) ?? [];
  const world = vm.createContext({ ...lanegrad, x: lanegrad.tensor([1, 2]) });
  const v = vm.runInContext(making, world) as lanegrad.Variable;
  v.assign([3, 4]);
  expect(v.value.toArray()).toEqual([3, 4]);
  v.value.dispose();
});
