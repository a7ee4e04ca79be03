// A row for each loss: the options that are numbers or names, the formula of one sample, and the data for tests.
import type { Case } from './batches.js';
import type { ClassSpec, ClassSpecs } from './spec.js';

type Formula = (t: readonly number[], p: readonly number[]) => number;

interface LossSpec extends ClassSpec {
  readonly cases: readonly Case[];
  /** The loss of one sample in float64. */
  readonly formula?: Formula | undefined;
}

const loss = (
  takes: string,
  formula: Formula | undefined,
  ...cases: readonly Case[]
): LossSpec => ({
  takes: `reduction: reductions; ${takes}`,
  formula,
  cases,
  examples: cases.map(([, options = {}]) => [options]),
});

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
export const mean = (values: readonly number[]): number => sum(values) / values.length;
const norm = (x: readonly number[]): number => Math.hypot(...x);

type Pairwise = (t: number, p: number) => number;
const pairs = (t: readonly number[], p: readonly number[], f: Pairwise): number[] =>
  t.map((value, i) => f(value, p[i] ?? NaN));
const meanOf =
  (f: Pairwise): Formula =>
  (t, p) =>
    mean(pairs(t, p, f));
const sumOf =
  (f: Pairwise): Formula =>
  (t, p) =>
    sum(pairs(t, p, f));

const crossentropy: Pairwise = (a, b) => -a * Math.log(b) - (1 - a) * Math.log(1 - b);
const logOf = (x: number): number => Math.log1p(Math.max(x, 1e-7));
const IGNORED = 'a mean is over the samples that are left';
const LABELS = 'labelSmoothing: fraction; axis: whole';

export const lossSpecs: ClassSpecs<LossSpec> = {
  BinaryCrossentropy: loss(LABELS, meanOf(crossentropy), ['bits'], ['bits', { fromLogits: true, labelSmoothing: 0.1 }]), // prettier-ignore
  BinaryFocalCrossentropy: loss(
    `${LABELS}; alpha: fraction; gamma: at least 0`,
    meanOf((a, b) => (1 - a * b - (1 - a) * (1 - b)) ** 2 * crossentropy(a, b)),
    ['bits'],
    ['bits', { applyClassBalancing: true, gamma: 1 }],
  ),
  CategoricalCrossentropy: loss(
    LABELS,
    (t, p) => -sum(pairs(t, p, (a, b) => a * Math.log(b / sum(p)))),
    ['distributions'],
    ['distributions', { fromLogits: true, labelSmoothing: 0.1 }],
  ),
  CategoricalFocalCrossentropy: loss(
    `${LABELS}; alpha gamma: at least 0`,
    (t, p) => -sum(pairs(t, p, (a, b) => 0.25 * (1 - b / sum(p)) ** 2 * a * Math.log(b / sum(p)))),
    ['distributions'],
  ),
  CategoricalGeneralizedCrossEntropy: loss(
    'q: a finite number above 0 and below 1',
    undefined,
    ['labels'],
    ['labels', { q: 0.9 }],
  ),
  CategoricalHinge: loss(
    '',
    (t, p) =>
      Math.max(
        0,
        1 + Math.max(...pairs(t, p, (a, b) => (1 - a) * b)) - sum(pairs(t, p, (a, b) => a * b)),
      ),
    ['distributions'],
  ),
  // What a sample loses depends on the others: so a weight is no repetition, and none loses alone.
  Circle: loss('gamma: at least 0; margin: finite', undefined, [
    'labels',
    { gamma: 2, margin: 0.25 },
    'it compares samples',
  ]),
  CTC: loss('', undefined, ['spelled']),
  CosineSimilarity: loss(
    'axis: whole',
    (t, p) => -sum(pairs(t, p, (a, b) => a * b)) / (norm(t) * norm(p)),
    ['numbers'],
  ),
  // One region a sample: those over all axes have no samples to weigh.
  Dice: loss('', undefined, ['bits', { axis: 1 }]),
  Hinge: loss(
    '',
    meanOf((a, b) => Math.max(1 - (2 * a - 1) * b, 0)),
    ['bits'],
  ),
  Huber: loss(
    'delta: at least 0',
    meanOf((a, b) => (Math.abs(a - b) <= 1 ? (a - b) ** 2 / 2 : Math.abs(a - b) - 0.5)),
    ['numbers'],
    ['numbers', { delta: 0.2 }],
  ),
  KLDivergence: loss(
    '',
    sumOf((a, b) => Math.max(a, 1e-7) * Math.log(Math.max(a, 1e-7) / b)),
    ['distributions'],
    ['numbers'],
  ),
  LogCosh: loss(
    '',
    meanOf((a, b) => Math.log(Math.cosh(b - a))),
    ['numbers'],
  ),
  MeanAbsoluteError: loss(
    '',
    meanOf((a, b) => Math.abs(a - b)),
    ['numbers'],
  ),
  MeanAbsolutePercentageError: loss(
    '',
    meanOf((a, b) => (100 * Math.abs(a - b)) / Math.max(Math.abs(a), 1e-7)),
    ['numbers'],
  ),
  MeanSquaredError: loss(
    '',
    meanOf((a, b) => (a - b) ** 2),
    ['numbers'],
  ),
  MeanSquaredLogarithmicError: loss(
    '',
    meanOf((a, b) => (logOf(a) - logOf(b)) ** 2),
    ['numbers'],
  ),
  Poisson: loss(
    '',
    meanOf((a, b) => b - a * Math.log(b + 1e-7)),
    ['numbers'],
  ),
  SparseCategoricalCrossentropy: loss(
    `${LABELS}; ignoreClass: class`,
    undefined,
    ['labels'],
    ['labels', { fromLogits: true }],
    ['labels', { ignoreClass: 1 }, IGNORED],
    ['labels', { ignoreClass: 1, fromLogits: true }, IGNORED],
  ),
  SparseCategoricalFocalCrossentropy: loss(
    'gamma: at least 0; ignoreClass: class; axis: whole',
    undefined,
    ['labels'],
    ['labels', { alpha: [0.2, 0.5, 0.9], gamma: 1, fromLogits: true }],
    ['labels', { ignoreClass: 1 }, IGNORED],
  ),
  SquaredHinge: loss(
    '',
    meanOf((a, b) => Math.max(1 - (2 * a - 1) * b, 0) ** 2),
    ['bits'],
  ),
  Tversky: loss('alpha beta: finite', undefined, ['bits', { axis: 1, alpha: 0.3 }]),
};
