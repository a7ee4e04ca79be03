// Convolutions of all kinds.
import { layers } from '../../../src/index.js';
import { layerCase } from './case.js';
import type { Case } from './case.js';

/** Cases for each layer of convolutions; the arguments are shapes of samples. */
export function convolutionCases(
  steps: readonly number[],
  image: readonly number[],
  volume: readonly number[],
): Case[] {
  const l2 = { kernelRegularizer: 'l2', biasConstraint: 'non_neg' } as const;
  const ofChannels = { depthwiseRegularizer: 'l2', depthwiseConstraint: 'max_norm' } as const;
  const mixing = { pointwiseRegularizer: 'l1', pointwiseConstraint: 'max_norm' } as const;
  const first = { dataFormat: 'channels_first' } as const;
  const same = { padding: 'same' } as const;
  return [
    layerCase('Conv1D', steps, [
      new layers.Conv1D(4, 3, { ...l2, padding: 'causal', dilationRate: 2 }),
    ]),
    layerCase('Conv2D', image, [
      new layers.Conv2D(6, [3, 2], { strides: 2, ...same, groups: 3, activation: 'relu' }),
    ]),
    layerCase('Conv3D', volume, [
      new layers.Conv3D(4, [2, 3, 2], { ...l2, strides: [1, 2, 1], ...same, groups: 2 }),
    ]),
    layerCase('Conv1DTranspose', steps, [
      new layers.Conv1DTranspose(4, 3, { ...l2, strides: 2, ...same }),
    ]),
    layerCase('Conv2DTranspose', image, [
      new layers.Conv2DTranspose(4, 4, { strides: 2, ...same, activation: 'tanh' }),
    ]),
    layerCase('Conv2DTranspose with outputPadding', image, [
      new layers.Conv2DTranspose(4, [3, 2], { ...l2, strides: [2, 3], outputPadding: [1, 0] }),
    ]),
    layerCase('Conv2DTranspose, dilated, channels first', image, [
      new layers.Conv2DTranspose(2, 2, { ...first, dilationRate: 2, useBias: false }),
    ]),
    layerCase('Conv3DTranspose', volume, [
      new layers.Conv3DTranspose(3, [2, 3, 2], { strides: [2, 1, 2], activation: 'relu' }),
    ]),
    layerCase('DepthwiseConv1D', steps, [
      new layers.DepthwiseConv1D(3, { ...ofChannels, depthMultiplier: 2, strides: 2 }),
    ]),
    layerCase('DepthwiseConv2D', image, [
      new layers.DepthwiseConv2D(3, { ...same, activation: 'relu6', useBias: false }),
    ]),
    layerCase('DepthwiseConv2D, dilated, channels first', image, [
      new layers.DepthwiseConv2D(2, { ...first, ...ofChannels, dilationRate: 2 }),
    ]),
    layerCase('SeparableConv1D', steps, [
      new layers.SeparableConv1D(4, 3, { ...ofChannels, ...mixing, dilationRate: 2 }),
    ]),
    layerCase('SeparableConv2D', image, [
      new layers.SeparableConv2D(4, 3, { ...mixing, strides: 2, ...same, depthMultiplier: 2 }),
    ]),
  ];
}
