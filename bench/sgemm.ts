// Products of dense random matrices: square ones, in turns with native code and jax-js, and those of a seed step.
import { backendInfo, ops, random } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { describeCompiler, startNatives } from './native/native.js';
import type { Native } from './native/native.js';
import { howToInstall, importJax } from './peers.js';
import { formatGflops, formatMs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import { seedProducts, squareProducts } from './shapes.js';
import { targetHeader, targetRow, valueRow } from './targets.js';
import { interleave, summarize } from './timing.js';
import type { Timing } from './timing.js';

/** The engine recompiles functions that run often, to make them faster. */
const WARM_UP_ROUNDS = 3;

export async function benchSgemm(rounds: number): Promise<void> {
  const natives = await startNatives(backendInfo().arithmetic === 'fused');
  const targets: string[][] = [];
  for (const n of squareProducts) targets.push(...(await benchSquare(n, rounds, natives)));
  await Promise.all(natives.map((native) => native.close()));
  printHeading('targets of matmul');
  printTable(targetHeader, targets);
  await benchSeedProducts(rounds);
}

/** n × n × n on one thread. Returns the rows of the table of targets. */
async function benchSquare(
  n: number,
  rounds: number,
  natives: readonly Native[],
): Promise<string[][]> {
  printHeading(`matmul ${n}³, dense float32, 1 thread`);
  using a = random.normal([n, n], { seed: 1 });
  using b = random.normal([n, n], { seed: 2 });
  const jax = await (await importJax())?.makeSquareProduct(n, values(a), values(b));
  if (jax !== undefined) checkEqual(ops.matmul(a, b), jax.values());
  const runs: { readonly name: string; readonly time: () => Promise<number> }[] = [
    { name: 'lanegrad', time: async () => timeOf(() => ops.matmul(a, b).dispose()) },
    ...(jax === undefined ? [] : [{ name: `jax-js ${jax.version}`, time: jax.time }]),
    ...natives.map(({ name, product }) => ({ name, time: () => product(n) })),
  ];
  const times = new Map(runs.map(({ name }) => [name, [] as number[]]));
  const limits = new Map(natives.map(({ name }) => [name, 0]));
  for (let round = 0; round < WARM_UP_ROUNDS; round++) for (const { time } of runs) await time();
  for (let round = 0; round < rounds; round++) {
    for (const { name, time } of runs) times.get(name)?.push(await time());
    for (const { name, limit } of natives) {
      limits.set(name, Math.max(limits.get(name) ?? 0, await limit()));
    }
  }

  const flops = 2 * n ** 3;
  const timings = new Map([...times].map(([name, list]) => [name, summarize(list)]));
  const percent = ({ min }: Timing, limit: number): string =>
    `${((100 * flops) / min / 1e6 / limit).toFixed(0)} %`;
  printTable(
    [
      '',
      'min',
      'median',
      'GFLOP/s (min)',
      ...natives.map(({ name }) => `of limit: ${name.replace('native, ', '')}`),
    ],
    [...timings].map(([name, timing]) => [
      name,
      formatMs(timing.min),
      formatMs(timing.median),
      formatGflops(flops, timing.min),
      ...natives.map((native) => percent(timing, limits.get(native.name) ?? NaN)),
    ]),
  );
  for (const { name, flags } of natives) {
    const limit = limits.get(name) ?? NaN;
    printNote(
      `limit, ${name}: ${limit.toFixed(1)} GFLOP/s (${describeCompiler() ?? ''}, ${flags})`,
    );
  }
  if (natives.length === 0) printNote('no native limit: there is no C compiler (cc, or CC)');
  if (jax === undefined) printNote(`jax-js ${howToInstall}`);
  const own = timings.get('lanegrad');
  const atLeast = backendInfo().arithmetic === 'fused' ? 85 : 90;
  return [
    ...natives.map(({ name }) => {
      const share = own && (100 * flops) / own.min / 1e6 / (limits.get(name) ?? NaN);
      return valueRow(`${n}³, of the limit of ${name}`, share, { atLeast }, ' %');
    }),
    targetRow({
      what: `${n}³, jax-js ÷ lanegrad`,
      top: jax && timings.get(`jax-js ${jax.version}`),
      bottom: own,
      atLeast: 1.5,
    }),
  ];
}

async function benchSeedProducts(rounds: number): Promise<void> {
  printHeading('matmul of a seed step, dense float32');
  const rows: string[][] = [];
  for (const { name, m, k, n } of seedProducts) {
    using a = random.normal([m, k], { seed: 1 });
    using b = random.normal([k, n], { seed: 2 });
    const { product } = await interleave({ product: () => ops.matmul(a, b).dispose() }, rounds);
    rows.push([
      name,
      `${m}x${k} · ${k}x${n}`,
      formatMs(product.min),
      formatMs(product.median),
      formatGflops(2 * m * k * n, product.min),
    ]);
  }
  printTable(['', 'shape', 'min', 'median', 'GFLOP/s (min)'], rows);
}

function timeOf(run: () => void): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

/** A copy out of linear memory, as float32. */
function values(x: Tensor): Float32Array<ArrayBuffer> {
  return Float32Array.from(x.data());
}

/** No contender wins by computing something else. */
function checkEqual(product: Tensor, other: ArrayLike<number>): void {
  const own = values(product);
  product.dispose();
  const error = own.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - (other[i] ?? NaN))),
    0,
  );
  if (!(error < 1e-2)) throw new Error(`products differ by ${error}`);
}
