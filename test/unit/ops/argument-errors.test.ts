// Every refusal names the operation, what came, what was expected, and what to do.
import { describe } from 'vitest';
import { DisposedError, DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/ops/index.js';
import { ones, tensor, zeros } from '../../../src/tensor/index.js';
import { refuses } from './refusals.js';

const a = (...shape: number[]) => zeros(shape);
const ints = (...values: number[]) => tensor(values, { dtype: 'int32' });

describe('shapes', () => {
  refuses({
    'reshape to another number of elements': [
      () => ops.reshape(a(2, 3), [4, 2]),
      ShapeError,
      'reshape: shape (2, 3) of 6 elements cannot become (4, 2): the number of elements must stay the same, ' +
        'and at most one length may be -1.',
    ],
    'reshape with two open lengths': [() => ops.reshape(a(6), [-1, -1]), ShapeError, '(-1, -1)'],
    'reshape to a length that is not whole': [
      () => ops.reshape(a(6), [1.5, 4]),
      ShapeError,
      '(1.5, 4)',
    ],
    'expandDims far out': [
      () => ops.expandDims(a(2), 2),
      ShapeError,
      'expandDims: axis 2 is out of range',
    ],
    'squeeze of a longer axis': [
      () => ops.squeeze(a(1, 3), 1),
      ShapeError,
      'squeeze: axis 1 of shape (1, 3) has length 3; only axes of length 1 can be dropped.',
    ],
    'slice with too many arguments': [
      () => ops.slice(a(2), ':', ':'),
      ShapeError,
      'slice: 2 arguments for a tensor of 1 dimensions, shape (2,). Give at most one argument an axis.',
    ],
    'slice with an index out of range': [
      () => ops.slice(a(2, 3), ':', -4),
      ShapeError,
      'slice: index -4 is out of range for axis 1 of length 3 (allowed: -3 … 2).',
    ],
    'slice with text that is none': [
      () => ops.slice(a(2), '1;2'),
      ValueError,
      "slice: '1;2' for axis 0 is no slice. Write 'start:stop:step'",
    ],
    'slice with step 0': [
      () => ops.slice(a(2), '::0'),
      ValueError,
      "slice: the step for axis 0 is 0 in '::0'.",
    ],
    'slice with fractions': [
      () => ops.slice(a(2), [0, 1.5]),
      ValueError,
      'slice: a pair for axis 0 holds two whole numbers [start, stop], got [0, 1.5].',
    ],
    'concat of other shapes': [
      () => ops.concat([a(2, 3), a(2, 4)]),
      ShapeError,
      'concat: tensor 1 has shape (2, 4), the first has (2, 3): all axes but axis 0 must agree.',
    ],
    'concat of nothing': [
      () => ops.concat([]),
      ValueError,
      'concat: the list of tensors is empty.',
    ],
    'stack of other shapes': [
      () => ops.stack([a(2), a(2), a(3)]),
      ShapeError,
      'stack: tensor 2 has shape (3,), the first has (2,): all shapes must agree.',
    ],
    'stack of nothing': [() => ops.stack([]), ValueError, 'stack: the list of tensors is empty.'],
    'stack far out': [() => ops.stack([a(2)], 2), ShapeError, 'stack: axis 2 is out of range'],
    'pad with too few pairs': [
      () => ops.pad(a(2, 3), [[1, 1]]),
      ShapeError,
      'pad: needs one pair [before, after] of whole numbers of at least 0 for each of the 2 axes, got [[1, 1]].',
    ],
    'pad with half a pair': [
      () => ops.pad(a(2), [[1]] as unknown as [number, number][]),
      ShapeError,
      'got [[1]]',
    ],
    'pad with negative widths': [() => ops.pad(a(2), [[-1, 0]]), ShapeError, 'got [[-1, 0]]'],
    'tile with fractions': [
      () => ops.tile(a(2), 1.5),
      ValueError,
      'tile: repeats must be whole numbers of at least 0, got [1.5].',
    ],
    'split into parts that do not come out even': [
      () => ops.split(a(5), 2),
      ValueError,
      'split: axis 0 of shape (5,) has length 5 and cannot be cut into 2 equal parts.',
    ],
  });
});

describe('indices and labels', () => {
  refuses({
    'gather, an index out of range': [
      () => ops.gather(a(3, 2), ints(0, 3)),
      ValueError,
      'gather: index 3 at position 1 is out of range for 3 entries (allowed: -3 … 2).',
    ],
    'gather, a negative one too far': [
      () => ops.gather(a(3, 2), ints(-1, -4), 0),
      ValueError,
      'gather: index -4 at position 1',
    ],
    'gather, of nothing': [
      () => ops.gather(a(0, 2), [0]),
      ValueError,
      'gather: index 0 at position 0 is out of range for 0 entries.',
    ],
    'gather, fractions': [
      () => ops.gather(a(3), [0, 0.5]),
      DTypeError,
      'gather: indices must be whole numbers, got float32 with fractions. Round them',
    ],
    'oneHot, out of range': [
      () => ops.oneHot([[0], [5]], 3),
      ValueError,
      'oneHot: index 5 at position 1 of shape (2, 1) is out of range for 3 classes (allowed: 0 … 2).',
    ],
    'oneHot, fractions': [
      () => ops.oneHot([0.5], 3),
      DTypeError,
      'oneHot: indices must be whole numbers, got float32 with fractions.',
    ],
    'oneHot, NaN': [
      () => ops.oneHot([NaN], 3),
      DTypeError,
      'oneHot: indices must be whole numbers',
    ],
    'oneHot, no classes': [
      () => ops.oneHot([0], 0),
      ValueError,
      'oneHot: classes must be a whole number of at least 1, got 0.',
    ],
  });
});

describe('cross-entropies', () => {
  refuses({
    'softmaxCrossEntropy, shapes': [
      () => ops.softmaxCrossEntropy(a(2, 3), a(2, 4)),
      ShapeError,
      'softmaxCrossEntropy: logits of shape (2, 3) and targets of shape (2, 4) must have one shape.',
    ],
    'softmaxCrossEntropy, integer targets': [
      () => ops.softmaxCrossEntropy(a(2), ints(0, 1)),
      DTypeError,
      "softmaxCrossEntropy: targets: needs float32, got int32. Convert with astype('float32').",
    ],
    'sigmoidCrossEntropy, shapes': [
      () => ops.sigmoidCrossEntropy(a(2, 1), a(2)),
      ShapeError,
      'sigmoidCrossEntropy: logits of shape (2, 1) and targets of shape (2,) must have one shape.',
    ],
    'sigmoidCrossEntropy, integer logits': [
      () => ops.sigmoidCrossEntropy(ints(1), a(1)),
      DTypeError,
      'sigmoidCrossEntropy: logits: needs float32, got int32',
    ],
    'sparseSoftmaxCrossEntropy, shapes': [
      () => ops.sparseSoftmaxCrossEntropy(a(2, 3), ints(0)),
      ShapeError,
      'sparseSoftmaxCrossEntropy: logits of shape (2, 3) need labels of shape (2,), got (1,).',
    ],
    'sparseSoftmaxCrossEntropy, a label out of range': [
      () => ops.sparseSoftmaxCrossEntropy(a(3, 4), ints(0, 4, 1)),
      ValueError,
      'sparseSoftmaxCrossEntropy: label 4 at position 1 is out of range for 4 classes (allowed: 0 … 3).',
    ],
    'sparseSoftmaxCrossEntropy, another label than the ignored one': [
      () => ops.sparseSoftmaxCrossEntropy(a(2, 4), ints(-1, -2), { ignoreClass: -1 }),
      ValueError,
      'label -2 at position 1',
    ],
    'sparseSoftmaxCrossEntropy, float labels': [
      () => ops.sparseSoftmaxCrossEntropy(a(1, 4), tensor([1])),
      DTypeError,
      "sparseSoftmaxCrossEntropy: labels must be whole numbers, got float32. Convert with astype('int32').",
    ],
    'sparseSoftmaxCrossEntropy, an unknown option': [
      () => ops.sparseSoftmaxCrossEntropy(a(1, 4), ints(1), { ignoreclass: 1 } as object),
      ValueError,
      "sparseSoftmaxCrossEntropy: unknown option 'ignoreclass'. Did you mean 'ignoreClass'?",
    ],
  });
});

describe('what only JavaScript lets pass', () => {
  const untyped = (value: unknown): never => value as never;
  refuses({
    'transpose with axes one by one': [
      () => a(2, 3).transpose(untyped(1)),
      ValueError,
      'transpose: axes must be a list, got 1.',
    ],
    'sum along a text': [
      () => a(2).sum(untyped('0')),
      ValueError,
      "sum: axis must be a list, got '0'.",
    ],
    'slice by an object': [
      () => a(2).slice(untyped({ start: 1 })),
      ValueError,
      'slice: what is wanted of axis 0 must be a list, got { start: 1 }.',
    ],
    'pad by a number': [
      () => a(2).pad(untyped(1)),
      ValueError,
      'pad: widths must be a list, got 1.',
    ],
    'tile by a text': [
      () => a(2).tile(untyped('2')),
      ValueError,
      "tile: repeats must be a list, got '2'.",
    ],
    'concat of a tensor': [
      () => ops.concat(untyped(a(2))),
      ValueError,
      'concat: tensors must be a list, got a tensor of shape [2] and dtype float32.',
    ],
    'stack of nothing': [
      () => ops.stack(untyped(undefined)),
      ValueError,
      'stack: tensors must be a list, got undefined.',
    ],
    'einsum of a number': [
      () => ops.einsum(untyped(5), a(2)),
      ValueError,
      "einsum: 5 is no text such as 'ij,jk->ik'.",
    ],
    'clip without an upper limit': [
      () => a(2).clip(0, untyped(undefined)),
      ValueError,
      'clip: low and high must be two numbers, low not above high, got 0 and undefined.',
    ],
    'a dtype that is no text': [
      () => zeros([2], untyped({ dtype: 'int32' })),
      DTypeError,
      "Unknown dtype { dtype: 'int32' }. Known: bool, uint8, int32, float32.",
    ],
    'a shape that is no list': [
      () => zeros(untyped(2)),
      ValueError,
      'shape must be a list, got 2.',
    ],
    'a DataView': [
      () => tensor(untyped(new DataView(new ArrayBuffer(4)))),
      ValueError,
      'tensor: a DataView does not say what it holds. Give a typed array.',
    ],
    'a list with a hole': [
      () => tensor(untyped([1, , 3])),
      ValueError,
      'tensor: undefined at [1] is no number.',
    ],
  });
});

describe('parameters', () => {
  refuses({
    'clip, limits the wrong way round': [
      () => ops.clip(a(1), 1, -1),
      ValueError,
      'clip: low and high must be two numbers, low not above high, got 1 and -1.',
    ],
    'clip, no number': [() => ops.clip(a(1), NaN, 1), ValueError, 'got NaN and 1'],
    'relu, an unknown option': [
      () => ops.relu(a(1), { negative_slope: 0.1 } as object),
      ValueError,
      "relu: unknown option 'negative_slope'.",
    ],
    'cast, an unknown dtype': [
      () => ops.cast(a(1), 'float16' as 'float32'),
      DTypeError,
      "Unknown dtype 'float16'.",
      'Known: ',
    ],
    'any operation, a disposed tensor': [
      () => {
        const gone = ones([2, 3]);
        gone.dispose();
        return ops.exp(gone);
      },
      DisposedError,
      'This tensor of shape (2, 3), float32, was disposed',
    ],
  });
});
