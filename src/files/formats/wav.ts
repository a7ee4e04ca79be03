import { FormatError } from '../../errors.js';
import { beyondLimit } from './bytes.js';

// WAV (RIFF), all numbers little-endian:
//
//     'RIFF'  u32 size  'WAVE'
//     'fmt '  u32 size  u16 tag  u16 channels  u32 frames a second  u32 bytes a second  u16 bytes of a frame  u16 bits of a sample
//                       of the extensible tag: u16 size  u16 valid bits  u32 speakers  u16 the tag that is meant  14 bytes, the same in all
//     'data'  u32 size  frames: a sample of each channel
//
// Other chunks may stand between. A chunk of an odd size has a byte behind it.

/** Sound as numbers, frame by frame, nominally from −1 to 1. */
export interface Sound {
  /** Frames a second. */
  readonly samplingRate: number;
  readonly channels: number;
  /** A sample of each channel for each frame. */
  readonly samples: Float32Array<ArrayBuffer>;
}

/** How the samples of a WAV file are written: integers of 8 to 32 bits, or floats of 32 or 64. */
export type WavFormat = 'uint8' | 'int16' | 'int24' | 'int32' | 'float32' | 'float64';

/** Every format. */
export const WAV_FORMATS: readonly WavFormat[] = [
  'uint8',
  'int16',
  'int24',
  'int32',
  'float32',
  'float64',
];

const [PCM, FLOAT, EXTENSIBLE] = [1, 3, 0xfffe];
/** The size of the data that a program writes into a pipe. */
const UNKNOWN_SIZE = 0xffffffff;

const TAG_NAMES: Readonly<Record<number, string>> = {
  0x02: 'ADPCM',
  0x06: 'A-law',
  0x07: 'µ-law',
  0x11: 'IMA ADPCM',
  0x55: 'MP3',
};

/** What samples of integers are divided by: the number below 0 that is the furthest from it becomes −1. */
const SCALES = { uint8: 2 ** 7, int16: 2 ** 15, int24: 2 ** 23, int32: 2 ** 31 } as const;

interface Codec {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

const CODECS: Readonly<Record<WavFormat, Codec>> = {
  uint8: {
    bytes: 1,
    read: (view, at) => (view.getUint8(at) - 128) / SCALES.uint8,
    write: (view, at, value) => {
      view.setUint8(at, integer(value, SCALES.uint8) + 128);
    },
  },
  int16: {
    bytes: 2,
    read: (view, at) => view.getInt16(at, true) / SCALES.int16,
    write: (view, at, value) => {
      view.setInt16(at, integer(value, SCALES.int16), true);
    },
  },
  int24: {
    bytes: 3,
    read: (view, at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 2 ** 16) / SCALES.int24,
    write: (view, at, value) => {
      const whole = integer(value, SCALES.int24);
      view.setUint16(at, whole & 0xffff, true);
      view.setInt8(at + 2, whole >> 16);
    },
  },
  int32: {
    bytes: 4,
    read: (view, at) => view.getInt32(at, true) / SCALES.int32,
    write: (view, at, value) => {
      view.setInt32(at, integer(value, SCALES.int32), true);
    },
  },
  float32: {
    bytes: 4,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => {
      view.setFloat32(at, value, true);
    },
  },
  float64: {
    bytes: 8,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => {
      view.setFloat64(at, value, true);
    },
  },
};

/** The nearest whole number in range; halves go away from zero, as in TensorFlow. */
function integer(value: number, scale: number): number {
  const rounded = Math.sign(value) * Math.floor(Math.abs(value) * scale + 0.5);
  return Math.min(scale - 1, Math.max(-scale, rounded));
}

/** Whether bytes begin as a WAV file does. */
export function isWav(bytes: Uint8Array): boolean {
  return textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WAVE';
}

/**
 * Parses a WAV file: integers of 8, 16, 24 and 32 bits, and floats of 32 and 64 bits.
 *
 * @param most how many bytes the samples may take as float32
 * @throws FormatError for anything else, a size that is wrong, and too many samples
 */
export function parseWav(bytes: Uint8Array<ArrayBuffer>, name: string, most: number): Sound {
  if (!isWav(bytes)) throw new FormatError(`${name} is not a WAV file.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: WaveFormat | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = textAt(bytes, at);
    const stated = view.getUint32(at + 4, true);
    const start = at + 8;
    const isStream = id === 'data' && stated === UNKNOWN_SIZE;
    const size = isStream ? bytes.length - start : stated;
    if (start + size > bytes.length) {
      throw new FormatError(
        `${name}: the chunk ${JSON.stringify(id)} has ${size} bytes, but only ${bytes.length - start} are there. The file is cut off.`,
      );
    }
    if (id === 'fmt ') format = formatAt(view, start, size, name);
    if (id === 'data') {
      if (format === undefined) {
        throw new FormatError(
          `${name}: the samples come before the chunk "fmt ", which describes them.`,
        );
      }
      return soundAt(view, start, size, format, name, most);
    }
    at = start + size + (size % 2);
  }
  throw new FormatError(`${name} has no samples: a chunk "data" is missing.`);
}

interface WaveFormat {
  readonly codec: Codec;
  readonly channels: number;
  readonly samplingRate: number;
}

function formatAt(view: DataView, at: number, size: number, name: string): WaveFormat {
  if (size < 16) {
    throw new FormatError(
      `${name}: the chunk "fmt " has ${size} bytes, but at least 16 are needed.`,
    );
  }
  const stated = view.getUint16(at, true);
  const tag = stated === EXTENSIBLE && size >= 40 ? view.getUint16(at + 24, true) : stated;
  const channels = view.getUint16(at + 2, true);
  const samplingRate = view.getUint32(at + 4, true);
  const frameBytes = view.getUint16(at + 12, true);
  const bits = view.getUint16(at + 14, true);
  const format = WAV_FORMATS.find(
    (one) =>
      CODECS[one].bytes * 8 === bits && (one.startsWith('float') ? tag === FLOAT : tag === PCM),
  );
  if (format === undefined) {
    const kind = { [PCM]: 'integers', [FLOAT]: 'floats', ...TAG_NAMES }[tag] ?? `encoding ${tag}`;
    throw new FormatError(
      `${name} has samples of ${bits} bits, ${kind}. WAV files are read with integers of 8, 16, 24 and 32 bits and floats of 32 and ` +
        `64 bits. Convert the file: ffmpeg -i in.wav -c:a pcm_s16le out.wav`,
    );
  }
  const codec = CODECS[format];
  if (channels === 0 || samplingRate === 0 || frameBytes !== channels * codec.bytes) {
    throw new FormatError(
      `${name}: ${channels} channels of ${codec.bytes} bytes, ${frameBytes} bytes a frame and ${samplingRate} frames a second do not ` +
        `fit together.`,
    );
  }
  return { codec, channels, samplingRate };
}

function soundAt(
  view: DataView,
  start: number,
  size: number,
  { codec, channels, samplingRate }: WaveFormat,
  name: string,
  most: number,
): Sound {
  const { bytes, read } = codec;
  if (size % (channels * bytes) !== 0) {
    throw new FormatError(
      `${name} ends within a frame: ${size} bytes of samples are no multiple of ${channels * bytes}.`,
    );
  }
  const count = size / bytes;
  if (4 * count > most) {
    throw beyondLimit(
      `${name} has ${count} samples, which take ${4 * count} bytes, more than ${most}`,
    );
  }
  const samples = new Float32Array(count);
  for (let i = 0; i < count; i++) samples[i] = read(view, start + i * bytes);
  return { samplingRate, channels, samples };
}

/** The bytes of a WAV file. Samples beyond −1 and 1 are clipped where integers are written. */
export function encodeWav(
  { samplingRate, channels, samples }: Sound,
  format: WavFormat,
): Uint8Array<ArrayBuffer> {
  const { bytes, write } = CODECS[format];
  const isFloat = format.startsWith('float');
  const size = samples.length * bytes;
  // Floats come with the size of an extension, none, and with their number of frames.
  const formatSize = isFloat ? 18 : 16;
  const header = 28 + formatSize + (isFloat ? 12 : 0);
  const file = new Uint8Array(header + size + (size % 2));
  const view = new DataView(file.buffer);
  const chunk = (at: number, id: string, length: number): void => {
    file.set(new TextEncoder().encode(id), at);
    view.setUint32(at + 4, length, true);
  };
  chunk(0, 'RIFF', file.length - 8);
  chunk(8, 'WAVE', 0);
  chunk(12, 'fmt ', formatSize);
  view.setUint16(20, isFloat ? FLOAT : PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, samplingRate, true);
  view.setUint32(28, samplingRate * channels * bytes, true);
  view.setUint16(32, channels * bytes, true);
  view.setUint16(34, 8 * bytes, true);
  if (isFloat) {
    chunk(20 + formatSize, 'fact', 4);
    view.setUint32(28 + formatSize, samples.length / channels, true);
  }
  chunk(header - 8, 'data', size);
  samples.forEach((sample, i) => {
    write(view, header + i * bytes, sample);
  });
  return file;
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
