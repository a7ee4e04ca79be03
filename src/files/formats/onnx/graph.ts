// A file of ONNX as a graph whose names are resolved: nodes in an order in which they can run, and the arrays of the file.
import { describeValue, printable } from '../../../config/describe-value.js';
import { isUint8Array } from '../../../config/index.js';
import { FormatError } from '../../../errors.js';
import { GraphProto, MAX_ENTRIES, ModelProto } from './schema.js';
import type {
  AttributeMessage,
  GraphMessage,
  ModelMessage,
  NodeMessage,
  ValueInfoMessage,
} from './schema.js';
import { arrayOf, arrayOfSparse, nameOfSparse, withData } from './tensors.js';
import type { ExternalData } from './tensors.js';
import type {
  Attribute,
  OperatorArray,
  OperatorGraph,
  OperatorNode,
  OperatorPort,
} from '../operator-graph.js';

/** What a file says. */
export interface OnnxModel {
  /** Versions of the operators by domain; ONNX's own domain is empty. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OperatorGraph;
}

/** How deep graphs may stand in attributes of nodes of graphs. */
const MAX_DEPTH = 16;

/** What is counted over all graphs of a file. */
interface Reading {
  nodes: number;
  readonly external: ExternalData;
}

/** What comes with the bytes of a file. */
export interface BesideFile {
  /** Gives the data that lie in other files. Default: there are none. */
  readonly external?: ExternalData;
  /** Names of arrays of the graph that are kept elsewhere. Default: none. */
  readonly kept?: ReadonlySet<string>;
}

const refuseExternal: ExternalData = (location) => {
  throw new FormatError(
    `its data lie in '${printable(location)}', a separate file, which is missing.`,
  );
};

/**
 * Parses a file of ONNX.
 *
 * @param source the bytes, or the message that they contain
 * @param label the name of the file in messages
 * @throws FormatError for any bytes that are no such file, and for a graph that cannot run: cycles, names that nothing gives or
 * two things give, graphs in graphs deeper than 16.
 */
export function parseOnnx(
  source: Uint8Array | ModelMessage,
  label: string,
  { external = refuseExternal, kept = new Set() }: BesideFile = {},
): OnnxModel {
  const message = isUint8Array(source) ? ModelProto.decode(source, label) : source;
  if (message.graph === undefined)
    throw new FormatError(`${label}: there is no graph in it; is it a file of ONNX?`);
  const opsets = new Map(
    message.opsetImport.map(({ domain, version }) => [
      domain === 'ai.onnx' ? '' : domain,
      Number(version),
    ]),
  );
  try {
    const graph = graphOf(message.graph, new Set(), kept, { nodes: 0, external }, 0);
    return { opsets, graph };
  } catch (error) {
    throw error instanceof FormatError ? new FormatError(`${label}: ${error.message}`) : error;
  }
}

function graphOf(
  message: GraphMessage,
  outer: ReadonlySet<string>,
  kept: ReadonlySet<string>,
  reading: Reading,
  depth: number,
): OperatorGraph {
  if (depth > MAX_DEPTH) {
    throw new FormatError(
      `graphs are nested ${depth} deep, but at most ${MAX_DEPTH} levels are read.`,
    );
  }
  const constants = new Map<string, OperatorArray>();
  for (const tensor of message.initializer) {
    constants.set(tensor.name, arrayOf(tensor, tensor.name, reading.external));
  }
  for (const sparse of message.sparseInitializer) {
    constants.set(nameOfSparse(sparse), arrayOfSparse(sparse, reading.external));
  }
  if (constants.size < message.initializer.length + message.sparseInitializer.length) {
    throw new FormatError(`two arrays of the file have the same name.`);
  }
  reading.nodes += message.node.length;
  if (reading.nodes > MAX_ENTRIES) {
    throw new FormatError(`it has more than ${MAX_ENTRIES} nodes.`);
  }
  // Older files list their arrays among the inputs as well.
  const inputs = message.input
    .map(portOf)
    .filter(({ name }) => !constants.has(name) && !kept.has(name));
  const known = new Set([...constants.keys(), ...kept, ...inputs.map(({ name }) => name)]);
  const outside = new Set<string>();
  const nodes = orderedNodes(
    message.node,
    known,
    outer,
    outside,
    (attribute, at) => {
      if (attribute.g === undefined)
        throw new FormatError(`attribute '${printable(attribute.name)}' has no graph.`);
      const inner = graphOf(
        GraphProto.decode(attribute.g, 'a graph in an attribute'),
        new Set([...outer, ...at]),
        new Set(),
        reading,
        depth + 1,
      );
      for (const name of inner.outside) if (!at.has(name)) outside.add(name);
      return inner;
    },
    reading.external,
  );
  const outputs = message.output.map(portOf);
  for (const { name } of outputs) {
    if (known.has(name)) continue;
    if (!outer.has(name)) throw new FormatError(`nothing gives the output '${printable(name)}'.`);
    outside.add(name);
  }
  return { name: message.name, nodes, inputs, outputs, constants, outside: [...outside] };
}

/** The nodes as they stand, since files hold them in an order in which they can run; others are put into one. */
function orderedNodes(
  messages: readonly NodeMessage[],
  known: Set<string>,
  outer: ReadonlySet<string>,
  outside: Set<string>,
  inner: (attribute: AttributeMessage, known: ReadonlySet<string>) => OperatorGraph,
  external: ExternalData,
): OperatorNode[] {
  const given = new Set(known);
  for (const { output = [] } of messages) {
    for (const name of output) {
      if (name === '') continue;
      if (given.has(name)) throw new FormatError(`'${printable(name)}' is given twice.`);
      given.add(name);
    }
  }
  const nodes: OperatorNode[] = [];
  let waiting = messages;
  while (waiting.length > 0) {
    const later: NodeMessage[] = [];
    for (const message of waiting) {
      const missing = (message.input ?? []).find(
        (name) => name !== '' && !known.has(name) && (given.has(name) || !outer.has(name)),
      );
      if (missing !== undefined && !given.has(missing)) {
        throw new FormatError(
          `node '${printable(message.name)}' (${printable(message.opType)}) reads '${printable(missing)}', which nothing gives.`,
        );
      }
      if (missing !== undefined) {
        later.push(message);
        continue;
      }
      for (const name of message.input ?? []) {
        if (name !== '' && !known.has(name)) outside.add(name);
      }
      nodes.push(nodeOf(message, (attribute) => inner(attribute, known), external));
      for (const name of message.output ?? []) if (name !== '') known.add(name);
    }
    // Each pass has to get on by a fair share, or the file was made to take long.
    if (
      later.length === waiting.length ||
      (nodes.length < messages.length &&
        later.length * 64 > waiting.length * 63 &&
        later.length > 64)
    ) {
      const [first] = later;
      throw new FormatError(
        `its nodes are in no order in which they can run, and depend on each other in a circle or stand in reverse, such as ` +
          `'${printable(first?.name ?? '')}' (${printable(first?.opType ?? '')}).`,
      );
    }
    waiting = later;
  }
  return nodes;
}

function nodeOf(
  message: NodeMessage,
  inner: (attribute: AttributeMessage) => OperatorGraph,
  external: ExternalData,
): OperatorNode {
  const { opType, domain, name, input = [], output = [] } = message;
  const attributes = new Map<string, Attribute>();
  for (const attribute of message.attribute) {
    attributes.set(attribute.name, attributeOf(attribute, message, inner, external));
  }
  return {
    op: opType,
    domain: domain === 'ai.onnx' ? '' : domain,
    name,
    inputs: input,
    outputs: output,
    attributes,
  };
}

/** Numbers of the kinds of attributes in `AttributeProto.AttributeType`. */
const KIND = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  sparse: 11,
};

function attributeOf(
  attribute: AttributeMessage,
  node: NodeMessage,
  inner: (attribute: AttributeMessage) => OperatorGraph,
  external: ExternalData,
): Attribute {
  const label = `attribute '${printable(attribute.name)}' of a node '${printable(node.opType)}'`;
  if (attribute.refAttrName !== '') {
    throw new FormatError(
      `${label} refers to an attribute of a function, and no function is around it.`,
    );
  }
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  switch (attribute.type) {
    case KIND.float:
      return attribute.f;
    case KIND.int:
      return Number(attribute.i);
    case KIND.string:
      return text(attribute.s);
    case KIND.floats:
      return attribute.floats ?? [];
    case KIND.ints:
      return (attribute.ints ?? []).map(Number);
    case KIND.strings:
      return (attribute.strings ?? []).map(text);
    case KIND.graph:
      return inner(attribute);
    case KIND.tensor:
      if (attribute.t === undefined) break;
      return arrayOf(attribute.t, attribute.t.name || (node.output?.[0] ?? ''), external);
    case KIND.sparse:
      if (attribute.sparseTensor === undefined) break;
      return arrayOfSparse(attribute.sparseTensor, external);
  }
  throw new FormatError(
    `${label} is of a kind that is not read: ${describeValue(attribute.type)}.`,
  );
}

function portOf({ name, type }: ValueInfoMessage): OperatorPort {
  const tensor = type?.tensorType;
  const shape = tensor?.shape?.dim.map(({ dimValue, dimParam }) =>
    dimValue !== undefined
      ? Number(dimValue)
      : dimParam === undefined || dimParam === ''
        ? null
        : dimParam,
  );
  if (shape?.some((length) => typeof length === 'number' && !(length >= 0 && length < 2 ** 31))) {
    throw new FormatError(
      `'${printable(name)}' is said to have the shape ${describeValue(shape)}.`,
    );
  }
  return { name, type: tensor?.elemType ?? 0, shape };
}

/** A graph whose arrays have their data in the file, in graphs of its nodes too. */
function withAllData(graph: GraphMessage, external: ExternalData): GraphMessage {
  return {
    ...graph,
    initializer: graph.initializer.map((tensor) => withData(tensor, external)),
    sparseInitializer: graph.sparseInitializer.map((sparse) => ({
      ...sparse,
      values: sparse.values && withData(sparse.values, external),
      indices: sparse.indices && withData(sparse.indices, external),
    })),
    node: graph.node.map((node) => ({
      ...node,
      attribute: node.attribute.map((one) => ({
        ...one,
        t: one.t && withData(one.t, external),
        g: one.g && GraphProto.encode(withAllData(GraphProto.decode(one.g, node.name), external)),
      })),
    })),
  };
}

/** What of a file is left out. */
export interface Stripping {
  /** Names of arrays that are kept elsewhere, in the file or given by nodes of it. */
  readonly kept: ReadonlySet<string>;
  /** Names that needed nodes give. */
  readonly needed: ReadonlySet<string>;
  /** Names of what is asked for. */
  readonly outputs: readonly string[];
  /** Gives data that lie next to the file. Default: there are none. */
  readonly external?: ExternalData;
}

/**
 * The bytes of such a file with what its outputs need alone, and without the arrays that are kept elsewhere. Data that lie next to
 * the file become a part of it.
 */
export function strippedOnnx(
  message: ModelMessage,
  { kept, needed, outputs, external = refuseExternal }: Stripping,
): Uint8Array<ArrayBuffer> {
  const { graph } = message;
  if (graph === undefined) return ModelProto.encode(message);
  const isKept = ({ output = [] }: NodeMessage): boolean => output.some((name) => kept.has(name));
  const made = graph.node.filter((one) => !isKept(one));
  const node = made.filter(({ output = [] }) => output.some((name) => needed.has(name)));
  // Graphs in attributes read by names too: what any of them could read stays.
  const isNested = node.some(({ attribute }) => attribute.some(({ g }) => g !== undefined));
  const read = new Set([...node.flatMap(({ input = [] }) => input), ...outputs]);
  const stays = (name: string): boolean => !kept.has(name) && (isNested || read.has(name));
  const initializer = graph.initializer.filter(({ name }) => stays(name));
  const sparseInitializer = graph.sparseInitializer.filter((one) => stays(nameOfSparse(one)));
  // Older files list arrays among the inputs.
  const names = new Set([
    ...graph.initializer.map(({ name }) => name),
    ...graph.sparseInitializer.map(nameOfSparse),
  ]);
  const input = graph.input.filter(({ name }) => !names.has(name) || stays(name));
  const known = new Map([...graph.output, ...graph.input].map((port) => [port.name, port]));
  const output = outputs.map((name) => known.get(name) ?? { name, type: undefined });
  const needs = { ...graph, node, initializer, sparseInitializer, input, output };
  return ModelProto.encode({ ...message, graph: withAllData(needs, external) });
}
