// That training continues bit-exactly is tested with killed processes in test/integration/backup.test.ts.
import '../without-collector.js';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { BackupAndRestore } from '../../../src/callbacks.js';
import { encodeBackup, parseBackup } from '../../../src/nn/callbacks/backup-file.js';
import { FormatError, ShapeError, ValueError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers.js';
import { Metric } from '../../../src/metrics.js';
import { Sequential } from '../../../src/models.js';
import { memory } from '../../../src/engine/tensor/index.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, compiledTwoLayers, regression } from '../models/networks.js';

const FILE = 'training.safetensors';
const { x, y } = regression(12);

/** Lets the disk be full after half of a new file, for those files for which `isFull` says so. */
function fullDisk(isFull: () => boolean): { mockRestore(): void } {
  const files = process.getBuiltinModule('node:fs/promises');
  const { open } = files;
  return vi.spyOn(files, 'open').mockImplementation(async (...args) => {
    const handle = await open(...args);
    if (!isFull()) return handle;
    const writeWhole = handle.writeFile.bind(handle);
    handle.writeFile = async (data) => {
      const bytes = data as Uint8Array;
      await writeWhole(bytes.subarray(0, bytes.length / 2));
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
    return handle;
  });
}

/** A fit that stops after so many epochs and leaves a backup. */
async function interrupted(folder: string, epochs = 1): Promise<void> {
  const callbacks = [new BackupAndRestore(folder, { deleteCheckpoint: false })];
  await compiledTwoLayers().fit(x, y, { epochs, verbose: 0, callbacks });
}

describe('BackupAndRestore', () => {
  it('goes on with the next epoch, and ends with the same weights', async () => {
    const folder = await temporaryFolder();
    const whole = compiledTwoLayers();
    await whole.fit(x, y, { epochs: 3, batchSize: 4, verbose: 0 });
    const first = compiledTwoLayers();
    const keeping = new BackupAndRestore(folder, { deleteCheckpoint: false });
    const options = { batchSize: 4, verbose: 0 } as const;
    await first.fit(x, y, { ...options, epochs: 2, callbacks: [keeping] });
    const second = compiledTwoLayers(5);
    const restoring = new BackupAndRestore(folder);
    const { epoch } = await second.fit(x, y, { ...options, epochs: 3, callbacks: [restoring] });
    expect(epoch).toEqual([2]);
    expect(bitsOf(second)).toEqual(bitsOf(whole));
    expect(await readdir(folder)).toEqual([]);
  });

  it('knows the results of an epoch whose last batch was saved', async () => {
    const folder = await temporaryFolder();
    const measured = (): Sequential => {
      const model = compiledTwoLayers();
      model.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
      return model;
    };
    const options = { batchSize: 4, verbose: 0, epochs: 2 } as const;
    const whole = await measured().fit(x, y, options);
    // Three batches an epoch: the run ends with the third, before the end of the epoch.
    let batches = 0;
    const dies = {
      onTrainBatchEnd: () => {
        batches++;
        if (batches === 3) throw new Error('died');
      },
    };
    const keeping = new BackupAndRestore(folder, { saveFreq: 1 });
    const first = measured().fit(x, y, { ...options, callbacks: [keeping, dies] });
    await expect(first).rejects.toThrow('died');
    const restoring = new BackupAndRestore(folder, { saveFreq: 1 });
    const { history } = await measured().fit(x, y, { ...options, callbacks: [restoring] });
    expect(history).toEqual(whole.history);
  });

  it('holds no memory afterwards', async () => {
    const folder = await temporaryFolder();
    await interrupted(folder);
    const model = compiledTwoLayers();
    await model.fit(x, y, { verbose: 0 });
    const before = memory().tensors;
    await model.fit(x, y, { verbose: 0, epochs: 2, callbacks: [new BackupAndRestore(folder)] });
    expect(memory().tensors).toBe(before);
  });

  it('refuses a damaged backup and leaves the model as it was', async () => {
    const folder = await temporaryFolder();
    await interrupted(folder);
    const bytes = await readFile(join(folder, FILE));
    await writeFile(join(folder, FILE), bytes.subarray(0, bytes.length - 1));
    const model = compiledTwoLayers();
    const before = bitsOf(model);
    const callbacks = [new BackupAndRestore(folder)];
    await expect(model.fit(x, y, { verbose: 0, callbacks })).rejects.toThrow(FormatError);
    expect(bitsOf(model)).toEqual(before);
    // A later fit is not hindered.
    await model.fit(x, y, { verbose: 0 });
  });

  it.each([
    ['optimizers', [null]],
    ['optimizers', [{ path: 'optimizer', className: 'SGD', targets: [-1] }]],
    ['layerGenerators', [null]],
    ['metrics', [['a']]],
    ['position', null],
    ['inputShape', [1.5]],
    ['epoch', -1],
  ])('refuses a state that is none: %s is %j', async (key, value) => {
    const folder = await temporaryFolder();
    await interrupted(folder);
    const { state, arrays } = parseBackup(new Uint8Array(await readFile(join(folder, FILE))), FILE);
    const changed = { state: { ...(state as object), [key]: value }, arrays };
    await writeFile(join(folder, FILE), encodeBackup(changed));
    const fitting = compiledTwoLayers().fit(x, y, {
      verbose: 0,
      callbacks: [new BackupAndRestore(folder)],
    });
    await expect(fitting).rejects.toThrow(FormatError);
    await expect(fitting).rejects.toThrow(/this is not a backup of fit/);
  });

  it('says before the first epoch that nothing can be written, and leaves the model as it was', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'file');
    await writeFile(file, 'x');
    const model = compiledTwoLayers();
    const before = bitsOf(model);
    for (const path of [file, join(file, 'inside')]) {
      const fitting = model.fit(x, y, { verbose: 0, callbacks: [new BackupAndRestore(path)] });
      await expect(fitting).rejects.toThrow(ValueError);
      await expect(fitting).rejects.toThrow(
        /^BackupAndRestore: cannot write into '.*file.*': (EEXIST|ENOTDIR).*A part of the path is a file\. Name a folder/,
      );
    }
    expect(bitsOf(model)).toEqual(before);
    expect(await readFile(file, 'utf8')).toBe('x');
    await model.fit(x, y, { verbose: 0, callbacks: [new BackupAndRestore(folder)] });
  });

  it('says what helps where a folder lies in place of the file', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, FILE));
    const fitting = compiledTwoLayers().fit(x, y, {
      verbose: 0,
      callbacks: [new BackupAndRestore(folder)],
    });
    await expect(fitting).rejects.toThrow(
      /^BackupAndRestore: cannot read 'training.safetensors' in '.*': EISDIR.*There is a folder of that name/,
    );
  });

  it('says that the disk is full, keeps the last whole backup, and goes on from there', async () => {
    const folder = await temporaryFolder();
    const options = { batchSize: 4, epochs: 3, verbose: 0 } as const;
    const whole = compiledTwoLayers();
    await whole.fit(x, y, options);
    const model = compiledTwoLayers();
    let files = 0;
    const full = fullDisk(() => ++files === 2);
    try {
      const fitting = model.fit(x, y, { ...options, callbacks: [new BackupAndRestore(folder)] });
      await expect(fitting).rejects.toThrow(ValueError);
      await expect(fitting).rejects.toThrow(
        /^BackupAndRestore: cannot write 'training.safetensors' in '.*': ENOSPC.*The place is full\. Make room there/,
      );
      // Half of a file was written, and is gone.
      expect(await readdir(folder)).toEqual([FILE]);
    } finally {
      full.mockRestore();
    }
    // The model has what two epochs have made of it.
    const two = compiledTwoLayers();
    await two.fit(x, y, { ...options, epochs: 2 });
    expect(bitsOf(model)).toEqual(bitsOf(two));
    const second = compiledTwoLayers(5);
    const restoring = new BackupAndRestore(folder);
    const { epoch } = await second.fit(x, y, { ...options, callbacks: [restoring] });
    expect(epoch).toEqual([1, 2]);
    expect(bitsOf(second)).toEqual(bitsOf(whole));
  });

  it('refuses a backup of another model or optimizer', async () => {
    const folder = await temporaryFolder();
    await interrupted(folder);
    const callbacks = [new BackupAndRestore(folder)];
    const wide = new Sequential([new Dense(5, { inputShape: [3] }), new Dense(2)]);
    wide.compile({ optimizer: 'sgd', loss: 'mse' });
    await expect(wide.fit(x, y, { verbose: 0, callbacks })).rejects.toThrow(ShapeError);
    const other = compiledTwoLayers();
    other.compile({ optimizer: 'rmsprop', loss: 'mse' });
    await expect(other.fit(x, y, { verbose: 0, callbacks })).rejects.toThrow(ValueError);
  });

  it('says which metric gives no state, where an epoch is saved in the middle', async () => {
    class Constant extends Metric {
      static override readonly className = 'Constant';
      override updateState(): void {}
      override result(): number {
        return 1;
      }
      override resetState(): void {}
    }
    const model = compiledTwoLayers();
    model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new Constant({ name: 'one' })] });
    const folder = await temporaryFolder();
    const each = {
      verbose: 0,
      callbacks: [new BackupAndRestore(folder, { saveFreq: 1 })],
    } as const;
    await expect(model.fit(x, y, each)).rejects.toThrow(/metric 'one' gives no state/);
    await model.fit(x, y, { verbose: 0, callbacks: [new BackupAndRestore(folder)] });
  });

  it('refuses wrong arguments', () => {
    expect(() => new BackupAndRestore('')).toThrow(ValueError);
    expect(() => new BackupAndRestore('x', { saveFreq: 1.5 })).toThrow(ValueError);
    expect(() => new BackupAndRestore('x', { saveBeforePreemption: true } as never)).toThrow(
      /unknown option/,
    );
  });

  it('keeps numbers that JSON cannot', () => {
    const state = { metrics: [[NaN, Infinity, -Infinity, 0.1]] };
    expect(parseBackup(encodeBackup({ arrays: [], state }), 'test').state).toEqual(state);
  });
});
