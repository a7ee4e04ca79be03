// Fourier transforms in float64, by their definition.
import { at, build } from './dense-array.js';
import type { DenseArray } from './dense-array.js';

export type Parts = readonly [re: DenseArray, im: DenseArray];

/** scale · Σ x[j] · e^(sign · 2πi · jk / n) along an axis, for k < kept. */
export function fourier(
  [re, im]: Parts,
  axis: number,
  sign: -1 | 1,
  scale = 1,
  kept = re.shape.at(axis) ?? 0,
): Parts {
  const place = axis < 0 ? re.shape.length + axis : axis;
  const n = re.shape[place] ?? 0;
  const part = (which: 0 | 1): DenseArray =>
    build(re.shape.with(place, kept), (index) => {
      const k = index[place] ?? 0;
      let sum = 0;
      for (let j = 0; j < n; j++) {
        const angle = (sign * 2 * Math.PI * ((j * k) % n)) / n;
        const from = index.with(place, j);
        const [x, y] = [at(re, from), at(im, from)];
        sum +=
          which === 0
            ? x * Math.cos(angle) - y * Math.sin(angle)
            : x * Math.sin(angle) + y * Math.cos(angle);
      }
      return sum * scale;
    });
  return [part(0), part(1)];
}

export const zerosLike = ({ shape, data }: DenseArray): DenseArray => ({
  shape,
  data: data.map(() => 0),
});

/** x cut along its last axis, or with zeros behind it, to `length`. */
export const fitted = (x: DenseArray, length: number): DenseArray => {
  const n = x.shape.at(-1) ?? 0;
  return build([...x.shape.slice(0, -1), length], (index) =>
    (index.at(-1) ?? 0) < n ? at(x, index) : 0,
  );
};

/** The first half of the spectrum of n real numbers. */
export const realFourier = (x: DenseArray, n = x.shape.at(-1) ?? 0): Parts =>
  fourier([fitted(x, n), zerosLike(fitted(x, n))], -1, -1, 1, Math.floor(n / 2) + 1);

/** n real numbers of the first half of their spectrum, which is made whole. */
export function inverseRealFourier([re, im]: Parts, n: number): DenseArray {
  const half = Math.floor(n / 2) + 1;
  const whole = (part: DenseArray, isImag: boolean): DenseArray =>
    build([...part.shape.slice(0, -1), n], (index) => {
      const k = index.at(-1) ?? 0;
      if (isImag && (k === 0 || 2 * k === n)) return 0;
      const value = at(fitted(part, half), index.with(-1, k < half ? k : n - k));
      return isImag && k >= half ? -value : value;
    });
  return fourier([whole(re, false), whole(im, true)], -1, 1, 1 / n)[0];
}

/** Frames of the last axis. */
export const frames = (x: DenseArray, length: number, stride: number): DenseArray => {
  const count = Math.floor(((x.shape.at(-1) ?? 0) - length) / stride) + 1;
  return build([...x.shape.slice(0, -1), count, length], (index) => {
    const [t = 0, j = 0] = index.slice(-2);
    return at(x, [...index.slice(0, -2), t * stride + j]);
  });
};

/** The sum of frames where they lie. */
export function added(x: DenseArray, stride: number): DenseArray {
  const [count = 0, length = 0] = x.shape.slice(-2);
  const n = length + stride * (count - 1);
  return build([...x.shape.slice(0, -2), n], (index) => {
    let sum = 0;
    for (let t = 0; t < count; t++) {
      const j = (index.at(-1) ?? 0) - t * stride;
      if (j >= 0 && j < length) sum += at(x, [...index.slice(0, -1), t, j]);
    }
    return sum;
  });
}

/** x with `width` elements more at each end, those beside it in the opposite order. */
export const reflected = (x: DenseArray, width: number): DenseArray => {
  const n = x.shape.at(-1) ?? 0;
  return build([...x.shape.slice(0, -1), n + 2 * width], (index) => {
    const i = Math.abs((index.at(-1) ?? 0) - width);
    return at(x, index.with(-1, i < n ? i : 2 * (n - 1) - i));
  });
};

/** Hann's window of a period, or Hamming's with 0.54, in the middle of zeros. */
export function periodic(length: number, whole: number, first = 0.5): DenseArray {
  const before = Math.floor((whole - length) / 2);
  return build([whole], ([i = 0]) => {
    const j = i - before;
    if (j < 0 || j >= length) return 0;
    return length === 1 ? 1 : first - (1 - first) * Math.cos((2 * Math.PI * j) / length);
  });
}
