// The same training on a page; scripts/package/pages.mjs puts `window.report` there.
import * as lanegrad from 'lanegrad';
import { inWorker } from 'lanegrad/remote';
import { fingerprint } from './train.js';

const { layers, models, random, utils } = lanegrad;

/** Trains a network here or, with `inWorker`, there; gives its weights. */
async function weightsOf(move) {
  utils.setRandomSeed(1);
  const network = new models.Sequential([
    new layers.Dense(8, { activation: 'tanh', inputShape: [4] }),
    new layers.Dense(2),
  ]);
  network.compile({ optimizer: 'rmsprop', loss: 'mse' });
  const trained = await move(network);
  const [x, y] = [random.normal([64, 4], { seed: 2 }), random.normal([64, 2], { seed: 3 })];
  await trained.fit(x, y, { epochs: 3, verbose: 0 });
  if (trained !== network) trained.dispose();
  return JSON.stringify(network.getWeights().map((weight) => weight.toArray()));
}

async function trainInWorker() {
  const [here, there] = [await weightsOf((network) => network), await weightsOf(inWorker)];
  if (here !== there) throw new Error(`in a worker the weights are ${there}, here ${here}`);
}

async function main() {
  await lanegrad.configure({ threads: 2 });
  const hash = await fingerprint(lanegrad);
  await trainInWorker();
  // Time for a worker that cannot be loaded to say so.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { hash, ...lanegrad.backendInfo() };
}

main().then(window.report, (error) => window.report({ error: error.stack }));
