// `npm run bench`: everything except whole epochs (`npm run bench:workloads`), on one thread.
//   --rounds 30          measurements of each
//   --threads 1          threads of lanegrad; the targets are those of one thread
//   --relaxed            the relaxed build, in an engine that has it
//   --only sgemm,predict which groups: step, sgemm, attention, convolutions, transformer, images, pictures, kernels, linalg, fft, ordering, elementwise, predict, quantized, loading, tiny, startup, orthogonal, memory, csv, dataset, hostile, text, ways
import './help.js';
import { parseArgs } from 'node:util';
import { backendInfo, configure } from 'lanegrad';
import { benchAttention } from './attention.js';
import { warnOfOldBuild } from './build-check.js';
import { benchConvolutions } from './convolutions.js';
import { benchCsv, benchDataset } from './data.js';
import { benchElementwise } from './elementwise.js';
import { benchFft } from './fft.js';
import { benchHostile } from './hostile.js';
import { benchImages } from './images.js';
import { benchKernels } from './kernels.js';
import { benchLinalg } from './linalg.js';
import { benchLoading } from './loading.js';
import { benchMemory } from './memory-growth.js';
import { benchOrdering } from './ordering.js';
import { benchOrthogonal } from './orthogonal.js';
import { benchPictures } from './pictures.js';
import { benchPredict } from './predict.js';
import { benchQuantized } from './quantized.js';
import { printMachine, saveResults } from './report.js';
import { loadSeedData } from './seed-data.js';
import { benchSeedStep } from './seed-step.js';
import { benchSgemm } from './sgemm.js';
import { benchStartup } from './startup.js';
import { benchText } from './text.js';
import { benchTiny } from './tiny.js';
import { benchTransformer } from './transformer.js';
import { benchWays } from './ways.js';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    threads: { type: 'string', default: '1' },
    only: { type: 'string' },
    relaxed: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
if (!(Number.isInteger(rounds) && rounds >= 1)) {
  throw new Error(`--rounds takes a whole number of at least 1, got '${options.rounds}'`);
}
await configure({ threads: Number(options.threads), relaxedSimd: options.relaxed });
if (options.relaxed && backendInfo().arithmetic !== 'fused') {
  throw new Error(`--relaxed: there is no fused multiply-add here; ${backendInfo().reason ?? ''}`);
}
warnOfOldBuild();
printMachine();
const data = await loadSeedData();

const groups: Readonly<Record<string, () => unknown>> = {
  step: () => benchSeedStep(data, rounds),
  sgemm: () => benchSgemm(rounds),
  attention: () => benchAttention(Math.ceil(rounds / 3)),
  transformer: () => benchTransformer(rounds),
  convolutions: () => benchConvolutions(rounds),
  images: () => benchImages(Math.ceil(rounds / 3)),
  pictures: () => benchPictures(Math.ceil(rounds / 3)),
  kernels: () => benchKernels(200),
  linalg: () => benchLinalg(Math.ceil(rounds / 6)),
  ordering: () => benchOrdering(Math.ceil(rounds / 3)),
  fft: () => benchFft(Math.ceil(rounds / 3)),
  elementwise: () => benchElementwise(Math.ceil(rounds / 3)),
  predict: () => benchPredict(data, rounds),
  quantized: () => benchQuantized(rounds),
  loading: () => benchLoading(Math.ceil(rounds / 2)),
  tiny: () => benchTiny(rounds),
  startup: () => benchStartup(Math.ceil(rounds / 3)),
  orthogonal: () => benchOrthogonal(Math.ceil(rounds / 3)),
  memory: () => benchMemory(data, 500),
  csv: () => benchCsv(Math.ceil(rounds / 3)),
  dataset: () => benchDataset(data, Math.ceil(rounds / 5)),
  hostile: () => benchHostile(Math.ceil(rounds / 15)),
  text: () => benchText(Math.ceil(rounds / 6)),
  ways: () => benchWays(Math.ceil(rounds / 3)),
};
const chosen = options.only?.split(',') ?? Object.keys(groups);
for (const name of chosen) {
  const run = groups[name];
  if (run === undefined) {
    throw new Error(`--only: no group '${name}'; there are ${Object.keys(groups).join(', ')}`);
  }
  await run();
}
// What is kept takes the place of all groups in the report.
if (options.only === undefined) saveResults('bench');
