// What fit computes: the same bits as a loop of operations written by hand, for every option that changes it.
import { describe, expect, it, vi } from 'vitest';
import { LambdaCallback } from '../../../src/callbacks.js';
import { ValueError } from '../../../src/errors.js';
import { Dense, Layer } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import type { FitOptions } from '../../../src/models.js';
import {
  dense,
  div,
  gather,
  mean,
  mul,
  square,
  sub,
  sum,
  valueAndGrad,
} from '../../../src/engine/ops/index.js';
import { SGD } from '../../../src/optimizers.js';
import { permutation, SeedGenerator } from '../../../src/random.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { bitsOf, classifier, compiledTwoLayers, labels, numbers, regression } from './networks.js';

/** One step on those samples, without a model. */
function stepByHand(
  model: Sequential,
  optimizer: SGD,
  x: Tensor,
  y: Tensor,
  rows: Tensor,
  weights?: Tensor,
): number {
  return tidy(() => {
    const [xb, yb] = [gather(x, rows), gather(y, rows)];
    const loss = (k1: Tensor, b1: Tensor, k2: Tensor, b2: Tensor): Tensor => {
      const errors = mean(square(sub(dense(dense(xb, k1, b1, 'relu'), k2, b2), yb)), -1);
      const weighted = weights === undefined ? errors : mul(errors, gather(weights, rows));
      return div(sum(weighted), rows.size);
    };
    const [k1, b1, k2, b2] = model.weights.map((weight) => weight.value);
    if (!k1 || !b1 || !k2 || !b2) throw new Error('no weights');
    const [value, gradients] = valueAndGrad(loss)(k1, b1, k2, b2);
    optimizer.apply(gradients, model.trainableWeights);
    return value.item();
  });
}

/** Epochs of batches in that order, by hand; gives the loss of each epoch. */
function fitByHand(
  model: Sequential,
  { x, y, weights }: { x: Tensor; y: Tensor; weights?: Tensor },
  epochs: number,
  batchSize: number,
  order: (n: number) => Tensor,
): number[] {
  const optimizer = new SGD({ learningRate: 0.1 });
  const n = x.shape[0] ?? 0;
  return Array.from({ length: epochs }, () => {
    const all = order(n);
    let total = 0;
    for (let start = 0; start < n; start += batchSize) {
      const rows = all.slice([start, Math.min(start + batchSize, n)]);
      total += stepByHand(model, optimizer, x, y, rows, weights) * rows.size;
    }
    return total / n;
  });
}

const inOrder = (n: number): Tensor =>
  tensor(
    Int32Array.from({ length: n }, (_, i) => i),
    { dtype: 'int32' },
  );
const silent = { verbose: 0 } as const;

describe('fit is a loop of gradients and optimizer steps', () => {
  it('in order, with a smaller last batch', async () => {
    const [model, byHand] = [compiledTwoLayers(), compiledTwoLayers()];
    const data = regression(10);
    const options = { ...silent, epochs: 3, batchSize: 4, shuffle: false };
    const { history, epoch } = await model.fit(data.x, data.y, options);
    const losses = fitByHand(byHand, data, 3, 4, inOrder);
    expect(bitsOf(model)).toEqual(bitsOf(byHand));
    expect(history.loss).toEqual(losses);
    expect(epoch).toEqual([0, 1, 2]);
    expect(model.optimizer?.iterations).toBe(9);
  });

  it('in a new random order each epoch, which the seed decides', async () => {
    const [model, byHand, other] = [1, 1, 1].map((seed) => compiledTwoLayers(seed));
    if (!model || !byHand || !other) throw new Error('no models');
    const data = regression(10);
    setRandomSeed(5);
    await model.fit(data.x, data.y, { ...silent, epochs: 3, batchSize: 4 });
    setRandomSeed(5);
    // A fit draws from a generator of its own.
    const seed = new SeedGenerator();
    fitByHand(byHand, data, 3, 4, (n) => permutation(n, { seed }));
    expect(bitsOf(model)).toEqual(bitsOf(byHand));
    setRandomSeed(6);
    await other.fit(data.x, data.y, { ...silent, epochs: 3, batchSize: 4 });
    expect(bitsOf(other)).not.toEqual(bitsOf(model));
  });

  it('in batches of 32 unless told otherwise', async () => {
    const [model, byHand] = [compiledTwoLayers(), compiledTwoLayers()];
    const data = regression(50);
    await model.fit(data.x, data.y, { ...silent, shuffle: false });
    fitByHand(byHand, data, 1, 32, inOrder);
    expect(bitsOf(model)).toEqual(bitsOf(byHand));
  });

  it('with a weight for each sample', async () => {
    const [model, byHand] = [compiledTwoLayers(), compiledTwoLayers()];
    const data = { ...regression(10), weights: tensor(numbers(10).map(Math.abs)) };
    const options = { ...silent, epochs: 2, batchSize: 4, shuffle: false };
    await model.fit(data.x, data.y, { ...options, sampleWeight: data.weights });
    fitByHand(byHand, data, 2, 4, inOrder);
    expect(bitsOf(model)).toEqual(bitsOf(byHand));
  });

  it('on the first part of the samples with validationSplit', async () => {
    const [model, byHand] = [compiledTwoLayers(), compiledTwoLayers()];
    const { x, y } = regression(10);
    const options = { ...silent, epochs: 2, batchSize: 4, shuffle: false };
    const { history } = await model.fit(x, y, { ...options, validationSplit: 0.3 });
    const [kept, aside] = [
      { x: x.slice('0:7'), y: y.slice('0:7') },
      [x.slice('7:'), y.slice('7:')],
    ];
    fitByHand(byHand, kept, 2, 4, inOrder);
    expect(bitsOf(model)).toEqual(bitsOf(byHand));
    const [xv, yv] = aside;
    if (!xv || !yv) throw new Error('no data');
    byHand.compile({ loss: 'mse' });
    const [loss] = await byHand.evaluate(xv, yv, { ...silent, batchSize: 4 });
    expect(history['val_loss']?.[1]).toBe(loss);
  });

  it('in two fits as in one of as many epochs', async () => {
    const [once, twice] = [compiledTwoLayers(), compiledTwoLayers()];
    const { x, y } = regression(10);
    const options = { ...silent, batchSize: 4, shuffle: false };
    const whole = await once.fit(x, y, { ...options, epochs: 3 });
    await twice.fit(x, y, { ...options, epochs: 1 });
    const rest = await twice.fit(x, y, { ...options, epochs: 3, initialEpoch: 1 });
    expect(bitsOf(twice)).toEqual(bitsOf(once));
    expect(rest.epoch).toEqual([1, 2]);
    expect(rest.history.loss).toEqual(whole.history.loss?.slice(1));
    const nothing = await once.fit(x, y, { ...options, epochs: 3, initialEpoch: 3 });
    expect(nothing.history).toEqual({});
  });

  it('through trainOnBatch, batch by batch', async () => {
    const [model, byBatch] = [compiledTwoLayers(), compiledTwoLayers()];
    const { x, y } = regression(10);
    await model.fit(x, y, { ...silent, batchSize: 4, shuffle: false });
    for (const rows of ['0:4', '4:8', '8:10']) byBatch.trainOnBatch(x.slice(rows), y.slice(rows));
    expect(bitsOf(byBatch)).toEqual(bitsOf(model));
  });
});

describe('classWeight', () => {
  const classWeight = { 0: 1, 1: 4, 2: 0.5 };
  const x = tensor(numbers(36), { shape: [12, 3] });
  const sparse = labels(12);
  const sampleWeight = Array.from(sparse, (label) => [1, 4, 0.5][label] ?? NaN);
  const options = { ...silent, batchSize: 5, shuffle: false, epochs: 2 };
  const oneHot = Array.from(sparse, (label) => [0, 1, 2].map((c) => (c === label ? 1 : 0)));

  it.each([
    ['sparse targets', 'sparse_categorical_crossentropy', sparse],
    ['a column of them', 'sparse_categorical_crossentropy', Array.from(sparse, (c) => [c])],
    ['one-hot targets', 'categorical_crossentropy', oneHot],
  ] as const)('weighs each sample by its class, with %s', async (_, loss, y) => {
    const [byClass, bySample, plain] = [classifier(loss), classifier(loss), classifier(loss)];
    await byClass.fit(x, y, { ...options, classWeight });
    await bySample.fit(x, y, { ...options, sampleWeight });
    await plain.fit(x, y, { ...options });
    expect(bitsOf(byClass)).toEqual(bitsOf(bySample));
    expect(bitsOf(byClass)).not.toEqual(bitsOf(plain));
  });

  it('counts 1 for classes that are not named', async () => {
    const loss = 'sparse_categorical_crossentropy';
    const [some, all] = [classifier(loss), classifier(loss)];
    await some.fit(x, sparse, { ...options, classWeight: { 1: 4 } });
    await all.fit(x, sparse, { ...options, classWeight: { 0: 1, 1: 4, 2: 1 } });
    expect(bitsOf(some)).toEqual(bitsOf(all));
  });

  it('does not reach validation, as in Keras', async () => {
    const model = classifier('sparse_categorical_crossentropy');
    const split = { ...options, classWeight, validationSplit: 0.25 };
    const { history } = await model.fit(x, sparse, split);
    const [loss] = await model.evaluate(x.slice('9:'), sparse.slice(9), silent);
    expect(history['val_loss']?.[1]).toBe(loss);
  });

  it('is refused beside sampleWeight, and without sense', async () => {
    const model = classifier('sparse_categorical_crossentropy');
    const fit = (more: object) => model.fit(x, sparse, { ...options, ...more });
    await expect(fit({ classWeight, sampleWeight })).rejects.toThrow(
      /fit: give sampleWeight or classWeight, not both/,
    );
    await expect(fit({ classWeight: { 0: -1 } })).rejects.toThrow(/at least 0, got 0: -1/);
    await expect(fit({ classWeight: { cat: 1 } })).rejects.toThrow(/got cat: 1/);
    await expect(fit({ classWeight: new Map([[0, 1]]) })).rejects.toThrow(ValueError);
  });
});

describe('validation', () => {
  const { x, y } = regression(10);
  const validation = regression(6);
  const options = { ...silent, batchSize: 4, shuffle: false };
  const valLoss = async (more: FitOptions): Promise<number[]> => {
    const { history } = await compiledTwoLayers().fit(x, y, { ...options, ...more });
    return history['val_loss'] ?? [];
  };

  it('gives what evaluate gives after the epoch', async () => {
    const model = compiledTwoLayers();
    const evaluated: number[] = [];
    const weights = [1, 0, 2, 0.5, 1, 3];
    const { history } = await model.fit(x, y, {
      ...options,
      epochs: 2,
      validationData: [validation.x, validation.y, weights],
      callbacks: [
        {
          onEpochEnd: async () => {
            const more = { ...silent, batchSize: 4, sampleWeight: weights };
            evaluated.push(...(await model.evaluate(validation.x, validation.y, more)));
          },
        },
      ],
    });
    expect(history['val_loss']).toEqual(evaluated);
    expect(evaluated).toHaveLength(2);
  });

  it('happens every so many epochs, or after those named', async () => {
    const validationData = [validation.x, validation.y] as const;
    const all = await valLoss({ epochs: 5, validationData });
    expect(all).toHaveLength(5);
    const second = await valLoss({ epochs: 5, validationData, validationFreq: 2 });
    expect(second).toEqual([all[1], all[3]]);
    const named = await valLoss({ epochs: 5, validationData, validationFreq: [1, 4] });
    expect(named).toEqual([all[0], all[3]]);
  });

  it('has a batch size and a number of batches of its own', async () => {
    const batches: number[] = [];
    let count = 0;
    const counter = new LambdaCallback({
      onTestBegin: () => (count = 0),
      onTestBatchEnd: () => count++,
      onTestEnd: () => batches.push(count),
    });
    const validationData = [validation.x, validation.y] as const;
    const more = { validationData, callbacks: [counter] };
    await valLoss(more);
    await valLoss({ ...more, validationBatchSize: 1 });
    await valLoss({ ...more, validationBatchSize: 1, validationSteps: 3 });
    expect(batches).toEqual([2, 6, 3]);
  });

  it('takes the same first batches each time with validationSteps', async () => {
    const more = { epochs: 2, validationBatchSize: 2, validationSteps: 2 };
    const steps = await valLoss({ ...more, validationData: [validation.x, validation.y] });
    const first = [validation.x.slice('0:4'), validation.y.slice('0:4')] as const;
    expect(steps).toEqual(
      await valLoss({ epochs: 2, validationBatchSize: 2, validationData: first }),
    );
    const repeatable = {
      *[Symbol.iterator]() {
        for (const rows of ['0:2', '2:4', '4:6']) {
          yield [validation.x.slice(rows), validation.y.slice(rows)] as const;
        }
      },
    };
    const asked = { epochs: 2, validationSteps: 2, validationData: repeatable };
    expect(await valLoss(asked)).toEqual(steps);
  });

  it('prefers validationData to validationSplit', async () => {
    const validationData = [validation.x, validation.y] as const;
    expect(await valLoss({ validationData, validationSplit: 0.5 })).toEqual(
      await valLoss({ validationData }),
    );
  });
});

describe('weights that are not trained', () => {
  it('stay as they are', async () => {
    const model = compiledTwoLayers();
    const [first] = model.layers;
    if (first) first.trainable = false;
    const before = bitsOf(model);
    const { x, y } = regression(10);
    await model.fit(x, y, silent);
    expect(bitsOf(model).slice(0, 2)).toEqual(before.slice(0, 2));
    expect(bitsOf(model)[2]).not.toEqual(before[2]);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    model.trainable = false;
    const frozen = bitsOf(model);
    const { history } = await model.fit(x, y, silent);
    model.trainOnBatch(x, y);
    expect(bitsOf(model)).toEqual(frozen);
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^lanegrad: fit: model '.*' has no trainable weights/)],
    ]);
    warn.mockRestore();
    expect(history.loss?.[0]).toBeGreaterThan(0);
  });
});

describe('a model without an input shape', () => {
  class Pair extends Layer {
    static override readonly className = 'Pair';
    first = new Dense(4, { activation: 'relu' });
    second = new Dense(2);
    override call(x: Tensor): Tensor {
      return this.second.apply(this.first.apply(x));
    }
    override computeOutputShape(): (number | null)[] {
      return [null, 2];
    }
  }

  it('is trained from its first batch on', async () => {
    const { x, y } = regression(8);
    const batches = [
      [x.slice('0:4'), y.slice('0:4')],
      [x.slice('4:8'), y.slice('4:8')],
    ] as const;
    const reference = compiledTwoLayers(3);
    await reference.fit(x, y, { ...silent, batchSize: 4, shuffle: false });
    const stacks = [
      () => [new Dense(4, { activation: 'relu' }), new Dense(2)],
      // Its layers are built only when it is called.
      () => [new Pair()],
    ];
    for (const stack of stacks) {
      for (const data of [new Set(batches), x]) {
        setRandomSeed(3);
        const model = new Sequential(stack());
        model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: 'mse' });
        if (data === x) await model.fit(x, y, { ...silent, batchSize: 4, shuffle: false });
        else await model.fit(data, silent);
        expect(bitsOf(model)).toEqual(bitsOf(reference));
      }
    }
  });
});

describe('a loss without a gradient', () => {
  it('is refused, instead of training nothing in silence', async () => {
    const model = compiledTwoLayers();
    const { x, y } = regression(4);
    const blind = (yTrue: Tensor, yPred: Tensor): Tensor => tensor([...yPred.sub(yTrue).data()]);
    model.compile({ optimizer: 'sgd', loss: blind });
    await expect(model.fit(x, y, silent)).rejects.toThrow(
      /fit: the loss 'blind' depends on none of the 4 trainable weights/,
    );
    model.compile({ optimizer: 'sgd' });
    await expect(model.fit(x, y, silent)).rejects.toThrow(/there is nothing to minimise/);
  });
});
