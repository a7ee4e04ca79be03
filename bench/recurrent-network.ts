// The recurrent networks that `npm run bench:recurrent` trains, and what they train on.
import { initializers, layers, models, random } from 'lanegrad';
import type { SeedData } from './seed-data.js';
import { recurrentNets } from './shapes.js';

export type RecurrentName = keyof typeof recurrentNets;

export const recurrentNames = Object.keys(recurrentNets) as RecurrentName[];

const STEPS_PER_EPOCH = 5;

/** The network, compiled, with the same initial weights every time. */
export function makeRecurrentNetwork(name: RecurrentName): models.Sequential {
  const { cell, units, steps, features } = recurrentNets[name];
  const options = {
    kernelInitializer: new initializers.GlorotUniform({ seed: 1 }),
    recurrentInitializer: new initializers.Orthogonal({ seed: 2 }),
    inputShape: [steps, features],
  };
  const network = new models.Sequential([
    cell === 'lstm' ? new layers.LSTM(units, options) : new layers.GRU(units, options),
    new layers.Dense(1, { kernelInitializer: new initializers.GlorotUniform({ seed: 3 }) }),
  ]);
  network.compile({ optimizer: 'rmsprop', loss: 'mean_squared_error' });
  return network;
}

/** Sequences of normal numbers, each with one more. */
export function makeSequences(name: RecurrentName): SeedData {
  const { steps, features, batchSize } = recurrentNets[name];
  const rows = STEPS_PER_EPOCH * batchSize;
  return {
    x: random.normal([rows, steps, features], { seed: 4 }),
    y: random.normal([rows, 1], { seed: 5 }),
    source: `${steps} × ${features} normal numbers each`,
  };
}
