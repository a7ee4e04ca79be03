// Every refusal names the operation, what came, what was expected, and what to do.
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/index.js';
import { refuses } from '../refusals.js';

const a = (...shape: number[]) => zeros(shape);

describe('broadcasting', () => {
  const twoOperands = [
    ...(['add', 'sub', 'mul', 'div', 'pow', 'mod', 'maximum', 'minimum', 'equal'] as const),
    ...(['notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const),
    ...(['logicalAnd', 'logicalOr', 'logicalXor'] as const),
  ];
  it.each(twoOperands)('%s marks the axes that do not fit', (name) => {
    const op = ops[name];
    expect(() => op(a(2, 3, 4), a(5, 4))).toThrow(ShapeError);
    expect(() => op(a(2, 3, 4), a(5, 4))).toThrow(
      `${name}: shapes (2, 3, 4) and (5, 4) do not broadcast.\n` +
        `  a: 2  3  4\n` +
        `  b:    5  4\n` +
        `        ^   \n` +
        `Axes are matched from the right; lengths must be equal or 1. Reshape or transpose one of them.`,
    );
  });

  refuses(ShapeError, {
    'where: shapes (2,) and (3,) do not broadcast': () => ops.where(true, a(2), a(3)),
    'where: shapes (2,) and (4,) do not broadcast': () => ops.where(a(4), a(2), a(2)),
    'broadcastTo: shapes (2,) and (3,) do not broadcast': () => ops.broadcastTo(a(2), [3]),
    'broadcastTo: shape (2, 3) does not broadcast to (3,): only axes of length 1 can be repeated':
      () => ops.broadcastTo(a(2, 3), [3]),
    'broadcastTo: shape (2, 3) does not broadcast to (2, 1)': () =>
      ops.broadcastTo(a(2, 3), [2, 1]),
    'broadcastTo: a shape holds whole numbers of at least 0, got [-1]': () =>
      ops.broadcastTo(a(1), [-1]),
    'add: shape (2, 2, 2, 2, 2, 2, 2, 2, 2, 2) has more than 8 axes that cannot be merged. Reshape':
      () => ops.add(ones([2, 1, 2, 1, 2, 1, 2, 1, 2, 1]), ones([1, 2, 1, 2, 1, 2, 1, 2, 1, 2])),
  });
});

describe('products', () => {
  refuses(ShapeError, {
    ['matmul: shapes (2, 3) and (4, 5) do not fit: the last axis of the first (3) must be as long as the ' +
    'last but one axis of the second (4). Transpose or reshape one of them.']: () =>
      ops.matmul(a(2, 3), a(4, 5)),
    'the last axis of the first (3) must be as long as the only axis of the second (4)': () =>
      ops.matmul(a(3), a(4)),
    'matmul: shapes (2, 3) and (4,) ... only axis': () => ops.matmul(a(2, 3), a(4)),
    'dot: shapes (2, 3) and (4,) ... only axis': () => ops.dot(a(2, 3), a(4)),
    'matmul: shapes (2,) and (5,) do not broadcast': () => ops.matmul(a(2, 3, 4), a(5, 4, 3)),
    'matmul: shapes () and (2, 2): a scalar has no axis to multiply along. Use mul.': () =>
      ops.matmul(3, a(2, 2)),
    'matmul: shapes (2, 2) and (): a scalar has no axis to multiply along. Use mul.': () =>
      ops.matmul(a(2, 2), 3),
    ['dot: shapes (2, 3) and (5, 4, 2) do not fit: the last axis of the first (3) must be as long as the ' +
    'last but one axis of the second (4). Transpose or reshape one of them.']: () =>
      ops.dot(a(2, 3), a(5, 4, 2)),
    'dense: the kernel must have shape (inputs, units), got (3,).': () =>
      ops.dense(a(2, 3), a(3), null),
    'dense: the last axis of the input must have length 3 to fit a kernel of shape (3, 5), got shape (2, 4).':
      () => ops.dense(a(2, 4), a(3, 5), null),
    'got shape ().': () => ops.dense(1, a(1, 5), null),
    'dense: the bias must have shape (5,) to fit a kernel of shape (3, 5), got (4,).': () =>
      ops.dense(a(2, 3), a(3, 5), a(4)),
  });
  refuses(DTypeError, {
    "dense: the kernel: needs float32, got int32. Convert with astype('float32').": () =>
      ops.dense(a(2, 1), tensor([[1]], { dtype: 'int32' }), null),
    'dense: the bias: needs float32, got uint8': () =>
      ops.dense(a(2, 1), a(1, 1), tensor([1], { dtype: 'uint8' })),
  });
  refuses(ValueError, {
    "dense: 'gelu' is not an activation that dense can fuse: linear, relu, tanh. Apply others to its result.":
      () => ops.dense(a(2, 1), a(1, 1), null, 'gelu' as 'relu'),
  });
});

describe('axes', () => {
  const alongAxis = [
    ...(['sum', 'mean', 'max', 'min', 'prod', 'any', 'all', 'argmax', 'argmin'] as const),
    ...(['logsumexp', 'softmax', 'logSoftmax', 'sparsemax', 'squeeze'] as const),
  ];
  const axisOps: Readonly<Record<string, (axis: number) => unknown>> = {
    ...Object.fromEntries(alongAxis.map((name) => [name, (axis) => ops[name](a(2, 3), axis)])),
    mean: (axis) => ops.mean(a(2, 3), [axis]),
    concat: (axis) => ops.concat([a(2, 3)], axis),
    split: (axis) => ops.split(a(2, 3), 1, axis),
    gather: (axis) => ops.gather(a(2, 3), [0], axis),
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

  refuses(ShapeError, {
    'sum: an axis is given twice in (1, -1).': () => ops.sum(a(2, 3), [1, -1]),
    'max: an axis is given twice in (1, -1).': () => ops.max(a(2, 3), [1, -1]),
    'sum: axis 0 ... 0 dimensions': () => ops.sum(1, 0),
    'concat: axis 0': () => ops.concat([tensor(1), tensor(1)]),
    'transpose: axes (0,) must name each of the 2 axes once.': () => ops.transpose(a(2, 3), [0]),
    'softmax: needs a tensor of at least 1 dimension, got a scalar.': () => ops.softmax(1),
    'transpose: axes (0, 0) must name each of the 2 axes once.': () =>
      ops.transpose(a(2, 3), [0, 0]),
    'glu: axis -1 of shape (2, 3) must have an even length to be halved.': () => ops.glu(a(2, 3)),
  });
  refuses(ValueError, {
    'max: shape (2, 0) has no elements along the reduced axes, so there is no max.': () =>
      ops.max(a(2, 0), 1),
    'max: shape (0, 3)': () => ops.max(a(0, 3)),
    'min: shape (0, 3)': () => ops.min(a(0, 3), 0),
    'argmax: shape (0, 3)': () => ops.argmax(a(0, 3), 0),
    'argmin: shape (0,) has no elements along the reduced axes': () => ops.argmin(a(0)),
  });

  it('that are left of no elements give no elements', () => {
    expect(ops.max(a(0, 3), 1).shape).toEqual([0]);
    expect(ops.argmax(a(0, 3), 1).shape).toEqual([0]);
  });
});
