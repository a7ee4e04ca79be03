// A row for each layer: the options that are numbers or names, and examples whose configs state as many numbers as possible.
import * as initializers from '../../src/initializers.js';
import * as layers from '../../src/layers.js';
import { stringArray, tensor, zeros } from '../../src/engine/tensor/index.js';
import type { Shape, Tensor } from '../../src/engine/tensor/index.js';
import { made } from './spec.js';
import type { ClassSpec, ClassSpecs, Made } from './spec.js';

type Shapes = Shape | readonly Shape[];
/** The shape of the input, or shapes of several, and the arguments of `new`. */
type Example = readonly [shape: Shapes, ...args: readonly unknown[]];

interface LayerSpec extends ClassSpec {
  readonly shapes: readonly Shapes[];
  /** What the output is of an element x for an option of value v, which may be of any size. */
  readonly formulas?: Readonly<Record<string, (x: number, v: number) => number>>;
  /** Calls of a model of the layer that are never repeated, with the reason. */
  readonly notRepeated?: { readonly predict?: string; readonly train?: string };
}

type Extras = Partial<Omit<LayerSpec, 'takes' | 'examples' | 'shapes'>>;

/** The row of a layer; an example is a function where its arguments are layers, which are made for each use. */
function layer(takes: string, ...examples: readonly Made<Example>[]): LayerSpec {
  return {
    takes,
    examples: examples.map((example) => () => made(example).slice(1)),
    shapes: examples.map((example) => made(example)[0]),
  };
}
const and = (row: LayerSpec, extras: Extras): LayerSpec => ({ ...row, ...extras });

const SEQUENCE = [2, 5, 2];
const IMAGE = [2, 3, 4, 2];
const PHOTO = [2, 3, 4, 3];
const VOLUME = [1, 3, 4, 3, 2];
const MATRIX = [2, 3];
const PAIR = [SEQUENCE, SEQUENCE];
const seeded = new initializers.RandomNormal({ seed: 1, stddev: 0.5 });
const uniform = new initializers.RandomUniform({ minval: -1, maxval: 1, seed: 1 });
const scaled = new initializers.VarianceScaling({ seed: 1, inputAxes: [0], outputAxes: [1] });

const FORMAT = 'dataFormat: formats';
const WINDOW = `${FORMAT}; padding: paddings`;
const PICTURES = `boundingBoxFormat: boxes; ${FORMAT}`;
const SIZE = `height width: count; ${PICTURES}`;
const INTERPOLATIONS = 'nearest|bilinear|bicubic|lanczos3|lanczos5';
const AUGMENTED = `seed: seed; ${PICTURES}`;
const MOVED = `fillMode: reflect|wrap|constant|nearest; interpolation: bilinear|nearest; fillValue: finite; ${AUGMENTED}`; // prettier-ignore
/** Layers that read the elements of what they are given. */
const READING: Extras = {
  notRepeated: { predict: 'it reads elements', train: 'it reads elements' },
};
const LOOKUP_MODES = 'int|one_hot|multi_hot|count|tf_idf';
const TOKENS = 'a whole number from 2 to 2147483647';
const LOOKUP = `maxTokens: ${TOKENS}; numOovIndices: a whole number from 0 to 1048576; outputMode: ${LOOKUP_MODES}`;
/** Layers that read what they have chosen. */
const CHOOSING: Extras = { notRepeated: { train: 'it reads which changes it makes' } };
const TRANSPOSED = `filters: count; ${WINDOW}`;
const CHANNELWISE = `depthMultiplier: count; ${WINDOW}`;
const LORA = 'loraRank: count; loraAlpha: finite';
const adapted = { loraRank: 2, loraAlpha: 3 };
const CONVOLUTION = `filters groups: count; ${LORA}; ${WINDOW}`;
const RECURRENT = 'units: count; dropout recurrentDropout: fraction; seed: seed';
const CONV_LSTM = `filters: count; dropout recurrentDropout: fraction; seed: seed; ${WINDOW}`;
const NOISE = 'rate: fraction; seed: seed';
const TABLE = 'inputDim outputDim loraRank: count; loraAlpha: finite';
const ATTENTION = 'dropout: fraction; seed: seed';
const dropping = { dropout: 0.5, seed: 1 };

export const layerSpecs: ClassSpecs<LayerSpec> = {
  Activation: layer('', [IMAGE, 'relu']),
  ActivityRegularization: and(layer('l1 l2: at least 0', [IMAGE, { l1: 0.5, l2: 0.25 }]), {
    notRepeated: { predict: 'it adds to the loss', train: 'it adds to the loss' },
  }),
  AdaptiveAveragePooling1D: layer(FORMAT, [SEQUENCE, 3]),
  AdaptiveAveragePooling2D: layer(FORMAT, [IMAGE, [2, 3]]),
  AdaptiveAveragePooling3D: layer(FORMAT, [VOLUME, 2]),
  AdaptiveMaxPooling1D: layer(FORMAT, [SEQUENCE, 3]),
  AdaptiveMaxPooling2D: layer(FORMAT, [IMAGE, [2, 3]]),
  AdaptiveMaxPooling3D: layer(FORMAT, [VOLUME, 2]),
  Add: layer('', [PAIR]),
  AdditiveAttention: layer(ATTENTION, [PAIR, dropping]),
  AlphaDropout: layer('rate: below 1; seed: seed', [IMAGE, 0.5, { seed: 1, noiseShape: [1, 1, 1, 1] }]), // prettier-ignore
  Attention: layer(
    `${ATTENTION}; scoreMode: dot|concat`,
    [PAIR, { useScale: true, ...dropping }],
    [[SEQUENCE, ...PAIR], { scoreMode: 'concat' }],
  ),
  AugMix: and(layer(`numChains chainDepth: count; alpha: positive; interpolation: bilinear|nearest; ${AUGMENTED}`, [PHOTO, { valueRange: [0, 1], chainDepth: 2, seed: 1 }]), CHOOSING), // prettier-ignore
  AutoContrast: layer(PICTURES, [IMAGE, { valueRange: [0, 1] }]), // prettier-ignore
  Average: layer('', [PAIR]),
  AveragePooling1D: layer(WINDOW, [SEQUENCE, 2, { strides: 1 }]),
  AveragePooling2D: layer(WINDOW, [IMAGE, 2, { strides: 1, padding: 'same' }]),
  AveragePooling3D: layer(WINDOW, [VOLUME, 2, { strides: 1, padding: 'same' }]),
  BatchNormalization: layer(
    'axis: whole; momentum renormMomentum: fraction; epsilon: at least 0',
    [IMAGE, { axis: -1 }],
    [IMAGE, { renorm: true, renormClipping: { rmin: 0.5, rmax: 2, dmax: 1 } }],
  ),
  Bidirectional: layer(
    'mergeMode: sum|mul|concat|ave',
    () => [SEQUENCE, new layers.GRU(2)],
    () => [SEQUENCE, new layers.LSTM(2, { returnState: true }), { mergeMode: null }],
  ),
  CategoryEncoding: and(layer('numTokens: count; outputMode: multi_hot|one_hot|count', [MATRIX, 4, { outputMode: 'count' }]), READING), // prettier-ignore
  CenterCrop: layer(SIZE, [IMAGE, 2, 3], [IMAGE, 5, 3]),
  Concatenate: layer('axis: whole', [PAIR, { axis: -1 }]),
  ContrastLimitedAdaptiveHistogramEqualization: layer(`clipLimit: finite; ${PICTURES}`, [IMAGE, { valueRange: [0, 1], clipLimit: 2, tileGridSize: [2, 2] }]), // prettier-ignore
  Conv1D: layer(`filters groups: count; ${LORA}; ${FORMAT}; padding: valid|same|causal`, [SEQUENCE, 2, 2, { kernelInitializer: seeded }], [SEQUENCE, 2, 2, { padding: 'causal', ...adapted }]), // prettier-ignore
  Conv1DTranspose: layer(TRANSPOSED, [SEQUENCE, 2, 3, { strides: 2, outputPadding: 1 }]),
  Conv2D: layer(CONVOLUTION, [IMAGE, 2, 2], [IMAGE, 2, 2, { padding: 'same' }], [IMAGE, 2, 2, { groups: 2, ...adapted }]), // prettier-ignore
  Conv2DTranspose: layer(TRANSPOSED, [IMAGE, 2, 2, { strides: 2, outputPadding: 1 }], [IMAGE, 2, 3, { strides: 2, outputPadding: 0, padding: 'same' }]), // prettier-ignore
  Conv3D: layer(CONVOLUTION, [VOLUME, 2, 2], [VOLUME, 2, 2, adapted]),
  Conv3DTranspose: layer(TRANSPOSED, [VOLUME, 2, 2, { strides: [2, 1, 2], outputPadding: 0 }]),
  ConvLSTM1D: layer(CONV_LSTM, [IMAGE, 2, 2, { ...dropping, recurrentDropout: 0.5 }]),
  ConvLSTM2D: layer(CONV_LSTM, [[2, 2, 3, 4, 2], 2, 2, { padding: 'same', returnState: true }]),
  ConvLSTM3D: layer(CONV_LSTM, [[1, 2, 3, 4, 3, 1], 2, 2, { strides: [1, 2, 1] }]),
  Cropping1D: layer('', [SEQUENCE, 1]),
  Cropping2D: layer(FORMAT, [IMAGE, 1]),
  Cropping3D: layer(FORMAT, [VOLUME, 1]),
  CustomScaleLayer: and(layer('scale: finite', [PAIR, 0.5]), { extension: true }),
  CutMix: layer(AUGMENTED, [IMAGE, { seed: 1 }]), // prettier-ignore
  Dense: layer(
    `units: count; ${LORA}`,
    [MATRIX, 2, { kernelInitializer: seeded, biasInitializer: uniform }],
    [MATRIX, 2, { kernelInitializer: scaled }],
    [MATRIX, 2, { activation: 'relu', ...adapted }],
  ),
  Dot: layer('', [PAIR, -1], [PAIR, [1, 1]]),
  Discretization: and(layer('numBins: count; epsilon: a finite number from 0.000001 to 1; outputMode: int|one_hot|multi_hot|count', [MATRIX, [-0.5, 0.25]], [MATRIX, [0], { outputMode: 'one_hot' }]), READING), // prettier-ignore
  DepthwiseConv1D: layer(CHANNELWISE, [SEQUENCE, 2, { depthMultiplier: 2 }]),
  DepthwiseConv2D: layer(CHANNELWISE, [IMAGE, 2, { strides: 2, padding: 'same', depthMultiplier: 1 }], [IMAGE, [2, 3], { dilationRate: [2, 1], strides: [1, 2] }]), // prettier-ignore
  Dropout: layer(NOISE, [MATRIX, 0.5, { seed: 1, noiseShape: [1, 1] }]),
  ELU: and(layer('alpha: finite', [IMAGE]), {
    formulas: { alpha: (x, v) => (x > 0 ? x : v * Math.expm1(x)) },
  }),
  EinsumDense: layer(LORA, [SEQUENCE, 'abc,cd->abd', [null, 3], { biasAxes: 'd' }], [SEQUENCE, 'abc,dc->abd', [null, 3], adapted]), // prettier-ignore
  Embedding: layer(TABLE, [MATRIX, 3, 2], [MATRIX, 3, 2, adapted]),
  Equalization: layer(`bins: count; ${PICTURES}`, [IMAGE, { valueRange: [0, 1], bins: 8 }]), // prettier-ignore
  Flatten: layer(FORMAT, [IMAGE]),
  GRU: layer(
    RECURRENT,
    [SEQUENCE, 2, { ...dropping, returnSequences: true }],
    [SEQUENCE, 2, { recurrentDropout: 0.5, resetAfter: false, seed: 1 }],
  ),
  GRUCell: layer(RECURRENT, [MATRIX, 2]),
  GaussianDropout: layer('rate: below 1; seed: seed', [IMAGE, 0.5, { seed: 1 }]),
  GaussianNoise: layer('stddev: fraction; seed: seed', [IMAGE, 0.5, { seed: 1 }]),
  GlobalAveragePooling1D: layer(FORMAT, [SEQUENCE]),
  GlobalAveragePooling2D: layer(FORMAT, [IMAGE]),
  GlobalAveragePooling3D: layer(FORMAT, [VOLUME]),
  GlobalMaxPooling1D: layer(FORMAT, [SEQUENCE]),
  GlobalMaxPooling2D: layer(FORMAT, [IMAGE]),
  GlobalMaxPooling3D: layer(FORMAT, [VOLUME]),
  GroupNormalization: layer(
    'axis: whole; epsilon: at least 0',
    [IMAGE, { groups: 2, axis: -1 }],
    [IMAGE, { groups: -1, axis: 1 }],
  ),
  GroupQueryAttention: layer(
    `headDim numQueryHeads numKeyValueHeads slidingWindow: count; ${ATTENTION}`,
    [PAIR, 2, 4, 2, { slidingWindow: 2 }],
    [PAIR, 2, 2, 1, dropping],
  ),
  HashedCrossing: and(layer('numBins: count; outputMode: int|one_hot', [[[3], [3]], 4], [[[3, 1], [3, 1]], 4, { outputMode: 'one_hot' }]), READING), // prettier-ignore
  Hashing: and(layer('numBins: count; outputMode: int|one_hot|multi_hot|count', [MATRIX, 4, { salt: [1, 2] }], [MATRIX, 4, { maskValue: 'a', outputMode: 'count' }]), READING), // prettier-ignore
  Identity: layer('', [IMAGE]),
  InputLayer: layer('', [IMAGE, [3, 4, 2], { batchSize: 2 }]),
  IntegerLookup: and(layer(`${LOOKUP}; oovMethod: floormod|farmhash`, [MATRIX, { vocabulary: [0, 2] }], [MATRIX, { vocabulary: [0, 2], numOovIndices: 2, oovMethod: 'farmhash', salt: [1, 2], outputMode: 'multi_hot' }]), READING), // prettier-ignore
  LSTM: layer(
    RECURRENT,
    [SEQUENCE, 2, { ...dropping, returnState: true }],
    [SEQUENCE, 2, { recurrentDropout: 0.5, seed: 1, kernelInitializer: seeded }],
  ),
  LSTMCell: layer(RECURRENT, [MATRIX, 2, { ...dropping, recurrentDropout: 0.5 }]),
  LayerNormalization: layer('epsilon: at least 0', [IMAGE, { axis: -1 }], [IMAGE, { axis: [-1, 1] }]), // prettier-ignore
  LayerScale: and(layer('initValues: finite; projectionDim: count', [IMAGE, 0.5, 2]), {
    extension: true,
    formulas: { initValues: (x, v) => x * v },
  }),
  LeakyReLU: and(layer('negativeSlope: at least 0', [IMAGE]), {
    formulas: { negativeSlope: (x, v) => (x > 0 ? x : x * v) },
  }),
  Masking: and(layer('maskValue: finite', [SEQUENCE, { maskValue: 0.5 }]), {
    notRepeated: { predict: 'its output has a mask' },
  }),
  MaxNumBoundingBoxes: layer(`maxNumber: count; fillValue: whole; ${PICTURES}`, [IMAGE, 3]), // prettier-ignore
  MaxPooling1D: layer(WINDOW, [SEQUENCE, 2, { strides: 1 }]),
  MaxPooling2D: layer(WINDOW, [IMAGE, 2, { strides: 1, padding: 'same' }]),
  MaxPooling3D: layer(WINDOW, [VOLUME, 2, { strides: 1 }]),
  Maximum: layer('', [PAIR]),
  Minimum: layer('', [PAIR]),
  MixUp: layer(`alpha: positive; ${AUGMENTED}`, [IMAGE, { seed: 1 }]), // prettier-ignore
  Mosaic: layer(AUGMENTED, [IMAGE, { seed: 1 }]),
  MultiHeadAttention: layer(
    `numHeads keyDim valueDim slidingWindow: count; ${ATTENTION}`,
    [PAIR, 2, 3, { valueDim: 2, outputShape: [2, 2], useGate: true }],
    [[IMAGE, IMAGE], 2, 3, { attentionAxes: [1, 2], ...dropping }],
  ),
  Multiply: layer('', [PAIR]),
  Normalization: layer('', [IMAGE, { axis: -1, mean: [1, 2], variance: [1, 2] }]),
  PReLU: layer('', [IMAGE, { sharedAxes: [1, 2] }]),
  Permute: layer('', [
    [2, 3, 4],
    [2, 1],
  ]),
  Pipeline: layer('', () => [IMAGE, [new layers.RandomFlip('vertical', { seed: 1 }), new layers.Resizing(2, 3)]]), // prettier-ignore
  RMSNormalization: layer('epsilon: at least 0', [IMAGE, { axis: -1 }], [IMAGE, { axis: [-1, 1] }]),
  RNN: layer('', () => [SEQUENCE, [new layers.LSTMCell(3), new layers.GRUCell(2)]]),
  RandAugment: and(layer(`numOps: count; interpolation: bilinear|nearest; ${AUGMENTED}`, [PHOTO, { valueRange: [0, 1], seed: 1 }]), CHOOSING), // prettier-ignore
  RandomBrightness: layer(AUGMENTED, [IMAGE, 0.5, { seed: 1, valueRange: [0, 1] }]), // prettier-ignore
  RandomColorDegeneration: layer(AUGMENTED, [PHOTO, [0.2, 0.5], { seed: 1 }]), // prettier-ignore
  RandomColorJitter: layer(AUGMENTED, [PHOTO, { valueRange: [0, 1], brightnessFactor: 0.2, contrastFactor: 0.3, saturationFactor: [0.3, 0.6], hueFactor: 0.1, seed: 1 }]), // prettier-ignore
  RandomContrast: layer(AUGMENTED, [IMAGE, [0.5, 0.25], { seed: 1, valueRange: [0, 1] }]), // prettier-ignore
  RandomElasticTransform: layer(`interpolation: bilinear|nearest; fillMode: reflect|mirror|wrap|constant|nearest; fillValue: finite; ${AUGMENTED}`, [IMAGE, { factor: [1, 1], scale: [0.5, 1], fillMode: 'constant', fillValue: 0.5, seed: 1 }]), // prettier-ignore
  RandomErasing: layer(AUGMENTED, [IMAGE, { factor: [1, 1], scale: [0.1, 0.5], fillValue: 0.5, seed: 1 }]), // prettier-ignore
  RandomGaussianBlur: layer(AUGMENTED, [IMAGE, { factor: [1, 1], kernelSize: [3, 5], sigma: [0.5, 1], seed: 1 }]), // prettier-ignore
  RandomGrayscale: layer(`factor: fraction; ${AUGMENTED}`, [PHOTO, { factor: 0.5, seed: 1 }]), // prettier-ignore
  RandomHue: layer(AUGMENTED, [PHOTO, 0.5, { seed: 1, valueRange: [0, 1] }]), // prettier-ignore
  RandomInvert: layer(AUGMENTED, [IMAGE, { factor: [1, 1], valueRange: [0, 1], seed: 1 }]), // prettier-ignore
  RandomPerspective: layer(`scale: fraction; interpolation: bilinear|nearest; fillValue: finite; ${AUGMENTED}`, [IMAGE, { factor: [1, 1], scale: 0.5, fillValue: 0.5, seed: 1 }]), // prettier-ignore
  RandomPosterization: layer(AUGMENTED, [IMAGE, [2, 4], { seed: 1, valueRange: [0, 1] }]), // prettier-ignore
  RandomSaturation: layer(AUGMENTED, [PHOTO, [0.3, 0.6], { seed: 1, valueRange: [0, 1] }]), // prettier-ignore
  RandomSharpness: layer(AUGMENTED, [IMAGE, 0.5, { seed: 1, valueRange: [0, 1] }]), // prettier-ignore
  ReLU: and(
    layer('maxValue negativeSlope threshold: at least 0', [IMAGE, { maxValue: 1, negativeSlope: 0.5, threshold: 0.25 }]), // prettier-ignore
    {
      formulas: {
        maxValue: (x, v) => Math.min(v, x >= 0.25 ? x : 0.5 * (x - 0.25)),
        negativeSlope: (x, v) => Math.min(1, x >= 0.25 ? x : v * (x - 0.25)),
        threshold: (x, v) => 0.5 * (x - v),
      },
    },
  ),
  RepeatVector: layer('n: count', [MATRIX, 2]),
  Rescaling: and(layer('', [IMAGE, 2, { offset: 1 }]), {
    formulas: { scale: (x, v) => x * v + 1, offset: (x, v) => x * 2 + v },
  }),
  Reshape: layer('', [IMAGE, [6, 4]]),
  RandomCrop: layer(`height width: count; ${AUGMENTED}`, [IMAGE, 2, 3, { seed: 1 }]),
  RandomFlip: layer(`mode: horizontal_and_vertical|horizontal|vertical; ${AUGMENTED}`, [IMAGE, 'vertical', { seed: 1 }]), // prettier-ignore
  RandomRotation: layer(MOVED, [IMAGE, [-0.5, 0.25], { seed: 1, fillValue: 0.5 }]),
  RandomShear: layer(MOVED, [IMAGE, { xFactor: 0.25, yFactor: [0, 0.5], seed: 1, fillValue: 0.5 }]),
  RandomTranslation: layer(MOVED, [IMAGE, 0.25, [-0.5, 0.5], { seed: 1, fillValue: 0.5 }]),
  RandomZoom: layer(MOVED, [IMAGE, 0.25, { widthFactor: [-0.5, 0.5], seed: 1, fillValue: 0.5 }]),
  Resizing: layer(`${SIZE}; interpolation: ${INTERPOLATIONS}; fillValue: finite`, [IMAGE, 5, 3, { padToAspectRatio: true, fillValue: 0.5 }], [IMAGE, 2, 6, { antialias: true, interpolation: 'bicubic' }]), // prettier-ignore
  ReversibleEmbedding: layer(`${TABLE}; logitSoftCap: positive`, [MATRIX, 3, 2, { tieWeights: false, logitSoftCap: 2 }]), // prettier-ignore
  SeparableConv1D: layer(`filters: count; ${CHANNELWISE}`, [
    SEQUENCE,
    3,
    2,
    { depthMultiplier: 2 },
  ]),
  SeparableConv2D: layer(`filters: count; ${CHANNELWISE}`, [
    IMAGE,
    3,
    2,
    { padding: 'same', strides: 2 },
  ]),
  SimpleRNN: layer(RECURRENT, [SEQUENCE, 2, { ...dropping, recurrentDropout: 0.5 }]),
  SimpleRNNCell: layer(RECURRENT, [MATRIX, 2]),
  Softmax: layer('', [IMAGE, { axis: -1 }], [IMAGE, { axis: [-1, 1] }]),
  Solarization: layer(AUGMENTED, [IMAGE, { additionFactor: 0.5, thresholdFactor: [0.2, 0.5], valueRange: [0, 1], seed: 1 }]), // prettier-ignore
  SpatialDropout1D: layer(NOISE, [SEQUENCE, 0.5, { seed: 1 }]),
  SpatialDropout2D: layer(`${NOISE}; ${FORMAT}`, [IMAGE, 0.5, { seed: 1 }]),
  SpatialDropout3D: layer(`${NOISE}; ${FORMAT}`, [VOLUME, 0.5, { seed: 1 }]),
  StackedRNNCells: layer('', () => [MATRIX, [new layers.SimpleRNNCell(3), new layers.LSTMCell(2)]]),
  StringLookup: and(layer(LOOKUP, [MATRIX, { vocabulary: ['a', 'b'] }], [MATRIX, { vocabulary: ['a', 'b'], idfWeights: [1, 2], numOovIndices: 2, outputMode: 'tf_idf' }]), READING), // prettier-ignore
  Subtract: layer('', [PAIR]),
  SpectralNormalization: layer(
    'powerIterations: count',
    () => [IMAGE, new layers.Dense(2)],
    () => [IMAGE, new layers.Conv2D(2, 2), { powerIterations: 2 }],
  ),
  TernaryDense: layer('units: count; threshold: at least 0', [MATRIX, 2, { threshold: 0.5 }]),
  TimeDistributed: layer(
    '',
    () => [SEQUENCE, new layers.Dense(2)],
    () => [SEQUENCE, new layers.Flatten()],
  ),
  TextVectorization: and(layer(`maxTokens: ${TOKENS}; outputMode: ${LOOKUP_MODES}; outputSequenceLength: count`, [[3, 1], { vocabulary: ['a', 'b'], outputSequenceLength: 2 }], [[3], { vocabulary: ['a', 'b'], ngrams: [1, 2], outputMode: 'count', maxTokens: 5, padToMaxTokens: true }]), READING), // prettier-ignore
  UnitNormalization: layer('', [IMAGE, { axis: -1 }]),
  UpSampling1D: layer('size: count', [SEQUENCE, 2]),
  UpSampling2D: layer(
    `${FORMAT}; interpolation: nearest|bilinear|bicubic|lanczos3|lanczos5`,
    [IMAGE, 2],
    [IMAGE, 2, { interpolation: 'bilinear' }],
  ),
  UpSampling3D: layer(FORMAT, [VOLUME, 2]),
  STFTSpectrogram: layer(`mode: log|magnitude|psd|real|imag|angle|stft; frameLength frameStep fftLength: count; scaling: density|spectrum; ${WINDOW}`, [[2, 9, 2], { frameLength: 4, frameStep: 2, fftLength: 8 }], [[2, 9, 2], { frameLength: 4, frameStep: 3, fftLength: 4, mode: 'stft', expandDims: true }]), // prettier-ignore
  MelSpectrogram: layer('fftLength sequenceStride sequenceLength samplingRate numMelBins: count; minFreq: at least 0; maxFreq minPower: positive; topDb magExp refPower: finite', [[2, 20], { fftLength: 16, sequenceStride: 4, sequenceLength: 12, numMelBins: 3, samplingRate: 200, minFreq: 1, maxFreq: 90 }]), // prettier-ignore
  ZeroPadding1D: layer(FORMAT, [SEQUENCE, 2]),
  ZeroPadding2D: layer(FORMAT, [IMAGE, 2]),
  ZeroPadding3D: layer(FORMAT, [VOLUME, 2]),
};

type LayerClass = new (...args: readonly unknown[]) => layers.AnyLayer;
const namespace = layers as unknown as Readonly<Record<string, LayerClass>>;

/** The layers of all rows, made again, each with the shape of its input, or shapes of several. */
export const makeLayers = (): (readonly [layer: layers.AnyLayer, shape: Shapes])[] =>
  Object.entries(layerSpecs).flatMap(([name, { examples, shapes }]) => {
    const type = namespace[name];
    if (type === undefined) throw new Error(`there is no layer ${name}`);
    return examples.map((args, i) => [new type(...made(args)), shapes[i] ?? []] as const);
  });

/** A list of inputs, or one, of numbers on both sides of 0, which are class numbers for an Embedding; strings for layers that read strings. */
export function inputFor(layer: layers.AnyLayer, shape: Shapes): Tensor | Tensor[] {
  const inputs = shapesOf(shape).map((one) => tensorFor(layer, one));
  return isOne(shape) ? (inputs[0] as Tensor) : inputs;
}

const isOne = (shape: Shapes): shape is Shape => typeof shape[0] === 'number';

/** The shapes of one input or several as a list. */
export const shapesOf = (shape: Shapes): readonly Shape[] => (isOne(shape) ? [shape] : shape);

function tensorFor(layer: layers.AnyLayer, shape: Shape): Tensor {
  if (layer instanceof layers.Embedding) return zeros(shape);
  const size = shape.reduce((a, b) => a * b, 1);
  if (layer.readsStrings) {
    const texts = Array.from({ length: size }, (_, i) => ['a', 'b', 'a c'][i % 3] ?? '');
    return stringArray(texts).reshape(shape) as unknown as Tensor;
  }
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
    { shape },
  );
}

/** The reason why calls of a model of the layer are not repeated. */
export const notRepeated = (
  layer: layers.AnyLayer,
  call: 'predict' | 'train',
): string | undefined =>
  layerSpecs[(layer.constructor as typeof layers.Layer).className]?.notRepeated?.[call];
