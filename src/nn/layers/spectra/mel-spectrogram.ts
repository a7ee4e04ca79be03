import { log } from '../../../config/elementary.js';
import { boolean, classNameOf, configurable, length, number } from '../../../config/index.js';
import type { Option, OptionsOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { signalWindow } from '../../initializers/signal-window.js';
import {
  add,
  cast,
  log10,
  matmul,
  max,
  maximum,
  mul,
  pow,
  square,
  stft,
  sub,
  swapAxes,
} from '../../../engine/ops/index.js';
import { formatShape, requireRoom, tensor } from '../../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../../engine/tensor/index.js';
import { Layer } from '../core/layer.js';

/** Options of `MelSpectrogram`. */
export interface MelSpectrogramOptions extends OptionsOf<typeof MelSpectrogram> {}

/** What other options follow from. */
interface Given {
  readonly fftLength: number;
  readonly samplingRate: number;
}

/** An option that follows from those before it where it is left out, or null. */
function following(
  option: Option<number>,
  follow: (given: Given) => number,
): Option<number | null, number> {
  return {
    ...option,
    takesNull: true,
    check: (given, context) => option.check(given ?? follow(context.object as Given), context),
  };
}

/** The place of a frequency on the mel scale. */
const melOf = (hertz: number): number => 1127 * log(1 + hertz / 700);

/**
 * The strength of a signal's frequencies over time, in bands of the mel scale, on which equal distances sound equal. x is a signal
 * [samples] or a batch [batch, samples]; the output is [numMelBins, frames] or [batch, numMelBins, frames], float32. A band is the sum of
 * |X|^magExp of `ops.stft`, weighted by a triangle that begins at the centre of the previous band and ends at the centre of the next one
 * (as in HTK). In decibels, no number of a batch is more than `topDb` below the largest one. Keras: `MelSpectrogram`.
 *
 * @example new layers.MelSpectrogram({ fftLength: 512, sequenceStride: 128, numMelBins: 40, inputShape: [16000] })
 */
export class MelSpectrogram extends configurable(Layer<Tensor, Tensor>, 'MelSpectrogram', {
  /** The length of a frame. Default 2048. */
  fftLength: length({ default: 2048 }),
  /** The distance between frames. Default 512. */
  sequenceStride: length({ default: 512 }),
  /** The length of the window in a frame, at most `fftLength`. Default: `fftLength`. */
  sequenceLength: following(length(), ({ fftLength }) => fftLength),
  /** The window by which frames are multiplied: `'hann'` (default), `'hamming'`, a list of `sequenceLength` numbers, or null for none. */
  window: signalWindow(['hann', 'hamming'] as const),
  /** Samples per second. Default 16000. */
  samplingRate: length({ default: 16000 }),
  /** Number of bands. Default 128. */
  numMelBins: length({ default: 128 }),
  /** The lower end of the lowest band, in hertz. Default 20. */
  minFreq: number({ default: 20, min: 0 }),
  /** The upper end of the highest band, in hertz, above `minFreq`. Default: half of `samplingRate`. */
  maxFreq: following(number({ above: 0 }), ({ samplingRate }) => Math.floor(samplingRate / 2)),
  /** Whether to return decibels. Default true. */
  powerToDb: boolean({ default: true }),
  /** The largest difference in decibels between a number and the largest number. Default 80. */
  topDb: number({ default: 80 }),
  /** The power to which magnitudes are raised: 1 for magnitudes, 2 for power (default). */
  magExp: number({ default: 2 }),
  /** A lower limit that is applied before taking the logarithm. Default 1e-10. */
  minPower: number({ default: 1e-10, above: 0 }),
  /** The power that corresponds to 0 decibels. Default 1. */
  refPower: number({ default: 1 }),
}) {
  /** The weights of bands, [bins, bands], once they were needed. */
  #weights: Float32Array | undefined;

  /** @throws ValueError for options that are unknown, out of range, or cannot be combined. */
  constructor(options: MelSpectrogramOptions = {}) {
    super(options);
    const owner = classNameOf(this);
    const { fftLength, sequenceLength, window, minFreq, maxFreq } = this;
    if (sequenceLength > fftLength) {
      throw new ValueError(
        `${owner}: sequenceLength must be at most fftLength, ${fftLength}, got ${sequenceLength}.`,
      );
    }
    if (Array.isArray(window) && window.length !== sequenceLength) {
      throw new ValueError(
        `${owner}: window must have as many numbers as sequenceLength, ${sequenceLength}, got ${window.length}.`,
      );
    }
    if (maxFreq <= minFreq) {
      throw new ValueError(`${owner}: maxFreq must be above minFreq, ${minFreq}, got ${maxFreq}.`);
    }
    this.inputSpec = { minNdim: 1 };
  }

  override call(x: Tensor): Tensor {
    const { sequenceLength, sequenceStride, fftLength, window, magExp } = this;
    this.computeOutputShape(x.shape); // Refuses what is not a signal, or too short.
    const [re, im] = stft(cast(x, 'float32'), sequenceLength, sequenceStride, fftLength, {
      window,
    });
    const power = add(square(re), square(im));
    const strength = magExp === 2 ? power : pow(power, magExp / 2);
    const bands = swapAxes(matmul(strength, this.bandWeights()), -1, -2);
    return this.powerToDb ? this.#decibels(bands) : bands;
  }

  #decibels(bands: Tensor): Tensor {
    const { minPower, refPower, topDb } = this;
    const reference = (10 * log(Math.max(Math.abs(refPower), minPower))) / Math.LN10;
    const decibels = sub(mul(log10(maximum(bands, minPower)), 10), reference);
    return maximum(decibels, sub(max(decibels), topDb));
  }

  /** The triangle of each band over the bins of a spectrum. The first bin, that of the mean, is in no band. @internal */
  bandWeights(): Tensor {
    const { fftLength, numMelBins, samplingRate, minFreq, maxFreq } = this;
    const bins = Math.floor(fftLength / 2) + 1;
    const shape = [bins, numMelBins];
    requireRoom(shape, 'float32', () => `${this.label}: fftLength and numMelBins`);
    this.#weights ??= triangles(bins, numMelBins, samplingRate / 2, melOf(minFreq), melOf(maxFreq));
    return tensor(this.#weights, { shape });
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    if (inputShape.length > 2) {
      throw new ShapeError(
        `${this.label}: takes a signal [samples] or a batch [batch, samples], got shape ${formatShape(inputShape)}. For signals of several ` +
          `channels use STFTSpectrogram, or give each channel as a signal.`,
      );
    }
    const samples = inputShape.at(-1) ?? null;
    const { fftLength, sequenceStride, numMelBins } = this;
    const half = Math.floor(fftLength / 2);
    if (samples !== null && samples <= half) {
      throw new ShapeError(
        `${this.label}: signals of shape ${formatShape(inputShape)} are too short to be reflected by half a frame, ${half} samples. Use a ` +
          `smaller fftLength or longer signals.`,
      );
    }
    const frames = samples === null ? null : Math.floor((samples + 2 * half - fftLength) / sequenceStride) + 1; // prettier-ignore
    return [...inputShape.slice(0, -1), numMelBins, frames];
  }
}

function triangles(
  bins: number,
  bands: number,
  highest: number,
  lower: number,
  upper: number,
): Float32Array {
  const weights = new Float32Array(bins * bands);
  const width = (upper - lower) / (bands + 1);
  for (let bin = 1; bin < bins; bin++) {
    const position = (melOf((highest * bin) / (bins - 1)) - lower) / width;
    for (let band = 0; band < bands; band++) {
      weights[bin * bands + band] = Math.max(0, 1 - Math.abs(position - band - 1));
    }
  }
  return weights;
}
