// TensorFlow.js's graph model:
//
//     model.json    { format, modelTopology: { node, library }, weightsManifest, signature?, userDefinedMetadata? }
//     shards        as of a layers-model
import { describeValue, printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { FileArray } from '../elements.js';
import { isJsonObject, parseJsonObject } from '../json.js';
import type { OperatorGraph, OperatorPort } from '../operator-graph.js';
import { encodedArray, shapeOf } from './attributes.js';
import { graphOf, Library, operatorsOf } from './graph-def.js';
import type { GraphContext } from './graph-def.js';
import { rawNodes, tensorName } from './nodes.js';
import type { RawNode } from './nodes.js';
import { heldType, nameOfType, typeOf } from './types.js';

type Json = Readonly<Record<string, unknown>>;

/** A tensor of a graph under the name that a signature gives it. */
interface NamedTensor {
  readonly tensor: string;
  readonly name: string;
}

/** What a graph model says. */
export interface GraphModelFile {
  readonly graph: OperatorGraph;
  /** The inputs of the graph, in its order. */
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
}

/** The parts of a `model.json`, or of the text of a layer. */
function partsOf(file: Json, label: string): { readonly topology: Json; readonly signature: Json } {
  const { modelTopology, signature, userDefinedMetadata } = file;
  if (!isJsonObject(modelTopology)) {
    throw new FormatError(
      `${label}: modelTopology must be an object, got ${describeValue(modelTopology)}.`,
    );
  }
  const metadata = isJsonObject(userDefinedMetadata) ? userDefinedMetadata : {};
  const found = [signature, metadata['signature']].find(isJsonObject) ?? {};
  return { topology: modelTopology, signature: found };
}

/**
 * Reads a graph model, of which the JSON is parsed.
 *
 * @param asked names of tensors that may be asked for besides the outputs
 * @throws FormatError for anything that is not as the format demands, and for a graph that cannot run
 */
export function parseGraphModel(
  file: Json,
  context: GraphContext,
  asked: readonly string[] = [],
): GraphModelFile {
  const { label } = context;
  const { topology, signature } = partsOf(file, label);
  const raw = rawNodes(topology['node'], label);
  const operators = operatorsOf(raw);
  const named = (part: string): (NamedTensor & { readonly info: Json })[] => {
    const entries = Object.entries(isJsonObject(signature[part]) ? signature[part] : {});
    return entries.map(([key, value]) => {
      const info = isJsonObject(value) ? value : {};
      if (typeof info['name'] !== 'string') {
        throw new FormatError(`${label}: '${printable(key)}' of the signature names no tensor.`);
      }
      const name = key.replace(/:0$/, '');
      return { name, tensor: tensorName(info['name'], operators), info };
    });
  };
  const given = named('inputs');
  const inputs = portsOf(raw, given, label);
  const wanted = named('outputs').map(({ name, tensor, info }) => ({
    name,
    tensor,
    port: portOf(tensor, [info['tensorShape']], info['dtype'], label),
  }));
  const outputs = wanted.length > 0 ? wanted : ends(raw, label);
  if (outputs.length === 0) throw new FormatError(`${label}: has no outputs.`);
  const library = new Library(topology['library'], context);
  const names = asked.map((name) => tensorName(name, operators));
  const graph = graphOf('', raw, {
    inputs,
    outputs: outputs.map(({ port }) => port),
    asked: names,
    context,
    library,
  });
  const titles = new Map(given.map(({ name, tensor }) => [tensor, name]));
  return {
    graph,
    inputs: inputs.map(({ name }) => ({ tensor: name, name: titles.get(name) ?? name })),
    outputs: outputs.map(({ name, tensor }) => ({ name, tensor })),
  };
}

/** The inputs in the order of the signature, then those that it does not name. */
function portsOf(
  raw: readonly RawNode[],
  given: readonly (NamedTensor & { readonly info: Json })[],
  label: string,
): OperatorPort[] {
  const nodes = new Map(
    raw.filter(({ op }) => op === 'Placeholder').map((node) => [node.name, node]),
  );
  const infos = new Map(given.map(({ tensor, info }) => [tensor, info]));
  const names = new Set([...infos.keys()].filter((name) => nodes.has(name)));
  for (const name of nodes.keys()) names.add(name);
  return [...names].map((name) => {
    const { attr } = nodes.get(name)?.json ?? {};
    const { dtype, shape } = isJsonObject(attr) ? attr : {};
    const info = infos.get(name) ?? {};
    const own = isJsonObject(dtype) ? dtype['type'] : undefined;
    const { shape: declared } = isJsonObject(shape) ? shape : {};
    return portOf(name, [info['tensorShape'], declared], own ?? info['dtype'], label);
  });
}

/** A port of that type, with the first of the shapes that is known. */
function portOf(
  name: string,
  shapes: readonly unknown[],
  type: unknown,
  label: string,
): OperatorPort {
  const lengths = shapes
    .filter((one) => one !== undefined)
    .map((one) => shapeOf(one, `${label}: the shape of '${printable(name)}'`))
    .find((one) => one !== undefined);
  return {
    name,
    type: heldType(nameOfType(type)),
    shape: lengths?.map((length) => (length < 0 ? null : length)),
  };
}

/** Operators whose result no program asks for. */
const WITHOUT_RESULT = ['Const', 'NoOp', 'Placeholder', 'Assert', 'Print'];

/** What no node reads: the outputs where the file names none. */
function ends(
  raw: readonly RawNode[],
  label: string,
): (NamedTensor & { readonly port: OperatorPort })[] {
  const read = new Set(raw.flatMap(({ inputs }) => inputs.map((one) => one.replace(/:\d+$/, ''))));
  return raw
    .filter(({ name, op }) => !read.has(name) && !WITHOUT_RESULT.includes(op))
    .map(({ name }) => ({ tensor: name, name, port: portOf(name, [], undefined, label) }));
}

/** What of a file is left out, and what is put in. */
export interface Stripping {
  /** The tensors that are asked for. */
  readonly outputs: readonly NamedTensor[];
  readonly inputs: readonly NamedTensor[];
  /** What the file says of outputs. */
  readonly ports: readonly OperatorPort[];
  /** Names of constants that are kept elsewhere. */
  readonly kept: ReadonlySet<string>;
  readonly arrays: ReadonlyMap<string, FileArray>;
}

/** The text of such a file with what its outputs need alone, which holds the small arrays and is read by `readStripped`. */
export function strippedGraphModel(file: Json, label: string, stripping: Stripping): string {
  const { topology } = partsOf(file, label);
  const raw = rawNodes(topology['node'], label);
  const nodes = new Map(raw.map((node) => [node.name, node]));
  const { outputs, inputs, ports, kept, arrays } = stripping;
  const waiting = [...outputs, ...inputs].map(({ tensor }) => tensor);
  const needed = new Set<string>();
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    const name = nodes.has(one) ? one : one.replace(/:\d+$/, '');
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.push(...(nodes.get(name)?.inputs ?? []));
  }
  const nodeOf = (json: Json, isKept = false): Json => {
    const { name, op, input, attr } = json;
    if (op !== 'Const' || typeof name !== 'string') return { name, op, input, attr };
    if (isKept) return { name, op };
    const array = arrays.get(name);
    return { name, op, attr: array === undefined ? attr : { value: encodedArray(array) } };
  };
  const { function: functions } = isJsonObject(topology['library']) ? topology['library'] : {};
  const library = Array.isArray(functions)
    ? functions.filter(isJsonObject).map((one) => {
        const { nodeDef = [] } = one;
        return { ...one, nodeDef: (nodeDef as Json[]).map((node) => nodeOf(node)) };
      })
    : [];
  const declared = new Map(ports.map((port) => [port.name, port]));
  const signed = (list: readonly NamedTensor[]): Json =>
    Object.fromEntries(
      list.map(({ tensor, name }) => [name, { name: tensor, ...written(declared.get(tensor)) }]),
    );
  return JSON.stringify({
    modelTopology: {
      node: raw
        .filter(({ name }) => needed.has(name))
        .map(({ name, json }) => nodeOf(json, kept.has(name))),
      library: { function: library },
    },
    signature: { inputs: signed(inputs), outputs: signed(outputs) },
  });
}

/** What is written of a port in addition to its name. */
function written(port: OperatorPort | undefined): Json {
  if (port?.shape === undefined) return {};
  const dim = port.shape.map((length) => ({ size: typeof length === 'number' ? length : -1 }));
  return { dtype: typeOf(port.type), tensorShape: { dim } };
}

/** The graph of such a text. Parameters: see `parseGraphModel`. */
export function readStripped(
  text: string,
  label: string,
  kept: ReadonlySet<string>,
): GraphModelFile {
  return parseGraphModel(parseJsonObject(text, label), { arrays: new Map(), kept, label });
}
