// `npm run bench:workloads`: workloads of lanegrad and its peers in turns, each in a separate process, all from the same
// weights on the same batches in the same order; then a table of ratios.
//   seed dense …         which workloads; all by default (bench/workloads/index.ts)
//   --rounds 3           timed segments of each contender, at least
//   --seconds 30         more of them follow until all contenders together have taken this long
//   --steps 469          steps of a segment at most (default: an epoch; slow contenders run fewer and are scaled)
//   --only lanegrad-1,torch-1   which contenders take part
//   --without tfjs-cpu   which do not; the results are still kept for the report
//   --images FOLDER      the seed program alone, on IDX files with MNIST's names, such as Fashion-MNIST
import './help.js';
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { warnOfOldBuild } from './build-check.js';
import { epochOptions, readEpochOptions } from './epoch-options.js';
import { formatMs } from './format.js';
import { atRate, ProductRate } from './product-rate.js';
import {
  dropResults,
  printHeading,
  printMachine,
  printNote,
  printTable,
  saveResults,
} from './report.js';
import { compare } from './runner/compare.js';
import type { TimingOf } from './runner/compare.js';
import type { ContenderSpec } from './runner/contender.js';
import { summaryHeader, summaryRows } from './summary.js';
import { targetHeader, targetRow } from './targets.js';
import { imagesWorkload, workloadNamed, workloads } from './workloads/index.js';
import type { Workload } from './workloads/workload.js';

const { values, positionals } = parseArgs({
  options: { ...epochOptions, images: { type: 'string' } },
  allowPositionals: true,
});
const options = readEpochOptions(values);
const chosen =
  values.images !== undefined
    ? [imagesWorkload(values.images)]
    : positionals.length > 0
      ? positionals.map(workloadNamed)
      : workloads;
checkIds();
await configure({ threads: 1 });
warnOfOldBuild();
printMachine('1 and 2 threads');
const rate = await ProductRate.start();
const summary: string[][] = [];
for (const workload of chosen) {
  if (activeContenders(workload).length === 0) {
    console.log(`\n${workload.name}: skipped, no contender of --only computes it`);
    continue;
  }
  const timingOf = await compare(workload, { ...options, specs: activeContenders(workload) });
  const rates = await rate.measure();
  const { productFlops } = workload;
  const products = {
    own: atRate(productFlops, rates.own),
    limit: rates.limit === undefined ? undefined : atRate(productFlops, rates.limit),
  };
  printNote(
    `the products of a step take ${formatMs(products.own)} at the ${rates.own.toFixed(1)} GFLOP/s of a 512³ product ` +
      'of lanegrad (strict, 1 thread) right after this run, zeros included' +
      (products.limit === undefined || rates.limit === undefined
        ? ''
        : `, and ${formatMs(products.limit)} at the ${rates.limit.toFixed(1)} GFLOP/s that vectors of 128 bits allow here`),
  );
  printHeading(`targets of ${workload.name}`);
  printTable(targetHeader, targetRows(workload, timingOf));
  summary.push(...summaryRows(workload, timingOf, products));
  keep(workload.name);
}
await rate.close();
printHeading('workloads, ms a step and ratios: of minima / of medians');
printTable(summaryHeader, summary);
if (chosen === workloads) keep('workloads');

function activeContenders({ contenders }: Workload): readonly ContenderSpec[] {
  const { only, without } = options;
  return contenders.filter(({ id }) => (only?.includes(id) ?? true) && !without.includes(id));
}

/** @throws Error if `--only` or `--without` names a contender that is in no workload */
function checkIds(): void {
  const ids = new Set(chosen.flatMap(({ contenders }) => contenders.map(({ id }) => id)));
  const unknown = [...(options.only ?? []), ...options.without].filter((id) => !ids.has(id));
  if (unknown.length > 0) {
    throw new Error(
      `--only, --without: no contender ${unknown.join(', ')}; there are ${[...ids].join(', ')}`,
    );
  }
}

/** What is kept goes into the report: a short form does not. */
function keep(name: string): void {
  if (options.only === undefined && options.steps === undefined) saveResults(name);
  else dropResults();
}

function targetRows({ wanted, contenders }: Workload, timingOf: TimingOf): string[][] {
  const nameOf = (id: string): string => contenders.find((spec) => spec.id === id)?.name ?? id;
  return wanted.map(({ top, bottom, ...limit }) =>
    targetRow({
      what: `${nameOf(top)} ÷ ${nameOf(bottom)}`,
      top: timingOf(top),
      bottom: timingOf(bottom),
      ...limit,
    }),
  );
}
