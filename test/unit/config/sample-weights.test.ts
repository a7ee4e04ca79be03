// Every declared loss and metric with weights of samples: a weight of 2 is the sample twice, a weight of 0 the sample left
// out. So the numbers to compare with come from batches without weights.
import { describe, expect, it } from 'vitest';
import '../../../src/index.js';
import { REDUCTIONS } from '../../../src/losses/reduction.js';
import type { Loss } from '../../../src/losses/index.js';
import { lossRegistry } from '../../../src/losses/registry.js';
import type { Metric } from '../../../src/metrics/index.js';
import { metricRegistry } from '../../../src/metrics/registry.js';
import { grad } from '../../../src/ops/index.js';
import { memory, tensor, tidy } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';

type Options = Readonly<Record<string, unknown>>;
type Rows = readonly (number | readonly number[])[];

/** Targets and predictions of six samples. */
interface Batch {
  readonly yTrue: Rows;
  readonly yPred: Rows;
}

const WEIGHTS = [2, 0, 3, 3, 1, 1];

const PREDICTIONS = [
  [0.7, 0.2, 0.1],
  [0.1, 0.3, 0.6],
  [0.2, 0.5, 0.3],
  [0.3, 0.3, 0.4],
  [0.6, 0.1, 0.3],
  [0.25, 0.5, 0.25],
];
const LABELS = [0, 2, 0, 1, 2, 1];
const COLUMN = [0.9, 0.2, 0.4, 0.6, 0.3, 0.8];

const KINDS = {
  /** Numbers above 0, as logarithms and relative errors want them. */
  numbers: {
    yTrue: PREDICTIONS.map((row) => row.map((p, i) => 2 * p + 0.3 * i)),
    yPred: PREDICTIONS,
  },
  /** What the rows are equal to, in places. */
  equal: { yTrue: PREDICTIONS.map(([a, , c]) => [a ?? 0, 0, c ?? 0]), yPred: PREDICTIONS },
  distributions: {
    yTrue: LABELS.map((label) => [0, 1, 2].map((c) => Number(c === label))),
    yPred: PREDICTIONS,
  },
  labels: { yTrue: LABELS, yPred: PREDICTIONS },
  bits: { yTrue: LABELS.map((label) => [label % 2, label >> 1, 1]), yPred: PREDICTIONS },
  column: { yTrue: [1, 0, 1, 0, 1, 1], yPred: COLUMN },
  sortedIds: {
    yTrue: LABELS,
    yPred: LABELS.map((label, i) => [(label + i) % 3, label, 2].map(Math.trunc)),
  },
} as const satisfies Record<string, Batch>;

type Kind = keyof typeof KINDS;

/** What each class is asked about: targets of a kind, and options. A new class needs a row. */
const LOSSES: Readonly<Record<string, readonly (readonly [Kind, Options?])[]>> = {
  BinaryCrossentropy: [['bits'], ['bits', { fromLogits: true, labelSmoothing: 0.1 }]],
  BinaryFocalCrossentropy: [['bits'], ['bits', { applyClassBalancing: true, gamma: 1 }]],
  CategoricalCrossentropy: [['distributions'], ['distributions', { fromLogits: true }]],
  CategoricalFocalCrossentropy: [['distributions']],
  CategoricalHinge: [['distributions']],
  CosineSimilarity: [['numbers']],
  // One region a sample: those over all axes have no samples to weigh.
  Dice: [['bits', { axis: 1 }]],
  Hinge: [['bits']],
  Huber: [['numbers'], ['numbers', { delta: 0.2 }]],
  KLDivergence: [['distributions'], ['numbers']],
  LogCosh: [['numbers']],
  MeanAbsoluteError: [['numbers']],
  MeanAbsolutePercentageError: [['numbers']],
  MeanSquaredError: [['numbers']],
  MeanSquaredLogarithmicError: [['numbers']],
  Poisson: [['numbers']],
  SparseCategoricalCrossentropy: [['labels'], ['labels', { fromLogits: true }]],
  SquaredHinge: [['bits']],
  Tversky: [['bits', { axis: 1, alpha: 0.3 }]],
};

const METRICS: Readonly<Record<string, readonly (readonly [Kind, Options?])[]>> = {
  AUC: [
    ['column'],
    ['bits', { multiLabel: true, curve: 'PR' }],
    ['bits', { labelWeights: [1, 2, 0.5], summationMethod: 'majoring' }],
    ['column', { curve: 'PRGAIN', thresholds: [0.25, 0.5] }],
  ],
  Accuracy: [['equal']],
  BinaryAccuracy: [['bits'], ['column', { threshold: 0.35 }]],
  BinaryCrossentropy: [['bits']],
  CategoricalAccuracy: [['distributions']],
  CategoricalCrossentropy: [['distributions']],
  CategoricalHinge: [['distributions']],
  CosineSimilarity: [['numbers']],
  F1Score: [['bits', { threshold: 0.35 }], ['distributions']],
  FBetaScore: [
    ['distributions', { average: 'weighted', beta: 2 }],
    ['bits', { average: 'micro', threshold: 0.35 }],
    ['bits', { average: 'macro', threshold: 0.35 }],
  ],
  FalseNegatives: [['column']],
  FalsePositives: [['bits', { thresholds: [0.25, 0.55] }]],
  Hinge: [['bits']],
  KLDivergence: [['distributions']],
  LogCoshError: [['numbers']],
  Mean: [['numbers']],
  MeanAbsoluteError: [['numbers']],
  MeanAbsolutePercentageError: [['numbers']],
  MeanSquaredError: [['numbers']],
  MeanSquaredLogarithmicError: [['numbers']],
  PearsonCorrelation: [['numbers']],
  Poisson: [['numbers']],
  Precision: [['column'], ['bits', { topK: 1 }], ['bits', { classId: 1, thresholds: 0.25 }]],
  R2Score: [['numbers'], ['numbers', { classAggregation: 'variance_weighted_average' }]],
  Recall: [['column'], ['bits', { topK: 2 }], ['bits', { thresholds: [0.25, 0.55] }]],
  RootMeanSquaredError: [['numbers']],
  SparseCategoricalAccuracy: [['labels']],
  SparseCategoricalCrossentropy: [['labels']],
  SparseTopKCategoricalAccuracy: [
    ['labels', { k: 2 }],
    ['sortedIds', { k: 1, fromSortedIds: true }],
  ],
  SquaredHinge: [['bits']],
  Sum: [['numbers']],
  TopKCategoricalAccuracy: [['distributions', { k: 2 }]],
  TrueNegatives: [['bits', { thresholds: 0.25 }]],
  TruePositives: [['bits']],
};

interface Case<T> {
  readonly what: string;
  readonly make: (options?: Options) => T;
  readonly batch: Batch;
}

type Classes = readonly { readonly className: string }[];

/** A case for each row of a table. */
function casesOf<T>(
  classes: Classes,
  table: Readonly<Record<string, readonly (readonly [Kind, Options?])[]>>,
): Case<T>[] {
  return classes.flatMap((type) =>
    (table[type.className] ?? []).map(([kind, given = {}]) => ({
      what: `${type.className} ${JSON.stringify(given)} of ${kind}`,
      make: (options = {}) =>
        new (type as unknown as new (o: Options) => T)({ ...given, ...options }),
      batch: KINDS[kind],
    })),
  );
}

/** Each sample as often as its weight says. */
function repeated({ yTrue, yPred }: Batch, weights: readonly number[] = WEIGHTS): Batch {
  const repeat = (rows: Rows): Rows =>
    rows.flatMap((row, i) => new Array<typeof row>(weights[i] ?? 0).fill(row));
  return { yTrue: repeat(yTrue), yPred: repeat(yPred) };
}

const tensorOf = (rows: Rows): Tensor => tensor(rows);
const expectClose = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
  expect(actual.length).toBe(expected.length);
  Array.from(actual).forEach((value, i) => {
    const wanted = expected[i] ?? NaN;
    expect(Math.abs(value - wanted), `${value}, not ${wanted}`).toBeLessThan(
      2e-6 * (1 + Math.abs(wanted)),
    );
  });
};

it.each([
  ['losses', lossRegistry.classes as Classes, LOSSES],
  ['metrics', metricRegistry.classes as Classes, METRICS],
])('the tables have all %s', (_, classes, table) => {
  expect(Object.keys(table).sort()).toEqual(classes.map(({ className }) => className).sort());
});

describe.each(casesOf<Loss>(lossRegistry.classes, LOSSES))('$what', ({ make, batch }) => {
  const count = WEIGHTS.length;
  const total = WEIGHTS.reduce((a, b) => a + b, 0);
  const yTrue = tensorOf(batch.yTrue);
  const yPred = tensorOf(batch.yPred);

  it('loses w times what the sample alone loses', () => {
    const loss = make({ reduction: 'none' });
    const alone = WEIGHTS.map((_, i) => {
      const one = (rows: Rows): Tensor => tensorOf(rows.slice(i, i + 1));
      return loss.apply(one(batch.yTrue), one(batch.yPred)).data()[0] ?? NaN;
    });
    const weighted = loss.apply(yTrue, yPred, WEIGHTS);
    expectClose(
      weighted.data(),
      alone.map((value, i) => value * (WEIGHTS[i] ?? NaN)),
    );
  });

  it.each(REDUCTIONS.filter((name) => name !== 'none'))(
    'comes with %s to what the repeated samples come to, and its gradient too',
    (reduction) => {
      // Keras: a sum over the batch counts samples, whatever they weigh.
      const divisor = { sum: 1, mean_with_sample_weight: total, sum_over_batch_size: count };
      const expected = repeated(batch);
      const sumOf = make({ reduction: 'sum' }).apply(
        tensorOf(expected.yTrue),
        tensorOf(expected.yPred),
      );
      const by = divisor[reduction === 'mean' ? 'sum_over_batch_size' : reduction];
      const loss = make({ reduction });
      expectClose(loss.apply(yTrue, yPred, WEIGHTS).data(), [sumOf.item() / by]);

      const gradient = grad((p: Tensor) => loss.apply(yTrue, p, WEIGHTS))(yPred).data();
      const sums = grad((p: Tensor) => make({ reduction: 'sum' }).apply(yTrue, p))(yPred).data();
      const width = gradient.length / count;
      const scaled = Array.from(sums, (g, i) => (g * (WEIGHTS[Math.floor(i / width)] ?? NaN)) / by);
      expectClose(gradient, scaled);
    },
  );

  it('takes weights in a column, and weights that are all 0', () => {
    const loss = make();
    const column = WEIGHTS.map((weight) => [weight]);
    expectClose(loss.apply(yTrue, yPred, column).data(), loss.apply(yTrue, yPred, WEIGHTS).data());
    const none = new Array<number>(count).fill(0);
    expect(make({ reduction: 'mean_with_sample_weight' }).apply(yTrue, yPred, none).item()).toBe(0);
  });
});

describe.each(casesOf<Metric>(metricRegistry.classes, METRICS))('$what', ({ make, batch }) => {
  /** Mean and Sum take values and no predictions. */
  const update = (metric: Metric, { yTrue, yPred }: Batch, weights?: Rows): void => {
    const takesValues = ['Mean', 'Sum'].includes((metric.constructor as typeof Metric).className);
    tidy(() => {
      const weight = weights === undefined ? undefined : tensorOf(weights);
      if (takesValues) metric.updateState(tensorOf(yPred), weight as Tensor);
      else metric.updateState(tensorOf(yTrue), tensorOf(yPred), weight);
    });
  };
  const resultOf = (...updates: readonly (readonly [Batch, Rows?])[]): number[] => {
    const metric = make();
    for (const [part, weights] of updates) update(metric, part, weights);
    return [metric.result()].flat();
  };
  const part = ({ yTrue, yPred }: Batch, from: number, to: number): Batch => ({
    yTrue: yTrue.slice(from, to),
    yPred: yPred.slice(from, to),
  });
  const expected = resultOf([repeated(batch)]);

  it('comes to what the repeated samples come to', () => {
    expect(expected.every(Number.isFinite)).toBe(true);
    expectClose(resultOf([batch, WEIGHTS]), expected);
    expect(resultOf([batch])).not.toEqual(expected);
  });

  it('comes to the same in two batches, one of them without weights', () => {
    const [first, second] = [part(batch, 0, 2), part(batch, 2, 6)];
    expectClose(resultOf([first, WEIGHTS.slice(0, 2)], [second, WEIGHTS.slice(2)]), expected);
    const ones = [1, 1, ...WEIGHTS.slice(2)];
    expectClose(resultOf([first], [second, WEIGHTS.slice(2)]), resultOf([repeated(batch, ones)]));
  });

  it('holds nothing', () => {
    const metric = make();
    update(metric, batch, WEIGHTS);
    const before = memory();
    update(metric, batch, WEIGHTS);
    expect(memory()).toEqual(before);
  });
});
