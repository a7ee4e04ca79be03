// Configs that are refused leave nothing in memory, at whichever key they are refused: also where a layer inside was made
// before, with its weights.
import '../without-collector.js';
import { describe, expect, it } from 'vitest';
import { isPlainObject, isSerializedObject } from '../../../src/config/index.js';
import type { SerializedObject } from '../../../src/config/index.js';
import { LanegradError } from '../../../src/errors.js';
import { Bidirectional, deserialize, RNN, serialize } from '../../../src/layers.js';
import * as layers from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { memory } from '../../../src/engine/tensor/index.js';
import { makeLayers } from '../../specs/layers.js';

type Json = Record<string, unknown>;

/** Values that most options refuse. */
const REFUSED: readonly unknown[] = ['float64', -7, { class_name: 'Nothing', config: {} }, [{}]];

/** Shapes of input, one of which each layer inside another takes. */
const SHAPES = [
  [null, 5, 2],
  [null, 2],
];

/** A config in which the layers inside were built, as Keras writes it. */
function withBuiltParts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBuiltParts);
  if (!isPlainObject(value)) return value;
  const object: Json = Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, withBuiltParts(part)]),
  );
  if (!isSerializedObject(object) || object.module !== 'keras.layers') return object;
  const built = SHAPES.map((shape) => ({ ...object, build_config: { input_shape: shape } }));
  return built.find(canBeMade) ?? object;
}

function canBeMade(object: SerializedObject): boolean {
  try {
    deserialize(object).dispose();
    return true;
  } catch {
    return false;
  }
}

/** The config with another value at each of its keys, also of layers inside. */
function* spoiled(value: unknown): Generator {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      for (const part of spoiled(item)) yield value.with(i, part);
  }
  if (!isPlainObject(value)) return;
  for (const [key, part] of Object.entries(value)) {
    for (const other of REFUSED) yield { ...value, [key]: other };
    for (const other of spoiled(part)) yield { ...value, [key]: other };
  }
  yield { ...value, no_such_key: 1 };
}

/** What is in memory more after `make` has failed, or what it made is disposed. */
function leftBy(make: () => layers.AnyLayer): number {
  const before = memory().tensors;
  try {
    make().dispose();
  } catch (error) {
    if (!(error instanceof LanegradError)) throw error;
  }
  return memory().tensors - before;
}

const withParts = makeLayers().filter(
  ([layer]) => layer.subLayers().length > 0 || layer instanceof RNN,
);

describe('of a config that is refused nothing is left', () => {
  it.each(withParts.map(([layer]) => [layer.name, layer] as const))('%s', (_, layer) => {
    const config = withBuiltParts(layer.getConfig()) as Json;
    const { class_name: name } = serialize(layer);
    const Type = layer.constructor as unknown as { fromConfig(config: Json): layers.AnyLayer };
    let count = 0;
    for (const bad of spoiled(config)) {
      count++;
      expect(leftBy(() => deserialize({ class_name: name, config: bad as Json }))).toBe(0);
      expect(leftBy(() => Type.fromConfig(bad as Json))).toBe(0);
    }
    expect(count).toBeGreaterThan(10);
  });

  it('TimeDistributed of a built layer, with a dtype that is refused', () => {
    const dense = { ...serialize(new layers.Dense(2)), build_config: { input_shape: [null, 3] } };
    const config = { layer: dense, dtype: 'float64' };
    const before = memory();
    expect(() => deserialize({ class_name: 'TimeDistributed', config })).toThrow(/float64/);
    expect(memory()).toEqual(before);
  });

  it('Bidirectional whose layers do not go together', () => {
    const built = (layer: layers.AnyLayer): Json => ({
      ...serialize(layer),
      build_config: { input_shape: [null, 5, 2] },
    });
    const before = memory();
    const config = { layer: built(new layers.GRU(2)), backward_layer: built(new layers.GRU(2)) };
    expect(() => Bidirectional.fromConfig(config)).toThrow(/goes forwards/);
    expect(memory()).toEqual(before);
  });

  it('a Sequential whose second layer is refused', () => {
    const dense = { ...serialize(new layers.Dense(2)), build_config: { input_shape: [null, 3] } };
    const first = { class_name: 'TimeDistributed', config: { layer: dense } };
    const second = { class_name: 'Dense', config: { units: -1 } };
    const before = memory();
    expect(() => Sequential.fromConfig({ layers: [first, second] })).toThrow(/units/);
    expect(memory()).toEqual(before);
  });

  it('a layer of a custom class whose build_config is not a shape', () => {
    class Weighted extends layers.Layer {
      static override readonly className = 'WeightedAtOnce';
      constructor(options: layers.LayerOptions = {}) {
        super(options);
        this.addWeight('w', [2]);
      }
    }
    layers.registerLayer(Weighted);
    const object = {
      class_name: 'WeightedAtOnce',
      config: {},
      build_config: { input_shape: ['x'] },
    };
    const before = memory();
    expect(() => deserialize(object)).toThrow(/build_config/);
    expect(memory()).toEqual(before);
  });
});
