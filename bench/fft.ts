// Fourier transforms compared with NumPy on one thread. Since version 2 NumPy returns float32 for float32.
import { ops, random } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { askNumpy, called, inTurns } from './python-calls.js';
import type { Ask } from './python-calls.js';
import { printHeading, printNote, printTable } from './report.js';

/** Real and imaginary parts, and the first half of the spectrum of the real parts. */
interface Signals {
  readonly re: Tensor;
  readonly im: Tensor;
  readonly half: readonly [Tensor, Tensor];
}

const OPERATIONS: Readonly<Record<string, (signals: Signals, n: number) => unknown>> = {
  fft: ({ re, im }) => ops.fft([re, im]),
  rfft: ({ re }) => ops.rfft(re),
  irfft: ({ half }, n) => ops.irfft(half, n),
};

/** Batches and lengths: one signal, of radices 2, 4 and 5 and a prime, and frames as of speech. */
const SHAPES = [[1, 1000], [1, 1009], [1, 4096], [1, 65536], [1, 1000000], [512, 400], [256, 512], [512, 401]] as const; // prettier-ignore

/** A ratio that is wanted of all: NumPy's vectors may have 512 bits, those of WebAssembly have 128. */
const WANTED = 3;

/** About the number of elements after which a measurement is long enough to be one. */
const WORK = 2e6;

export async function benchFft(rounds: number): Promise<void> {
  printHeading('Fourier transforms of float32 beside NumPy, one thread');
  await askNumpy(async (ask, version) => {
    const rows: string[][] = [];
    for (const [batch, n] of SHAPES) rows.push(...(await compare(batch, n, rounds, ask)));
    printTable(['operation', 'shape', 'lanegrad', 'NumPy', 'ratio', 'at most'], rows);
    printNote(`${version}; minima of runs in turns`);
  });
}

async function compare(batch: number, n: number, rounds: number, ask: Ask): Promise<string[][]> {
  const shape = [batch, n];
  const re = random.normal(shape, { seed: n });
  const [first, second] = ops.rfft(re);
  const signals = { re, im: random.normal(shape, { seed: n + 1 }), half: [first, second] as const };
  const calls = Math.max(1, Math.round(WORK / (batch * n)));
  const rows: string[][] = [];
  for (const [name, run] of Object.entries(OPERATIONS)) {
    const [own, peer] = await inTurns(
      { op: name, n, batch, calls },
      rounds,
      ask,
      called(calls, () => run(signals, n)),
    );
    const [mine, theirs] = [own.min, peer.min];
    rows.push([name, `${batch} × ${n}`, formatMs(mine), formatMs(theirs), formatRatio(mine / theirs), String(WANTED)]); // prettier-ignore
  }
  for (const tensor of [re, signals.im, first, second]) tensor.dispose();
  return rows;
}
