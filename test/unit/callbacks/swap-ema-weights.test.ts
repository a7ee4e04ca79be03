// One weight, one sample x = 1, y = 0: a step is w ← w (1 − 2 rate), the average a ← m a + (1 − m) w, the loss w².
import { describe, expect, it } from 'vitest';
import { callbacks, layers, optimizers, Sequential } from 'lanegrad';
import type { models } from 'lanegrad';
import { bits, network, open, quiet, x as samples, y as labels } from '../remote/network.js';

const x = [[1]];
const y = [[0]];
const RATE = 0.1;
const MOMENTUM = 0.75;

function model(
  options: optimizers.SGDOptions = { useEma: true, emaMomentum: MOMENTUM },
  around = (inner: optimizers.Optimizer): optimizers.Optimizer => inner,
): Sequential {
  const dense = new layers.Dense(1, { kernelInitializer: 'ones', useBias: false, inputShape: [1] });
  const made = new Sequential([dense]);
  const sgd = new optimizers.SGD({ learningRate: RATE, ...options });
  made.compile({ loss: 'mse', optimizer: around(sgd) });
  return made;
}

/** Weight and average after that many steps. */
function expected(steps: number): { readonly weight: number; readonly average: number } {
  let [weight, average] = [1, 0];
  for (let step = 0; step < steps; step++) {
    weight *= 1 - 2 * RATE;
    average = step === 0 ? weight : MOMENTUM * average + (1 - MOMENTUM) * weight;
  }
  return { weight, average };
}

const weightOf = (trained: models.Model): number => trained.getWeights()[0]?.item() ?? NaN;
const fitting = { verbose: 0, validationData: [x, y] } as const;
const swap = (options?: callbacks.SwapEMAWeightsOptions): callbacks.SwapEMAWeights =>
  new callbacks.SwapEMAWeights(options);

describe('SwapEMAWeights', () => {
  it.each<[string, (inner: optimizers.Optimizer) => optimizers.Optimizer]>([
    ['itself', (inner) => inner],
    ['a LossScaleOptimizer', (inner) => new optimizers.LossScaleOptimizer(inner)],
    [
      'a MultiOptimizer',
      (inner) => new optimizers.MultiOptimizer(new optimizers.OptimizerMap(inner)),
    ],
  ])('validates with the averages and trains on with the weights, in %s', async (_, around) => {
    const trained = model(undefined, around);
    const seen: number[] = [];
    const onEpochEnd = (): void => void seen.push(weightOf(trained));
    const list = [swap(), { onEpochEnd }];
    const { history } = await trained.fit(x, y, { ...fitting, epochs: 3, callbacks: list });
    [1, 2, 3].forEach((steps, i) => {
      const { weight, average } = expected(steps);
      expect(history['val_loss']?.[i]).toBeCloseTo(average ** 2, 6);
      expect(seen[i]).toBeCloseTo(weight, 6);
    });
    expect(weightOf(trained)).toBeCloseTo(expected(3).average, 6);
  });

  it('shows later callbacks the averages at the end of an epoch', async () => {
    const trained = model();
    const seen: number[] = [];
    const onEpochEnd = (): void => void seen.push(weightOf(trained));
    const list = [swap({ swapOnEpoch: true }), { onEpochEnd }];
    const { history } = await trained.fit(x, y, { ...fitting, epochs: 3, callbacks: list });
    [1, 2, 3].forEach((steps, i) => {
      expect(seen[i]).toBeCloseTo(expected(steps).average, 6);
      expect(history.loss?.[i]).toBeCloseTo(expected(steps - 1).weight ** 2, 6);
    });
    expect(weightOf(trained)).toBeCloseTo(expected(3).average, 6);
    expect(trained.optimizer?.hasSwapped).toBe(false);
  });

  it('ends with the averages where a later callback ends training', async () => {
    const trained = model();
    const onEpochEnd = (): void => void (trained.stopTraining = true);
    await trained.fit(x, y, {
      ...fitting,
      epochs: 9,
      callbacks: [swap({ swapOnEpoch: true }), { onEpochEnd }],
    });
    expect(weightOf(trained)).toBeCloseTo(expected(1).average, 6);
  });

  it('measures and predicts with the averages', async () => {
    const trained = model();
    const { weight, average } = expected(4);
    for (let step = 0; step < 4; step++) trained.trainOnBatch(x, y);
    const measured = await trained.evaluate(x, y, { verbose: 0, callbacks: swap() });
    expect(measured[0]).toBeCloseTo(average ** 2, 6);
    const predicted = await trained.predict(x, { verbose: 0, callbacks: swap() });
    expect(predicted.item()).toBeCloseTo(average, 6);
    expect(weightOf(trained)).toBeCloseTo(weight, 6);
  });

  it('exchanges nothing before the first step', async () => {
    const fresh = model();
    expect(await fresh.evaluate(x, y, { verbose: 0, callbacks: swap() })).toEqual([1]);
    expect(fresh.optimizer?.hasSwapped).toBe(false);
  });

  it('asks for an optimizer with averages', async () => {
    const plain = model({});
    await expect(plain.fit(x, y, { verbose: 0, callbacks: swap() })).rejects.toThrow(
      /SwapEMAWeights: the optimizer keeps no moving averages .* useEma: true/,
    );
    expect(() => swap({ swapOnEpoch: 1 as never })).toThrow(/swapOnEpoch must be true or false/);
  });

  it.each([false, true])(
    'does in a worker what it does here, swapOnEpoch %s',
    async (swapOnEpoch) => {
      const make = (): Sequential => {
        const made = network();
        const optimizer = new optimizers.Adam({
          learningRate: 0.01,
          useEma: true,
          emaMomentum: 0.5,
        });
        made.compile({ optimizer, loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
        return made;
      };
      const options = { ...quiet, epochs: 2, validationSplit: 0.2 };
      const here = make();
      const stop = (at: { stopTraining: boolean }) => ({
        onEpochEnd: (epoch: number) => void (at.stopTraining = epoch === 0 && swapOnEpoch),
      });
      const expectedRun = await here.fit(samples, labels, { ...options, callbacks: [swap({ swapOnEpoch }), stop(here)] }); // prettier-ignore
      const there = make();
      const remote = await open(there);
      const run = await remote.fit(samples, labels, { ...options, callbacks: [swap({ swapOnEpoch }), stop(remote)] }); // prettier-ignore
      expect(run.history).toEqual(expectedRun.history);
      expect(bits(there)).toEqual(bits(here));
      const measured = await remote.evaluate(samples, labels, { verbose: 0, callbacks: swap() });
      expect(measured).toEqual(
        await here.evaluate(samples, labels, { verbose: 0, callbacks: swap() }),
      );
      expect(bits(there)).toEqual(bits(here));
    },
  );
});
