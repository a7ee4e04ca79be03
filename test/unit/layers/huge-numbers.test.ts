// Huge numbers that constructors of layers and layers of models refuse.
import { describe, expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Shape } from '../../../src/engine/tensor/index.js';
import { HUGE, refusal } from '../huge-numbers.js';

describe('a huge number', () => {
  it('is refused by constructors', () => {
    for (const number of HUGE) {
      const cases: Record<string, () => unknown> = {
        'MaxPooling2D: poolSize': () => new layers.MaxPooling2D([2, number]),
        'MaxPooling2D: strides': () => new layers.MaxPooling2D(2, { strides: number }),
        'Conv2D: dilationRate': () => new layers.Conv2D(1, 2, { dilationRate: number }),
        'Conv1D: kernelSize': () => new layers.Conv1D(1, number),
        'Conv1D: filters': () => new layers.Conv1D(number, 1),
        'Conv1D: groups': () => new layers.Conv1D(1, 1, { groups: number }),
        'Dense: units': () => new layers.Dense(number),
        'Embedding: inputDim': () => new layers.Embedding(number, 1),
        'Embedding: outputDim': () => new layers.Embedding(1, number),
        'RepeatVector: n': () => new layers.RepeatVector(number),
        'Reshape: targetShape': () => new layers.Reshape([-1, number]),
        'UpSampling1D: size': () => new layers.UpSampling1D(number),
        'UpSampling2D: size': () => new layers.UpSampling2D([1, number]),
        'ZeroPadding1D: padding': () => new layers.ZeroPadding1D([0, number]),
        'ZeroPadding2D: padding': () =>
          new layers.ZeroPadding2D([
            [0, 0],
            [number, 0],
          ]),
        'Dense: inputShape': () => new layers.Dense(1, { inputShape: [number] }),
        'Dense: batchSize': () => new layers.Dense(1, { inputShape: [1], batchSize: number }),
        'Dropout: noiseShape': () => new layers.Dropout(0.5, { noiseShape: [number] }),
      };
      for (const [start, make] of Object.entries(cases)) {
        expect(refusal(make)).toBe(`${start} must be at most 268435452, got ${number}.`);
      }
    }
  });
});

describe('numbers that are too large together', () => {
  const { MaxPooling2D, Conv2D, Dense, UpSampling2D, RepeatVector, ZeroPadding2D } = layers;
  /** The message of what a first layer of a model makes of an input of that shape. */
  const built = (layer: layers.Layer, shape: Shape): string =>
    refusal(() => {
      layer.build([null, ...shape]);
    });
  const applied = (layer: layers.Layer, shape: Shape): string =>
    refusal(() => layer.apply(zeros([1, ...shape])));

  it('are refused with the name of the layer, and what they make', () => {
    const pooling = new MaxPooling2D(2 ** 15, { padding: 'same', strides: 1, name: 'p' });
    expect(built(pooling, [3, 3, 1])).toBe(
      `MaxPooling2D layer 'p': a window of 32768 × 32768 is too large: its elements, and the positions that it ` +
        `reaches over on an axis, may be 268435452 at most.`,
    );
    const dilated = new Conv2D(1, 3, { dilationRate: 2 ** 27, padding: 'same', name: 'c' });
    expect(built(dilated, [3, 3, 1])).toMatch(
      /^Conv2D layer 'c': a window of 3 × 3 with a dilationRate of 134217728 × 134217728 is too large/,
    );
    expect(built(new Dense(2 ** 27, { name: 'd' }), [3])).toMatch(
      /^Dense layer 'd': weight 'kernel': A tensor of shape \(3, 134217728\), float32, takes 1.5 GiB/,
    );
    expect(applied(new RepeatVector(2 ** 27, { name: 'r' }), [3])).toMatch(
      /'r': n = 134217728: .*1.5 GiB/,
    );
    expect(applied(new UpSampling2D(2 ** 14, { name: 'u' }), [2, 2, 1])).toMatch(
      /'u': upSample: size 16384: .*\(1, 32768, 32768, 1\), float32, takes 4 GiB/,
    );
    expect(applied(new ZeroPadding2D(2 ** 14, { name: 'z' }), [1, 1, 1])).toMatch(
      /'z': pad: widths \[\[0,0\],\[16384,16384\],.*takes 4 GiB/,
    );
  });

  it('are refused when the layer is put on a model', () => {
    const model = new Sequential([layers.Input([4]), new RepeatVector(2 ** 25, { name: 'once' })]);
    const message = refusal(() => {
      model.add(new layers.UpSampling1D(2, { name: 'twice' }));
    });
    expect(message).toMatch(
      /UpSampling1D layer 'twice': .*\(None, 67108864, 4\), float32, takes 1 GiB/,
    );
    expect(tidy(() => model.countParams())).toBe(0);
  });
});
