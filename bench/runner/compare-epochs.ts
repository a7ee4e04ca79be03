// An interleaved run of epochs, printed: who takes part, how long each took, and that all computed the same.
import type { models } from 'lanegrad';
import { writeProblem } from '../problem.js';
import type { NetworkSizes } from '../problem.js';
import { formatRatio } from '../format.js';
import { printFact, printHeading, printNote, printTable } from '../report.js';
import type { SeedData } from '../seed-data.js';
import type { Timing } from '../timing.js';
import type { ContenderSpec } from './contender.js';
import { runRounds } from './rounds.js';
import { startContenders } from './start.js';

export interface EpochOptions {
  readonly heading: string;
  readonly data: SeedData;
  readonly network: models.Sequential;
  readonly sizes: NetworkSizes;
  readonly specs: readonly ContenderSpec[];
  /** Ids of those that take part; all by default. */
  readonly only: readonly string[] | undefined;
  readonly rounds: number;
  /** Steps of a segment at most; an epoch by default. */
  readonly steps: number | undefined;
  /** Steps that everybody trains before anything is timed, whose mean losses must agree. Default 20. */
  readonly commonSteps?: number;
  /** What a row of the data is. Default 'images'. */
  readonly rowsAre?: string;
  /** What the table gives times of. Default 'epoch'. */
  readonly per?: 'epoch' | 'step';
}

export interface Epochs {
  /** Seconds an epoch of a contender; undefined if it did not take part or failed. */
  readonly timingOf: (id: string) => Timing | undefined;
}

/** Runs and prints. The data are disposed of. */
export async function compareEpochs(options: EpochOptions): Promise<Epochs> {
  const { data, rounds, rowsAre = 'images', per = 'epoch' } = options;
  const problem = writeProblem(data, rounds + 1, options.network, options.sizes);
  const { rows, stepsPerEpoch } = problem;
  data.x.dispose();
  data.y.dispose();
  const steps = Math.min(options.steps ?? stepsPerEpoch, stepsPerEpoch);
  const commonSteps = Math.min(options.commonSteps ?? 20, stepsPerEpoch);

  const { contenders, skipped } = await startContenders(
    options.specs,
    problem.folder,
    options.only,
  );
  for (const { spec, hello } of contenders) {
    const versions = Object.entries(hello.versions).map(([name, version]) => `${name} ${version}`);
    printFact(spec.id, [...versions, hello.settings].join(', '));
  }
  for (const { spec, reason } of skipped) {
    const remedy = spec.install === undefined ? '' : `; to install: ${spec.install}`;
    printFact(spec.id, `skipped, ${reason}${remedy}`);
  }
  const standings = await runRounds(contenders, { rounds, steps, stepsPerEpoch, commonSteps });
  problem.remove();

  printHeading(options.heading);
  printNote(
    `${rows} ${rowsAre} (${data.source}), ${stepsPerEpoch} steps an epoch, ${rounds} rounds`,
  );
  const timingOf = (id: string): Timing | undefined =>
    standings.find(({ spec }) => spec.id === id)?.timing;
  const own = timingOf('lanegrad-1');
  const format = (seconds: number): string =>
    per === 'epoch' ? seconds.toFixed(3) : ((1000 * seconds) / stepsPerEpoch).toFixed(1);
  printTable(
    [
      '',
      per === 'epoch' ? 's an epoch, min' : 'ms a step, min',
      'median',
      '÷ lanegrad, 1 thread',
      'steps timed',
      `loss, first ${commonSteps} steps`,
      `loss, next ${steps}`,
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
  for (const { spec, failure } of standings) {
    if (failure !== undefined) printNote(`${spec.name} failed: ${failure}`);
  }
  return { timingOf };
}
