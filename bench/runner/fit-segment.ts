// A segment of training by lanegrad's own `fit`, in Node, on a page or in a worker.
import { utils } from 'lanegrad';
import type { models } from 'lanegrad';
import type { Segment } from '../peers/protocol.js';

export interface SegmentPlan {
  readonly rows: number;
  readonly batchSize: number;
  /** The number of the order in which the samples come. */
  readonly order: number;
  readonly steps: number;
}

/**
 * All of `fit`, its own shuffling included: the seed gives the order that the harness wrote down. What is timed lies between
 * the hooks of the epoch.
 *
 * @param fit calls `fit` with its data
 */
export async function fitSegment(
  fit: (options: models.FitOptions) => Promise<unknown>,
  { rows, batchSize, order, steps }: SegmentPlan,
): Promise<Segment> {
  let started = 0;
  let segment = { seconds: NaN, loss: NaN };
  utils.setRandomSeed(order);
  await fit({
    batchSize,
    epochs: 1,
    verbose: 0,
    stepsPerEpoch: steps < Math.ceil(rows / batchSize) ? steps : null,
    callbacks: [
      {
        onEpochBegin: () => {
          started = performance.now();
        },
        onEpochEnd: (_epoch, logs) => {
          segment = {
            seconds: (performance.now() - started) / 1000,
            loss: logs?.loss ?? NaN,
          };
        },
      },
    ],
  });
  return segment;
}
