import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { memory, ones, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { einsum } from '../../reference/einsum.js';
import { expectAgreement, expectSecondOrder, random } from './agreement.js';
import { refuses } from '../refusals.js';

/** Subscripts with a result, and what the same says in letters alone. */
function check(subscripts: string, inLetters: string, ...shapes: number[][]): void {
  const op = (...operands: Tensor[]): Tensor => ops.einsum(subscripts, ...operands);
  const reference = (...operands: DenseArray[]): DenseArray => einsum(inLetters, ...operands);
  const inputs = shapes.map((shape) => random(shape));
  expectAgreement(`einsum ${subscripts}`, op, reference, ...inputs);
}

describe('einsum agrees with float64, value and gradients', () => {
  it.each([
    ['ij->ji', [2, 3]],
    ['ij->', [2, 3]],
    ['ii->', [3, 3]],
    ['ii->i', [3, 3]],
    ['ijij->ij', [2, 3, 2, 3]],
    ['iii->i', [3, 3, 3]],
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['ji,kj->ki', [3, 2], [4, 3]],
    ['ij,ij->i', [4, 3], [4, 3]],
    ['ij,ij->', [4, 3], [4, 3]],
    ['i,j->ji', [2], [3]],
    ['i,->i', [3], []],
    ['bij,bkj->bik', [2, 3, 4], [2, 2, 4]],
    ['bji,bjk->bki', [2, 4, 3], [2, 4, 2]],
    ['bqhd,bkhd->bhqk', [2, 3, 2, 4], [2, 3, 2, 4]],
    ['ii,ij->j', [3, 3], [3, 2]],
    ['i,ij,j->', [2], [2, 3], [3]],
    ['ij,jk,kl->il', [2, 3], [3, 4], [4, 2]],
    ['a,a,a->a', [3], [3], [3]],
    ['ab,bc,cd,de,ef,fg,gh,hi,ij->aj', ...Array.from({ length: 9 }, () => [2, 2])],
    [
      'ab,a,bc,b,cd,c,de,d,e,ae->be',
      [2, 3],
      [2],
      [3, 2],
      [3],
      [2, 3],
      [2],
      [3, 2],
      [3],
      [2],
      [2, 2],
    ],
  ] as [string, ...number[][]][])('%s', (subscripts, ...shapes) => {
    check(subscripts, subscripts, ...shapes);
  });

  it.each([
    ['ij,jk', 'ij,jk->ik', [2, 3], [3, 4]],
    ['...ij,...jk->...ik', 'abij,bjk->abik', [3, 1, 2, 3], [2, 3, 2]],
    ['...i,...i', 'ai,ai->a', [1, 3], [2, 3]],
    ['...,...->...', 'abc,bc->abc', [4, 1, 3], [2, 3]],
    ['...,...->...', 'ab,b->ab', [1, 1], [1]],
    ['...ii->...i', 'aii->ai', [2, 3, 3]],
  ] as [string, string, ...number[][]][])('%s as %s', (subscripts, inLetters, ...shapes) => {
    check(subscripts, inLetters, ...shapes);
  });

  it('at random labels and lengths', () => {
    const lengths: Readonly<Record<string, number>> = { a: 2, b: 3, c: 1, d: 2 };
    const label = fc.constantFrom(...Object.keys(lengths));
    const term = fc.array(label, { maxLength: 4 });
    const cases = fc
      .array(term, { minLength: 1, maxLength: 3 })
      .chain((terms) =>
        fc.tuple(fc.constant(terms), fc.shuffledSubarray([...new Set(terms.flat())])),
      );
    fc.assert(
      fc.property(cases, ([terms, output]) => {
        const subscripts = `${terms.map((t) => t.join('')).join(',')}->${output.join('')}`;
        check(subscripts, subscripts, ...terms.map((t) => t.map((l) => lengths[l] ?? 1)));
      }),
      { numRuns: 60, seed: 20250301 },
    );
  });

  it('has second derivatives', () => {
    for (const [subscripts, ...shapes] of [
      ['ij,jk->ik', [2, 3], [3, 2]],
      ['bij,bkj->bik', [2, 2, 3], [2, 2, 3]],
      ['ii,ij->j', [2, 2], [2, 3]],
      ['i,ij,j->', [2], [2, 2], [2]],
    ] as [string, ...number[][]][]) {
      expectSecondOrder(
        subscripts,
        (...operands) => ops.einsum(subscripts, ...operands),
        (...operands) => einsum(subscripts, ...operands),
        ...shapes.map((shape) => random(shape)),
      );
    }
  });
});

describe('einsum', () => {
  it('multiplies the pair with the smallest result first', () => {
    // From left to right, the first product would have 4000 × 4000 elements.
    const [column, row] = [ones([4000, 1]), ones([1, 4000])];
    const before = memory().reserved;
    expect(ops.einsum('ab,bc,cd->ad', row, column, row).shape).toEqual([1, 4000]);
    const result = ops.einsum('ai,ib,bj->aj', column, row, column);
    expect(result.shape).toEqual([4000, 1]);
    expect(result.data().every((x) => x === 4000)).toBe(true);
    expect(memory().reserved).toBe(before);
  });
});

describe('tensordot and outer agree with float64, value, gradients and second derivatives', () => {
  it.each([
    [1, 'ij,jk->ik', [2, 3], [3, 2]],
    [0, 'ij,k->ijk', [2, 3], [2]],
    [2, 'ijk,jkl->il', [2, 3, 2], [3, 2, 2]],
    [
      [
        [2, 1],
        [0, 1],
      ],
      'ijk,kjl->il',
      [2, 3, 2],
      [2, 3, 2],
    ],
    [[0, -1], 'ij,ki->jk', [2, 3], [3, 2]],
  ] as [ops.ContractedAxes, string, number[], number[]][])(
    'tensordot over %j is %s',
    (axes, subscripts, a, b) => {
      const op = (x: Tensor, y: Tensor): Tensor => x.tensordot(y, axes);
      const reference = (x: DenseArray, y: DenseArray): DenseArray => einsum(subscripts, x, y);
      expectAgreement('tensordot', op, reference, random(a), random(b));
      expectSecondOrder('tensordot', op, reference, random(a), random(b));
    },
  );

  it('outer', () => {
    const op = (x: Tensor, y: Tensor): Tensor => x.outer(y);
    const reference = (x: DenseArray, y: DenseArray): DenseArray => einsum('i,j->ij', x, y);
    expectAgreement('outer', op, reference, random([3]), random([2]));
    expectSecondOrder('outer', op, reference, random([3]), random([2]));
  });
});

describe('refusals', () => {
  const a = (...shape: number[]): Tensor => ones(shape);
  refuses(ShapeError, {
    "einsum: 'ij,jk->ik': 'j' has length 3 before and 4 in operand 1 of shape (4, 5). One label has one length.":
      () => ops.einsum('ij,jk->ik', a(2, 3), a(4, 5)),
    "'i' has length 1 before and 2": () => ops.einsum('ij,ij->ij', a(1, 3), a(2, 3)),
    "an axis of '...' has length 2 before and 4": () => ops.einsum('...i,...i', a(2, 3), a(4, 3)),
    "'i' has length 2 before and 3 in operand 0": () => ops.einsum('ii', a(2, 3)),
    "einsum: 'i' in 'i' names 1 axes, but operand 0 has shape (2, 3). Name every axis, or write '...'":
      () => ops.einsum('i', a(2, 3)),
    'names 3 axes': () => ops.einsum('ijk', a(2, 3)),
    'tensordot: shapes (2, 3) and (4, 5) with axes 1: axis 1 of the first and 0 of the second differ in length.':
      () => ops.tensordot(a(2, 3), a(4, 5), 1),
    'no more than either tensor has': () => ops.tensordot(a(2, 3), a(3), 2),
    'as many axes of the first as of the second': () =>
      ops.tensordot(a(2, 3), a(3, 2), [[0, 1], [0]]),
    'an axis is given twice': () =>
      ops.tensordot(a(2, 2), a(2, 2), [
        [0, 0],
        [0, 1],
      ]),
    'tensordot: axis 2 is out of range': () => ops.tensordot(a(2, 2), a(2, 2), [2, 0]),
  });
  refuses(ValueError, {
    "einsum: 'ij,jk' describes 2 operands, but 1 came.": () => ops.einsum('ij,jk', a(2, 3)),
    'describes 1 operands, but 0 came': () => ops.einsum(''),
    "has 'k' in the result, which is in no operand.": () => ops.einsum('ij->k', a(2, 3)),
    "has 'j' twice in the result.": () => ops.einsum('ij->ijj', a(2, 3)),
    "has '...' among the operands but not in the result. Add it there.": () =>
      ops.einsum('...i->i', a(2, 3)),
    "holds 'i1'. Write letters": () => ops.einsum('i1', a(2, 3)),
    "holds '...i...'": () => ops.einsum('...i...', a(2)),
    "holds more than one '->'": () => ops.einsum('i->i->i', a(2)),
  });

  it('leave nothing behind', () => {
    const [x, y] = [tensor([1, 2]), tensor([[1], [2], [3]])];
    const before = memory();
    expect(() => ops.einsum('i,ij->j', x, y)).toThrow(ShapeError);
    expect(() => ops.tensordot(x, y, 1)).toThrow(ShapeError);
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
  });
});
