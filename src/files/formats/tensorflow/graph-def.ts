// A GraphDef in JSON as a graph whose names are resolved.
import { printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { FileArray } from '../elements.js';
import { isJsonObject } from '../json.js';
import { TYPE } from '../onnx/types.js';
import { readsOf } from '../operator-graph.js';
import type {
  Attribute,
  OperatorArray,
  OperatorGraph,
  OperatorNode,
  OperatorPort,
} from '../operator-graph.js';
import { withoutFrames } from './frames.js';
import { namedNodes, ordered, rawNodes, tensorName } from './nodes.js';
import type { RawNode } from './nodes.js';
import { heldType, nameOfType } from './types.js';

/** How deep functions may call functions. */
const MAX_DEPTH = 16;

/** What belongs to a GraphDef. */
export interface GraphContext {
  /** The arrays of constants by the names of their nodes. */
  readonly arrays: ReadonlyMap<string, FileArray>;
  /** Names of constants that are kept elsewhere. */
  readonly kept: ReadonlySet<string>;
  /** The name of the file in messages. */
  readonly label: string;
}

/** The operators of nodes by their names. */
export const operatorsOf = (raw: readonly RawNode[]): ReadonlyMap<string, string> =>
  new Map(raw.map(({ name, op }) => [name, op]));

/** The functions of a GraphDef, each as a graph once a node calls it. */
export class Library {
  readonly #definitions = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #graphs = new Map<string, { readonly graph: OperatorGraph; readonly depth: number }>();
  readonly #open = new Set<string>();
  /** How deep the functions are that the graph calls which is being read. */
  #depth = 0;

  constructor(
    library: unknown,
    private readonly context: GraphContext,
  ) {
    const { function: list = [] } = isJsonObject(library) ? library : {};
    if (!Array.isArray(list)) throw this.#refuse('its functions must be a list');
    for (const definition of list) {
      const { signature } = isJsonObject(definition) ? definition : {};
      const { name } = isJsonObject(signature) ? signature : {};
      if (typeof name !== 'string') throw this.#refuse('a function has no name');
      this.#definitions.set(name, definition as Readonly<Record<string, unknown>>);
    }
  }

  /** The nodes in which functions stand for their names. */
  called(nodes: readonly OperatorNode[]): OperatorNode[] {
    return nodes.map((node) => {
      if (!FUNCTIONS.some((name) => typeof node.attributes.get(name) === 'string')) return node;
      const attributes = new Map(node.attributes);
      for (const name of FUNCTIONS) {
        const value: Attribute | undefined = attributes.get(name);
        if (typeof value === 'string' && this.#definitions.has(value)) {
          attributes.set(name, this.#graphOf(value));
        }
      }
      return { ...node, attributes };
    });
  }

  #graphOf(name: string): OperatorGraph {
    const known = this.#graphs.get(name);
    if (known !== undefined) {
      this.#depth = Math.max(this.#depth, known.depth);
      return known.graph;
    }
    if (this.#open.has(name)) throw this.#refuse(`function '${printable(name)}' calls itself`);
    if (this.#open.size >= MAX_DEPTH) throw this.#tooDeep();
    this.#open.add(name);
    const outer = this.#depth;
    this.#depth = 0;
    const graph = this.#read(name);
    const depth = this.#depth + 1;
    if (depth > MAX_DEPTH) throw this.#tooDeep();
    this.#graphs.set(name, { graph, depth });
    this.#open.delete(name);
    this.#depth = Math.max(outer, depth);
    return graph;
  }

  #read(name: string): OperatorGraph {
    const { signature, nodeDef = [], ret = {} } = this.#definitions.get(name) ?? {};
    const { inputArg, outputArg } = isJsonObject(signature) ? signature : {};
    const label = `${this.context.label}: function '${printable(name)}'`;
    // Its names are its own.
    const context = { ...this.context, kept: new Set<string>(), label };
    const raw = rawNodes(nodeDef, context.label);
    const operators = operatorsOf(raw);
    const inputs = this.#argumentsOf(inputArg).map(({ name: argument, type }): OperatorPort => {
      return { name: argument, type, shape: undefined };
    });
    const outputs = this.#argumentsOf(outputArg).map(({ name: argument }) => {
      const given = isJsonObject(ret) ? ret[argument] : undefined;
      if (typeof given === 'string') return portOf(tensorName(given, operators));
      throw this.#refuse(`function '${printable(name)}' does not return '${printable(argument)}'`);
    });
    return graphOf(name, raw, { inputs, outputs, context, library: this });
  }

  #argumentsOf(list: unknown): { readonly name: string; readonly type: number }[] {
    if (list === undefined) return [];
    if (!Array.isArray(list)) throw this.#refuse('arguments of a function must be a list');
    return list.map((one: unknown) => {
      const { name, type } = isJsonObject(one) ? one : {};
      if (typeof name !== 'string') throw this.#refuse('an argument of a function has no name');
      return { name, type: heldType(nameOfType(type)) };
    });
  }

  #tooDeep(): FormatError {
    return this.#refuse(`its functions call functions deeper than ${MAX_DEPTH}`);
  }

  #refuse(problem: string): FormatError {
    return new FormatError(`${this.context.label}: ${problem}.`);
  }
}

/** Attributes that name functions. */
const FUNCTIONS = ['cond', 'body', 'then_branch', 'else_branch', 'f'];

/** An output of which the file says no more. */
const portOf = (name: string): OperatorPort => ({ name, type: 0, shape: undefined });

/** What a graph lies between. */
interface Ends {
  readonly inputs: readonly OperatorPort[];
  readonly outputs: readonly OperatorPort[];
  /** Names that may be asked for besides. */
  readonly asked?: readonly string[];
  readonly context: GraphContext;
  readonly library: Library;
}

/** The graph of nodes. @throws FormatError for circles, and for names that nothing gives */
export function graphOf(
  name: string,
  raw: readonly RawNode[],
  { inputs, outputs, asked = [], context, library }: Ends,
): OperatorGraph {
  const { label, arrays, kept } = context;
  const named = namedNodes(raw, [...outputs.map((port) => port.name), ...asked], label);
  const constants = new Map<string, OperatorArray>();
  const given = new Set(inputs.map((port) => port.name));
  const nodes = named.filter((node) => {
    if (node.op !== 'Const') return !given.has(node.name) || node.op !== 'Placeholder';
    if (kept.has(node.name)) return false;
    const array = constantOf(node, arrays);
    if (array !== undefined) constants.set(node.name, array);
    return array === undefined;
  });
  const runnable = ordered(withoutFrames(library.called(nodes), label), label);
  const known = new Set([
    ...given,
    ...kept,
    ...constants.keys(),
    ...runnable.flatMap((node) => node.outputs),
  ]);
  const check = (one: string, reader: string): void => {
    if (known.has(one)) return;
    throw new FormatError(`${label}: ${reader} reads '${printable(one)}', which nothing gives.`);
  };
  for (const node of runnable) {
    const reader = `node '${printable(node.name)}' (${printable(node.op)})`;
    for (const one of readsOf(node)) check(one, reader);
  }
  for (const port of outputs) check(port.name, 'an output');
  return { name, nodes: runnable, inputs, outputs, constants, outside: [] };
}

/** The array of a constant, as TensorFlow.js holds it; undefined for texts, and where the file has none. */
function constantOf(
  { name, attributes }: OperatorNode,
  arrays: ReadonlyMap<string, FileArray>,
): OperatorArray | undefined {
  const array = arrays.get(name);
  if (array === undefined) {
    const value = attributes.get('value');
    return typeof value === 'object' && 'data' in value ? value : undefined;
  }
  const { shape, dtype, data } = array;
  if (dtype === 'uint8')
    return { shape, dtype: 'int32', type: TYPE.int32, data: Int32Array.from(data) };
  return { shape, dtype, data, type: TYPES[dtype] };
}

const TYPES = { float32: TYPE.float, int32: TYPE.int32, bool: TYPE.bool };
