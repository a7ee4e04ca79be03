// Every refusal names the operation, what came, what was expected, and what to do.
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/ops/index.js';
import { ones, tensor, zeros } from '../../../src/tensor/index.js';
import { refuses } from './refusals.js';

const a = (...shape: number[]) => zeros(shape);

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
      'broadcastTo: a shape holds whole numbers of at least 0, got [-1]',
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
