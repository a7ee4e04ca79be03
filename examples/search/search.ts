// A search without a further package: Hyperband of lanegrad/tuner, trials side by side in worker threads. The same seed and the
// same number of threads give the same trials and results, also after an interruption.
//   npx tsx examples/search/search.ts
//   npx tsx examples/search/search.ts --epochs 48 --seed 1 --threads 2
//   npx tsx examples/search/search.ts --directory searches     keeps the search there: the same command goes on with it
//   npx tsx examples/search/search.ts --verify                 trains the best trial again, without a pause
import os from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Hyperband } from 'lanegrad/tuner';
import type { Trial } from 'lanegrad/tuner';
import { isMain } from '../is-main.js';
import { build, hypermodel, runTrial } from './trial.js';
import type { TrialConfig } from './trial.js';

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
  /** Whether the trials run in worker threads. Default true. */
  readonly inWorkers?: boolean;
  readonly onTrialEnd?: (trial: Trial) => void;
}

/** Searches the trial with the largest accuracy on validation data. */
export async function search(options: SearchOptions = {}): Promise<Hyperband> {
  const { epochs = 24, factor = 2, seed = 0, directory, inWorkers = true } = options;
  const { threads = os.availableParallelism(), onTrialEnd = () => undefined } = options;
  const module = new URL('start-worker.mjs', import.meta.url);
  const tuner = new Hyperband(hypermodel, {
    objective: 'val_accuracy',
    maxEpochs: epochs,
    factor,
    seed,
    projectName: `digits-${threads}`,
    ...(directory === undefined ? {} : { directory }),
    ...(inWorkers
      ? { parallel: threads, worker: () => new Worker(module, { execArgv: [] }) as never }
      : {}),
  });
  await tuner.search({ verbose: 0, onTrialEnd });
  return tuner;
}

function lineOf({ number, values, score, message }: Trial): string {
  const { learningRate, units, dropout } = values;
  const epochs = String(values['tuner/epochs']);
  return (
    `trial ${number}, ${epochs} epochs (learning rate ${Number(learningRate).toPrecision(3)}, ${String(units)} units, dropout ` +
    `${Number(dropout).toFixed(2)}): ${score?.toFixed(4) ?? message ?? ''}`
  );
}

/** The config of a trial, and the seed of its first round, which made its weights. */
function configOf(tuner: Hyperband, trial: Trial): TrialConfig {
  const { learningRate, units, dropout } = trial.values;
  return {
    learningRate: Number(learningRate),
    units: Number(units),
    dropout: Number(dropout),
    epochs: Number(trial.values['tuner/epochs']),
    seed: tuner.seedOf(firstOf(tuner, trial).number),
  };
}

/** The trial of the first round with which a trial goes on. */
function firstOf({ trials }: Hyperband, trial: Trial): Trial {
  const before = trial.values['tuner/trial_id'];
  const earlier = before === undefined ? undefined : trials[Number(before)];
  return earlier === undefined ? trial : firstOf({ trials } as Hyperband, earlier);
}

export { build, configOf, lineOf, runTrial };
