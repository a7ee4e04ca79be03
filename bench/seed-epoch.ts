// `npm run bench:seed`: epochs of the seed program, lanegrad and its peers in turns, each in a process of its own,
// all from the same weights over the same batches in the same order.
//   --rounds 5           timed segments of each contender
//   --steps 469          steps of a segment at most (default: an epoch; slow contenders run fewer and are scaled)
//   --only lanegrad-1,torch-1   who takes part
//   --images FOLDER      IDX files of another data set with MNIST's names, such as Fashion-MNIST
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { warnOfOldBuild } from './build-check.js';
import {
  formatRatio,
  printFact,
  printHeading,
  printMachine,
  printNote,
  printTable,
  saveResults,
} from './report.js';
import { runRounds } from './runner/rounds.js';
import type { Standing } from './runner/rounds.js';
import { startContenders } from './runner/start.js';
import { loadIdxFolder, loadSeedData } from './seed-data.js';
import { writeSeedProblem } from './seed-problem.js';
import { seed } from './shapes.js';
import { targetHeader, targetRow } from './targets.js';

/** Steps that everybody trains before anything is timed, whose mean losses must agree. */
const COMMON_STEPS = 20;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    steps: { type: 'string' },
    only: { type: 'string' },
    images: { type: 'string' },
  },
});
const rounds = wholeNumber('rounds', options.rounds);

await configure({ threads: 1 });
warnOfOldBuild();
printMachine('1 and 2 threads');
const data = await (options.images === undefined ? loadSeedData() : loadIdxFolder(options.images));
const problem = writeSeedProblem(data, rounds + 1);
const { rows, stepsPerEpoch } = problem;
data.x.dispose();
data.y.dispose();
const steps = Math.min(
  options.steps === undefined ? stepsPerEpoch : wholeNumber('steps', options.steps),
  stepsPerEpoch,
);
const commonSteps = Math.min(COMMON_STEPS, stepsPerEpoch);

const { contenders, skipped } = await startContenders(problem.folder, options.only?.split(','));
for (const { spec, hello } of contenders) {
  const versions = Object.entries(hello.versions).map(([name, version]) => `${name} ${version}`);
  printFact(spec.id, [...versions, hello.settings].join(', '));
}
for (const { spec, reason } of skipped) {
  const remedy = spec.install === undefined ? '' : `; to install: ${spec.install}`;
  printFact(spec.id, `skipped, ${reason}${remedy}`);
}
const standings = await runRounds(contenders, { rounds, steps, stepsPerEpoch, commonSteps });
problem.remove();

printHeading(
  `seed program: ${seed.inputs} → ${seed.hidden} relu → ${seed.classes} softmax, RMSprop, batch ${seed.batchSize}`,
);
printNote(`${rows} images (${data.source}), ${stepsPerEpoch} steps an epoch, ${rounds} rounds`);
const own = timingOf('lanegrad-1');
printTable(
  [
    '',
    's an epoch, min',
    'median',
    '÷ lanegrad, 1 thread',
    'steps timed',
    `loss, first ${commonSteps} steps`,
    `loss, next ${steps}`,
  ],
  standings.map((standing) => {
    const { spec, timing, steps: timed, commonLoss, firstLoss } = standing;
    if (timing === undefined) return [spec.name, 'failed', '', '', '', '', ''];
    return [
      spec.name,
      timing.min.toFixed(3),
      timing.median.toFixed(3),
      own === undefined ? '' : formatRatio(timing.median / own.median),
      timed === stepsPerEpoch ? 'all' : String(timed),
      commonLoss.toFixed(6),
      timed === steps ? firstLoss.toFixed(6) : '',
    ];
  }),
);
for (const { spec, failure } of standings) {
  if (failure !== undefined) printNote(`${spec.name} failed: ${failure}`);
}

printHeading('targets of the seed program');
printTable(targetHeader, targetRows());
const bars = standings.flatMap(({ spec, timing }) =>
  timing === undefined ? [] : [{ name: spec.name, seconds: timing.median }],
);
saveResults(options.images === undefined ? 'seed' : 'seed-images', bars);

function targetRows(): string[][] {
  const ratio = (what: string, top: string, bottom: string) => ({
    what,
    top: timingOf(top),
    bottom: timingOf(bottom),
  });
  const torch2 = ratio('2 threads ÷ PyTorch, 2 threads', 'lanegrad-2', 'torch-2');
  if (options.images !== undefined) return [targetRow({ ...torch2, atMost: 0.7 })];
  return [
    { ...ratio('1 thread ÷ PyTorch, 1 thread', 'lanegrad-1', 'torch-1'), atMost: 0.65 },
    { ...torch2, atMost: 0.4 },
    { ...ratio('1 thread ÷ 2 threads', 'lanegrad-1', 'lanegrad-2'), atLeast: 1.6 },
    { ...ratio('jax-js ÷ 1 thread', 'jax-js', 'lanegrad-1'), atLeast: 5 },
    { ...ratio('TensorFlow.js wasm ÷ 1 thread', 'tfjs-wasm', 'lanegrad-1'), atLeast: 40 },
    { ...ratio('TensorFlow.js cpu ÷ 1 thread', 'tfjs-cpu', 'lanegrad-1'), atLeast: 100 },
    { ...ratio('pure JavaScript ÷ 1 thread', 'javascript', 'lanegrad-1'), atLeast: 40 },
  ].map(targetRow);
}

function timingOf(id: string): Standing['timing'] {
  return standings.find(({ spec }) => spec.id === id)?.timing;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} takes a whole number of at least 1, got '${text}'`);
}
