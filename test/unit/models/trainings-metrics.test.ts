// Metrics in steps of training that are repeated: all that are there, and what is done to one between two steps.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as layers from '../../../src/layers.js';
import * as losses from '../../../src/losses.js';
import * as metrics from '../../../src/metrics.js';
import { Sequential } from '../../../src/models.js';
import { L2 } from '../../../src/regularizers.js';
import { keep, memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { metricSpecs } from '../../specs/metrics.js';
import { made } from '../../specs/spec.js';
import { bitsOf, labels, numbers } from './networks.js';
import { Probe, repeatedSteps, withoutRepetition } from './repeated.js';

type MetricClass = new (...args: readonly unknown[]) => metrics.Metric;

/** All but those of values, which take no targets and predictions. */
const classes = Object.entries(metricSpecs)
  .filter(([name]) => name !== 'Mean' && name !== 'Sum')
  .map(([name, { readsElements = false }]) => {
    return [name, metrics[name as keyof typeof metrics] as MetricClass, readsElements] as const;
  });

/** A model that is compiled with these metrics; its twin runs the layers at each step. */
function pairOf(make: () => metrics.Metric[], weighted: () => metrics.Metric[] = () => []) {
  const models = [0, 1].map(() => {
    setRandomSeed(1);
    const model = new Sequential([
      layers.Input([3]),
      new layers.Dense(3, { activation: 'softmax' }),
    ]);
    const loss = 'categorical_crossentropy';
    model.compile({ optimizer: 'adam', loss, metrics: make(), weightedMetrics: weighted() });
    return model;
  });
  withoutRepetition(models[1] as Sequential);
  return models as [Sequential, Sequential];
}

const STEPS = 12;

function batchOf(step: number, isSparse: boolean): [Tensor, Tensor, { sampleWeight: Tensor }] {
  const x = tensor(numbers(12, step), { shape: [4, 3] });
  const of = [...labels(4)].map((label) => (label + step) % 3);
  const y = isSparse
    ? tensor(of.map((label) => [label]))
    : tensor(of.map((label) => [0, 1, 2].map((place) => (place === label ? 1 : 0))));
  return [x, y, { sampleWeight: tensor(numbers(4, step)).abs() }];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a step that is repeated gives the results of the layers', () => {
  it.each(classes)('with %s', (name, Class, readsElements) => {
    const isSparse = name.startsWith('Sparse');
    const [args = []] = metricSpecs[name]?.examples ?? [];
    const make = (): metrics.Metric => new Class(...made(args));
    const [model, plain] = pairOf(
      () => [make()],
      () => [make()],
    );
    if (isSparse)
      for (const each of [model, plain]) {
        each.compile({
          optimizer: 'adam',
          loss: 'sparse_categorical_crossentropy',
          metrics: [make()],
          weightedMetrics: [make()],
        });
      }
    if (isSparse) withoutRepetition(plain);
    for (let step = 0; step < STEPS; step++) {
      const batch = batchOf(step, isSparse);
      const results = [model, plain].map((each) => each.trainOnBatch(...batch));
      expect(results[0], `step ${step}`).toEqual(results[1]);
      expect(results[0]?.length).toBe(3);
    }
    expect(bitsOf(model)).toEqual(bitsOf(plain));
    expect(repeatedSteps(model)).toBe(1);
    const { hasOthers, testSteps } = model.requireCompiled('test');
    expect(hasOthers, `readsElements in the row of ${name}`).toBe(readsElements);
    for (let step = 0; step < STEPS; step++) {
      const batch = batchOf(step, isSparse);
      const results = [model, plain].map((each) => each.testOnBatch(...batch));
      expect(results[0], `step ${step}`).toEqual(results[1]);
    }
    expect(testSteps.count).toBe(1);
  });
});

describe('a step of evaluate that is repeated', () => {
  const make = (): Sequential => {
    const [model] = pairOf(() => [new metrics.CategoricalAccuracy()]);
    for (let step = 0; step < STEPS; step++) model.testOnBatch(...batchOf(step, false));
    expect(model.requireCompiled('test').testSteps.count).toBe(1);
    return model;
  };

  it('runs no layer, and changes no weight', () => {
    const model = new Sequential([layers.Input([3]), new layers.Dense(3), new Probe()]);
    model.compile({ loss: 'mse' });
    for (let step = 0; step < STEPS; step++) model.testOnBatch(...batchOf(step, false));
    Probe.calls = 0;
    const before = bitsOf(model);
    model.testOnBatch(...batchOf(1, false));
    expect(Probe.calls).toBe(0);
    expect(bitsOf(model)).toEqual(before);
  });

  it('heeds weights that have changed', () => {
    const model = make();
    const [x, y] = batchOf(1, false);
    const measured = (): number[] => {
      model.resetMetrics();
      return model.testOnBatch(x, y);
    };
    const before = measured();
    model.trainOnBatch(x, y);
    const after = measured();
    expect(after).not.toEqual(before);
    withoutRepetition(model);
    expect(measured()).toEqual(after);
  });

  it('gives the results of all batches, of which the last one is smaller', async () => {
    const x = tensor(numbers(3 * 50), { shape: [50, 3] });
    const y = tensor(
      [...labels(50)].map((label) => [0, 1, 2].map((at) => (at === label % 3 ? 1 : 0))),
    );
    const [model, plain] = pairOf(() => [new metrics.CategoricalAccuracy(), new metrics.AUC()]);
    for (let pass = 0; pass < 3; pass++) {
      const results = [model, plain].map((each) =>
        each.evaluate(x, y, { batchSize: 4, verbose: 0 }),
      );
      expect(await results[0]).toEqual(await results[1]);
    }
    expect(model.requireCompiled('test').testSteps.count).toBe(1);
  });

  // Whatever its options are, it reads elements, so that it works behind the repetition.
  it.each([
    { k: 1, fromSortedIds: true },
    { k: 2, fromSortedIds: true },
    { k: 1, fromSortedIds: false },
    { k: 2, fromSortedIds: false },
  ])('is measured by SparseTopKCategoricalAccuracy of %j', (options) => {
    const model = new Sequential([layers.Input([3]), new layers.Identity()]);
    model.compile({ metrics: [new metrics.SparseTopKCategoricalAccuracy(options)] });
    const { k, fromSortedIds } = options;
    for (let step = 0; step < STEPS; step++) {
      const rows = [0, 1, 2].map((row) => [0, 1, 2].map((place) => (place + row * step) % 3));
      const y = [step % 3, 1, 2];
      const found = rows.filter((row, i) => {
        const ids = [0, 1, 2].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0));
        return (fromSortedIds ? row : ids).slice(0, k).includes(y[i] ?? 0);
      });
      model.resetMetrics();
      const result = [model.testOnBatch(tensor(rows, { dtype: 'float32' }), tensor(y))].flat();
      expect(result.at(-1), `step ${step}`).toBeCloseTo(found.length / 3, 6);
    }
    expect(model.requireCompiled('test').testSteps.count).toBe(1);
  });

  it('is given back with the model, and when the model is compiled again', () => {
    for (const end of [
      (model: Sequential) => {
        model.compile({ loss: 'mse' });
      },
      (model: Sequential) => {
        model.dispose();
      },
    ]) {
      const model = make();
      const { testSteps } = model.requireCompiled('test');
      end(model);
      expect(testSteps.count).toBe(0);
    }
  });
});

describe('a metric of a user', () => {
  it('may keep outputs, whose losses are those of their own batches', () => {
    const kept: [Tensor, Tensor][] = [];
    const keeping = (yTrue: Tensor, yPred: Tensor): Tensor => {
      kept.push([keep(yTrue), keep(yPred)]);
      return yPred.square().mean(-1);
    };
    const [model, plain] = pairOf(() => [keeping as never]);
    for (const each of [model, plain])
      for (let step = 0; step < STEPS; step++) each.trainOnBatch(...batchOf(step, false));
    const found = kept.map((batch) => [...losses.categoricalCrossentropy(...batch).data()]);
    found.slice(0, STEPS).forEach((loss, step) => {
      (found[step + STEPS] ?? []).forEach((expected, i) => {
        expect(loss[i], `batch ${step}`).toBeCloseTo(expected, 5);
      });
    });
  });

  it('leaves no tensor behind in `computeMetrics` outside of a scope', () => {
    const [model] = pairOf(() => [new metrics.CategoricalAccuracy(), new metrics.AUC()]);
    const [x, y] = batchOf(1, false);
    const yPred = model.apply(x);
    model.computeMetrics({ x, y, yPred }, 1);
    const { tensors } = memory();
    model.computeMetrics({ x, y, yPred }, 1);
    expect(memory().tensors).toBe(tensors);
  });
});

describe('what is done to a metric or an optimizer is heeded', () => {
  const warm = (): Sequential => {
    const [model] = pairOf(() => [new metrics.CategoricalAccuracy()]);
    for (let step = 0; step < STEPS; step++) model.trainOnBatch(...batchOf(step, false));
    expect(repeatedSteps(model)).toBe(1);
    return model;
  };

  it('an `updateState` of its own', () => {
    const model = warm();
    const metric = model.metrics[1] as metrics.CategoricalAccuracy;
    let calls = 0;
    metric.updateState = () => {
      calls++;
    };
    model.trainOnBatch(...batchOf(1, false));
    model.trainOnBatch(...batchOf(2, false));
    expect(calls).toBe(2);
  });

  it('an option', () => {
    const [model, plain] = pairOf(() => [new metrics.BinaryAccuracy()]);
    for (let step = 0; step < STEPS; step++) {
      if (step === STEPS - 2) {
        for (const each of [model, plain])
          Object.assign(each.metrics[1] as metrics.Metric, { threshold: 0.9 });
      }
      const batch = batchOf(step, false);
      const results = [model, plain].map((each) => each.trainOnBatch(...batch));
      expect(results[0]).toEqual(results[1]);
    }
  });

  it('an `updateState` of its own that is taken away', () => {
    const metric = new metrics.CategoricalAccuracy();
    const updateState = metric.updateState.bind(metric);
    metric.updateState = (...given) => {
      updateState(...given);
    };
    const [model] = pairOf(() => [new metrics.CategoricalAccuracy(), metric]);
    for (let step = 0; step < STEPS; step++) {
      if (step === STEPS - 2) Reflect.deleteProperty(metric, 'updateState');
      const [, first, second] = model.trainOnBatch(...batchOf(step, false));
      expect(second).toBe(first);
    }
  });

  it('a function of its own, of a metric or a loss', () => {
    const model = warm();
    for (let step = 0; step < STEPS; step++) {
      const [x, y] = batchOf(step, false);
      model.testOnBatch(x, y);
    }
    const ofMetric = model.metrics[1] as metrics.CategoricalAccuracy;
    Object.assign(ofMetric, { fn: (y: Tensor) => y.sum(-1).mul(7) });
    const [ofLoss] = model.requireCompiled('test').losses.all;
    Object.assign(ofLoss ?? {}, { call: (y: Tensor) => y.sum(-1).mul(5) });
    model.resetMetrics();
    const [x, y] = batchOf(1, false);
    expect(model.testOnBatch(x, y).map(Math.round)).toEqual([5, 7]);
  });

  it('what a function outside of a metric computes with', () => {
    let factor = 1;
    const metric = new metrics.MeanMetricWrapper((y) => y.sum(-1).mul(factor), { name: 'own' });
    const model = new Sequential([layers.Input([3]), new layers.Dense(3)]);
    model.compile({ loss: 'mse', metrics: [metric] });
    const [x, y] = batchOf(1, false);
    for (let step = 0; step < 2 * STEPS; step++) {
      if (step === STEPS) factor = 5;
      model.resetMetrics();
      expect(model.trainOnBatch(x, y)[1]).toBe(factor);
      model.resetMetrics();
      expect(model.testOnBatch(x, y)[1]).toBe(factor);
    }
  });

  it('a penalty that is changed, set or no longer counts, in evaluate', () => {
    const regularizer = new L2(0.1);
    const model = new Sequential([
      layers.Input([3]),
      new layers.Dense(3, { kernelRegularizer: regularizer }),
    ]);
    model.compile({ loss: 'mse' });
    const [x, y] = batchOf(1, false);
    const loss = (): number => {
      model.resetMetrics();
      return Number(model.testOnBatch(x, y));
    };
    const squares = Number(model.weights[0]?.value.square().sum().item());
    const expected = loss() - 0.1 * squares;
    const expectLoss = (penalty: number): void => {
      // After each change it takes more steps until one is recorded.
      for (let step = 0; step < 8 * STEPS; step++)
        expect(loss()).toBeCloseTo(expected + penalty, 4);
      expect(model.requireCompiled('test').testSteps.count).toBe(1);
    };
    expectLoss(0.1 * squares);
    Object.assign(regularizer, { l2: 1 });
    expectLoss(squares);
    (model.layers[0] as layers.Dense).trainable = false;
    expectLoss(0);
  });

  it('an `apply` of its own', () => {
    const model = warm();
    const { optimizer } = model;
    let calls = 0;
    if (optimizer !== undefined)
      optimizer.apply = () => {
        calls++;
      };
    const before = bitsOf(model);
    model.trainOnBatch(...batchOf(1, false));
    expect(calls).toBe(1);
    expect(bitsOf(model)).toEqual(before);
  });
});
