// A thread that runs one trial after the other, each up to the next rung. search.ts starts it.
import { parentPort } from 'node:worker_threads';
import { configure } from 'lanegrad';
import { runTrial } from './trial.js';
import type { EpochReport, TrialConfig } from './trial.js';

/** What the thread is to run: a trial, up to which epoch, and where the trial rests in between. */
export interface Task {
  readonly config: TrialConfig;
  readonly until: number;
  readonly backup: string;
}

/** The report of the last epoch, or why there is none. */
export type TaskResult = { readonly report: EpochReport } | { readonly error: string };

async function resultOf({ config, until, backup }: Task): Promise<TaskResult> {
  try {
    return { report: await runTrial(config, { until, backup }) };
  } catch (error) {
    return { error: String(error) };
  }
}

const port = parentPort;
if (port === null) throw new Error('trial-worker.ts is a thread of search.ts.');
// One trial a core: kernels share no work with other threads.
await configure({ threads: 1 });
port.on('message', (task: Task) => {
  void resultOf(task).then((result) => port.postMessage(result));
});
