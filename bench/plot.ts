// `npm run bench:plot -- [page]`: draws what a page of measurements holds, by default each chart from the page with the
// newest run. docs/performance.svg: the seconds an epoch of the seed program; docs/workloads.svg: the ratios of all workloads;
// docs/growth.svg: how a step grows.
import { writeFileSync } from 'node:fs';
import { drawBars } from './charts/bars.js';
import type { Bar } from './charts/bars.js';
import { drawCurves } from './charts/curves.js';
import {
  hasMeasurements,
  milliseconds,
  nameOf,
  processors,
  readMeasurements,
} from './measurements.js';
import type { Measurements, PageName, RunName } from './measurements.js';
import { summaryHeader } from './summary.js';

const charts = [
  { run: 'seed', name: 'performance', draw: drawSeed },
  { run: 'workloads', name: 'workloads', draw: drawWorkloads },
  { run: 'growth', name: 'growth', draw: drawGrowth },
] as const;
const pages = pagesAsked(process.argv[2]);
for (const { run, name, draw } of charts) {
  const page = newest(run);
  if (page !== undefined) save(name, draw(page));
}

function pagesAsked(name: string | undefined): PageName[] {
  const names = Object.keys(processors) as PageName[];
  const found = names.filter((each) => name === undefined || each === name);
  if (found.length > 0) return found;
  throw new Error(`There is no page of measurements ${name}. Pages: ${names.join(', ')}`);
}

/** The page with the newest run, the first of several. */
function newest(run: RunName): PageName | undefined {
  const dateOn = (page: PageName): string => readMeasurements(page, run).date;
  return pages
    .filter((page) => hasMeasurements(page, run))
    .toSorted((a, b) => dateOn(b).localeCompare(dateOn(a)))[0];
}

function save(name: string, picture: string): void {
  writeFileSync(new URL(`../docs/${name}.svg`, import.meta.url), picture);
  console.log(`docs/${name}.svg: drawn`);
}

function drawSeed(page: PageName): string {
  const measured = readMeasurements(page, 'seed');
  const table = measured.sections[0]?.tables[0];
  const median = table?.header.indexOf('median') ?? -1;
  const bars = (table?.rows ?? []).map(([name = '', ...cells]): Bar => ({
    name: name.replace('PyTorch, raw loop,', 'PyTorch (native),'),
    value: milliseconds(cells[median - 1] ?? '') / 1000,
    kind: name.startsWith('lanegrad') ? 'ours' : 'other',
  }));
  const values = bars.map(({ value }) => value);
  if (bars.length === 0 || !values.every((value) => value > 0)) {
    throw new Error(`${nameOf(page)} has no medians of the workload \`seed\``);
  }
  const ticks: number[] = [];
  const first = 10 ** Math.floor(Math.log10(Math.min(...values)));
  for (let value = first; value <= Math.max(...values); value *= 10) ticks.push(value);
  return drawBars({
    title: 'Training on MNIST: seconds an epoch, less is better',
    note: `784-512-10, RMSprop, batch 128, logarithmic axis · ${placeOf(measured)}`,
    bars: bars.toSorted((a, b) => a.value - b.value),
    ticks,
    unit: ' s',
  });
}

/** Strict and relaxed on one thread and on two, where there is a ratio. */
function drawWorkloads(page: PageName): string {
  const measured = readMeasurements(page, 'workloads');
  const table = measured.sections[0]?.tables[0];
  const builds = [
    { build: '', kind: 'ours', column: summaryHeader.indexOf('strict ÷ peer') },
    { build: ', relaxed', kind: 'second', column: summaryHeader.indexOf('relaxed ÷ peer') },
  ] as const;
  const bars = (table?.rows ?? []).flatMap((row) =>
    builds.flatMap(({ build, kind, column }): Bar[] => {
      const [min, median] = (row[column] ?? '').split(' / ').map(Number);
      const mark = Number(row[column + 1]?.replace('≤ ', ''));
      if (min === undefined || median === undefined) return [];
      const [name = '', threads = ''] = row;
      return [
        {
          name: `${name}${build}, ${threads === '1' ? '1 thread' : `${threads} threads`}`,
          value: median,
          kind,
          mark: mark > 0 ? mark : undefined,
        },
      ];
    }),
  );
  if (bars.length === 0) throw new Error(`${nameOf(page)} has no ratios of workloads`);
  return drawBars({
    title: 'Time of a step ÷ that of the peer on as many threads, less is better',
    note: `Medians; a red line is what is wanted; logarithmic axis · ${placeOf(measured)}`,
    bars,
    ticks: [0.25, 0.5, 1, 2],
    from: 1,
    unit: ' ×',
  });
}

/** A panel for each table. */
function drawGrowth(page: PageName): string {
  const measured = readMeasurements(page, 'growth');
  const panels = measured.sections.map(({ heading, tables: [table] }) => {
    const column = (name: string): number[] => {
      const index = table?.header.indexOf(name) ?? -1;
      return (table?.rows ?? []).map((row) => milliseconds(row[index] ?? ''));
    };
    return {
      title: heading.replace(/:.*/, ''),
      about: heading.replace(/^[^:]*: /, ''),
      below: table?.header[0] ?? '',
      x: (table?.rows ?? []).map(([value]) => Number(value)),
      ours: column('a step, min'),
      other: allowed(column('its products alone'), column('its weights through memory')),
    };
  });
  return drawCurves({
    title: 'A training step as its sizes grow, milliseconds',
    note: `Blue: the step, grey: its products at the rate of 512³ and its weights through memory · ${placeOf(measured)}`,
    panels,
  });
}

/** What arithmetic and memory allow together. */
function allowed(products: readonly number[], memory: readonly number[]): number[] {
  return products.map((time, i) => time + (memory[i] ?? NaN));
}

function placeOf({ facts, date }: Measurements): string {
  return [facts.get('processor'), facts.get('engine')?.replace(/ \(.*/, ''), date].join(' · ');
}
