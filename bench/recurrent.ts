// `npx tsx bench/recurrent.ts`: recurrent layers, forward and back through all steps (gradients of x, kernels and bias), in
// turns.
//   --rounds 10     measurements of each
//   --threads 1
//   --only lstm128,gru32
import { parseArgs } from 'node:util';
import { gruSequence, lstmSequence, simpleRnnSequence } from '../src/ops/recurrent.js';
import { configure, grad, ops, random, tidy } from '../src/index.js';
import type { Tensor } from '../src/index.js';
import { formatGflops, formatMs } from './format.js';
import { printHeading, printMachine, printTable } from './report.js';
import { interleave } from './timing.js';

interface Shape {
  readonly n: number;
  readonly steps: number;
  readonly inputs: number;
  readonly units: number;
}

interface Layer {
  readonly gates: number;
  readonly biasRows: number;
  readonly outputs: (x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor) => Tensor;
}

const shapes: readonly Shape[] = [
  { n: 64, steps: 100, inputs: 64, units: 128 },
  { n: 128, steps: 500, inputs: 32, units: 32 },
];

const layers: Readonly<Record<string, Layer>> = {
  lstm: { gates: 4, biasRows: 1, outputs: (x, h, w, u, b) => lstmSequence(x, h, h, w, u, b)[0] },
  gru: {
    gates: 3,
    biasRows: 2,
    outputs: (x, h, w, u, b) => gruSequence(x, h, w, u, b, { resetAfter: true })[0],
  },
  simple: {
    gates: 1,
    biasRows: 1,
    outputs: (x, h, w, u, b) => simpleRnnSequence(x, h, w, u, b, { activation: 'tanh' })[0],
  },
};

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    threads: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
await configure({ threads: Number(options.threads) });
printMachine();

/** A step, and the operations of its products. */
interface Step {
  readonly run: () => void;
  readonly flops: number;
}

function stepOf({ gates, biasRows, outputs }: Layer, shape: Shape): Step {
  const { n, steps, inputs, units } = shape;
  let seed = 1;
  const uniform = (...lengths: number[]): Tensor =>
    random.uniform(lengths, { minval: -0.1, maxval: 0.1, seed: seed++ });
  const columns = gates * units;
  const [x, h, dy] = [uniform(n, steps, inputs), uniform(n, units), uniform(n, steps, units)];
  const [w, u] = [uniform(inputs, columns), uniform(units, columns)];
  const b = biasRows === 1 ? uniform(columns) : uniform(biasRows, columns);
  const gradients = grad(
    (...[at, kernel, recurrentKernel, bias]: [Tensor, Tensor, Tensor, Tensor]) =>
      ops.sum(ops.mul(outputs(at, h, kernel, recurrentKernel, bias), dy)),
  );
  return {
    run: () => {
      tidy(() => {
        gradients(x, w, u, b);
      });
    },
    flops: 3 * 2 * n * steps * columns * (inputs + units),
  };
}

const all = shapes.flatMap((shape) =>
  Object.entries(layers).map(
    ([name, layer]) =>
      [
        `${name}${shape.units}`,
        `[${shape.n}, ${shape.steps}, ${shape.inputs}]`,
        layer,
        shape,
      ] as const,
  ),
);
const chosen = options.only?.split(',') ?? all.map(([name]) => name);
const steps = all
  .filter(([name]) => chosen.includes(name))
  .map(([name, on, layer, shape]) => ({ name, on, ...stepOf(layer, shape) }));
const timings = await interleave(
  Object.fromEntries(steps.map(({ name, run }) => [name, run])),
  Number(options.rounds),
);
printHeading(`recurrent layers, forward and back, threads: ${options.threads}`);
printTable(
  ['', 'x', 'min', 'median', 'GFLOP/s (min)'],
  steps.map(({ name, on, flops }) => {
    const { min = NaN, median = NaN } = timings[name] ?? {};
    return [name, on, formatMs(min), formatMs(median), formatGflops(flops, min)];
  }),
);
// Workers do not keep a process alive; this one is done.
process.exit();
