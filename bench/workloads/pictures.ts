// Networks on pictures: MobileNetV2 trains and predicts, a U-Net trains.
import { layers, models, ones, random, tensor, utils, zeros } from 'lanegrad';
import { MobileNetV2 } from 'lanegrad/applications';
import { convolutionalNetworks } from '../../examples/dcgan.js';
import { makeUNet } from '../../examples/unet/model.js';
import { CLASS_NAMES, drawShapes } from '../../examples/unet/shapes.js';
import { inputByRule, weightsByRule } from '../reference/application-weights.js';
import { graphContenders, predictors } from '../runner/contenders.js';
import { atMost, noise, secondThread } from './workload.js';
import type { Workload } from './workload.js';

/** Weights by the rule of the tests. With less gain nothing of a picture would be left after so many depthwise convolutions. */
const RULE = { seed: 21, gain: 12 } as const;

const compiled = (model: models.Model): models.Model => {
  weightsByRule(model.weights, RULE.seed, RULE.gain);
  model.compile({ optimizer: 'adam', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
  return model;
};

const pixelsOf = ([, height, width]: readonly (number | null)[]): number =>
  (height ?? 1) * (width ?? 1);

/** Operations of the convolutions and the dense layers of a model for one picture, forward. */
function forwardFlops(model: models.Model): number {
  let products = 0;
  for (const layer of model.layers) {
    if (layer instanceof layers.Dense) products += layer.kernel.value.size;
    if (layer instanceof layers.Conv2DTranspose) {
      products += pixelsOf(layer.input.shape) * layer.kernel.value.size;
    } else if (layer instanceof layers.Conv2D || layer instanceof layers.DepthwiseConv2D) {
      products += pixelsOf(layer.output.shape) * layer.kernel.value.size;
    }
  }
  model.dispose();
  return 2 * products;
}

const mobileNet = (side: number): models.Model => MobileNetV2({ inputShape: [side, side, 3] });

const trainedMobileNet = { side: 96, classes: 1000, batchSize: 16, stepsPerEpoch: 4 } as const;

const mobileNetWorkload: Workload = {
  name: 'mobilenet',
  about: `MobileNetV2 on ${trainedMobileNet.side} × ${trainedMobileNet.side} × 3, Adam, batch ${trainedMobileNet.batchSize}`,
  batchSize: trainedMobileNet.batchSize,
  model: () => compiled(mobileNet(trainedMobileNet.side)),
  samples: () => {
    const { side, classes, batchSize, stepsPerEpoch } = trainedMobileNet;
    return noise(stepsPerEpoch * batchSize, [side, side, 3], classes);
  },
  // Here and below it takes a model, so it is computed when it is asked for.
  get productFlops() {
    return 3 * trainedMobileNet.batchSize * forwardFlops(mobileNet(trainedMobileNet.side));
  },
  contenders: graphContenders('mobilenet'),
  wanted: [...atMost(1, { strict: 1.4 }), secondThread],
  commonSteps: 2,
  rowsAre: 'images',
};

const segmented = { side: 64, filters: 16, batchSize: 16, stepsPerEpoch: 4 } as const;

const uNet = (): models.Model => {
  const { side, filters } = segmented;
  return makeUNet({ inputShape: [side, side, 1], classes: CLASS_NAMES.length, filters });
};

const uNetWorkload: Workload = {
  name: 'unet',
  about: `U-Net of ${segmented.filters} to ${8 * segmented.filters} filters on ${segmented.side} × ${segmented.side} × 1, Adam, batch ${segmented.batchSize}`,
  batchSize: segmented.batchSize,
  model: () => compiled(uNet()),
  samples: () => {
    const { side, batchSize, stepsPerEpoch } = segmented;
    const { pictures, classes } = drawShapes(stepsPerEpoch * batchSize, side, 4);
    return {
      x: pictures,
      y: utils.toCategorical(classes, CLASS_NAMES.length),
      source: 'drawn shapes',
    };
  },
  get productFlops() {
    return 3 * segmented.batchSize * forwardFlops(uNet());
  },
  contenders: graphContenders('unet'),
  wanted: [...atMost(1, { strict: 1.4 }), secondThread],
  commonSteps: 2,
  rowsAre: 'pictures',
};

const generated = { side: 28, noise: 64, batchSize: 64, stepsPerEpoch: 8 } as const;

/** What a step of a GAN's generator goes through: the generator and, behind it, the discriminator, here without dropout. */
function generatorStep(): models.Sequential {
  const { side, noise: length } = generated;
  const { generator, discriminator } = convolutionalNetworks(side, side, length);
  return new models.Sequential([
    layers.Input([length]),
    ...generator.layers,
    ...discriminator.layers.filter((layer) => !(layer instanceof layers.Dropout)),
  ]);
}

const dcganWorkload: Workload = {
  name: 'dcgan',
  about: `a step of a DCGAN's generator through the discriminator, ${generated.side} × ${generated.side} × 1, Adam, batch ${generated.batchSize}`,
  batchSize: generated.batchSize,
  model: () => {
    const model = generatorStep();
    weightsByRule(model.weights, RULE.seed, 1);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    return model;
  },
  samples: () => {
    const rows = generated.stepsPerEpoch * generated.batchSize;
    return {
      x: random.normal([rows, generated.noise], { seed: 4 }),
      y: ones([rows, 1]),
      source: 'normal numbers',
    };
  },
  get productFlops() {
    return 3 * generated.batchSize * forwardFlops(generatorStep());
  },
  contenders: graphContenders('dcgan'),
  wanted: [...atMost(1, { strict: 1.4 }), secondThread],
  commonSteps: 2,
  rowsAre: 'pictures',
};

/** Predictions of a batch: as many batches as make up some 16 pictures. */
function mobileNetPrediction(side: number, batchSize: number): Workload {
  const name = `mobilenet-${side}-${batchSize}`;
  const rows = Math.max(2, 16 / batchSize) * batchSize;
  return {
    name,
    about: `prediction of ${batchSize === 1 ? 'one image' : `${batchSize} images`} of ${side} × ${side} by MobileNetV2`,
    task: 'predict',
    batchSize,
    model: () => {
      const model = mobileNet(side);
      weightsByRule(model.weights, RULE.seed, RULE.gain);
      return model;
    },
    samples: () => ({
      x: tensor(inputByRule(rows * 3 * side * side, RULE.seed), { shape: [rows, side, side, 3] }),
      y: zeros([rows, 1]),
      source: 'numbers of the rule',
    }),
    get productFlops() {
      return batchSize * forwardFlops(mobileNet(side));
    },
    contenders: predictors(name),
    peer: 'ort',
    wanted: [...atMost(1, { strict: 0.7 }, 'ort'), secondThread],
    commonSteps: 2,
    rowsAre: 'images',
  };
}

export const pictureWorkloads: readonly Workload[] = [
  mobileNetWorkload,
  uNetWorkload,
  dcganWorkload,
  ...[96, 224].flatMap((side) => [1, 8].map((batchSize) => mobileNetPrediction(side, batchSize))),
];
