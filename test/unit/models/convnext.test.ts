// A ConvNeXt of keras.applications from its JSON (test/oracles/fixtures/keras-convnext.py): its blocks end with a layer that Keras does not
// export.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as layers from '../../../src/layers.js';
import { modelFromJSON } from '../../../src/models.js';
import { sizeOf, tensor } from '../../../src/engine/tensor/index.js';
import type { Shape, Tensor } from '../../../src/engine/tensor/index.js';
import { expectAllClose } from '../../golden/cases.js';

interface Fixture {
  readonly architecture: { readonly config: { readonly layers: readonly object[] } };
  readonly params: number;
  readonly shape: Shape;
  readonly output: readonly (readonly number[])[];
}

const { architecture, params, shape, output } = JSON.parse(
  readFileSync(new URL('../../fixtures/convnext.json', import.meta.url), 'utf8'),
) as Fixture;

const wave = (of: Shape, start: number, step: number): Tensor =>
  tensor(
    Float64Array.from({ length: sizeOf(of) }, (_, i) => Math.sin(step * i + start)),
    { shape: of },
  );

it('ConvNeXt computes what Keras computes, and is written as it was read', () => {
  const model = modelFromJSON(JSON.stringify(architecture));
  expect(model.countParams()).toBe(params);
  model.setWeights(model.weights.map((weight, n) => wave(weight.shape, n + 1, 7)));
  const y = model.apply(wave(shape, 0, 0.01));
  expectAllClose(y.data(), output.flat(), 'output', { absolute: 1e-5, relative: 1e-4 });

  const scales = architecture.config.layers.filter(
    (layer) => (layer as { class_name: string }).class_name === 'LayerScale',
  );
  const own = model.layers.filter((layer) => layer instanceof layers.LayerScale);
  expect(own).toHaveLength(4);
  own.forEach((layer, i) => {
    expect(scales[i]).toMatchObject({ ...layers.serialize(layer) });
    expect(layer.weights.map(({ name }) => name)).toEqual(['variable']);
  });
});

it('LayerScale refuses another number of features', () => {
  const layer = new layers.LayerScale(1e-6, 4);
  expect(() => layer.gamma).toThrow(/is not built/);
  expect(() => layer.apply([[1, 2, 3]])).toThrow(/LayerScale layer 'layer_scale.*4/);
});
