// A workload that is compared with peers: a model, its data, and the target ratios.
import { random, utils } from 'lanegrad';
import type { models, Tensor } from 'lanegrad';
import type { ContenderSpec } from '../runner/contender.js';

/** Samples. */
export interface Samples {
  /** (n, …) float32 or int32 */
  readonly x: Tensor;
  /** (n, …) float32 or int32; what a model that only predicts is given, it ignores. */
  readonly y: Tensor;
  /** What they are, for the report. */
  readonly source: string;
}

/** A ratio of the times of two contenders, by their ids, and what it is to be. Exactly one limit. */
export interface Wanted {
  readonly top: string;
  readonly bottom: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Workload {
  /** For the command line. */
  readonly name: string;
  /** What is computed, for the heading. */
  readonly about: string;
  /** Training by `fit`, or prediction by `predictOnBatch`. Default 'train'. */
  readonly task?: 'train' | 'predict';
  readonly batchSize: number;
  /** The model with the same initial weights every time; compiled if it trains. */
  readonly model: () => models.AnyModel;
  readonly samples: () => Samples | Promise<Samples>;
  /** What the model takes in place of the samples' `x`. */
  readonly inputs?: (x: Tensor) => readonly Tensor[];
  /** What peers must know beyond the architecture. */
  readonly sizes?: Readonly<Record<string, unknown>>;
  /** Floating-point operations of the matrix products of a step, a multiplication and an addition being two. */
  readonly productFlops: number;
  readonly contenders: readonly ContenderSpec[];
  /** Beginning of the ids of the peer that the summary compares with. Default 'torch'. */
  readonly peer?: string;
  readonly wanted: readonly Wanted[];
  /** Steps that every contender takes before anything is timed, whose mean losses must agree. Default 20. */
  readonly commonSteps?: number;
  /** What a row of the data is. */
  readonly rowsAre: string;
  /** What the table gives times of. Default 'step'. */
  readonly per?: 'epoch' | 'step';
}

/** Ratios of lanegrad to a peer on as many threads. */
export function atMost(
  threads: number,
  limits: { readonly strict?: number; readonly relaxed?: number },
  peer = 'torch',
): Wanted[] {
  const bottom = `${peer}-${threads}`;
  const builds = [
    ['lanegrad', limits.strict],
    ['relaxed', limits.relaxed],
  ] as const;
  return builds.flatMap(([build, limit]) =>
    limit === undefined ? [] : [{ top: `${build}-${threads}`, bottom, atMost: limit }],
  );
}

/** What a second thread is to gain. */
export const secondThread: Wanted = { top: 'lanegrad-1', bottom: 'lanegrad-2', atLeast: 1.7 };

/** Normal numbers and random classes, one-hot. */
export function noise(rows: number, shape: readonly number[], classes: number): Samples {
  using labels = random.randint([rows], 0, classes, { seed: 5 });
  return {
    x: random.normal([rows, ...shape], { seed: 4 }),
    y: utils.toCategorical(labels, classes),
    source: `${shape.join(' × ')} normal numbers each`,
  };
}

/** Operations of the products with the weights forward and backward; the gradient of the first input is not asked for. */
export function trainingFlops(
  layers: readonly { readonly rows: number; readonly k: number; readonly n: number }[],
): number {
  return layers.reduce((sum, { rows, k, n }, i) => sum + (i === 0 ? 2 : 3) * 2 * rows * k * n, 0);
}
