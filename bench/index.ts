// `npm run bench`: the seed step against pure JavaScript, products, single ops, memory. `npm run bench:seed`
// measures whole epochs.
import { benchKernels } from './kernels.js';
import { benchMemory } from './memory-growth.js';
import { printMachine } from './report.js';
import { loadSeedData } from './seed-data.js';
import { benchSeedStep } from './seed-step.js';
import { benchSgemm } from './sgemm.js';

printMachine();
const data = await loadSeedData();
await benchSeedStep(data, 30);
await benchSgemm(30);
await benchKernels(200);
await benchMemory(data, 500);
