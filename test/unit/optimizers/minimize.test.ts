// Custom steps: minimize, valueAndGrad with apply, and the same step of fit.
import { describe, expect, it } from 'vitest';
import {
  DTypeError,
  layers,
  losses,
  memory,
  metrics,
  models,
  optimizers,
  random,
  regularizers,
  Sequential,
  ShapeError,
  tensor,
  tidy,
  valueAndGrad,
  ValueError,
  Variable,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { sumOfSquares, untyped } from './sum-of-squares.js';

describe('minimize', () => {
  it('makes one step and returns the value before it', () => {
    const [w, other] = [new Variable([3, -1]), new Variable([5])];
    const sgd = new optimizers.SGD({ learningRate: 0.25 });
    expect(sgd.minimize(() => sumOfSquares(w), [w, other]).item()).toBe(10);
    expect(w.value.toArray()).toEqual([1.5, -0.5]);
    expect(other.value.toArray()).toEqual([5]);
    expect(sgd.iterations).toBe(1);
    // The variables of build are known now.
    expect(sgd.minimize(() => sumOfSquares(w)).item()).toBe(2.5);
    expect(w.value.toArray()).toEqual([0.75, -0.25]);
  });

  it('takes the variables that the optimizer was built for', () => {
    const w = new Variable([1]);
    const sgd = new optimizers.SGD({ learningRate: 0.5 });
    expect(() => sgd.minimize(() => sumOfSquares(w))).toThrow(
      /does not know the variables yet.*minimize\(f, variables\)/,
    );
    sgd.build([w]);
    sgd.minimize(() => sumOfSquares(w));
    expect(w.value.toArray()).toEqual([0]);
  });

  it('leaves nothing behind in a scope, and outside of one what the function makes', () => {
    const w = new Variable([1, 2]);
    const adam = new optimizers.Adam();
    adam.minimize(() => sumOfSquares(w), [w]).dispose();
    const before = memory().tensors;
    tidy(() => adam.minimize(() => sumOfSquares(w), [w]).item());
    expect(memory().tensors).toBe(before);
    const made: Tensor[] = [];
    const value = adam.minimize(() => {
      made.push(w.value.square());
      return made[0]?.sum() ?? tensor(0);
    }, [w]);
    for (const each of [...made, value]) each.dispose();
    expect(memory().tensors).toBe(before);
  });

  it.each<[string, (sgd: optimizers.SGD, w: Variable) => unknown, new (message?: string) => Error, RegExp]>([
    ['no function', (sgd) => sgd.minimize(untyped(1)), ValueError, /^sgd: minimize: f must be a function/],
    ['true for variables, as elsewhere for the cost', (sgd, w) => sgd.minimize(() => sumOfSquares(w), untyped(true)), ValueError, /^sgd: minimize: variables must be a list, got true/],
    ['no variables', (sgd) => sgd.minimize(() => tensor(1), []), ValueError, /^sgd: minimize\(f\) does not know/],
    ['a value without a variable', (sgd, w) => sgd.minimize(() => tensor(1), [w]), ValueError, /^sgd: minimize: the value does not depend/],
    ['several numbers', (sgd, w) => sgd.minimize(() => w.value, [w]), ShapeError, /^sgd: minimize: the function must return one float32 number/],
    ['a pair', (sgd, w) => sgd.minimize(untyped(() => [sumOfSquares(w), w.value]), [w]), ShapeError, /must return one float32 number/],
    ['integers', (sgd) => sgd.minimize(() => tensor(1), [new Variable(tensor([1], { dtype: 'int32' }))]), DTypeError, /is int32/],
  ])('refuses %s', (_, call, type, message) => {
    const w = new Variable([1, 2]);
    const sgd = new optimizers.SGD({ name: 'sgd' });
    expect(() => call(sgd, w)).toThrow(type);
    expect(() => call(sgd, w)).toThrow(message);
    expect(w.value.toArray()).toEqual([1, 2]);
    expect(sgd.iterations).toBe(0);
  }); // prettier-ignore
});

describe('a gradient of null', () => {
  it('leaves weights, slots and weight decay of its variable alone, as in Keras', () => {
    const [a, b] = [new Variable([1], { name: 'a' }), new Variable([1], { name: 'b' })];
    const options = { learningRate: 0.5, momentum: 0.5, weightDecay: 0.5 };
    const optimizer = new optimizers.SGD(options);
    optimizer.apply([tensor([1]), tensor([1])], [a, b]);
    // w · (1 − 0.25), then minus 0.5 · g
    expect(a.value.toArray()).toEqual([0.25]);
    optimizer.apply([null, tensor([0])], [a, b]);
    expect(a.value.toArray()).toEqual([0.25]);
    // Momentum goes on: 0.25 · 0.75 − 0.25
    expect(b.value.toArray()).toEqual([-0.0625]);
    optimizer.apply([tensor([0]), null], [a, b]);
    // The slot of a is as it was.
    expect(a.value.toArray()).toEqual([-0.0625]);
    expect(optimizer.iterations).toBe(3);
  });

  it('for all variables is an error that names the optimizer, and no step', () => {
    const [a, b] = [new Variable([1]), new Variable([1])];
    const optimizer = new optimizers.Adam({ name: 'mine' });
    expect(() => { optimizer.apply([null, null], [a, b]); }).toThrow('mine: there is no gradient for any variable: all of 2 are null'); // prettier-ignore
    expect(() => { optimizer.apply([null], [a]); }).toThrow('all of 1 are null'); // prettier-ignore
    expect(optimizer.iterations).toBe(0);
  });
});

const SAMPLES = 24;
const BATCH = 8;
const x = random.normal([SAMPLES, 5], { seed: 1 });
const y = random.randint([SAMPLES], 0, 3, { seed: 2 });

/** A network with all that a step may meet: penalties of weights and outputs, moving averages, random numbers. */
function network(): Sequential {
  return new Sequential([
    new layers.Dense(6, { activation: 'relu', inputShape: [5], kernelRegularizer: new regularizers.L2(0.01), kernelInitializer: 'ones' }),
    new layers.BatchNormalization(),
    new layers.Dropout(0.25, { seed: 3 }),
    new layers.Dense(4, { activation: 'tanh', activityRegularizer: new regularizers.L1(0.01), kernelInitializer: 'ones' }),
    new layers.Dense(3, { activation: 'softmax', kernelInitializer: 'ones' }),
  ]); // prettier-ignore
}

/** Weights that are alike in both networks and differ within. */
function start(model: Sequential): void {
  model.setWeights(model.getWeights().map((w, i) => random.uniform(w.shape, { seed: 10 + i })));
}

const bitsOf = (model: Sequential): number[][] =>
  model.getWeights().map((w) => [...new Uint32Array((w.data() as Float32Array).slice().buffer)]);

const optimizersOf: Readonly<Record<string, () => optimizers.Optimizer>> = {
  adam: () => new optimizers.Adam({ learningRate: 0.01, clipnorm: 0.5 }),
  sgd: () => new optimizers.SGD({ learningRate: 0.1, momentum: 0.9, globalClipnorm: 0.5 }),
  rmsprop: () => new optimizers.RMSprop({ clipvalue: 0.05, weightDecay: 0.01, useEma: true }),
  adamw: () => new optimizers.AdamW({ gradientAccumulationSteps: 2 }),
};

describe('a custom step is the step of fit, bit for bit', () => {
  /** The loss as `compile` makes it: that of the batch, then what layers add. */
  const lossOf = (model: Sequential, yTrue: Tensor, yPred: Tensor): Tensor => {
    const loss = new losses.SparseCategoricalCrossentropy();
    return model.losses().reduce((sum, added) => sum.add(added), loss.apply(yTrue, yPred));
  };

  it.each(Object.entries(optimizersOf))('valueAndGrad and apply: %s', async (_, optimizerOf) => {
    const [theirs, own] = [network(), network()];
    start(theirs);
    start(own);
    theirs.compile({
      optimizer: optimizerOf(),
      loss: 'sparse_categorical_crossentropy',
      metrics: ['accuracy'],
    });
    const options = { epochs: 2, batchSize: BATCH, shuffle: false, verbose: 0 } as const;
    const { history } = await theirs.fit(x, y, options);

    const optimizer = optimizerOf();
    const accuracy = new metrics.SparseCategoricalAccuracy();
    const mean = new metrics.Mean();
    const logs: { loss: number[]; accuracy: number[] } = { loss: [], accuracy: [] };
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      mean.resetState();
      accuracy.resetState();
      for (let from = 0; from < SAMPLES; from += BATCH) {
        tidy(() => {
          const [xBatch, yBatch] = [x.slice([from, from + BATCH]), y.slice([from, from + BATCH])];
          const {
            value,
            gradients,
            aux: yPred,
          } = valueAndGrad(() => {
            const predicted = own.apply(xBatch, { training: true });
            return [lossOf(own, yBatch, predicted), predicted];
          }, own.trainableWeights);
          optimizer.apply(gradients, own.trainableWeights);
          mean.updateState(value.item(), BATCH);
          accuracy.updateState(yBatch, yPred);
        });
      }
      logs.loss.push(mean.result());
      logs.accuracy.push(accuracy.result());
    }
    optimizer.finalizeVariableValues();
    expect(bitsOf(own)).toEqual(bitsOf(theirs));
    expect(history).toEqual(logs);
  });

  it.each(Object.entries(optimizersOf))('minimize: %s', (_, optimizerOf) => {
    const [theirs, own] = [network(), network()];
    start(theirs);
    start(own);
    theirs.compile({ optimizer: optimizerOf(), loss: 'sparse_categorical_crossentropy' });
    const optimizer = optimizerOf();
    optimizer.build(own.trainableWeights);
    for (let step = 0; step < 3; step++) {
      const [loss] = theirs.trainOnBatch(x, y);
      theirs.resetMetrics();
      const value = tidy(() =>
        optimizer.minimize(() => lossOf(own, y, own.apply(x, { training: true }))).item(),
      );
      expect(value).toBe(loss);
    }
    expect(bitsOf(own)).toEqual(bitsOf(theirs));
  });

  it('leaves as many tensors as there were', () => {
    const model = models.cloneModel(network());
    start(model);
    const optimizer = new optimizers.Adam();
    const step = (): void => {
      tidy(() => {
        optimizer.minimize(
          () => lossOf(model, y, model.apply(x, { training: true })),
          model.trainableWeights,
        );
      });
    };
    step();
    const { tensors, bytes } = memory();
    for (let i = 0; i < 5; i++) step();
    expect(memory()).toMatchObject({ tensors, bytes });
  });
});
