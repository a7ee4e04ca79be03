import { checkBoolean, checkOptions, oneOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, tidy, toTensor } from '../../../engine/tensor/index.js';
import type { TensorLike } from '../../../engine/tensor/index.js';
import { WAV_FORMATS } from '../../../files/formats/wav.js';
import type { WavFormat } from '../../../files/formats/wav.js';
import type { LimitedReadOptions, Source } from '../../../files/locations/source.js';
import type { Target } from '../../../files/locations/target.js';
import type { AudioDecoder, LoadedAudio } from './audio-buffer.js';
import { samplingRateOf } from './sampling-rate.js';

/** Options of `loadAudio`. */
export interface LoadAudioOptions extends LimitedReadOptions {
  /** The frames a second to which the sound is resampled. Default, and null: those of the file. */
  readonly samplingRate?: number | null;
  /** Whether to average the channels into one. Default false. */
  readonly mono?: boolean;
  /**
   * What decodes files other than WAV. Default: in a page the browser, which knows MP3, AAC, Ogg, FLAC and others and gives
   * `samplingRate`, or 48,000 frames a second; elsewhere nothing.
   */
  readonly decoder?: AudioDecoder;
}

/**
 * Reads a sound file. WAV files are read everywhere: integers of 8, 16, 24 and 32 bits, which are divided by 2⁷, 2¹⁵, 2²³ and 2³¹,
 * and floats of 32 and 64 bits. Dispose of the tensor when you no longer need it.
 *
 * @param source a path or URL, a Blob or File, or bytes
 * @throws FormatError for a file that is damaged, cut off or larger than `maxBytes`, as a file or as float32 numbers, and for a WAV
 * file of another encoding; ValueError for an invalid option, and for a file other than WAV without a decoder; DatasetError for a
 * file that cannot be read.
 * @example
 * const { audio, samplingRate } = await utils.loadAudio('yes.wav', { samplingRate: 16_000, mono: true });
 */
export async function loadAudio(
  source: Source,
  options: LoadAudioOptions = {},
): Promise<LoadedAudio> {
  const owner = 'loadAudio';
  checkOptions(owner, options, ['samplingRate', 'mono', 'decoder', 'maxBytes', 'signal']);
  const { samplingRate, mono = false, decoder, ...limits } = options;
  if (decoder !== undefined && typeof decoder !== 'function') {
    throw new ValueError(
      `${owner}: decoder must be a function of the bytes of a file, got ${describeValue(decoder)}.`,
    );
  }
  const settings = {
    samplingRate: samplingRateOf(owner, samplingRate),
    mono: checkBoolean(owner, 'mono', mono),
    decoder,
  };
  const { decodeAudio, readFile } = await import('./decode-audio.js');
  const file = await readFile(owner, 'sound', source, limits);
  return decodeAudio(owner, file, settings);
}

/** Options of `saveAudio`. */
export interface SaveAudioOptions {
  /** Frames a second, a whole number. */
  readonly samplingRate: number;
  /**
   * How samples are written: `'uint8'`, `'int16'`, `'int24'`, `'int32'`, `'float32'` or `'float64'`. Samples beyond −1 and 1 are
   * clipped by integers. Default `'int16'`.
   */
  readonly format?: WavFormat;
}

/**
 * Writes samples [frames, channels] or [frames] as a WAV file.
 *
 * @param target a path, `downloads://name`, or an object { write(name, bytes) }
 * @param audio the samples, nominally from −1 to 1
 * @throws ShapeError for another rank or no channel; ValueError for an invalid option, samples that are NaN where integers are
 * written, more than 65,535 channels, or a file above 4 GiB.
 * @example await utils.saveAudio('noise.wav', random.uniform([16_000], { minval: -1 }), { samplingRate: 16_000 });
 */
export async function saveAudio(
  target: Target,
  audio: TensorLike,
  options: SaveAudioOptions,
): Promise<void> {
  const owner = 'saveAudio';
  checkOptions(owner, options, ['samplingRate', 'format']);
  const samplingRate = samplingRateOf(owner, options.samplingRate);
  if (samplingRate === undefined) {
    throw new ValueError(`${owner}: give samplingRate, the frames a second, such as 16000.`);
  }
  const format = oneOf(owner, 'format', options.format ?? 'int16', WAV_FORMATS);
  const { shape, samples } = tidy(() => {
    const given = toTensor(audio);
    return { shape: given.shape, samples: Float32Array.from(given.data()) };
  });
  const [, channels = 1] = shape;
  if (shape.length === 0 || shape.length > 2 || channels === 0) {
    throw new ShapeError(
      `${owner}: audio must have the shape [frames, channels] or [frames], got ${formatShape(shape)}.`,
    );
  }
  const isFloat = format.startsWith('float');
  const odd = isFloat ? -1 : samples.findIndex(Number.isNaN);
  if (odd >= 0) {
    throw new ValueError(
      `${owner}: sample ${odd} is NaN, which ${format} cannot hold. Mend it, or write format: 'float32'.`,
    );
  }
  const { writeAudio } = await import('./decode-audio.js');
  await writeAudio(owner, target, { samplingRate, channels, samples }, format);
}
