// Models that compute in `call`, with a step or a loss of their own.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { Dense, Layer } from '../../../src/layers.js';
import { Mean, MeanAbsoluteError } from '../../../src/metrics.js';
import { Model } from '../../../src/models.js';
import type { StepBatch, StepLogs } from '../../../src/models.js';
import { valueAndGrad } from '../../../src/engine/ops/control/grad.js';
import { memory, ones } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

describe('a subclass that computes in call', () => {
  class Plain extends Model {
    readonly dense = new Dense(1, { kernelInitializer: 'ones' });

    override call(inputs: Tensor): Tensor {
      return this.dense.apply(inputs);
    }
  }
  const [inputs, targets] = [ones([4, 2]), ones([4, 1])];

  it('is built by fit and trainOnBatch where its step or its loss are its own', async () => {
    class OwnStep extends Plain {
      override trainStep(batch: StepBatch): StepLogs {
        const variables = this.trainableWeights;
        const { value, gradients, aux } = valueAndGrad(() => {
          const yPred = this.apply(batch.x, { training: true });
          return [this.computeLoss({ ...batch, yPred }), yPred];
        }, variables);
        this.optimizer?.apply(gradients, variables);
        return this.computeMetrics({ ...batch, yPred: aux }, value);
      }
    }
    class OwnLoss extends Plain {
      override computeLoss(outputs: StepBatch & { readonly yPred: Tensor }): Tensor {
        return super.computeLoss(outputs);
      }
    }
    for (const make of [() => new OwnStep(), () => new OwnLoss(), () => new Plain()]) {
      const [fitted, stepped] = [make(), make()];
      for (const model of [fitted, stepped]) model.compile({ loss: 'mse', optimizer: 'sgd' });
      const { history } = await fitted.fit(inputs, targets, { epochs: 2, verbose: 0 });
      // w = b = 1 − 0.02, 2 w + b − 1 = 0.94 after the first step.
      expect(history.loss?.[0]).toBe(1);
      expect(history.loss?.[1]).toBeCloseTo(0.94 ** 2, 6);
      expect(stepped.trainOnBatch(inputs, targets)[0]).toBe(1);
    }
  });

  it('is left to its step where it does not run on the samples', async () => {
    // A generator: `call` takes other vectors than the samples.
    class Generator extends Plain {
      override call(seeds: Tensor): Tensor {
        return super.call(seeds.reshape([-1, 3]));
      }
      override trainStep({ x: samples }: StepBatch): StepLogs {
        if (!this.dense.built) this.dense.build([null, 3]);
        const seeds = ones([samples.shape[0] ?? 1, 3]);
        const f = (): Tensor => this.apply(seeds).square().mean();
        const { value, gradients } = valueAndGrad(f, this.trainableWeights);
        this.optimizer?.apply(gradients, this.trainableWeights);
        return { loss: value };
      }
    }
    const model = new Generator();
    model.compile({ optimizer: 'sgd' });
    const { history } = await model.fit(inputs, { batchSize: 4, epochs: 1, verbose: 0 });
    expect(history.loss).toEqual([9]);
    const before = memory().tensors;
    await model.fit(inputs, { batchSize: 4, epochs: 2, verbose: 0 });
    expect(memory().tensors).toBe(before);
  });

  it('logs metrics that are made, assigned and taken away later', () => {
    class Growing extends Plain {
      late: Mean | undefined;
      batches = 0;
      override computeLoss(outputs: StepBatch & { readonly yPred: Tensor }): Tensor {
        if (++this.batches === 3) this.late = new Mean({ name: 'late' });
        this.late?.updateState([this.batches]);
        return super.computeLoss(outputs);
      }
    }
    const model = new Growing();
    model.compile({ loss: 'mse', optimizer: 'sgd' });
    const logs = (): object => model.trainOnBatch(inputs, targets, { returnDict: true });
    expect(Object.keys(logs())).toEqual(['loss']);
    expect(Object.keys(logs())).toEqual(['loss']);
    expect(logs()).toMatchObject({ late: 3 });
    expect(logs()).toMatchObject({ late: 3.5 });
    const { late } = model;
    model.late = undefined;
    model.resetMetrics();
    expect(Object.keys(logs())).toEqual(['loss']);
    model.late = late;
    model.resetMetrics();
    expect(logs()).toMatchObject({ late: 6 });
  });

  it('logs a metric once that is in a property and in compile', async () => {
    class Counting extends Plain {
      readonly error = new MeanAbsoluteError({ name: 'error' });
    }
    const model = new Counting();
    model.compile({ loss: 'mse', optimizer: 'sgd', metrics: [model.error] });
    const [loss = NaN, error = NaN, ...others] = (await model.evaluate(inputs, targets, {
      verbose: 0,
    })) as number[];
    expect(others).toEqual([]);
    expect(model.metricsNames).toEqual(['loss', 'error']);
    expect(model.metrics.filter((metric) => metric === model.error)).toHaveLength(1);
    const difference = model.predictOnBatch(inputs).sub(targets);
    expect(error).toBeCloseTo(difference.abs().mean().item(), 6);
    expect(loss).toBeCloseTo(difference.square().mean().item(), 6);
  });

  it('logs metrics in properties, its own and those of layers inside, as Keras', async () => {
    class Measuring extends Layer {
      readonly seen = new Mean({ name: 'in_layer' });
      override call(values: Tensor): Tensor {
        this.seen.updateState(values.mean());
        return values;
      }
    }
    class OwnLoss extends Plain {
      readonly mine = new Mean({ name: 'mine' });
      readonly unused = [new Mean({ name: 'in_list' })];
      readonly measuring = new Measuring();

      override call(values: Tensor): Tensor {
        return this.measuring.apply(super.call(values));
      }
      override computeLoss(outputs: StepBatch & { readonly yPred: Tensor }): Tensor {
        const loss = super.computeLoss(outputs).mul(2);
        this.mine.updateState(loss);
        return loss;
      }
    }
    const model = new OwnLoss();
    model.compile({ loss: 'mse', optimizer: 'sgd', metrics: ['mae'] });
    const { history } = await model.fit(inputs, targets, {
      epochs: 3,
      batchSize: 2,
      verbose: 0,
      validationData: [inputs.slice([0, 2]), targets.slice([0, 2])],
    });
    // Keras 3.15.1 and the nightly.
    const loss = [1.7744, 1.0640993, 0.6381354];
    const validated = [1.1993906, 0.7192690, 0.4313421]; // prettier-ignore
    const mae = [0.94, 0.727936, 0.5637136];
    const close = (values: readonly number[]): unknown =>
      values.map((v) => expect.closeTo(v, 5) as number);
    expect(history).toEqual({
      loss: close(loss),
      mae: close(mae),
      mine: close(loss),
      in_list: [0, 0, 0],
      in_layer: close(mae.map((error) => 1 + error)),
      val_loss: close(validated),
      val_mae: close([0.7744, 0.5996953, 0.464404]),
      val_mine: close(validated),
      val_in_list: [0, 0, 0],
      val_in_layer: close([1.7744, 1.5996953, 1.464404]),
    });
    const names = ['loss', 'mae', 'mine', 'in_list', 'in_layer'];
    expect(model.metricsNames).toEqual(names);
    const results = await model.evaluate(inputs, targets, { verbose: 0 });
    expect(results).toEqual(close([0.4313421, 0.464404, 0.4313421, 0, 1.464404]));
    const byName = await model.evaluate(inputs, targets, { verbose: 0, returnDict: true });
    expect(Object.keys(byName)).toEqual(names);
    model.resetMetrics();
    expect(model.trainOnBatch(inputs, targets)).toEqual(close([0.4313421, 0.464404, 0.4313421, 0, 1.464404])); // prettier-ignore
  });
});
