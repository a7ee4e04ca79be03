import { expect, expectTypeOf, it } from 'vitest';
import { ShapeError, stringArray } from '../../../src/index.js';

it('gives its strings in row-major order', () => {
  const texts = stringArray([
    ['a', 'bb'],
    ['ccc', 'dd'],
  ]);
  expect([...texts]).toEqual(['a', 'bb', 'ccc', 'dd']);
  expect(texts.map((text, i) => text.length * (i + 1))).toEqual([1, 4, 9, 8]);
  expect([...stringArray([])]).toEqual([]);
});

it('nests them with the type of its rank where the program says how many axes there are', () => {
  const texts = stringArray([['a', 'b']]);
  expectTypeOf(texts.toArray(2)).toEqualTypeOf<string[][]>();
  expect(texts.toArray(2)).toEqual([['a', 'b']]);
  expect(() => texts.toArray(1)).toThrow(
    new ShapeError(
      'StringArray.toArray: the strings have shape (1, 2), so 2 axes, got 1. Give the number of axes, or reshape first.',
    ),
  );
});
