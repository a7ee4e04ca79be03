// Steps of growing size in a process of its own, asked for one at a time: growth.ts THREADS
// Each line is { curve, value } and answered with milliseconds a step, or { } with those of a 512³ product.
import readline from 'node:readline';
import { configure, ops, random } from 'lanegrad';
import { growthCurves, threadCurves } from '../growth-curves.js';

interface GrowthRequest {
  readonly curve?: string;
  readonly value?: number;
}

/** How long a step is repeated, at least once. */
const MILLISECONDS = 50;
const WARM_UP = 2;

await configure({ threads: Number(process.argv[2] ?? '1') });
const square = random.normal([512, 512], { seed: 1 });

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { curve: name, value = 0 } = JSON.parse(line) as GrowthRequest;
  if (name === undefined) {
    console.log(timeOf(() => ops.matmul(square, square).dispose(), 20));
    continue;
  }
  const curve = [...growthCurves, ...threadCurves].find((each) => each.name === name);
  if (curve === undefined) throw new Error(`no curve '${name}'`);
  const step = curve.start(value);
  for (let i = 0; i < WARM_UP; i++) step.run();
  console.log(timeOf(step.run));
  step.dispose();
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
