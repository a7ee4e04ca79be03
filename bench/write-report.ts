// `npm run bench:report`: writes the tables of the last runs into the page of their processor, docs/measurements-*.md, and
// the summaries and ratios of these pages into docs/performance.md, between its markers.
import './help.js';
import { readFileSync, writeFileSync } from 'node:fs';
import { commands, nameOf, pageOf, tableToMarkdown, writeMeasurements } from './measurements.js';
import type { RunName } from './measurements.js';
import { ratioTable } from './ratios.js';
import type { Results, Table } from './report.js';
import { readResults } from './results.js';
import { workloadTable } from './workload-table.js';

const runs = new Map<RunName, Results>();
for (const name of Object.keys(commands) as RunName[]) {
  const results = readResults(name);
  if (results !== undefined) runs.set(name, results);
}
writeMeasurements(runs);
for (const [name, results] of runs) console.log(`${nameOf(pageOf(results))}: ${commands[name]}`);
if (runs.size === 0) console.log('docs/measurements-*.md: no new results');

const page = new URL('../docs/performance.md', import.meta.url);
const text = putTable('workloads', workloadTable(), readFileSync(page, 'utf8'));
writeFileSync(page, putTable('ratios', ratioTable(), text));
console.log('docs/performance.md: workloads, ratios');

/** The text with the table between the markers of this name. */
function putTable(name: string, table: Table, text: string): string {
  const begin = `<!-- ${name}: begin (npm run bench:report) -->`;
  const end = `<!-- ${name}: end -->`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`docs/performance.md must hold '${begin}' and after it '${end}'`);
  }
  const lines = tableToMarkdown(table, 2);
  return `${text.slice(0, from + begin.length)}\n\n${lines}\n\n${text.slice(to)}`;
}
