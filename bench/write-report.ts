// `npm run bench:report`: puts the tables of the last `bench:seed` and `bench` into docs/performance.md, between its
// markers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Results, Section, Table } from './report.js';
import { readResults } from './results.js';

const page = new URL('../docs/performance.md', import.meta.url);
const begin = '<!-- results: begin (npm run bench:report) -->';
const end = '<!-- results: end -->';

const runs = [
  { command: 'npm run bench:seed', results: readResults('seed') },
  { command: 'npm run bench:seed -- --images FOLDER', results: readResults('seed-images') },
  { command: 'npm run bench:conv', results: readResults('conv') },
  { command: 'npm run bench:browser', results: readResults('browser') },
  { command: 'npm run bench', results: readResults('bench') },
];
const parts = runs.flatMap(({ command, results }) =>
  results === undefined ? [] : [runToMarkdown(command, results)],
);
if (parts.length === 0) {
  throw new Error('there are no results: run `npm run bench:seed` and `npm run bench` first');
}
if (existsSync(new URL('performance.svg', page))) {
  parts.unshift('![Seconds an epoch of each contender](performance.svg)');
}
const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from < 0 || to < from) {
  throw new Error(`docs/performance.md must hold '${begin}' and after it '${end}'`);
}
writeFileSync(
  page,
  `${text.slice(0, from + begin.length)}\n\n${parts.join('\n\n')}\n\n${text.slice(to)}`,
);
const written = runs.filter(({ results }) => results !== undefined).map(({ command }) => command);
console.log(`docs/performance.md: written from ${written.join(', ')}`);

function runToMarkdown(command: string, { date, machine, sections }: Results): string {
  const facts = toMarkdown({ header: ['', ''], rows: machine }, false);
  return [`### \`${command}\`, ${date}`, facts, ...sections.map(sectionToMarkdown)].join('\n\n');
}

function sectionToMarkdown({ heading, notes, tables }: Section): string {
  const capital = heading.charAt(0).toUpperCase() + heading.slice(1);
  return [
    `**${capital}**`,
    ...notes.map(escape),
    ...tables.map((table) => toMarkdown(table, true)),
  ].join('\n\n');
}

/** All columns but the first are numbers and aligned to the right, if `numeric`. */
function toMarkdown({ header, rows }: Table, numeric: boolean): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  const rule = header.map((_, i) => (numeric && i > 0 ? '---:' : '---'));
  return [line(header), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
