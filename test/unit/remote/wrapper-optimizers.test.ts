// A model whose optimizer holds others trains in a worker as it does here.
import { expect, it } from 'vitest';
import { models, optimizers } from 'lanegrad';
import { bits, network, open, quiet, x, y } from './network.js';

const { AdamW, LossScaleOptimizer, MultiOptimizer, OptimizerMap, SGD } = optimizers;

/** Weight decay leaves out other weights for each optimizer, and all biases of one. */
function made(): models.Sequential {
  const model = network();
  const adam = new AdamW({ weightDecay: 0.1 });
  adam.excludeFromWeightDecay({ names: ['bias'] });
  const multi = new MultiOptimizer(
    new OptimizerMap(new SGD({ momentum: 0.9, weightDecay: 0.1 }), { '.*/first/.*': adam }),
  );
  model.compile({
    optimizer: new LossScaleOptimizer(multi, { dynamicGrowthSteps: 3 }),
    loss: 'sparse_categorical_crossentropy',
  });
  return model;
}

it('trains in a worker', async () => {
  const here = made();
  await here.fit(x, y, { ...quiet, epochs: 2 });
  const there = made();
  const remote = await open(there);
  await remote.fit(x, y, { ...quiet, epochs: 2 });
  expect(bits(there)).toEqual(bits(here));
});

it('comes out of a file, with what weight decay leaves out', async () => {
  const model = made();
  await model.fit(x, y, { ...quiet, epochs: 1 });
  let bytes = new Uint8Array();
  const write = (_: string, all: Uint8Array<ArrayBuffer>): void => void (bytes = all.slice());
  await model.save({ write }, { format: 'keras' });
  const again = await models.loadModel<models.Sequential>(bytes);
  expect(bits(again)).toEqual(bits(model));
  const decayed = ({ optimizer, weights }: models.Sequential): unknown[] =>
    weights.map((weight) => optimizer?.isDecayed(weight));
  expect(decayed(again)).toEqual(decayed(model));
  expect(decayed(model)).toContain(false);
});

it('cannot travel with a function', async () => {
  const model = network();
  model.compile({ optimizer: new MultiOptimizer(() => new SGD()), loss: 'mse' });
  await expect(open(model)).rejects.toThrow(
    /optimizerMap is a function, which a config cannot hold/,
  );
});
