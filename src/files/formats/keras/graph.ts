import { describeValue } from '../../../config/describe-value.js';
import { flattenNest, mapNest } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import { isJsonObject } from '../json.js';

// How Keras writes the calls of layers between the inputs and outputs of a model, each call a node of its layer:
//
//     Keras 3    inbound_nodes: [{ args: [{ class_name: '__keras_tensor__', config: { keras_history: ['dense', 0, 0] } }], kwargs }]
//     Keras 2    inbound_nodes: [[['dense', 0, 0, kwargs]]]
//
// A tensor is named by its layer, the index of a node of that layer, and the position among the node's outputs.

/** One output of one call of a layer, as a file names it. */
export class Reference {
  /** The index of the call in `GraphDescription.calls`. */
  call = -1;

  constructor(
    /** Name of the layer. */
    readonly layer: string,
    /** Index of the call among those of the layer. */
    readonly node: number,
    /** Position among the outputs of the call. */
    readonly tensor: number,
  ) {}
}

/** One call of a layer in a file. */
export interface CallDescription {
  /** Index of the layer in `Topology.layers`. */
  readonly layer: number;
  /** Index of the call among those of the layer. */
  readonly node: number;
  /** The arguments as JSON, with a `Reference` where a tensor stands; empty for an InputLayer. */
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** The calls of layers that a Functional model consists of. */
export interface GraphDescription {
  /** In an order in which each finds what it reads. */
  readonly calls: readonly CallDescription[];
  /** The inputs: a reference, or a list or an object of references. */
  readonly inputs: unknown;
  /** The outputs, likewise. */
  readonly outputs: unknown;
}

/** A layer as the graph sees it. */
export interface GraphLayer {
  readonly name: string;
  readonly className: string;
  /** Whether the layer is a model. */
  readonly isModel: boolean;
  /** `inbound_nodes` in the file. */
  readonly nodes: unknown;
}

export const isReference = (value: unknown): value is Reference => value instanceof Reference;

/** Tensors that one call reads at most. */
const MAX_READS = 2 ** 16;

type Fields = Readonly<Record<string, unknown>>;
type History = readonly [layer: string, node: number, tensor: number];

/**
 * The calls of the layers of a model.
 *
 * @param fields the config of the model, with `input_layers` and `output_layers`
 * @param label the name of the model in messages
 * @throws FormatError, naming layer, node and input, for layers of one name, for references to what is not there, and for
 * calls that wait for each other.
 */
export function parseGraph(
  fields: Fields,
  layers: readonly GraphLayer[],
  label: string,
): GraphDescription {
  const layerIndices = new Map<string, number>();
  layers.forEach(({ name }, i) => {
    if (layerIndices.has(name)) throw new FormatError(`${label}: two layers are called '${name}'.`);
    layerIndices.set(name, i);
  });
  const isOld = layers.some(({ nodes }) => Array.isArray(nodes) && nodes.some(Array.isArray));
  const calls = layers.flatMap((layer, i) => callsOf(layer, i, layerIndices, label));
  const graph: Graph = { label, layers, layerIndices, calls, firsts: firstCalls(calls) };
  const inputs = portsOf(fields, 'input_layers', isOld, label);
  const outputs = portsOf(fields, 'output_layers', isOld, label);
  countModelsFromZero(graph, outputs, isOld);
  calls.forEach((call) => {
    const reader = `node ${call.node} of layer '${layers[call.layer]?.name ?? ''}'`;
    readsOf(call).forEach((reference, input) => {
      resolve(graph, reference, `${reader}, input ${input},`);
    });
  });
  for (const reference of flattenNest(outputs, isReference)) {
    resolve(graph, reference, 'output_layers');
  }
  for (const reference of flattenNest(inputs, isReference)) {
    resolve(graph, reference, 'input_layers');
    const { className = '' } = layers[layerIndices.get(reference.layer) ?? -1] ?? {};
    if (className === 'InputLayer' && reference.tensor === 0) continue;
    throw new FormatError(
      `${label}: input_layers names layer '${reference.layer}', which is ${describeValue(className)}; the inputs of a ` +
        `model are of the class InputLayer.`,
    );
  }
  return { calls: inOrder(graph, [inputs, outputs]), inputs, outputs };
}

interface Graph {
  readonly label: string;
  readonly layers: readonly GraphLayer[];
  /** Indices of the layers by their names. */
  readonly layerIndices: ReadonlyMap<string, number>;
  readonly calls: readonly CallDescription[];
  /** The first call of each layer, and their number. */
  readonly firsts: ReadonlyMap<number, { readonly first: number; count: number }>;
}

function firstCalls(calls: readonly CallDescription[]): Graph['firsts'] {
  const firsts = new Map<number, { readonly first: number; count: number }>();
  calls.forEach(({ layer }, i) => {
    const known = firsts.get(layer);
    if (known === undefined) firsts.set(layer, { first: i, count: 1 });
    else known.count++;
  });
  return firsts;
}

function callsOf(
  { name, className, nodes }: GraphLayer,
  layer: number,
  layerIndices: ReadonlyMap<string, number>,
  label: string,
): CallDescription[] {
  const list: readonly unknown[] | undefined =
    nodes === undefined || nodes === null ? [] : Array.isArray(nodes) ? nodes : undefined;
  if (list === undefined) {
    throw new FormatError(
      `${label}: inbound_nodes of layer '${name}' must be a list, got ${describeValue(nodes)}.`,
    );
  }
  if (className === 'InputLayer') {
    if (list.length === 0) return [{ layer, node: 0, args: [], kwargs: {} }];
    throw new FormatError(
      `${label}: the InputLayer '${name}' is called ${list.length} times; an InputLayer is given the data.`,
    );
  }
  if (list.length === 0) {
    throw new FormatError(
      `${label}: layer '${name}' is called with nothing, as its inbound_nodes are empty.`,
    );
  }
  return list.map((node, i) => {
    const owner = `${label}: node ${i} of layer '${name}'`;
    const { args, kwargs } = Array.isArray(node)
      ? olderCall(node, layerIndices, owner)
      : newerCall(node, owner);
    const call = { layer, node: i, args, kwargs };
    const reads = readsOf(call).length;
    if (reads > 0 && reads <= MAX_READS) return call;
    throw new FormatError(
      `${owner} reads ${reads === 0 ? 'no tensor' : `${reads} tensors; at most ${MAX_READS} are possible`}.`,
    );
  });
}

type Arguments = Pick<CallDescription, 'args' | 'kwargs'>;

/** A node as Keras 3 writes it. */
function newerCall(node: unknown, owner: string): Arguments {
  const { args, kwargs = {} } = isJsonObject(node) ? node : {};
  if (!Array.isArray(args) || !isJsonObject(kwargs)) {
    throw new FormatError(`${owner} must have args and kwargs, got ${describeValue(node)}.`);
  }
  const parse = (value: unknown): unknown =>
    mapNest(value, isKerasTensor, ({ config }) => {
      const history = isJsonObject(config) ? config['keras_history'] : undefined;
      if (isHistory(history)) return new Reference(...history);
      throw new FormatError(
        `${owner}: a tensor has keras_history ${describeValue(history)}; expected [layer, node, output].`,
      );
    });
  return { args: parse(args) as unknown[], kwargs: parse(kwargs) as Fields };
}

const isKerasTensor = (value: unknown): value is { readonly config: unknown } =>
  isJsonObject(value) && value['class_name'] === '__keras_tensor__';

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value);

function isHistory(value: unknown): value is History {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    typeof value[0] === 'string' &&
    isIndex(value[1]) &&
    isIndex(value[2])
  );
}

/** A node as Keras 2 and TensorFlow.js write it: the tensors, the first with the named arguments of the call. */
function olderCall(
  node: readonly unknown[],
  layerIndices: ReadonlyMap<string, number>,
  owner: string,
): Arguments {
  const tensors = typeof node[0] === 'string' ? [node] : node;
  const references = tensors.map((tensor) => {
    const history: unknown = Array.isArray(tensor) ? tensor.slice(0, 3) : undefined;
    if (isHistory(history)) return new Reference(...history);
    throw new FormatError(
      `${owner}: an input is ${describeValue(tensor)}; expected [layer, node, output, arguments].`,
    );
  });
  const [first] = tensors as readonly (readonly unknown[] | undefined)[];
  const kwargs: unknown = first?.[3] ?? {};
  if (!isJsonObject(kwargs)) {
    throw new FormatError(`${owner}: its arguments are ${describeValue(kwargs)}, not an object.`);
  }
  const isNamed = (value: unknown): value is History =>
    isHistory(value) && layerIndices.has(value[0]);
  const named = mapNest(kwargs, isNamed, (history) => new Reference(...history)) as Fields;
  return { args: [references.length === 1 ? references[0] : references], kwargs: named };
}

/** `input_layers` or `output_layers`: `['dense', 0, 0]`, or a list or an object of these. */
function portsOf(fields: Fields, key: string, isOld: boolean, label: string): unknown {
  const ports = mapNest(
    fields[key],
    isHistory,
    (history) => new Reference(...history),
    (value, path) => {
      throw new FormatError(
        `${label}: ${key}${path()} is ${describeValue(value)}; expected [layer, node, output], or a list or an object of these.`,
      );
    },
  );
  const [only, ...others] = flattenNest(ports, isReference);
  if (only === undefined) throw new FormatError(`${label}: ${key} names no tensor.`);
  // Keras 2 writes a list of one, and means the one.
  return isOld && others.length === 0 && Array.isArray(ports) ? only : ports;
}

/**
 * Keras 2 counts the calls of a model in a model from one, as the model was called when it was made; Keras 3 does so for
 * outputs alone, and not for a Sequential.
 */
function countModelsFromZero(graph: Graph, outputs: unknown, isOld: boolean): void {
  const { label, layers, layerIndices, calls, firsts } = graph;
  if (!layers.some(({ isModel }) => isModel)) return;
  const ofOutputs = flattenNest(outputs, isReference);
  const references = isOld ? [...calls.flatMap(readsOf), ...ofOutputs] : ofOutputs;
  const countsFromOne = new Set<number>();
  for (const { layer, node } of references) {
    const index = layerIndices.get(layer) ?? -1;
    const { isModel = false, className } = layers[index] ?? {};
    if (!isModel) continue;
    // Each call is read by another call or by an output, so the last one tells.
    const isLast = node === firsts.get(index)?.count;
    if (isOld ? isLast : className !== 'Sequential') countsFromOne.add(index);
  }
  for (const reference of references) {
    if (!countsFromOne.has(layerIndices.get(reference.layer) ?? -1)) continue;
    if (reference.node === 0) {
      throw new FormatError(
        `${label}: node 0 of layer '${reference.layer}' is read, but calls of a model are counted from 1.`,
      );
    }
    (reference as { node: number }).node--;
  }
}

function readsOf({ args, kwargs }: Arguments): Reference[] {
  return flattenNest([args, kwargs], isReference);
}

/** Finds the call that a reference means. */
function resolve(
  { label, layerIndices, firsts }: Graph,
  reference: Reference,
  reader: string,
): void {
  const { layer, node, tensor } = reference;
  const index = layerIndices.get(layer);
  if (index === undefined) {
    throw new FormatError(
      `${label}: ${reader} names layer ${describeValue(layer)}, which is not in the model.`,
    );
  }
  const { first, count } = firsts.get(index) ?? { first: 0, count: 0 };
  if (node < 0 || node >= count || tensor < 0) {
    throw new FormatError(
      `${label}: ${reader} names output ${tensor} of node ${node} of layer '${layer}', which has ${count} ` +
        `node${count === 1 ? '' : 's'}.`,
    );
  }
  reference.call = first + node;
}

/** The calls in the order of the file, those that would come too early behind what they read. */
function inOrder({ label, layers, calls }: Graph, ports: unknown): CallDescription[] {
  const waits = new Array<number>(calls.length).fill(0);
  const readers = calls.map((): number[] => []);
  calls.forEach((call, i) => {
    const needed = new Set(readsOf(call).map((reference) => reference.call));
    // The calls of one layer keep their order, by which they are counted.
    if (call.node > 0) needed.add(i - 1);
    waits[i] = needed.size;
    for (const from of needed) readers[from]?.push(i);
  });
  const positions = new Array<number>(calls.length).fill(-1);
  const ordered: CallDescription[] = [];
  calls.forEach((_, start) => {
    if (waits[start] !== 0 || positions[start] !== -1) return;
    const ready = [start];
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      const call = calls[next];
      if (call === undefined) continue;
      positions[next] = ordered.push(call) - 1;
      for (const reader of readers[next] ?? []) {
        waits[reader] = (waits[reader] ?? 0) - 1;
        // Those behind this position come when it is their turn.
        if (waits[reader] === 0 && reader < start) ready.push(reader);
      }
    }
  });
  if (ordered.length < calls.length) {
    const stuck = calls.filter((_, i) => positions[i] === -1).slice(0, 4);
    throw new FormatError(
      `${label}: calls of layers wait for each other, so none can be first: ` +
        `${stuck.map(({ layer, node }) => `node ${node} of layer '${layers[layer]?.name ?? ''}'`).join(', ')}.`,
    );
  }
  for (const reference of [...calls.flatMap(readsOf), ...flattenNest(ports, isReference)]) {
    reference.call = positions[reference.call] ?? -1;
  }
  return ordered;
}
