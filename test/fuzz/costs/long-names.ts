// Unknown names, in all the places where names are looked up.
import {
  called,
  at,
  compiled,
  first,
  functional,
  IMAGE,
  input,
  layer,
  LONG,
  one,
  plain,
  sequential,
  stack,
  times,
  scaled,
} from './builders.js';
import type { Json } from './builders.js';

export const longNames: Record<string, () => Json> = {
  'option of underscores': () => stack('Dense', { units: 2, ['_'.repeat(LONG.length)]: 1 }),
  'argument of a call of underscores': () =>
    functional([
      input('x'),
      { ...layer('ReLU', 'y', {}), ...called('y', [at('x')], { ['_'.repeat(LONG.length)]: 1 }) },
    ]),
  'class of capitals': () => sequential([first(), plain('A'.repeat(LONG.length), {})]),
  'einsum operation of letters and a mark': () =>
    one('numpy.Einsum', { subscripts: `${'a'.repeat(LONG.length)}!->a` }),
  'einsum of letters and a mark': () =>
    stack('EinsumDense', { equation: `${'a'.repeat(LONG.length)}!`, output_shape: [null, 3] }),
  'class of a layer': () => sequential([first(), plain(LONG, {})]),
  'classes of many layers': () =>
    sequential([
      first(),
      ...times(scaled(20_000), (i) => plain(`C${i}${'x'.repeat(scaled(2000))}`, {})),
    ]),
  'name of a layer': () => stack('ReLU', { name: LONG }),
  'name of a wrong layer': () => stack('ReLU', { name: LONG, negative_slope: 'x' }),
  'names of many layers': () =>
    sequential([
      first(),
      ...times(scaled(20_000), (i) => plain('ReLU', { name: `${i}${'x'.repeat(scaled(2000))}` })),
    ]),
  'name of a model': () =>
    sequential([first(), ...times(scaled(2000), () => plain('Dense', { units: 0 }))], LONG),
  'names of models in models': () => {
    let inner = functional(
      [input('x'), layer('Dense', 'y', { units: 'x' }, at('x'))],
      'y',
      LONG.slice(0, 200_000),
    );
    for (let i = 0; i < 14; i++) {
      const name = `${i}${LONG.slice(0, 200_000)}`;
      inner = functional(
        [
          input('x'),
          { ...inner, ...called(name, [at('x')]), config: { ...(inner['config'] as Json), name } },
        ],
        name,
        name,
      );
    }
    return inner;
  },
  activation: () => stack('Activation', { activation: LONG }),
  activations: () =>
    sequential([
      first(),
      ...times(scaled(5000), (i) =>
        plain('Activation', { activation: `${i}${'relu'.repeat(scaled(1000))}` }),
      ),
    ]),
  initializer: () => stack('Dense', { units: 2, kernel_initializer: LONG }),
  'initializer object': () =>
    stack('Dense', {
      units: 2,
      kernel_initializer: { module: 'keras.initializers', class_name: LONG, config: {} },
    }),
  regularizer: () =>
    stack('Dense', { units: 2, kernel_regularizer: { class_name: LONG, config: {} } }),
  constraint: () =>
    stack('Dense', { units: 2, kernel_constraint: { class_name: LONG, config: {} } }),
  'option of a layer': () => stack('Dense', { units: 2, [LONG]: 1 }),
  'options of a layer': () =>
    stack('Dense', {
      units: 2,
      ...Object.fromEntries(times(scaled(100_000), (i) => [`unitss${i}`, 1])),
    }),
  'value of a choice': () => stack('Conv2D', { filters: 1, kernel_size: 2, padding: LONG }, IMAGE),
  'data format': () => stack('Conv2D', { filters: 1, kernel_size: 2, data_format: LONG }, IMAGE),
  dtype: () => stack('Dense', { units: 2, dtype: LONG }),
  'dtype policy': () =>
    stack('Dense', { units: 2, dtype: { class_name: 'DTypePolicy', config: { name: LONG } } }),
  'dtype of an input': () =>
    sequential([plain('InputLayer', { batch_shape: [null, 3], dtype: LONG })]),
  module: () => sequential([first(), { module: LONG, class_name: 'ReLU', config: {} }]),
  operation: () => one(`numpy.${LONG}`, {}),
  'argument of an operation': () => one('numpy.Exp', { [LONG]: 1 }),
  'layer that is read': () => functional([input('x'), layer('ReLU', 'y', {}, at(LONG))]),
  'output that is not a layer': () =>
    functional([input('x'), layer('ReLU', 'y', {}, at('x'))], LONG),
  'named argument of a call': () =>
    functional([
      input('x'),
      { ...layer('ReLU', 'y', {}), ...called('y', [at('x')], { [LONG]: 1 }) },
    ]),
  'class of the model': () => ({ class_name: LONG, config: { layers: [], output_layers: [] } }),
  einsum: () => stack('EinsumDense', { equation: LONG, output_shape: [null, 3] }),
  'einsum of arrows': () =>
    stack('EinsumDense', { equation: 'a,'.repeat(scaled(1_000_000)), output_shape: [null, 3] }),
  'einsum of dots': () =>
    stack('EinsumDense', { equation: '.'.repeat(scaled(2_000_000)), output_shape: [null, 3] }),
  'einsum operation': () =>
    one('numpy.Einsum', {
      subscripts: `${'a'.repeat(scaled(1_000_000))}->${'a'.repeat(scaled(1_000_000))}`,
    }),
  'einsum operation of many': () =>
    one('numpy.Einsum', { subscripts: `${'ab,'.repeat(scaled(100_000))}ab->ab` }),
  loss: () => compiled({ optimizer: 'sgd', loss: LONG }),
  metric: () => compiled({ optimizer: 'sgd', loss: 'mse', metrics: [LONG] }),
  metrics: () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: times(scaled(2000), (i) => `m${i}${'x'.repeat(scaled(5000))}`),
    }),
  'name of a metric': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: times(10, (i) => plain('MeanSquaredError', { name: `${i}${LONG}` })),
    }),
  optimizer: () => compiled({ optimizer: { class_name: LONG, config: {} }, loss: 'mse' }),
  'option of an optimizer': () =>
    compiled({ optimizer: { class_name: 'SGD', config: { [LONG]: 1 } }, loss: 'mse' }),
  schedule: () =>
    compiled({
      optimizer: { class_name: 'SGD', config: { learning_rate: { class_name: LONG, config: {} } } },
      loss: 'mse',
    }),
};
