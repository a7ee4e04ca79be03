import { boolean, choice, classNameOf, configurable, length } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { STFT } from '../../initializers/stft.js';
import { SPECTRAL } from '../../initializers/signal-window.js';
import {
  add,
  arctan2,
  cast,
  concat,
  conv1d,
  log,
  maximum,
  pad,
  reshape,
  slice,
  sqrt,
  square,
  transpose,
} from '../../../engine/ops/index.js';
import { shapeToChannelsLast, toChannelsLast } from '../../../engine/ops/windows/data-format.js';
import type { PartialShape, Tensor, Variable } from '../../../engine/tensor/index.js';
import { Layer } from '../core/layer.js';
import { dataFormat, eitherPadding, slidLengths } from '../spatial.js';

/** Options of `STFTSpectrogram`. */
export interface STFTSpectrogramOptions extends OptionsOf<typeof STFTSpectrogram> {}

/** What Keras adds before it divides or takes a logarithm: numbers below count as it. */
const LEAST = 1e-7;

const MODES = ['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'] as const;

/**
 * Spectra of the frames of signals [batch, steps, channels], computed by convolutions with trainable kernels that the initializer `STFT`
 * creates. With bins = ⌊fftLength / 2⌋ + 1 the output is [batch, frames, channels · bins], or with `expandDims` an image [batch, frames,
 * bins, channels]; with `'channels_first'` [batch, channels · bins, frames] or [batch, channels, frames, bins]. float32. Keras:
 * `STFTSpectrogram`.
 *
 * @example new layers.STFTSpectrogram({ frameLength: 64, frameStep: 32, trainable: false, inputShape: [1000, 1] })
 */
export class STFTSpectrogram extends configurable(Layer<Tensor, Tensor>, 'STFTSpectrogram', {
  /**
   * Which part of the spectrum to return: `'magnitude'`, its logarithm `'log'` (default), its square `'psd'` (doubled except in the first
   * and last bin), the `'real'` or the `'imag'` part, the `'angle'`, or `'stft'`, the real parts followed by the imaginary ones. Magnitudes
   * are at least √1e-7.
   */
  mode: choice(MODES, { default: 'log' }),
  /** The length of a frame. Default 256. */
  frameLength: length({ default: 256 }),
  /** The distance between frames, at most `frameLength`. Default null: half of `frameLength`. */
  frameStep: length({ default: null }),
  /** The length of the Fourier transforms, at least `frameLength`. Default null: the next power of 2. */
  fftLength: length({ default: null }),
  ...SPECTRAL,
  /** `'same'`: zeros on both sides, so that there are ⌈steps / frameStep⌉ frames. `'valid'` (default): no padding. */
  padding: eitherPadding(),
  /** Whether channels get a separate axis. Default false. */
  expandDims: boolean({ default: false }),
  /** Default `'channels_last'`: [batch, steps, channels]; `'channels_first'` is [batch, channels, steps]. */
  dataFormat: dataFormat(),
}) {
  #real: Variable | undefined;
  #imag: Variable | undefined;

  /** @throws ValueError for options that are unknown, out of range, or cannot be combined. */
  constructor(options: STFTSpectrogramOptions = {}) {
    super(options);
    const owner = classNameOf(this);
    const { frameLength, frameStep, fftLength } = this;
    if (frameStep !== null && frameStep > frameLength) {
      throw new ValueError(
        `${owner}: frameStep must be at most frameLength, ${frameLength}, got ${frameStep}.`,
      );
    }
    if (fftLength !== null && fftLength < frameLength) {
      throw new ValueError(
        `${owner}: fftLength must be at least frameLength, ${frameLength}, got ${fftLength}.`,
      );
    }
    this.inputSpec = { ndim: 3 };
  }

  /** The distance between frames. */
  get #step(): number {
    return this.frameStep ?? Math.max(1, Math.floor(this.frameLength / 2));
  }

  /** How many numbers a spectrum has. */
  get #bins(): number {
    return Math.floor((this.fftLength ?? 2 ** Math.ceil(Math.log2(this.frameLength))) / 2) + 1;
  }

  override build(inputShape: PartialShape): void {
    this.computeOutputShape(inputShape); // Refuses input that is shorter than a frame.
    const { mode, window, scaling, periodic } = this;
    const shape = [this.frameLength, 1, this.#bins];
    const kernel = (side: 'real' | 'imag'): Variable =>
      this.addWeight(`${side}_kernel`, shape, {
        initializer: new STFT({ side, window, scaling, periodic }),
      });
    if (mode !== 'imag') this.#real = kernel('real');
    if (mode !== 'real') this.#imag = kernel('imag');
  }

  override call(x: Tensor): Tensor {
    const input = toChannelsLast(cast(x, 'float32'), this.dataFormat);
    const [batch = 0, steps = 0, channels = 0] = input.shape;
    // Each channel is a signal of its own.
    const signals = reshape(transpose(input, [0, 2, 1]), [batch * channels, steps, 1]);
    const spectrum = this.#spectrumOf(signals);
    const [, frames = 0, bins = 0] = spectrum.shape;
    const whole = reshape(spectrum, [batch, channels, frames, bins]);
    const isLast = this.dataFormat === 'channels_last';
    if (this.expandDims) return isLast ? transpose(whole, [0, 2, 3, 1]) : whole;
    return isLast
      ? reshape(transpose(whole, [0, 2, 1, 3]), [batch, frames, channels * bins])
      : reshape(transpose(whole, [0, 1, 3, 2]), [batch, channels * bins, frames]);
  }

  /** What the mode gives of signals [signals, steps, 1]: [signals, frames, bins]. */
  #spectrumOf(signals: Tensor): Tensor {
    const { mode, padding } = this;
    const parts = [this.#real, this.#imag].flatMap(
      (kernel) =>
      kernel === undefined ? [] : [conv1d(signals, kernel.value, null, { strides: this.#step, padding })], // prettier-ignore
    );
    const [first = signals, imag] = parts;
    if (imag === undefined) return first;
    if (mode === 'stft') return concat([first, imag], -1);
    if (mode === 'angle') return arctan2(imag, first);
    const power = add(square(first), square(imag));
    if (mode === 'psd') {
      return this.#bins < 3 ? power : add(power, pad(slice(power, ':', ':', '1:-1'), [[0, 0], [0, 0], [1, 1]])); // prettier-ignore
    }
    const magnitude = sqrt(maximum(power, LEAST));
    return mode === 'magnitude' ? magnitude : log(maximum(magnitude, LEAST));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, steps = null, channels = null] = shapeToChannelsLast(inputShape, this.dataFormat); // prettier-ignore
    const { frameLength: kernel, padding, expandDims, mode } = this;
    const axis = { kernel, stride: this.#step, padding, dilation: 1 };
    const [frames = null] = slidLengths(this.label, [batch, steps, channels], [axis]);
    const bins = this.#bins * (mode === 'stft' ? 2 : 1);
    const isLast = this.dataFormat === 'channels_last';
    if (expandDims) return isLast ? [batch, frames, bins, channels] : [batch, channels, frames, bins]; // prettier-ignore
    const all = channels === null ? null : channels * bins;
    return isLast ? [batch, frames, all] : [batch, all, frames];
  }
}
