// A search without another package: Hyperband of lanegrad/tuner, with trials side by side in worker threads. The same seed and the
// same number of threads give the same trials and results, also after an interruption.
//   npx tsx examples/search/search.ts
//   npx tsx examples/search/search.ts --epochs 48 --seed 1 --threads 2
//   npx tsx examples/search/search.ts --directory searches     keeps the search there: the same command continues it
//   npx tsx examples/search/search.ts --verify                 trains the best trial again, without a pause
import os from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Hyperband } from 'lanegrad/tuner';
import type { Trial } from 'lanegrad/tuner';
import { isMain } from '../is-main.js';
import { hypermodel, runTrial, SEED } from './trial.js';

/** How much is searched, and by how many threads. */
export interface SearchOptions {
  /** Of a trial that is never ended. Default 24. */
  readonly epochs?: number;
  /** Of the trials of a round, one in `factor` goes on. Default 2. */
  readonly factor?: number;
  readonly seed?: number;
  /** Trials at a time. Default: as many as the machine has cores. */
  readonly threads?: number;
  /** Where the search is kept. Default: in memory. */
  readonly directory?: string | undefined;
  readonly onTrialEnd?: (trial: Trial) => void;
}

/** Searches the trial with the largest accuracy on validation data. */
export async function search(options: SearchOptions = {}): Promise<Hyperband> {
  const { epochs = 24, factor = 2, seed = 0, directory } = options;
  const { threads = os.availableParallelism(), onTrialEnd } = options;
  const module = new URL('start-worker.mjs', import.meta.url);
  const tuner = new Hyperband(hypermodel, {
    objective: 'val_accuracy',
    maxEpochs: epochs,
    factor,
    seed,
    parallel: threads,
    worker: () => new Worker(module, { execArgv: [] }),
    projectName: 'digits',
    ...(directory === undefined ? {} : { directory }),
  });
  await tuner.search({ verbose: 0, ...(onTrialEnd === undefined ? {} : { onTrialEnd }) });
  return tuner;
}

function lineOf({ number, values, score, message }: Trial): string {
  const { learningRate, units, dropout } = values;
  const result = score?.toFixed(4) ?? `failed: ${message ?? ''}`;
  return (
    `trial ${number}, ${String(values['tuner/epochs'])} epochs (learning rate ${Number(learningRate).toPrecision(3)}, ` +
    `${String(units)} units, dropout ${Number(dropout).toFixed(2)}): ${result}`
  );
}

/** Whether a trial that went on in rounds has the accuracy of one that is trained without a pause. */
export async function isSameWithoutPause({ values, score }: Trial): Promise<boolean> {
  const config = {
    learningRate: Number(values['learningRate']),
    units: Number(values['units']),
    dropout: Number(values['dropout']),
    epochs: Number(values['tuner/epochs']),
    seed: SEED,
  };
  const accuracies: number[] = [];
  await runTrial(config, (report) => accuracies.push(report.val_accuracy));
  return Math.max(...accuracies.slice(Number(values['tuner/initial_epoch']))) === score;
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      epochs: { type: 'string', default: '24' },
      seed: { type: 'string', default: '0' },
      threads: { type: 'string', default: String(os.availableParallelism()) },
      directory: { type: 'string' },
      verify: { type: 'boolean', default: false },
    },
  });
  const tuner = await search({
    epochs: Number(values.epochs),
    seed: Number(values.seed),
    threads: Number(values.threads),
    directory: values.directory,
    onTrialEnd: (trial) => console.log(lineOf(trial)),
  });
  const [best] = tuner.getBestTrials();
  if (best === undefined) throw new Error('All trials failed.');
  console.log(`\nthe best: ${lineOf(best)}`);
  if (values.verify) {
    const isSame = await isSameWithoutPause(best);
    console.log(
      `${isSame ? '✓' : '✗'} trained again without a pause: the same accuracy, bit for bit`,
    );
    if (!isSame) process.exitCode = 1;
  }
}
