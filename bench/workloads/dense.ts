// Dense networks: the seed program, the same on nonzero numbers, and one of wide layers.
import { initializers, layers, models } from 'lanegrad';
import { networkContenders, seedContenders } from '../runner/contenders.js';
import { loadIdxFolder, loadSeedData } from '../seed-data.js';
import { makeNetwork } from '../seed-network.js';
import { seed } from '../shapes.js';
import { atMost, noise, secondThread, trainingFlops } from './workload.js';
import type { Wanted, Workload } from './workload.js';

const { inputs, hidden, classes, batchSize } = seed;
const about = `${inputs} → ${hidden} relu → ${classes} softmax, RMSprop, batch ${batchSize}`;
const sizes = { hidden };
const productFlops = trainingFlops([
  { rows: batchSize, k: inputs, n: hidden },
  { rows: batchSize, k: hidden, n: classes },
]);
const STEPS_PER_EPOCH = 40;

const slower = (id: string, factor: number): Wanted => ({
  top: id,
  bottom: 'lanegrad-1',
  atLeast: factor,
});

export const seedWorkload: Workload = {
  name: 'seed',
  about: `seed program: ${about}`,
  batchSize,
  model: makeNetwork,
  samples: loadSeedData,
  sizes,
  productFlops,
  contenders: seedContenders('seed'),
  wanted: [
    ...atMost(1, { strict: 0.72 }),
    ...atMost(2, { strict: 0.58 }),
    secondThread,
    slower('jax-js', 5),
    slower('tfjs-wasm', 40),
    slower('tfjs-cpu', 100),
    slower('javascript', 40),
  ],
  rowsAre: 'images',
  per: 'epoch',
};

/** The same on the images of a folder of IDX files, such as Fashion-MNIST. */
export const imagesWorkload = (folder: string): Workload => ({
  ...seedWorkload,
  name: 'seed-images',
  samples: () => loadIdxFolder(folder),
  wanted: atMost(2, { strict: 0.7 }),
});

export const denseWorkload: Workload = {
  name: 'dense',
  about: `the network of the seed program on noise: ${about}`,
  batchSize,
  model: makeNetwork,
  samples: () => noise(STEPS_PER_EPOCH * batchSize, [inputs], classes),
  sizes,
  productFlops,
  contenders: seedContenders('dense'),
  wanted: [...atMost(1, { strict: 1.95, relaxed: 1.6 }), secondThread],
  rowsAre: 'rows',
};

const wide = { inputs: 256, units: [1024, 1024, 1024], classes: 10, batchSize: 256 } as const;

export const mlpWorkload: Workload = {
  name: 'mlp',
  about: `three layers of 1,024: ${[wide.inputs, ...wide.units].join(' → ')} relu → ${wide.classes} softmax, Adam, batch ${wide.batchSize}`,
  batchSize: wide.batchSize,
  model: () => {
    const network = new models.Sequential([layers.Input([wide.inputs])]);
    wide.units.forEach((units, i) => {
      network.add(
        new layers.Dense(units, {
          activation: 'relu',
          kernelInitializer: new initializers.GlorotUniform({ seed: i + 1 }),
        }),
      );
    });
    network.add(
      new layers.Dense(wide.classes, {
        activation: 'softmax',
        kernelInitializer: new initializers.GlorotUniform({ seed: 9 }),
      }),
    );
    network.compile({ optimizer: 'adam', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
    return network;
  },
  samples: () => noise(10 * wide.batchSize, [wide.inputs], wide.classes),
  productFlops: trainingFlops(
    [...wide.units, wide.classes].map((n, i) => ({
      rows: wide.batchSize,
      k: [wide.inputs, ...wide.units][i] ?? 0,
      n,
    })),
  ),
  contenders: networkContenders('mlp'),
  wanted: [...atMost(1, { strict: 1.35, relaxed: 1.15 }), secondThread],
  commonSteps: 5,
  rowsAre: 'rows',
};
