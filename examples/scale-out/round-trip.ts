// From lanegrad to Keras on several processes, and back. Trains a small network in lanegrad, continues in Keras with two processes
// that share each batch, loads what they saved and continues in lanegrad. Fails if numbers differ that should be equal.
//   npx tsx examples/scale-out/round-trip.ts                           Keras on JAX; installs both in the user's cache
//   npx tsx examples/scale-out/round-trip.ts --torch --python PYTHON   torchrun, with a Python that has Keras 3.16 or later and torch
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { data, layers, models, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits } from '../handwritten-digits.js';
import { isMain } from '../is-main.js';
import { freePort, pythonWith, runTogether } from '../processes.js';
import type { Program } from '../processes.js';

const PROCESSES = 2;
const BATCH_SIZE = 64;
const EPOCHS = 2;

/** What two ways of summing the same float32 numbers may differ by. */
const LIMIT = 1e-5;
/** The same after an epoch of steps, each of which starts from what the last one left. */
const LIMIT_AFTER_EPOCH = 1e-4;

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What a process of train.py has written. */
interface Report {
  readonly keras: string;
  readonly backend: string;
  /** [epochs][batches] */
  readonly losses: readonly (readonly number[])[];
}

/** What runs Keras: JAX or torchrun. */
interface Engine {
  readonly python: string;
  /** Whether the processes normalize by the statistics of the whole batch. */
  readonly sharesStatistics: boolean;
  readonly env: Readonly<Record<string, string>>;
  /** The programs that run train.py with these arguments, in several processes. */
  readonly start: (args: readonly string[], port: number) => Program[];
}

/** Each process is told where the first one listens. */
function jaxEngine(python: string): Engine {
  const env = { KERAS_BACKEND: 'jax' };
  return {
    python,
    sharesStatistics: true,
    env,
    start: (args, port) =>
      Array.from({ length: PROCESSES }, (_, process) => {
        const address = `127.0.0.1:${port}`;
        const place = ['--address', address, '--processes', PROCESSES, '--process', process];
        return {
          command: [python, fileOf('train.py'), ...args, ...place.map(String)],
          // JAX would listen to the whole network, and takes SIGTERM for advice.
          env: { ...env, JAX_COORDINATOR_BIND_ADDRESS: address },
          killSignal: 'SIGKILL',
        };
      }),
  };
}

/** torchrun starts the processes, and says in their environment where they meet. */
function torchEngine(python: string): Engine {
  const env = { KERAS_BACKEND: 'torch' };
  return {
    python,
    sharesStatistics: false,
    env,
    start: (args, port) => {
      const torchrun = [python, '-m', 'torch.distributed.run', '--nproc-per-node', PROCESSES];
      const place = ['--master-addr', '127.0.0.1', '--master-port', port];
      const command = [...torchrun, ...place, fileOf('train.py'), ...args].map(String);
      return [{ command, env }];
    },
  };
}

function makeNetwork(hasBatchNormalization: boolean): models.Sequential {
  const network = new models.Sequential([
    new layers.Rescaling(1 / 16, { inputShape: [8, 8, 1] }),
    new layers.Conv2D(8, 3, { activation: 'relu' }),
    ...(hasBatchNormalization ? [new layers.BatchNormalization()] : []),
    new layers.Flatten(),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  network.compile({
    optimizer: 'adam',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  return network;
}

/** x [n, 8, 8, 1] and y [n] for training, in whole batches, and the same for testing. */
async function loadDigits(): Promise<Record<'x' | 'y' | 'xTest' | 'yTest', Tensor>> {
  const [[images, labels], [testImages, testLabels]] = (await embeddedDigits()).data;
  const pixels = (of: Tensor): Tensor => of.reshape([-1, 8, 8, 1]).astype('float32');
  const whole = Math.floor((images.shape[0] ?? 0) / BATCH_SIZE) * BATCH_SIZE;
  return {
    x: pixels(images).slice([0, whole]),
    y: labels.astype('int32').slice([0, whole]),
    xTest: pixels(testImages),
    yTest: testLabels.astype('int32'),
  };
}

/** The largest difference of two lists of numbers; infinite if they are not as long, NaN if a number is. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Array.from(a).reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))),
    0,
  );
}

/** What has to be equal, and how far it is from that. */
export interface Check {
  readonly what: string;
  readonly difference: number;
  readonly limit: number;
}

/** Goes there and back by way of files in `folder`; gives what was compared. */
async function roundTrip(engine: Engine, folder: string): Promise<Check[]> {
  utils.setRandomSeed(0);
  const { x, y, xTest, yTest } = await loadDigits();
  const batches = { batchSize: BATCH_SIZE, shuffle: false, verbose: 0 } as const;
  const network = makeNetwork(engine.sharesStatistics);
  const first = await network.fit(x, y, { ...batches, epochs: EPOCHS });
  console.log(`lanegrad: loss ${format(first.history.loss)} in ${EPOCHS} epochs`);
  const start = path.join(folder, 'start.keras');
  const numbers = path.join(folder, 'data.npz');
  await network.save(start);
  await data.writeNpz(numbers, { x, y, xTest });

  /** Runs train.py in one process or in several; gives a report of each. */
  const train = async (name: string, model: string, args: string[], processes: number) => {
    const out = path.join(folder, name);
    await mkdir(out);
    const all = [model, numbers, out, '--batch-size', String(BATCH_SIZE), ...args];
    const alone = { command: [engine.python, fileOf('train.py'), ...all], env: engine.env };
    await runTogether(processes === 1 ? [alone] : engine.start(all, await freePort()));
    const reports = Array.from({ length: processes }, async (_, i) => {
      const text = await readFile(path.join(out, `process-${i}.json`), 'utf8');
      return JSON.parse(text) as Report;
    });
    return { out, reports: await Promise.all(reports) };
  };
  const lossesOf = (report?: Report): number[] => report?.losses.flat() ?? [];
  const endsOf = (report?: Report): number[] => report?.losses.map((l) => l.at(-1) ?? NaN) ?? [];

  const epochs = ['--epochs', String(EPOCHS)];
  const { reports: one } = await train('one', start, epochs, 1);
  console.log(`Keras ${one[0]?.keras} on ${one[0]?.backend}: loss ${format(endsOf(one[0]))}`);
  const { reports: two, out } = await train('two', start, epochs, PROCESSES);
  for (const [i, report] of two.entries()) {
    console.log(`  process ${i} of ${PROCESSES}: loss ${format(endsOf(report))}`);
  }

  const trained = path.join(out, 'trained.keras');
  const back = await models.loadModel(trained);
  const { reports: next, out: kept } = await train('next', trained, ['--predict'], 1);
  const expected = await data.readNpy(path.join(kept, 'predictions.npy'));
  const predicted = await back.predict(xTest, { verbose: 0 });
  const { history } = await back.fit(x, y, { ...batches, epochs: 1 });
  const [, accuracy = NaN] = await back.evaluate(xTest, yTest, { verbose: 0 });
  console.log(`Keras, the next epoch: loss ${format(endsOf(next[0]))}`);
  console.log(`lanegrad, the next epoch: loss ${format(history.loss)}`);
  console.log(`test accuracy ${accuracy.toFixed(3)}`);

  return [
    {
      what: `losses of ${PROCESSES} processes and of one`,
      difference: difference(lossesOf(two[0]), lossesOf(one[0])),
      limit: LIMIT,
    },
    {
      what: 'losses of the first and of the last process',
      difference: difference(lossesOf(two[0]), lossesOf(two.at(-1))),
      limit: 0,
    },
    {
      what: 'predictions of Keras and of lanegrad',
      difference: difference(expected.data(), predicted.data()),
      limit: LIMIT,
    },
    {
      what: 'losses of the next epoch in Keras and in lanegrad, which need the state of the optimizer',
      difference: difference(endsOf(next[0]), history.loss ?? []),
      limit: LIMIT_AFTER_EPOCH,
    },
  ];
}

const format = (losses: readonly number[] = []): string =>
  losses.map((loss) => loss.toFixed(6)).join(', ');

if (isMain(import.meta.url)) {
  const options = { torch: { type: 'boolean' }, python: { type: 'string' } } as const;
  const { torch = false, python } = parseArgs({ options }).values;
  const engine = torch
    ? torchEngine(python ?? 'python3')
    : jaxEngine(python ?? (await pythonWith('test/oracles/verify_with_keras/requirements.txt')));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-'));
  try {
    for (const { what, difference: found, limit } of await roundTrip(engine, folder)) {
      const holds = found <= limit;
      if (!holds) process.exitCode = 1;
      console.log(
        `${holds ? '✓' : '✗'} ${what}: ${found.toExponential(1)} apart, at most ${limit}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
