// Every refusal names the operation, what came, what was expected, and what to do.
import { describe } from 'vitest';
import { DisposedError, DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/index.js';
import { refuses } from '../refusals.js';

const a = (...shape: number[]) => zeros(shape);
const ints = (...values: number[]) => tensor(values, { dtype: 'int32' });

describe('shapes', () => {
  refuses(ShapeError, {
    ['reshape: shape (2, 3) of 6 elements cannot become (4, 2): the number of elements must stay the same, ' +
    'and at most one length may be -1.']: () => ops.reshape(a(2, 3), [4, 2]),
    'reshape: ... (-1, -1)': () => ops.reshape(a(6), [-1, -1]),
    'reshape: ... (-2, -3)': () => ops.reshape(a(6), [-2, -3]),
    'reshape: ... (4, -1)': () => ops.reshape(a(6), [4, -1]),
    'reshape: ... (0, -1)': () => ops.reshape(a(0, 3), [0, -1]),
    'reshape: ... (1.5, 4)': () => ops.reshape(a(6), [1.5, 4]),
    'expandDims: axis 2 is out of range': () => ops.expandDims(a(2), 2),
    'squeeze: axis 1 of shape (1, 3) has length 3; only axes of length 1 can be dropped.': () =>
      ops.squeeze(a(1, 3), 1),
    'slice: 2 arguments for a tensor of 1 dimensions, shape (2,). Give at most one argument an axis.':
      () => ops.slice(a(2), ':', ':'),
    'slice: index -4 is out of range for axis 1 of length 3 (allowed: -3 … 2).': () =>
      ops.slice(a(2, 3), ':', -4),
    'slice: index 3 ... axis 1 of length 3': () => ops.slice(a(2, 3), ':', 3),
    'slice: index 2 ... axis 0': () => ops.slice(a(2, 3), '2'),
    'slice: index 0 ... length 0': () => ops.slice(a(0), 0),
    'slice: ... 0.5': () => ops.slice(a(2, 3), 0.5),
    'concat: tensor 1 has shape (2, 4), the first has (2, 3): all axes but axis 0 must agree.':
      () => ops.concat([a(2, 3), a(2, 4)]),
    'concat: ... (4,)': () => ops.concat([a(2, 3), a(4)], 1),
    'stack: tensor 2 has shape (3,), the first has (2,): all shapes must agree.': () =>
      ops.stack([a(2), a(2), a(3)]),
    'stack: axis 2 is out of range': () => ops.stack([a(2)], 2),
    'pad: needs one pair [before, after] of whole numbers of at least 0 for each of the 2 axes, got [[1, 1]].':
      () => ops.pad(a(2, 3), [[1, 1]]),
    'pad: ... got [[1]]': () => ops.pad(a(2), [[1]] as unknown as [number, number][]),
    'pad: ... got [[-1, 0]]': () => ops.pad(a(2), [[-1, 0]]),
  });
  refuses(ValueError, {
    "slice: '1;2' for axis 0 is not a slice. Write 'start:stop:step'": () => ops.slice(a(2), '1;2'),
    ...Object.fromEntries(
      ['a:b', '1:2:3:4', '', '0.5:'].map((text) => [
        `slice: '${text}'`,
        () => ops.slice(a(2), text),
      ]),
    ),
    "slice: the step for axis 0 is 0 in '::0'.": () => ops.slice(a(2), '::0'),
    'slice: a pair for axis 0 holds two whole numbers [start, stop], got [0, 1.5].': () =>
      ops.slice(a(2), [0, 1.5]),
    'slice: a pair ... [0, 1, 2]': () => ops.slice(a(2), [0, 1, 2] as never),
    'concat: the list of tensors is empty.': () => ops.concat([]),
    'stack: the list of tensors is empty.': () => ops.stack([]),
    'tile: repeats must be whole numbers of at least 0, got [1.5].': () => ops.tile(a(2), 1.5),
    'tile: ... [1, -1]': () => ops.tile(a(2, 3), [1, -1]),
    'split: axis 0 of shape (5,) has length 5 and cannot be cut into 2 equal parts.': () =>
      ops.split(a(5), 2),
    'split: ... 0 equal': () => ops.split(a(2), 0),
  });
});

describe('indices and labels', () => {
  refuses(ValueError, {
    'gather: index 3 at position 1 is out of range for 3 entries (allowed: -3 … 2).': () =>
      ops.gather(a(3, 2), ints(0, 3)),
    'gather: index -4 at position 1': () => ops.gather(a(3, 2), ints(-1, -4), 0),
    'gather: index 0 at position 0 is out of range for 0 entries.': () => ops.gather(a(0, 2), [0]),
    'oneHot: index 5 at position 1 of shape (2, 1) is out of range for 3 classes (allowed: 0 … 2).':
      () => ops.oneHot([[0], [5]], 3),
    'oneHot: index -1': () => ops.oneHot([-1], 3),
    'oneHot: classes must be a whole number of at least 1, got 0.': () => ops.oneHot([0], 0),
  });
  refuses(DTypeError, {
    'gather: indices must be whole numbers, got float32 with fractions. Round them': () =>
      ops.gather(a(3), [0, 0.5]),
    'oneHot: indices must be whole numbers, got float32 with fractions.': () =>
      ops.oneHot([0.5], 3),
    'oneHot: indices must be whole numbers': () => ops.oneHot([NaN], 3),
  });
});

describe('cross-entropies', () => {
  refuses(ShapeError, {
    'softmaxCrossEntropy: logits of shape (2, 3) and targets of shape (2, 4) must have one shape.':
      () => ops.softmaxCrossEntropy(a(2, 3), a(2, 4)),
    'sigmoidCrossEntropy: logits of shape (2, 1) and targets of shape (2,) must have one shape.':
      () => ops.sigmoidCrossEntropy(a(2, 1), a(2)),
    'sparseSoftmaxCrossEntropy: logits of shape (2, 3) need labels of shape (2,), got (1,).': () =>
      ops.sparseSoftmaxCrossEntropy(a(2, 3), ints(0)),
  });
  refuses(DTypeError, {
    "softmaxCrossEntropy: targets: needs float32, got int32. Convert with astype('float32').": () =>
      ops.softmaxCrossEntropy(a(2), ints(0, 1)),
    'sigmoidCrossEntropy: logits: needs float32, got int32': () =>
      ops.sigmoidCrossEntropy(ints(1), a(1)),
    "sparseSoftmaxCrossEntropy: labels must be whole numbers, got float32. Convert with astype('int32').":
      () => ops.sparseSoftmaxCrossEntropy(a(1, 4), tensor([1])),
  });
  refuses(ValueError, {
    'sparseSoftmaxCrossEntropy: label 4 at position 1 is out of range for 4 classes (allowed: 0 … 3).':
      () => ops.sparseSoftmaxCrossEntropy(a(3, 4), ints(0, 4, 1)),
    'sparseSoftmaxCrossEntropy: label -2 at position 1': () =>
      ops.sparseSoftmaxCrossEntropy(a(2, 4), ints(-1, -2), { ignoreClass: -1 }),
    "sparseSoftmaxCrossEntropy: unknown option 'ignoreclass'. Did you mean 'ignoreClass'?": () =>
      ops.sparseSoftmaxCrossEntropy(a(1, 4), ints(1), { ignoreclass: 1 } as object),
  });
});

describe('what only JavaScript lets pass', () => {
  const untyped = (value: unknown): never => value as never;
  refuses(ValueError, {
    'transpose: axes must be a list, got 1.': () => a(2, 3).transpose(untyped(1)),
    "sum: axis must be a list, got '0'.": () => a(2).sum(untyped('0')),
    'slice: what is wanted of axis 0 must be a list, got { start: 1 }.': () =>
      a(2).slice(untyped({ start: 1 })),
    'pad: widths must be a list, got 1.': () => a(2).pad(untyped(1)),
    "tile: repeats must be a list, got '2'.": () => a(2).tile(untyped('2')),
    'concat: tensors must be a list, got a tensor of shape [2] and dtype float32.': () =>
      ops.concat(untyped(a(2))),
    'stack: tensors must be a list, got undefined.': () => ops.stack(untyped(undefined)),
    "einsum: 5 is not a text such as 'ij,jk->ik'.": () => ops.einsum(untyped(5), a(2)),
    'clip: low and high must be two numbers, low not above high, got 0 and undefined.': () =>
      a(2).clip(0, untyped(undefined)),
    'shape must be a list, got 2.': () => zeros(untyped(2)),
    'tensor: a DataView does not say what it holds. Give a typed array.': () =>
      tensor(untyped(new DataView(new ArrayBuffer(4)))),
    'tensor: undefined at [1] is not a number.': () => tensor(untyped([1, , 3])),
  });
  refuses(DTypeError, {
    "Unknown dtype { dtype: 'int32' }. Known: bool, uint8, int32, float32.": () =>
      zeros([2], untyped({ dtype: 'int32' })),
  });
});

describe('parameters', () => {
  refuses(ValueError, {
    'clip: low and high must be two numbers, low not above high, got 1 and -1.': () =>
      ops.clip(a(1), 1, -1),
    'clip: ... got NaN and 1': () => ops.clip(a(1), NaN, 1),
    "relu: unknown option 'negative_slope'.": () =>
      ops.relu(a(1), { negative_slope: 0.1 } as object),
  });
  refuses(DTypeError, {
    "Unknown dtype 'float16'. ... Known: ": () => ops.cast(a(1), 'float16' as 'float32'),
  });
  refuses(DisposedError, {
    'This tensor of shape (2, 3), float32, was disposed': () => {
      const gone = ones([2, 3]);
      gone.dispose();
      return ops.exp(gone);
    },
  });
});
