// Shapes of what is not computed yet.
import { describe, expect, it, vi } from 'vitest';
import { flattenNest } from '../../../src/config/index.js';
import { ShapeError } from '../../../src/errors.js';
import {
  isTensorSpec,
  operationShape as nestOfShapes,
} from '../../../src/engine/ops/graphs/operation-shape.js';
import type { Operation } from '../../../src/engine/ops/graphs/operation-shape.js';
import { probeShapes } from '../../../src/engine/ops/graphs/probe-shapes.js';
import type { TensorSpec } from '../../../src/engine/ops/graphs/probe-shapes.js';
import * as ops from '../../../src/engine/ops/generated/operations.js';
import { SeedGenerator } from '../../../src/random.js';
import { withoutElements } from '../../../src/engine/runtime/index.js';
import { Runtime } from '../../../src/engine/runtime/runtime.js';
import { memory, ones, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/ops/index.js';

const float = (...shape: (number | null)[]): TensorSpec => ({ shape, dtype: 'float32' });

/** Those of all results, in order. */
const operationShape = (operation: Operation, args: readonly unknown[]): TensorSpec[] =>
  flattenNest(nestOfShapes(operation, args), isTensorSpec);

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

  it('keeps lengths unknown beside one that has to be a known one', () => {
    expect(probeShapes((x, y) => ops.vstack([x, y]), [float(null, 3), float(null, null)])).toEqual([
      float(null, 3),
    ]);
    expect(probeShapes((x, y) => ops.dstack([x, y]), [float(null, 3), float(null, null)])).toEqual([
      float(null, 3, 2),
    ]);
    expect(probeShapes(ops.dot, [float(null, 3), float(null, null, 2)])).toEqual([
      float(null, null, 2),
    ]);
    expect(probeShapes((x) => ops.unstack(x, 3, 1)[0] ?? x, [float(2, null, null)])).toEqual([
      float(2, null),
    ]);
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

  it('tries shorter lengths where longer ones find no room', () => {
    const long = (x: Tensor): Tensor => ops.broadcastTo(x, [...x.shape.slice(0, -1), 1e8]);
    // 400 MB for each row: three do not fit into a block.
    expect(withoutElements(() => probeShapes(long, [float(null, 1)]))).toEqual([float(null, 1e8)]);
    // Of 800 MB there is one row alone, which does not tell what depends on it.
    const longer = (x: Tensor): Tensor => ops.broadcastTo(x, [...x.shape.slice(0, -1), 2e8]);
    expect(() => withoutElements(() => probeShapes(longer, [float(null, 1)]))).toThrow(
      /shape \(2, 200000000\), float32, takes 1.49 GiB, which is larger than one block/,
    );
  });

  it('tries a bounded number of lengths', () => {
    const inputs = Array.from({ length: 100 }, (_, i) => float(null, i + 4));
    let runs = 0;
    const refuse = (): never => {
      runs++;
      throw new ShapeError('no');
    };
    expect(() => probeShapes(refuse, inputs)).toThrow('no');
    expect(runs).toBeLessThan(50);
  });

  it('refuses a number of axes that depends on unknown lengths', () => {
    const f = (x: Tensor): Tensor =>
      x.sum().reshape(x.shape.flatMap((n) => Array<number>(n).fill(1)));
    expect(() => probeShapes(f, [float(null)])).toThrow('number of axes or results depends');
  });
});

describe('operationShape', () => {
  it('takes no memory and runs no kernel, however much the operation would', () => {
    const image = { shape: [null, 4000, 4000, 1], dtype: 'float32' } as const;
    const run = vi.spyOn(Runtime.prototype, 'run');
    const { reserved, bytes } = memory();
    const shapes: [shape: () => TensorSpec[], expected: TensorSpec][] = [
      // Nine million taps for each of a million pixels.
      [() => operationShape(ops.maxPool2d, [image, { poolSize: 3000, strides: 1 }]), float(null, 1001, 1001, 1)],
      [() => operationShape(ops.stack, [Array.from({ length: 5 }, () => float(null, 4000, 4000)), 1]), float(null, 5, 4000, 4000)],
      [() => operationShape(ops.matmul, [float(1e4, 1e4), float(1e4, 1e4)]), float(1e4, 1e4)],
      [() => operationShape(ops.einsum, ['ia,ja->ij', float(1e4, 1e4), float(1e4, 1e4)]), float(1e4, 1e4)],
      [() => operationShape(ops.conv2d, [image, float(99, 99, 1, 8)]), float(null, 3902, 3902, 8)],
      [() => operationShape(ops.sort, [float(1e8)]), float(1e8)],
      [() => operationShape(ops.oneHot, [float(1e4), 1e4]), float(1e4, 1e4)],
      [() => operationShape(ops.tile, [float(1, 3), [1, 8e7]]), float(1, 24e7)],
      [() => operationShape(ops.pad, [float(1, 3), [[0, 0], [0, 1e8]]]), float(1, 1e8 + 3)],
      [() => operationShape(ops.relu, [float(null, 1e8)]), float(null, 1e8)],
      [() => operationShape(ops.dropout, [image, 0.5, new SeedGenerator(7)]), image],
      [() => operationShape(ops.cumsum, [float(2e8)]), float(2e8)],
    ]; // prettier-ignore
    for (const [shape, expected] of shapes) expect(shape()).toEqual([expected]);
    expect(run).not.toHaveBeenCalled();
    expect(memory()).toMatchObject({ reserved, bytes });
    run.mockRestore();
  });

  it('refuses results for which no batch has room, as a matter of shapes', () => {
    const huge: [name: string, shape: () => unknown][] = [
      ['oneHot: 100000000 classes', () => operationShape(ops.oneHot, [float(null, 3), 1e8])],
      ['tile: repeats \\(1, 100000000\\)', () => operationShape(ops.tile, [float(null, 3), [1, 1e8]])],
      ['pad: widths', () => operationShape(ops.pad, [float(null, 3), [[0, 0], [0, 268e6]]])],
      ['', () => operationShape(ops.stack, [Array.from({ length: 20 }, () => float(null, 4000, 4000))])],
      ['', () => operationShape(ops.broadcastTo, [float(1, 3), [1e8, 3]])],
      ['', () => operationShape(ops.matmul, [float(1e5, 1), float(1, 1e5)])],
      ['', () => operationShape(ops.mul, [float(1e5, 1), float(1, 1e5)])],
      ['', () => operationShape(ops.relu, [float(null, 3e8)])],
    ]; // prettier-ignore
    for (const [name, shape] of huge) {
      expect(shape).toThrow(ShapeError);
      expect(shape).toThrow(new RegExp(`${name}.*A tensor of shape .* takes .*, which is larger`));
    }
  });

  it('leaves real tensors among the arguments as they are', () => {
    const w = tensor([[NaN, 1], [1, 2]]); // prettier-ignore
    expect(operationShape(ops.matmul, [float(null, 2), w])).toEqual([float(null, 2)]);
    expect(operationShape(ops.gather, [float(null, 2), tensor([9, 9, 9], { dtype: 'int32' }), 0])).toEqual([float(3, 2)]); // prettier-ignore
    // What is known of its elements was not supposed: they are not finite.
    expect(ops.matmul([[0, 1]], w).toArray()).toEqual([[NaN, 2]]);
    expect(ops.matmul([[0, 1], [1, 0]], w).toArray()).toEqual([[NaN, 2], [NaN, 1]]); // prettier-ignore
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
