// Lists that layers keep do not change, so that what computes with them need not look again.
import { describe, expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';

describe('options that are lists', () => {
  const options: readonly (readonly [string, layers.AnyLayer, string])[] = [
    ['scale', new layers.Rescaling([1, 2]), 'scale'],
    ['padding', new layers.ZeroPadding2D(1), 'padding'],
    ['cropping', new layers.Cropping2D(1), 'cropping'],
    ['size', new layers.UpSampling2D(2), 'size'],
    ['dims', new layers.Permute([2, 1]), 'dims'],
    ['axis', new layers.Softmax({ axis: [1, 2] }), 'axis'],
    ['noiseShape', new layers.Dropout(0.5, { noiseShape: [null, 1] }), 'noiseShape'],
    ['kernelSize', new layers.Conv2D(1, 3), 'kernelSize'],
  ];
  it.each(options)('cannot be changed in place: %s', (_name, layer, option) => {
    const list = (layer as unknown as Record<string, number[]>)[option] ?? [];
    expect(() => (list[0] = 2)).toThrow(TypeError);
  });

  it('are lists of the layer: that of the caller can be changed, and says nothing', () => {
    const given = [1, 2];
    const layer = new layers.Rescaling(given);
    given[0] = 5;
    expect(layer.scale).toEqual([1, 2]);
  });
});
