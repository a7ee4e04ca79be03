// Predictions that are repeated have the bits of those that run the layers, whatever the layer and the numbers.
import { describe, expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';
import { Model } from '../../../src/models.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { makeLayers, notRepeated, shapesOf } from '../../specs/layers.js';
import { bitsOfAll, nasty, warmUp } from './repeated.js';

/** Cells work within other layers: their step takes states as well. */
const isCell = (layer: layers.AnyLayer): boolean => /Cells?$/.test(layer.constructor.name);

describe('a model of one layer repeats its predictions with the same bits', () => {
  makeLayers().forEach(([layer, given], example) => {
    // Others are given numbers.
    if (layer.readsStrings) return;
    if (isCell(layer)) return;
    it(`${layer.constructor.name}, example ${example}`, () => {
      const shapes = shapesOf(given);
      const inputs = shapes.map((shape) => layers.Input(shape.slice(1)));
      const outputs = layer.apply(inputs.length === 1 ? inputs[0] : inputs) as never;
      const model = new Model({
        inputs: (inputs.length === 1 ? inputs[0] : inputs) as never,
        outputs,
      });
      const isIndex =
        layer instanceof layers.Embedding || layer instanceof layers.ReversibleEmbedding;
      const make = (kind: number): Tensor[] =>
        shapes.map((shape, i) => {
          const size = shape.reduce((a, b) => a * b, 1);
          const values = nasty(size, kind + i);
          return tensor(isIndex ? values.map((_, at) => (at + kind) % 3) : values, { shape });
        });
      const asGiven = (x: Tensor[]): never => (x.length === 1 ? x[0] : x) as never;
      warmUp(() => model.predictOnBatch(asGiven(make(0))));
      expect(model.predictions.count).toBe(notRepeated(layer, 'predict') === undefined ? 1 : 0);
      for (let kind = 0; kind < 8; kind++) {
        const x = make(kind);
        const repeated = bitsOfAll(model.predictOnBatch(asGiven(x)));
        const plain = tidy(() => bitsOfAll(model.apply(asGiven(x), { training: false })));
        expect(repeated, `input ${kind}`).toEqual(plain);
      }
    });
  });
});
