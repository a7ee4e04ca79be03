// Sorting, ranks and distinct elements compared with NumPy on one thread. NumPy sorts float32 with vectors of 512 bits if the
// processor has them.
import { ops, random } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { askNumpy, called, inTurns } from './python-calls.js';
import { printHeading, printNote, printTable } from './report.js';

/** Functions of a vector of normal numbers, and of as many whole numbers below their count. */
const OPERATIONS: Readonly<Record<string, (x: Tensor, whole: Tensor) => unknown>> = {
  sort: (x) => ops.sort(x),
  argsort: (x) => ops.argsort(x),
  median: (x) => ops.median(x),
  quantiles: (x) => ops.quantile(x, [0.1, 0.25, 0.5, 0.75, 0.9]),
  unique: (_, whole) => ops.unique(whole),
};

const SIZES = [1000, 10_000, 100_000, 1_000_000];

/** Elements in which a measurement is long enough to be one. */
const WORK = 1e6;

export async function benchOrdering(rounds: number): Promise<void> {
  printHeading('orders of float32 and distinct int32 beside NumPy, one thread');
  await askNumpy(async (ask, version) => {
    const rows: string[][] = [];
    for (const n of SIZES) {
      using x = random.normal([n], { seed: n });
      using whole = random.randint([n], 0, n, { seed: n });
      for (const [name, run] of Object.entries(OPERATIONS)) {
        const calls = Math.max(1, Math.round(WORK / n / 10));
        const [own, peer] = await inTurns(
          { op: name, n, calls },
          rounds,
          ask,
          called(calls, () => run(x, whole)),
        );
        rows.push([name, String(n), formatMs(own.min), formatMs(peer.min), formatRatio(own.min / peer.min)]); // prettier-ignore
      }
    }
    printTable(['operation', 'n', 'lanegrad', 'NumPy', 'ratio'], rows);
    printNote(`${version}; minima of runs in turns`);
  });
}
