// What earlier runs left in build/bench/, for the report and the plot.
import { existsSync, readFileSync } from 'node:fs';
import { resultsFile } from './report.js';
import type { Results } from './report.js';

/** The results of a run; undefined if there was none. */
export function readResults(
  name: 'seed' | 'seed-images' | 'conv' | 'browser' | 'bench',
): Results | undefined {
  const file = resultsFile(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}
