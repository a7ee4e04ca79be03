// Every layer as a model of its own: its compiled form gives the same bits, or the error says why there is none.
import { describe, expect, it } from 'vitest';
import { Input, models, ValueError } from '../../../src/index.js';
import type { layers } from '../../../src/index.js';
import { compileModel } from '../../../src/compile.js';
import { makeLayers, shapesOf } from '../../specs/layers.js';
import { expectSameBits } from './compiled.js';
import type { AnyModel } from './compiled.js';

const READING = /layer '\w+' reads what was computed/;
const TEXT = /it takes strings/;

/** The layers that cannot be compiled alone, and why. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  CategoryEncoding: READING,
  Discretization: READING,
  HashedCrossing: TEXT,
  Hashing: TEXT,
  IntegerLookup: READING,
  Masking: /it gives a mask with its result/,
  StringLookup: TEXT,
  TextVectorization: TEXT,
};

/** Whole numbers for layers that take such: their limit. */
function limitOf(layer: layers.AnyLayer): { readonly below?: number } {
  const { inputDim } = layer as unknown as { readonly inputDim?: number };
  return inputDim === undefined ? {} : { below: inputDim };
}

function modelOf(layer: layers.AnyLayer, shapes: readonly (readonly number[])[]): AnyModel {
  const dtype = layer.readsStrings ? 'string' : 'float32';
  const inputs = shapes.map((shape) => Input(shape.slice(1), { dtype: dtype as 'float32' }));
  const x = inputs.length === 1 ? inputs[0] : inputs;
  const outputs = (layer as layers.Layer).apply(x as never);
  return new models.Model({ inputs: x as never, outputs });
}

describe('a compiled layer', () => {
  for (const [i, [layer, shape]] of makeLayers().entries()) {
    const { className } = layer.constructor as typeof layers.Layer;
    const shapes = shapesOf(shape);
    const batchSize = shapes[0]?.[0] ?? 1;
    const reason = REFUSED[className];
    it(`${className} (${i}) ${reason === undefined ? 'gives the same bits' : 'is refused'}`, async () => {
      const model = modelOf(layer, shapes);
      if (reason === undefined) await expectSameBits(model, { batchSize, ...limitOf(layer) });
      else {
        const refusal = compileModel(model, { batchSize });
        await expect(refusal).rejects.toThrow(ValueError);
        await expect(refusal).rejects.toThrow(reason);
      }
      model.dispose();
    });
  }
});
