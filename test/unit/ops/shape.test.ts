import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import type { SliceSpec } from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import * as reference from '../../reference/dense-array.js';
import { expectAgreement, gradientsOf, random } from './agreement.js';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe('reshaping operations agree with float64, value and gradient', () => {
  it('reshape, flatten, expandDims, squeeze', () => {
    const to = (shape: number[]) => (x: reference.DenseArray) => reference.reshape(x, shape);
    expectAgreement('reshape', (x) => ops.reshape(x, [4, -1]), to([4, 6]), random([2, 3, 4]));
    expectAgreement('reshape', (x) => ops.reshape(x, []), to([]), random([1, 1]));
    expectAgreement('reshape', (x) => ops.reshape(x, [2, 3]), to([2, 3]), random([2, 3]));
    expectAgreement('flatten', ops.flatten, to([24]), random([2, 3, 4]));
    expectAgreement('flatten', ops.flatten, to([1]), random([]));
    for (const [axis, shape] of [
      [0, [1, 2, 3]],
      [1, [2, 1, 3]],
      [-1, [2, 3, 1]],
      [-3, [1, 2, 3]],
    ] as const) {
      expectAgreement('expandDims', (x) => ops.expandDims(x, axis), to([...shape]), random([2, 3]));
    }
    for (const [axis, shape] of [
      [undefined, [2, 3]],
      [0, [2, 1, 3, 1]],
      [
        [-1, 2],
        [1, 2, 3],
      ],
    ] as const) {
      const x = random([1, 2, 1, 3, 1]);
      expectAgreement('squeeze', (a) => ops.squeeze(a, axis), to([...shape]), x);
    }
  });

  it('transpose and moveAxis, in every order of four axes', () => {
    const shape = [2, 3, 4, 5];
    const orders = shape.flatMap((_, a) =>
      [0, 1, 2, 3].flatMap((b) =>
        [0, 1, 2, 3].map((c) => [a, b, c, 6 - a - b - c]).filter((o) => new Set(o).size === 4),
      ),
    );
    expect(orders).toHaveLength(24);
    for (const order of orders) {
      expectAgreement(
        'transpose',
        (x) => ops.transpose(x, order),
        (x) => reference.transpose(x, order),
        random(shape),
      );
    }
    expectAgreement(
      'transpose',
      (x) => ops.transpose(x),
      (x) => reference.transpose(x, [1, 0]),
      random([3, 4]),
    );
    expectAgreement(
      'transpose',
      (x) => ops.transpose(x),
      (x) => x,
      random([3]),
    );
    expectAgreement(
      'moveAxis',
      (x) => ops.moveAxis(x, 0, -1),
      (x) => reference.transpose(x, [1, 2, 0]),
      random([2, 3, 4]),
    );
    expectAgreement(
      'moveAxis',
      (x) => ops.moveAxis(x, 2, 0),
      (x) => reference.transpose(x, [2, 0, 1]),
      random([2, 3, 4]),
    );
  });

  it('broadcastTo', () => {
    for (const [from, to] of [
      [[], [2, 3]],
      [[3], [2, 3]],
      [
        [2, 1],
        [2, 3],
      ],
      [
        [1, 3],
        [4, 2, 3],
      ],
      [
        [2, 1, 4],
        [2, 3, 4],
      ],
      [
        [2, 3],
        [2, 3],
      ],
      [
        [1, 2],
        [0, 2],
      ],
    ]) {
      const shape = to ?? [];
      expectAgreement(
        'broadcastTo',
        (x) => ops.broadcastTo(x, shape),
        (x) => reference.build(shape, (index) => reference.at(x, index)),
        random(from ?? []),
      );
    }
  });
});

describe('slice agrees with float64, value and gradient', () => {
  // Each: the arguments, and the positions of a tensor of shape (5, 4, 6) that Python takes.
  const cases: readonly (readonly [
    specs: SliceSpec[],
    positions: number[][],
    dropped: number[],
  ])[] = [
    [[], [upTo(5), upTo(4), upTo(6)], []],
    [['1:4'], [[1, 2, 3], upTo(4), upTo(6)], []],
    [['-2:'], [[3, 4], upTo(4), upTo(6)], []],
    [['::-1'], [[4, 3, 2, 1, 0], upTo(4), upTo(6)], []],
    [['::2', ':', '::3'], [[0, 2, 4], upTo(4), [0, 3]], []],
    [['4:0:-2', '::-3'], [[4, 2], [3, 0], upTo(6)], []],
    [['-1:-4:-1', ':', '5:2:-1'], [[4, 3, 2], upTo(4), [5, 4, 3]], []],
    [[2], [[2], upTo(4), upTo(6)], [0]],
    [['-1'], [[4], upTo(4), upTo(6)], [0]],
    [[':', -1, [1, 5]], [upTo(5), [3], [1, 2, 3, 4]], [1]],
    [
      [0, 1, 2],
      [[0], [1], [2]],
      [0, 1, 2],
    ],
    [[[1, -1], ':', [-2, 100]], [[1, 2, 3], upTo(4), [4, 5]], []],
    [['3:1'], [[], upTo(4), upTo(6)], []],
    [[':', '7:9'], [upTo(5), [], upTo(6)], []],
    [['-100:2', '100::-2'], [[0, 1], [3, 1], upTo(6)], []],
  ];
  it.each(cases)('%j', (specs, positions, dropped) => {
    expectAgreement(
      'slice',
      (x) => ops.slice(x, ...specs),
      (x) => {
        const taken = reference.take(x, positions);
        return reference.reshape(
          taken,
          taken.shape.filter((_, axis) => !dropped.includes(axis)),
        );
      },
      random([5, 4, 6]),
    );
  });

  it('new axes and axes that are left', () => {
    const last = (x: reference.DenseArray): reference.DenseArray =>
      reference.reshape(reference.take(x, [upTo(2), upTo(3), [1]]), [2, 3]);
    expectAgreement('slice', (x) => ops.slice(x, '...', 1), last, random([2, 3, 4]));
    expectAgreement('slice', (x) => ops.slice(x, ':', '...', ':', '1'), last, random([2, 3, 4]));
    expectAgreement(
      'slice',
      (x) => ops.slice(x, null, '...', null, 1),
      (x) => reference.reshape(last(x), [1, 2, 3, 1]),
      random([2, 3, 4]),
    );
    expect(() => ops.slice([1, 2], '...', '...')).toThrow("slice: '...' can stand for");
    expect(() => ops.slice([1, 2], null, 0, 0)).toThrow(
      'slice: 2 arguments for a tensor of 1 dimensions, shape (2,).',
    );
  });

  it('adds up where slices overlap', () => {
    const overlap = gradientsOf(
      (x) => ops.sum(ops.add(ops.slice(x, '0:3'), ops.slice(x, '3:0:-1'))),
      [tensor([1, 2, 3, 4])],
    );
    expect(overlap[0]?.toArray()).toEqual([1, 2, 2, 1]);
  });
});

describe('joining and cutting agree with float64, value and gradients', () => {
  it('concat of two, three and one, along every axis', () => {
    for (const axis of [0, 1, 2, -1]) {
      const along = axis < 0 ? axis + 3 : axis;
      const part = (length: number) => random([2, 3, 4].with(along, length));
      for (const lengths of [[2, 3], [1, 4, 2], [3], [2, 0, 1]]) {
        expectAgreement(
          `concat along ${axis}`,
          (...xs) => ops.concat(xs, axis),
          (...xs) => reference.concat(xs, along),
          ...lengths.map(part),
        );
      }
    }
  });

  it('concat of one tensor with itself', () => {
    expectAgreement(
      'concat',
      (x) => ops.concat([x, x], 1),
      (x) => reference.concat([x, x], 1),
      random([2, 3]),
    );
  });

  it('stack', () => {
    for (const axis of [0, 1, 2, -1]) {
      const at = axis < 0 ? axis + 3 : axis;
      expectAgreement(
        `stack along ${axis}`,
        (...xs) => ops.stack(xs, axis),
        (...xs) =>
          reference.concat(
            xs.map((x) => reference.reshape(x, x.shape.toSpliced(at, 0, 1))),
            at,
          ),
        random([2, 3]),
        random([2, 3]),
      );
    }
    expectAgreement(
      'stack of scalars',
      (...xs) => ops.stack(xs),
      (...xs) => ({ shape: [3], data: xs.flatMap(({ data }) => data) }),
      random([]),
      random([]),
      random([]),
    );
  });

  it('pad', () => {
    for (const value of [0, -2.5]) {
      for (const widths of [
        [
          [0, 0],
          [1, 2],
        ],
        [
          [2, 0],
          [0, 1],
        ],
        [
          [0, 0],
          [0, 0],
        ],
      ] as const) {
        expectAgreement(
          'pad',
          (x) => ops.pad(x, widths, value),
          (x) => reference.pad(x, widths, value),
          random([2, 3]),
        );
      }
    }
  });

  it('tile, with shorter and longer lists than axes', () => {
    for (const [given, full] of [
      [2, [1, 2]],
      [[3], [1, 3]],
      [
        [2, 3],
        [2, 3],
      ],
      [
        [2, 1, 2],
        [2, 1, 2],
      ],
      [
        [1, 1],
        [1, 1],
      ],
      [
        [0, 2],
        [0, 2],
      ],
    ] as const) {
      expectAgreement(
        'tile',
        (x) => ops.tile(x, given),
        (x) => reference.tile(x, full),
        random([2, 3]),
      );
    }
    expectAgreement(
      'tile',
      (x) => ops.tile(x, 4),
      (x) => reference.tile(x, [4]),
      random([]),
    );
  });

  it('split: parts of equal length, and at given positions', () => {
    for (const [parts, axis, cuts] of [
      [2, 1, [0, 3, 6]],
      [3, -1, [0, 2, 4, 6]],
      [[1, 4], 1, [0, 1, 4, 6]],
      [[2, 2], 1, [0, 2, 2, 6]],
      [2, 0, [0, 2, 4]],
      [1, 0, [0, 4]],
    ] as const) {
      const along = axis === 0 ? 0 : 1;
      cuts.slice(1).forEach((stop, i) => {
        const places = upTo(stop).slice(cuts[i]);
        expectAgreement(
          `part ${i} of split`,
          (x) => ops.split(x, parts, axis)[i] ?? x,
          (x) => reference.take(x, [upTo(4), upTo(6)].with(along, places)),
          random([4, 6]),
        );
      });
    }
  });

  it('split joined again passes every gradient on', () => {
    expectAgreement(
      'concat of split',
      (x) => ops.concat(ops.split(x, 3, 1).reverse(), 1),
      (x) => reference.take(x, [upTo(2), [4, 5, 2, 3, 0, 1]]),
      random([2, 6]),
    );
  });
});

describe('gather agrees with float64, value and gradient', () => {
  const indexArrays: readonly reference.DenseArray[] = [
    { shape: [4], data: [0, 2, 2, 1] },
    { shape: [2, 3], data: [0, 0, 0, -1, 1, -3] },
    { shape: [], data: [1] },
    { shape: [0], data: [] },
    { shape: [1, 1], data: [-2] },
  ];
  it.each(indexArrays)('$data in shape $shape', (indices) => {
    const at = tensor(Int32Array.from(indices.data), { shape: indices.shape });
    for (const axis of [0, 1, 2, -1]) {
      const along = axis < 0 ? axis + 3 : axis;
      expectAgreement(
        `gather along ${axis}`,
        (x) => ops.gather(x, at, axis),
        (x) => reference.gather(x, indices, along),
        random([4, 3, 5].with(along, 3)),
      );
    }
  });

  it('of a vector, by a number', () => {
    const one = { shape: [], data: [2] };
    expectAgreement(
      'gather',
      (x) => ops.gather(x, 2),
      (x) => reference.gather(x, one, 0),
      random([4]),
    );
  });
});

describe('copies and conversions', () => {
  it('clone and a cast to float32 pass the gradient on', () => {
    expectAgreement('clone', ops.clone, (x) => x, random([2, 3]));
    expectAgreement(
      'cast',
      (x) => ops.cast(x, 'float32'),
      (x) => x,
      random([2, 3]),
    );
  });

  it('a cast to integers and back stops it', () => {
    const stopped = gradientsOf(
      (x) => ops.sum(ops.mul(x, ops.cast(ops.cast(x, 'int32'), 'float32'))),
      [tensor([1.5, 2.5])],
    );
    expect(stopped[0]?.toArray()).toEqual([1, 2]);
  });
});
