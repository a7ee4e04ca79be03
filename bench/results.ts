// The results of earlier runs in build/bench/, for the report.
import { existsSync, readFileSync } from 'node:fs';
import type { RunName } from './measurements.js';
import { resultsFile } from './report.js';
import type { Results } from './report.js';

/** The results of a run; undefined if there was none. */
export function readResults(name: RunName): Results | undefined {
  const file = resultsFile(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}
