// Calls of lanegrad and of NumPy in turns, on one thread.
import { tidy } from 'lanegrad';
import { printNote } from './report.js';
import { numpyProcess } from './runner/contenders.js';
import { LineProcess } from './runner/line-process.js';
import { summarize } from './timing.js';
import type { Timing } from './timing.js';

interface Answer {
  readonly version?: string;
  readonly milliseconds?: number;
  readonly error?: string;
}

/** Asks `peers/numpy_calls.py`. */
export type Ask = (request: object) => Promise<Answer>;

/** Starts NumPy for as long as `use` asks it; says so where there is none. */
export async function askNumpy(use: (ask: Ask, version: string) => Promise<void>): Promise<void> {
  const command = numpyProcess();
  if (command === undefined) {
    printNote('NumPy is not installed: pip install numpy (BENCH_PYTHON names its python)');
    return;
  }
  const process = new LineProcess(command);
  const ask: Ask = async (request) => {
    const answer = JSON.parse(await process.ask(JSON.stringify(request))) as Answer;
    if (answer.error !== undefined) throw new Error(`NumPy: ${answer.error}`);
    return answer;
  };
  try {
    const { version = '' } = await ask({});
    await use(ask, version);
  } finally {
    await process.close();
  }
}

/** Milliseconds of a call here and of `op` in NumPy, by so many rounds of `calls` each; the first does not count. */
export async function inTurns(
  op: string,
  n: number,
  calls: number,
  rounds: number,
  ask: Ask,
  run: () => unknown,
): Promise<readonly [own: Timing, peer: Timing]> {
  const [own, peer]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const started = performance.now();
    for (let i = 0; i < calls; i++) tidy(() => void run());
    const milliseconds = (performance.now() - started) / calls;
    const answer = await ask({ op, n, calls });
    if (round < 0) continue;
    own.push(milliseconds);
    peer.push(answer.milliseconds ?? NaN);
  }
  return [summarize(own), summarize(peer)];
}
