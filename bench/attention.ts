// Attention alone, forward and with the backward pass, at growing lengths: its rate compared with that of a product, and its memory.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { backendInfo, grad, memory, ops, random, tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatGflops, formatMs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { attention } from './shapes.js';
import { targetHeader, valueRow } from './targets.js';
import { interleave } from './timing.js';
import type { Timing } from './timing.js';

/** Of the rate of a product. */
const WANTED_PERCENT = 50;
/** The side of the product. */
const N = 512;
const PRODUCT_FLOPS = 2 * N ** 3;

const memoryProgram = fileURLToPath(new URL('runner/attention-memory.js', import.meta.url));

interface Measured {
  readonly name: string;
  readonly length: number;
  readonly flops: number;
  readonly timing: Timing;
  readonly product: Timing;
  /** Bytes of tensors beside query, key and value. */
  readonly taken: number;
  /** Bytes of linear memory of a process that does nothing else, both ways. */
  readonly reserved: number;
}

export async function benchAttention(rounds: number): Promise<void> {
  const { heads, depth, lengths } = attention;
  printHeading(
    `attention, ${heads} heads of ${depth}, threads: ${backendInfo().threads}, against matmul ${N}³`,
  );
  const measured: Measured[] = [];
  const before = memory().bytes;
  for (const length of lengths) measured.push(...(await measureLength(length, rounds, before)));
  printTable(
    [
      '',
      'length',
      'min',
      'median',
      'GFLOP/s (min)',
      'of matmul',
      'tensors beside q, k and v, MiB',
      'linear memory alone, MiB',
      'all scores, MiB',
    ],
    measured.map((row) => [
      row.name,
      String(row.length),
      formatMs(row.timing.min),
      formatMs(row.timing.median),
      formatGflops(row.flops, row.timing.min),
      `${percentOf(row).toFixed(0)} %`,
      mebibytes(row.taken),
      mebibytes(row.reserved),
      mebibytes(4 * heads * row.length ** 2),
    ]),
  );
  printNote(
    'operations: two products forward, four backward, half of them where it is causal; what is recomputed is not counted',
  );
  printHeading('targets of attention');
  printTable(
    targetHeader,
    measured.map((row) =>
      valueRow(
        `${row.name}, ${row.length}, of matmul`,
        percentOf(row),
        { atLeast: WANTED_PERCENT },
        ' %',
      ),
    ),
  );
}

/**
 * Forward and both ways, over all scores and causal, in turns with a product.
 *
 * @param before bytes in use before anything was computed
 */
async function measureLength(length: number, rounds: number, before: number): Promise<Measured[]> {
  const { heads, depth } = attention;
  const draw = (seed: number): Tensor => random.normal([1, length, heads, depth], { seed });
  using query = draw(1);
  using key = draw(2);
  using value = draw(3);
  const forward = heads * length ** 2 * depth * 2 * 2;
  // Looked at where most is there: the result with what the backward pass needs, and the gradients. The scratch memory of kernels is not counted here.
  let most = 0;
  const look = <T>(result: T): T => {
    most = Math.max(most, memory().bytes);
    return result;
  };
  const work = [false, true].flatMap((isCausal) => {
    const attend = (q: Tensor, k: Tensor, v: Tensor): Tensor =>
      look(ops.dotProductAttention(q, k, v, null, null, { isCausal }));
    const gradients = grad((q: Tensor, k: Tensor, v: Tensor) => attend(q, k, v).sum());
    const share = isCausal ? (length + 1) / (2 * length) : 1;
    const suffix = isCausal ? ', causal' : '';
    return [
      {
        name: `forward${suffix}`,
        flops: share * forward,
        run: () => attend(query, key, value).dispose(),
      },
      {
        name: `forward and backward${suffix}`,
        flops: 3 * share * forward,
        run: () => tidy(() => void look(gradients(query, key, value))),
      },
    ];
  });
  const given = [query, key, value].reduce((sum, { byteLength }) => sum + byteLength, before);
  const taken = new Map<string, number>();
  for (const { name, run } of work) {
    most = 0;
    run();
    taken.set(name, most - given);
  }
  using square = random.normal([N, N], { seed: 4 });
  const sizes = [length, heads, depth].map(String);
  const reserved = Number(
    execFileSync(process.execPath, [memoryProgram, ...sizes], { encoding: 'utf8' }),
  );
  const { product, ...timings } = await interleave<string>(
    {
      product: () => ops.matmul(square, square).dispose(),
      ...Object.fromEntries(work.map(({ name, run }) => [name, run])),
    },
    rounds,
  );
  if (product === undefined) throw new Error('the product was not measured');
  return work.flatMap(({ name, flops }) => {
    const timing = timings[name];
    if (timing === undefined) return [];
    return [{ name, length, flops, timing, product, reserved, taken: taken.get(name) ?? NaN }];
  });
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function percentOf({ flops, timing, product }: Measured): number {
  return (100 * (flops / timing.min)) / (PRODUCT_FLOPS / product.min);
}
