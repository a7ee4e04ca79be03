// Every declared loss and metric with weights of samples: a weight of 2 is the sample twice, a weight of 0 the sample left
// out. So the numbers to compare with come from batches without weights. And each metric is stopped and resumed by its state.
import { describe, expect, it } from 'vitest';
import { REDUCTIONS } from '../../../src/nn/losses/reduction.js';
import type { Loss } from '../../../src/losses.js';
import type { Metric } from '../../../src/metrics.js';
import { grad } from '../../../src/engine/ops/index.js';
import { memory, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { batches } from '../../specs/batches.js';
import type { Batch, Case } from '../../specs/batches.js';
import { families } from '../../specs/families.js';
import { lossSpecs } from '../../specs/losses.js';
import { metricSpecs } from '../../specs/metrics.js';

type Options = Readonly<Record<string, unknown>>;
type Rows = Batch['yTrue'];

const WEIGHTS = [2, 0, 3, 3, 1, 1];

interface WeightedCase<T> {
  readonly what: string;
  readonly make: (options?: Options) => T;
  readonly batch: Batch;
  readonly notWeighed: string | undefined;
}

/** The cases of the rows of a family. */
const casesOf = <T>(
  family: string,
  specs: Readonly<Record<string, { readonly cases: readonly Case[] }>>,
): WeightedCase<T>[] =>
  // prettier-ignore
  (families[family]?.classes ?? []).flatMap((type) =>
    (specs[type.className]?.cases ?? []).map(([kind, given = {}, notWeighed, before = []]) => ({
      notWeighed,
      what: `${type.className} ${JSON.stringify(given)} of ${kind}`,
      make: (options = {}) => new type(...before, { ...given, ...options }) as T,
      batch: batches[kind],
    })),
  );

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

const isWeighed = ({ notWeighed }: { notWeighed: string | undefined }): boolean =>
  notWeighed === undefined;

describe.each(casesOf<Loss>('losses', lossSpecs).filter(isWeighed))('$what', ({ make, batch }) => {
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

describe.each(casesOf<Metric>('metrics', metricSpecs))('$what', ({ make, batch, notWeighed }) => {
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

  if (notWeighed === undefined)
    it('comes to what the repeated samples come to', () => {
      expect(expected.every(Number.isFinite)).toBe(true);
      expectClose(resultOf([batch, WEIGHTS]), expected);
      expect(resultOf([batch])).not.toEqual(expected);
    });

  if (notWeighed === undefined)
    it('comes to the same in two batches, one of them without weights', () => {
      const [first, second] = [part(batch, 0, 2), part(batch, 2, 6)];
      expectClose(resultOf([first, WEIGHTS.slice(0, 2)], [second, WEIGHTS.slice(2)]), expected);
      const ones = [1, 1, ...WEIGHTS.slice(2)];
      expectClose(resultOf([first], [second, WEIGHTS.slice(2)]), resultOf([repeated(batch, ones)]));
    });

  it('goes on from the state of another as that would', () => {
    const [first, second] = [part(batch, 0, 2), part(batch, 2, 6)];
    const [whole, stopped, resumed] = [make(), make(), make()];
    for (const metric of [whole, stopped]) update(metric, first, WEIGHTS.slice(0, 2));
    resumed.setState(JSON.parse(JSON.stringify(stopped.getState())) as number[]);
    expect(resumed.result()).toEqual(stopped.result());
    for (const metric of [whole, resumed]) update(metric, second);
    expect(resumed.result()).toEqual(whole.result());
    // Before the first batch there is a state too.
    stopped.setState(make().getState() ?? []);
    expect(stopped.result()).toEqual(make().result());
  });

  it('holds nothing', () => {
    const metric = make();
    update(metric, batch, WEIGHTS);
    const before = memory();
    update(metric, batch, WEIGHTS);
    expect(memory()).toEqual(before);
  });
});
