// The numbers that options take, as messages say them. The walk in declared.test.ts takes a range from the declaration, so a
// range that is wrong there shows here alone. Defaults and meanings are Keras's; the limits follow from the formulas: a
// probability, a count, a divisor.
import { expect, it } from 'vitest';
import { constraintRegistry } from '../../../src/constraints/registry.js';
import type { Declaring } from '../../../src/config/index.js';
import '../../../src/index.js';
import { initializerRegistry } from '../../../src/initializers/registry.js';
import { layerRegistry } from '../../../src/layers/registry.js';
import { lossRegistry } from '../../../src/losses/registry.js';
import { metricRegistry } from '../../../src/metrics/registry.js';
import { optimizerRegistry } from '../../../src/optimizers/registry.js';
import { scheduleRegistry } from '../../../src/optimizers/schedules/registry.js';
import { regularizerRegistry } from '../../../src/regularizers/registry.js';

const KINDS: Readonly<Record<string, readonly Declaring[]>> = {
  constraints: constraintRegistry.classes as unknown as Declaring[],
  initializers: initializerRegistry.classes as unknown as Declaring[],
  layers: layerRegistry.classes as unknown as Declaring[],
  losses: lossRegistry.classes as unknown as Declaring[],
  metrics: metricRegistry.classes as unknown as Declaring[],
  optimizers: optimizerRegistry.classes as unknown as Declaring[],
  regularizers: regularizerRegistry.classes as unknown as Declaring[],
  schedules: scheduleRegistry.classes as unknown as Declaring[],
};

/** Range → kind → option → classes, `*` for all of the kind. */
const RANGES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> =
  {
    'a finite number of at least 0': {
      constraints: {
        maxValue: 'MaxNorm MinMaxNorm',
        minValue: 'MinMaxNorm',
      },
      initializers: {
        stddev: 'RandomNormal TruncatedNormal',
      },
      layers: {
        l1: 'ActivityRegularization',
        l2: 'ActivityRegularization',
        epsilon: 'BatchNormalization GroupNormalization LayerNormalization RMSNormalization',
        maxValue: 'ReLU',
        negativeSlope: 'ReLU LeakyReLU',
        threshold: 'ReLU TernaryDense',
      },
      losses: {
        gamma: 'BinaryFocalCrossentropy CategoricalFocalCrossentropy',
        alpha: 'CategoricalFocalCrossentropy',
        delta: 'Huber',
      },
      optimizers: {
        weightDecay: '*',
        clipnorm: '*',
        globalClipnorm: '*',
        clipvalue: '*',
        epsilon: 'Adadelta Adagrad Adam AdamW Adamax Lamb Nadam RMSprop',
        initialAccumulatorValue: 'Adagrad Ftrl',
        l1RegularizationStrength: 'Ftrl',
        l2RegularizationStrength: 'Ftrl',
        l2ShrinkageRegularizationStrength: 'Ftrl',
        beta: 'Ftrl',
      },
      schedules: {
        initialLearningRate:
          'CosineDecay CosineDecayRestarts PolynomialDecay ExponentialDecay InverseTimeDecay',
        alpha: 'CosineDecay CosineDecayRestarts',
        warmupTarget: 'CosineDecay',
        warmupSteps: 'CosineDecay',
        mMul: 'CosineDecayRestarts',
        endLearningRate: 'PolynomialDecay',
        power: 'PolynomialDecay',
        decayRate: 'ExponentialDecay InverseTimeDecay',
      },
      regularizers: {
        l1: 'L1 L1L2',
        l2: 'L2 L1L2',
        factor: 'OrthogonalRegularizer',
      },
    },
    'a finite number from 0 to 1': {
      constraints: {
        rate: 'MinMaxNorm',
      },
      layers: {
        momentum: 'BatchNormalization',
        rate: 'Dropout SpatialDropout1D SpatialDropout2D',
        dropout:
          'SimpleRNN SimpleRNNCell LSTM LSTMCell GRU GRUCell ConvLSTM1D ConvLSTM2D ConvLSTM3D AdditiveAttention Attention GroupQueryAttention MultiHeadAttention',
        recurrentDropout:
          'SimpleRNN SimpleRNNCell LSTM LSTMCell GRU GRUCell ConvLSTM1D ConvLSTM2D ConvLSTM3D',
        stddev: 'GaussianNoise',
      },
      losses: {
        labelSmoothing:
          'BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy SparseCategoricalCrossentropy',
        alpha: 'BinaryFocalCrossentropy',
      },
      metrics: {
        labelSmoothing: 'BinaryCrossentropy CategoricalCrossentropy',
      },
      optimizers: {
        emaMomentum: '*',
        rho: 'Adadelta RMSprop',
        beta2: 'Adamax Lion',
        momentum: 'RMSprop SGD',
      },
    },
    'a finite number': {
      initializers: {
        minval: 'RandomUniform',
        maxval: 'RandomUniform',
        mean: 'RandomNormal TruncatedNormal',
        gain: 'Identity Orthogonal',
      },
      layers: {
        alpha: 'ELU',
        maskValue: 'Masking',
      },
      losses: {
        alpha: 'Tversky',
        beta: 'Tversky',
      },
      metrics: {
        threshold: 'BinaryAccuracy',
      },
    },
    'a finite number above 0 and of at most 3.4028234663852886e+38': {
      initializers: {
        scale: 'VarianceScaling',
      },
    },
    'a whole number': {
      layers: {
        axis: 'BatchNormalization Concatenate GroupNormalization',
      },
      losses: {
        axis: 'BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy CosineSimilarity SparseCategoricalCrossentropy',
      },
      metrics: {
        axis: 'PearsonCorrelation CosineSimilarity CategoricalCrossentropy SparseCategoricalCrossentropy',
      },
    },
    'a whole number of at least 1': {
      layers: {
        filters: 'Conv1D Conv2D Conv3D ConvLSTM1D ConvLSTM2D ConvLSTM3D',
        groups: 'Conv1D Conv2D Conv3D',
        units: 'Dense TernaryDense SimpleRNN SimpleRNNCell LSTM LSTMCell GRU GRUCell',
        inputDim: 'Embedding ReversibleEmbedding',
        outputDim: 'Embedding ReversibleEmbedding',
        headDim: 'GroupQueryAttention',
        numQueryHeads: 'GroupQueryAttention',
        numKeyValueHeads: 'GroupQueryAttention',
        numHeads: 'MultiHeadAttention',
        keyDim: 'MultiHeadAttention',
        valueDim: 'MultiHeadAttention',
        slidingWindow: 'GroupQueryAttention MultiHeadAttention',
        n: 'RepeatVector',
        size: 'UpSampling1D',
      },
      metrics: {
        topK: 'Precision Recall',
        k: 'TopKCategoricalAccuracy SparseTopKCategoricalAccuracy',
        numLabels: 'AUC',
      },
      optimizers: {
        emaOverwriteFrequency: '*',
      },
    },
    'a whole number from 0 to 9007199254740991': {
      layers: {
        seed: 'Dropout AlphaDropout SpatialDropout1D SpatialDropout2D GaussianNoise GaussianDropout SimpleRNN SimpleRNNCell LSTM LSTMCell GRU GRUCell ConvLSTM1D ConvLSTM2D ConvLSTM3D AdditiveAttention Attention GroupQueryAttention MultiHeadAttention',
      },
    },
    'a finite number of at least 0 and below 1': {
      layers: {
        rate: 'AlphaDropout GaussianDropout',
      },
      optimizers: {
        beta1: 'Adam AdamW Adamax Lamb Nadam',
        beta2: 'Adam AdamW Lamb Nadam',
      },
    },
    'a whole number from -2147483648 to 2147483647': {
      losses: {
        ignoreClass: 'SparseCategoricalCrossentropy',
      },
      metrics: {
        ignoreClass: 'SparseCategoricalCrossentropy',
      },
    },
    'a whole number of at least 0': {
      metrics: {
        classId: 'Precision Recall',
        numRegressors: 'R2Score',
      },
    },
    'a whole number from 2 to 1048576': {
      metrics: {
        numThresholds: 'AUC',
      },
    },
    'a finite number above 0': {
      layers: {
        logitSoftCap: 'ReversibleEmbedding',
      },
      metrics: {
        beta: 'FBetaScore',
      },
      schedules: {
        decaySteps: 'CosineDecay PolynomialDecay ExponentialDecay InverseTimeDecay',
        firstDecaySteps: 'CosineDecayRestarts',
      },
    },
    'a finite number above 0 and of at most 1': {
      metrics: {
        threshold: 'FBetaScore F1Score',
      },
      optimizers: {
        beta1: 'Lion',
      },
    },
    'a whole number of at least 2': {
      optimizers: {
        gradientAccumulationSteps: '*',
      },
    },
    'a finite number of at most 0': {
      optimizers: {
        learningRatePower: 'Ftrl',
      },
    },
    'a finite number of at least 1': {
      schedules: {
        tMul: 'CosineDecayRestarts',
      },
    },
  };

/** The range that a message about NaN names. */
function rangeOf(type: Declaring, name: string): string {
  try {
    type.declared[name]?.check(NaN, { owner: 'X', label: 'X', name, object: {} });
  } catch (error) {
    return /must be (.*), got NaN/.exec((error as Error).message)?.[1] ?? 'another message';
  }
  return 'NaN is taken';
}

it('every option that is a number takes those of its range', () => {
  const declared = Object.entries(KINDS).flatMap(([kind, classes]) =>
    classes.flatMap((type) =>
      Object.entries(type.declared)
        .filter(([, { range }]) => range !== undefined)
        .map(([name]) => `${kind} ${type.className}.${name}: ${rangeOf(type, name)}`),
    ),
  );
  const listed = Object.entries(RANGES).flatMap(([range, kinds]) =>
    Object.entries(kinds).flatMap(([kind, options]) =>
      Object.entries(options).flatMap(([name, names]) => {
        const classes = KINDS[kind]?.map(({ className }) => className) ?? [];
        return (names === '*' ? classes : names.split(' ')).map(
          (className) => `${kind} ${className}.${name}: ${range}`,
        );
      }),
    ),
  );
  expect(declared.sort()).toEqual(listed.sort());
});
