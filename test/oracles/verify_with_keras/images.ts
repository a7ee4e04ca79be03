// Layers that augment images.
import { layers } from '../../../src/index.js';
import { layerCase } from './case.js';
import type { Case } from './case.js';

/** Cases of layers that augment images, for samples of this shape; all layers have the same `seed`. */
export function imageCases(image: readonly number[], seed: number): Case[] {
  const ofUnits = { valueRange: [-1, 1] } as const;
  const drawn = { ...ofUnits, seed };
  const first = { ...drawn, dataFormat: 'channels_first' } as const;
  const augmenting: layers.Layer[] = [
    new layers.AugMix({ ...drawn, numChains: 2, allOps: false }),
    new layers.CutMix({ dataFormat: 'channels_first', factor: [0.2, 0.8], seed }),
    new layers.MixUp({ alpha: 0.4, seed }),
    new layers.Mosaic({ offset: [0.2, 0.6], boundingBoxFormat: 'rel_xywh', seed }),
    new layers.Pipeline([new layers.RandomFlip('vertical', { seed }), new layers.Rescaling(0.5)]),
    new layers.RandAugment({ ...drawn, numOps: 3, factor: [0.1, 0.4], interpolation: 'nearest' }),
    new layers.RandomBrightness([-0.3, 0.2], drawn),
    new layers.RandomColorDegeneration(0.4, drawn),
    new layers.RandomColorJitter({
      ...drawn,
      brightnessFactor: 0.1,
      contrastFactor: [0.2, 0.4],
      saturationFactor: [0.3, 0.6],
      hueFactor: 0.2,
    }),
    new layers.RandomContrast([0.5, 0.25], first),
    new layers.RandomElasticTransform({ ...drawn, scale: [0.2, 0.8], fillMode: 'mirror' }),
    new layers.RandomErasing({ ...drawn, scale: [0.1, 0.4], fillValue: 0.5 }),
    new layers.RandomFlip('horizontal', { seed, boundingBoxFormat: 'rel_xywh' }),
    new layers.RandomGaussianBlur({ ...drawn, kernelSize: [3, 5], sigma: [0.5, 1] }),
    new layers.RandomGrayscale({ factor: 0.3, seed }),
    new layers.RandomHue(0.4, drawn),
    new layers.RandomInvert({ ...first, factor: [0.2, 0.8] }),
    new layers.RandomPerspective({ factor: 0.7, scale: 0.4, fillValue: 1, seed }),
    new layers.RandomPosterization([2, 5], drawn),
    new layers.RandomRotation([-0.25, 0.1], { seed, fillMode: 'wrap', interpolation: 'nearest' }),
    new layers.RandomSaturation([0.3, 0.6], drawn),
    new layers.RandomSharpness([0.2, 0.9], drawn),
    new layers.RandomShear({ xFactor: 0.3, yFactor: [0.1, 0.2], seed, fillMode: 'nearest' }),
    new layers.RandomTranslation(0.2, [-0.1, 0.3], { seed, fillMode: 'constant', fillValue: 0.5 }),
    new layers.RandomZoom([-0.3, -0.1], { widthFactor: 0.2, seed, dataFormat: 'channels_first' }),
    new layers.Solarization({ ...drawn, additionFactor: 0.2, thresholdFactor: [0.3, 0.6] }),
  ];
  const contrasting = [
    new layers.AutoContrast(ofUnits),
    new layers.ContrastLimitedAdaptiveHistogramEqualization({
      ...ofUnits,
      clipLimit: 40,
      tileGridSize: [2, 2],
    }),
  ];
  return [
    ...augmenting.map((layer) => layerCase(layer.constructor.name, image, [layer], false)),
    ...contrasting.map((layer) => layerCase(layer.constructor.name, image, [layer])),
  ];
}
