// Spectra beyond single calls (test/specs/spectra-operations.ts): lengths of all kinds, both parts, batches, what belongs together, wrong calls.
import { describe, expect, it } from 'vitest';
import { full, memory, ops, random, tidy, zeros } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { fourier, inverseRealFourier, realFourier } from '../../reference/spectra.js';

const arrayOf = (x: Tensor): DenseArray => ({ shape: x.shape, data: [...x.data()] });

/** Fails unless the two differ by no more than a few roundings of the norm. */
function expectNear(actual: readonly Tensor[], expected: readonly DenseArray[]): void {
  let [gap, norm] = [0, 0];
  expected.forEach(({ shape, data }, part) => {
    expect(actual[part]?.shape).toEqual(shape);
    const numbers = actual[part]?.data() ?? [];
    data.forEach((value, i) => {
      gap += ((numbers[i] ?? NaN) - value) ** 2;
      norm += value ** 2;
    });
  });
  expect(Math.sqrt(gap)).toBeLessThanOrEqual(5e-7 * Math.sqrt(norm) + 1e-30);
}

// All radices, products of them, multiples of 4 and of 8, and primes that become convolutions.
const LENGTHS = [
  ...Array.from({ length: 34 }, (_, i) => i + 1),
  ...[36, 40, 48, 61, 64, 67, 72, 97, 100, 104, 128, 134, 240, 256, 268, 343, 400, 512, 536],
];

describe.each(LENGTHS)('rows of %d numbers', (n) => {
  it('have the spectra of float64, and the same bits in any batch', () => {
    tidy(() => {
      const x = random.normal([5, n], { seed: n });
      const y = random.normal([5, n], { seed: n + 1 });
      const spectrum = ops.fft([x, y]);
      expectNear(spectrum, fourier([arrayOf(x), arrayOf(y)], -1, -1));
      const alone = ops.fft([x.slice(3), y.slice(3)]);
      expect(alone.map((part) => part.toArray())).toEqual(spectrum.map((part) => part.slice(3).toArray())); // prettier-ignore
      const half = ops.rfft(x);
      expectNear(half, realFourier(arrayOf(x)));
      expect(ops.rfft(x.slice(3)).map((part) => part.toArray())).toEqual(half.map((part) => part.slice(3).toArray())); // prettier-ignore
      const [re, im] = half.map(arrayOf) as [DenseArray, DenseArray];
      const back = ops.irfft(half, n);
      expectNear([back], [inverseRealFourier([re, im], n)]);
      expectNear([back], [arrayOf(x)]);
      const planes = [x, y].map((part) => ops.stack([part, part.mul(2)])) as [Tensor, Tensor];
      expectNear(ops.ifft2(ops.fft2(planes)), planes.map(arrayOf));
    });
  });
});

describe('spectra', () => {
  it('do not mix columns, of which one may be NaN', () => {
    tidy(() => {
      const x = random.normal([3, 17, 21], { seed: 3 });
      const [re] = ops.fft2([x, zeros([3, 17, 21])]);
      const bad = ops.concat([full([1, 17, 21], NaN), x.slice('1:')]);
      const [other] = ops.fft2([bad, zeros([3, 17, 21])]);
      expect(other.slice('1:').toArray()).toEqual(re.slice('1:').toArray());
    });
  });

  it('leave nothing behind', () => {
    const before = memory();
    const parts = ops.stft([1, 2, 3, 4, 5, 6, 7, 8], 4, 2, 4);
    for (const part of parts) part.dispose();
    expect(memory().tensors).toBe(before.tensors);
    expect(memory().bytes).toBe(before.bytes);
  });

  it('give signals back through frames', () => {
    tidy(() => {
      const x = random.normal([2, 100], { seed: 5 });
      for (const [length, stride, fftLength] of [
        [16, 4, 16],
        [12, 5, 16],
        [9, 3, 9],
      ] as const) {
        // prettier-ignore
        const frames = ops.stft(x, length, stride, fftLength);
        const back = ops.istft(frames, length, stride, fftLength, { length: 90 });
        expect(
          back
            .sub(x.slice(':', [0, 90]))
            .abs()
            .max()
            .item(),
        ).toBeLessThan(1e-5);
      }
      expect(ops.istft(ops.stft(x, 16, 4, 16), 16, 4, 16, { length: 120 }).shape).toEqual([2, 120]);
    });
  });
});

it('istft without a window gives back the signal, as with a window of ones', () => {
  const signal = [3, 1, 4, 1, 5, 9, 2, 6];
  for (const window of [null, [1, 1, 1, 1]]) {
    const frames = ops.stft(signal, 4, 2, 4, { window });
    const back = [...ops.istft(frames, 4, 2, 4, { window }).data()];
    back.forEach((value, i) => {
      expect(value).toBeCloseTo(signal[i] ?? NaN, 5);
    });
    expect(back).toHaveLength(8);
  }
});

const pair = [[1, 2], [3, 4]] as const; // prettier-ignore

it.each([
  ['one part', () => ops.fft([[1, 2]] as never), 'fft: x must be a list of two tensors, the real and the imaginary parts, got [[1, 2]].'],
  ['parts of two shapes', () => ops.fft([[1, 2], [1]]), 'fft: the real parts have shape (2,), the imaginary parts (1,). Both must have the same shape.'],
  ['no axis', () => ops.rfft(1), 'rfft: takes at least one axis, and elements along the last one, got shape ().'],
  ['one axis for planes', () => ops.fft2(pair), 'fft2: takes at least two axes, and elements along the last two, got shape (2,).'],
  ['no elements', () => ops.rfft(zeros([2, 0])), 'got shape (2, 0).'],
  ['a length of 0', () => ops.rfft([1], 0), 'rfft: fftLength must be a whole number of at least 1, got 0.'],
  ['one number of a spectrum', () => ops.irfft([[1], [0]]), 'irfft: a spectrum of shape (1,) has one number, which is that of one real number or of two. Give fftLength.'],
  ['a short signal', () => ops.extractSequences([1, 2], 3, 1), 'extractSequences: a signal of shape (2,) is shorter than a frame, sequenceLength = 3.'],
  ['frames shorter than windows', () => ops.stft([1, 2, 3, 4], 4, 1, 2), 'stft: fftLength must be at least sequenceLength, 4, got 2.'],
  ['an unknown window', () => ops.stft([1, 2, 3, 4], 2, 1, 2, { window: 'kaiser' as never }), "stft: window must be 'hann', 'hamming' or numbers, got 'kaiser'."],
  ['a window of another length', () => ops.stft([1, 2, 3, 4], 2, 1, 2, { window: [1, 2, 3] }), 'stft: the window must have the shape (2,), that of sequenceLength, got (3,).'],
  ['a signal that is too short to be reflected', () => ops.stft([1, 2], 4, 1, 4), 'stft: a signal of shape (2,) is too short to be reflected by half a frame, 2 elements.'],
  ['frames that only reflect', () => ops.istft([[[1, 2, 3]], [[0, 0, 0]]], 4, 1, 4), 'istft: 1 frame of fftLength = 4 leaves nothing'],
] as const)('%s: says what is wrong', (_, call, message) => {
  expect(call).toThrow(message);
}); // prettier-ignore
