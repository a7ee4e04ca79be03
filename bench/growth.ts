// `npm run bench:growth`: how the time of a training step grows with the batch, the width, the length and the threads, compared
// with what arithmetic and memory allow: its products alone at the rate of a 512³ product, and its weights through memory.
//   --rounds 5             measurements of each point, all points in turns
//   --curves batch,width   which; all by default (bench/growth-curves.ts)
import './help.js';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { warnOfOldBuild } from './build-check.js';
import { wholeNumber } from './epoch-options.js';
import { formatMs, formatRatio } from './format.js';
import { growthCurves, threadCurves } from './growth-curves.js';
import type { GrowthCurve } from './growth-curves.js';
import { atRate } from './product-rate.js';
import { printHeading, printMachine, printNote, printTable, saveResults } from './report.js';
import { growthProcess } from './runner/contenders.js';
import type { GrowthAnswer } from './runner/growth.js';
import { LineProcess } from './runner/line-process.js';
import { summarize } from './timing.js';

/** A measurement of each round, in milliseconds. */
interface Point {
  readonly curve: GrowthCurve;
  readonly value: number;
  readonly threads: number;
  readonly times: number[];
  readonly memory: number[];
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, curves: { type: 'string' } },
});
const rounds = wholeNumber('rounds', values.rounds);
await configure({ threads: 1 });
warnOfOldBuild();
printMachine(`1 to ${os.availableParallelism()} threads`);

const all = [...growthCurves, ...threadCurves];
const chosen = values.curves?.split(',').map(curveNamed) ?? all;
const threadCounts = Array.from({ length: os.availableParallelism() }, (_, i) => i + 1);
const points = chosen.flatMap((curve): Point[] =>
  threadCurves.includes(curve)
    ? threadCounts.map((threads) => ({ curve, value: threads, threads, times: [], memory: [] }))
    : curve.values.map((value) => ({ curve, value, threads: 1, times: [], memory: [] })),
);
const productTimes = await measure();
const rate = (2 * 512 ** 3) / Math.min(...productTimes) / 1e6;
for (const curve of chosen) printCurve(curve);
// What is kept takes the place of all curves in the report.
if (values.curves === undefined) saveResults('growth');

/** Measures all points in turns, each count of threads in a separate process. Gives the times of a product on one thread. */
async function measure(): Promise<number[]> {
  const counts = [...new Set([1, ...points.map(({ threads }) => threads)])];
  const processes = new Map(counts.map((n) => [n, new LineProcess(growthProcess(n))]));
  const ask = async (threads: number, request: object): Promise<GrowthAnswer> => {
    const answer = await processes.get(threads)?.ask(JSON.stringify(request));
    return JSON.parse(answer ?? '') as GrowthAnswer;
  };
  const products: number[] = [];
  for (let round = 0; round < rounds; round++) {
    products.push((await ask(1, {})).step);
    for (const { curve, value, threads, times, memory } of points) {
      const answer = await ask(threads, { curve: curve.name, value });
      times.push(answer.step);
      memory.push(answer.memory);
    }
  }
  for (const process of processes.values()) await process.close();
  return products;
}

function printCurve(curve: GrowthCurve): void {
  printHeading(`${curve.name}: ${curve.about}`);
  printTable(
    [
      curve.grows,
      'a step, min',
      'median',
      'its products alone',
      'its weights through memory',
      'step ÷ both',
    ],
    points
      .filter((point) => point.curve === curve)
      .map(({ value, threads, times, memory }) => {
        const { min, median } = summarize(times);
        const products = atRate(curve.productFlops(value), rate) / threads;
        const moving = Math.min(...memory);
        return [
          String(value),
          formatMs(min),
          formatMs(median),
          formatMs(products),
          formatMs(moving),
          formatRatio(min / (products + moving)),
        ];
      }),
  );
  printNote(
    `the products at the ${rate.toFixed(1)} GFLOP/s of a 512³ product in the same run, for each thread; the weights, ` +
      "their gradients and the optimizer's numbers at the rate of a kernel that doubles as many numbers",
  );
}

function curveNamed(name: string): GrowthCurve {
  const found = all.find((curve) => curve.name === name);
  if (found !== undefined) return found;
  const names = all.map((curve) => curve.name);
  throw new Error(`--curves: no curve '${name}'; there are ${names.join(', ')}`);
}
