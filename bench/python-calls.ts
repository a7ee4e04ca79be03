// Calls of lanegrad and of a Python library in turns, on one thread.
import { tidy } from 'lanegrad';
import { printNote } from './report.js';
import { numpyProcess } from './runner/contenders.js';
import { LineProcess } from './runner/line-process.js';
import type { Command } from './runner/line-process.js';
import { summarize } from './timing.js';
import type { Timing } from './timing.js';

interface Answer {
  readonly version?: string;
  readonly milliseconds?: number;
  readonly error?: string;
}

/** Asks a process of Python for the time of something, or what it is. */
export type Ask = (request: object) => Promise<Answer>;

/** Starts a Python process for as long as `use` runs; says how to install what it needs if something is missing. */
export async function askPython(
  command: Command | undefined,
  packages: string,
  use: (ask: Ask, version: string) => Promise<void>,
): Promise<void> {
  if (command === undefined) {
    printNote(`not installed: pip install ${packages} (BENCH_PYTHON names its python)`);
    return;
  }
  const peer = new LineProcess(command);
  const ask: Ask = async (request) => {
    const answer = JSON.parse(await peer.ask(JSON.stringify(request))) as Answer;
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  try {
    const { version = '' } = await ask({});
    await use(ask, version);
  } finally {
    await peer.close();
  }
}

/** Starts `peers/numpy_calls.py`. */
export const askNumpy = (use: (ask: Ask, version: string) => Promise<void>): Promise<void> =>
  askPython(numpyProcess(), 'numpy', use);

/** Milliseconds of what is measured here and of what the process is asked for, in turns; the first round does not count. */
export async function inTurns(
  request: object,
  rounds: number,
  ask: Ask,
  measure: () => number | Promise<number>,
): Promise<readonly [own: Timing, peer: Timing]> {
  const [own, peer]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const milliseconds = await measure();
    const answer = await ask(request);
    if (round < 0) continue;
    own.push(milliseconds);
    peer.push(answer.milliseconds ?? NaN);
  }
  return [summarize(own), summarize(peer)];
}

/** Times this many calls. */
export const called = (calls: number, run: () => unknown) => (): number => {
  const started = performance.now();
  for (let i = 0; i < calls; i++) tidy(() => void run());
  return (performance.now() - started) / calls;
};

/** Measures the processor: others on the machine do no harm. */
export const processorTime = (run: () => unknown) => async (): Promise<number> => {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
