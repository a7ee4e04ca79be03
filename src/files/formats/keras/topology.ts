import { describeValue } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import { isJsonObject } from '../json.js';
import { parseGraph } from './graph.js';
import type { GraphDescription, GraphLayer } from './graph.js';

/** A layer in a file: its class and its config, in Keras's spelling. */
export interface LayerDescription {
  /** Where Python finds the class; undefined in old files, null for classes that are not Keras's. */
  readonly module?: string | null | undefined;
  /** Name of the class. */
  readonly class_name: string;
  /** The name under which a class of a user's own was registered. */
  readonly registered_name?: string;
  /** The options of the layer. */
  readonly config: Readonly<Record<string, unknown>>;
  /** 1, and the calls in models in its config, since a wrapper may hold a model. Default: 1. */
  readonly calls?: number;
}

/** A model: its layers, and how they are called. */
export interface Topology {
  /** The class that the file says. */
  readonly className: string;
  /** Where Python finds the class; undefined in old files, null for classes that are not Keras's. */
  readonly module?: string | null;
  /** The name under which a class of a user's own was registered. */
  readonly registeredName?: string;
  readonly name: string | undefined;
  readonly trainable?: boolean;
  /** Layers, and models among them. */
  readonly layers: readonly (LayerDescription | Topology)[];
  /** Of a Sequential the batch shape of the input, if it is not in the first layer. */
  readonly inputShape: unknown;
  /** The calls of the layers; undefined for a Sequential, whose layers work one after the other. */
  readonly graph?: GraphDescription;
  /** Number of calls of layers, those in models inside counted at each call of the model. */
  readonly calls: number;
}

/** Keys of a layer's config under which layers stand, as an activation may be one. */
const INSIDE: ReadonlySet<string> = new Set([
  'activation',
  'backward_layer',
  'cell',
  'cells',
  'layer',
  'layers',
  'recurrent_activation',
]);

/** A description after `change` was applied to each layer and model in it, the innermost first. */
export function mapDescribed(described: Fields, change: (described: Fields) => Fields): Fields {
  const visit = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(visit)
      : isJsonObject(value) && typeof value['class_name'] === 'string'
        ? mapDescribed(value, change)
        : value;
  const { config } = described;
  const inside = isJsonObject(config)
    ? Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key, INSIDE.has(key) ? visit(value) : value]),
      )
    : visit(config);
  return change({ ...described, config: inside });
}

/**
 * Classes of Keras 3 whose `call` takes `training` and has no default for it, or ignores it: a value in a file was given.
 * All others have a default: true those that change images, else false.
 */
const NO_DEFAULT: ReadonlySet<unknown> = new Set([
  'BatchNormalization',
  'Bidirectional',
  'Dense',
  'EinsumDense',
  'GroupedQueryAttention',
  'Lambda',
  'MultiHeadAttention',
  'TimeDistributed',
]);

const CHANGES_IMAGES =
  /^(AugMix|AutoContrast|CenterCrop|ContrastLimitedAdaptiveHistogramEqualization|CutMix|Equalization|MaxNumBoundingBoxes|MixUp|Pipeline|Rand(Augment|om[A-Z]\w+)|Resizing|Solarization)$/;

/** The default of `training` in `call` of a class of Keras 3.0 to 3.15; undefined if it has none. */
export function defaultTraining(className: unknown): boolean | undefined {
  return NO_DEFAULT.has(className) ? undefined : CHANGES_IMAGES.test(String(className));
}

/**
 * A description by Keras 3.0 to 3.15 as later versions write it. These record the default of `training` in each call of a layer,
 * and pass over it when the model is called with another. What differs from the default was given, and is kept.
 */
export function withoutDefaults(described: Fields): Fields {
  return mapDescribed(described, (layer) => {
    const { class_name: className, inbound_nodes: nodes } = layer;
    const usual = isModel(layer) ? undefined : defaultTraining(className);
    if (!Array.isArray(nodes) || usual === undefined) return layer;
    const plain = nodes.map((node: unknown) => {
      const { kwargs } = isJsonObject(node) ? node : {};
      if (!isJsonObject(kwargs) || kwargs['training'] !== usual) return node;
      const { training: _, ...others } = kwargs;
      return { ...(node as Fields), kwargs: others };
    });
    return { ...layer, inbound_nodes: plain };
  });
}

/** Calls that a model may have. What is larger would take minutes to build, and no model that is trained is as large. */
const MAX_CALLS = 2 ** 16;

/** Models in models, and in layers. */
const MAX_DEPTH = 16;

/**
 * The layers that Keras's JSON describes, and how they are called.
 *
 * @param model `{ class_name, config, … }`
 * @throws FormatError for what describes no Sequential and no Functional model, and for more than `MAX_CALLS` calls.
 */
export function parseTopology(model: unknown, label: string, depth = 0): Topology {
  const fields = isJsonObject(model) ? model : {};
  const { class_name: className, module, config, build_config: built } = fields;
  requireFewLevels(label, depth);
  if (typeof className !== 'string' || !isModel(fields)) {
    throw new FormatError(
      `${label}: the model is of class ${describeValue(className)}; readable are Sequential and Functional models. Of ` +
        `a class that computes in call(), save the weights with saveWeights.`,
    );
  }
  const known = typeof module === 'string' || module === null ? { module } : {};
  const { registered_name: registeredName } = fields;
  // Early files hold the list alone.
  const inner = isJsonObject(config) ? config : { layers: config };
  const { name, trainable, layers } = inner;
  if (!Array.isArray(layers) || !layers.every(isJsonObject)) {
    throw new FormatError(`${label}: the model's config has no list of layers.`);
  }
  const owner =
    depth === 0 || typeof name !== 'string' ? label : `${label}: model ${describeValue(name)}`;
  const described = layers.map((layer) => parseLayer(layer, owner, depth));
  const topology = {
    ...known,
    ...(typeof registeredName === 'string' ? { registeredName } : {}),
    className,
    name: typeof name === 'string' ? name : undefined,
    ...(typeof trainable === 'boolean' ? { trainable } : {}),
    layers: described,
  };
  if (className === 'Sequential') {
    const { input_shape: builtFor } = isJsonObject(built) ? built : {};
    const calls = described.reduce((sum, layer) => sum + callsOf(layer), 0);
    requireFewCalls(calls, owner);
    return { ...topology, inputShape: inner['build_input_shape'] ?? builtFor, calls };
  }
  requireFewCalls(layers.length, owner);
  const graph = parseGraph(inner, layers.map(graphLayer(described, owner)), owner);
  const calls = graph.calls.reduce((sum, { layer }) => sum + callsOf(described[layer]), 0);
  requireFewCalls(calls, owner);
  return { ...topology, inputShape: undefined, graph, calls };
}

function requireFewLevels(label: string, depth: number): void {
  if (depth <= MAX_DEPTH) return;
  throw new FormatError(`${label}: models and layers are nested more than ${MAX_DEPTH} deep.`);
}

const callsOf = (layer: LayerDescription | Topology | undefined): number => layer?.calls ?? 1;

function requireFewCalls(calls: number, owner: string): void {
  if (calls <= MAX_CALLS) return;
  throw new FormatError(`${owner}: has ${calls} calls of layers; at most ${MAX_CALLS} are read.`);
}

type Fields = Readonly<Record<string, unknown>>;

/** Whether an object describes a model of layers: one of Keras's classes, or one that has the config of a Functional model. */
export function isModel({ class_name: className, config }: Fields): boolean {
  if (className === 'Sequential' || className === 'Functional' || className === 'Model')
    return true;
  return isJsonObject(config) && Array.isArray(config['layers']) && 'output_layers' in config;
}

function parseLayer(layer: Fields, label: string, depth: number): LayerDescription | Topology {
  const { module, class_name: className, registered_name: name, config } = layer;
  if (typeof className !== 'string') {
    throw new FormatError(`${label}: a layer needs class_name and config.`);
  }
  if (isModel(layer)) return parseTopology(layer, label, depth + 1);
  if (!isJsonObject(config)) throw new FormatError(`${label}: layer ${className} has no config.`);
  const known = typeof module === 'string' || module === null ? { module } : {};
  const registered = typeof name === 'string' ? { registered_name: name } : {};
  const inside = callsWithin(config, label, depth);
  const calls = inside === 0 ? {} : { calls: 1 + inside };
  return { ...known, ...registered, class_name: className, config, ...calls };
}

/** Number of calls in the models in the config of a layer. */
function callsWithin(config: Fields, label: string, depth: number): number {
  requireFewLevels(label, depth);
  const count = (value: unknown): number => {
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + count(item), 0);
    if (!isJsonObject(value)) return 0;
    if (isModel(value)) return parseTopology(value, label, depth + 1).calls;
    return isJsonObject(value['config']) ? callsWithin(value['config'], label, depth + 1) : 0;
  };
  return Object.entries(config).reduce(
    (sum, [key, value]) => (INSIDE.has(key) ? sum + count(value) : sum),
    0,
  );
}

/** A layer of a Functional model with its calls. */
const graphLayer =
  (described: readonly (LayerDescription | Topology)[], label: string) =>
  (layer: Fields, i: number): GraphLayer => {
    const { class_name: className, config, inbound_nodes: nodes } = layer;
    const name = layer['name'] ?? (isJsonObject(config) ? config['name'] : undefined);
    if (typeof name !== 'string') {
      throw new FormatError(`${label}: layer ${i} (${String(className)}) has no name.`);
    }
    const isInside = 'layers' in (described[i] ?? {});
    return { name, className: String(className), isModel: isInside, nodes };
  };
