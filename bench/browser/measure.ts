// What is measured on a page: a step of each trainer, in turns, and the frames that the page shows meanwhile.
import { formatMs, formatRatio } from '../format.js';
import type { Section } from '../report.js';
import { runRounds } from '../runner/rounds.js';
import type { Standing } from '../runner/rounds.js';
import { targetHeader, targetRow, valueRow } from '../targets.js';
import type { Timing } from '../timing.js';
import { framesInTurns } from './frames.js';
import type { PageProblem } from './problem.js';
import type { Tfjs } from './tfjs.js';
import { startTrainers, tfjsEntry } from './trainers.js';

/** Steps that every trainer takes before anything is timed, whose mean losses must agree. */
const COMMON_STEPS = 10;
/** Steps of one `fit` whose frames are counted: about a second, long enough that its ends weigh little. */
const FRAME_STEPS = 800;
const FRAME_ROUNDS = 5;
const IDLE_MS = 1000;

/** What a page is measured with. */
export interface Measured {
  readonly problem: PageProblem;
  readonly tfjs: Tfjs | undefined;
  readonly source: string;
  readonly rounds: number;
}

const kindOfPage = (): string =>
  crossOriginIsolated ? 'a cross-origin isolated page' : 'a plain page';

/** One training step of each, in turns on the same batches, and the target for it. */
export async function measureSteps({ problem, tfjs, source, rounds }: Measured): Promise<Section> {
  const stepsPerEpoch = Math.ceil(problem.rows / problem.batchSize);
  const entries = [
    ...(await startTrainers(problem)),
    ...(tfjs === undefined ? [] : [tfjsEntry(tfjs, problem)]),
  ];
  const commonSteps = Math.min(COMMON_STEPS, stepsPerEpoch);
  const plan = { rounds, steps: stepsPerEpoch, stepsPerEpoch, commonSteps };
  const standings = await runRounds(entries, plan);
  const stepOf = (standing: Standing | undefined): Timing | undefined => {
    if (standing?.timing === undefined) return undefined;
    const { min, median } = standing.timing;
    const milliseconds = 1000 / stepsPerEpoch;
    return { min: min * milliseconds, median: median * milliseconds };
  };
  const own = stepOf(standings[0]);
  const peer = standings.find(({ spec }) => spec.id === 'tfjs');
  const trainers = standings.filter((standing) => standing !== peer);
  return {
    heading: `a step of the seed program in ${kindOfPage()}`,
    notes: [
      `${problem.rows} images (${source}), ${stepsPerEpoch} steps an epoch, ${rounds} rounds in turns`,
      ...standings.flatMap(({ spec, failure }) =>
        failure === undefined ? [] : [`${spec.name} failed: ${failure}`],
      ),
    ],
    tables: [
      {
        header: [
          '',
          'a step, min',
          'median',
          '÷ lanegrad, on the page',
          'steps timed',
          `loss, first ${commonSteps} steps`,
          `loss, next ${stepsPerEpoch}`,
        ],
        rows: standings.map((standing) => {
          const { spec, steps, commonLoss, firstLoss } = standing;
          const step = stepOf(standing);
          if (step === undefined) return [spec.name, 'failed', '', '', '', '', ''];
          return [
            spec.name,
            formatMs(step.min),
            formatMs(step.median),
            own === undefined ? '' : formatRatio(step.median / own.median),
            `${rounds} × ${steps}`,
            commonLoss.toFixed(6),
            steps === stepsPerEpoch ? firstLoss.toFixed(6) : '',
          ];
        }),
      },
      {
        header: targetHeader,
        rows: trainers.map((standing) =>
          targetRow({
            what: `${peer?.spec.name ?? 'TensorFlow.js wasm'} ÷ ${standing.spec.name}`,
            top: stepOf(peer),
            bottom: stepOf(standing),
            atLeast: 20,
          }),
        ),
      },
    ],
  };
}

/** The frames that the page shows while it does nothing, and during the whole `fit` of each trainer. */
export async function measureFrames({ problem }: Measured): Promise<Section> {
  const stepsPerEpoch = Math.ceil(problem.rows / problem.batchSize);
  const epochs = Math.ceil(FRAME_STEPS / stepsPerEpoch);
  const trainers = await startTrainers(problem);
  const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const frames = await framesInTurns(
    [idle, ...trainers.map((trainer) => () => trainer.fit(epochs))],
    FRAME_ROUNDS,
  );
  for (const trainer of trainers) await trainer.close();
  const names = ['nothing', ...trainers.map(({ spec }) => spec.name)];
  return {
    heading: `frames of ${kindOfPage()} meanwhile`,
    notes: [
      `fit of ${epochs} epochs, sending the images to the worker included, ${FRAME_ROUNDS} rounds in turns`,
    ],
    tables: [
      {
        header: ['what runs', 'frames a second', 'longest frame', 'longest in the best round'],
        rows: frames.map(({ perSecond, longest, longestInBestRound }, i) => [
          names[i] ?? '',
          perSecond.toFixed(1),
          formatMs(longest),
          formatMs(longestInBestRound),
        ]),
      },
      {
        header: targetHeader,
        rows: trainers.flatMap(({ spec }, i) =>
          spec.id.startsWith('worker')
            ? [valueRow(`frames a second, ${spec.name}`, frames[i + 1]?.perSecond, { atLeast: 50 })]
            : [],
        ),
      },
    ],
  };
}
