// `npm run bench:report`: puts the tables of the last runs into docs/measurements.md, and the ratios that follow from
// them into docs/performance.md, between its markers.
import { readFileSync, writeFileSync } from 'node:fs';
import { commands, tableToMarkdown, writeMeasurements } from './measurements.js';
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
const written = [...runs.keys()].map((name) => commands[name]);
console.log(`docs/measurements.md: ${written.join(', ') || 'no new results'}`);

const page = new URL('../docs/performance.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) {
  throw new Error(`docs/performance.md must hold '${begin}' and after it '${end}'`);
}
const table = tableToMarkdown(ratioTable(), 2);
writeFileSync(page, `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`);
console.log('docs/performance.md: ratios');
