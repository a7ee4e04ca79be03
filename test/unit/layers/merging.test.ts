import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { Model, Sequential } from '../../../src/models.js';
import { memory, ones, tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { DType } from '../../../src/config/dtype.js';
import type { Shape, Tensor } from '../../../src/engine/tensor/index.js';

const { Add, Average, Concatenate, Dot, Input, Maximum, Minimum, Multiply, Subtract } = layers;
const elementwise = [Add, Average, Maximum, Minimum, Multiply, Subtract] as const;

/** 0, 1, 2, … */
const counted = (shape: Shape, start = 0): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => start + i),
    { shape },
  );

describe('the shapes of inputs', () => {
  it.each(elementwise.map((type) => [type.className, type] as const))(
    'broadcast in %s, with axes put in behind the batch axis',
    (_, type) => {
      const layer = new type();
      expect(
        layer.computeOutputShape([
          [null, 4, 2],
          [null, 1, 2],
        ]),
      ).toEqual([null, 4, 2]);
      expect(
        layer.computeOutputShape([
          [null, 4, 2],
          [3, 2],
        ]),
      ).toEqual([3, 4, 2]);
      expect(layer.computeOutputShape([[null], [null, 4]])).toEqual([null, 4]);
      expect(
        layer.computeOutputShape([
          [null, null],
          [null, 4],
        ]),
      ).toEqual([null, null]);
      expect(layer.apply([zeros([3, 5, 1]), ones([3, 4])]).shape).toEqual([3, 5, 4]);
      expect(layer.apply([zeros([3]), ones([3, 4])]).shape).toEqual([3, 4]);
    },
  );

  it('have the batch axis where it was: a vector per sample is added to each of its rows', () => {
    const rows = zeros([2, 2, 2]);
    const vectors = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(new Add().apply([rows, vectors]).toArray()).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ]);
  });

  it.each(elementwise.map((type) => [type.className, type] as const))(
    'that do not fit are refused by %s, with both shapes',
    (className, type) => {
      const layer = new type({ name: 'm' });
      const compute = (): unknown => layer.apply([zeros([3, 4, 2]), zeros([3, 5, 2])]);
      expect(compute).toThrow(ShapeError);
      expect(compute).toThrow(
        `${className} layer 'm': shapes (None, 4, 2) and (None, 5, 2) do not merge: on axis -2 the lengths are 4 and 5; they must ` +
          `be equal, or 1.`,
      );
      const symbolic = (): unknown => layer.apply([Input([4]), Input([5])]);
      expect(symbolic).toThrow(/shapes \(None, 4\) and \(None, 5\) do not merge/);
    },
  );

  it.each([...elementwise.map((type) => new type()), new Dot(1)].map((layer) => [layer] as const))(
    'have batches of one length: 1 is not repeated (%s)',
    (layer) => {
      const compute = (): unknown => layer.apply([zeros([3, 4]), zeros([1, 4])]);
      expect(compute).toThrow(ShapeError);
      expect(compute).toThrow(
        /shapes \(3, 4\) and \(1, 4\) do not merge: the batches have different lengths, 3 and 1/,
      );
      // Also once the layer is built.
      layer.apply([zeros([3, 4]), zeros([3, 4])]);
      expect(compute).toThrow(/different lengths/);
    },
  );

  it('agree in all axes but one in Concatenate', () => {
    const layer = new Concatenate({ axis: 1 });
    expect(
      layer.computeOutputShape([
        [null, 2, 3],
        [null, 4, 3],
      ]),
    ).toEqual([null, 6, 3]);
    expect(
      layer.computeOutputShape([
        [null, null, 3],
        [5, 4, null],
      ]),
    ).toEqual([5, null, 3]);
    expect(() => layer.apply([zeros([2, 2, 3]), zeros([2, 2, 4])])).toThrow(
      /shapes \(None, 2, 3\) and \(None, 2, 4\) do not merge: all axes but axis 1 must agree, but axis 2 has 3 and 4/,
    );
    expect(() => layer.apply([zeros([2, 3]), zeros([2, 3, 1])])).toThrow(/the same number of axes/);
    expect(() => new Concatenate({ axis: 2 }).apply([zeros([2, 3]), zeros([2, 3])])).toThrow(
      /axis 2 is out of range/,
    );
  });

  it('agree along the axes in Dot', () => {
    const layer = new Dot([2, 1]);
    expect(
      layer.computeOutputShape([
        [null, 3, 4],
        [null, 4, 5],
      ]),
    ).toEqual([null, 3, 5]);
    expect(
      layer.computeOutputShape([
        [null, 3, null],
        [null, 4],
      ]),
    ).toEqual([null, 3]);
    expect(
      new Dot(-1).computeOutputShape([
        [null, 4],
        [null, 4],
      ]),
    ).toEqual([null, 1]);
    expect(() => layer.apply([zeros([2, 3, 4]), zeros([2, 5, 6])])).toThrow(
      /shapes \(None, 3, 4\) and \(None, 5, 6\) do not merge: axis 2 of the first has length 4, axis 1 of the second 5/,
    );
    expect(() => new Dot(0).apply([zeros([2, 3]), zeros([2, 3])])).toThrow(/names the batch axis/);
    expect(() => new Dot(1).apply([zeros([2]), zeros([2, 3])])).toThrow(
      /an axis other than the batch/,
    );
    expect(() => new Dot(3).apply([zeros([2, 3]), zeros([2, 3])])).toThrow(
      /axes: axis 3 is out of/,
    );
    expect(() => new Dot([1, 1, 1] as unknown as number)).toThrow(ValueError);
  });
});

describe('what is not a list of tensors', () => {
  const one = /takes a list of at least two tensors, got/;
  it('is refused: one tensor, a list of one, none', () => {
    for (const layer of [...elementwise.map((type) => new type()), new Concatenate(), new Dot(1)]) {
      expect(() => layer.apply(zeros([2, 3]) as unknown as Tensor[])).toThrow(one);
      expect(() => layer.apply(Input([3]) as unknown as layers.SymbolicTensor[])).toThrow(one);
      expect(() => layer.apply([zeros([2, 3])])).toThrow(
        /a list of one tensor, of shape \(None, 3\)\./,
      );
      expect(() => layer.apply([])).toThrow(/an empty list/);
      expect(() => layer.computeOutputShape([[null, 3]])).toThrow(one);
      expect(() => layer.apply([zeros([]), zeros([])])).toThrow(ShapeError);
    }
    expect(() => layers.add(zeros([2]) as unknown as Tensor[])).toThrow(
      /layers.add: inputs must be a list/,
    );
  });

  it('is refused: three tensors for a difference or a dot product', () => {
    const three = [zeros([2, 3]), zeros([2, 3]), zeros([2, 3])];
    expect(() => new Subtract().apply(three)).toThrow(/exactly two tensors, got 3/);
    expect(() => new Dot(1).apply(three)).toThrow(/exactly two tensors, got 3/);
    const scaling = new layers.CustomScaleLayer(0.5);
    expect(() => scaling.apply(three)).toThrow(/exactly two tensors of one rank/);
    expect(() => scaling.apply([zeros([2, 3]), zeros([2, 3, 1])])).toThrow(ShapeError);
  });

  it('may hold numbers in place of tensors', () => {
    expect(layers.add([[[1, 2]], [[3, 4]]]).toArray()).toEqual([[4, 6]]);
    expect(layers.subtract([[[5]], new Uint8Array([2])]).toArray()).toEqual([[3]]);
  });
});

describe('the dtype of the output', () => {
  const kinds: readonly (readonly [layer: () => layers.AnyLayer, a: DType, b: DType, y: DType])[] =
    [
      [() => new Add(), 'int32', 'int32', 'int32'],
      [() => new Maximum(), 'uint8', 'int32', 'int32'],
      [() => new Multiply(), 'int32', 'float32', 'float32'],
      [() => new Subtract(), 'uint8', 'uint8', 'int32'],
      [() => new Average(), 'int32', 'int32', 'float32'],
      [() => new layers.CustomScaleLayer(0.5), 'int32', 'int32', 'float32'],
      [() => new Concatenate(), 'uint8', 'uint8', 'uint8'],
      [() => new Concatenate(), 'bool', 'float32', 'float32'],
      [() => new Dot(1), 'int32', 'int32', 'float32'],
    ];
  it.each(kinds)('case %# is the same in a graph and of tensors', (make, a, b, dtype) => {
    const [x, y] = [ones([2, 3], a), ones([2, 3], b)];
    expect((make().apply([x, y]) as Tensor).dtype).toBe(dtype);
    const symbolic = make().apply([Input([3], { dtype: a }), Input([3], { dtype: b })]) as {
      dtype: DType;
    };
    expect(symbolic.dtype).toBe(dtype);
  });
});

describe('functions for layers', () => {
  it.each([
    ['add', layers.add, [[5, 4]]],
    ['subtract', layers.subtract, [[-3, 0]]],
    ['multiply', layers.multiply, [[4, 4]]],
    ['average', layers.average, [[2.5, 2]]],
    ['maximum', layers.maximum, [[4, 2]]],
    ['minimum', layers.minimum, [[1, 2]]],
    ['concatenate', layers.concatenate, [[1, 2, 4, 2]]],
    ['dot', layers.dot, [[8]]],
  ] as readonly (readonly [name: string, f: typeof layers.add, y: number[][]])[])(
    '%s works on tensors and in graphs',
    async (_, f, expected) => {
      const [a, b] = [tensor([[1, 2]]), tensor([[4, 2]])];
      expect(f([a, b]).toArray()).toEqual(expected);
      const inputs = [Input([2]), Input([2])] as const;
      const model = new Model({ inputs, outputs: f(inputs) });
      expect(model.apply([a, b]).toArray()).toEqual(expected);
      expect(model.layers.length).toBe(3);
    },
  );

  it('pass options on', () => {
    const [a, b] = [counted([1, 2, 2]), counted([1, 2, 2], 4)];
    expect(layers.concatenate([a, b], { axis: 1 }).shape).toEqual([1, 4, 2]);
    expect(layers.concatenate([a, b], { name: 'joined' }).shape).toEqual([1, 2, 4]);
    // aᵀ bᵀ of [[0, 1], [2, 3]] and [[4, 5], [6, 7]].
    expect(layers.dot([a, b], [1, 2]).toArray()).toEqual([
      [
        [2 * 5, 2 * 7],
        [4 + 3 * 5, 6 + 3 * 7],
      ],
    ]);
    const cosine = layers.dot([tensor([[3, 4]]), tensor([[6, 8]])], 1, { normalize: true });
    expect(cosine.item()).toBeCloseTo(1, 6);
    expect(() => layers.add([a, b], { axis: 1 } as object)).toThrow(/unknown option 'axis'/);
  });
});

it('gives back all memory outside of tidy, and can be cloned', () => {
  const [a, b] = [counted([2, 3]), counted([2, 3], 1)];
  for (const layer of [...elementwise.map((type) => new type()), new Concatenate(), new Dot(1)]) {
    const before = memory().tensors;
    layer.apply([a, b]).dispose();
    expect(memory().tensors, layer.name).toBe(before);
    const copy = layers.deserialize(layers.serialize(layer)) as layers.AnyLayer;
    expect(copy.getConfig()).toEqual(layer.getConfig());
    const twice = (): unknown =>
      tidy(() => [layer.apply([a, b]).toArray(), (copy.apply([a, b]) as Tensor).toArray()]);
    const [mine, its] = twice() as [unknown, unknown];
    expect(its).toEqual(mine);
  }
});

it('stands in no Sequential, which has one input', () => {
  expect(() => new Sequential([Input([3]), new Add()])).toThrow(/list of at least two tensors/);
});
