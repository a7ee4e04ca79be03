// Keras's files.
import * as lanegrad from '/dist/index.js';
import { checkEqual } from './check.js';

const { layers, models, tensor } = lanegrad;

export const kerasCases = [
  [
    'a .keras file keeps a model that goes on training',
    async () => {
      const model = new models.Sequential([
        new layers.Dense(3, { activation: 'tanh', inputShape: [4] }),
        new layers.Dense(2),
      ]);
      model.compile({ optimizer: 'adam', loss: 'mse' });
      const [x, y] = [tensor([[1, -2, 0.5, 3]]), tensor([[1, 0]])];
      await model.fit(x, y, { epochs: 3, verbose: 0 });
      await model.save('indexeddb://browser.keras');
      const loaded = await models.loadModel('indexeddb://browser.keras');
      await models.removeModel('indexeddb://browser.keras');
      for (const each of [model, loaded]) await each.fit(x, y, { verbose: 0 });
      const outputs = (each) => Array.from(each.predictOnBatch(x).data());
      checkEqual(outputs(loaded), outputs(model), 'after one more epoch');
      checkEqual(loaded.optimizer.iterations, 4, 'steps');
    },
  ],
];
