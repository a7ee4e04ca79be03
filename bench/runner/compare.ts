// An interleaved run of a workload, printed: which contenders take part, how long each took, and that all computed the same.
import { writeProblem } from '../problem.js';
import { formatMs, formatRatio } from '../format.js';
import { printFact, printHeading, printNote, printTable } from '../report.js';
import type { Timing } from '../timing.js';
import type { Workload } from '../workloads/workload.js';
import type { ContenderSpec } from './contender.js';
import { MOST_ROUNDS, runRounds } from './rounds.js';
import type { Standing } from './rounds.js';
import { startContenders } from './start.js';

export interface CompareOptions {
  /** The contenders that take part, of those of the workload. */
  readonly specs: readonly ContenderSpec[];
  /** Timed segments of each, at least. */
  readonly rounds: number;
  /** More of them follow until the rounds of all contenders together have taken this many seconds. */
  readonly seconds: number;
  /** Steps of a segment at most; an epoch by default. */
  readonly steps: number | undefined;
}

/** Milliseconds a step of a contender; undefined if it did not take part or failed. */
export type TimingOf = (id: string) => Timing | undefined;

/** Runs and prints. */
export async function compare(workload: Workload, options: CompareOptions): Promise<TimingOf> {
  const { rounds, seconds, specs } = options;
  const { about, rowsAre, per = 'step' } = workload;
  const { source, ...problem } = await writeFor(workload, Math.max(rounds, MOST_ROUNDS));
  const { rows, stepsPerEpoch } = problem;
  const steps = Math.min(options.steps ?? stepsPerEpoch, stepsPerEpoch);
  const commonSteps = Math.min(workload.commonSteps ?? 20, stepsPerEpoch);

  printHeading(about);
  const { contenders, skipped } = await startContenders(specs, problem.folder);
  for (const { spec, hello } of contenders) {
    const versions = Object.entries(hello.versions).map(([name, version]) => `${name} ${version}`);
    printFact(spec.id, [...versions, hello.settings].join(', '));
  }
  for (const { spec, reason } of skipped) printFact(spec.id, `skipped, ${reason}`);
  const standings = await runRounds(contenders, {
    rounds,
    seconds,
    steps,
    stepsPerEpoch,
    commonSteps,
  });
  problem.remove();

  const taken = Math.max(0, ...standings.map((standing) => standing.rounds));
  printNote(`${rows} ${rowsAre} (${source}), ${stepsPerEpoch} steps an epoch, ${taken} rounds`);
  printStandings(standings, { per, stepsPerEpoch, steps, commonSteps, task: workload.task });
  for (const { spec, failure } of standings) {
    if (failure !== undefined) printNote(`${spec.name} failed: ${failure}`);
  }
  const milliseconds = 1000 / stepsPerEpoch;
  return (id) => {
    const timing = standings.find(({ spec }) => spec.id === id)?.timing;
    if (timing === undefined) return undefined;
    return { min: timing.min * milliseconds, median: timing.median * milliseconds };
  };
}

async function writeFor(workload: Workload, rounds: number) {
  const { batchSize, task = 'train', sizes = {} } = workload;
  const { x, y, source } = await workload.samples();
  const model = workload.model();
  const problem = writeProblem({ x, y }, model, { batchSize, task, sizes, orders: rounds + 1 });
  x.dispose();
  y.dispose();
  model.dispose();
  return { ...problem, source };
}

interface Columns {
  readonly per: 'epoch' | 'step';
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly commonSteps: number;
  readonly task: Workload['task'];
}

function printStandings(
  standings: readonly Standing[],
  { per, stepsPerEpoch, steps, commonSteps, task }: Columns,
): void {
  const own = standings.find(({ spec }) => spec.id === 'lanegrad-1')?.timing;
  const format = (seconds: number): string =>
    per === 'epoch' ? seconds.toFixed(3) : formatMs((1000 * seconds) / stepsPerEpoch);
  const loss = task === 'predict' ? 'mean square' : 'loss';
  printTable(
    [
      '',
      per === 'epoch' ? 's an epoch, min' : 'a step, min',
      'median',
      '÷ lanegrad, 1 thread',
      'steps timed',
      `${loss}, first ${commonSteps} steps`,
      `${loss}, next ${steps}`,
    ],
    standings.map((standing) => {
      const { spec, timing, steps: timed, commonLoss, firstLoss } = standing;
      if (timing === undefined) return [spec.name, 'failed', '', '', '', '', ''];
      return [
        spec.name,
        format(timing.min),
        format(timing.median),
        own === undefined ? '' : formatRatio(timing.median / own.median),
        timed === stepsPerEpoch ? 'all' : String(timed),
        commonLoss.toFixed(6),
        timed === steps ? firstLoss.toFixed(6) : '',
      ];
    }),
  );
}
