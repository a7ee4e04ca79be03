// `npm run bench:report`: puts the tables of the last runs into the page of their processor in docs/measurements/, and the
// ratios that follow from the pages into docs/performance.md, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { commands, nameOf, pageOf, tableToMarkdown, writeMeasurements } from './measurements.js';
import type { RunName } from './measurements.js';
import { ratioTable } from './ratios.js';
import type { Results } from './report.js';
import { readResults } from './results.js';

const begin = '<!-- ratios: begin (npm run bench:report) -->';
const end = '<!-- ratios: end -->';

const runs = new Map<RunName, Results>();
for (const name of Object.keys(commands) as RunName[]) {
  const results = readResults(name);
  if (results !== undefined) runs.set(name, results);
}
writeMeasurements(runs);
for (const [name, results] of runs) console.log(`${nameOf(pageOf(results))}: ${commands[name]}`);
if (runs.size === 0) console.log('docs/measurements/: no new results');

const page = new URL('../docs/performance.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) {
  throw new Error(`docs/performance.md must hold '${begin}' and after it '${end}'`);
}
const table = tableToMarkdown(ratioTable(), 2);
writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
console.log('docs/performance.md: ratios');
