import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  emptyTensor,
  formatShape,
  requireRoom,
  sameShape,
  scoped,
  sizeOf,
  zeros,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { pad } from '../shapes/concat.js';
import { sliceAlong } from '../indexing/slice.js';
import { writeWindow } from '../windows/window.js';
import type { Window } from '../windows/window.js';
import { checkLength, isListOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { toFloat } from '../elementwise/operands.js';
import { fourier, halfOf, inverseRealFourier, realFourier } from './transform.js';
import type { Complex } from './transform.js';

// Pieces of the last axis, and the axis again as the sum of its pieces.

/** x cut along its last axis, or with zeros behind it, to `length`. */
export function fitLast(x: Tensor, length: number): Tensor {
  const last = x.ndim - 1;
  const given = x.shape[last] ?? 0;
  if (given >= length) return given === length ? x : sliceAlong(x, last, [0, length]);
  return pad(x, [...new Array<[number, number]>(last).fill([0, 0]), [0, length - given]]);
}

/** The frames of `length` that begin every `stride` elements along the axis of n. */
const windowOf = (rows: number, n: number, length: number, stride: number): Window => ({
  images: rows,
  height: 1,
  width: n,
  channels: 1,
  outHeight: 1,
  outWidth: countFrames(n, length, stride),
  kernelHeight: 1,
  kernelWidth: length,
  strideY: 1,
  strideX: stride,
  padTop: 0,
  padLeft: 0,
  dilationY: 1,
  dilationX: 1,
});

/** How many frames there are. */
const countFrames = (n: number, length: number, stride: number): number =>
  Math.floor((n - length) / stride) + 1;

/** Frames [..., frames, length] of x[..., n], float32 or int32, where n is at least `length`. */
export function framesOf(op: string, x: Tensor, length: number, stride: number): Tensor {
  const { shape } = x;
  const n = shape.at(-1) ?? 0;
  const rows = sizeOf(shape.slice(0, -1));
  const out = [...shape.slice(0, -1), countFrames(n, length, stride), length];
  requireRoom(out, x.dtype, op);
  const frames = emptyTensor(out, x.dtype);
  const at = writeWindow(windowOf(rows, n, length, stride));
  currentRuntime().with(windows).run('im2col', frames.pointer, x.pointer, at, 0, rows);
  return record(op, [x], frames, [], (dy) => [sumOfFrames(op, dy, n, stride)]);
}

/** x[..., n] of which each element is the sum of its positions in frames [..., frames, length]: the transpose of `framesOf`. */
export function sumOfFrames(op: string, frames: Tensor, n: number, stride: number): Tensor {
  const { shape } = frames;
  const length = shape.at(-1) ?? 0;
  const rows = sizeOf(shape.slice(0, -2));
  requireRoom([...shape.slice(0, -2), n], 'float32', op);
  const out = zeros([...shape.slice(0, -2), n]);
  const at = writeWindow(windowOf(rows, n, length, stride));
  currentRuntime().with(windows).run('col2im', out.pointer, frames.pointer, at, 0, rows);
  return record(op, [frames], out, [], (dy) => [framesOf(op, dy, length, stride)]);
}

/** The parts as tensors of one shape, of at least `rank` axes, none of which the transform goes along is empty. */
export function complexOf(
  op: string,
  x: readonly [real: TensorLike, imag: TensorLike],
  rank = 1,
): Complex {
  if (!isListOf(x, (part) => part !== undefined && part !== null) || x.length !== 2) {
    throw new ValueError(
      `${op}: x must be a list of two tensors, the real and the imaginary parts, got ${describeValue(x)}.`,
    );
  }
  const [re, im] = [toFloat(x[0]), toFloat(x[1])];
  if (!sameShape(re.shape, im.shape)) {
    throw new ShapeError(
      `${op}: the real parts have shape ${formatShape(re.shape)}, the imaginary parts ${formatShape(im.shape)}. Both must have the same shape.`,
    );
  }
  requireAxes(op, re, rank);
  return [re, im];
}

/** @throws ShapeError unless x has `rank` axes, the last of which have elements */
export function requireAxes(op: string, x: Tensor, rank = 1): void {
  if (x.ndim >= rank && !x.shape.slice(-rank).includes(0)) return;
  const wanted = rank === 1 ? 'at least one axis, and elements along the last one' : 'at least two axes, and elements along the last two'; // prettier-ignore
  throw new ShapeError(`${op}: takes ${wanted}, got shape ${formatShape(x.shape)}.`);
}

/**
 * The discrete Fourier transform along the last axis: X[k] = Σⱼ x[j] · e^(−2πi · jk / n), for any length n. Complex numbers are pairs of
 * float32 tensors [real, imag] of the same shape.
 *
 * @keras math.FFT
 * @param x the real and the imaginary parts
 * @throws ValueError for anything but a list of two; ShapeError for different shapes, and without elements along the axis.
 * @example ops.fft([[1, 2], [0, 1]]) // [[3, -1], [1, -1]]
 */
export function fft(
  x: readonly [real: TensorLike, imag: TensorLike],
): [real: Tensor, imag: Tensor] {
  return scoped(() => fourier('fft', complexOf('fft', x), -1, false));
}

/**
 * The Fourier transform along the last two axes, X[k, l] = Σ x[h, j] · e^(−2πi · (hk / m + jl / n)).
 *
 * @keras math.FFT2
 * @param x the real and the imaginary parts
 * @throws ValueError for anything but a list of two; ShapeError for different shapes, fewer than two axes, and without elements
 * along them.
 * @example ops.fft2([[[1, 2], [2, 1]], [[0, 1], [1, 0]]]) // [[[6, 0], [0, -2]], [[2, 0], [0, -2]]]
 */
export function fft2(
  x: readonly [real: TensorLike, imag: TensorLike],
): [real: Tensor, imag: Tensor] {
  return scoped(() => fourier('fft2', fourier('fft2', complexOf('fft2', x, 2), -1, false), -2, false)); // prettier-ignore
}

/**
 * The inverse of `fft2`: x[h, j] = Σ X[k, l] · e^(2πi · (hk / m + jl / n)) / (m · n).
 *
 * @keras math.IFFT2
 * @param x the real and the imaginary parts
 * @throws ValueError for anything but a list of two; ShapeError for different shapes, fewer than two axes, and without elements
 * along them.
 * @example ops.ifft2([[[6, 0], [0, -2]], [[2, 0], [0, -2]]]) // [[[1, 2], [2, 1]], [[0, 1], [1, 0]]]
 */
export function ifft2(
  x: readonly [real: TensorLike, imag: TensorLike],
): [real: Tensor, imag: Tensor] {
  return scoped(() => {
    const spectrum = complexOf('ifft2', x, 2);
    const [m = 1, n = 1] = spectrum[0].shape.slice(-2);
    return fourier('ifft2', fourier('ifft2', spectrum, -1, true, 1 / n), -2, true, 1 / m);
  });
}

/**
 * The first n / 2 + 1 numbers of the Fourier transform of real numbers along the last axis: X[k] = Σⱼ x[j] · e^(−2πi · jk / n). The others
 * are their conjugates: X[n − k] is the conjugate of X[k].
 *
 * @keras math.RFFT fft_length=null
 * @param fftLength the length n, to which x is truncated or padded with zeros. Default: the length of the axis
 * @throws ValueError for a length out of range, ShapeError without elements along the axis.
 * @example ops.rfft([0, 1, 2, 3, 4]) // [[10, -2.5, -2.5], [0, 3.441, 0.8123]]
 */
export function rfft(x: TensorLike, fftLength: number | null = null): [real: Tensor, imag: Tensor] {
  return scoped(() => {
    const input = toFloat(x);
    requireAxes('rfft', input);
    if (fftLength === null) return realFourier('rfft', input);
    return realFourier('rfft', fitLast(input, checkLength('rfft', 'fftLength', fftLength)));
  });
}

/**
 * The inverse of `rfft`: n real numbers along the last axis from the first n / 2 + 1 numbers of their spectrum. The imaginary part of the
 * first number, and for an even n that of the last one, is ignored.
 *
 * @keras math.IRFFT fft_length=null
 * @param x the real and the imaginary parts
 * @param fftLength the length n, for which the spectrum is truncated or padded with zeros. Default: 2 · (length of the axis − 1), so an odd
 * n has to be given
 * @throws ValueError for anything but a list of two or for a length out of range; ShapeError for different shapes, for an axis without
 * elements, and for an axis of length 1 without `fftLength`.
 * @example ops.irfft(ops.rfft([0, 1, 2, 3, 4], 5), 5) // [0, 1, 2, 3, 4]
 */
export function irfft(
  x: readonly [real: TensorLike, imag: TensorLike],
  fftLength: number | null = null,
): Tensor {
  return scoped(() => {
    const spectrum = complexOf('irfft', x);
    const n = fftLength === null ? 2 * ((spectrum[0].shape.at(-1) ?? 1) - 1) : checkLength('irfft', 'fftLength', fftLength); // prettier-ignore
    if (n === 0) {
      throw new ShapeError(
        `irfft: a spectrum of shape ${formatShape(spectrum[0].shape)} has one number, which is that of one real number or of two. Give fftLength.`,
      );
    }
    const [re, im] = spectrum.map((part) => fitLast(part, halfOf(n))) as Complex;
    return inverseRealFourier('irfft', [re, im], n, 1 / n);
  });
}
