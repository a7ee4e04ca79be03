// Steps of training that are repeated leave the bits that steps through the layers leave, whatever the layer and the numbers.
import { describe, expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';
import { cloneModel, Model } from '../../../src/models.js';
import { Adam } from '../../../src/optimizers.js';
import { tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { Shape, Tensor } from '../../../src/engine/tensor/index.js';
import { setRandomSeed } from '../../../src/utils.js';
import { makeLayers, notRepeated, shapesOf } from '../../specs/layers.js';
import { bitsOf } from './networks.js';
import { nasty, repeatedSteps, withoutRepetition } from './repeated.js';

/** Cells work within other layers: their step takes states as well. */
const isCell = (layer: layers.AnyLayer): boolean => /Cells?$/.test(layer.constructor.name);

const isOfIndices = (layer: layers.AnyLayer): boolean =>
  layer instanceof layers.Embedding || layer instanceof layers.ReversibleEmbedding;

/** Layers that look numbers up, so that no gradient flows to weights before them. */
const hasNoGradient = (layer: layers.AnyLayer): boolean =>
  layer instanceof layers.ContrastLimitedAdaptiveHistogramEqualization ||
  notRepeated(layer, 'train') === 'it reads elements';

/** Kinds of `nasty` numbers that training takes, in an order in which decisions change back and forth. */
const KINDS = [0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 0, 7, 7, 0, 6, 1, 0, 2, 0, 0];

/** Most layers behind weights, so that a gradient flows through them. */
function modelOf(layer: layers.AnyLayer, shapes: readonly Shape[]): Model {
  const inputs = shapes.map((shape) => layers.Input(shape.slice(1)));
  const given = isOfIndices(layer)
    ? inputs
    : inputs.map((input, i) => {
        const units = shapes[i]?.at(-1) ?? 1;
        return new layers.Dense(units, { activation: 'tanh' }).apply(input);
      });
  const outputs: unknown = layer.apply(given.length === 1 ? given[0] : given);
  return new Model({
    inputs: (inputs.length === 1 ? inputs[0] : inputs) as never,
    outputs: outputs as never,
  });
}

describe('a model of one layer repeats its steps of training with the same bits', () => {
  makeLayers().forEach(([layer, shape], example) => {
    if (isCell(layer) || layer instanceof layers.InputLayer || hasNoGradient(layer)) return;
    it(`${layer.constructor.name}, example ${example}`, () => {
      setRandomSeed(3);
      const shapes = shapesOf(shape);
      const original = modelOf(layer, shapes);
      const [model, plain] = [cloneModel(original), cloneModel(original)] as [Model, Model];
      for (const made of [model, plain]) {
        made.setWeights(original.getWeights());
        made.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: 'mse' });
      }
      withoutRepetition(plain);
      const make = (kind: number): Tensor[] =>
        shapes.map((of) => {
          const values = nasty(
            of.reduce((a, b) => a * b, 1),
            kind,
          );
          return tensor(isOfIndices(layer) ? values.map((_, at) => (at + kind) % 3) : values, {
            shape: of,
          });
        });
      const asGiven = (x: Tensor[]): never => (x.length === 1 ? x[0] : x) as never;
      const y = [original.apply(asGiven(make(0)), { training: layer.trainsByDefault }) as unknown]
        .flat(9)
        .map((of) => zeros((of as Tensor).shape));
      let repeated = 0;
      KINDS.forEach((kind, step) => {
        const x = make(kind);
        repeated += repeatedSteps(model);
        setRandomSeed(step);
        const logs = model.trainOnBatch(asGiven(x), asGiven(y));
        setRandomSeed(step);
        expect(logs, `step ${step}`).toEqual(plain.trainOnBatch(asGiven(x), asGiven(y)));
        expect(bitsOf(model), `step ${step}`).toEqual(bitsOf(plain));
      });
      if (notRepeated(layer, 'train') !== undefined) expect(repeated).toBe(0);
      else expect(repeated).toBeGreaterThan(0);
    });
  });
});
