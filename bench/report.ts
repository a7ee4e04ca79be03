// What the benchmarks print and keep: where they ran, and tables, also as JSON for `npm run bench:report`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { backendInfo } from 'lanegrad';

/** One table under its heading. */
export interface Section {
  readonly heading: string;
  readonly notes: string[];
  readonly tables: Table[];
}

export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a run leaves in build/bench/. */
export interface Results {
  readonly date: string;
  readonly machine: readonly (readonly [what: string, value: string])[];
  readonly sections: readonly Section[];
}

const root = new URL('../', import.meta.url);
const machine: [string, string][] = [];
/** How many facts are those of the machine: the others belong to one run. */
let machineFacts = 0;
const sections: Section[] = [];

/** Where the results of a run are kept; the folder is not under version control. */
export function resultsFile(name: string): URL {
  return new URL(`build/bench/${name}.json`, root);
}

export function packageVersion(): string {
  const text = readFileSync(new URL('package.json', root), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Processor, system, engine and build: without them no number means anything.
 *
 * @param build how lanegrad runs. Default: as it does here
 * @param engine what runs it. Default: this Node
 */
export function printMachine(
  build?: string,
  engine = `Node ${process.versions.node} (V8 ${process.versions.v8})`,
): void {
  const processors = os.cpus();
  printFact('processor', `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`);
  printFact('system', `${os.type()} ${os.release()} ${os.arch()}`);
  printFact('engine', engine);
  const { relaxedSimd, threads, reason } = backendInfo();
  const running = `${threads === 1 ? '1 thread' : `${threads} threads`} (${reason})`;
  printFact(
    'build',
    `lanegrad ${packageVersion()}, ${relaxedSimd ? 'relaxed' : 'strict'} SIMD, ${build ?? running}`,
  );
  machineFacts = machine.length;
}

/** A version or setting, for the head of the report. */
export function printFact(what: string, value: string): void {
  machine.push([what, value]);
  console.log(`${what.padEnd(10)} ${value}`);
}

export function printHeading(text: string): void {
  sections.push({ heading: text, notes: [], tables: [] });
  console.log(`\n${text}`);
}

/** A line under the heading. */
export function printNote(text: string): void {
  sections.at(-1)?.notes.push(text);
  console.log(`  ${text}`);
}

/** Columns as wide as their widest cell; all but the first are aligned to the right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  sections.at(-1)?.tables.push({ header, rows });
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  for (const line of lines) {
    const cells = widths.map((width, column) => {
      const cell = line[column] ?? '';
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(`  ${cells.join('  ')}`);
  }
}

/** Keeps all that was printed; what follows is another run on this machine. */
export function saveResults(name: string): void {
  const results: Results = { date: new Date().toISOString().slice(0, 10), machine, sections };
  const file = resultsFile(name);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\nkept in ${fileURLToPath(file)}`);
  dropResults();
}

/** Forgets all that was printed, but for the machine. */
export function dropResults(): void {
  machine.length = machineFacts;
  sections.length = 0;
}
