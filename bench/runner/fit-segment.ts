// A segment of training by lanegrad's own `fit`, in Node, on a page or in a worker.
import { utils } from 'lanegrad';
import type { models, Tensor } from 'lanegrad';
import type { Segment } from '../peers/protocol.js';

export interface SegmentPlan {
  readonly rows: number;
  readonly batchSize: number;
  /** The number of the order in which the samples come. */
  readonly order: number;
  readonly steps: number;
}

/**
 * All of `fit`, its own shuffling included: the seed gives the order that the harness wrote down. What is timed lies
 * between the hooks of the epoch.
 */
export async function fitSegment(
  model: Pick<models.Sequential, 'fit'>,
  x: Tensor,
  y: Tensor,
  { rows, batchSize, order, steps }: SegmentPlan,
): Promise<Segment> {
  let started = 0;
  let segment = { seconds: NaN, loss: NaN };
  utils.setRandomSeed(order);
  await model.fit(x, y, {
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
