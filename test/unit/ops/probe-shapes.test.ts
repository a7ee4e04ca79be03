// Shapes of what is not computed yet.
import { describe, expect, it } from 'vitest';
import { operationShape } from '../../../src/ops/operation-shape.js';
import { probeShapes } from '../../../src/ops/probe-shapes.js';
import type { TensorSpec } from '../../../src/ops/probe-shapes.js';
import * as ops from '../../../src/ops/operations.js';
import { SeedGenerator } from '../../../src/random/index.js';
import { memory, ones } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/ops/index.js';

const float = (...shape: (number | null)[]): TensorSpec => ({ shape, dtype: 'float32' });

describe('probeShapes', () => {
  it('keeps lengths that depend on unknown ones unknown', () => {
    expect(probeShapes((x) => ops.transpose(x), [float(null, 4)])).toEqual([float(4, null)]);
    expect(probeShapes((x) => x.mean(0), [float(null, 4)])).toEqual([float(4)]);
    expect(probeShapes((x) => x.reshape([-1, 6]), [float(null, 4, 3)])).toEqual([float(null, 6)]);
    expect(probeShapes((x, y) => ops.concat([x, y]), [float(null), float(null)])).toEqual([
      float(null),
    ]);
  });

  it('takes windows and equal parts of unknown lengths', () => {
    expect(
      probeShapes((x) => ops.maxPool2d(x, { poolSize: 2 }), [float(null, null, null, 3)]),
    ).toEqual([float(null, null, null, 3)]);
    expect(probeShapes((x) => ops.split(x, 6, 1), [float(null, null)])).toEqual(
      Array.from({ length: 6 }, () => float(null, null)),
    );
    expect(probeShapes((x) => ops.split(x, 5), [float(null)]).length).toBe(5);
    const kernel = ones([5, 3, 2]);
    expect(
      probeShapes((x) => ops.conv1d(x, kernel, null, { strides: 2 }), [float(null, null, 3)]),
    ).toEqual([float(null, null, 2)]);
  });

  it('broadcasts unknown lengths against known ones', () => {
    expect(probeShapes(ops.add, [float(null, null, 8), float(1, 10, 8)])).toEqual([
      float(null, 10, 8),
    ]);
    expect(probeShapes(ops.add, [float(null, 4), float(3, 4)])).toEqual([float(3, 4)]);
    expect(probeShapes((x) => ops.broadcastTo(x, [7, 4]), [float(null, 4)])).toEqual([float(7, 4)]);
    expect(probeShapes((x) => ops.squeeze(x, 0), [float(null, 4)])).toEqual([float(4)]);
  });

  it('throws what the function throws, and leaves nothing behind', () => {
    const before = memory().tensors;
    expect(() => probeShapes(ops.matmul, [float(null, 4), float(3, 2)])).toThrow(
      'matmul: shapes (2, 4) and (3, 2) do not fit',
    );
    expect(() => probeShapes((x) => ops.add(x, [1, 2, 3]), [float(5)])).toThrow('do not broadcast');
    expect(() => probeShapes((x) => ops.split(x, [...x.shape]), [float(null)])).not.toThrow();
    expect(memory().tensors).toBe(before);
  });

  it('refuses a number of axes that depends on unknown lengths', () => {
    const f = (x: Tensor): Tensor =>
      x.sum().reshape(x.shape.flatMap((n) => Array<number>(n).fill(1)));
    expect(() => probeShapes(f, [float(null)])).toThrow('number of axes or results depends');
  });
});

describe('operationShape', () => {
  it('does not try slices: an unknown length stays unknown', () => {
    const x = { shape: [null, null, 5], dtype: 'uint8' } as const;
    const sliced = (
      ...specs: Parameters<typeof ops.slice> extends [unknown, ...infer S] ? S : never
    ) => operationShape(ops.slice, [x, ...specs]).map(({ shape }) => shape);
    expect(sliced(':', '100:')).toEqual([[null, null, 5]]);
    expect(sliced(':', 70)).toEqual([[null, 5]]);
    expect(sliced(0, [0, 2], '-2:')).toEqual([[null, 2]]);
    expect(sliced('...', null, 1)).toEqual([[null, null, 1]]);
    expect(operationShape(ops.slice, [x, 0])[0]?.dtype).toBe('uint8');
    expect(() => sliced(0, 0, 7)).toThrow('index 7 is out of range for axis 2 of length 5');
    expect(() => sliced(0, 0, 0, 0)).toThrow('4 arguments for a tensor of 3 dimensions');
  });

  it('draws no random numbers', () => {
    const seed = new SeedGenerator(7);
    expect(operationShape(ops.dropout, [float(null, 3), 0.5, seed])).toEqual([float(null, 3)]);
    expect(seed.getState().blocks).toBe(0);
  });

  it('takes tensors and what stands for them side by side', () => {
    expect(operationShape(ops.matmul, [float(null, 3), ones([3, 2])])).toEqual([float(null, 2)]);
    expect(operationShape(ops.stack, [[float(null, 3), float(null, 3)], 1])).toEqual([
      float(null, 2, 3),
    ]);
    expect(operationShape(ops.mul, [{ shape: [null], dtype: 'int32' }, 0.5])).toEqual([
      float(null),
    ]);
  });
});
