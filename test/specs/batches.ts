// Targets and predictions for the rows of losses and metrics.

type Rows = readonly (number | readonly number[] | readonly (readonly number[])[])[];

/** Targets and predictions of six samples. */
export interface Batch {
  readonly yTrue: Rows;
  readonly yPred: Rows;
}

const PREDICTIONS = [
  [0.7, 0.2, 0.1],
  [0.1, 0.3, 0.6],
  [0.2, 0.5, 0.3],
  [0.3, 0.3, 0.4],
  [0.6, 0.1, 0.3],
  [0.25, 0.5, 0.25],
];
const LABELS = [0, 2, 0, 1, 2, 1];

export const batches = {
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
  /** Numbers of classes. */
  ids: { yTrue: LABELS, yPred: LABELS.map((label, i) => (i % 2 === 0 ? label : (label + 1) % 3)) },
  column: { yTrue: [1, 0, 1, 0, 1, 1], yPred: [0.9, 0.2, 0.4, 0.6, 0.3, 0.8] },
  /** Labels without positions, filled up by 0, and logits of the classes at five steps. */
  spelled: {
    yTrue: LABELS.map((label) => [2 - (label >> 1), 1, 0]),
    yPred: PREDICTIONS.map((row, i) => [0, 1, 2, 3, 4].map((t) => row.map((p) => p * (t + i - 3)))),
  },
  sortedIds: {
    yTrue: LABELS,
    yPred: LABELS.map((label, i) => [(label + i) % 3, label, 2].map(Math.trunc)),
  },
} as const satisfies Record<string, Batch>;

export type BatchKind = keyof typeof batches;

/** A case of a row: targets of a kind, options, and why a weight of 2 does not stand for the sample twice. */
export type Case = readonly [
  kind: BatchKind,
  options?: Readonly<Record<string, unknown>>,
  notWeighed?: string | undefined,
  /** Arguments before the options. */
  before?: readonly unknown[],
];
