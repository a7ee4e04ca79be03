// Predictions compared with ONNX Runtime Web: one row and many, a convolutional network, ResNet50 with one image.
import { initializers, layers, models, random, tensor, zeros } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { ResNet50 } from 'lanegrad/applications';
import { inputByRule, weightsByRule } from '../reference/application-weights.js';
import { predictors } from '../runner/contenders.js';
import { makeNetwork } from '../seed-network.js';
import { seed } from '../shapes.js';
import { cifarWorkload } from './convolutional.js';
import { atMost, secondThread } from './workload.js';
import type { Samples, Workload } from './workload.js';

/** How many batches a segment predicts. */
const BATCHES = 20;

const unlabelled = (x: Tensor, source: string): Samples => ({
  x,
  y: zeros([x.shape[0] ?? 0, 1]),
  source,
});

const oneRow: Workload = {
  name: 'predict-row',
  about: `prediction of one row by ${seed.inputs} → ${seed.hidden} relu → ${seed.classes} softmax`,
  task: 'predict',
  batchSize: 1,
  model: makeNetwork,
  samples: () =>
    unlabelled(random.uniform([1000, seed.inputs], { seed: 4 }), 'random numbers without zeros'),
  productFlops: 2 * (seed.inputs + seed.classes) * seed.hidden,
  contenders: predictors('predict-row'),
  peer: 'ort',
  wanted: atMost(1, { strict: 0.6 }, 'ort'),
  rowsAre: 'rows',
};

const product = { rows: 512, inputs: 1024, units: 1024 } as const;

const manyRows: Workload = {
  name: 'predict-rows',
  about: `one dense product of many rows: [${product.rows}, ${product.inputs}] → ${product.units} relu`,
  task: 'predict',
  batchSize: product.rows,
  model: () =>
    new models.Sequential([
      layers.Input([product.inputs]),
      new layers.Dense(product.units, {
        activation: 'relu',
        kernelInitializer: new initializers.GlorotUniform({ seed: 1 }),
      }),
    ]),
  samples: () =>
    unlabelled(
      random.normal([BATCHES * product.rows, product.inputs], { seed: 4 }),
      'normal numbers',
    ),
  productFlops: 2 * product.rows * product.inputs * product.units,
  contenders: predictors('predict-rows'),
  peer: 'ort',
  wanted: [...atMost(1, { strict: 0.85 }, 'ort'), secondThread],
  commonSteps: 5,
  rowsAre: 'rows',
};

const convolutions: Workload = {
  ...cifarWorkload,
  name: 'predict-conv',
  about: `prediction of 32 images by the network of \`${cifarWorkload.name}\``,
  task: 'predict',
  samples: () => unlabelled(random.normal([320, 32, 32, 3], { seed: 4 }), 'normal numbers'),
  productFlops: 32 * 2 * (32 * 32 * 9 * (3 * 32 + 32 * 32) + 16 * 16 * 9 * (32 * 64 + 64 * 64)),
  contenders: predictors('predict-conv'),
  peer: 'ort',
  wanted: [...atMost(1, { strict: 0.6 }, 'ort'), secondThread],
};

const IMAGES = 5;
/** The side of an image. */
const SIDE = 224;
/** Those of the tests. */
const RULE = { seed: 21, gain: 1.2 } as const;

const resnet50: Workload = {
  name: 'resnet50',
  about: `prediction of one image of ${SIDE} × ${SIDE} by ResNet50`,
  task: 'predict',
  batchSize: 1,
  model: () => {
    const model = ResNet50({ inputShape: [SIDE, SIDE, 3], classes: 10 });
    weightsByRule(model.weights, RULE.seed, RULE.gain);
    return model;
  },
  samples: () =>
    unlabelled(
      tensor(inputByRule(IMAGES * 3 * SIDE * SIDE, RULE.seed), { shape: [IMAGES, SIDE, SIDE, 3] }),
      'numbers of the rule',
    ),
  productFlops: resnetFlops(),
  contenders: predictors('resnet50'),
  peer: 'ort',
  wanted: [...atMost(1, { strict: 0.6 }, 'ort'), secondThread],
  commonSteps: 2,
  rowsAre: 'images',
};

/** Of the convolutions: in each of four stages a first block, which narrows the image, and others. */
function resnetFlops(): number {
  let sum = 112 ** 2 * 7 * 7 * 3 * 64;
  let channels = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const pixels = (56 / 2 ** stage) ** 2;
    const inner = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const shortcut = block === 0 ? channels * 4 * inner : 0;
      sum += pixels * (channels * inner + 9 * inner * inner + inner * 4 * inner + shortcut);
      channels = 4 * inner;
    }
  }
  return 2 * sum;
}

export const predictionWorkloads: readonly Workload[] = [oneRow, manyRows, convolutions, resnet50];
