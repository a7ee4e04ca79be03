import { checkBoolean, checkLength, checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, ones, requireRoom, scoped, tensor, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import { div, mul } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { less } from '../elementwise/compare.js';
import { concat, pad } from '../shapes/concat.js';
import { flip } from '../shapes/flip.js';
import { namedWindow } from '../shapes/creation.js';
import { toFloat } from '../elementwise/operands.js';
import { sliceAlong } from '../indexing/slice.js';
import { broadcastTo } from '../reductions/sum.js';
import { square } from '../elementwise/unary.js';
import { where } from '../elementwise/where.js';
import { complexOf, fitLast, framesOf, requireAxes, sumOfFrames } from './fft.js';
import { halfOf, inverseRealFourier, realFourier } from './transform.js';

const NAMES = ['hann', 'hamming'] as const;

/** Options of `stft`. */
export interface STFTOptions {
  /**
   * The window by which frames are multiplied: the name of a periodic window, a list of `sequenceLength` numbers, or null for
   * none. Default `'hann'`.
   */
  readonly window?: (typeof NAMES)[number] | TensorLike | null;
  /**
   * Whether frame t is centred at element t · sequenceStride, for which the signal is reflected at its ends; otherwise the frame
   * begins there. Default true.
   */
  readonly center?: boolean;
}

/** Options of `istft`. */
export interface ISTFTOptions extends STFTOptions {
  /** The length of the signal, which is truncated or padded with zeros. Default null: the length that the frames cover. */
  readonly length?: number | null;
}

/**
 * Frames along the last axis, one every `sequenceStride` elements: x[..., n] → [..., frames, sequenceLength], with ⌊(n −
 * sequenceLength) / sequenceStride⌋ + 1 frames. The dtype is that of x.
 *
 * @keras math.ExtractSequences sequence_length sequence_stride
 * @param sequenceLength the length of a frame, at least 1
 * @param sequenceStride the distance between frames, at least 1
 * @throws ValueError for a length or a stride that is not a positive whole number; ShapeError for an axis shorter than a frame;
 * OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.extractSequences([1, 2, 3, 4, 5, 6], 3, 2) // [[1, 2, 3], [3, 4, 5]]
 */
export function extractSequences(
  x: TensorLike,
  sequenceLength: number,
  sequenceStride: number,
): Tensor {
  const op = 'extractSequences';
  checkLength(op, 'sequenceLength', sequenceLength);
  checkLength(op, 'sequenceStride', sequenceStride);
  return scoped(() => {
    const input = toTensor(x);
    requireFrames(op, input, sequenceLength, 'sequenceLength');
    // Frames are copied by words.
    const words = bytesOf(input.dtype) === 4 ? input : convert(input, 'int32');
    return convert(framesOf(op, words, sequenceLength, sequenceStride), input.dtype);
  });
}

function requireFrames(op: string, x: Tensor, length: number, option: string): void {
  requireAxes(op, x);
  if ((x.shape.at(-1) ?? 0) >= length) return;
  throw new ShapeError(
    `${op}: a signal of shape ${formatShape(x.shape)} is shorter than a frame, ${option} = ${length}. Use a smaller ${option}, or add ` +
      `zeros with ops.pad.`,
  );
}

/** What the short-time transform and its inverse have in common. */
interface Frames {
  readonly stride: number;
  readonly fftLength: number;
  readonly center: boolean;
  /** [fftLength], the window in the middle; undefined for none. */
  readonly window: Tensor | undefined;
}

function checkedFrames(
  op: string,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  { window = 'hann', center = true }: STFTOptions,
): Frames {
  checkLength(op, 'sequenceLength', sequenceLength);
  checkLength(op, 'sequenceStride', sequenceStride);
  checkLength(op, 'fftLength', fftLength);
  checkBoolean(op, 'center', center);
  if (fftLength < sequenceLength) {
    throw new ValueError(
      `${op}: fftLength must be at least sequenceLength, ${sequenceLength}, got ${fftLength}.`,
    );
  }
  return {
    stride: sequenceStride,
    fftLength,
    center,
    window: window === null ? undefined : windowOf(op, window, sequenceLength, fftLength),
  };
}

function windowOf(
  op: string,
  window: string | TensorLike,
  length: number,
  fftLength: number,
): Tensor {
  requireRoom([fftLength], 'float32', () => `${op}: window`);
  const numbers =
    typeof window === 'string'
      ? tensor(namedWindow(oneOf(op, 'window', window, NAMES, 'numbers'), length, true))
      : toFloat(window);
  if (numbers.ndim !== 1 || numbers.size !== length) {
    throw new ShapeError(
      `${op}: the window must have the shape ${formatShape([length])}, that of sequenceLength, got ${formatShape(numbers.shape)}.`,
    );
  }
  if (length === fftLength) return numbers;
  const before = Math.floor((fftLength - length) / 2);
  return pad(numbers, [[before, fftLength - length - before]]);
}

/**
 * The short-time Fourier transform of signals along the last axis: the spectra of frames of a signal,
 * X[t, k] = Σⱼ window[j] · x[t · sequenceStride + j] · e^(−2πi · jk / fftLength). x[..., n] → the real and the imaginary parts, each
 * [..., frames, fftLength / 2 + 1], float32.
 *
 * @keras = stft
 * @param sequenceLength the length of the window, which lies in the middle of a frame, with zeros around it
 * @param sequenceStride the distance between frames
 * @param fftLength the length of a frame, at least `sequenceLength`
 * @throws ValueError for a length, stride or option out of range; ShapeError for a signal that is shorter than a frame, or than half a
 * frame if it is reflected, and for a window of a wrong length; OutOfMemoryError if the frames are larger than a block of memory.
 * @example const [real, imag] = ops.stft([0, 1, 2, 3, 4], 3, 2, 3); // real: [[0.75, -0.375], [3.75, -1.875], [5.25, -2.625]]
 */
export function stft(
  x: TensorLike,
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options: STFTOptions = {},
): [real: Tensor, imag: Tensor] {
  checkOptions('stft', options, ['window', 'center']);
  return scoped(() => {
    const { stride, center, window } = checkedFrames('stft', sequenceLength, sequenceStride, fftLength, options); // prettier-ignore
    const signal = toFloat(x);
    requireAxes('stft', signal);
    const padded = center ? reflected(signal, Math.floor(fftLength / 2)) : signal;
    requireFrames('stft', padded, fftLength, 'fftLength');
    const frames = framesOf('stft', padded, fftLength, stride);
    return realFourier('stft', window === undefined ? frames : mul(frames, window));
  });
}

/** x with `width` elements more at each end of its last axis, which are those next to the end in the opposite order. */
function reflected(x: Tensor, width: number): Tensor {
  const last = x.ndim - 1;
  const n = x.shape[last] ?? 0;
  if (width === 0) return x;
  if (width >= n) {
    throw new ShapeError(
      `stft: a signal of shape ${formatShape(x.shape)} is too short to be reflected by half a frame, ${width} elements. Use a smaller ` +
        `fftLength, or center: false.`,
    );
  }
  const [before, after] = [[1, width + 1], [n - width - 1, n - 1]] as const; // prettier-ignore
  const ends = [before, after].map((range) => flip(sliceAlong(x, last, range), -1));
  return concat([ends[0] ?? x, x, ends[1] ?? x], -1);
}

/** Squares of windows that add up to no more count as none: there the signal is not known. */
const LEAST = 1e-10;

/**
 * The inverse of `stft` with the same arguments: signals [..., n] from spectra [..., frames, fftLength / 2 + 1]. Each frame is multiplied
 * by the window again, overlapping frames are added, and the sum is divided by that of the squared windows. Without a window, each sample
 * is the mean of its values in the frames.
 *
 * @keras = istft
 * @param x the real and the imaginary parts
 * @param sequenceLength the length of the window
 * @param sequenceStride the distance between frames
 * @param fftLength the length of a frame, at least `sequenceLength`
 * @throws ValueError for anything but a list of two, and for a length, stride or option out of range; ShapeError for shapes that differ or
 * have fewer than two axes, for a window of a wrong length and for a signal without elements; OutOfMemoryError if the frames are larger
 * than a block of memory.
 * @example ops.istft(ops.stft([0, 1, 2, 3, 4], 4, 1, 4), 4, 1, 4) // [0, 1, 2, 3, 4]
 */
export function istft(
  x: readonly [real: TensorLike, imag: TensorLike],
  sequenceLength: number,
  sequenceStride: number,
  fftLength: number,
  options: ISTFTOptions = {},
): Tensor {
  checkOptions('istft', options, ['length', 'window', 'center']);
  const { length = null } = options;
  if (length !== null) checkLength('istft', 'length', length);
  return scoped(() => {
    const { stride, center, window } = checkedFrames('istft', sequenceLength, sequenceStride, fftLength, options); // prettier-ignore
    const spectra = complexOf('istft', x, 2);
    const [re, im] = spectra.map((part) => fitLast(part, halfOf(fftLength))) as typeof spectra;
    const frames = inverseRealFourier('istft', [re, im], fftLength, 1 / fftLength);
    const count = re.shape.at(-2) ?? 1;
    const whole = fftLength + stride * (count - 1);
    checkLength('istft', 'the length of all frames', whole);
    const added = (all: Tensor): Tensor => sumOfFrames('istft', all, whole, stride);
    const signal = weighted(added, frames, window ?? ones([fftLength]));
    const start = center ? Math.floor(fftLength / 2) : 0;
    const stop = center ? whole - start : whole;
    if (stop <= start) {
      throw new ShapeError(
        `istft: ${count} frame of fftLength = ${fftLength} leaves nothing between the two halves that reflected the signal. Give more ` +
          `frames, or center: false.`,
      );
    }
    const found = sliceAlong(signal, signal.ndim - 1, [start, length === null ? stop : Math.min(whole, start + length)]); // prettier-ignore
    return length === null ? found : fitLast(found, length);
  });
}

/** Frames times the window, added up, and divided by what the squares of the window add up to. */
function weighted(added: (frames: Tensor) => Tensor, frames: Tensor, window: Tensor): Tensor {
  const squares = added(broadcastTo(square(window), frames.shape.slice(-2)));
  return div(added(mul(frames, window)), where(less(squares, LEAST), 1, squares));
}
