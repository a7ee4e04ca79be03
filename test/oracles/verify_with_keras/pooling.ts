// Pooling layers.
import { layers } from '../../../src/index.js';
import { layerCase } from './case.js';
import type { Case } from './case.js';

type Sample = readonly number[];

/** A case for each pooling layer. The arguments are shapes of samples. */
export function poolingCases(steps: Sample, image: Sample, volume: Sample): Case[] {
  return [
    layerCase('MaxPooling1D', steps, [new layers.MaxPooling1D(2)]),
    layerCase('MaxPooling2D', image, [new layers.MaxPooling2D([2, 2], { padding: 'same' })]),
    layerCase('AveragePooling1D', steps, [new layers.AveragePooling1D(2, { strides: 1 })]),
    layerCase('AveragePooling2D', image, [new layers.AveragePooling2D(2)]),
    layerCase('GlobalMaxPooling1D', steps, [new layers.GlobalMaxPooling1D()]),
    layerCase('GlobalMaxPooling2D', image, [new layers.GlobalMaxPooling2D({ keepdims: true })]),
    layerCase('GlobalAveragePooling1D', steps, [new layers.GlobalAveragePooling1D()]),
    layerCase('GlobalAveragePooling2D', image, [new layers.GlobalAveragePooling2D()]),
    layerCase('MaxPooling3D', volume, [new layers.MaxPooling3D([2, 3, 1], { padding: 'same' })]),
    layerCase('AveragePooling3D', volume, [new layers.AveragePooling3D(2, { strides: 1 })]),
    layerCase('GlobalMaxPooling3D', volume, [new layers.GlobalMaxPooling3D()]),
    layerCase('GlobalAveragePooling3D', volume, [
      new layers.GlobalAveragePooling3D({ keepdims: true }),
    ]),
    layerCase('AdaptiveMaxPooling1D', steps, [new layers.AdaptiveMaxPooling1D(3)]),
    layerCase('AdaptiveMaxPooling2D', image, [new layers.AdaptiveMaxPooling2D([2, 3])]),
    layerCase('AdaptiveMaxPooling3D', volume, [new layers.AdaptiveMaxPooling3D([2, 3, 1])]),
    layerCase('AdaptiveAveragePooling1D', steps, [new layers.AdaptiveAveragePooling1D(3)]),
    layerCase('AdaptiveAveragePooling2D', image, [
      new layers.AdaptiveAveragePooling2D(4, { dataFormat: 'channels_first' }),
    ]),
    layerCase('AdaptiveAveragePooling3D', volume, [new layers.AdaptiveAveragePooling3D(2)]),
  ];
}
