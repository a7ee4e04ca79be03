// What the option `callbacks` takes, and what hooks are given.
import { describe, expect, it } from 'vitest';
import { HOOKS } from '../../../src/nn/callbacks/callback.js';
import { History } from '../../../src/callbacks.js';
import { compiledTwoLayers, regression } from './networks.js';

const { x, y } = regression(10);
const options = { verbose: 0, batchSize: 4, shuffle: false } as const;

describe('callbacks', () => {
  it('may be one instead of a list', async () => {
    const model = compiledTwoLayers();
    const hooks: string[] = [];
    const note = (name: string) => (_: unknown, logs: unknown) => hooks.push(`${name} ${typeof logs}`); // prettier-ignore
    await model.fit(x, y, { ...options, batchSize: 10, callbacks: { onEpochEnd: note('epoch') } });
    const measuring = { verbose: 0, callbacks: { onTestBatchEnd: note('test') } } as const;
    await model.evaluate(x, y, measuring);
    const predicting = { verbose: 0, callbacks: { onPredictBatchEnd: note('predict') } } as const;
    (await model.predict(x, predicting)).dispose();
    expect(hooks).toEqual(['epoch object', 'test object', 'predict object']);
    const one = new History();
    await model.fit(x, y, { ...options, callbacks: one });
    expect(one.epoch).toEqual([0]);
    await model.fit(x, y, { ...options, callbacks: null as never });
  });

  it('get logs in every hook, empty before there are results', async () => {
    const seen = new Map<string, string[]>();
    const hooks = Object.fromEntries(
      HOOKS.map((name) => [
        name,
        (...args: unknown[]) => {
          seen.set(name, Object.keys(args.at(-1) as object));
        },
      ]),
    );
    const model = compiledTwoLayers();
    // The two names of a hook do not meet in one callback.
    const { onTrainBatchBegin, onTrainBatchEnd, ...others } = hooks;
    const callbacks = [others, { onTrainBatchBegin, onTrainBatchEnd }];
    await model.fit(x, y, { ...options, validationData: [x, y], callbacks });
    (await model.predict(x, { verbose: 0, callbacks })).dispose();
    expect([...seen.keys()].sort()).toEqual([...HOOKS].sort());
    for (const [name, keys] of seen) {
      const expected = /Begin|Predict/.test(name) ? [] : ['loss'];
      if (/EpochEnd|TrainEnd/.test(name)) expected.push('val_loss');
      expect(keys, name).toEqual(expected);
    }
  });
});
