// `null` in a config of Keras: the default of most options, but false for flags, as Keras tests these for truth.
import { expect, it } from 'vitest';
import { BatchNormalization, Conv1D, Conv2D, Dense } from '../../../src/layers.js';

it('use_bias, center, scale and trainable of null are false', () => {
  expect(Dense.fromConfig({ units: 2, use_bias: null, activation: null }).useBias).toBe(false);
  expect(Conv1D.fromConfig({ filters: 1, kernel_size: 1, use_bias: null }).useBias).toBe(false);
  expect(Conv2D.fromConfig({ filters: 1, kernel_size: 1, use_bias: null }).useBias).toBe(false);
  const layer = BatchNormalization.fromConfig({ center: null, scale: null, momentum: null });
  layer.build([null, 3]);
  expect(layer.trainableWeights).toHaveLength(0);
  expect(layer.momentum).toBe(0.99);
  expect(Dense.fromConfig({ units: 2, trainable: null }).trainable).toBe(false);
  expect(Dense.fromConfig({ units: 2, name: null, kernel_initializer: null }).useBias).toBe(true);
});
