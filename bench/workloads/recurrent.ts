// Networks of one recurrent layer whose last output goes through a dense layer to one number; RMSprop, mean squared error.
// The wide ones are mostly products. The narrow ones have long sequences, where PyTorch pays for each step of time.
import { initializers, layers, models, random } from 'lanegrad';
import { recurrentContenders } from '../runner/contenders.js';
import { atMost, secondThread } from './workload.js';
import type { Wanted, Workload } from './workload.js';

interface Net {
  readonly cell: 'lstm' | 'gru';
  readonly units: number;
  readonly steps: number;
  readonly features: number;
  readonly batchSize: number;
}

const STEPS_PER_EPOCH = 5;

/**
 * Operations of the products of a step: forward for x and h, back for h, and the gradients of both kernels. The gradient of x
 * is not asked for.
 */
export function recurrentFlops({ cell, units, steps, features, batchSize }: Net): number {
  return 2 * batchSize * steps * (cell === 'lstm' ? 4 : 3) * units * (2 * features + 3 * units);
}

function recurrent(name: string, net: Net, wanted: readonly Wanted[]): Workload {
  const { cell, units, steps, features, batchSize } = net;
  return {
    name,
    about: `${cell.toUpperCase()} of ${units} on [${batchSize}, ${steps}, ${features}], last output → 1, RMSprop`,
    batchSize,
    model: () => {
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
    },
    samples: () => ({
      x: random.normal([STEPS_PER_EPOCH * batchSize, steps, features], { seed: 4 }),
      y: random.normal([STEPS_PER_EPOCH * batchSize, 1], { seed: 5 }),
      source: `${steps} × ${features} normal numbers each`,
    }),
    sizes: net as unknown as Record<string, unknown>,
    productFlops: recurrentFlops(net),
    contenders: recurrentContenders(name),
    wanted: [
      ...wanted,
      secondThread,
      { top: 'tfjs-wasm', bottom: 'lanegrad-1', atLeast: 20 },
      { top: 'tfjs-cpu', bottom: 'lanegrad-1', atLeast: 20 },
    ],
    commonSteps: 2,
    rowsAre: 'sequences',
  };
}

const wide = { units: 128, steps: 100, features: 64, batchSize: 64 } as const;
const narrow = { units: 32, steps: 500, features: 32, batchSize: 128 } as const;

export const recurrentWorkloads: readonly Workload[] = [
  recurrent('lstm128', { cell: 'lstm', ...wide }, [
    ...atMost(1, { strict: 1.7, relaxed: 1.45 }),
    ...atMost(2, { strict: 1.6 }),
  ]),
  recurrent('gru128', { cell: 'gru', ...wide }, [
    ...atMost(1, { strict: 1.8, relaxed: 1.55 }),
    ...atMost(2, { strict: 1.1 }),
  ]),
  recurrent('lstm32', { cell: 'lstm', ...narrow }, [
    ...atMost(1, { strict: 0.6 }),
    ...atMost(2, { strict: 0.6 }),
  ]),
  recurrent('gru32', { cell: 'gru', ...narrow }, [
    ...atMost(1, { strict: 0.9 }),
    ...atMost(2, { strict: 0.9 }),
  ]),
];
