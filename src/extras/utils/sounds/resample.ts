import { checkLength, checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { irfft, moveAxis, mul, rfft } from '../../../engine/ops/index.js';
import {
  formatShape,
  normalizeAxis,
  tensor,
  tidy,
  toTensor,
} from '../../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../../engine/tensor/index.js';

/** Options of `resample`. */
export interface ResampleOptions {
  /** The axis along which samples follow each other. Default 0. */
  readonly axis?: number;
}

/**
 * Resamples a signal to `num` samples over the same time by its Fourier transform: the spectrum is cut off, or continued with zeros,
 * and transformed back. The signal counts as periodic, so its ends influence each other. As `scipy.signal.resample`, which Keras
 * uses for `samplingRate`.
 *
 * @param x a signal: real numbers of any shape
 * @param num the number of samples of the result, at least 1
 * @returns float32, of the shape of x with `num` along the axis
 * @throws ValueError for a length out of range, ShapeError for an axis out of range and for a signal without samples.
 * @example
 * const x = ops.sin(ops.linspace(0, 2 * Math.PI, 8, { endpoint: false }));
 * utils.resample(x, 4); // [0, 1, 0, -1]
 */
export function resample(x: TensorLike, num: number, options: ResampleOptions = {}): Tensor {
  const owner = 'resample';
  checkOptions(owner, options, ['axis']);
  checkLength(owner, 'num', num);
  return tidy(() => {
    const signal = toTensor(x);
    const axis = normalizeAxis(owner, options.axis ?? 0, signal.shape.length);
    const length = signal.shape[axis] ?? 0;
    if (signal.size === 0) {
      throw new ShapeError(
        `${owner}: x must have samples, got the shape ${formatShape(signal.shape)}.`,
      );
    }
    const spectrum = rfft(moveAxis(signal, axis, -1));
    // Of an even number of frequencies the last one stands for two, which a longer signal has apart.
    const shorter = Math.min(length, num);
    const count = shorter % 2 === 0 && length !== num ? shorter / 2 + 1 : 0;
    const last = num < length ? 2 : 0.5;
    const factors =
      count === 0
        ? undefined
        : tensor(Float32Array.from({ length: count }, (_, i) => (i === count - 1 ? last : 1)));
    const part = (numbers: Tensor): Tensor =>
      factors === undefined ? numbers : mul(numbers.slice('...', [0, count]), factors);
    const [real, imag] = spectrum;
    const y = irfft([part(real), part(imag)], num);
    return moveAxis(mul(y, num / length), -1, axis);
  });
}
