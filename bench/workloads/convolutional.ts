// Convolutional networks: a small one on MNIST, and one of four convolutions on noise of CIFAR's shape.
import { initializers, layers, models } from 'lanegrad';
import { networkContenders } from '../runner/contenders.js';
import { loadSeedData } from '../seed-data.js';
import { atMost, noise, secondThread, trainingFlops } from './workload.js';
import type { Workload } from './workload.js';

const KERNEL = 3;

const conv = (filters: number, seed: number, padding: 'same' | 'valid') =>
  new layers.Conv2D(filters, KERNEL, {
    activation: 'relu',
    padding,
    kernelInitializer: new initializers.GlorotUniform({ seed }),
  });

const dense = (units: number, seed: number, activation: 'relu' | 'softmax') =>
  new layers.Dense(units, {
    activation,
    kernelInitializer: new initializers.GlorotUniform({ seed }),
  });

function compiled(...list: Parameters<models.Sequential['add']>[0][]): models.Sequential {
  const network = new models.Sequential(list);
  network.compile({ optimizer: 'adam', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
  return network;
}

const small = { image: [28, 28, 1], filters: [16, 32], classes: 10, batchSize: 128 } as const;

/** 28 → 26 → 13 → 11 → 5 pixels on a side. */
export const convWorkload: Workload = {
  name: 'conv',
  about:
    `convolutional network: ${small.filters.join(' and ')} filters of 3 × 3 with relu and pooling, ` +
    `${small.classes} softmax, Adam, batch ${small.batchSize}`,
  batchSize: small.batchSize,
  model: () =>
    compiled(
      layers.Input(small.image),
      conv(small.filters[0], 1, 'valid'),
      new layers.MaxPooling2D(2),
      conv(small.filters[1], 2, 'valid'),
      new layers.MaxPooling2D(2),
      new layers.Flatten(),
      dense(small.classes, 3, 'softmax'),
    ),
  samples: async () => {
    const { x, y, source } = await loadSeedData();
    return { x: x.reshape([-1, ...small.image]), y, source };
  },
  productFlops: trainingFlops([
    { rows: small.batchSize * 26 * 26, k: KERNEL * KERNEL, n: 16 },
    { rows: small.batchSize * 11 * 11, k: KERNEL * KERNEL * 16, n: 32 },
    { rows: small.batchSize, k: 5 * 5 * 32, n: small.classes },
  ]),
  contenders: networkContenders('conv', { keras: 60, jax: 40, tfjs: 20 }),
  wanted: [...atMost(1, { strict: 1.2 }), ...atMost(2, { strict: 0.9 }), secondThread],
  rowsAre: 'images',
  per: 'epoch',
};

const cifar = { image: [32, 32, 3], classes: 10, batchSize: 64, stepsPerEpoch: 6 } as const;

/** A convolution with relu, and what brings its channels to mean 0 and variance 1. */
const normalized = (filters: number, seed: number) => [
  conv(filters, seed, 'same'),
  new layers.BatchNormalization(),
];

export const cifarWorkload: Workload = {
  name: 'cifar',
  about:
    'convolutional network on 32 × 32 × 3: 32, 32, pooling, 64, 64 filters of 3 × 3 with relu and batch normalization, ' +
    `pooling, 256 relu → 10 softmax, Adam, batch ${cifar.batchSize}`,
  batchSize: cifar.batchSize,
  model: () =>
    compiled(
      layers.Input(cifar.image),
      ...normalized(32, 1),
      ...normalized(32, 2),
      new layers.MaxPooling2D(2),
      ...normalized(64, 3),
      ...normalized(64, 4),
      new layers.MaxPooling2D(2),
      new layers.Flatten(),
      dense(256, 5, 'relu'),
      dense(cifar.classes, 6, 'softmax'),
    ),
  samples: () => noise(cifar.stepsPerEpoch * cifar.batchSize, cifar.image, cifar.classes),
  productFlops: trainingFlops([
    { rows: cifar.batchSize * 32 * 32, k: KERNEL * KERNEL * 3, n: 32 },
    { rows: cifar.batchSize * 32 * 32, k: KERNEL * KERNEL * 32, n: 32 },
    { rows: cifar.batchSize * 16 * 16, k: KERNEL * KERNEL * 32, n: 64 },
    { rows: cifar.batchSize * 16 * 16, k: KERNEL * KERNEL * 64, n: 64 },
    { rows: cifar.batchSize, k: 8 * 8 * 64, n: 256 },
    { rows: cifar.batchSize, k: 256, n: cifar.classes },
  ]),
  contenders: networkContenders('cifar'),
  wanted: [...atMost(1, { strict: 1.35, relaxed: 1.2 }), secondThread],
  commonSteps: 3,
  rowsAre: 'images',
};
