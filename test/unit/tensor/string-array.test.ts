import { expect, it } from 'vitest';
import { stringArray } from '../../../src/index.js';

it('gives its strings in row-major order', () => {
  const texts = stringArray([
    ['a', 'bb'],
    ['ccc', 'dd'],
  ]);
  expect([...texts]).toEqual(['a', 'bb', 'ccc', 'dd']);
  expect(texts.map((text, i) => text.length * (i + 1))).toEqual([1, 4, 9, 8]);
  expect([...stringArray([])]).toEqual([]);
});
