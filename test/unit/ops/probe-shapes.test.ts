// Shapes of what is not computed yet.
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../../../src/errors.js';
import { MAX_TRIAL_BYTES, operationShape } from '../../../src/ops/operation-shape.js';
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

  it('makes no tensor that is larger than it may be, and tries shorter lengths before it gives up', () => {
    const before = memory().tensors;
    const repeat = (x: Tensor): Tensor => ops.tile(x, [1, 10]);
    // Rows of 40 numbers: two of them are 320 bytes.
    const bounded = (maxBytes: number) => () => probeShapes(repeat, [float(null, 4)], maxBytes);
    expect(bounded(480)()).toEqual([float(null, 40)]);
    expect(bounded(320)()).toEqual([float(null, 40)]);
    expect(bounded(319)).toThrow(ShapeError);
    expect(bounded(319)).toThrow(
      /tile: repeats \(1, 10\): A tensor of shape \([23], 40\), float32, takes (320|480) bytes, which is more than a trial .* \(319 bytes\)/,
    );
    expect(() => probeShapes(repeat, [float(null, 100)], 319)).toThrow(/\(2, 100\).*800 bytes/);
    // Full shapes as well, and outside of a trial nothing is bounded.
    expect(() => probeShapes(repeat, [float(2, 4)], 319)).toThrow(/\(2, 40\)/);
    expect(repeat(ones([100, 4])).shape).toEqual([100, 40]);
    expect(memory().tensors).toBe(before + 2);
  });

  it('refuses a number of axes that depends on unknown lengths', () => {
    const f = (x: Tensor): Tensor =>
      x.sum().reshape(x.shape.flatMap((n) => Array<number>(n).fill(1)));
    expect(() => probeShapes(f, [float(null)])).toThrow('number of axes or results depends');
  });
});

describe('operationShape', () => {
  it('does not make what an argument makes huge', () => {
    const x = float(null, 3);
    const { reserved } = memory();
    const huge: [name: string, shape: () => unknown][] = [
      ['oneHot: 100000000 classes', () => operationShape(ops.oneHot, [x, 1e8])],
      ['tile: repeats \\(1, 100000000\\)', () => operationShape(ops.tile, [x, [1, 1e8]])],
      ['pad: widths \\[\\[0,0\\],\\[0,100000000\\]\\]', () => operationShape(ops.pad, [x, [[0, 0], [0, 1e8]]])], // prettier-ignore
      ['', () => operationShape(ops.broadcastTo, [float(1, 3), [1e8, 3]])],
      ['', () => operationShape(ops.matmul, [float(1e5, 1), float(1, 1e5)])],
      ['', () => operationShape(ops.einsum, ['ia,ja->ij', float(1e5, 1), float(1e5, 1)])],
      ['', () => operationShape(ops.mul, [float(1e5, 1), float(1, 1e5)])],
      ['', () => operationShape(ops.relu, [float(null, 1e8)])],
      ['', () => operationShape(ops.relu, [float(1e8)])],
    ];
    for (const [name, shape] of huge) {
      expect(shape).toThrow(new RegExp(`${name}.*A tensor of shape .* takes .*, which is`));
    }
    expect(memory().reserved - reserved).toBeLessThan(MAX_TRIAL_BYTES);
  });

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
