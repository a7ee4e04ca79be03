// What each way of products and convolutions (src/engine/ops/linalg/products/ways.ts) gains on each workload: a step with all ways, compared with one without it.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { backendInfo } from 'lanegrad';
import { formatMs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import type { WayTiming } from './runner/ways.js';

const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** It runs the sources in a separate process, since the package does not expose its ways. */
export function benchWays(rounds: number): void {
  const { threads } = backendInfo();
  printHeading(`ways of products and convolutions, a step of each workload, threads: ${threads}`);
  const text = execFileSync(
    process.execPath,
    ['--import', 'tsx', fileOf('runner/ways.ts'), String(rounds), String(threads)],
    {
      encoding: 'utf8',
      env: { ...process.env, TSX_TSCONFIG_PATH: fileOf('../tsconfig.json') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const timings = text
    .trim()
    .split('\n')
    .flatMap((line) => JSON.parse(line) as WayTiming[]);
  const gain = (with_: number, without: number): string =>
    `${(100 * (without / with_ - 1)).toFixed(1)} %`;
  printTable(
    ['workload', 'way', 'all ways, min', 'without it, min', 'gain of minima', 'gain of medians'],
    timings.map(({ workload, way, all, without }) => [
      workload,
      way,
      formatMs(all.min),
      formatMs(without.min),
      gain(all.min, without.min),
      gain(all.median, without.median),
    ]),
  );
  printNote('ways that a workload does not take are left out');
}
