// Times steps of each workload with all ways of products and convolutions, and without one of those that it uses: ways.ts ROUNDS
// THREADS. Prints a line for each workload: a list of `WayTiming` as JSON.
import { configure } from 'lanegrad';
import '../../src/at-once.js';
import {
  convolutionWays,
  groupGradientWays,
  groupWays,
  kernelGradientWays,
} from '../../src/engine/ops/windows/convolution-groups.js';
import { productWays } from '../../src/engine/ops/linalg/products/gemm.js';
import { summarize } from '../timing.js';
import type { Timing } from '../timing.js';
import { workloads } from '../workloads/index.js';
import type { Workload } from '../workloads/workload.js';

/** What a step of a workload takes with all ways, and without one. */
export interface WayTiming {
  readonly workload: string;
  readonly way: string;
  readonly all: Timing;
  readonly without: Timing;
}

/** Steps before anything is timed: one of them is recorded. */
const WARM_UP_STEPS = 10;

/** Batches that take turns: a network that learns one by heart has other zeros than one that trains. */
const BATCHES = 8;

/** About how long a segment takes. */
const SEGMENT_MS = 30;

/** A way that may be switched off. */
interface Switch {
  readonly name: string;
  isOn: boolean;
  isUsed: boolean;
}

/** The ways of a list, but the first one, which is for what no other way fits. */
function switchesOf<P>(
  product: string,
  rows: readonly { name: string; fits: (problem: P) => boolean; run: (problem: P) => void }[],
): Switch[] {
  return rows.slice(1).map((way) => {
    const { fits, run } = way;
    const at = { name: `${product}: ${way.name}`, isOn: true, isUsed: false };
    way.fits = (problem) => at.isOn && fits(problem);
    way.run = (problem) => {
      at.isUsed = true;
      run(problem);
    };
    return at;
  });
}

const switches = [
  ...switchesOf('product', productWays.rows),
  ...switchesOf('convolution', convolutionWays.rows),
  ...switchesOf('gradient of a kernel', kernelGradientWays.rows),
  ...switchesOf('convolution in groups', groupWays.rows),
  ...switchesOf('gradient of a kernel in groups', groupGradientWays.rows),
];

/** A model of its own, of which one step is run after the other. */
interface Steps extends Disposable {
  readonly run: () => void;
}

async function stepsOf(workload: Workload): Promise<Steps> {
  const model = workload.model();
  const { x, y } = await workload.samples();
  const { batchSize } = workload;
  const count = Math.min(BATCHES, Math.floor((x.shape[0] ?? 0) / batchSize));
  const batches = Array.from({ length: count }, (_, i) => {
    const rows: [number, number] = [i * batchSize, (i + 1) * batchSize];
    return [x.slice(rows), y.slice(rows)] as const;
  });
  let next = 0;
  const run = (): void => {
    const [given, targets] = batches[next++ % count] ?? [];
    if (given === undefined || targets === undefined) return;
    if (workload.task === 'predict') model.predictOnBatch(given).dispose();
    else model.trainOnBatch(workload.inputs ? [...workload.inputs(given)] : given, targets);
  };
  for (let i = 0; i < WARM_UP_STEPS; i++) run();
  const dispose = (): void => {
    model.dispose();
    for (const tensor of [x, y, ...batches.flat()]) tensor.dispose();
  };
  return { run, [Symbol.dispose]: dispose };
}

async function timeWorkload(workload: Workload, rounds: number): Promise<WayTiming[]> {
  for (const way of switches) way.isUsed = false;
  using all = await stepsOf(workload);
  const timings: WayTiming[] = [];
  for (const way of switches.filter(({ isUsed }) => isUsed)) {
    way.isOn = false;
    using without = await stepsOf(workload);
    const times: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [i, { run }] of [all, without].entries()) {
        way.isOn = i === 0;
        const list = times[i] ?? [];
        const steps = Math.max(1, Math.round(SEGMENT_MS / (list.at(-1) ?? SEGMENT_MS)));
        const started = performance.now();
        for (let step = 0; step < steps; step++) run();
        list.push((performance.now() - started) / steps);
      }
    }
    way.isOn = true;
    timings.push({
      workload: workload.name,
      way: way.name,
      all: summarize(times[0]),
      without: summarize(times[1]),
    });
  }
  return timings;
}

const [rounds = '10', threads = '1'] = process.argv.slice(2);
await configure({ threads: Number(threads) });
for (const workload of workloads) {
  console.log(JSON.stringify(await timeWorkload(workload, Number(rounds))));
}
