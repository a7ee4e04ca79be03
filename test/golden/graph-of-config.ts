// Builds the model of a functional config as Keras writes it.
import { layers, models } from 'lanegrad';
import { mapNest } from '../../src/config/nest.js';
import type { SerializedObject } from '../../src/config/index.js';
import type { AnyLayer } from '../../src/layers/index.js';
import type { AnyModel } from '../../src/models/index.js';

/** A config as `get_config` of a functional model gives it. */
export interface GraphConfig {
  readonly name: string;
  readonly layers: readonly LayerEntry[];
  readonly input_layers: unknown;
  readonly output_layers: unknown;
}

interface LayerEntry extends SerializedObject {
  readonly name: string;
  readonly inbound_nodes: readonly {
    readonly args: readonly unknown[];
    readonly kwargs: Readonly<Record<string, unknown>>;
  }[];
}

type History = readonly [layer: string, node: number, tensor: number];

const isKerasTensor = (
  value: unknown,
): value is { readonly config: { readonly keras_history: History } } =>
  (value as { class_name?: unknown } | null)?.class_name === '__keras_tensor__';

/** All entries of layers, those of models inside too. */
export function entriesOf(config: GraphConfig): LayerEntry[] {
  return config.layers.flatMap((entry) => {
    const inside = entry.config as unknown as GraphConfig;
    return Array.isArray(inside.layers) ? [entry, ...entriesOf(inside)] : [entry];
  });
}

function layerOf(entry: LayerEntry): AnyLayer {
  if (entry.class_name === 'Functional')
    return graphOfConfig(entry.config as unknown as GraphConfig);
  if (entry.class_name === 'Sequential') return models.Sequential.fromConfig(entry.config);
  return layers.deserialize(entry);
}

export function graphOfConfig(config: GraphConfig): AnyModel {
  const made = new Map(config.layers.map((entry) => [entry.name, layerOf(entry)]));
  const get = (name: string): AnyLayer => made.get(name) as AnyLayer;
  // Of each call of a layer the outputs, in order.
  const calls = new Map<string, unknown[][]>();
  const tensorOf = ([name, node, index]: History): unknown => calls.get(name)?.[node]?.[index];
  const isReady = (value: unknown): boolean => {
    let ready = true;
    mapNest(value, isKerasTensor, ({ config: { keras_history: history } }) => {
      if (tensorOf(history) === undefined) ready = false;
    });
    return ready;
  };
  for (const entry of config.layers) {
    if (entry.inbound_nodes.length > 0) continue;
    calls.set(entry.name, [[get(entry.name).output]]);
  }
  let waiting = config.layers.flatMap(({ name, inbound_nodes: nodes }) =>
    nodes.map((node, index) => ({ name, index, node })),
  );
  while (waiting.length > 0) {
    const still = waiting.filter(({ name, index, node }) => {
      const done = calls.get(name) ?? [];
      if (done.length !== index || !isReady([node.args, node.kwargs])) return true;
      const given = (value: unknown): unknown =>
        mapNest(value, isKerasTensor, (tensor) => tensorOf(tensor.config.keras_history));
      const named = Object.entries(node.kwargs).filter(([, value]) => value !== null);
      const options = Object.fromEntries(named.map(([key, value]) => [key, given(value)]));
      const result: unknown = get(name).apply(given(node.args[0]), options);
      calls.set(name, [...done, Array.isArray(result) ? result : [result]]);
      return false;
    });
    if (still.length === waiting.length) throw new Error('the graph has a circle.');
    waiting = still;
  }
  // A single tensor is a bare [name, node, tensor].
  const isHistory = (value: unknown): value is History =>
    Array.isArray(value) && typeof value[0] === 'string';
  const resolve = (value: unknown): never => mapNest(value, isHistory, tensorOf) as never;
  return new models.Model({
    name: config.name,
    inputs: resolve(config.input_layers),
    outputs: resolve(config.output_layers),
  });
}
