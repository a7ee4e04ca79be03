// docs/measurements-*.md: a page for each processor with the tables of the last run of each benchmark there. `npm run
// bench:report` writes the pages; the charts and the table of ratios are made from them, so both can be made again without
// measuring.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Results, Section, Table } from './report.js';
import { targetHeader } from './targets.js';

/** The processors that have a page, by its name, whose words are in the name that the system gives. */
export const processors = { 'intel-xeon': 'Intel Xeon', 'amd-epyc': 'AMD EPYC' } as const;
export type PageName = keyof typeof processors;

/** The commands whose results a page holds, in its order. */
export const commands = {
  workloads: 'npm run bench:workloads',
  seed: 'npm run bench:workloads -- seed',
  'seed-images': 'npm run bench:workloads -- --images FOLDER',
  dense: 'npm run bench:workloads -- dense',
  mlp: 'npm run bench:workloads -- mlp',
  conv: 'npm run bench:workloads -- conv',
  cifar: 'npm run bench:workloads -- cifar',
  text: 'npm run bench:workloads -- text',
  lstm128: 'npm run bench:workloads -- lstm128',
  gru128: 'npm run bench:workloads -- gru128',
  lstm32: 'npm run bench:workloads -- lstm32',
  gru32: 'npm run bench:workloads -- gru32',
  gpt: 'npm run bench:workloads -- gpt',
  mobilenet: 'npm run bench:workloads -- mobilenet',
  unet: 'npm run bench:workloads -- unet',
  'mobilenet-96-1': 'npm run bench:workloads -- mobilenet-96-1',
  'mobilenet-96-8': 'npm run bench:workloads -- mobilenet-96-8',
  'mobilenet-224-1': 'npm run bench:workloads -- mobilenet-224-1',
  'mobilenet-224-8': 'npm run bench:workloads -- mobilenet-224-8',
  'predict-row': 'npm run bench:workloads -- predict-row',
  'predict-rows': 'npm run bench:workloads -- predict-rows',
  'predict-conv': 'npm run bench:workloads -- predict-conv',
  resnet50: 'npm run bench:workloads -- resnet50',
  growth: 'npm run bench:growth',
  browser: 'npm run bench:browser',
  bench: 'npm run bench',
} as const;
export type RunName = keyof typeof commands;

/** A run as a page tells it. */
export interface Measurements {
  readonly date: string;
  /** Processor, engine and versions. */
  readonly facts: ReadonlyMap<string, string>;
  readonly sections: readonly Section[];
}

export function hasMeasurements(page: PageName, name: RunName): boolean {
  return runsOnPage(page).has(commands[name]);
}

/** What a page says of a run. */
export function readMeasurements(page: PageName, name: RunName): Measurements {
  const text = runsOnPage(page).get(commands[name]);
  if (text === undefined) {
    throw new Error(`${nameOf(page)} has nothing of \`${commands[name]}\`: run that first`);
  }
  const [heading = '', facts = '', ...blocks] = text.split('\n\n');
  const sections: Section[] = [];
  for (const block of blocks) {
    const title = /^\*\*(.*)\*\*$/.exec(block)?.[1];
    if (title !== undefined) sections.push({ heading: title, notes: [], tables: [] });
    else if (block.startsWith('|')) sections.at(-1)?.tables.push(tableOf(block));
    else sections.at(-1)?.notes.push(unescape(block));
  }
  const rows = tableOf(facts).rows.map(([what = '', value = '']) => [what, value] as const);
  return { date: heading.slice(-10), facts: new Map(rows), sections };
}

/** Milliseconds of a cell: `1.07` of a column of seconds, `2.80 ms`, `31.3 µs`. */
export function milliseconds(cell: string): number {
  const [number, unit = 's'] = cell.split(' ');
  return Number(number) * { s: 1000, ms: 1, µs: 0.001 }[unit as 's' | 'ms' | 'µs'];
}

/** Replaces the runs that are given on the pages of their processors; the others stay as they are. */
export function writeMeasurements(runs: ReadonlyMap<RunName, Results>): void {
  for (const page of Object.keys(processors) as PageName[]) {
    const own = [...runs].filter(([, results]) => pageOf(results) === page);
    if (own.length > 0) writePage(page, new Map(own));
  }
}

/** The page of the processor on which something was measured. */
export function pageOf({ machine }: Results): PageName {
  const processor = machine.find(([what]) => what === 'processor')?.[1] ?? 'an unknown processor';
  const words = processor.toLowerCase().split(/\W+/);
  const found = (Object.keys(processors) as PageName[]).find((page) =>
    page.split('-').every((word) => words.includes(word)),
  );
  if (found !== undefined) return found;
  throw new Error(
    `There is no page of measurements for ${processor}: add one to 'processors' in bench/measurements.ts`,
  );
}

/** How messages call a page. */
export function nameOf(page: PageName): string {
  return `docs/measurements-${page}.md`;
}

function writePage(page: PageName, runs: ReadonlyMap<RunName, Results>): void {
  const old = runsOnPage(page);
  const parts = (Object.keys(commands) as RunName[]).flatMap((name) => {
    const results = runs.get(name);
    const text = results === undefined ? old.get(commands[name]) : runToMarkdown(name, results);
    return text === undefined ? [] : [text];
  });
  const introduction = `# Measurements: ${processors[page]}

This page holds what the benchmarks measured last on this processor. \`npm run bench:report\` writes it. [performance.md](performance.md) says what the numbers mean and how they are measured.`;
  writeFileSync(fileOf(page), `${[introduction, ...parts].join('\n\n')}\n`);
}

function fileOf(page: PageName): URL {
  return new URL(`../${nameOf(page)}`, import.meta.url);
}

/** The text of each run on the page, by its command. */
function runsOnPage(page: PageName): Map<string, string> {
  const file = fileOf(page);
  if (!existsSync(file)) return new Map();
  const parts = readFileSync(file, 'utf8').split(/^(?=## )/m);
  return new Map(parts.slice(1).map((text) => [/`(.*)`/.exec(text)?.[1] ?? '', text.trim()]));
}

function runToMarkdown(name: RunName, { date, machine, sections }: Results): string {
  const facts = tableToMarkdown({ header: ['', ''], rows: machine }, 2);
  const parts = sections.map(sectionToMarkdown).filter((text) => text !== undefined);
  return [`## \`${commands[name]}\`, ${date}`, facts, ...parts].join('\n\n');
}

/** Targets are for engineers who work on the speed: they stand in the output of the benchmarks only. */
function sectionToMarkdown({ heading, notes, tables }: Section): string | undefined {
  const shown = tables.filter(({ header }) => header[1] !== targetHeader[1]);
  if (shown.length === 0) return undefined;
  const capital = heading.charAt(0).toUpperCase() + heading.slice(1);
  const texts = shown.map((table) => tableToMarkdown(table, 1));
  return [`**${capital}**`, ...notes.map(escape), ...texts].join('\n\n');
}

/** The columns after the first ones are numbers and aligned to the right. */
export function tableToMarkdown({ header, rows }: Table, textColumns: number): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  const rule = header.map((_, i) => (i < textColumns ? '---' : '---:'));
  return [line(header), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

function tableOf(text: string): Table {
  const lines = text.split('\n').map((line) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => unescape(cell.trim())),
  );
  const [header = [], , ...rows] = lines;
  return { header, rows };
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('\\|', '|');
}
