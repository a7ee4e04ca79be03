// A model with steps of its own, and several optimizers, trains in a worker whose module knows its class.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callbacks, models, optimizers } from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import type { RemoteModel } from 'lanegrad/remote';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { rivalBits, rivalData, Rivals, rivals } from '../models/rivals.js';

const [x, y] = rivalData();
const training = { batchSize: 5, verbose: 0 } as const;
const source = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

let folder = '';
let module = '';
const opened: RemoteModel<Rivals>[] = [];

// As a bundler packs a worker file of the user's.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lanegrad-worker-'));
  module = join(folder, 'worker.mjs');
  await build({
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    // The list of modules with side effects is for the package.
    ignoreAnnotations: true,
    alias: {
      // The one without Node's streams.
      papaparse: 'papaparse/papaparse.min.js',
      'lanegrad/training-worker.js': source('../../../src/extras/remote/training-worker.ts'),
      lanegrad: source('../../../src/index.ts'),
    },
    entryPoints: [source('rivals-worker.ts')],
    outfile: module,
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

afterEach(() => {
  for (const remote of opened.splice(0)) remote.dispose();
});

async function open(model: Rivals): Promise<RemoteModel<Rivals>> {
  const worker = (): Worker => new Worker(module);
  const remote = await inWorker(model, { runtime: { threads: 1 }, worker });
  opened.push(remote);
  return remote;
}

describe('a model with steps of its own in a worker', () => {
  it('trains to the same bits of weights and all optimizers, with the same results', async () => {
    const [here, there] = [rivals(), rivals()];
    const expected = await here.fit(x, y, { ...training, epochs: 2 });
    rivals();
    const remote = await open(there);
    const { history } = await remote.fit(x, y, { ...training, epochs: 2 });
    expect(history).toEqual(expected.history);
    expect(Object.keys(history)).toEqual(['distance']);
    expect(rivalBits(there)).toEqual(rivalBits(here));
    expect(there.firstOptimizer.iterations).toBe(10);
  });

  it('goes over with states and settings of its optimizers, and again when one is replaced', async () => {
    const [here, there] = [rivals(), rivals()];
    const own = (): optimizers.Optimizer => new optimizers.Nadam({ beta1: 0.5 });
    for (const model of [here, there]) model.firstOptimizer = own();
    rivals();
    await here.fit(x, y, training);
    await here.fit(x, y, training);
    rivals();
    await there.fit(x, y, training);
    const remote = await open(there);
    await remote.fit(x, y, training);
    expect(rivalBits(there)).toEqual(rivalBits(here));
    for (const model of [here, there]) model.firstOptimizer = own();
    rivals();
    await here.fit(x, y, training);
    rivals();
    await remote.fit(x, y, training);
    expect(there.firstOptimizer.iterations).toBe(5);
    expect(rivalBits(there)).toEqual(rivalBits(here));
  });

  it('takes the learning rate that a callback sets', async () => {
    const [here, there] = [rivals(), rivals()];
    const slower = (model: Rivals): callbacks.CallbackLike => ({
      onEpochEnd: () => {
        model.firstOptimizer.learningRate /= 2;
      },
    });
    const options = { ...training, epochs: 3 };
    await here.fit(x, y, { ...options, callbacks: slower(here) });
    rivals();
    const remote = await open(there);
    await remote.fit(x, y, { ...options, callbacks: slower(there) });
    expect(rivalBits(there)).toEqual(rivalBits(here));
  });

  it('is saved there with all states, and goes on from a backup', async () => {
    const backups = await temporaryFolder();
    const [whole, first, second] = [rivals(), rivals(), rivals(8)];
    const options = { ...training, epochs: 3 };
    rivals();
    await whole.fit(x, y, options);
    let batches = 0;
    const dies = {
      onTrainBatchEnd: () => {
        batches++;
        if (batches === 8) throw new Error('died');
      },
    };
    rivals();
    const keeping = new callbacks.BackupAndRestore(backups, { saveFreq: 2 });
    const remote = await open(first);
    const died = remote.fit(x, y, { ...options, callbacks: [keeping, dies] });
    await expect(died).rejects.toThrow('died');
    const other = await open(second);
    const restoring = new callbacks.BackupAndRestore(backups, { saveFreq: 2 });
    await other.fit(x, y, { ...options, callbacks: [restoring] });
    expect(rivalBits(second)).toEqual(rivalBits(whole));
    let bytes = new Uint8Array();
    const sink = { write: (_: string, all: Uint8Array<ArrayBuffer>) => (bytes = all) };
    await other.save(sink, { format: 'keras' });
    const loaded = await models.loadModel(bytes, { customObjects: { Rivals } });
    expect(rivalBits(loaded as Rivals)).toEqual(rivalBits(whole));
  });

  it('is an error where the module of the worker does not know the class', async () => {
    await expect(inWorker(rivals(), { runtime: { threads: 1 } })).rejects.toThrow(
      /Rivals.*modules/,
    );
  });
});
