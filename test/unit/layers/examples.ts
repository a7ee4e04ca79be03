import * as initializers from '../../../src/initializers/index.js';
import * as layers from '../../../src/layers/index.js';
import { tensor, zeros } from '../../../src/tensor/index.js';
import type { Shape, Tensor } from '../../../src/tensor/index.js';

const SEQUENCE = [2, 5, 2];
const IMAGE = [2, 3, 4, 2];
const VOLUME = [1, 3, 4, 3, 2];
const seeded = new initializers.RandomNormal({ seed: 1, stddev: 0.5 });
const uniform = new initializers.RandomUniform({ minval: -1, maxval: 1, seed: 1 });
const scaled = new initializers.VarianceScaling({ seed: 1, inputAxes: [0], outputAxes: [1] });

/** A layer of each class whose config states every number that it can, and the shape of its input, or shapes of several. */
export const examples: readonly (readonly [
  layer: layers.AnyLayer,
  shape: Shape | readonly Shape[],
])[] = [
  [new layers.Activation('relu'), IMAGE],
  [new layers.AdditiveAttention({ dropout: 0.5, seed: 1 }), [SEQUENCE, SEQUENCE]],
  [new layers.ActivityRegularization({ l1: 0.5, l2: 0.25 }), IMAGE],
  [new layers.Add(), [SEQUENCE, SEQUENCE]],
  [new layers.AlphaDropout(0.5, { seed: 1, noiseShape: [1, 1, 1, 1] }), IMAGE],
  [new layers.Attention({ useScale: true, dropout: 0.5, seed: 1 }), [SEQUENCE, SEQUENCE]],
  [new layers.Attention({ scoreMode: 'concat' }), [SEQUENCE, SEQUENCE, SEQUENCE]],
  [new layers.Average(), [SEQUENCE, SEQUENCE]],
  [new layers.AveragePooling1D(2, { strides: 1 }), SEQUENCE],
  [new layers.AveragePooling2D(2, { strides: 1, padding: 'same' }), IMAGE],
  [new layers.AveragePooling3D(2, { strides: 1, padding: 'same' }), VOLUME],
  [new layers.BatchNormalization({ axis: -1 }), IMAGE],
  [new layers.Bidirectional(new layers.GRU(2)), SEQUENCE],
  [
    new layers.Bidirectional(new layers.LSTM(2, { returnState: true }), { mergeMode: null }),
    SEQUENCE,
  ],
  [new layers.Concatenate({ axis: -1 }), [SEQUENCE, SEQUENCE]],
  [new layers.Conv1D(2, 2, { kernelInitializer: seeded }), SEQUENCE],
  [new layers.Conv2D(2, 2), IMAGE],
  [new layers.Conv2D(2, 2, { padding: 'same' }), IMAGE],
  [new layers.Conv3D(2, 2), VOLUME],
  [new layers.ConvLSTM1D(2, 2, { dropout: 0.5, recurrentDropout: 0.5, seed: 1 }), IMAGE],
  [new layers.ConvLSTM2D(2, 2, { padding: 'same', returnState: true }), [2, 2, 3, 4, 2]],
  [new layers.ConvLSTM3D(2, 2, { strides: [1, 2, 1] }), [1, 2, 3, 4, 3, 1]],
  [new layers.Cropping1D(1), SEQUENCE],
  [new layers.Cropping2D(1), IMAGE],
  [new layers.Cropping3D(1), VOLUME],
  [new layers.Dense(2, { kernelInitializer: seeded, biasInitializer: uniform }), [2, 3]],
  [new layers.Dense(2, { kernelInitializer: scaled }), [2, 3]],
  [new layers.Dot(-1), [SEQUENCE, SEQUENCE]],
  [new layers.Dot([1, 1]), [SEQUENCE, SEQUENCE]],
  [new layers.Dropout(0.5, { seed: 1, noiseShape: [1, 1] }), [2, 3]],
  [new layers.ELU(), IMAGE],
  [new layers.EinsumDense('abc,cd->abd', [null, 3], { biasAxes: 'd' }), SEQUENCE],
  [new layers.Embedding(3, 2), [2, 3]],
  [new layers.Flatten(), IMAGE],
  [new layers.GRU(2, { dropout: 0.5, seed: 1, returnSequences: true }), SEQUENCE],
  [new layers.GRU(2, { recurrentDropout: 0.5, resetAfter: false, seed: 1 }), SEQUENCE],
  [new layers.GRUCell(2), [2, 3]],
  [new layers.GaussianDropout(0.5, { seed: 1 }), IMAGE],
  [new layers.GaussianNoise(0.5, { seed: 1 }), IMAGE],
  [new layers.GlobalAveragePooling1D(), SEQUENCE],
  [new layers.GlobalAveragePooling2D(), IMAGE],
  [new layers.GlobalAveragePooling3D(), VOLUME],
  [new layers.GlobalMaxPooling1D(), SEQUENCE],
  [new layers.GlobalMaxPooling2D(), IMAGE],
  [new layers.GlobalMaxPooling3D(), VOLUME],
  [new layers.GroupNormalization({ groups: 2, axis: -1 }), IMAGE],
  [new layers.GroupNormalization({ groups: -1, axis: 1 }), IMAGE],
  [new layers.GroupQueryAttention(2, 4, 2, { slidingWindow: 2 }), [SEQUENCE, SEQUENCE]],
  [new layers.GroupQueryAttention(2, 2, 1, { dropout: 0.5, seed: 1 }), [SEQUENCE, SEQUENCE]],
  [new layers.Identity(), IMAGE],
  [new layers.InputLayer([3, 4, 2], { batchSize: 2 }), IMAGE],
  [new layers.LSTM(2, { dropout: 0.5, seed: 1, returnState: true }), SEQUENCE],
  [new layers.LSTM(2, { recurrentDropout: 0.5, seed: 1, kernelInitializer: seeded }), SEQUENCE],
  [new layers.LSTMCell(2, { dropout: 0.5, recurrentDropout: 0.5, seed: 1 }), [2, 3]],
  [new layers.LayerNormalization({ axis: -1 }), IMAGE],
  [new layers.LayerNormalization({ axis: [-1, 1] }), IMAGE],
  [new layers.LeakyReLU(), IMAGE],
  [new layers.Masking({ maskValue: 0.5 }), SEQUENCE],
  [new layers.MaxPooling1D(2, { strides: 1 }), SEQUENCE],
  [new layers.MaxPooling2D(2, { strides: 1, padding: 'same' }), IMAGE],
  [new layers.MaxPooling3D(2, { strides: 1 }), VOLUME],
  [new layers.Maximum(), [SEQUENCE, SEQUENCE]],
  [new layers.Minimum(), [SEQUENCE, SEQUENCE]],
  [
    new layers.MultiHeadAttention(2, 3, { valueDim: 2, outputShape: [2, 2], useGate: true }),
    [SEQUENCE, SEQUENCE],
  ],
  [
    new layers.MultiHeadAttention(2, 3, { attentionAxes: [1, 2], dropout: 0.5, seed: 1 }),
    [IMAGE, IMAGE],
  ],
  [new layers.Multiply(), [SEQUENCE, SEQUENCE]],
  [new layers.Normalization({ axis: -1, mean: [1, 2], variance: [1, 2] }), IMAGE],
  [new layers.PReLU({ sharedAxes: [1, 2] }), IMAGE],
  [new layers.Permute([2, 1]), [2, 3, 4]],
  [new layers.RMSNormalization({ axis: -1 }), IMAGE],
  [new layers.RMSNormalization({ axis: [-1, 1] }), IMAGE],
  [new layers.RNN([new layers.LSTMCell(3), new layers.GRUCell(2)]), SEQUENCE],
  [new layers.ReLU({ maxValue: 1, negativeSlope: 0.5, threshold: 0.25 }), IMAGE],
  [new layers.RepeatVector(2), [2, 3]],
  [new layers.Rescaling(2, { offset: 1 }), IMAGE],
  [new layers.Reshape([6, 4]), IMAGE],
  [new layers.ReversibleEmbedding(3, 2, { tieWeights: false, logitSoftCap: 2 }), [2, 3]],
  [new layers.SimpleRNN(2, { dropout: 0.5, recurrentDropout: 0.5, seed: 1 }), SEQUENCE],
  [new layers.SimpleRNNCell(2), [2, 3]],
  [new layers.Softmax({ axis: -1 }), IMAGE],
  [new layers.Softmax({ axis: [-1, 1] }), IMAGE],
  [new layers.SpatialDropout1D(0.5, { seed: 1 }), SEQUENCE],
  [new layers.SpatialDropout2D(0.5, { seed: 1 }), IMAGE],
  [new layers.StackedRNNCells([new layers.SimpleRNNCell(3), new layers.LSTMCell(2)]), [2, 3]],
  [new layers.Subtract(), [SEQUENCE, SEQUENCE]],
  [new layers.TernaryDense(2, { threshold: 0.5 }), [2, 3]],
  [new layers.TimeDistributed(new layers.Dense(2)), SEQUENCE],
  [new layers.TimeDistributed(new layers.Flatten()), SEQUENCE],
  [new layers.UnitNormalization({ axis: -1 }), IMAGE],
  [new layers.UpSampling1D(2), SEQUENCE],
  [new layers.UpSampling2D(2), IMAGE],
  [new layers.UpSampling2D(2, { interpolation: 'bilinear' }), IMAGE],
  [new layers.UpSampling3D(2), VOLUME],
  [new layers.ZeroPadding1D(2), SEQUENCE],
  [new layers.ZeroPadding2D(2), IMAGE],
  [new layers.ZeroPadding3D(2), VOLUME],
];

/** A list of inputs, or one, of numbers on both sides of 0, which are class numbers for an Embedding. */
export function inputFor(
  layer: layers.AnyLayer,
  shape: Shape | readonly Shape[],
): Tensor | Tensor[] {
  return isOne(shape) ? tensorFor(layer, shape) : shape.map((one) => tensorFor(layer, one));
}

const isOne = (shape: Shape | readonly Shape[]): shape is Shape => typeof shape[0] === 'number';

function tensorFor(layer: layers.AnyLayer, shape: Shape): Tensor {
  if (layer instanceof layers.Embedding) return zeros(shape);
  const size = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i + 1)),
    { shape },
  );
}
