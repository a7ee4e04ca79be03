import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { resetNames } from '../../../src/config/index.js';
import { FormatError, ValueError } from '../../../src/errors.js';
import { Dense, Dropout, Flatten, Input, Lambda } from '../../../src/layers.js';
import { cloneModel, modelFromJSON, Sequential } from '../../../src/models.js';
import { bitsOf, numbers, twoLayers } from './networks.js';
import { tensor } from '../../../src/engine/tensor/index.js';

beforeEach(resetNames);

const kerasText = readFileSync(
  new URL('../../fixtures/keras-config/mlp.json', import.meta.url),
  'utf8',
);

describe('the config that Keras wrote', () => {
  it('builds what it says', () => {
    const model = modelFromJSON(kerasText);
    expect(model.name).toBe('mlp');
    expect(model.inputShape).toEqual([null, 12]);
    expect(model.layers.map((layer) => layer.name)).toEqual(['hidden', 'probabilities']);
    expect(model.weights.map(({ path, shape }) => [path, shape])).toEqual([
      ['mlp/hidden/kernel', [12, 16]],
      ['mlp/hidden/bias', [16]],
      ['mlp/probabilities/kernel', [16, 5]],
      ['mlp/probabilities/bias', [5]],
    ]);
    const output = model.apply(tensor(numbers(24), { shape: [2, 12] }));
    expect(output.shape).toEqual([2, 5]);
    for (const sum of output.sum(1).data()) expect(sum).toBeCloseTo(1, 5);
  });

  it('comes out as it went in', () => {
    /** What Keras adds to remember that two layers share an object, or is not part of the architecture. */
    const strip = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(strip);
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).filter(
        ([key]) => key !== 'shared_object_id' && key !== 'compile_config',
      );
      return Object.fromEntries(entries.map(([key, item]) => [key, strip(item)]));
    };
    const model = modelFromJSON(kerasText);
    const written = JSON.parse(JSON.stringify(model)) as Record<string, unknown>;
    const original = strip(JSON.parse(kerasText)) as Record<string, unknown>;
    // Keras writes no policy of its own for a model that has the usual one in every layer.
    // Nor does it write its version.
    expect(written).toEqual({ ...original, keras_version: '3.16.0' });
  });
});

describe('a model and its config', () => {
  const deep = (): Sequential =>
    new Sequential(
      [
        Input({ shape: [2, 3] }),
        new Flatten(),
        new Dense(4, { activation: 'tanh', kernelRegularizer: 'l2', trainable: false }),
        new Dropout(0.25, { seed: 3 }),
        new Dense(2, { useBias: false }),
      ],
      { name: 'deep', trainable: true },
    );

  it('round trip', () => {
    const model = deep();
    const again = Sequential.fromConfig(model.getConfig());
    expect(again.getConfig()).toEqual(model.getConfig());
    expect(again.built).toBe(true);
    expect(again.weights.map((w) => [w.path, w.shape])).toEqual(
      model.weights.map((w) => [w.path, w.shape]),
    );
    expect(modelFromJSON(JSON.stringify(model)).getConfig()).toEqual(model.getConfig());
    expect(modelFromJSON(model.toJSON()).name).toBe('deep');
  });

  it('keep an input that the first layer stated', () => {
    const model = new Sequential([new Dense(2, { inputShape: [5] })]);
    expect(model.getConfig()).toMatchObject({ build_input_shape: [null, 5] });
    const [layer] = model.getConfig()['layers'] as [Record<string, unknown>];
    expect(layer['build_config']).toEqual({ input_shape: [null, 5] });
    expect(Sequential.fromConfig(model.getConfig()).inputShape).toEqual([null, 5]);
  });

  it('are unbuilt if the model was', () => {
    const model = new Sequential([new Dense(2)]);
    expect(model.getConfig()).not.toHaveProperty('build_input_shape');
    const again = Sequential.fromConfig(model.getConfig());
    expect(again.built).toBe(false);
    expect(modelFromJSON(new Sequential().toJSON()).layers).toEqual([]);
  });

  it('clone with weights of their own', () => {
    const model = twoLayers();
    const clone = cloneModel(model);
    expect(clone.layers.map((layer) => layer.name)).toEqual(model.layers.map((l) => l.name));
    expect(bitsOf(clone)[0]).not.toEqual(bitsOf(model)[0]);
    clone.setWeights(model.getWeights());
    expect(bitsOf(clone)).toEqual(bitsOf(model));
    clone.weights[0]?.assign(new Array<number[]>(3).fill([0, 0, 0, 0]));
    expect(bitsOf(clone)).not.toEqual(bitsOf(model));
  });

  it('hold models inside', () => {
    const model = new Sequential([Input({ shape: [3] }), twoLayers(), new Dense(1)]);
    const again = Sequential.fromConfig(model.getConfig());
    expect(again.layers[0]).toBeInstanceOf(Sequential);
    expect(again.weights.map((weight) => weight.shape)).toEqual(model.weights.map((w) => w.shape));
    expect(again.getConfig()).toEqual(model.getConfig());
    const [inner] = model.getConfig()['layers'] as [unknown, Record<string, unknown>];
    expect(model.getConfig()['layers']).toHaveLength(3);
    expect(inner).toMatchObject({ class_name: 'InputLayer' });
  });

  it('is refused where code is part of the model', () => {
    const model = new Sequential([new Lambda((x) => x.mul(2), { inputShape: [2] })]);
    expect(() => model.getConfig()).toThrow(/Lambda layer 'lambda' cannot be saved/);
    expect(() => cloneModel(model)).toThrow(ValueError);
  });
});

describe('what is no model', () => {
  it('is refused', () => {
    expect(() => modelFromJSON('{')).toThrow(FormatError);
    expect(() => modelFromJSON('{')).toThrow(/modelFromJSON: no JSON text/);
    expect(() => modelFromJSON('[]')).toThrow(/modelFromJSON: must be a JSON object/);
    expect(() => modelFromJSON({})).toThrow(/expected an object with class_name and config/);
    expect(() => modelFromJSON({ class_name: 'Functional', config: {} })).toThrow(
      /the model's config has no list of layers/,
    );
    expect(() => Sequential.fromConfig({ name: 'x' })).toThrow(/a config needs `layers`/);
    const layers = [{ class_name: 'Dens', config: {} }];
    expect(() => Sequential.fromConfig({ layers })).toThrow(/Unknown layer 'Dens'.*'Dense'/);
  });
});
