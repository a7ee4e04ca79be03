// For each public class arguments that its constructor takes.
import { layers } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { model, named, options, vector } from './arguments.js';
import type { Arguments } from './arguments.js';

/** Classes with `new`; what is not here takes `options` alone. */
const constructors: Record<string, Arguments> = {
  Variable: () => [vector(), { name: 'w', trainable: true }],
  Sequential: () => [[new layers.Dense(2)], {}],
  'models.Sequential': () => [[new layers.Dense(2)], {}],
  ...named(
    'LanegradError ShapeError DTypeError ValueError DisposedError OutOfMemoryError FormatError DatasetError',
    () => ['text'],
  ),
  'layers.Activation': () => ['relu', {}],
  ...named('layers.Conv1D layers.Conv2D layers.Conv3D', () => [2, 2, {}]),
  ...named('layers.Convolution1D layers.Convolution2D layers.Convolution3D', () => [2, 2, {}]),
  ...named('layers.ConvLSTM1D layers.ConvLSTM2D layers.ConvLSTM3D', () => [2, 2, {}]),
  ...named('layers.Dense layers.TernaryDense', () => [2, {}]),
  ...named(
    'layers.SimpleRNN layers.SimpleRNNCell layers.LSTM layers.LSTMCell layers.GRU layers.GRUCell',
    () => [2, {}],
  ),
  'layers.EinsumDense': () => ['ab,bc->ac', [2], {}],
  'layers.GroupQueryAttention': () => [2, 4, 2, {}],
  'layers.MultiHeadAttention': () => [2, 3, {}],
  'layers.RNN': () => [new layers.GRUCell(2), {}],
  'layers.StackedRNNCells': () => [[new layers.GRUCell(2)], {}],
  'layers.Bidirectional': () => [new layers.GRU(2), {}],
  'layers.TimeDistributed': () => [new layers.Dense(2), {}],
  'layers.Dropout': () => [0.5, {}],
  'layers.AlphaDropout': () => [0.5, {}],
  'layers.GaussianDropout': () => [0.5, {}],
  'layers.GaussianNoise': () => [0.5, {}],
  'layers.SpatialDropout1D': () => [0.5, {}],
  'layers.SpatialDropout2D': () => [0.5, {}],
  'layers.Dot': () => [1, {}],
  ...named('layers.Embedding layers.ReversibleEmbedding', () => [4, 2, {}]),
  'layers.InputLayer': () => [[3], {}],
  'layers.Lambda': () => [(x: Tensor) => x, {}],
  'layers.KeyValueCache': () => [{ maxLength: 3 }],
  'layers.Layer': () => [{}, []],
  ...named(
    'layers.AveragePooling1D layers.AveragePooling2D layers.AvgPool1D layers.AvgPool2D layers.MaxPooling1D ' +
      'layers.MaxPooling2D layers.MaxPool1D layers.MaxPool2D layers.UpSampling1D layers.UpSampling2D ' +
      'layers.ZeroPadding1D layers.ZeroPadding2D layers.Cropping1D layers.Cropping2D layers.AveragePooling3D ' +
      'layers.AvgPool3D layers.MaxPooling3D layers.MaxPool3D layers.UpSampling3D layers.ZeroPadding3D layers.Cropping3D',
    () => [2, {}],
  ),
  'layers.Permute': () => [[2, 1], {}],
  'layers.RepeatVector': () => [2, {}],
  'layers.Rescaling': () => [2, {}],
  'layers.Reshape': () => [[3], {}],
  'losses.FunctionLoss': () => [(a: Tensor, b: Tensor) => a.sub(b).square().mean(-1), {}],
  'metrics.MeanMetricWrapper': () => [(a: Tensor, b: Tensor) => a.sub(b).mean(-1), {}],
  'initializers.Constant': () => [1],
  'initializers.Identity': () => [1],
  'constraints.MaxNorm': () => [2, {}],
  'regularizers.L1': () => [0.1],
  'regularizers.L2': () => [0.1],
  'random.SeedGenerator': () => [1],
  'callbacks.BackupAndRestore': () => ['folder', {}],
  'callbacks.CSVLogger': () => ['file.csv', {}],
  'callbacks.CallbackList': () => [[], model(), {}],
  'callbacks.LearningRateScheduler': () => [(epoch: number) => epoch, {}],
  'callbacks.ModelCheckpoint': () => ['file.keras', {}],
  'optimizers.schedules.CosineDecay': () => [0.1, 10, {}],
  'optimizers.schedules.CosineDecayRestarts': () => [0.1, 10, {}],
  'optimizers.schedules.ExponentialDecay': () => [0.1, 10, 0.5, {}],
  'optimizers.schedules.InverseTimeDecay': () => [0.1, 10, 0.5, {}],
  'optimizers.schedules.PolynomialDecay': () => [0.1, 10, {}],
  'optimizers.schedules.PiecewiseConstantDecay': () => [[1], [0.1, 0.2], {}],
};

/** Arguments of a class's constructor. */
export function constructorArguments(name: string): readonly unknown[] {
  return (constructors[name] ?? options)();
}
