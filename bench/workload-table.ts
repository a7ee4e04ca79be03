// What the pages of measurements say about all workloads, for the table of docs/performance.md and for its chart.
import { hasMeasurements, nameOf, processors, readMeasurements } from './measurements.js';
import type { PageName } from './measurements.js';
import type { Table } from './report.js';
import type { summaryHeader } from './summary.js';

/** A workload on one thread or two. Ratios are those of minima / of medians; empty if something was not measured. */
export interface WorkloadRatios {
  readonly name: string;
  readonly threads: string;
  readonly strict: string;
  readonly strictWanted: string;
  readonly relaxed: string;
  readonly relaxedWanted: string;
  /** How many times as fast as one thread. */
  readonly gain: string;
}

/** The rows of the summary on a page. */
export function readWorkloads(page: PageName): WorkloadRatios[] {
  const table = readMeasurements(page, 'workloads').sections[0]?.tables[0];
  const column = (name: (typeof summaryHeader)[number]): number => {
    const found = table?.header.indexOf(name) ?? -1;
    if (found >= 0) return found;
    throw new Error(`${nameOf(page)}: the table of workloads has no column '${name}'`);
  };
  const [strict, relaxed] = [column('strict ÷ peer'), column('relaxed ÷ peer')];
  const gain = column('1 thread ÷ this');
  return (table?.rows ?? []).map((row) => {
    const cell = (index: number): string => row[index] ?? '';
    return {
      name: cell(0),
      threads: cell(1),
      strict: cell(strict),
      strictWanted: cell(strict + 1),
      relaxed: cell(relaxed),
      relaxedWanted: cell(relaxed + 1),
      gain: cell(gain),
    };
  });
}

/** All workloads on each processor, and what is wanted. */
export function workloadTable(): Table {
  const pages = (Object.keys(processors) as PageName[]).filter((page) =>
    hasMeasurements(page, 'workloads'),
  );
  const keyOf = ({ name, threads }: WorkloadRatios): string => `${name} ${threads}`;
  const summaries = pages.map(
    (page) => new Map(readWorkloads(page).map((ratios) => [keyOf(ratios), ratios])),
  );
  const all = new Map(summaries.flatMap((summary) => [...summary]));
  return {
    header: [
      'workload',
      'threads',
      ...pages.flatMap((page) => [
        `${processors[page]}: strict ÷ peer`,
        `${processors[page]}: relaxed ÷ peer`,
        `${processors[page]}: two threads, times as fast`,
      ]),
      'strict, wanted',
      'relaxed, wanted',
    ],
    rows: [...all].map(([key, { name, threads, strictWanted, relaxedWanted }]) => [
      name,
      threads,
      ...summaries.flatMap((summary) => {
        const { strict = '', relaxed = '', gain = '' } = summary.get(key) ?? {};
        return [strict, relaxed, gain];
      }),
      strictWanted,
      relaxedWanted,
    ]),
  };
}
