// `npm run bench:repeated -- seed gpt`: a training step whose kernels are repeated, compared with one that runs its layers: two
// models of a workload in turns. It runs the sources, since the package does not expose its recordings.
//   seed gpt …           which workloads (bench/workloads/index.ts)
//   --test               steps of `testOnBatch`, as `evaluate` and validation run them
//   --threads 1          threads of lanegrad
//   --rounds 30          segments of each model
//   --describe           prints what is repeated: kernels, arguments, bytes, and nanoseconds by the costs of kernels
import './help.js';
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import '../src/at-once.js';
import type { AnyModel } from '../src/models.js';
import { workOf } from '../src/engine/runtime/pool/pool.js';
import { formatMs, formatRatio } from './format.js';
import { printHeading, printMachine, printTable } from './report.js';
import { summarize } from './timing.js';
import { workloadNamed } from './workloads/index.js';
import type { Workload } from './workloads/workload.js';

/** Steps before anything is timed: one of them is recorded. */
const WARM_UP_STEPS = 10;

/** About how long a segment takes. */
const SEGMENT_MS = 30;

const { values, positionals } = parseArgs({
  options: {
    test: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '30' },
    describe: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

/** The steps of training or of testing. */
function stepsOf(model: AnyModel) {
  const { steps, testSteps } = model.requireCompiled('bench:repeated');
  return values.test ? testSteps : steps;
}

/** Lets each step run the layers. */
function runLayers(model: AnyModel): void {
  const steps = stepsOf(model);
  steps.replayUse = () => false;
  steps.use = (op, x, _setting, step, prepare) => {
    prepare(step(x), false)(op, x);
  };
}

async function compare({ name, about, ...workload }: Workload, rounds: number): Promise<void> {
  const samples = await workload.samples();
  const x = samples.x.slice([0, workload.batchSize]);
  const y = samples.y.slice([0, workload.batchSize]);
  const given = workload.inputs === undefined ? x : [...workload.inputs(x)];
  const models = [workload.model(), workload.model()] as unknown as [AnyModel, AnyModel];
  const [repeating, running] = models;
  runLayers(running);
  const step = (model: AnyModel): unknown =>
    values.test ? model.testOnBatch(given, y) : model.trainOnBatch(given, y);
  for (let i = 0; i < WARM_UP_STEPS; i++) models.forEach(step);
  const times = new Map(models.map((model) => [model, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [model, list] of times) {
      const steps = Math.max(1, Math.round(SEGMENT_MS / (list.at(-1) ?? SEGMENT_MS)));
      const started = performance.now();
      for (let i = 0; i < steps; i++) step(model);
      list.push((performance.now() - started) / steps);
    }
  }
  const [repeated, layers] = models.map((model) => summarize(times.get(model) ?? []));
  if (repeated === undefined || layers === undefined) return;
  const isRepeated = stepsOf(repeating).count > 0;
  if (values.describe) console.log(`\n${stepsOf(repeating).describe(workOf)}`);
  printHeading(`a step of ${values.test ? 'testing ' : ''}${name}: ${about}`);
  printTable(
    ['', 'min', 'median', '÷ layers'],
    [
      ['by its layers', formatMs(layers.min), formatMs(layers.median), ''],
      [
        isRepeated ? 'repeated' : 'not repeated: too large, or not of the library alone',
        formatMs(repeated.min),
        formatMs(repeated.median),
        formatRatio(repeated.min / layers.min),
      ],
    ],
  );
}

await configure({ threads: Number(values.threads) });
printMachine();
for (const name of positionals) {
  const workload = workloadNamed(name);
  if (workload.task === 'predict') throw new Error(`${name} does not train`);
  await compare(workload, Number(values.rounds));
}
