// A search without a further package: trials side by side, one a core, by successive halving. All train for a few epochs, the
// better half goes on for twice as many, and so on. The same seed gives the same trials and results, on any number of cores.
//   npx tsx examples/search/search.ts
//   npx tsx examples/search/search.ts --trials 16 --epochs 48 --seed 1 --threads 2
//   npx tsx examples/search/search.ts --verify     trains all trials to the end as well, and runs the best one again
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { isMain } from '../is-main.js';
import { rungsOf, sampleConfigs, survivorsOf } from './halving.js';
import type { Task, TaskResult } from './trial-worker.js';
import { runTrial } from './trial.js';
import type { EpochReport, TrialConfig } from './trial.js';

/** How much is searched, and by how many threads. */
export interface SearchOptions {
  /** Default 8. */
  readonly trials?: number;
  /** Of a trial that is never ended. Default 24. */
  readonly epochs?: number;
  /** After which trials are compared first. Default 3. */
  readonly firstEpochs?: number;
  /** Of the trials of a rung, one in `factor` goes on. Default 2. */
  readonly factor?: number;
  readonly seed?: number;
  /** Trials at a time. Default: as many as the machine has cores. */
  readonly threads?: number;
  readonly onRung?: (epochs: number, trials: readonly Trial[]) => void;
}

/** A trial, and what became of it: the report of the last epoch that it ran, or the error that ended it. */
export interface Trial {
  readonly number: number;
  readonly config: TrialConfig;
  report?: EpochReport;
  error?: string;
}

/** What a search has found: the best of the trials that ran to the end, and all trials. */
export interface Found {
  readonly best: Trial;
  readonly trials: readonly Trial[];
}

const scoreOf = ({ report, error }: Trial): number =>
  error === undefined ? (report?.val_accuracy ?? NaN) : NaN;

/** The trials that go on, without those that failed. */
function select(trials: readonly Trial[], factor: number): Trial[] {
  const indices = new Set(survivorsOf(trials.map(scoreOf), factor));
  return trials.filter(({ error }, i) => indices.has(i) && error === undefined);
}

/** Lets trials train up to an epoch, one a worker at a time. */
async function trainUntil(
  until: number,
  trials: readonly Trial[],
  workers: readonly Worker[],
  folder: string,
): Promise<void> {
  const queue = [...trials];
  await Promise.all(
    workers.map(async (worker) => {
      for (let trial = queue.shift(); trial !== undefined; trial = queue.shift()) {
        const { config, number } = trial;
        // A thread that ends with an error rejects this promise.
        const answer = once(worker, 'message') as Promise<[TaskResult]>;
        const task: Task = { config, until, backup: path.join(folder, String(number)) };
        worker.postMessage(task);
        const [result] = await answer;
        Object.assign(trial, result);
      }
    }),
  );
}

/**
 * Searches the trial with the largest accuracy on validation data.
 *
 * @throws Error if all trials failed, or a thread ended.
 */
export async function search(options: SearchOptions = {}): Promise<Found> {
  const { trials: count = 8, epochs = 24, firstEpochs = 3, factor = 2, seed = 0 } = options;
  const { threads = os.availableParallelism(), onRung } = options;
  const rungs = rungsOf(firstEpochs, epochs, factor);
  const trials: Trial[] = sampleConfigs(count, seed, epochs).map((config, number) => ({
    number,
    config,
  }));
  const module = new URL('start-worker.mjs', import.meta.url);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-'));
  const workers = Array.from(
    { length: Math.min(threads, count) },
    () => new Worker(module, { execArgv: [] }),
  );
  try {
    let running = trials;
    for (const [i, until] of rungs.entries()) {
      if (i > 0) running = select(running, factor);
      await trainUntil(until, running, workers, folder);
      onRung?.(until, running);
    }
    const [best] = select(running, running.length);
    if (best === undefined) throw new Error(`All trials failed: ${running[0]?.error}`);
    return { best, trials };
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    await rm(folder, { recursive: true });
  }
}

function lineOf({ number, config, report, error }: Trial): string {
  const { learningRate, units, dropout } = config;
  const result = error ?? report?.val_accuracy.toFixed(4);
  return `trial ${number} (learning rate ${learningRate}, ${units} units, dropout ${dropout}): ${result}`;
}

/** Whether the best trial is that of trials that are never ended, and has the same bits again. */
async function verify({ best, trials }: Found): Promise<boolean> {
  const whole: EpochReport[] = [];
  // One after the other: the random numbers of a thread belong to one trial at a time.
  for (const { config } of trials) whole.push(await runTrial(config));
  const most = Math.max(...whole.map(({ val_accuracy }) => val_accuracy));
  const isBest = best.report?.val_accuracy === most;
  const isSame = best.report?.weights === whole[best.number]?.weights;
  console.log(
    `${isBest ? '✓' : '✗'} the best of all trials, trained to the end: ${most.toFixed(4)}`,
  );
  console.log(`${isSame ? '✓' : '✗'} trained again without a pause: the same weights, bit for bit`);
  return isBest && isSame;
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      trials: { type: 'string', default: '8' },
      epochs: { type: 'string', default: '24' },
      seed: { type: 'string', default: '0' },
      threads: { type: 'string', default: String(os.availableParallelism()) },
      verify: { type: 'boolean', default: false },
    },
  });
  const found = await search({
    trials: Number(values.trials),
    epochs: Number(values.epochs),
    seed: Number(values.seed),
    threads: Number(values.threads),
    onRung: (epochs, trials) => {
      console.log(`\n${trials.length} trials, ${epochs} epochs`);
      for (const trial of trials) console.log(`  ${lineOf(trial)}`);
    },
  });
  console.log(`\nthe best: ${lineOf(found.best)}\nweights ${found.best.report?.weights}`);
  if (values.verify && !(await verify(found))) process.exitCode = 1;
}
