// Event files, against what Keras on TensorFlow and `tf.summary` write (test/oracles/fixtures/keras-tensorboard.py).
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callbacks, layers, memory, Sequential, tensor } from '../../../src/index.js';
import type { WritableDirectory } from '../../../src/callbacks.js';
import { crc32c } from '../../../src/files/formats/bytes.js';
import { expectAsKeras, expectValue } from './compare-logs.js';
import { eventsOf, readLogs } from './event-reader.js';
import { cases, keras, numbers, train, writeOwn } from './tensorboard-cases.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tensorboard-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** A model that trains in one step. */
function tiny(): Sequential {
  const model = new Sequential([new layers.Dense(1, { inputShape: [2] })]);
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return model;
}

const fitTiny = (model: Sequential, board: callbacks.TensorBoard): Promise<unknown> =>
  model.fit(numbers([4, 2], 1), numbers([4, 1], 2), { epochs: 3, verbose: 0, callbacks: [board] });

/** A folder's handle as a page has it, whose files are kept in memory. */
function memoryFolder(
  files: Map<string, Uint8Array>,
  fail: () => boolean = () => false,
  prefix = '',
): WritableDirectory {
  return {
    kind: 'directory',
    name: prefix || 'picked',
    getDirectoryHandle: async (name) => memoryFolder(files, fail, `${prefix}${name}/`),
    getFileHandle: async (name) => ({
      kind: 'file',
      getFile: async () => new Blob([new Uint8Array(files.get(prefix + name) ?? [])]),
      async createWritable({ keepExistingData }) {
        const before = keepExistingData ? (files.get(prefix + name) ?? new Uint8Array()) : [];
        let all = Uint8Array.from(before);
        return {
          async write({ position, data }) {
            if (fail()) throw new DOMException('no room', 'QuotaExceededError');
            all = Uint8Array.from([...all.subarray(0, position), ...data]);
          },
          async close() {
            files.set(prefix + name, all);
          },
          abort: async () => undefined,
        };
      },
    }),
  };
}

describe('TensorBoard', () => {
  it.each(Object.keys(cases))('writes the tags, steps and values of Keras: %s', async (name) => {
    await train(name, { logDir: folder });
    expectAsKeras(name, await readLogs(folder));
  });

  it('loses no epoch where the count of batches is no multiple of updateFreq', async () => {
    await train('two batches', { logDir: folder });
    const { train: run, validation } = await readLogs(folder);
    expect(run?.['batch_loss']?.steps).toEqual([2, 4, 6, 8, 10, 12, 14]);
    expect(run?.['epoch_loss']?.steps).toEqual([0, 1, 2]);
    expect(validation?.['evaluation_loss_vs_iterations']?.steps).toEqual([5, 10, 15]);
  });

  it('writes steps per second where they are asked for', async () => {
    await train('batches', { logDir: folder, writeStepsPerSecond: true });
    const { train: run = {} } = await readLogs(folder);
    for (const tag of ['epoch_steps_per_second', 'batch_steps_per_second']) {
      const rates = (run[tag]?.values ?? []).flat();
      expect(rates.length).toBe(tag.startsWith('epoch') ? 3 : 15);
      for (const rate of rates) expect(rate).toBeGreaterThan(0);
    }
  });

  it('writes the projector’s configuration, the weights as Keras does, and embeddings as a table', async () => {
    await train('embeddings', { logDir: folder });
    const expected = keras.cases.find(({ name }) => name === 'embeddings');
    for (const file of expected?.files ?? [])
      expect(existsSync(path.join(folder, file))).toBe(true);
    const config = readFileSync(path.join(folder, 'projector_config.pbtxt'), 'utf8');
    expect(config).toContain('metadata_path: "labels.tsv"');
    expect(config).toContain('tensor_path: "train/words.tsv"');
    const table = readFileSync(path.join(folder, 'train/words.tsv'), 'utf8').trimEnd().split('\n');
    expect(table.map((line) => line.split('\t').length)).toEqual(Array(10).fill(3));
  });

  it('writes evaluate outside of fit', async () => {
    const model = tiny();
    const board = new callbacks.TensorBoard({ logDir: folder });
    await model.evaluate(numbers([4, 2], 1), numbers([4, 1], 2), {
      verbose: 0,
      callbacks: [board],
    });
    const { validation } = await readLogs(folder);
    expect(validation?.['evaluation_loss_vs_iterations']?.steps).toEqual([0]);
    model.dispose();
  });

  it('writes into a folder that a page has picked', async () => {
    const files = new Map<string, Uint8Array>();
    const model = tiny();
    await fitTiny(model, new callbacks.TensorBoard({ logDir: memoryFolder(files) }));
    const [name = '', bytes = new Uint8Array()] = [...files][0] ?? [];
    expect(name).toMatch(/^train\/events\.out\.tfevents\./);
    const tags = eventsOf(bytes).flatMap(({ summary }) => summary?.values.map(({ tag }) => tag));
    expect(tags.filter((tag) => tag === 'epoch_loss')).toHaveLength(3);
    model.dispose();
  });

  it('warns once of a folder that cannot be written, and trains on', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const file = path.join(folder, 'file');
    writeFileSync(file, 'a file');
    const model = tiny();
    await fitTiny(model, new callbacks.TensorBoard({ logDir: path.join(file, 'logs') }));
    expect(model.history?.epoch).toEqual([0, 1, 2]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toMatch(
      /TensorBoard: cannot write .* Training goes on/,
    );
    model.dispose();
  });

  it('warns once of a full disk, and trains on; the next fit writes again', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const files = new Map<string, Uint8Array>();
    let isFull = true;
    const model = tiny();
    const board = new callbacks.TensorBoard({ logDir: memoryFolder(files, () => isFull) });
    await fitTiny(model, board);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toContain('The place is full');
    const samples = [numbers([4, 2], 1), numbers([4, 1], 2)] as const;
    const options = { epochs: 2, verbose: 0, callbacks: [board] } as const;
    const before = memory().tensors;
    await model.fit(...samples, options);
    expect(memory().tensors).toBe(before);
    isFull = false;
    await model.fit(...samples, options);
    expect(files.size).toBe(1);
    model.dispose();
  });

  it('refuses wrong options, and labels of layers that are not there', async () => {
    const make = (options: object) => () => new callbacks.TensorBoard(options);
    expect(make({ profileBatch: 2 })).toThrow(/profileBatch must be 0, got 2.*profiler/);
    expect(make({ updateFreq: 0 })).toThrow(/updateFreq must be 'epoch', 'batch' or/);
    expect(make({ logDir: 3 })).toThrow(/logDir must be the path of a folder/);
    expect(make({ histogramFreq: -1 })).toThrow(/histogramFreq/);
    expect(make({ embeddingsMetadata: 3 })).toThrow(/embeddingsMetadata/);
    expect(make({ log_dir: 'logs' })).toThrow(/logDir/);
    const model = tiny();
    const board = new callbacks.TensorBoard({
      logDir: folder,
      embeddingsFreq: 1,
      embeddingsMetadata: { words: 'labels.tsv' },
    });
    await expect(fitTiny(model, board)).rejects.toThrow(/names 'words'.*Embedding layers of the model: none/); // prettier-ignore
    model.dispose();
  });
});

describe('SummaryWriter', () => {
  it('writes what tf.summary writes', async () => {
    await writeOwn(folder);
    const found = (await readLogs(folder))[''] ?? {};
    const expected = keras.own[''] ?? {};
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [tag, { plugin, steps, values }] of Object.entries(expected)) {
      expect(found[tag]?.plugin).toBe(plugin);
      expect(found[tag]?.steps).toEqual(steps);
      // A gray with transparency has four channels here.
      if (tag !== 'transparent') expectValue(tag, plugin, found[tag]?.values, values);
    }
  });

  it('leaves NaN and infinity out of histograms, and writes them as numbers', async () => {
    const writer = new callbacks.SummaryWriter(folder);
    writer.histogram('values', [1, NaN, 3, Infinity], { step: 0, buckets: 2 });
    writer.histogram('none', [NaN], { step: 0, buckets: 1 });
    writer.scalar('loss', NaN, { step: 0 });
    await writer.close();
    const found = (await readLogs(folder))[''] ?? {};
    expect(found['values']?.values).toEqual([[1, 2, 1, 2, 3, 1]]);
    expect(found['none']?.values).toEqual([[0, 0, 0]]);
    expect(found['loss']?.values).toEqual([[NaN]]);
  });

  it('says where it could not write, and begins another file behind a failure', async () => {
    const files = new Map<string, Uint8Array>();
    let isFull = false;
    const writer = new callbacks.SummaryWriter(memoryFolder(files, () => isFull));
    writer.scalar('a', 1, { step: 0 });
    await writer.flush();
    isFull = true;
    writer.scalar('a', 2, { step: 1 });
    await expect(writer.flush()).rejects.toThrow(
      /SummaryWriter: cannot write .* The place is full/,
    );
    isFull = false;
    writer.scalar('a', 3, { step: 2 });
    await writer.close();
    expect(files.size).toBe(2);
    expect(() => writer.scalar('a', 4, { step: 3 })).toThrow(/the writer is closed/);
  });

  it('refuses what cannot be shown', () => {
    const writer = new callbacks.SummaryWriter(folder);
    const step = 0;
    expect(() => writer.image('a', [[1]], { step })).toThrow(/\[images, height, width, channels\].*got \(1, 1\)/); // prettier-ignore
    const whole = tensor(Int32Array.of(1), { shape: [1, 1, 1, 1] });
    expect(() => writer.image('a', whole, { step })).toThrow(/got int32/);
    expect(() => writer.scalar('a', 1, {} as never)).toThrow(/step/);
    expect(() => writer.text('a', 3 as never, { step })).toThrow(
      /a text or a list of texts, got 3/,
    );
    expect(readdirSync(folder)).toEqual([]);
    whole.dispose();
  });
});

// The check value of CRC-32C in the catalogue of parametrised CRC algorithms.
it('sums bytes as records of TensorFlow do', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});
