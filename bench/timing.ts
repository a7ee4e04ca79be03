// Another program on the machine can halve a number for seconds at a time, so contenders run in turns, and
// minima are quoted next to medians.

export interface Timing {
  readonly min: number;
  readonly median: number;
}

/** Something to time; it may be asynchronous. */
export type Run = () => unknown;

/** Milliseconds of processor time of this process, in all its threads: on a busy machine too, only those of its own work. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Calls each of `runs` in turn, `rounds` times, after `warmUp` rounds that do not count. Milliseconds.
 *
 * @param clock tells the time; default: that on the wall
 */
export async function interleave<Name extends string>(
  runs: Readonly<Record<Name, Run>>,
  rounds: number,
  warmUp = 2,
  clock: () => number = () => performance.now(),
): Promise<Record<Name, Timing>> {
  const names = Object.keys(runs) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const started = clock();
      await runs[name]();
      const elapsed = clock() - started;
      if (round >= 0) times.get(name)?.push(elapsed);
    }
  }
  const timings = names.map((name) => [name, summarize(times.get(name) ?? [])] as const);
  return Object.fromEntries(timings) as Record<Name, Timing>;
}

/** Minimum and median of some times. */
export function summarize(milliseconds: readonly number[]): Timing {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? NaN;
  const high = sorted[Math.floor(middle)] ?? NaN;
  return { min: sorted[0] ?? NaN, median: (low + high) / 2 };
}
