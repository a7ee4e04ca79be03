import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CallbackList, ModelCheckpoint } from '../../../src/callbacks/index.js';
import type { ModelCheckpointOptions } from '../../../src/callbacks/index.js';
import { formatTemplate } from '../../../src/callbacks/python-format.js';
import { ValueError } from '../../../src/errors.js';
import { temporaryFolder } from '../data/temporary-folder.js';
import { bitsOf, compiledTwoLayers, regression, twoLayers } from '../models/networks.js';
import { RecordingWriter } from './recording-writer.js';

/** The files saved in epochs with these values of val_loss. */
async function saved(
  values: readonly (number | undefined)[],
  options: Partial<ModelCheckpointOptions> = {},
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

  it('saves after every so many batches, counted on from epoch to epoch', async () => {
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

  it('refuses whole models, other formats and wrong options', () => {
    expect(() => new ModelCheckpoint('m.keras', {} as never)).toThrow(/saveWeightsOnly: true/);
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
