import { choice, configurable } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { namedWindow } from '../../engine/ops/shapes/creation.js';
import { rootOfUnity } from '../../engine/ops/spectra/plan.js';
import { checkShape, formatShape, requireRoom, tensor } from '../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import { Initializer } from './initializer.js';
import { SPECTRAL } from './signal-window.js';

/** Options of `STFT`. */
export interface STFTInitializerOptions extends OptionsOf<typeof STFT> {}

/**
 * The kernel of a convolution that computes short-time Fourier transforms: element [t, 0, k] is window[t] · cos(2π · tk / n) / scale, or
 * −window[t] · sin(2π · tk / n) / scale for the imaginary part. The shape is [frame, 1, bins], and n = 2 · (bins − 1). Keras: `STFT`,
 * `STFTInitializer`.
 *
 * @example new initializers.STFT({ side: 'imag', window: 'hamming' }).apply([128, 1, 65])
 */
export class STFT extends configurable(
  Initializer,
  'STFT',
  {
    /** The real or the imaginary part. Default `'real'`. */
    side: choice(['real', 'imag'], { default: 'real' }),
    ...SPECTRAL,
  },
  { aliases: ['STFTInitializer'] },
) {
  /**
   * @throws ShapeError for any shape but [frame, 1, bins], and for a list whose length is not that of a frame; ValueError for a
   * window that sums to 0.
   */
  override apply(shape: Shape, dtype: DType = 'float32'): Tensor {
    checkShape('STFT', shape);
    const [frame = 0, channels, bins = 0] = shape;
    if (shape.length !== 3 || channels !== 1) {
      throw new ShapeError(
        `STFT: a kernel has the shape [frame, 1, bins], got ${formatShape(shape)}.`,
      );
    }
    requireRoom(shape, dtype, 'STFT');
    const window = this.#scaledWindow(frame);
    const n = Math.max(1, 2 * (bins - 1));
    const values = new Float64Array(frame * bins);
    for (let t = 0; t < frame; t++) {
      for (let k = 0; k < bins; k++) {
        const [cos, sin] = rootOfUnity(t * k, n);
        values[t * bins + k] = (this.side === 'real' ? cos : sin) * (window[t] ?? 0);
      }
    }
    return tensor(values, { shape, dtype });
  }

  /** The numbers of the window, divided as `scaling` says. */
  #scaledWindow(frame: number): readonly number[] {
    const { window, periodic, scaling } = this;
    if (window === null) return new Array<number>(frame).fill(1);
    const numbers = typeof window === 'string' ? [...namedWindow(window, frame, periodic)] : window;
    if (numbers.length !== frame) {
      throw new ShapeError(
        `STFT: a frame of ${frame} needs a window of as many numbers, got ${numbers.length}.`,
      );
    }
    if (scaling === null || frame === 0) return numbers;
    const scale =
      scaling === 'density'
        ? Math.sqrt(numbers.reduce((sum, x) => sum + x * x, 0))
        : numbers.reduce((sum, x) => sum + Math.abs(x), 0);
    if (scale > 0) return numbers.map((x) => x / scale);
    throw new ValueError(
      `STFT: the window of ${frame} numbers adds up to 0, so nothing can be divided by it. Use a longer frame, periodic: true, or scaling: ` +
        `null.`,
    );
  }
}
