// Graphs of operators, as files of ONNX and of TensorFlow hold them, once their names are resolved.
import type { FileArray } from './elements.js';

/** An array of a file, with its element type there. */
export interface OperatorArray extends FileArray {
  /** The number of the element type in ONNX. */
  readonly type: number;
}

/** An attribute of a node. Whole numbers of 64 bits are numbers, as exact as these hold them; truth values are 0 and 1. */
export type Attribute =
  number | string | readonly number[] | readonly string[] | OperatorArray | OperatorGraph;

/** A call of an operator. An input without a name is left out. */
export interface OperatorNode {
  /** The operator, `'Conv'`. */
  readonly op: string;
  /** The domain; empty for ONNX's own, and for TensorFlow's. */
  readonly domain: string;
  /** The name in the file, which may be empty. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** The function of elements that the node applies to its result; no file says it, a reader that joins two nodes does. */
  readonly activation?: 'relu' | 'tanh';
}

/** Name and type of an input or an output. */
export interface OperatorPort {
  readonly name: string;
  /** The number of the element type in ONNX; 0 for anything but a tensor. */
  readonly type: number;
  /** Lengths of the axes: numbers, names of those that may vary, or null; undefined if the file does not say. */
  readonly shape: readonly (number | string | null)[] | undefined;
}

/** Nodes between inputs and outputs, in an order in which they can run. */
export interface OperatorGraph {
  readonly name: string;
  readonly nodes: readonly OperatorNode[];
  readonly inputs: readonly OperatorPort[];
  readonly outputs: readonly OperatorPort[];
  /** The arrays of the file by name. */
  readonly constants: ReadonlyMap<string, OperatorArray>;
  /** Names that the graph reads of the graphs around it, in the order in which they are first read. */
  readonly outside: readonly string[];
}

/** The most nodes of a file that are read. */
export const MAX_NODES = 2 ** 17;

/** The graphs among the attributes of a node. */
export const graphsOf = ({ attributes }: OperatorNode): OperatorGraph[] =>
  [...attributes.values()].filter((value) => typeof value === 'object' && 'nodes' in value);

/** Names that a node reads: its inputs, and those of graphs in its attributes. */
export function readsOf(node: OperatorNode): string[] {
  const inner = graphsOf(node).flatMap(({ outside }) => outside);
  return [...new Set([...node.inputs.filter((name) => name !== ''), ...inner])];
}
