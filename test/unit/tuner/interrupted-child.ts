// A search that state.test.ts kills: its seventh trial never ends.
import { BayesianOptimization } from 'lanegrad/tuner';
import { branin } from './functions.js';

const search = new BayesianOptimization(
  async (hp, { number }) => {
    const value = branin(hp);
    if (number < 6) return value;
    process.stdout.write('trial 6 runs\n');
    // Keeps the process alive.
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    return value;
  },
  { maxTrials: 10, seed: 4, directory: process.argv[2] ?? '', projectName: 'branin' },
);
await search.search({ verbose: 0 });
