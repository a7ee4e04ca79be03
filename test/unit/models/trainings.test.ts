// Steps of training are recorded and repeated: what ends that, and what is never repeated.
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as activations from '../../../src/activations.js';
import * as layers from '../../../src/layers.js';
import * as losses from '../../../src/losses.js';
import { Model, Sequential } from '../../../src/models.js';
import type { AnyModel, CompileOptions } from '../../../src/models.js';
import { Adam, SGD } from '../../../src/optimizers.js';
import { L2 } from '../../../src/regularizers.js';
import { plainRuntime } from '../../../src/engine/runtime/index.js';
import { keep, memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor, Variable } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { bitsOf, compiledTwoLayers, labels, numbers } from './networks.js';
import { exhaustMemory, nasty, Probe, repeatedSteps, withoutRepetition } from './repeated.js';

const x23 = (start = 1): Tensor => tensor(numbers(6, start), { shape: [2, 3] });
const y22 = (start = 100): Tensor => tensor(numbers(4, start), { shape: [2, 2] });

/** Steps until one is recorded, and some more. */
const STEPS = 10;

/** Trains until what was recorded is repeated. */
function warmUp(model: AnyModel, x: unknown = x23(), y: unknown = y22()): void {
  for (let i = 0; i < STEPS; i++) model.trainOnBatch(x, y as never);
}

/** Two models alike, of which the second one runs its layers at each step. */
function pair(make: () => AnyModel, options: () => CompileOptions): AnyModel[] {
  const models = [make, make].map((each) => {
    setRandomSeed(1);
    const model = each();
    model.compile(options());
    return model;
  });
  withoutRepetition(models[1] as AnyModel);
  return models;
}

/** Expects that both have the same results and weights after each step, and that the first one repeats its steps. */
function expectAlike(
  [model, plain]: AnyModel[],
  batch: (step: number) => readonly [x: unknown, y: unknown, options?: object | undefined],
  steps = 16,
): void {
  let repeated = 0;
  for (let step = 0; step < steps; step++) {
    const given = batch(step) as never as [never, never, never];
    repeated += repeatedSteps(model as AnyModel);
    expect(model?.trainOnBatch(...given), `step ${step}`).toEqual(plain?.trainOnBatch(...given));
    expect(bitsOf(model as AnyModel), `step ${step}`).toEqual(bitsOf(plain as AnyModel));
  }
  expect(repeated).toBeGreaterThan(0);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a recorded step', () => {
  it('runs no layer', () => {
    const model = compiledTwoLayers();
    model.add(new Probe());
    warmUp(model);
    expect(repeatedSteps(model)).toBe(1);
    Probe.calls = 0;
    const before = bitsOf(model);
    model.trainOnBatch(x23(7), y22(9));
    expect(Probe.calls).toBe(0);
    expect(bitsOf(model)).not.toEqual(before);
  });

  it('heeds weights of samples and classes, and which of them are given', () => {
    const make = (): Sequential =>
      new Sequential([layers.Input([3]), new layers.Dense(3, { activation: 'softmax' })]);
    const models = pair(make, () => ({
      optimizer: new Adam({ learningRate: 0.05 }),
      loss: 'sparse_categorical_crossentropy',
      // Read from logits where they are known.
      metrics: ['accuracy', 'sparse_categorical_crossentropy'],
      weightedMetrics: ['sparse_categorical_crossentropy'],
    }));
    expectAlike(
      models,
      (step) => [
        tensor(numbers(12, step), { shape: [4, 3] }),
        tensor(labels(4)),
        [
          {},
          { sampleWeight: tensor(numbers(4, step)).abs() },
          { classWeight: { 0: 1, 1: step, 2: 0.5 } },
        ][step % 3],
      ],
      40,
    );
  });

  it('heeds several outputs with losses, weights and targets of their own', () => {
    const make = (): AnyModel => {
      const [a, b] = [layers.Input([3], { name: 'a' }), layers.Input([2], { name: 'b' })];
      const both = new layers.Concatenate().apply([a, b]);
      const first = new layers.Dense(2, { name: 'first' }).apply(both);
      const second = new layers.Dense(1, { name: 'second', activation: 'sigmoid' }).apply(both);
      return new Model({ inputs: { a, b }, outputs: { first, second } }) as AnyModel;
    };
    const models = pair(make, () => ({
      optimizer: 'rmsprop',
      loss: { first: 'mae', second: 'binary_crossentropy' },
      lossWeights: { first: 0.5, second: 2 },
      metrics: { second: ['binary_accuracy', 'binary_crossentropy'] },
    }));
    expectAlike(models, (step) => [
      { a: x23(step), b: y22(step) },
      { first: y22(step + 5), second: tensor([[step % 2], [1]]) },
    ]);
  });

  it('draws other numbers each time, and goes on with moving means', () => {
    const make = (): Sequential =>
      new Sequential([
        layers.Input([3]),
        new layers.GaussianNoise(0.5),
        new layers.Dense(8),
        new layers.BatchNormalization(),
        new layers.Dropout(0.5, { seed: 3 }),
        new layers.Dense(2, { kernelRegularizer: 'l2' }),
      ]);
    const models = pair(make, () => ({ optimizer: 'adam', loss: 'mse' }));
    models.forEach((model) => {
      (model.layers[0] as layers.GaussianNoise).seedGenerator.setState({ seed: 5, blocks: 0 });
    });
    expectAlike(models, (step) => [x23(step), y22(step)]);
  });

  it('leaves moving means and generators as they were, where it has to go another way', () => {
    const make = (): AnyModel => {
      const [a, b] = [layers.Input([8, 8, 4]), layers.Input([8, 8, 4])];
      const noisy = new layers.Dropout(0.25, { seed: 3 }).apply(a);
      const normal = new layers.BatchNormalization().apply(noisy);
      const seen = new layers.Conv2D(4, 3, { padding: 'same' }).apply(b);
      return new Model({
        inputs: [a, b],
        outputs: new layers.Add().apply([normal, seen]),
      }) as AnyModel;
    };
    const models = pair(make, () => ({ optimizer: new SGD({ learningRate: 1e-30 }), loss: 'mae' }));
    const image = (step: number, kind: number): Tensor =>
      tensor(nasty(1024, kind), { shape: [4, 8, 8, 4] }).add(step);
    // Filters by Winograd do not take numbers of 2^40.
    const kinds = [0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 7, 7, 0, 0, 0, 0, 0];
    expectAlike(
      models,
      (step) => [
        [image(step, 0), image(step, kinds[step] ?? 0)],
        tensor(numbers(1024), { shape: [4, 8, 8, 4] }),
      ],
      kinds.length,
    );
  });

  it('decides by what a normalization has just written, forward and back', () => {
    const filters = { padding: 'same' as const, activation: 'relu' as const };
    const make = (): Sequential =>
      new Sequential([
        layers.Input([24, 24, 16]),
        new layers.Conv2D(16, 3, filters),
        new layers.BatchNormalization(),
        new layers.Conv2D(16, 3, filters),
        new layers.BatchNormalization(),
      ]);
    const models = pair(make, () => ({ optimizer: new SGD({ learningRate: 1e-30 }), loss: 'mse' }));
    const size = 24 * 24 * 16;
    const [huge, back, forward] = [2 ** 60, [9, 12, 13], [16, 17, 20]];
    expectAlike(
      models,
      (step) => {
        for (const { layers: list } of models) {
          const { beta } = list[1] as layers.BatchNormalization;
          beta?.assign(numbers(16, step).map((b) => (forward.includes(step) ? huge * b : b)));
        }
        const image = tensor(numbers(size, step), { shape: [1, 24, 24, 16] });
        const options = back.includes(step) ? { sampleWeight: tensor([huge]) } : {};
        return [image, image.add(1), options];
      },
      26,
    );
  });

  it('gives metrics outputs that they may keep', () => {
    const kept: Tensor[] = [];
    const model = compiledTwoLayers();
    const keeping = (_: Tensor, yPred: Tensor): Tensor => {
      kept.push(keep(yPred));
      return yPred.square().mean(-1);
    };
    model.compile({ loss: 'mse', metrics: [keeping] });
    warmUp(model);
    expect(repeatedSteps(model)).toBe(1);
    const [before, last] = kept.slice(-2).map((y) => [...y.data()]);
    expect(before).not.toEqual(last);
  });

  it('takes no more memory, however often it is repeated', () => {
    const model = compiledTwoLayers();
    const [x, y] = [x23(), y22()];
    warmUp(model, x, y);
    const { tensors, bytes } = memory();
    const pages = plainRuntime().reservedBytes;
    for (let i = 0; i < 3000; i++) model.trainOnBatch(x, y);
    expect(memory()).toMatchObject({ tensors, bytes });
    expect(plainRuntime().reservedBytes).toBe(pages);
  });

  it('stays for the next fit', async () => {
    const model = compiledTwoLayers();
    const [x, y] = [numbers(60), numbers(40)].map((all, i) => tensor(all, { shape: [20, 3 - i] }));
    const fit = () => model.fit(x as Tensor, y as Tensor, { batchSize: 2, epochs: 1, verbose: 0 });
    const step = vi.spyOn(model.requireCompiled('test').steps, 'use');
    await fit();
    expect(step).toHaveBeenCalledTimes(6);
    await fit();
    expect(step).toHaveBeenCalledTimes(6);
    expect(repeatedSteps(model)).toBe(1);
  });

  it('gives its blocks back when other weights are trained', () => {
    const model = compiledTwoLayers();
    warmUp(model);
    const release = vi.spyOn(plainRuntime(), 'releaseCache');
    (model.layers[0] as layers.Dense).trainable = false;
    expect(repeatedSteps(model)).toBe(0);
    expect(release).not.toHaveBeenCalled();
    model.trainOnBatch(x23(), y22());
    expect(release).toHaveBeenCalled();
  });

  it('gives its blocks back with the model, and when the model is compiled again', () => {
    const model = compiledTwoLayers();
    const release = vi.spyOn(plainRuntime(), 'releaseCache');
    const expectReleased = (): void => {
      expect(repeatedSteps(model)).toBe(0);
      expect(release).toHaveBeenCalled();
      release.mockClear();
    };
    warmUp(model);
    model.compile({ loss: 'mae' });
    expectReleased();
    warmUp(model);
    model.dispose();
    expectReleased();
  });
});

describe('a recorded step is given up by', () => {
  const changes: readonly (readonly [string, (model: Sequential) => unknown])[] = [
    ['other layers', (model) => { model.add(new layers.Dense(2)); model.compile({ loss: 'mse' }); }],
    ['a layer that is no longer trained', (model) => { (model.layers[0] as layers.Dense).trainable = false; }],
    ['a normalization that is no longer trained', (model) => { (model.layers[1] as layers.BatchNormalization).trainable = false; }],
    ['another rate of dropout', (model) => { Object.assign(model.layers[2] as object, { rate: 0.75 }); }],
    ['another activation', (model) => { Object.assign(model.layers[0] as object, { activation: activations.relu }); }],
    ['another setting of the loss', (model) => { Object.assign(model.loss as object, { reduction: 'sum' }); }],
    ['another loss', (model) => { model.compile({ loss: 'mae' }); }],
    ['no penalty of a weight', (model) => { for (const weight of model.layers[0]?.weights ?? []) weight.regularizer = undefined; }],
    ['another factor of a penalty', (model) => { Object.assign((model.layers[0] as layers.Dense).kernelRegularizer as object, { l2: 0.5 }); }],
  ]; // prettier-ignore
  it.each(changes)('%s', (_name, change) => {
    const make = (): Sequential =>
      new Sequential([
        layers.Input([3]),
        new layers.Dense(4, { kernelRegularizer: 'l2' }),
        new layers.BatchNormalization({ center: false, scale: false }),
        new layers.Dropout(0.5, { seed: 1 }),
        new layers.Dense(2),
      ]);
    const models = pair(make, () => ({ optimizer: new SGD(), loss: 'mse' }));
    models.forEach((model) => {
      warmUp(model);
    });
    expect(repeatedSteps(models[0] as AnyModel)).toBe(1);
    setRandomSeed(2);
    change(models[0] as Sequential);
    setRandomSeed(2);
    change(models[1] as Sequential);
    withoutRepetition(models[1] as AnyModel);
    expect(repeatedSteps(models[0] as AnyModel)).toBe(0);
    expectAlike(models, (step) => [x23(step), y22(step)]);
  });

  it('want of memory', () => {
    const model = compiledTwoLayers();
    warmUp(model);
    exhaustMemory();
    expect(repeatedSteps(model)).toBe(0);
    warmUp(model);
    warmUp(model);
    expect(repeatedSteps(model)).toBe(1);
  }, 60_000);

  it('nothing else: weights that are set are heeded', () => {
    const models = pair(
      () => new Sequential([layers.Input([3]), new layers.Dense(2), new layers.Dense(2)]),
      () => ({ optimizer: 'adam', loss: 'mse' }),
    );
    models.forEach((model) => {
      warmUp(model);
      (model.weights[0] as Variable).assign(tensor(numbers(6, 3), { shape: [3, 2] }));
      // Keeps what it has packed of the weights.
      for (let i = 0; i < 8; i++) (model as Sequential).predictOnBatch(x23()).dispose();
    });
    expect(repeatedSteps(models[0] as AnyModel)).toBe(1);
    expectAlike(models, (step) => [x23(step), y22(step)]);
  });
});

describe('is never repeated:', () => {
  let factor = 1;
  class OwnSGD extends SGD {}
  class OwnL2 extends L2 {
    static override readonly className = 'OwnL2';
    override call(x: Tensor): Tensor {
      return super.call(x).mul(factor);
    }
  }
  class Own extends layers.Layer {
    static override readonly className = 'Own';
    override call(x: Tensor): Tensor {
      return x.mul(factor);
    }
  }
  const never: readonly (readonly [string, CompileOptions, (() => layers.AnyLayer)?])[] = [
    ['a loss by a function', { loss: (y, p) => p.sub(y).square().mul(factor).mean(-1) }],
    ['a loss of a user', { loss: new (class extends losses.MeanSquaredError {})() }],
    ['an optimizer of a user', { loss: 'mse', optimizer: new OwnSGD() }],
    ['a layer of a user', { loss: 'mse' }, () => new Own()],
    ['a Lambda', { loss: 'mse' }, () => new layers.Lambda((x) => x.mul(factor))],
    ['a loss whose method is its own', { loss: Object.assign(new losses.MeanSquaredError(), { call: (y: Tensor, p: Tensor) => p.sub(y).square().mul(factor).mean(-1) }) }],
    ['a penalty of a user', { loss: 'mse' }, () => new layers.Dense(2, { kernelRegularizer: new OwnL2() })],
    ['a penalty of a user for outputs', { loss: 'mse' }, () => new layers.Dense(2, { activityRegularizer: new OwnL2() })],
    ['a penalty by a function', { loss: 'mse' }, () => new layers.Dense(2, { kernelRegularizer: (w) => w.square().sum().mul(factor) })],
  ]; // prettier-ignore
  never.forEach(([name, options, make = () => new layers.Dense(2)]) => {
    it(name, () => {
      const model = new Sequential([layers.Input([3]), new layers.Dense(2), make()]);
      model.compile(options);
      warmUp(model);
      factor = 2;
      expect(repeatedSteps(model)).toBe(0);
    });
  });

  it('a step of a subclass', () => {
    class OwnStep extends Sequential {
      override trainStep(): { loss: number } {
        return { loss: factor };
      }
    }
    const model = new OwnStep([layers.Input([3]), new layers.Dense(2)]);
    model.compile({ loss: 'mse' });
    warmUp(model);
    expect(repeatedSteps(model)).toBe(0);
  });
});
