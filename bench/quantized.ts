// Quantized weights: how much accuracy the seed network loses, and what it takes in files, memory and time.
import { backendInfo, datasets, memory, models, random, tidy, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatUs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { loadSeedData } from './seed-data.js';
import { makeNetwork } from './seed-network.js';
import { seed } from './shapes.js';
import { interleave } from './timing.js';
import type { Samples } from './workloads/workload.js';

const EPOCHS = 5;
const ROWS = [1, 128] as const;

/** A way to hold the trained network. */
interface Held {
  readonly model: models.Model;
  /** Bytes of the file that it was read from. */
  readonly fileBytes: number;
}

export async function benchQuantized(rounds: number): Promise<void> {
  const data = await loadSeedData();
  const test = await loadTestData(data);
  printHeading(
    `the seed network after ${EPOCHS} epochs on ${data.source}, threads: ${backendInfo().threads}`,
  );
  utils.setRandomSeed(1);
  const network = makeNetwork();
  await network.fit(data.x, data.y, { epochs: EPOCHS, batchSize: seed.batchSize, verbose: 0 });
  const held = await makeAll(network);
  const accuracies: Record<string, number> = {};
  for (const [name, { model }] of Object.entries(held)) {
    using probabilities = await model.predict(test.x, { verbose: 0 });
    accuracies[name] = accuracyOf(probabilities, test.y);
  }
  for (const count of ROWS) await timeRows(held, test.x, count, rounds);
  // Last, as nothing else frees memory in between.
  const bytes: Record<string, number> = {};
  for (const [name, { model }] of Object.entries(held)) {
    const before = memory().bytes;
    model.dispose();
    bytes[name] = before - memory().bytes;
  }
  printHeading('accuracy, files and memory');
  const whole = held['float32'];
  const rows = Object.entries(held).map(([name, { fileBytes }]) => [
    name,
    `${((accuracies[name] ?? NaN) * 100).toFixed(2)} %`,
    formatKilobytes(fileBytes),
    ((whole?.fileBytes ?? NaN) / fileBytes).toFixed(2),
    formatKilobytes(bytes[name] ?? NaN),
    ((bytes['float32'] ?? NaN) / (bytes[name] ?? NaN)).toFixed(2),
  ]);
  printTable(['', 'accuracy', 'file', '× smaller', 'memory', '× smaller'], rows);
  printNote('Weights alone are quantized; all compute in float32.');
}

async function loadTestData(
  training: Samples,
): Promise<{ readonly x: Tensor; readonly y: Tensor }> {
  const directory = process.env['LANEGRAD_DATA_DIR'];
  if (!directory) return training;
  const [, [images, labels]] = await datasets.mnist.loadData({ directory });
  return {
    x: images.reshape([-1, seed.inputs]).astype('float32').div(255),
    y: utils.toCategorical(labels, seed.classes),
  };
}

/** The network in each form, read from a file that holds it so. */
async function makeAll(network: models.Sequential): Promise<Record<string, Held>> {
  const held: Record<string, Held> = {};
  for (const quantize of [undefined, 'float16', 'uint8', 'uint16'] as const) {
    const name = quantize === undefined ? 'float32' : `${quantize}, TensorFlow.js`;
    held[name] = await through(network, quantize === undefined ? {} : { quantize });
  }
  for (const mode of ['float16', 'int8'] as const) {
    const copy = models.cloneModel(network);
    copy.setWeights(network.getWeights());
    await copy.quantize(mode);
    held[`${mode}, Keras`] = await through(copy, { format: 'keras' });
  }
  return held;
}

/** The model from a file that it is saved into. */
async function through(
  model: models.Sequential,
  options: Parameters<models.Model['save']>[1],
): Promise<Held> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const write = (name: string, bytes: Uint8Array): void => {
    files.set(name, Uint8Array.from(bytes));
  };
  await model.save(
    { write },
    { ...options, ...(options?.format === 'keras' ? { includeOptimizer: false } : {}) },
  );
  const [first = new Uint8Array()] = files.values();
  const source =
    options?.format === 'keras'
      ? first
      : { read: (name: string) => files.get(name) ?? new Uint8Array() };
  const loaded = await models.loadModel(source, { quantized: 'keep', compile: false });
  const fileBytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { model: loaded, fileBytes };
}

function accuracyOf(probabilities: Tensor, y: Tensor): number {
  return tidy(() => probabilities.argmax(1).equal(y.argmax(1)).astype('float32').mean().item());
}

async function timeRows(
  held: Readonly<Record<string, Held>>,
  test: Tensor,
  count: number,
  rounds: number,
): Promise<void> {
  printHeading(`predictOnBatch of rows: ${count}`);
  using digits = test.slice([0, count]);
  using dense = random.uniform([count, seed.inputs], { seed: 1 });
  const calls = count === 1 ? 50 : 2;
  const columns: string[][] = [];
  for (const x of [digits, dense]) {
    const runs = Object.fromEntries(
      Object.entries(held).map(([name, { model }]) => [
        name,
        () => {
          for (let i = 0; i < calls; i++) model.predictOnBatch(x).dispose();
        },
      ]),
    );
    const timings = await interleave(runs, rounds, 20);
    columns.push(
      Object.values(timings).flatMap(({ min, median }) => [
        `${formatUs(min / calls)}, ${formatUs(median / calls)}`,
      ]),
    );
  }
  printTable(
    ['min, median', 'digits', 'random numbers'],
    Object.keys(held).map((name, i) => [name, ...columns.map((column) => column[i] ?? '')]),
  );
}

const formatKilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
