import { describe, expect, expectTypeOf, it } from 'vitest';
import { arange, DTypeError, ShapeError, tensor, Tensor, zeros } from '../../../src/index.js';

describe('toArray', () => {
  it('nests as deep as there are axes', () => {
    expect(tensor(2.5).toArray()).toBe(2.5);
    const cube = arange(8).reshape([2, 2, 2]);
    expect(cube.toArray()).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      [
        [4, 5],
        [6, 7],
      ],
    ]);
    expect(zeros([2, 0, 3]).toArray()).toEqual([[], []]);
    expect(tensor([[true, false]]).toArray()).toEqual([[true, false]]);
  });

  it('keeps NaN, infinities and the sign of zero', () => {
    expect(tensor([NaN, Infinity, -Infinity, -0]).toArray()).toEqual([
      NaN,
      Infinity,
      -Infinity,
      -0,
    ]);
  });

  it('has the type of its rank where the program says how many axes there are, which is checked', () => {
    const rows = arange(4).reshape([2, 2]);
    expectTypeOf(rows.toArray(2)).toEqualTypeOf<number[][]>();
    expectTypeOf(rows.sum().toArray(0)).toEqualTypeOf<number>();
    expect(rows.toArray(2).map(([, second]) => second)).toEqual([1, 3]);
    expect(rows.sum().toArray(0)).toBe(6);
    expect(tensor([true, false]).toArray(1)).toEqual([1, 0]);
    expect(() => rows.toArray(1)).toThrow(
      new ShapeError(
        'toArray: the tensor has shape (2, 2), so 2 axes, got 1. Give the number of its axes, or reshape it first.',
      ),
    );
    expect(() => rows.toArray('2' as never)).toThrow(ShapeError);
  });
});

describe('data', () => {
  it('is a typed array of the dtype, bool as bytes', () => {
    expect(tensor([1.5]).data()).toEqual(Float32Array.of(1.5));
    expect(tensor([-1], { dtype: 'int32' }).data()).toEqual(Int32Array.of(-1));
    expect(tensor([255], { dtype: 'uint8' }).data()).toEqual(Uint8Array.of(255));
    expect(tensor([true, false]).data()).toEqual(Uint8Array.of(1, 0));
  });

  it('has the type that the program says, which is checked', () => {
    const x = tensor([1, 2]);
    expectTypeOf(x.data('float32')).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expect(x.greater(1).data('bool')).toEqual(Uint8Array.of(0, 1));
    expect(() => x.data('int32')).toThrow(
      new DTypeError("data: the elements are float32, not 'int32'. Convert them first, by astype."),
    );
  });

  it('is a copy', () => {
    const x = tensor([1, 2]);
    x.data()[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });
});

describe('item', () => {
  it('is the only element, whatever the shape', () => {
    expect(tensor(1.5).item()).toBe(1.5);
    expect(tensor([[-3]], { dtype: 'int32' }).item()).toBe(-3);
    expect(tensor([200], { dtype: 'uint8' }).item()).toBe(200);
    expect(tensor([[[true]]]).item()).toBe(1);
  });

  it.each([[[2]], [[0]], [[1, 3]]])('refuses shape %j, which it names', (shape) => {
    const read = (): number => zeros(shape).item();
    expect(read).toThrow(ShapeError);
    expect(read).toThrow(`(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`);
  });
});

describe('properties', () => {
  it('describe the tensor', () => {
    const x = zeros([2, 3, 4], 'uint8');
    expect([x.ndim, x.size, x.byteLength, x.dtype]).toEqual([3, 24, 24, 'uint8']);
    expect(x.shape).toEqual([2, 3, 4]);
    expect(zeros([5], 'int32').byteLength).toBe(20);
    expect([tensor(1).ndim, tensor(1).size]).toEqual([0, 1]);
    expect(x).toBeInstanceOf(Tensor);
  });

  it('do not change when the caller’s shape does', () => {
    const shape = [2, 3];
    const made = [zeros(shape), tensor(new Float32Array(6), { shape })];
    shape[0] = 99;
    for (const x of made) expect(x.shape).toEqual([2, 3]);
  });

  it('T reverses the axes', () => {
    expect(zeros([2, 3, 4]).T.shape).toEqual([4, 3, 2]);
    expect(tensor([[1, 2]]).T.toArray()).toEqual([[1], [2]]);
  });
});

describe('methods', () => {
  it('take numbers and nested arrays as the other operand', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(x.add(1).mul([10, 100]).toArray()).toEqual([
      [20, 300],
      [40, 500],
    ]);
    expect(x.reshape(4).toArray()).toEqual([1, 2, 3, 4]);
    expect(x.reshape(1, -1).shape).toEqual([1, 4]);
    expect(x.astype('bool').dtype).toBe('bool');
    expect(x.dot([1, 1]).toArray()).toEqual([3, 7]);
  });

  it('keep the dtype of integers with whole numbers and leave it with fractions', () => {
    const x = tensor([1, 2], { dtype: 'int32' });
    expect(x.add(1).dtype).toBe('int32');
    expect(x.mul(0.5).toArray()).toEqual([0.5, 1]);
    expect(x.div(2).toArray()).toEqual([0.5, 1]);
    const bytes = tensor([200], { dtype: 'uint8' });
    expect(bytes.add(bytes).toArray()).toEqual([400]);
  });
});
