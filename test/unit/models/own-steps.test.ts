// Models that train, measure and predict in their own way.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { Input, Dense, Dropout } from '../../../src/layers.js';
import { Mean } from '../../../src/metrics.js';
import { Model } from '../../../src/models.js';
import type { ModelOptions, StepBatch, StepLogs } from '../../../src/models.js';
import { Adam, SGD } from '../../../src/optimizers.js';
import { valueAndGrad } from '../../../src/engine/ops/control/grad.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const x = tensor([
  [1, 2],
  [3, 4],
  [5, -6],
  [-7, 8],
  [0.5, 0.25],
]);
const y = tensor([[1], [0], [2], [-1], [3]]);

/** Input and output of a small graph, its weights always the same. */
function graph(): Required<Pick<ModelOptions, 'inputs' | 'outputs'>> {
  const inputs = Input([2]);
  const hidden = new Dense(4, {
    activation: 'tanh',
    kernelInitializer: 'ones',
    kernelRegularizer: 'l2',
  }).apply(inputs);
  const dropped = new Dropout(0.3, { seed: 5 }).apply(hidden);
  return { inputs, outputs: new Dense(1, { kernelInitializer: 'ones' }).apply(dropped) };
}

/** The step as its doc comment shows it. */
class Documented extends Model {
  override trainStep({ x, y }: StepBatch): StepLogs {
    const variables = this.trainableWeights;
    const {
      value,
      gradients,
      aux: yPred,
    } = valueAndGrad(() => {
      const predicted = this.apply(x, { training: true });
      return [this.computeLoss({ x, y, yPred: predicted }), predicted];
    }, variables);
    this.optimizer?.apply(gradients, variables);
    return this.computeMetrics({ x, y, yPred }, value);
  }
}

const COMPILED = { optimizer: 'adam', loss: 'mse', metrics: ['mae'] } as const;
const FIT = { epochs: 3, batchSize: 2, shuffle: false, verbose: 0 } as const;

const bits = (model: Model): number[][] => model.getWeights().map((w) => [...w.data()]);

describe('a step of training of a model’s own', () => {
  it('has the bits of the built-in one, written as documented', async () => {
    const built = new Model(graph());
    const own = new Documented(graph());
    const results = [];
    for (const model of [built, own]) {
      model.compile(COMPILED);
      const { history } = await model.fit(x, y, { ...FIT, validationData: [x, y] });
      results.push([history, bits(model), await model.evaluate(x, y, { verbose: 0 })]);
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('has the bits of the built-in one where only the loss is its own', async () => {
    class OwnLoss extends Model {
      override computeLoss(outputs: StepBatch & { readonly yPred: Tensor }): Tensor {
        return super.computeLoss(outputs);
      }
    }
    const [built, own] = [new Model(graph()), new OwnLoss(graph())];
    for (const model of [built, own]) {
      model.compile(COMPILED);
      await model.fit(x, y, FIT);
    }
    expect(bits(own)).toEqual(bits(built));
    expect(own.trainOnBatch(x, y)).toEqual(built.trainOnBatch(x, y));
  });

  it('gives the results of its last batch, and metrics in properties start over in each epoch', async () => {
    class Counting extends Model {
      readonly seen = new Mean({ name: 'seen' });

      override trainStep({ x: inputs }: StepBatch): StepLogs {
        this.weights[0]?.assign(this.weights[0].value.mul(0.5));
        const count = inputs.shape[0] ?? 0;
        this.seen.updateState(count);
        return { count, seen: this.seen.result(), first: inputs.slice(0, 0) };
      }
    }
    const model = new Counting(graph());
    model.compile({});
    expect(model.metrics).toContain(model.seen);
    const { history } = await model.fit(x, FIT);
    // Batches of 2, 2 and 1; the last sample begins with 0.5.
    expect(history).toEqual({
      count: [1, 1, 1],
      seen: [5 / 3, 5 / 3, 5 / 3],
      first: [0.5, 0.5, 0.5],
    });
    expect(model.trainOnBatch(x, undefined, { returnDict: true })).toMatchObject({
      count: 5,
      first: 1,
    });
  });

  it('trains models in properties, each with an optimizer of its own, and leaves no tensors behind', async () => {
    class Pair extends Model {
      readonly first = new Model(graph());
      readonly second = new Model(graph());
      readonly optimizers = [new Adam({ learningRate: 0.01 }), new SGD({ learningRate: 0.1 })];

      override trainStep({ x: inputs, y: targets }: StepBatch): StepLogs {
        const losses = [this.first, this.second].map((part, i) => {
          const { value, gradients } = valueAndGrad(
            () =>
              part
                .apply(inputs, { training: true })
                .sub(targets ?? 0)
                .square()
                .mean(),
            part.trainableWeights,
          );
          this.optimizers[i]?.apply(gradients, part.trainableWeights);
          return value;
        });
        return { first: losses[0] as Tensor, second: losses[1] as Tensor };
      }
    }
    const model = new Pair();
    model.compile({});
    const before = bits(model.first);
    const { history } = await model.fit(x, y, { ...FIT, epochs: 1 });
    expect(Object.keys(history)).toEqual(['first', 'second']);
    expect(bits(model.first)).not.toEqual(before);
    expect(bits(model.first)).not.toEqual(bits(model.second));
    const { tensors } = memory();
    const again = await model.fit(x, y, FIT);
    expect(again.history['first']).toHaveLength(3);
    expect(memory().tensors).toBe(tensors);
  });
});

describe('steps of measuring and predicting of a model’s own', () => {
  class Own extends Model {
    override testStep({ y: targets }: StepBatch): StepLogs {
      return { total: targets?.sum() ?? 0 };
    }

    override predictStep(inputs: Tensor): Tensor {
      return super.predictStep(inputs).mul(0).add(7);
    }
  }

  it('are what evaluate, validation and predict do', async () => {
    const model = new Own(graph());
    model.compile(COMPILED);
    expect(await model.evaluate(x, y, { batchSize: 5, verbose: 0, returnDict: true })).toEqual({
      total: 5,
    });
    const { history } = await model.fit(x, y, {
      ...FIT,
      epochs: 1,
      validationData: [x, y],
      validationBatchSize: 5,
    });
    expect(history['val_total']).toEqual([5]);
    expect((await model.predict(x, { verbose: 0 })).toArray()).toEqual([[7], [7], [7], [7], [7]]);
    expect(model.predictOnBatch(x).shape).toEqual([5, 1]);
  });
});

describe('what steps of a model’s own are refused for', () => {
  it.each([
    ['nothing', undefined, /must return its results by name.*it returned undefined/],
    ['a number', 3, /it returned 3/],
    ['an empty object', {}, /it returned \{\}|it returned an? /],
    ['text', { loss: 'low' }, /'loss' is 'low'/],
    ['a list', [0.5], /it returned \[0\.5\]/],
    ['a tensor', y, /it returned a tensor of shape \[5, 1\]/],
    ['a tensor of several elements', { loss: y }, /'loss' is .*shape/],
    ['a Promise by name', { loss: Promise.resolve(1) }, /'loss' is a Promise/],
  ])('results that are %s', async (_name, result, message) => {
    class Wrong extends Model {
      override trainStep(): StepLogs {
        return result as never;
      }
    }
    const model = new Wrong(graph());
    model.compile({});
    await expect(model.fit(x, y, FIT)).rejects.toThrow(ValueError);
    await expect(model.fit(x, y, FIT)).rejects.toThrow(message);
  });

  it('being async, in every method, and what they reject with is not left unhandled', async () => {
    const async = (): never => Promise.reject(new Error('after the step')) as never;
    class Async extends Model {
      override trainStep = async;
      override testStep = async;
      override predictStep = async;
    }
    const model = new Async(graph());
    model.compile({});
    const silent = { verbose: 0 } as const;
    const calls: [op: string, step: string, call: () => unknown][] = [
      ['fit', 'trainStep', () => model.fit(x, y, FIT)],
      ['trainOnBatch', 'trainStep', () => model.trainOnBatch(x, y)],
      ['evaluate', 'testStep', () => model.evaluate(x, y, silent)],
      ['testOnBatch', 'testStep', () => model.testOnBatch(x, y)],
      ['predict', 'predictStep', () => model.predict(x, silent)],
      ['predictOnBatch', 'predictStep', () => model.predictOnBatch(x)],
    ];
    for (const [op, step, call] of calls) {
      await expect(async () => call()).rejects.toThrow(
        new RegExp(
          `^${op}: ${step} of Async '.*' must return .* a Promise: a step must not be async`,
        ),
      );
    }
  });

  it('a result that was freed', () => {
    class Freed extends Model {
      override trainStep(): StepLogs {
        const loss = tensor([1]);
        loss.dispose();
        return { loss };
      }
    }
    const model = new Freed(graph());
    model.compile({});
    expect(() => model.trainOnBatch(x, y)).toThrow(
      /^trainOnBatch: trainStep of Freed '.*': 'loss': .*was disposed/,
    );
  });

  it('a loss or metrics without predictions', () => {
    class Bare extends Model {
      override trainStep({ x: inputs, y: targets }: StepBatch): StepLogs {
        return { loss: this.computeLoss({ x: inputs, y: targets } as never) };
      }
      override testStep({ x: inputs, y: targets }: StepBatch): StepLogs {
        return this.computeMetrics({ x: inputs, y: targets } as never, 0);
      }
    }
    const model = new Bare(graph());
    model.compile(COMPILED);
    expect(() => model.trainOnBatch(x, y)).toThrow(
      /^computeLoss: yPred must be what the model gives for x, got undefined\. Call it with \{ x, y, yPred \}/,
    );
    expect(() => model.testOnBatch(x, y)).toThrow(
      /^computeMetrics: yPred must be .* got undefined/,
    );
  });

  it('gradients that are not given, not for each weight, or in place of the weights', async () => {
    const step = (give: (model: Model) => void): Model => {
      class Wrong extends Model {
        override trainStep(): StepLogs {
          give(this);
          return { loss: 1 };
        }
      }
      const model = new Wrong(graph());
      model.compile(COMPILED);
      return model;
    };
    const fits = (give: (model: Model) => void): Promise<unknown> => step(give).fit(x, y, FIT);
    await expect(fits((model) => model.optimizer?.apply(undefined as never))).rejects.toThrow(
      /gradients must be a list, got undefined/,
    );
    await expect(
      fits((model) => model.optimizer?.apply([null, null], model.trainableWeights)),
    ).rejects.toThrow(/2 gradients for 4 variables/);
    await expect(
      fits((model) => model.optimizer?.apply([null, null, null, null], model.trainableWeights)),
    ).rejects.toThrow(/no gradient for any variable/);
    await expect(
      fits((model) => model.optimizer?.apply([], model.trainableWeights)),
    ).rejects.toThrow(/has changed none of its 4 trainable weights/);
  });

  it('an epoch in which no weight changed', async () => {
    class Forgetful extends Model {
      override trainStep({ x: inputs }: StepBatch): StepLogs {
        return { loss: this.apply(inputs).mean() };
      }
    }
    const model = new Forgetful(graph());
    model.compile({});
    await expect(model.fit(x, FIT)).rejects.toThrow(
      /trainStep of Forgetful 'forgetful.*' has changed none of its 4 trainable weights in an epoch.*valueAndGrad/,
    );
  });
});
