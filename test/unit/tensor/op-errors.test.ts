// What cannot be computed is refused with the name of the operation, both shapes, and a way out.
import { describe, expect, it } from 'vitest';
import { DTypeError, ops, ShapeError, tensor, ValueError, zeros } from '../../../src/index.js';
import type { DType, Tensor } from '../../../src/index.js';

type ErrorClass = new (message: string) => Error;
type Case = readonly [
  name: string,
  run: () => unknown,
  kind: ErrorClass,
  ...fragments: readonly string[],
];

const matrix = zeros([2, 3]);
const vector = zeros([4]);
const scalar = tensor(1);

function expectError([, run, kind, ...fragments]: Case): void {
  expect(run).toThrow(kind);
  for (const fragment of fragments) expect(run).toThrow(fragment);
}

/** A test for each case: the class of the error, and what its message must contain. */
function expectErrors(cases: readonly Case[]): void {
  for (const golden of cases) it(golden[0], () => expectError(golden));
}

describe('broadcasting', () => {
  const binary = [
    ...['add', 'sub', 'mul', 'div', 'pow', 'mod', 'maximum', 'minimum', 'equal', 'notEqual'],
    ...['less', 'lessEqual', 'greater', 'greaterEqual', 'logicalAnd', 'logicalOr', 'logicalXor'],
  ];

  it.each(binary)('%s names itself and both shapes', (name) => {
    const operations = ops as unknown as Record<string, (a: Tensor, b: Tensor) => Tensor>;
    const run = (): unknown => operations[name]?.(matrix, vector);
    expectError([name, run, ShapeError, `${name}: shapes (2, 3) and (4,) do not broadcast`]);
    expectError([name, run, ShapeError, 'Reshape or transpose']);
  });

  it('marks the axes that do not fit', () => {
    const run = (): unknown => zeros([2, 5, 3]).add(zeros([4, 1]));
    expect(run).toThrow('  a: 2  5  3\n  b:    4  1\n        ^   ');
  });

  expectErrors([
    ['where', () => ops.where(zeros([2]), zeros([3]), 0), ShapeError, 'where', '(3,)', '(2,)'],
    ['broadcastTo longer', () => ops.broadcastTo(matrix, [3]), ShapeError, '(2, 3)', '(3,)'],
    ['broadcastTo other', () => ops.broadcastTo(matrix, [2, 4]), ShapeError, '(2, 3)', '(2, 4)'],
    ['broadcastTo 1', () => ops.broadcastTo(matrix, [2, 1]), ShapeError, '(2, 3)', '(2, 1)'],
  ]);
});

describe('products', () => {
  expectErrors([
    [
      'matmul of lengths that differ',
      () => matrix.matmul(zeros([4, 2])),
      ShapeError,
      'matmul: shapes (2, 3) and (4, 2) do not fit',
      'last axis of the first (3)',
      'last but one axis of the second (4)',
    ],
    [
      'matmul with a vector',
      () => matrix.matmul(vector),
      ShapeError,
      '(2, 3) and (4,)',
      'only axis',
    ],
    ['matmul with a scalar', () => matrix.matmul(scalar), ShapeError, 'matmul', '()', 'Use mul'],
    ['matmul of a scalar', () => scalar.matmul(matrix), ShapeError, 'matmul', '()', 'Use mul'],
    [
      'matmul of batches that differ',
      () => zeros([2, 2, 3]).matmul(zeros([4, 3, 2])),
      ShapeError,
      'matmul: shapes (2,) and (4,) do not broadcast',
    ],
    ['dot', () => matrix.dot(vector), ShapeError, 'dot: shapes (2, 3) and (4,)', 'only axis'],
    ['dot of cubes', () => matrix.dot(zeros([3, 2, 3])), ShapeError, 'dot', '(2, 3)', '(3, 2, 3)'],
  ]);
});

describe('shapes', () => {
  expectErrors([
    ['reshape', () => matrix.reshape([4]), ShapeError, 'reshape', '(2, 3)', '6 elements', '(4,)'],
    ['reshape, two −1', () => matrix.reshape([-1, -1]), ShapeError, 'at most one'],
    ['reshape, −1 does not fit', () => matrix.reshape([4, -1]), ShapeError, '(4, -1)'],
    ['reshape, −1 beside 0', () => zeros([0, 3]).reshape([0, -1]), ShapeError, '(0, -1)'],
    ['reshape, −2', () => matrix.reshape([-2, -3]), ShapeError, '(-2, -3)'],
    ['reshape, a fraction', () => matrix.reshape([1.5, 4]), ShapeError, '(1.5, 4)'],
    ['transpose, too few', () => matrix.transpose([0]), ShapeError, 'transpose', '2 axes'],
    ['transpose, twice', () => matrix.transpose([1, 1]), ShapeError, 'transpose', '(1, 1)'],
    ['transpose, beyond', () => matrix.transpose([0, 2]), ShapeError, 'transpose: axis 2'],
    ['squeeze', () => matrix.squeeze(0), ShapeError, 'squeeze: axis 0 of shape (2, 3)', 'length 2'],
    ['squeeze, beyond', () => matrix.squeeze(2), ShapeError, 'squeeze: axis 2', '-2 … 1'],
    ['expandDims', () => matrix.expandDims(3), ShapeError, 'expandDims: axis 3', '-3 … 2'],
    [
      'concat',
      () => ops.concat([matrix, zeros([2, 3]), zeros([2, 4])], 0),
      ShapeError,
      'concat: tensor 2 has shape (2, 4), the first has (2, 3)',
    ],
    ['concat of ranks', () => ops.concat([matrix, vector], 1), ShapeError, 'concat', '(4,)'],
    ['concat of nothing', () => ops.concat([]), ValueError, 'concat', 'empty'],
    ['concat of scalars', () => ops.concat([scalar, scalar]), ShapeError, 'concat: axis 0'],
    ['concat, axis', () => ops.concat([matrix], 2), ShapeError, 'concat: axis 2'],
    ['stack of nothing', () => ops.stack([]), ValueError, 'empty'],
    ['stack', () => ops.stack([zeros([2]), zeros([3])]), ShapeError, 'stack', '(3,)', '(2,)'],
    ['pad, too few', () => matrix.pad([[1, 1]]), ShapeError, 'pad', '2 axes', '[[1, 1]]'],
    [
      'pad, negative',
      () =>
        matrix.pad([
          [0, -1],
          [0, 0],
        ]),
      ShapeError,
      'pad',
      '-1',
    ],
    ['tile', () => matrix.tile([1, -1]), ValueError, 'tile', '[1, -1]'],
    ['tile, a fraction', () => matrix.tile(1.5), ValueError, 'tile', '1.5'],
    ['split', () => matrix.split(2, 1), ValueError, 'split: axis 1 of shape (2, 3)', '2 equal'],
    ['split, 0', () => matrix.split(0), ValueError, 'split', '0 equal'],
    ['split, axis', () => matrix.split(1, 2), ShapeError, 'split: axis 2'],
  ]);
});

describe('slice', () => {
  expectErrors([
    ['too many', () => matrix.slice(0, 0, 0), ShapeError, 'slice: 3 arguments', '(2, 3)'],
    ['beyond', () => matrix.slice(':', 3), ShapeError, 'index 3', 'axis 1 of length 3', '-3 … 2'],
    ['before', () => matrix.slice(-3), ShapeError, 'index -3', 'axis 0 of length 2'],
    ['text beyond', () => matrix.slice('2'), ShapeError, 'index 2', 'axis 0'],
    ['of an empty axis', () => zeros([0]).slice(0), ShapeError, 'index 0', 'length 0'],
    ['no slice', () => matrix.slice('a:b'), ValueError, "slice: 'a:b' for axis 0", '10:100'],
    ['four parts', () => matrix.slice('1:2:3:4'), ValueError, "'1:2:3:4'"],
    ['empty text', () => matrix.slice(''), ValueError, "slice: ''"],
    ['a fraction', () => matrix.slice('0.5:'), ValueError, "'0.5:'"],
    ['fraction', () => matrix.slice(0.5), ShapeError, '0.5'],
    ['step 0', () => matrix.slice('::0'), ValueError, 'step for axis 0 is 0'],
    ['a triple', () => matrix.slice([0, 1, 2] as never), ValueError, 'pair', '[0, 1, 2]'],
    ['a pair of fractions', () => matrix.slice([0.5, 2]), ValueError, 'pair', '[0.5, 2]'],
  ]);
});

describe('gather and one-hot', () => {
  expectErrors([
    ['beyond', () => vector.gather([0, 4]), ValueError, 'gather: index 4 at position 1', '-4 … 3'],
    ['before', () => vector.gather([-5]), ValueError, 'gather: index -5 at position 0'],
    ['fractions', () => vector.gather([0.5]), DTypeError, 'gather', 'whole numbers'],
    ['of nothing', () => zeros([0]).gather([0]), ValueError, 'gather: index 0', '0 entries'],
    ['axis', () => vector.gather([0], 1), ShapeError, 'gather: axis 1'],
    ['one-hot', () => ops.oneHot([0, 3], 3), ValueError, 'oneHot: index 3 at position 1', '0 … 2'],
    ['one-hot, negative', () => ops.oneHot([-1], 3), ValueError, 'oneHot: index -1'],
    ['one-hot of none', () => ops.oneHot([0], 0), ValueError, 'oneHot: classes', 'got 0'],
  ]);
});

describe('reductions', () => {
  const empty = zeros([0, 3]);

  expectErrors([
    ['sum', () => matrix.sum(2), ShapeError, 'sum: axis 2', '2 dimensions', '-2 … 1'],
    ['mean', () => matrix.mean([0, -3]), ShapeError, 'mean: axis -3'],
    ['twice', () => matrix.max([1, -1]), ShapeError, 'max: an axis is given twice', '(1, -1)'],
    ['fraction', () => matrix.sum(0.5), ShapeError, 'sum: axis 0.5'],
    ['argmax', () => matrix.argmax(2), ShapeError, 'argmax: axis 2'],
    ['any', () => matrix.any(5), ShapeError, 'any: axis 5'],
    ['scalar', () => scalar.sum(0), ShapeError, 'sum: axis 0', '0 dimensions'],
    ['max of nothing', () => empty.max(), ValueError, 'max', '(0, 3)'],
    ['min of nothing', () => empty.min(0), ValueError, 'min', '(0, 3)'],
    ['argmax of nothing', () => empty.argmax(0), ValueError, 'argmax', '(0, 3)'],
    ['argmin of nothing', () => empty.argmin(), ValueError, 'argmin'],
    ['clip', () => matrix.clip(2, 1), ValueError, 'clip', '2 and 1'],
    ['clip to NaN', () => matrix.clip(NaN, 1), ValueError, 'clip'],
    ['cast', () => matrix.astype('int16' as DType), DTypeError, "'int16'", 'int32'],
  ]);

  it('of nothing along an axis that is left are empty', () => {
    expect(empty.max(1).shape).toEqual([0]);
    expect(empty.argmax(1).shape).toEqual([0]);
  });
});
