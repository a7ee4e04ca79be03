import { describe, expect, it } from 'vitest';
import {
  arange,
  DTypeError,
  eye,
  full,
  linspace,
  memory,
  ones,
  ShapeError,
  Tensor,
  tensor,
  ValueError,
  zeros,
} from '../../../src/index.js';
import type { DType, TensorOptions, TypedArray } from '../../../src/index.js';

describe('tensor of typed arrays', () => {
  const cases: readonly (readonly [TypedArray, DType])[] = [
    [Float32Array.of(1.5, -2), 'float32'],
    [Float64Array.of(1.5, -2), 'float32'],
    [Int32Array.of(-(2 ** 31), 2 ** 31 - 1), 'int32'],
    [Uint32Array.of(0, 2 ** 31 - 1), 'int32'],
    [Int16Array.of(-32768, 32767), 'int32'],
    [Uint16Array.of(0, 65535), 'int32'],
    [Int8Array.of(-128, 127), 'int32'],
    [Uint8Array.of(0, 255), 'uint8'],
    [Uint8ClampedArray.of(0, 255), 'uint8'],
  ];

  it.each(cases)('takes the dtype and the values of %o', (array, dtype) => {
    const x = tensor(array);
    expect(x.dtype).toBe(dtype);
    expect(x.shape).toEqual([2]);
    expect(Array.from(x.data())).toEqual(Array.from(array));
  });

  it('rounds float64 to the nearest float32', () => {
    const x = tensor(Float64Array.of(0.1, 1e39, 2 ** -150, NaN));
    expect(Array.from(x.data())).toEqual([Math.fround(0.1), Infinity, 0, NaN]);
  });

  it('copies: later changes of the array do not show', () => {
    const array = Float32Array.of(1, 2);
    const x = tensor(array);
    array[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });

  it('takes views into the middle of a buffer', () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    expect(tensor(whole.subarray(1, 3)).toArray()).toEqual([2, 3]);
  });

  it('gives them a shape', () => {
    const x = tensor(Int32Array.of(1, 2, 3, 4, 5, 6), { shape: [2, 3] });
    expect(x.toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(tensor(Float32Array.of(7), { shape: [] }).toArray()).toBe(7);
    expect(tensor(new Uint8Array(0), { shape: [2, 0] }).toArray()).toEqual([[], []]);
  });

  it('refuses values above int32', () => {
    expect(() => tensor(Uint32Array.of(1, 2 ** 31))).toThrow(ValueError);
    expect(() => tensor(Uint32Array.of(1, 2 ** 31))).toThrow(/element 1 is 2147483648.*int32/);
  });
});

describe('tensor of lists of typed arrays', () => {
  it('is a matrix of their rows, of their dtype', () => {
    const x = tensor([Float32Array.of(1, 2.5), Float32Array.of(3, -4)]);
    expect([x.dtype, x.toArray()]).toEqual([
      'float32',
      [
        [1, 2.5],
        [3, -4],
      ],
    ]);
    const pixels = tensor([[Uint8Array.of(1, 2)], [Uint8Array.of(3, 255)]]);
    expect([pixels.dtype, pixels.toArray()]).toEqual(['uint8', [[[1, 2]], [[3, 255]]]]);
    const labels = tensor([Int32Array.of(7), Int32Array.of(-7)], { dtype: 'float32' });
    expect([labels.dtype, labels.toArray()]).toEqual(['float32', [[7], [-7]]]);
    expect(tensor([Float64Array.of(0.1)]).toArray()).toEqual([[Math.fround(0.1)]]);
    expect(tensor([new Float32Array(0), new Float32Array(0)]).shape).toEqual([2, 0]);
    expect(tensor([Int8Array.of(1, 2)], { shape: [2] }).shape).toEqual([2]);
  });

  it.each([
    [[Uint8Array.of(1), Int32Array.of(2)], 'int32'],
    [[Uint8Array.of(1), Float32Array.of(2)], 'float32'],
    [[Int32Array.of(1), [2]], 'float32'],
    [[Uint8Array.of(1), [true]], 'uint8'],
    [[[true], [false]], 'bool'],
    [[[true], [2]], 'float32'],
    [[Int32Array.of()], 'int32'],
    [[[]], 'float32'],
  ] as const)('takes the highest type of %o: %s', (rows, dtype) => {
    expect(tensor(rows).dtype).toBe(dtype);
  });

  it('stands for a tensor wherever one is taken', () => {
    const rows = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    expect(tensor([1, 1]).add(rows).toArray()).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it.each([
    [[Float32Array.of(1), Float32Array.of(1, 2)], /ragged: an array of length 2 at \[1\]/],
    [[Float32Array.of(1), 2], /ragged: 2 at \[1\]/],
    [[1, Float32Array.of(1)], /ragged: an array of length 1 at \[1\]/],
    [[[Float32Array.of(1)], [[[1]]]], /ragged: an array of length 1 at \[1, 0, 0\]/],
    [[new DataView(new ArrayBuffer(4))], /an object of class DataView at \[0\] is not a number/],
  ])('refuses %o', (rows, message) => {
    expect(() => tensor(rows as number[])).toThrow(message);
  });
});

describe('the dtypes int64 and int', () => {
  it.each(['int64', 'int'] as const)('%s is read as int32', (dtype) => {
    expect(tensor([1, -2], { dtype }).dtype).toBe('int32');
    expect(tensor(new Float64Array([2 ** 31 - 1]), { dtype }).toArray()).toEqual([2 ** 31 - 1]);
    expect(zeros([2], dtype).dtype).toBe('int32');
    expect(full([2], 3, dtype).toArray()).toEqual([3, 3]);
    expect(arange(0, 1.5, 0.5, 'float32').astype(dtype).toArray()).toEqual([0, 0, 1]);
    expect(tensor([NaN, -2.9]).astype(dtype).toArray()).toEqual([0, -2]);
    expect(tensor(Uint8Array.of(200)).astype(dtype).dtype).toBe('int32');
  });

  it.each(['int64', 'int'] as const)('%s refuses what is beyond int32', (dtype) => {
    const { tensors } = memory();
    expect(() => tensor([0, 2 ** 31], { dtype })).toThrow(
      /element 1 is 2147483648, but int32 holds/,
    );
    expect(() => tensor([0.5], { dtype })).toThrow(ValueError);
    expect(() => full([2], -(2 ** 31) - 1, dtype)).toThrow(ValueError);
    const x = tensor([1, -3e9]);
    expect(() => x.astype(dtype)).toThrow(ValueError);
    expect(() => x.astype(dtype)).toThrow(
      `astype('${dtype}'): element 1 is -3000000000, which is outside the range of int32`,
    );
    expect(() => tensor([Infinity]).astype(dtype)).toThrow(/element 0 is Infinity/);
    // int32 itself stops at the ends.
    expect(x.astype('int32').toArray()).toEqual([1, -(2 ** 31)]);
    x.dispose();
    expect(memory().tensors).toBeLessThanOrEqual(tensors + 2);
  });
});

describe('tensor of numbers and nested arrays', () => {
  it('takes the shape of the nesting', () => {
    expect(tensor(5).shape).toEqual([]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([[[1, 2, 3]], [[4, 5, 6]]]).shape).toEqual([2, 1, 3]);
  });

  it('is float32 for numbers, bool for booleans, float32 for a mixture', () => {
    expect(tensor([1, 2]).dtype).toBe('float32');
    expect(tensor([true, false]).dtype).toBe('bool');
    expect(tensor(true).dtype).toBe('bool');
    expect(tensor([]).dtype).toBe('float32');
    const mixed = tensor([true, 2, false]);
    expect(mixed.dtype).toBe('float32');
    expect(mixed.toArray()).toEqual([1, 2, 0]);
  });

  it('can be reshaped on the way', () => {
    const x = tensor([[1, 2, 3, 4]], { shape: [2, 2], dtype: 'int32' });
    expect(x.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('copies another tensor, keeping its dtype unless told otherwise', () => {
    const x = tensor([[1, 0]], { dtype: 'int32' });
    const y = tensor(x, { shape: [2] });
    expect([y.dtype, y.toArray()]).toEqual(['int32', [1, 0]]);
    x.dispose();
    expect(tensor(y, { dtype: 'bool' }).toArray()).toEqual([true, false]);
  });

  it.each([
    [[[1, 2], [3]], /array of length 1 at \[1\].*length 2/],
    [[[1, 2], 3], /ragged: 3 at \[1\]/],
    [[1, [2]], /array of length 1 at \[1\].*number/],
    [[[1], []], /array of length 0 at \[1\]/],
    [[[[1]], [[1, 2]]], /at \[1, 0\]/],
  ])('refuses ragged %j', (value, message) => {
    expect(() => tensor(value)).toThrow(ShapeError);
    expect(() => tensor(value)).toThrow(message);
  });

  it.each([
    [['a'], /'a' at \[0\] is not a number/],
    [[1, null], /null at \[1\]/],
    [[[1], [undefined]], /undefined at \[1, 0\]/],
    [null, /null/],
    [undefined, /undefined/],
    [{ a: 1 }, /\{ a: 1 \} is not a number/],
    [[new Date(0)], /an object of class Date at \[0\] is not a number/],
  ])('refuses what is not a number: %o', (value, message) => {
    expect(() => tensor(value as never)).toThrow(ValueError);
    expect(() => tensor(value as never)).toThrow(message);
  });
});

describe('dtypes', () => {
  it.each([
    ['int32', 1.5],
    ['int32', NaN],
    ['int32', Infinity],
    ['int32', 2 ** 31],
    ['int32', -(2 ** 31) - 1],
    ['uint8', 256],
    ['uint8', -1],
    ['uint8', 0.5],
  ] as const)('%s does not hold %d, which is said with the place and a way out', (dtype, value) => {
    for (const values of [[0, value], Float64Array.of(0, value)]) {
      const make = (): unknown => tensor(values, { dtype });
      expect(make).toThrow(ValueError);
      expect(make).toThrow(`element 1 is ${value}, but ${dtype} holds whole numbers from`);
      expect(make).toThrow(`astype('${dtype}')`);
    }
  });

  it('bool takes everything: true is what is not 0', () => {
    const x = tensor([0, -0, 1, -2, 0.5, NaN, Infinity], { dtype: 'bool' });
    expect(x.toArray()).toEqual([false, false, true, true, true, true, true]);
    expect(Array.from(x.data())).toEqual([0, 0, 1, 1, 1, 1, 1]);
  });

  it('names the known ones for an unknown one', () => {
    const make = (): unknown => tensor([1], { dtype: 'float23' as DType });
    expect(make).toThrow(DTypeError);
    expect(make).toThrow(/'float23'.*'float32'.*bool, uint8, int32, float32/s);
    expect(() => zeros([1], 'int16' as DType)).toThrow(DTypeError);
  });
});

describe('shapes and options', () => {
  it('a shape must hold as many elements as came', () => {
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(ShapeError);
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(
      'shape (2, 2) holds 4 elements, but 3 came',
    );
  });

  it.each([[[-1]], [[1.5]], [[NaN]], [[2, -3]]])('lengths are whole numbers: %j', (shape) => {
    expect(() => tensor([1, 2], { shape })).toThrow(ShapeError);
    expect(() => zeros(shape)).toThrow(ShapeError);
    expect(() => full(shape, 1)).toThrow(/full: .*whole numbers/);
  });

  it('does not ignore a misspelt option', () => {
    const options = { dtpye: 'int32' } as TensorOptions;
    expect(() => tensor([1], options)).toThrow(ValueError);
    expect(() => tensor([1], options)).toThrow(/tensor: unknown option 'dtpye'.*'dtype'/);
  });
});

describe('full, zeros, ones', () => {
  it('fill with one value', () => {
    expect(full([2, 2], -1.5).toArray()).toEqual([
      [-1.5, -1.5],
      [-1.5, -1.5],
    ]);
    expect(full([], 3).toArray()).toBe(3);
    expect(full([0, 2], 3).toArray()).toEqual([]);
    expect(full([5], 200, 'uint8').toArray()).toEqual([200, 200, 200, 200, 200]);
    expect(full([3], -7, 'int32').toArray()).toEqual([-7, -7, -7]);
    expect(full([2], true).toArray()).toEqual([true, true]);
    expect(full([2], -0).toArray()).toEqual([-0, -0]);
    expect(() => full([2], 1.5, 'int32')).toThrow(ValueError);
  });

  it.each(['float32', 'int32', 'uint8', 'bool'] as const)('zeros and ones of %s', (dtype) => {
    const value = (x: number): number | boolean => (dtype === 'bool' ? x === 1 : x);
    expect(zeros([3], dtype).toArray()).toEqual([value(0), value(0), value(0)]);
    expect(ones([2], dtype).toArray()).toEqual([value(1), value(1)]);
    expect(ones([1], dtype).dtype).toBe(dtype);
  });
});

describe('arange, linspace, eye', () => {
  it.each([
    [[5], [0, 1, 2, 3, 4], 'int32'],
    [[2, 5], [2, 3, 4], 'int32'],
    [[5, 0, -2], [5, 3, 1], 'int32'],
    [[0, 5, 2], [0, 2, 4], 'int32'],
    [[3, 3], [], 'int32'],
    [[3, 1], [], 'int32'],
    [[0], [], 'int32'],
    [[-2.5], [], 'float32'],
    [[0.5, 3], [0.5, 1.5, 2.5], 'float32'],
    [[0, 1, 0.25], [0, 0.25, 0.5, 0.75], 'float32'],
    [[1, 0, -0.5], [1, 0.5], 'float32'],
  ] as const)('arange(%j) is %j', (args, values, dtype) => {
    const [start, stop, step] = args as readonly [number, number?, number?];
    const x = arange(start, stop, step);
    expect(x.toArray()).toEqual(values);
    expect(x.dtype).toBe(dtype);
  });

  it('arange has NumPy’s length where steps are inexact', () => {
    // numpy.arange(0, 1, 0.1).size, numpy.arange(1, 1.3, 0.1).size
    expect(arange(0, 1, 0.1).size).toBe(10);
    expect(arange(1, 1.3, 0.1).size).toBe(4);
  });

  it('arange refuses numbers that are not whole for int32, also between whole ones', () => {
    for (const stop of [2.5, 3]) {
      expect(() => arange(0, stop, 0.5, 'int32')).toThrow(/element 1 is 0\.5, but int32 holds/);
    }
  });

  it('arange refuses a step of 0 and what is not finite', () => {
    for (const make of [
      () => arange(0, 5, 0),
      () => arange(NaN, 1, 1),
      () => arange(0, Infinity, 1),
    ]) {
      expect(make).toThrow(ValueError);
      expect(make).toThrow(/^arange/);
    }
    expect(arange(0, 3, 1, 'float32').dtype).toBe('float32');
  });

  it('linspace includes both ends', () => {
    expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(linspace(2, -2, 3).toArray()).toEqual([2, 0, -2]);
    expect(linspace(3, 9, 1).toArray()).toEqual([3]);
    expect(linspace(3, 9, 0).toArray()).toEqual([]);
    const fifty = linspace(0, 0.3);
    expect(fifty.size).toBe(50);
    expect(fifty.slice(-1).item()).toBe(Math.fround(0.3));
    expect(() => linspace(0, 1, -1)).toThrow(ValueError);
    expect(() => linspace(0, 1, 2.5)).toThrow(ValueError);
  });

  it('eye has ones on the diagonal', () => {
    expect(eye(2).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(eye(3, 1).toArray()).toEqual([[1], [0], [0]]);
    expect(eye(0).shape).toEqual([0, 0]);
    expect(() => eye(-1)).toThrow(ShapeError);
  });
});

describe('the constructor', () => {
  it('refuses what a program gives, and says what makes tensors', () => {
    const { tensors } = memory();
    for (const given of ['', undefined, [1, 2], {}]) {
      const make = (): Tensor => new (Tensor as unknown as new (x: unknown) => Tensor)(given);
      expect(make).toThrow(ValueError);
      expect(make).toThrow(/^Tensor: got .*made by tensor\(values\)/);
    }
    expect(memory().tensors).toBe(tensors);
  });
});
