// What reading and writing sounds takes: a chunk that is loaded with the first sound.
import { describeValue } from '../../../config/describe-value.js';
import { messageOf } from '../../../config/index.js';
import { FormatError, LanegradError, ValueError } from '../../../errors.js';
import { mean } from '../../../engine/ops/index.js';
import { keep, tensor, tidy } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { beyondLimit } from '../../../files/formats/bytes.js';
import { roundHalfEven } from '../../../files/formats/elements.js';
import { encodeWav, isWav, parseWav } from '../../../files/formats/wav.js';
import type { Sound, WavFormat } from '../../../files/formats/wav.js';
import type { WholeFile } from '../../../files/locations/source.js';
import type { Target } from '../../../files/locations/target.js';
import { writeTarget } from '../../../files/locations/write.js';
import type { AudioBufferLike, AudioDecoder, LoadedAudio } from './audio-buffer.js';
import { resample } from './resample.js';

export { readFile } from '../../../files/locations/source.js';

/** What a sound becomes. */
export interface SoundSettings {
  readonly samplingRate: number | undefined;
  readonly mono: boolean;
  readonly decoder: AudioDecoder | undefined;
}

/** What most devices play. */
const DEFAULT_RATE = 48_000;

/** The largest size of a WAV file is a number of 32 bits. */
const MAX_WAV_BYTES = 2 ** 32 - 1;
const MAX_CHANNELS = 2 ** 16 - 1;

/** The sound of a file. The tensor belongs to the caller. */
export async function decodeAudio(
  owner: string,
  { bytes, name, maxBytes }: WholeFile,
  { samplingRate, mono, decoder }: SoundSettings,
): Promise<LoadedAudio> {
  const sound = isWav(bytes)
    ? parseWav(bytes, name, maxBytes)
    : await decoded(owner, bytes, name, maxBytes, decoder ?? browserDecoder(samplingRate));
  const rate = samplingRate ?? sound.samplingRate;
  const audio = tidy(() => {
    const { samples, channels } = sound;
    const all = tensor(samples, { shape: [samples.length / channels, channels] });
    return keep(atRate(mono && channels > 1 ? mean(all, 1, true) : all, sound.samplingRate, rate));
  });
  return { audio, samplingRate: rate };
}

/** Frames at another rate: as many as Keras makes of them. */
function atRate(audio: Tensor, from: number, to: number): Tensor {
  const [frames = 0] = audio.shape;
  if (from === to || frames === 0) return audio;
  return resample(audio, Math.max(1, roundHalfEven((frames * to) / from)));
}

/** What the browser decodes with; undefined elsewhere. */
function browserDecoder(samplingRate = DEFAULT_RATE): AudioDecoder | undefined {
  if (typeof OfflineAudioContext === 'undefined') return undefined;
  return async (bytes) => {
    const context = new OfflineAudioContext(1, 1, samplingRate);
    // The buffer is taken away.
    return context.decodeAudioData(bytes.slice().buffer);
  };
}

async function decoded(
  owner: string,
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes: number,
  decode: AudioDecoder | undefined,
): Promise<Sound> {
  if (decode === undefined) {
    throw new ValueError(
      `${owner}: ${name} is not a WAV file. Other formats need a decoder here: npm install audio-decode, and give { decoder } that ` +
        `calls it. Or convert the file: ffmpeg -i in.mp3 out.wav`,
    );
  }
  let buffer: AudioBufferLike;
  try {
    buffer = await decode(bytes);
  } catch (cause) {
    if (cause instanceof LanegradError) throw cause;
    throw new FormatError(`${name}: the decoder does not read the file: ${messageOf(cause)}`, {
      cause,
    });
  }
  return soundOf(owner, buffer, name, maxBytes);
}

/** The frames of what a decoder has given. @throws ValueError for anything but a buffer of samples. */
function soundOf(owner: string, buffer: AudioBufferLike, name: string, maxBytes: number): Sound {
  const { sampleRate, numberOfChannels: channels, length } = buffer ?? {};
  const isCount = (value: unknown, least: number): boolean =>
    Number.isSafeInteger(value) && (value as number) >= least;
  const isBuffer = isCount(channels, 1) && isCount(length, 0) && sampleRate > 0;
  if (!isBuffer || typeof buffer.getChannelData !== 'function') {
    throw new ValueError(
      `${owner}: the decoder must give an AudioBuffer, with sampleRate, numberOfChannels, length and getChannelData, got ` +
        `${describeValue(buffer)}.`,
    );
  }
  if (4 * channels * length > maxBytes) {
    throw beyondLimit(
      `${name} has ${channels * length} samples, which take ${4 * channels * length} bytes, more than ${maxBytes}`,
    );
  }
  const samples = new Float32Array(channels * length);
  for (let channel = 0; channel < channels; channel++) {
    const data = buffer.getChannelData(channel);
    for (let i = 0; i < length; i++) samples[i * channels + channel] = data[i] ?? 0;
  }
  return { samplingRate: sampleRate, channels, samples };
}

/** Writes a WAV file. @throws ValueError for what none can hold. */
export async function writeAudio(
  owner: string,
  target: Target,
  sound: Sound,
  format: WavFormat,
): Promise<void> {
  const { samples, channels, samplingRate } = sound;
  const bytes = Number(/\d+/.exec(format)) / 8;
  if (channels > MAX_CHANNELS) {
    throw new ValueError(
      `${owner}: a WAV file has at most ${MAX_CHANNELS} channels, got ${channels}.`,
    );
  }
  const size = samples.length * bytes;
  if (size > MAX_WAV_BYTES - 64 || samplingRate * channels * bytes > MAX_WAV_BYTES) {
    throw new ValueError(
      `${owner}: ${size} bytes of samples, ${samplingRate * channels * bytes} a second, are more than a WAV file holds: below 2³² of ` +
        `each. Write several files, or give format: 'int16'.`,
    );
  }
  await writeTarget(owner, target, encodeWav(sound, format), 'audio.wav');
}
