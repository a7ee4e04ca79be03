// What a model refuses while it trains or is measured: the call that comes second gets the error.
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { Dense } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { ones } from '../../../src/engine/tensor/index.js';
import type { PartialShape } from '../../../src/engine/tensor/index.js';
import { bitsOf, compiledTwoLayers, regression } from './networks.js';

const { x, y } = regression(10);
const silent = { verbose: 0 } as const;
const fitting = { verbose: 0, batchSize: 4, shuffle: false } as const;

/** The message of a call's ValueError; undefined if it succeeds. */
async function refusalOf(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ValueError);
    return (error as Error).message;
  }
}

/** What would mix its batches into the metrics of another. */
const measures = (model: Sequential): Record<string, () => unknown> => ({
  fit: () => model.fit(x, y, fitting),
  evaluate: () => model.evaluate(x, y, silent),
  trainOnBatch: () => model.trainOnBatch(x, y),
  testOnBatch: () => model.testOnBatch(x, y),
});

/** What would change the model under the hands of another. */
const changes = (model: Sequential): Record<string, () => unknown> => ({
  add: () => {
    model.add(new Dense(1));
  },
  pop: () => model.pop(),
  compile: () => {
    model.compile({ loss: 'mae' });
  },
});

async function expectRefused(calls: Record<string, () => unknown>, running: string): Promise<void> {
  for (const [name, call] of Object.entries(calls)) {
    const message = await refusalOf(call);
    expect(message, name).toContain(`${name} was called while ${running}`);
    expect(message).toMatch(/ still runs\. Await .*models\.cloneModel\(model\)/);
  }
}

describe('while fit runs', () => {
  it('the second call fails, and the fit gives what it gives alone', async () => {
    const [model, alone] = [compiledTwoLayers(), compiledTwoLayers()];
    const running = model.fit(x, y, { ...fitting, epochs: 3, validationData: [x, y] });
    // In the same turn: fit has not yet reached its first batch.
    await expectRefused({ ...measures(model), ...changes(model) }, 'fit');
    const history = await running;
    const expected = await alone.fit(x, y, { ...fitting, epochs: 3, validationData: [x, y] });
    expect(history.history).toEqual(expected.history);
    expect(bitsOf(model)).toEqual(bitsOf(alone));
    // And then all of it is allowed.
    for (const call of Object.values(measures(model)))
      expect(await refusalOf(call)).toBeUndefined();
    for (const call of Object.values(changes(model))) expect(await refusalOf(call)).toBeUndefined();
  });

  it.each([
    'onTrainBatchBegin',
    'onTrainBatchEnd',
    'onTestBegin',
    'onTestBatchEnd',
    'onTestEnd',
  ] as const)(
    'a hook of an epoch (%s) may not train, measure or change the model',
    async (hook) => {
      const model = compiledTwoLayers();
      let calls = 0;
      const attempt = async (): Promise<void> => {
        calls++;
        await expectRefused({ ...measures(model), ...changes(model) }, 'fit');
        (await model.predict(x, silent)).dispose();
        model.setWeights(model.getWeights());
      };
      await model.fit(x, y, {
        ...fitting,
        validationData: [x, y],
        callbacks: [{ [hook]: attempt }],
      });
      expect(calls).toBeGreaterThan(0);
    },
  );

  it.each(['onTrainBegin', 'onEpochBegin', 'onEpochEnd', 'onTrainEnd'] as const)(
    'a hook around epochs (%s) may measure, and neither fit nor change the model',
    async (hook) => {
      const model = compiledTwoLayers();
      let calls = 0;
      const attempt = async (): Promise<void> => {
        calls++;
        const { fit, ...others } = measures(model);
        await expectRefused({ ...changes(model), fit: fit ?? (() => 0) }, 'fit');
        for (const call of Object.values(others)) expect(await refusalOf(call)).toBeUndefined();
        (await model.predict(x, silent)).dispose();
        model.setWeights(model.getWeights());
      };
      await model.fit(x, y, { ...fitting, epochs: 2, callbacks: [{ [hook]: attempt }] });
      expect(calls).toBeGreaterThan(0);
    },
  );

  it('an evaluate that a hook does not await ends before the next epoch', async () => {
    const [model, alone] = [compiledTwoLayers(), compiledTwoLayers()];
    const evaluated: Promise<number[]>[] = [];
    const onEpochEnd = (): void => {
      evaluated.push(model.evaluate(x, y, { ...silent, yieldEvery: 'batch', batchSize: 2 }));
    };
    const history = await model.fit(x, y, { ...fitting, epochs: 2, callbacks: [{ onEpochEnd }] });
    const expected = await alone.fit(x, y, { ...fitting, epochs: 2 });
    expect(history.history).toEqual(expected.history);
    expect(await evaluated[1]).toEqual(await alone.evaluate(x, y, { ...silent, batchSize: 2 }));
    expect(evaluated).toHaveLength(2);
  });

  it('what fails leaves the model free', async () => {
    const model = compiledTwoLayers();
    const failing = {
      onEpochEnd: () => {
        throw new RangeError('mine');
      },
    };
    await expect(model.fit(x, y, { ...fitting, callbacks: [failing] })).rejects.toThrow('mine');
    await expect(model.evaluate(x, ones([3]), silent)).rejects.toThrow();
    expect(() => model.trainOnBatch(x, ones([3]))).toThrow();
    for (const call of Object.values(measures(model)))
      expect(await refusalOf(call)).toBeUndefined();
  });
});

describe('while evaluate runs', () => {
  it('the second call fails, and the evaluate gives what it gives alone', async () => {
    const model = compiledTwoLayers();
    const expected = await model.evaluate(x, y, silent);
    const running = model.evaluate(x, y, { ...silent, yieldEvery: 'batch', batchSize: 2 });
    await expectRefused({ ...measures(model), ...changes(model) }, 'evaluate');
    expect((await running)[0]).toBeCloseTo(expected[0] ?? NaN, 5);
  });
});

it('a model that adds its layers when it is built can be trained', async () => {
  class Growing extends Sequential {
    override build(inputShape: PartialShape): void {
      this.add(new Dense(4));
      this.add(new Dense(y.shape[1] ?? 1));
      super.build(inputShape);
    }
  }
  const model = new Growing([new Dense(5)]);
  model.compile({ loss: 'mse' });
  await model.fit(x, y, fitting);
  expect(model.layers).toHaveLength(3);
});
