import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CallbackList, ModelCheckpoint } from '../../../src/callbacks.js';
import type { ModelCheckpointOptions } from '../../../src/callbacks.js';
import { formatTemplate } from '../../../src/nn/callbacks/python-format.js';
import { ValueError } from '../../../src/errors.js';
import { models } from '../../../src/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, compiledTwoLayers, regression, twoLayers } from '../models/networks.js';
import { RecordingWriter } from './recording-writer.js';

/** The files saved in epochs with these values of val_loss. */
async function saved(
  values: readonly (number | undefined)[],
  options: ModelCheckpointOptions = {},
): Promise<string[]> {
  const paths: string[] = [];
  const model = {
    stopTraining: false,
    getWeights: () => [],
    setWeights: () => undefined,
    saveWeights: async (path: string) => {
      paths.push(path);
    },
  };
  const checkpoint = new ModelCheckpoint('{epoch:02d}.npz', { saveWeightsOnly: true, ...options });
  const list = new CallbackList([checkpoint], model);
  await list.onTrainBegin();
  for (const [epoch, value] of values.entries()) {
    await list.onEpochBegin(epoch);
    for (let batch = 0; batch < 2; batch++) await list.onTrainBatchEnd(batch, { loss: 1 });
    await list.onEpochEnd(epoch, value === undefined ? {} : { val_loss: value });
  }
  return paths;
}

describe('ModelCheckpoint', () => {
  it('saves after each epoch', async () => {
    expect(await saved([3, 4])).toEqual(['01.npz', '02.npz']);
  });

  it('saves only what is better than all before', async () => {
    expect(await saved([3, 4, 2, 2], { saveBestOnly: true })).toEqual(['01.npz', '03.npz']);
    expect(await saved([3, 4, 2], { saveBestOnly: true, mode: 'max' })).toEqual([
      '01.npz',
      '02.npz',
    ]);
    expect(await saved([3, 2], { saveBestOnly: true, initialValueThreshold: 2.5 })).toEqual([
      '02.npz',
    ]);
  });

  it('saves each time, and says so once, if the value is missing', async () => {
    const writer = new RecordingWriter();
    const paths = await saved([undefined, undefined], { saveBestOnly: true, writer });
    expect(paths).toEqual(['01.npz', '02.npz']);
    expect(writer.writes).toHaveLength(1);
  });

  it('saves after that many batches, counted on from epoch to epoch', async () => {
    // Two batches an epoch: batches 3 and 6 are in the second and the third.
    expect(await saved([1, 1, 1], { saveFreq: 3 })).toEqual(['02.npz', '03.npz']);
  });

  it('says what it does', async () => {
    const writer = new RecordingWriter();
    await saved([0.5, 0.6], { saveBestOnly: true, verbose: 1, writer });
    expect(writer.text).toBe(
      '\nEpoch 1: val_loss improved from None to 0.50000, saving model to 01.npz\n' +
        '\nEpoch 1: finished saving model to 01.npz\n' +
        '\nEpoch 2: val_loss did not improve from 0.50000\n',
    );
  });

  it('writes files that load', async () => {
    const folder = await temporaryFolder();
    const { x, y } = regression(12);
    const model = compiledTwoLayers();
    const filepath = join(folder, 'a{epoch}-{batch:02d}.safetensors');
    const checkpoint = new ModelCheckpoint(filepath, { saveWeightsOnly: true, saveFreq: 2 });
    await model.fit(x, y, { epochs: 2, batchSize: 4, verbose: 0, callbacks: [checkpoint] });
    const files = await readdir(folder);
    expect(files.sort()).toEqual(['a1-02.safetensors', 'a2-01.safetensors', 'a2-03.safetensors']);
    const other = twoLayers(9);
    await other.loadWeights(join(folder, 'a2-03.safetensors'));
    expect(bitsOf(other)).toEqual(bitsOf(model));
  });

  it('writes whole models, which load, under names with the epoch', async () => {
    const folder = await temporaryFolder();
    const { x, y } = regression(12);
    const model = compiledTwoLayers();
    const checkpoint = new ModelCheckpoint(join(folder, 'e{epoch:02d}'));
    const bits: number[][][] = [];
    const noting = { onEpochEnd: () => bits.push(bitsOf(model)) };
    const options = {
      epochs: 2,
      batchSize: 4,
      verbose: 0,
      callbacks: [checkpoint, noting],
    } as const;
    await model.fit(x, y, options);
    expect((await readdir(folder)).sort()).toEqual(['e01', 'e02']);
    for (const [i, name] of ['e01', 'e02'].entries()) {
      const loaded = await models.loadModel(join(folder, name));
      expect(bitsOf(loaded)).toEqual(bits[i]);
    }
  });

  it('replaces the best model only by a better one, which is there whole or not at all', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'best');
    const model = compiledTwoLayers();
    const options = { monitor: 'loss', saveBestOnly: true, initialValueThreshold: 4 } as const;
    const list = new CallbackList([new ModelCheckpoint(path, options)], model);
    const files = async (): Promise<string[]> => readdir(path).catch(() => []);
    await list.onTrainBegin();
    await list.onEpochBegin(0);
    await list.onEpochEnd(0, { loss: 5 });
    expect(await files()).toEqual([]);
    await list.onEpochEnd(1, { loss: 3 });
    const best = bitsOf(model);
    const first = await files();
    expect(first).toContain('model.json');
    model.setWeights(compiledTwoLayers(7).getWeights());
    await list.onEpochEnd(2, { loss: 3.5 });
    expect(await files()).toEqual(first);
    expect(bitsOf(await models.loadModel(path))).toEqual(best);
    // A folder in the way of the file that is replaced last: the model that was there still loads from its weights.
    await rename(join(path, 'model.json'), join(folder, 'model.json'));
    await mkdir(join(path, 'model.json'));
    await expect(list.onEpochEnd(3, { loss: 2 })).rejects.toThrow();
    await rmdir(join(path, 'model.json'));
    await rename(join(folder, 'model.json'), join(path, 'model.json'));
    expect(bitsOf(await models.loadModel(path))).toEqual(best);
  });

  it('refuses other formats and wrong options', () => {
    expect(() => new ModelCheckpoint('m.npz')).toThrow(/m\.npz.*Set saveWeightsOnly: true/);
    expect(() => new ModelCheckpoint('m.h5')).toThrow(ValueError);
    expect(() => new ModelCheckpoint('m', { saveWeightsOnly: 'no' } as never)).toThrow(
      /saveWeightsOnly must be true or false, got 'no'/,
    );
    expect(() => new ModelCheckpoint('m.keras', { saveWeightsOnly: true })).toThrow(/safetensors/);
    const wrong = [{ saveFreq: 0 }, { saveFreq: 'batch' }, { mode: 'up' }, { period: 1 }];
    for (const options of wrong) {
      const all = { saveWeightsOnly: true, ...options } as never;
      expect(() => new ModelCheckpoint('m.npz', all)).toThrow(ValueError);
    }
  });
});

describe('formatTemplate', () => {
  const values = { integers: { epoch: 7 }, floats: { loss: 0.123456, big: 12, bad: NaN } };

  // What Python's str.format gives.
  it.each([
    ['{epoch}', '7'],
    ['{epoch:d}', '7'],
    ['{epoch:03d}', '007'],
    ['{epoch:3d}', '  7'],
    ['{epoch:.1f}', '7.0'],
    ['{loss:.4f}', '0.1235'],
    ['{loss:f}', '0.123456'],
    ['{loss:.2e}', '1.23e-01'],
    ['{loss:.1%}', '12.3%'],
    ['{loss:08.2f}', '00000.12'],
    ['{loss}', '0.123456'],
    ['{big}', '12.0'],
    ['{bad:.2f}', 'nan'],
    ['a{{b}}c', 'a{b}c'],
  ])('%s becomes %s', (template, text) => {
    expect(formatTemplate('test', template, values)).toBe(text);
  });

  it.each(['{val_loss}', '{loss:d}', '{loss:.2}', '{epoch:x}', '{', 'a}', '{constructor}'])(
    'refuses %s',
    (template) => {
      expect(() => formatTemplate('test', template, values)).toThrow(ValueError);
    },
  );
});
