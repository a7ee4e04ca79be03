import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import { isJsonObject } from '../json.js';

/** A layer in a file: its class and its config, in Keras's spelling. */
export interface LayerDescription {
  /** Where Python finds the class; undefined in old files, null for classes that are not Keras's. */
  readonly module?: string | null | undefined;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The layers of a Sequential model. */
export interface Topology {
  /** The class that the file says, by which it keeps the weights: `Functional`. */
  readonly className?: string;
  readonly name: string | undefined;
  readonly trainable?: boolean;
  /** Layers, and models among them. */
  readonly layers: readonly (LayerDescription | Topology)[];
  /** Batch shape of the input, if it is not in the first layer. */
  readonly inputShape: unknown;
}

/**
 * The layers that Keras's JSON describes: a Sequential, or a Functional model that is one chain of layers, which is
 * the same.
 *
 * @param model `{ class_name, config, … }`
 * @throws FormatError for any other model.
 */
export function parseTopology(model: unknown, label: string): Topology {
  const { class_name: className, config, build_config: built } = isJsonObject(model) ? model : {};
  const { input_shape: builtFor } = isJsonObject(built) ? built : {};
  if (className === 'Sequential') {
    // Early files hold the list alone.
    const fields = Array.isArray(config) ? { layers: config } : config;
    return topologyOf(className, fields, label, (layers) => layers, builtFor);
  }
  if (className === 'Functional' || className === 'Model') {
    const ordered = (layers: readonly Fields[], fields: Fields): Fields[] =>
      chain(layers, fields, label);
    return topologyOf(className, config, label, ordered, undefined);
  }
  throw new FormatError(
    `${label}: the model is of class ${describeValue(className)}; readable are Sequential models, and Functional ` +
      `ones that are one chain of layers.`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

function topologyOf(
  className: string,
  config: unknown,
  label: string,
  order: (layers: readonly Fields[], fields: Fields) => readonly Fields[],
  builtFor: unknown,
): Topology {
  const fields = isJsonObject(config) ? config : {};
  const { name, trainable, layers, build_input_shape: inputShape = builtFor } = fields;
  if (!Array.isArray(layers) || !layers.every(isJsonObject)) {
    throw new FormatError(`${label}: the model's config has no list of layers.`);
  }
  return {
    className,
    name: typeof name === 'string' ? name : undefined,
    ...(typeof trainable === 'boolean' ? { trainable } : {}),
    layers: order(layers, fields).map((layer) => parseLayer(layer, label)),
    inputShape,
  };
}

function parseLayer(layer: Fields, label: string): LayerDescription | Topology {
  const { module, class_name: className, config } = layer;
  if (typeof className !== 'string') {
    throw new FormatError(`${label}: a layer needs class_name and config.`);
  }
  if (['Sequential', 'Functional', 'Model'].includes(className)) {
    return parseTopology(layer, label);
  }
  if (!isJsonObject(config)) throw new FormatError(`${label}: layer ${className} has no config.`);
  const known = typeof module === 'string' || module === null ? { module } : {};
  return { ...known, class_name: className, config };
}

/** The layers of a Functional model in the order in which data run through them. */
function chain(layers: readonly Fields[], fields: Fields, label: string): Fields[] {
  const refuse = (problem: string): FormatError =>
    new FormatError(
      `${label}: the Functional model ${problem}. Readable are Functional models that are one chain of layers, ` +
        `each applied once to the output of the one before.`,
    );
  const nameOf = ({ name, config }: Fields): unknown =>
    name ?? (isJsonObject(config) ? config['name'] : undefined);
  const next = new Map<unknown, Fields>();
  const firsts: Fields[] = [];
  for (const layer of layers) {
    const sources = sourcesOf(layer['inbound_nodes']);
    const [source] = sources ?? [];
    if (sources === undefined || sources.length > 1) {
      throw refuse(`applies layer ${describeValue(nameOf(layer))} to more than one tensor`);
    }
    if (source === undefined) firsts.push(layer);
    else if (next.has(source)) {
      throw refuse(`gives the output of layer ${describeValue(source)} to several layers`);
    } else next.set(source, layer);
  }
  const [first] = firsts;
  if (first === undefined || firsts.length > 1) throw refuse(`has ${firsts.length} inputs`);
  const ordered: Fields[] = [];
  for (let layer: Fields | undefined = first; layer !== undefined;) {
    ordered.push(layer);
    if (ordered.length > layers.length) throw refuse('goes round in a circle');
    layer = next.get(nameOf(layer));
  }
  const last = ordered.at(-1) ?? first;
  const outputs: unknown[] = [fields['output_layers']].flat(2);
  const isWhole = ordered.length === layers.length && outputs[0] === nameOf(last);
  if (!isWhole || outputs.length > 3) throw refuse('has several outputs, or one within the chain');
  return ordered;
}

/**
 * The layers whose output a layer is applied to; undefined if it is called several times, or with more than a tensor.
 * Keras 3 writes the tensors as objects, `[{ args: [{ config: { keras_history: ['dense', 0, 0] } }], kwargs }]`, Keras
 * 2 as lists, `[[['dense', 0, 0, {}]]]`.
 */
function sourcesOf(nodes: unknown): unknown[] | undefined {
  if (!Array.isArray(nodes) || nodes.length === 0) return [];
  const [node] = nodes as unknown[];
  if (nodes.length > 1) return undefined;
  if (Array.isArray(node)) {
    const isPlain = (node as unknown[]).every(
      (tensor) =>
        Array.isArray(tensor) && (!isJsonObject(tensor[3]) || Object.keys(tensor[3]).length === 0),
    );
    return isPlain ? (node as unknown[][]).map(([source]) => source) : undefined;
  }
  const { args, kwargs } = isJsonObject(node) ? node : {};
  const given = isJsonObject(kwargs) ? Object.values(kwargs) : [];
  if (!Array.isArray(args) || given.some((value) => value !== null)) return undefined;
  const sources = (args as unknown[]).map((tensor) => {
    const config = isJsonObject(tensor) ? tensor['config'] : undefined;
    const history = isJsonObject(config) ? config['keras_history'] : undefined;
    return Array.isArray(history) ? (history as unknown[])[0] : undefined;
  });
  return sources.includes(undefined) ? undefined : sources;
}
