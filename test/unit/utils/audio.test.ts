// Sound files, resampling, and folders of sounds. How folders are listed, shuffled and split is held against Keras in
// image-dataset.test.ts.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memory, tensor, utils } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { FormatError, ShapeError, ValueError } from '../../../src/errors.js';

let folder = '';
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lanegrad-sounds-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Header {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
  readonly frame?: number;
  /** The stated size of the samples. */
  readonly size?: number;
  /** Chunks before the samples. */
  readonly before?: readonly Buffer[];
}

function chunk(id: string, body: Buffer, size = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** A WAV file as the format describes it. */
function wav(samples: Buffer, header: Header = {}): Uint8Array<ArrayBuffer> {
  const {
    tag = 1,
    channels = 1,
    rate = 8000,
    bits = 16,
    size = samples.length,
    before = [],
  } = header;
  const frame = header.frame ?? (channels * bits) / 8;
  const format = Buffer.alloc(16);
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * frame, 8);
  format.writeUInt16LE(frame, 12);
  format.writeUInt16LE(bits, 14);
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    ...before,
    chunk('fmt ', format),
    chunk('data', samples, size),
  ]);
  return Uint8Array.from(chunk('RIFF', body));
}

const int16 = (...values: number[]): Buffer => Buffer.from(Int16Array.from(values).buffer);

async function valuesOf(bytes: Uint8Array<ArrayBuffer>, options?: utils.LoadAudioOptions) {
  const { audio, samplingRate } = await utils.loadAudio(bytes, options);
  const values = audio.toArray();
  audio.dispose();
  return { values, samplingRate };
}

describe('loadAudio', () => {
  test.each([
    ['8 bits', Buffer.from([0, 128, 192, 255]), { bits: 8 }, [-1, 0, 0.5, 127 / 128]],
    ['16 bits', int16(-32768, 0, 16384, 32767), {}, [-1, 0, 0.5, 32767 / 32768]],
    [
      '24 bits',
      Buffer.from([0, 0, 0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]),
      { bits: 24 },
      [-1, 0, -1 / 2 ** 23, (2 ** 23 - 1) / 2 ** 23],
    ],
    ['32 bits', Buffer.from(Int32Array.of(-(2 ** 31), 2 ** 30).buffer), { bits: 32 }, [-1, 0.5]],
    ['floats', Buffer.from(Float32Array.of(-2, 0.25).buffer), { tag: 3, bits: 32 }, [-2, 0.25]],
    ['doubles', Buffer.from(Float64Array.of(-2, 0.25).buffer), { tag: 3, bits: 64 }, [-2, 0.25]],
  ] as const)('reads %s', async (_, samples, header, expected) => {
    const { values, samplingRate } = await valuesOf(wav(samples, header));
    expect(values).toEqual(expected.map((value) => [value]));
    expect(samplingRate).toBe(8000);
  });

  test('reads frames of several channels, behind other chunks, and averages them', async () => {
    const before = [chunk('LIST', Buffer.from('odd'))];
    const file = wav(int16(0, 16384, -16384, 8192), { channels: 2, before });
    expect((await valuesOf(file)).values).toEqual([[0, 0.5], [-0.5, 0.25]]); // prettier-ignore
    expect((await valuesOf(file, { mono: true })).values).toEqual([[0.25], [-0.125]]);
  });

  test('reads what a program has written into a pipe, whose size was not known', async () => {
    expect((await valuesOf(wav(int16(8192), { size: 2 ** 32 - 1 }))).values).toEqual([[0.25]]);
  });

  test('resamples to as many frames as last equally long', async () => {
    const wave = Int16Array.from(
      { length: 80 },
      (_, i) => 16384 * Math.sin((2 * Math.PI * i) / 40),
    );
    const { values, samplingRate } = await valuesOf(wav(Buffer.from(wave.buffer)), {
      samplingRate: 12_000,
    });
    expect(samplingRate).toBe(12_000);
    const found = (values as number[][]).flat();
    expect(found).toHaveLength(120);
    // The samples are rounded to 16 bits.
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(0.5 * Math.sin((2 * Math.PI * i) / 60), 4);
    });
  });

  test.each([
    [
      'is no WAV file',
      Buffer.from('ID3 and an MP3 file'),
      ValueError,
      /is not a WAV file.*decoder/s,
    ],
    ['is cut off', wav(int16(1, 2)).subarray(0, 46), FormatError, /"data" has 4 bytes, but only 2/],
    ['lies about its size', wav(int16(1), { size: 99 }), FormatError, /99 bytes, but only 2/],
    ['ends within a frame', wav(int16(1, 2, 3), { channels: 2 }), FormatError, /within a frame/],
    ['has no channel', wav(int16(), { channels: 0 }), FormatError, /0 channels/],
    ['has frames of another size', wav(int16(1), { frame: 3 }), FormatError, /3 bytes a frame/],
    ['is compressed', wav(int16(1), { tag: 2, bits: 4 }), FormatError, /4 bits, ADPCM.*ffmpeg/],
    ['is of an unknown encoding', wav(int16(1), { tag: 777 }), FormatError, /encoding 777/],
    ['has no samples', wav(int16()).subarray(0, 36), FormatError, /"data" is missing/],
  ])('refuses a file that %s', async (_, bytes, error, message) => {
    const before = memory();
    const loading = utils.loadAudio(Uint8Array.from(bytes));
    await expect(loading).rejects.toThrow(error);
    await expect(loading).rejects.toThrow(message);
    expect(memory()).toEqual(before);
  });

  test('refuses more than maxBytes, in the file or as numbers', async () => {
    const file = wav(Buffer.alloc(100), { bits: 8 });
    await expect(utils.loadAudio(file, { maxBytes: 120 })).rejects.toThrow(FormatError);
    await expect(utils.loadAudio(file, { maxBytes: 200 })).rejects.toThrow(/take 400 bytes/);
  });

  test('takes a decoder of other formats', async () => {
    const decoder: utils.AudioDecoder = (bytes) => ({
      sampleRate: 100,
      numberOfChannels: 2,
      length: bytes.length,
      getChannelData: (channel) => Float32Array.from(bytes, (byte) => (channel - 0.5) * byte),
    });
    const { values, samplingRate } = await valuesOf(Uint8Array.of(1, 2), { decoder });
    expect(values).toEqual([[-0.5, 0.5], [-1, 1]]); // prettier-ignore
    expect(samplingRate).toBe(100);
    const fails: utils.AudioDecoder = () => Promise.reject(new Error('no frame'));
    const loading = utils.loadAudio(Uint8Array.of(1), { decoder: fails });
    await expect(loading).rejects.toThrow(/the decoder does not read the file: no frame/);
    const odd = (() => ({ sampleRate: 1 })) as unknown as utils.AudioDecoder;
    await expect(utils.loadAudio(Uint8Array.of(1), { decoder: odd })).rejects.toThrow(
      /AudioBuffer/,
    );
  });
});

describe('saveAudio', () => {
  test.each(['uint8', 'int16', 'int24', 'int32', 'float32', 'float64'] as const)(
    'writes %s, which is read again',
    async (format) => {
      const values = [[-1, 0.5], [0, 0.25], [0.125, -0.5]]; // prettier-ignore
      await utils.saveAudio(at('x.wav'), values, { samplingRate: 11_025, format });
      const again = await valuesOf(new Uint8Array(await readFile(at('x.wav'))));
      expect(again).toEqual({ values, samplingRate: 11_025 });
    },
  );

  test('clips and rounds like TensorFlow: halves away from zero', async () => {
    const values = [2, -2, 1.5 / 32768, -1.5 / 32768, 1];
    await utils.saveAudio(at('x.wav'), values, { samplingRate: 1 });
    const bytes = await readFile(at('x.wav'));
    expect(bytes.subarray(44)).toEqual(int16(32767, -32768, 2, -2, 32767));
  });

  test('refuses what a file cannot hold', async () => {
    const save = (audio: Parameters<typeof utils.saveAudio>[1], options: object) =>
      utils.saveAudio(at('y.wav'), audio, options as utils.SaveAudioOptions);
    await expect(save([1], {})).rejects.toThrow(/give samplingRate/);
    await expect(save([[[1]]], { samplingRate: 1 })).rejects.toThrow(ShapeError);
    await expect(save([0, NaN], { samplingRate: 1 })).rejects.toThrow(/sample 1 is NaN/);
    await expect(save([1], { samplingRate: 0.5 })).rejects.toThrow(ValueError);
    await expect(save([1], { samplingRate: 2 ** 32 - 1 })).rejects.toThrow(/a second/);
  });
});

/** SciPy's `resample` by sums in float64: the spectrum, cut off or continued with zeros, and back. */
function resampled(x: readonly number[], num: number): number[] {
  const n = x.length;
  const shorter = Math.min(n, num);
  const y = new Array<number>(num).fill(0);
  for (let k = 0; k <= shorter >> 1; k++) {
    let [re, im] = [0, 0];
    x.forEach((value, j) => {
      re += value * Math.cos((2 * Math.PI * j * k) / n);
      im -= value * Math.sin((2 * Math.PI * j * k) / n);
    });
    // A frequency and its negative, which are one at the end of an even number, unless the signal had both.
    const weight = k === 0 || (2 * k === shorter && num >= n) ? 1 : 2;
    for (let i = 0; i < num; i++) {
      const angle = (2 * Math.PI * i * k) / num;
      y[i] = (y[i] ?? 0) + (weight / n) * (re * Math.cos(angle) - im * Math.sin(angle));
    }
  }
  return y;
}

describe('resample', () => {
  test.each([1, 2, 5, 8, 9, 30])('gives what the definition says, of %i samples', (n) => {
    const x = Array.from({ length: n }, (_, i) => Math.sin(1.7 * i * i) + 0.3);
    for (const num of [1, 2, 3, 4, 7, 8, 16, 31]) {
      const y = utils.resample(x, num).data();
      const expected = resampled(x, num);
      expected.forEach((value, i) => {
        expect(y[i], `${n} to ${num}, sample ${i}`).toBeCloseTo(value, 5);
      });
      expect(y).toHaveLength(num);
    }
  });

  test('resamples along any axis', () => {
    const x = tensor([[1, 5, 2, 0, 3, 1]]);
    expect(utils.resample(x, 4, { axis: -1 }).shape).toEqual([1, 4]);
    expect(utils.resample(x.transpose(), 4).data()).toEqual(
      utils.resample(x, 4, { axis: 1 }).data(),
    );
    x.dispose();
  });

  test('refuses lengths, axes and signals that are none', () => {
    expect(() => utils.resample([1], 0)).toThrow(ValueError);
    expect(() => utils.resample([1], 2, { axis: 1 })).toThrow(ShapeError);
    expect(() => utils.resample([], 2)).toThrow(ShapeError);
  });
});

describe('audioDatasetFromDirectory', () => {
  const quiet = { verbose: false, shuffle: false } as const;

  beforeAll(async () => {
    for (const [name, ...values] of [
      ['no/a', 1],
      ['no/b', 1, 2, 3],
      ['yes/c', 4, 5],
    ] as const) {
      // prettier-ignore
      const file = at(`words/${name}.wav`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, wav(int16(...values.map((value) => value * 4096))));
    }
    await writeFile(at('words/no/notes.txt'), 'another kind of file');
  });

  async function read(dataset: AsyncIterable<unknown>): Promise<unknown[]> {
    const all: unknown[] = [];
    for await (const element of dataset) {
      const parts = [element].flat() as Tensor[];
      all.push(parts.map((part) => part.toArray()));
      for (const part of parts) part.dispose();
    }
    return all;
  }

  const frames = (...values: number[]): number[][] => values.map((value) => [value / 8]);

  test('pads the sounds of a batch to the longest', async () => {
    const before = memory();
    const words = await utils.audioDatasetFromDirectory(at('words'), { ...quiet, batchSize: 2 });
    expect(words.classNames).toEqual(['no', 'yes']);
    expect(await read(words)).toEqual([
      [
        [frames(1, 0, 0), frames(1, 2, 3)],
        [0, 0],
      ],
      [[frames(4, 5)], [1]],
    ]);
    words.dispose();
    expect(memory()).toEqual(before);
  });

  test('gives sounds one by one, of a given length and rate, without labels', async () => {
    const before = memory();
    const words = await utils.audioDatasetFromDirectory(at('words'), {
      ...quiet,
      labels: null,
      batchSize: null,
      outputSequenceLength: 2,
    });
    expect(await read(words)).toEqual([[frames(1, 0)], [frames(1, 2)], [frames(4, 5)]]);
    const fast = await utils.audioDatasetFromDirectory(at('words'), {
      ...quiet,
      labelMode: null,
      samplingRate: 16_000,
    });
    const [[batch]] = (await read(fast)) as [[number[][][]]];
    expect(batch.map((sound) => sound.length)).toEqual([6, 6, 6]);
    expect(batch[0]?.slice(0, 2)).toEqual(frames(1, 1));
    words.dispose();
    fast.dispose();
    expect(memory()).toEqual(before);
  });

  test('refuses a batch of sounds with different numbers of channels, and keeps nothing', async () => {
    await mkdir(at('mixed'), { recursive: true });
    await writeFile(at('mixed/a.wav'), wav(int16(1)));
    await writeFile(at('mixed/b.wav'), wav(int16(1, 2, 3, 4), { channels: 2 }));
    const before = memory();
    const mixed = await utils.audioDatasetFromDirectory(at('mixed'), { ...quiet, labels: null });
    await expect(read(mixed)).rejects.toThrow(ShapeError);
    const mono = await utils.audioDatasetFromDirectory(at('mixed'), {
      ...quiet,
      labels: null,
      mono: true,
    });
    expect(await read(mono)).toHaveLength(1);
    mixed.dispose();
    mono.dispose();
    expect(memory()).toEqual(before);
  });

  test('names the file that it cannot read', async () => {
    await mkdir(at('bad'), { recursive: true });
    await writeFile(at('bad/noise.wav'), 'noise');
    const bad = await utils.audioDatasetFromDirectory(at('bad'), { ...quiet, labels: null });
    await expect(read(bad)).rejects.toThrow(/noise\.wav is not a WAV file/);
    await expect(
      utils.audioDatasetFromDirectory(at('words'), { samplingRate: -1 }),
    ).rejects.toThrow(/samplingRate/);
  });
});
