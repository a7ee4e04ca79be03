// `npm run bench:kernels -- gpt`: where the time of a training step of a workload goes, kernel by kernel, and how much of it
// is spent outside kernels; what is multiplied (without zeros), at which rate, and how long that takes at the limit of 128-bit
// vectors. It runs the sources, since the package does not expose its runtime.
//   gpt cifar …          which workloads (bench/workloads/index.ts)
//   --threads 1          threads of lanegrad
//   --steps 40           steps that are timed
import './help.js';
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import type { KernelName } from '../src/engine/wasm/kernels.js';
import { Runtime } from '../src/engine/runtime/runtime.js';
// Steps are captured from the start, as in the package for Node.
import '../src/at-once.js';
import { multiplied } from './multiplied.js';
import { atRate, ProductRate } from './product-rate.js';
import { printHeading, printMachine, printNote, printTable } from './report.js';
import { workloadNamed } from './workloads/index.js';
import type { Workload } from './workloads/workload.js';

/** Engines recompile functions that run often, to make them faster. */
const WARM_UP_STEPS = 10;

/** Batches that take turns: a network that learns one by heart has other zeros than one that trains. */
const BATCHES = 8;

const { values, positionals } = parseArgs({
  options: {
    threads: { type: 'string', default: '1' },
    steps: { type: 'string', default: '40' },
  },
  allowPositionals: true,
});

/** Milliseconds and calls of a kernel in a step, and the operations of its products, if they were counted. */
interface Spent {
  milliseconds: number;
  calls: number;
  flops: number;
}

/**
 * Puts a clock around each call of a kernel. The result gives what has been spent since it was called last, and is told whether
 * products are counted from now on. To count them takes longer than the kernels, so steps that are counted and steps that are
 * timed take turns.
 */
function watchKernels(): (count: boolean) => Map<string, Spent> {
  let spent = new Map<string, Spent>();
  let isCounting = false;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- they are called with their runtime
  const { run, prepare } = Runtime.prototype;
  const watch = (
    runtime: Runtime,
    kernel: KernelName,
    args: readonly number[],
    call: () => void,
  ): void => {
    const started = performance.now();
    call();
    const here = spent.get(kernel) ?? { milliseconds: 0, calls: 0, flops: 0 };
    here.milliseconds += performance.now() - started;
    here.calls++;
    if (isCounting) here.flops += multiplied(kernel, args, runtime) ?? 0;
    spent.set(kernel, here);
  };
  Runtime.prototype.run = function (kernel, ...args) {
    watch(this, kernel, args, () => Reflect.apply(run, this, [kernel, ...args]));
  };
  Runtime.prototype.prepare = function (kernel, args) {
    const call = Reflect.apply(prepare, this, [kernel, args]);
    return () => {
      watch(this, kernel, args, call);
    };
  };
  return (count) => {
    const given = spent;
    spent = new Map();
    isCounting = count;
    return given;
  };
}

const median = (list: readonly number[]): number =>
  list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;

const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;

function append(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

async function timeKernels({ name, about, ...workload }: Workload, steps: number): Promise<void> {
  const model = workload.model();
  const samples = await workload.samples();
  const { batchSize } = workload;
  const count = Math.min(BATCHES, Math.floor((samples.x.shape[0] ?? 0) / batchSize));
  const batches = Array.from({ length: count }, (_, i) => {
    const rows: [number, number] = [i * batchSize, (i + 1) * batchSize];
    const x = samples.x.slice(rows);
    return [
      workload.inputs === undefined ? x : [...workload.inputs(x)],
      samples.y.slice(rows),
    ] as const;
  });
  let next = 0;
  const train = (): void => {
    const [x, y] = batches[next++ % count] ?? [];
    if (x !== undefined && y !== undefined) model.trainOnBatch(x, y);
  };
  for (let step = 0; step < WARM_UP_STEPS; step++) train();
  const wholes: number[] = [];
  const ofKernels = new Map<string, number[]>();
  const calls = new Map<string, number>();
  const flops = new Map<string, number[]>();
  for (let step = 0; step < steps; step++) {
    takeSpent(true);
    train();
    for (const [kernel, spent] of takeSpent(false)) append(flops, kernel, spent.flops);
    const started = performance.now();
    train();
    wholes.push(performance.now() - started);
    for (const [kernel, spent] of takeSpent(false)) {
      append(ofKernels, kernel, spent.milliseconds);
      calls.set(kernel, spent.calls);
    }
  }
  const whole = median(wholes);
  const rows = [...ofKernels].map(([kernel, list]) => [kernel, median(list)] as const);
  const rest = whole - rows.reduce((sum, [, milliseconds]) => sum + milliseconds, 0);
  const share = (milliseconds: number): string[] => [
    milliseconds.toFixed(3),
    `${((100 * milliseconds) / whole).toFixed(1)} %`,
  ];
  const ofProducts = (kernel: string, milliseconds: number): string[] => {
    const done = mean(flops.get(kernel) ?? [0]);
    if (done === 0) return ['', ''];
    return [(done / 1e9).toFixed(3), (done / milliseconds / 1e6).toFixed(1)];
  };
  printHeading(`kernels of a step of ${name}: ${about}`);
  printTable(
    ['', 'calls', 'ms', 'of the step', 'multiplied, GFLOP', 'GFLOP/s'],
    [
      ...rows
        .toSorted((a, b) => b[1] - a[1])
        .map(([kernel, milliseconds]) => [
          kernel,
          String(calls.get(kernel)),
          ...share(milliseconds),
          ...ofProducts(kernel, milliseconds),
        ]),
      ['JavaScript, and what it leaves to the collector', '', ...share(rest), '', ''],
      ['a step, median', '', ...share(whole), '', ''],
    ],
  );
  const all = [...flops.values()].reduce((sum, list) => sum + mean(list), 0);
  const { limit } = await rate.measure();
  if (all === 0 || limit === undefined) return;
  printNote(
    `what these kernels multiply takes ${atRate(all, limit).toFixed(2)} ms on one thread at the ${limit.toFixed(1)} ` +
      `GFLOP/s that vectors of 128 bits allow here`,
  );
}

await configure({ threads: Number(values.threads) });
printMachine();
const rate = await ProductRate.start();
const takeSpent = watchKernels();
for (const name of positionals) {
  const workload = workloadNamed(name);
  if (workload.task === 'predict') throw new Error(`${name} does not train`);
  await timeKernels(workload, Number(values.steps));
}
await rate.close();
