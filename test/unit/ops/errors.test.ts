// Every refusal names the operation, what came, what was expected, and what to do.
import { describe, expect, it } from 'vitest';
import { DisposedError, DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/ops/index.js';
import { ones, tensor, zeros } from '../../../src/tensor/index.js';

type ErrorClass = new (message: string) => Error;
type Refusal = readonly [call: () => unknown, error: ErrorClass, ...parts: readonly string[]];

function refuses(cases: Readonly<Record<string, Refusal>>): void {
  it.each(Object.entries(cases))('%s', (_, [call, error, ...parts]) => {
    expect(call).toThrow(error);
    for (const part of parts) expect(call).toThrow(part);
  });
}

const a = (...shape: number[]) => zeros(shape);
const ints = (...values: number[]) => tensor(values, { dtype: 'int32' });

describe('broadcasting', () => {
  const twoOperands = {
    add: ops.add,
    sub: ops.sub,
    mul: ops.mul,
    div: ops.div,
    pow: ops.pow,
    mod: ops.mod,
    maximum: ops.maximum,
    minimum: ops.minimum,
    equal: ops.equal,
    notEqual: ops.notEqual,
    less: ops.less,
    lessEqual: ops.lessEqual,
    greater: ops.greater,
    greaterEqual: ops.greaterEqual,
    logicalAnd: ops.logicalAnd,
    logicalOr: ops.logicalOr,
    logicalXor: ops.logicalXor,
  };
  it.each(Object.entries(twoOperands))('%s marks the axes that do not fit', (name, op) => {
    expect(() => op(a(2, 3, 4), a(5, 4))).toThrow(ShapeError);
    expect(() => op(a(2, 3, 4), a(5, 4))).toThrow(
      `${name}: shapes (2, 3, 4) and (5, 4) do not broadcast.\n` +
        `  a: 2  3  4\n` +
        `  b:    5  4\n` +
        `        ^   \n` +
        `Axes are matched from the right; lengths must be equal or 1. Reshape or transpose one of them.`,
    );
  });

  refuses({
    'where, of its two values': [
      () => ops.where(true, a(2), a(3)),
      ShapeError,
      'where: shapes (2,) and (3,) do not broadcast',
    ],
    'where, of its condition': [
      () => ops.where(a(4), a(2), a(2)),
      ShapeError,
      'where: shapes (2,) and (4,) do not broadcast',
    ],
    'broadcastTo, a length that is neither 1 nor the wanted one': [
      () => ops.broadcastTo(a(2), [3]),
      ShapeError,
      'broadcastTo: shapes (2,) and (3,) do not broadcast',
    ],
    'broadcastTo, to fewer axes': [
      () => ops.broadcastTo(a(2, 3), [3]),
      ShapeError,
      'broadcastTo: shape (2, 3) does not broadcast to (3,): only axes of length 1 can be repeated',
    ],
    'broadcastTo, to a shape that is none': [
      () => ops.broadcastTo(a(1), [-1]),
      ShapeError,
      'broadcastTo: a shape holds whole numbers of at least 0, got (-1)',
    ],
    'more than eight axes that cannot be merged': [
      () => ops.add(ones([2, 1, 2, 1, 2, 1, 2, 1, 2, 1]), ones([1, 2, 1, 2, 1, 2, 1, 2, 1, 2])),
      ShapeError,
      'add: shape (2, 2, 2, 2, 2, 2, 2, 2, 2, 2) has more than 8 axes that cannot be merged. Reshape',
    ],
  });
});

describe('products', () => {
  refuses({
    'matmul, inner lengths': [
      () => ops.matmul(a(2, 3), a(4, 5)),
      ShapeError,
      'matmul: shapes (2, 3) and (4, 5) do not fit: the last axis of the first (3) must be as long as the ' +
        'last but one axis of the second (4). Transpose or reshape one of them.',
    ],
    'matmul, of vectors': [
      () => ops.matmul(a(3), a(4)),
      ShapeError,
      'the last axis of the first (3) must be as long as the only axis of the second (4)',
    ],
    'matmul, batches': [
      () => ops.matmul(a(2, 3, 4), a(5, 4, 3)),
      ShapeError,
      'matmul: shapes (2,) and (5,) do not broadcast',
    ],
    'matmul, a scalar': [
      () => ops.matmul(3, a(2, 2)),
      ShapeError,
      'matmul: shapes () and (2, 2): a scalar has no axis to multiply along. Use mul.',
    ],
    dot: [
      () => ops.dot(a(2, 3), a(5, 4, 2)),
      ShapeError,
      'dot: shapes (2, 3) and (5, 4, 2) do not fit: the last axis of the first (3) must be as long as the ' +
        'last but one axis of the second (4). Transpose or reshape one of them.',
    ],
    'dense, the kernel’s shape': [
      () => ops.dense(a(2, 3), a(3), null),
      ShapeError,
      'dense: the kernel must have shape (inputs, units), got (3,).',
    ],
    'dense, the input': [
      () => ops.dense(a(2, 4), a(3, 5), null),
      ShapeError,
      'dense: the last axis of the input must have length 3 to fit a kernel of shape (3, 5), got shape (2, 4).',
    ],
    'dense, a scalar': [() => ops.dense(1, a(1, 5), null), ShapeError, 'got shape ().'],
    'dense, the bias': [
      () => ops.dense(a(2, 3), a(3, 5), a(4)),
      ShapeError,
      'dense: the bias must have shape (5,) to fit a kernel of shape (3, 5), got (4,).',
    ],
    'dense, a kernel of integers': [
      () => ops.dense(a(2, 1), tensor([[1]], { dtype: 'int32' }), null),
      DTypeError,
      "dense: the kernel: needs float32, got int32. Convert with astype('float32').",
    ],
    'dense, a bias of bytes': [
      () => ops.dense(a(2, 1), a(1, 1), tensor([1], { dtype: 'uint8' })),
      DTypeError,
      'dense: the bias: needs float32, got uint8',
    ],
    'dense, an activation that it cannot fuse': [
      () => ops.dense(a(2, 1), a(1, 1), null, 'gelu' as 'relu'),
      ValueError,
      "dense: 'gelu' is no activation that dense can fuse: linear, relu, tanh. Apply others to its result.",
    ],
  });
});

describe('axes', () => {
  const axisOps: Readonly<Record<string, (axis: number) => unknown>> = {
    sum: (axis) => ops.sum(a(2, 3), axis),
    mean: (axis) => ops.mean(a(2, 3), [axis]),
    max: (axis) => ops.max(a(2, 3), axis),
    min: (axis) => ops.min(a(2, 3), axis),
    prod: (axis) => ops.prod(a(2, 3), axis),
    any: (axis) => ops.any(a(2, 3), axis),
    all: (axis) => ops.all(a(2, 3), axis),
    argmax: (axis) => ops.argmax(a(2, 3), axis),
    argmin: (axis) => ops.argmin(a(2, 3), axis),
    logsumexp: (axis) => ops.logsumexp(a(2, 3), axis),
    softmax: (axis) => ops.softmax(a(2, 3), axis),
    logSoftmax: (axis) => ops.logSoftmax(a(2, 3), axis),
    sparsemax: (axis) => ops.sparsemax(a(2, 3), axis),
    concat: (axis) => ops.concat([a(2, 3)], axis),
    split: (axis) => ops.split(a(2, 3), 1, axis),
    gather: (axis) => ops.gather(a(2, 3), [0], axis),
    squeeze: (axis) => ops.squeeze(a(2, 3), axis),
    glu: (axis) => ops.glu(a(2, 4), axis),
    moveAxis: (axis) => ops.moveAxis(a(2, 3), axis, 0),
    transpose: (axis) => ops.transpose(a(2, 3), [0, axis]),
  };
  it.each(Object.entries(axisOps))('%s refuses an axis out of range', (name, op) => {
    for (const axis of [2, -3, 0.5]) {
      expect(() => op(axis)).toThrow(ShapeError);
      expect(() => op(axis)).toThrow(
        `${name}: axis ${axis} is out of range for a tensor of 2 dimensions (allowed: -2 … 1).`,
      );
    }
  });

  refuses({
    'an axis given twice': [
      () => ops.sum(a(2, 3), [1, -1]),
      ShapeError,
      'sum: an axis is given twice in (1, -1).',
    ],
    'softmax of a scalar': [
      () => ops.softmax(1),
      ShapeError,
      'softmax: needs a tensor of at least 1 dimension, got a scalar.',
    ],
    'max of no elements': [
      () => ops.max(a(2, 0), 1),
      ValueError,
      'max: shape (2, 0) has no elements along the reduced axes, so there is no max.',
    ],
    'argmin of no elements': [
      () => ops.argmin(a(0)),
      ValueError,
      'argmin: shape (0,) has no elements along the reduced axes',
    ],
    'transpose without every axis': [
      () => ops.transpose(a(2, 3), [0, 0]),
      ShapeError,
      'transpose: axes (0, 0) must name each of the 2 axes once.',
    ],
    'glu of an odd length': [
      () => ops.glu(a(2, 3)),
      ShapeError,
      'glu: axis -1 of shape (2, 3) must have an even length to be halved.',
    ],
  });
});

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
    'concat of nothing': [() => ops.concat([]), ValueError, 'concat: the list of tensors is empty.'],
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
      'pad: needs one pair [before, after] of whole numbers of at least 0 for each of the 2 axes, got [[1,1]].',
    ],
    'pad with half a pair': [
      () => ops.pad(a(2), [[1]] as unknown as [number, number][]),
      ShapeError,
      'got [[1]]',
    ],
    'pad with negative widths': [() => ops.pad(a(2), [[-1, 0]]), ShapeError, 'got [[-1,0]]'],
    'tile with fractions': [
      () => ops.tile(a(2), 1.5),
      ValueError,
      'tile: repeats must be whole numbers of at least 0, got (1.5).',
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
    'oneHot, NaN': [() => ops.oneHot([NaN], 3), DTypeError, 'oneHot: indices must be whole numbers'],
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

describe('parameters', () => {
  refuses({
    'clip, limits the wrong way round': [
      () => ops.clip(a(1), 1, -1),
      ValueError,
      'clip: low must not be above high, got 1 and -1.',
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
