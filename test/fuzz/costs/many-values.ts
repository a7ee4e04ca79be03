// Nested wrappers, and parts of models that hold many values.
import {
  at,
  compiled,
  first,
  functional,
  IMAGE,
  input,
  layer,
  operation,
  plain,
  sequential,
  stack,
  times,
  wrapped,
  scaled,
} from './builders.js';
import type { Json } from './builders.js';

export const manyValues: Record<string, () => Json> = {
  'time distributed': () =>
    sequential([
      first([null, ...times(30, () => 1)]),
      wrapped(12, (inside) => plain('TimeDistributed', { layer: inside }), plain('ReLU', {})),
    ]),
  'many time distributed': () =>
    sequential([
      first([null, 100_000_000, 2, 2]),
      ...times(scaled(5000), () =>
        plain('TimeDistributed', { layer: plain('TimeDistributed', { layer: plain('ReLU', {}) }) }),
      ),
    ]),
  bidirectional: () =>
    sequential([
      first([null, 5, 1]),
      wrapped(
        10,
        (inside) => plain('Bidirectional', { layer: inside, backward_layer: inside }),
        plain('LSTM', { units: 1 }),
      ),
    ]),
  'bidirectional without a backward layer': () =>
    sequential([
      first([null, 5, 1]),
      wrapped(
        12,
        (inside) => plain('Bidirectional', { layer: inside }),
        plain('LSTM', { units: 1 }),
      ),
    ]),
  bidirectionals: () =>
    sequential([
      first([null, 5, 1]),
      ...times(scaled(3000), () =>
        plain('Bidirectional', {
          layer: plain('SimpleRNN', { units: 1, return_sequences: true, use_bias: false }),
        }),
      ),
    ]),
  'stacked cells in stacked cells': () =>
    sequential([
      first([null, 5, 1]),
      plain('RNN', {
        cell: wrapped(
          12,
          (inside) =>
            plain('StackedRNNCells', { cells: [inside, plain('SimpleRNNCell', { units: 1 })] }),
          plain('SimpleRNNCell', { units: 1 }),
        ),
      }),
    ]),
  'lists in calls': () =>
    functional([
      input('x'),
      layer(
        'Add',
        'y',
        {},
        wrapped(40, (inside) => [inside] as unknown as Json, [at('x'), at('x')] as unknown as Json),
      ),
    ]),
  'numbers in a call': () =>
    functional([
      input('x'),
      layer(
        'ReLU',
        'y',
        {},
        at('x'),
        times(scaled(1_000_000), () => 0),
      ),
    ]),
  constant: () =>
    functional([
      input('x', [null, 1]),
      operation('numpy.Add', 'y', {}, at('x'), {
        class_name: '__numpy__',
        config: { value: times(scaled(1_000_000), () => 0), dtype: 'float32' },
      }),
    ]),
  constants: () =>
    functional([
      input('x', [null, 1]),
      ...times(scaled(30_000), (i) =>
        operation('numpy.Add', i === 0 ? 'y' : `c${i}`, {}, at('x'), {
          class_name: '__numpy__',
          config: { value: [1, 2, 3], dtype: 'float32' },
        }),
      ),
    ]),
  'nested constant': () =>
    functional([
      input('x', [null, 1]),
      operation('numpy.Add', 'y', {}, at('x'), {
        class_name: '__numpy__',
        config: {
          value: wrapped(
            50,
            (inside) => [inside] as unknown as Json,
            times(scaled(1_000_000), () => 0) as unknown as Json,
          ),
          dtype: 'float32',
        },
      }),
    ]),
  metrics: () =>
    compiled({ optimizer: 'sgd', loss: 'mse', metrics: times(scaled(50_000), () => 'mae') }),
  'metric objects': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: times(scaled(50_000), (i) => plain('AUC', { num_thresholds: 200, name: `auc${i}` })),
    }),
  thresholds: () =>
    compiled({ optimizer: 'sgd', loss: 'mse', metrics: [plain('AUC', { num_thresholds: 1e8 })] }),
  'thresholds as a list': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: [plain('Precision', { thresholds: times(scaled(1_000_000), (i) => i / 1e6) })],
    }),
  'classes of a metric': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: [plain('MeanIoU', { num_classes: 16_000 })],
    }),
  losses: () => compiled({ optimizer: 'sgd', loss: times(scaled(100_000), () => 'mse') }),
  'losses by name': () =>
    compiled({
      optimizer: 'sgd',
      loss: Object.fromEntries(times(scaled(100_000), (i) => [`o${i}`, 'mse'])),
    }),
  boundaries: () =>
    compiled({
      optimizer: {
        class_name: 'SGD',
        config: {
          learning_rate: {
            class_name: 'PiecewiseConstantDecay',
            config: {
              boundaries: times(scaled(500_000), (i) => i),
              values: times(scaled(500_001), () => 0.1),
            },
          },
        },
      },
      loss: 'mse',
    }),
  'places of an optimizer': () => ({
    ...compiled({ optimizer: 'sgd', loss: 'mse' }),
    optimized_weights: { optimizer: times(scaled(1_000_000), () => 0) },
  }),
  padding: () => stack('ZeroPadding2D', { padding: times(scaled(1_000_000), () => 1) }, IMAGE),
  dims: () => stack('Permute', { dims: times(scaled(1_000_000), (i) => i + 1) }),
  'units that are a list': () => stack('Dense', { units: times(scaled(2_000_000), () => 1) }),
};
