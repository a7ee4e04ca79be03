// Steps of growing size in a separate process, requested one at a time: growth.ts THREADS
// Each line is { curve, value } and answered with a `GrowthAnswer`, or { } with that of a 512³ product.
import readline from 'node:readline';
import { configure, ops, random } from 'lanegrad';
import { growthCurves, threadCurves } from '../growth-curves.js';
import type { GrowthStep } from '../growth-curves.js';

interface GrowthRequest {
  readonly curve?: string;
  readonly value?: number;
}

/** Milliseconds. */
export interface GrowthAnswer {
  readonly step: number;
  /** What it takes to read and write all that belongs to the weights; 0 for a product. */
  readonly memory: number;
}

/** How long a step is repeated, at least once. */
const MILLISECONDS = 50;
const WARM_UP = 2;

await configure({ threads: Number(process.argv[2] ?? '1') });
const square = random.normal([512, 512], { seed: 1 });

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { curve: name, value = 0 } = JSON.parse(line) as GrowthRequest;
  if (name === undefined) {
    answer({ step: timeOf(() => ops.matmul(square, square).dispose(), 20), memory: 0 });
    continue;
  }
  const curve = [...growthCurves, ...threadCurves].find((each) => each.name === name);
  if (curve === undefined) throw new Error(`no curve '${name}'`);
  const step = curve.start(value);
  for (let i = 0; i < WARM_UP; i++) step.run();
  answer({ step: timeOf(step.run), memory: memoryTime(step) });
  step.dispose();
}

function answer(times: GrowthAnswer): void {
  console.log(JSON.stringify(times));
}

/**
 * Milliseconds of moving what a step has to: the product reads each weight, the backward pass writes its gradient, and
 * the optimizer reads the gradient and reads and writes the weight and its own numbers. A kernel that doubles as many numbers
 * reads and writes each once.
 */
function memoryTime({ weights, slots }: GrowthStep): number {
  const numbers = random.normal([weights], { seed: 2 });
  const doubling = timeOf(() => numbers.mul(2).dispose(), 20);
  numbers.dispose();
  return (doubling * (1 + 2 + 2 + 2 * slots)) / 2;
}

/** Milliseconds of a call, the least of several. */
function timeOf(run: () => void, calls = 1): number {
  const started = performance.now();
  let least = Infinity;
  for (let call = 0, now = started; call < calls || now - started < MILLISECONDS; call++) {
    run();
    const ended = performance.now();
    least = Math.min(least, ended - now);
    now = ended;
  }
  return least;
}
