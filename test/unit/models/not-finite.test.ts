// NaN among samples, and what a message says that it would do.
import { describe, expect, it } from 'vitest';
import { compiledTwoLayers } from './networks.js';

const silent = { verbose: 0 } as const;

describe('samples that are not finite', () => {
  const bad = [[1, NaN, 3]];
  const good = [[1, 2, 3]];
  const target = [[1, 2]];
  const harms = {
    training: 'Training on it would turn every weight into NaN',
    measuring: 'Loss and metrics would be NaN',
  };
  type Model = ReturnType<typeof compiledTwoLayers>;
  const refusals: [string, keyof typeof harms, (model: Model) => unknown][] = [
    ['fit: x', 'training', (model) => model.fit(bad, target, silent)],
    [
      'fit: batch 0: x',
      'training',
      (model) => model.fit([[bad, target] as const].values(), undefined, silent),
    ],
    [
      'fit: validationData: x',
      'measuring',
      (model) => model.fit(good, target, { ...silent, validationData: [bad, target] }),
    ],
    ['evaluate: x', 'measuring', (model) => model.evaluate(bad, target, silent)],
    ['trainOnBatch: x', 'training', (model) => model.trainOnBatch(bad, target)],
    ['testOnBatch: x', 'measuring', (model) => model.testOnBatch(bad, target)],
  ];

  it.each(refusals)('are refused as %s, with the harm to what is %s', async (name, use, call) => {
    const calling = async (): Promise<unknown> => call(compiledTwoLayers());
    await expect(calling()).rejects.toThrow(`${name} holds NaN in sample 0 of 1. ${harms[use]}`);
  });

  it('are nothing to predict and predictOnBatch, whose outputs say so', async () => {
    const model = compiledTwoLayers();
    expect((await model.predict(bad)).shape).toEqual([1, 2]);
    expect(model.predictOnBatch(bad).shape).toEqual([1, 2]);
  });
});
