// The networks that go to Keras and back: every class of layers, optimizers, losses and metrics, each alone.
import {
  activations,
  Input,
  initializers,
  layers,
  ops,
  optimizers,
  Sequential,
  tensor,
} from '../../../src/index.js';
import { classesOf, layerCase, numbers, SAMPLES } from './case.js';
import type { Case } from './case.js';
import { attentionCases } from './attention.js';
import { compiledCases } from './compiled.js';
import { convolutionCases } from './convolutions.js';
import { graphCases } from './graphs.js';
import { imageCases } from './images.js';
import { loraCases } from './lora.js';
import { poolingCases } from './pooling.js';
import { quantizedCases } from './quantized.js';
import { recurrentCases } from './recurrent.js';
import { registeredCases } from './registered.js';
import { textCases } from './text.js';

const seed = 7;

async function layerCases(): Promise<Case[]> {
  const normalization = new layers.Normalization();
  await normalization.adapt(numbers([30, 5], 3));
  const l2 = { kernelRegularizer: 'l2', biasConstraint: 'non_neg' } as const;
  const image = [6, 5, 3];
  const volume = [4, 5, 3, 2];
  const steps = [8, 3];
  return [
    layerCase(
      'Dense',
      [4],
      [
        new layers.Dense(3, {
          ...l2,
          useBias: true,
          activation: 'tanh',
          kernelConstraint: 'max_norm',
        }),
      ],
    ),
    layerCase('EinsumDense', steps, [
      new layers.EinsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'de', ...l2 }),
    ]),
    layerCase('EinsumDense on the right', image, [
      new layers.EinsumDense('ab...,bc->ac...', [4], { activation: 'tanh' }),
    ]),
    layerCase('TernaryDense', [4], [new layers.TernaryDense(3)]),
    layerCase('Dense frozen', [4], [new layers.Dense(3, { trainable: false })]),
    layerCase('Activation', [4], [new layers.Activation('gelu')]),
    layerCase('Dropout', [4], [new layers.Dropout(0.3, { seed })], false),
    layerCase('AlphaDropout', [4], [new layers.AlphaDropout(0.3, { seed })], false),
    layerCase('SpatialDropout1D', steps, [new layers.SpatialDropout1D(0.3, { seed })], false),
    layerCase('SpatialDropout2D', image, [new layers.SpatialDropout2D(0.3, { seed })], false),
    layerCase('SpatialDropout3D', volume, [new layers.SpatialDropout3D(0.3, { seed })], false),
    layerCase('GaussianNoise', [4], [new layers.GaussianNoise(0.1, { seed })], false),
    layerCase('GaussianDropout', [4], [new layers.GaussianDropout(0.1, { seed })], false),
    layerCase(
      'ActivityRegularization',
      [4],
      [new layers.ActivityRegularization({ l1: 0.1, l2: 0.2 })],
    ),
    layerCase('Identity', [4], [new layers.Identity()]),
    layerCase('Flatten', image, [new layers.Flatten()]),
    layerCase('Reshape', [6], [new layers.Reshape([2, -1])]),
    layerCase('Permute', steps, [new layers.Permute([2, 1])]),
    layerCase('RepeatVector', [4], [new layers.RepeatVector(3)]),
    layerCase('Rescaling', [4], [new layers.Rescaling(0.5, { offset: 0.25 })]),
    layerCase('Normalization', [5], [normalization]),
    layerCase(
      'Normalization by numbers',
      [3],
      [new layers.Normalization({ mean: [0, 1, 2], variance: [1, 2, 3] })],
    ),
    layerCase('BatchNormalization', [4], [new layers.BatchNormalization({ momentum: 0.8 })]),
    layerCase(
      'BatchNormalization frozen',
      [4],
      [new layers.BatchNormalization({ trainable: false })],
    ),
    layerCase('BatchNormalization with renorm', image, [
      new layers.BatchNormalization({ renorm: true, renormClipping: { rmax: 1.5, dmax: 0.5 } }),
    ]),
    layerCase('LayerNormalization', [4], [new layers.LayerNormalization()]),
    layerCase('GroupNormalization', image, [new layers.GroupNormalization({ groups: 3 })]),
    layerCase('GroupNormalization of each channel', image, [
      new layers.GroupNormalization({ groups: -1, axis: 1 }),
    ]),
    layerCase('RMSNormalization', [4], [new layers.RMSNormalization({ epsilon: 1e-3 })]),
    layerCase('RMSNormalization over two axes', steps, [
      new layers.RMSNormalization({ axis: [1, 2] }),
    ]),
    // On JAX a step of Keras loses what is assigned to the kernel. TensorFlow and PyTorch keep it.
    layerCase('SpectralNormalization', [4], [new layers.SpectralNormalization(new layers.Dense(3))], false), // prettier-ignore
    layerCase('SpectralNormalization of images', image, [new layers.SpectralNormalization(new layers.Conv2D(3, 2))], false), // prettier-ignore
    layerCase('LayerScale', steps, [new layers.LayerScale(0.5, steps.at(-1) ?? 1)]),
    layerCase('UnitNormalization', [4], [new layers.UnitNormalization()]),
    layerCase('ReLU', [4], [new layers.ReLU({ maxValue: 0.8, negativeSlope: 0.1 })]),
    layerCase('LeakyReLU', [4], [new layers.LeakyReLU({ negativeSlope: 0.2 })]),
    layerCase('ELU', [4], [new layers.ELU({ alpha: 0.7 })]),
    layerCase('PReLU', steps, [new layers.PReLU({ sharedAxes: [1], alphaInitializer: 'ones' })]),
    layerCase('Softmax', [4], [new layers.Softmax()]),
    ...poolingCases(steps, image, volume),
    layerCase(
      'STFTSpectrogram',
      [20, 2],
      [
        new layers.STFTSpectrogram({
          frameLength: 8,
          frameStep: 3,
          fftLength: 16,
          padding: 'same',
        }),
        // Logarithms are large, and training would diverge.
        new layers.Rescaling(0.05),
      ],
    ),
    layerCase(
      'STFTSpectrogram of both parts',
      [20, 1],
      [
        new layers.STFTSpectrogram({ mode: 'stft', frameLength: 6, window: 'blackman', periodic: true, expandDims: true }), // prettier-ignore
      ],
    ),
    layerCase(
      'MelSpectrogram',
      [64],
      [
        new layers.MelSpectrogram({ fftLength: 32, sequenceStride: 8, numMelBins: 6, samplingRate: 400, minFreq: 5, powerToDb: false, magExp: 1 }), // prettier-ignore
      ],
    ),
    layerCase(
      'MelSpectrogram in decibels',
      [64],
      [
        new layers.MelSpectrogram({ fftLength: 32, sequenceLength: 20, sequenceStride: 8, window: 'hamming', numMelBins: 4, samplingRate: 400, maxFreq: 180 }), // prettier-ignore
        new layers.Rescaling(0.01),
      ],
    ),
    layerCase('ZeroPadding1D', steps, [new layers.ZeroPadding1D([1, 2])]),
    layerCase('ZeroPadding2D', image, [
      new layers.ZeroPadding2D([
        [1, 0],
        [2, 1],
      ]),
    ]),
    layerCase('Cropping1D', steps, [new layers.Cropping1D([1, 0])]),
    layerCase('Cropping2D', image, [new layers.Cropping2D([0, 1])]),
    layerCase('Resizing', image, [
      new layers.Resizing(4, 7, {
        interpolation: 'bicubic',
        antialias: true,
        padToAspectRatio: true,
      }),
    ]),
    layerCase('CenterCrop', image, [new layers.CenterCrop(3, 8)]),
    ...imageCases(image, seed),
    layerCase('UpSampling1D', steps, [new layers.UpSampling1D(2)]),
    ...(['bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const).map((interpolation) =>
      layerCase(`UpSampling2D ${interpolation}`, image, [
        new layers.UpSampling2D(2, { interpolation }),
      ]),
    ),
    layerCase('ZeroPadding3D', volume, [new layers.ZeroPadding3D([[1, 0], [2, 1], [0, 1]])]), // prettier-ignore
    layerCase('Cropping3D', volume, [new layers.Cropping3D([1, 0, 1])]),
    layerCase('UpSampling3D', volume, [new layers.UpSampling3D([1, 2, 2])]),
    ...convolutionCases(steps, image, volume),
    ...recurrentCases(steps),
    layerCase(
      'a Sequential inside',
      [4],
      [
        new Sequential([new layers.Dense(3, { activation: 'relu' }), new layers.Dense(3)]),
        new layers.Dense(3),
      ],
    ),
    embedding('Embedding', new layers.Embedding(10, 3)),
    embedding('Embedding with a mask', new layers.Embedding(10, 3, { maskZero: true })),
    maskedSequence(),
    withoutInput(),
    ...initializerCases(),
    ...activationCases(),
  ];
}

function embedding(name: string, layer: layers.Embedding): Case {
  const stack = layer.maskZero ? [layer, new layers.GlobalAveragePooling1D()] : [layer];
  const { model, y, resumes } = layerCase('', [6], stack);
  const x = tensor(
    Int32Array.from({ length: SAMPLES * 6 }, (_, i) => (i * 7) % 10),
    {
      shape: [SAMPLES, 6],
    },
  );
  return { name, model, x, y, resumes };
}

/** A model whose output has a mask, which counts in its loss. */
function maskedSequence(): Case {
  const model = new Sequential([
    Input({ shape: [5, 2] }),
    new layers.Masking({ maskValue: 0.5 }),
    new layers.Dense(2),
  ]);
  model.compile({ optimizer: 'sgd', loss: 'mse' });
  const x = numbers([SAMPLES, 5, 2]);
  const isStep = numbers([SAMPLES, 5, 1], 77).greater(-0.3);
  return {
    name: 'Masking',
    model,
    x: ops.where(isStep, x, 0.5),
    y: numbers([SAMPLES, 5, 2], 5000),
    resumes: true,
  };
}

/** A model whose input is said by its first layer, as programs here do. */
function withoutInput(): Case {
  const model = new Sequential([
    new layers.Dense(3, { inputShape: [4], activation: 'relu' }),
    new layers.Dense(2),
  ]);
  model.compile({ optimizer: 'rmsprop', loss: 'mse', metrics: ['mae'] });
  const [x, y] = [numbers([SAMPLES, 4]), numbers([SAMPLES, 2], 5000)];
  return { name: 'inputShape of the first layer', model, x, y, resumes: true };
}

function initializerCases(): Case[] {
  const names = [
    'zeros', 'ones', 'constant', 'identity', 'random_normal', 'random_uniform', 'truncated_normal',
    'variance_scaling', 'glorot_normal', 'glorot_uniform', 'he_normal', 'he_uniform', 'lecun_normal',
    'lecun_uniform', 'orthogonal',
  ]; // prettier-ignore
  const stack = names.map((name) => {
    return new layers.Dense(4, { kernelInitializer: initializers.get(name) });
  });
  return [layerCase('all initializers', [4], stack)];
}

function activationCases(): Case[] {
  // A name cannot say where a threshold is; glu halves the last axis, which the layer Activation does not expect; on
  // PyTorch sparsemax of Keras 3.16 gives rows that do not add up to 1; Keras 3 has no hard sigmoid of Keras 2.
  const without = ['get', 'serialize', 'deserialize', 'threshold', 'glu', 'sparsemax', 'hardSigmoidKeras2']; // prettier-ignore
  return Object.keys(activations)
    .filter((name) => !without.includes(name))
    .map((name) => layerCase(`activation ${name}`, [4], [new layers.Activation(name as never)]));
}

/** The layers in a layer, as deep as they are. */
const layersIn = (layer: layers.AnyLayer): layers.AnyLayer[] =>
  layer.subLayers().flatMap((inside) => [inside, ...layersIn(inside)]);

// Lambdas are not saved, a RandomCrop gives other shapes in training, and with the others Keras builds no model.
const WITHOUT_CASE = ['BaseImagePreprocessingLayer', 'Equalization', 'Lambda', 'MaxNumBoundingBoxes', 'RandomCrop', 'Wrapper']; // prettier-ignore

/** All cases. @throws if a class of layers or optimizers is in none. */
export async function allCases(): Promise<Case[]> {
  const cases = [
    ...(await layerCases()),
    ...graphCases(),
    ...attentionCases(),
    ...quantizedCases(),
    ...loraCases(),
    ...compiledCases(),
    ...registeredCases(),
  ];
  const models = [...cases, ...(await textCases())].map(({ model }) => model);
  const known = models.flatMap((model) => [...layersIn(model), model.optimizer]);
  const used = new Set<unknown>(known.map((it) => it?.constructor));
  const missing = [
    ...classesOf(layers, layers.Layer).filter(([name]) => !WITHOUT_CASE.includes(name)),
    ...classesOf(optimizers, optimizers.Optimizer),
  ].filter(([, type]) => !used.has(type));
  if (missing.length === 0) return cases;
  throw new Error(`No case has ${missing.map(([name]) => name).join(', ')}.`);
}
