// Tensors as text, against what NumPy's str(array) gave (test/fixtures/numpy/print.json).
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { tensor, zeros } from '../../../src/index.js';
import { sizeOf } from '../../../src/engine/tensor/index.js';
import { parseArray, readPrintCases, toTensor } from '../../fixtures/numpy/read.js';
import type { NumpyArray, PrintCase } from '../../fixtures/numpy/read.js';

/** The array of a case whose elements follow a rule. */
function byRule(golden: Exclude<PrintCase, { array: string }>): NumpyArray {
  const { shape, dtype, scale } = golden;
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => {
    const value = (((i * 37) % 101) - 50) * scale;
    if (dtype === 'bool') return value === 0 ? 0 : 1;
    return dtype === 'uint8' ? Math.abs(value) : value;
  });
  return { data, shape, dtype };
}

describe('toString', () => {
  readPrintCases().forEach((golden, i) => {
    const array = 'array' in golden ? parseArray(golden.array) : byRule(golden);
    it(`${i}: prints ${array.dtype} [${array.shape.join(', ')}] as NumPy`, () => {
      const x = toTensor(array);
      expect(x.toString()).toBe(golden.text);
      expect(String(x)).toBe(golden.text);
      x.dispose();
    });
  });
});

describe('inspect', () => {
  it('adds shape and dtype and keeps columns aligned', () => {
    expect(inspect(tensor([1, 2, 3]))).toBe('Tensor([1. 2. 3.], shape=(3,), dtype=float32)');
    const matrix = inspect(zeros([2, 2], 'int32'));
    expect(matrix).toBe('Tensor([[0 0]\n        [0 0]], shape=(2, 2), dtype=int32)');
  });

  it('says that a tensor is disposed', () => {
    const x = tensor([1]);
    x.dispose();
    expect(inspect(x)).toBe('Tensor(disposed, shape=(1,), dtype=float32)');
  });
});
