import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import * as layers from '../../src/layers.js';
import { differentiate } from '../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../src/engine/ops/index.js';
import { tidy } from '../../src/engine/tensor/scope.js';
import { expectClose, readGolden, toTensor } from './cases.js';
import type { GoldenArray } from './cases.js';

interface LayerCase {
  readonly class_name: string;
  readonly config: Config & { readonly name: string };
  readonly training: boolean;
  readonly x: GoldenArray;
  readonly weights: readonly (GoldenArray & { readonly name: string })[];
  readonly y: GoldenArray;
  readonly dy: GoldenArray;
  readonly dx?: GoldenArray;
  readonly dweights: readonly GoldenArray[];
  readonly weights_after: readonly GoldenArray[];
}

const { source, cases } = readGolden<LayerCase>('layers');

describe(`layers agree with ${source}`, () => {
  it.each(cases.map((golden) => [golden.config.name, golden] as const))('%s', (_name, golden) => {
    const layer = layers.deserialize(golden);
    expect(layers.serialize(layer)).toMatchObject({
      module: 'keras.layers',
      class_name: golden.class_name,
    });
    const x = toTensor(golden.x);
    layer.build([null, ...x.shape.slice(1)]);
    expect(layer.getConfig(), 'config').toEqual(golden.config);
    expect(layer.weights.map((weight) => weight.name)).toEqual(golden.weights.map((w) => w.name));
    layer.setWeights(golden.weights.map(toTensor));

    tidy(() => {
      const { training } = golden;
      expect(layer.computeOutputShape(golden.x.shape)).toEqual(golden.y.shape);
      const sources = [x, ...layer.trainableWeights.map((weight) => weight.value)];
      const { gradients } = differentiate(
        'test',
        () => {
          // Once only: a call while training moves the moving statistics.
          const y = layer.apply(x, { training });
          expectClose(y, golden.y, 'y');
          return sum(mul(y, toTensor(golden.dy)));
        },
        sources,
      );
      [golden.dx, ...golden.dweights].forEach((expected, i) => {
        const gradient = gradients[i];
        if (expected === undefined) return;
        if (gradient === undefined) expect.fail(`source ${i} has no gradient`);
        expectClose(gradient, expected, i === 0 ? 'dx' : `gradient of weight ${i - 1}`);
      });
      expect(gradients.length - 1).toBe(golden.dweights.length);
    });
    layer.weights.forEach((weight, i) => {
      const after = golden.weights_after[i];
      if (after === undefined) expect.fail(`weight ${i} has no counterpart`);
      expectClose(weight.value, after, `weight ${weight.name} afterwards`);
    });
    layer.dispose();
  });
});
