// Parts of a graph as Keras 3 writes it, and a check that a graph is refused.
import { expect } from 'vitest';
import { FormatError, memory, models } from '../../../src/index.js';

export type Json = Record<string, unknown>;

export const at = (layer: string, node = 0, output = 0): Json => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 3], dtype: 'float32', keras_history: [layer, node, output] },
});

export const input = (name: string): Json => ({
  module: 'keras.layers',
  class_name: 'InputLayer',
  config: { batch_shape: [null, 3], name },
  name,
  inbound_nodes: [],
});

export const layer = (name: string, ...nodes: readonly unknown[]): Json => ({
  module: 'keras.layers',
  class_name: 'ReLU',
  config: { name },
  name,
  inbound_nodes: nodes.map((x) => ({ args: [x], kwargs: {} })),
});

export const model = (all: readonly unknown[], further: Json = {}): Json => ({
  module: 'keras.src.models.functional',
  class_name: 'Functional',
  config: {
    name: 'net',
    layers: all,
    input_layers: ['x', 0, 0],
    output_layers: ['y', 0, 0],
    ...further,
  },
});

export const fine = [input('x'), layer('y', at('x'))];

export function refuses(json: Json, message: RegExp): void {
  const before = memory();
  expect(() => models.modelFromJSON(json)).toThrow(FormatError);
  expect(() => models.modelFromJSON(json)).toThrow(message);
  expect(memory()).toEqual(before);
}
