// Weights in less room than float32: what each stored number stands for, and that products have the bits of those of the float32
// matrix.
import { describe, expect, it } from 'vitest';
import { Epilogue, StoredForm } from '../../assembly/codes.js';
import { matmulFloat32, matrix } from '../reference/matmul.js';
import { outputF32, runKernel, scratchF32 } from './guarded.js';
import { values } from './values.js';
import { expectSameBits as expectSums } from './gemm-runner.js';
import { expectSameBits } from './views.js';

/** Kernels read up to this many bytes beyond what they are given. */
const BEYOND = 64;

/** A stored matrix [k, n] with the float32 that each number stands for, by the formula in float64. */
interface Stored {
  readonly name: string;
  readonly form: StoredForm;
  readonly numbers: Uint32Array;
  readonly scales: Uint32Array;
  readonly wanted: Float32Array<ArrayBuffer>;
}

function words(data: ArrayBufferView): Uint32Array {
  const bytes = new Uint8Array((data.byteLength + BEYOND + 3) & ~3);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return new Uint32Array(bytes.buffer);
}

/** Sign, exponent and fraction, as IEEE 754 says. */
function halfValue(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function storedMatrices(k: number, n: number): Stored[] {
  const drawn = values(k * n, 1, 3 * k + n);
  const steps = values(Math.max(k, n), 0.01, 7).map(Math.abs);
  const int8 = Int8Array.from(drawn, (x) => Math.round(x * 127));
  const byColumn = Float32Array.from(int8, (q, i) => q * (steps[i % n] ?? NaN));
  const byRow = Float32Array.from(int8, (q, i) => q * (steps[Math.floor(i / n)] ?? NaN));
  // Bits without those of infinity and NaN.
  const halves = Uint16Array.from(drawn, (x, i) => (Math.round(x * 0x7bff) & 0x7bff) | ((i & 1) << 15)); // prettier-ignore
  const uint8 = Uint8Array.from(drawn, (x) => Math.round((x + 1) * 127.5));
  const uint16 = Uint16Array.from(drawn, (x) => Math.round((x + 1) * 32767.5));
  const min = -1.4321;
  const scaled =
    (scale: number) =>
    (q: number): number =>
      q * scale + min;
  const [step8, step16] = [0.0123456789, 0.0000456789];
  const none = new Uint32Array(1);
  return [
    { name: 'int8', form: StoredForm.Int8, numbers: words(int8), scales: words(steps), wanted: byColumn },
    { name: 'int8 by rows', form: StoredForm.Int8ByRow, numbers: words(int8), scales: words(steps), wanted: byRow },
    { name: 'float16', form: StoredForm.Float16, numbers: words(halves), scales: none, wanted: Float32Array.from(halves, halfValue) },
    { name: 'uint8', form: StoredForm.Uint8, numbers: words(uint8), scales: words(Float64Array.of(step8, min)), wanted: Float32Array.from(uint8, scaled(step8)) },
    { name: 'uint16', form: StoredForm.Uint16, numbers: words(uint16), scales: words(Float64Array.of(step16, min)), wanted: Float32Array.from(uint16, scaled(step16)) },
  ]; // prettier-ignore
}

const floats = (data: ArrayLike<number> | undefined): Float32Array<ArrayBuffer> =>
  Float32Array.from(data ?? []);

const sizes = [
  [0, 5],
  [1, 1],
  [3, 4],
  [5, 11],
  [9, 12],
  [13, 13],
  [40, 64],
  [7, 131],
] as const;

// `runKernel` compares the bits of 1, 2, 3 and 7 threads, and looks at what lies around arrays.
describe.each(sizes)('%i rows of %i', (k, n) => {
  describe.each(storedMatrices(k, n))('$name', ({ form, numbers, scales, wanted }) => {
    it('is read as the float32 that each number stands for', () => {
      const args = [outputF32(k * n), numbers, form, scales, 0, k, n] as const;
      expectSameBits(runKernel('readQuantized', ...args)[0] ?? wanted, wanted, 'all');
    });

    if (k > 0)
      it('gives the rows that are asked for', () => {
        const indices = Int32Array.from([k - 1, 0, k >> 1, 0]);
        const rows = Array.from(indices, (i) => Array.from(wanted.subarray(i * n, (i + 1) * n)));
        const args = [outputF32(4 * n), numbers, form, scales, indices, 4, n] as const;
        const [out = wanted] = runKernel('readQuantized', ...args);
        expectSameBits(out, Float32Array.from(rows.flat()), 'rows');
      });

    if (form === StoredForm.Int8ByRow) return;

    it.each([0, 1, 12].filter((first) => first < n))(
      'is packed as gemmPackB packs the float32 matrix, from column %i on',
      (first) => {
        const columns = n - first;
        const room = Math.ceil(columns / 12) * (12 * k + 1);
        const packed = runKernel('packQuantized', outputF32(room), numbers, form, scales, k, n, first, columns); // prettier-ignore
        const piece = wanted.filter((_, i) => i % n >= first);
        const plain = runKernel('gemmPackB', outputF32(room), piece, k, columns, columns, 0);
        expectSameBits(packed[0] ?? wanted, plain[0] ?? wanted, 'panels');
      },
    );

    it.each([0, 0.5, 1])('is multiplied by a row in order, %d of which is zero', (sparsity) => {
      const drawn = values(k, 1, n);
      const a = values(k, 1, k + 1).map((x, i) => ((drawn[i] ?? 0) < 2 * sparsity - 1 ? 0 : x));
      const bias = values(n, 1, 5);
      const sums = matmulFloat32(matrix(a, k, false), matrix(wanted, n, false), 1, n, k);
      const scratch = scratchF32(7 * (2 * (k + 1) + 32));
      const run = (bias: Float32Array | 0, activation: Epilogue) =>
        runKernel('gemvQuantized', outputF32(n), a, numbers, form, scales, bias, n, k, activation, scratch)[0]; // prettier-ignore
      expectSums(floats(run(0, Epilogue.None)), Float32Array.from(sums), 'product');
      const withBias = Float32Array.from(sums, (x, j) => Math.max(0, Math.fround(x + (bias[j] ?? NaN)))); // prettier-ignore
      expectSums(floats(run(bias, Epilogue.Relu)), withBias, 'with bias and relu');
    });
  });
});

describe('float16', () => {
  it('is read exactly, whatever the bits but those of infinity and NaN', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i).filter(
      (i) => (i & 0x7c00) !== 0x7c00,
    );
    const n = bits.length;
    const args = [words(bits), StoredForm.Float16, 0, 0, 1, n] as const;
    const [out = new Float32Array(0)] = runKernel('readQuantized', outputF32(n), ...args);
    expectSameBits(out, Float32Array.from(bits, halfValue), 'values');
    expect(Object.is(out[bits.indexOf(0x8000)], -0)).toBe(true);
  });
});
