// `npm run bench:plot`: draws charts from the pages of measurements. docs/performance.svg: the seconds an epoch of the seed
// program; docs/workloads.svg: the ratios of all workloads; docs/growth.svg: how a step grows.
// docs/performance.md says which processor each chart is of.
import './help.js';
import { writeFileSync } from 'node:fs';
import { drawBars } from './charts/bars.js';
import type { Bar } from './charts/bars.js';
import { drawCurves } from './charts/curves.js';
import { milliseconds, nameOf, readMeasurements } from './measurements.js';
import type { Measurements, PageName } from './measurements.js';
import { readWorkloads } from './workload-table.js';

save('performance', drawSeed('intel-xeon'));
save('workloads', drawWorkloads('intel-xeon'));
save('growth', drawGrowth('amd-epyc'));

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
  const bars = readWorkloads(page).flatMap((workload) => {
    const { name, threads, strict, strictWanted, relaxed, relaxedWanted } = workload;
    const bar = (build: string, kind: 'ours' | 'second', ratios: string, wanted: string): Bar[] => {
      const [, median] = ratios.split(' / ').map(Number);
      const mark = Number(wanted.replace('≤ ', ''));
      if (median === undefined) return [];
      return [
        {
          name: `${name}${build}, ${threads === '1' ? '1 thread' : `${threads} threads`}`,
          value: median,
          kind,
          mark: mark > 0 ? mark : undefined,
        },
      ];
    };
    return [
      ...bar('', 'ours', strict, strictWanted),
      ...bar(', relaxed', 'second', relaxed, relaxedWanted),
    ];
  });
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
      if (index < 0) throw new Error(`${nameOf(page)}: '${heading}' has no column '${name}'`);
      return (table?.rows ?? []).map((row) => milliseconds(row[index] ?? ''));
    };
    const memory = column('its weights through memory');
    return {
      title: heading.replace(/:.*/, ''),
      about: heading.replace(/^[^:]*: /, ''),
      below: table?.header[0] ?? '',
      x: (table?.rows ?? []).map(([value]) => Number(value)),
      ours: column('a step, min'),
      other: column('its products alone').map((time, i) => time + (memory[i] ?? NaN)),
    };
  });
  return drawCurves({
    title: 'A training step as its sizes grow, milliseconds',
    note: `Blue: the step, grey: its products and its weights alone · ${placeOf(measured)}`,
    panels,
  });
}

function placeOf({ facts, date }: Measurements): string {
  return [facts.get('processor'), facts.get('engine')?.replace(/ \(.*/, ''), date].join(' · ');
}
