// Linear algebra compared with NumPy on one thread. The ratio is compared with that of a product of the same size: NumPy has vectors
// of 256 or 512 bits, WebAssembly of 128.
import { full, ops, random, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { askNumpy, called, inTurns } from './python-calls.js';
import type { Ask } from './python-calls.js';
import { printHeading, printNote, printTable } from './report.js';
import type { Timing } from './timing.js';

/** Matrices of a size: random, positive definite, and right-hand sides. */
interface Matrices {
  readonly a: Tensor;
  readonly positive: Tensor;
  readonly sides: Tensor;
}

const OPERATIONS: Readonly<Record<string, (matrices: Matrices) => unknown>> = {
  product: ({ a }) => ops.matmul(a, a),
  cholesky: ({ positive }) => ops.cholesky(positive),
  solve: ({ a, sides }) => ops.solve(a, sides),
  inv: ({ a }) => ops.inv(a),
  qr: ({ a }) => ops.qr(a),
  eigh: ({ positive }) => ops.eigh(positive),
  svd: ({ a }) => ops.svd(a),
};

/** How many times its ratio of a product an operation may have. */
const WANTED: Readonly<Record<string, number>> = { cholesky: 1.5, solve: 1.5, inv: 1.5, qr: 1.5, eigh: 2, svd: 2 }; // prettier-ignore

const SIZES = [64, 256, 1024];

/** About the number of multiplications in which a measurement is long enough to be one. */
const WORK = 3e7;

export async function benchLinalg(rounds: number): Promise<void> {
  printHeading('linear algebra of float32 beside NumPy, one thread');
  await askNumpy(async (ask, version) => {
    const rows: string[][] = [];
    for (const n of SIZES) rows.push(...(await compare(n, rounds, ask)));
    printTable(['operation', 'n', 'lanegrad', 'NumPy', 'ratio', '÷ that of a product', 'at most'], rows); // prettier-ignore
    printNote(`${version}; medians of runs in turns`);
  });
}

async function compare(n: number, rounds: number, ask: Ask): Promise<string[][]> {
  const a = random.normal([n, n], { seed: n });
  const positive = tidy(() => ops.matmul(a, ops.transpose(a)).add(ops.diag(full([n], n))));
  const matrices = { a, positive, sides: random.normal([n, 16], { seed: n + 1 }) };
  const calls = Math.max(1, Math.round(WORK / n ** 3));
  const results: [name: string, own: Timing, peer: Timing][] = [];
  for (const [name, run] of Object.entries(OPERATIONS)) {
    const [own, peer] = await inTurns(
      { op: name, n, calls },
      rounds,
      ask,
      called(calls, () => run(matrices)),
    );
    results.push([name, own, peer]);
  }
  for (const tensor of Object.values(matrices)) tensor.dispose();
  const ratioOf = ([, own, peer]: (typeof results)[number]): number => own.median / peer.median;
  const ofProduct = results[0] === undefined ? NaN : ratioOf(results[0]);
  return results.map((result) => [
    result[0],
    String(n),
    formatMs(result[1].median),
    formatMs(result[2].median),
    formatRatio(ratioOf(result)),
    formatRatio(ratioOf(result) / ofProduct),
    String(WANTED[result[0]] ?? ''),
  ]);
}
