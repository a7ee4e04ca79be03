// Arrays that a file quantizes or names again, as arrays of their own.
import type {
  OperatorArray,
  OperatorGraph,
  OperatorNode,
} from '../../files/formats/operator-graph.js';
import { Call } from '../operator-graphs/operator.js';
import type { Dialect } from '../operator-graphs/operator.js';
import { computeKnown, OperatorValue } from '../operator-graphs/value.js';

/** Operators of arrays alone whose result is an array of the file like any other. */
const OF_ARRAYS = ['DequantizeLinear', 'Identity'];

/**
 * A graph in which arrays that are quantized in the file are floats, and those that it names again are arrays of their own: PyTorch's
 * exporter stores arrays of equal numbers once, such as the first weights of two normalizations, which training tells apart.
 */
export function separatedGraph(graph: OperatorGraph, dialect: Dialect): OperatorGraph {
  const constants = new Map<string, OperatorArray>(graph.constants);
  const nodes = graph.nodes.filter((node) => {
    const array = OF_ARRAYS.includes(node.op) ? arrayOfNode(node, constants, dialect) : undefined;
    if (array !== undefined) constants.set(node.outputs[0] ?? '', array);
    return array === undefined;
  });
  return { ...graph, nodes, constants };
}

/** What a node gives whose inputs are arrays of the file; undefined for others. */
function arrayOfNode(
  node: OperatorNode,
  constants: ReadonlyMap<string, OperatorArray>,
  dialect: Dialect,
): OperatorArray | undefined {
  const row = dialect.rowOf(node);
  const arrays = node.inputs.map((name) => constants.get(name));
  const isFixed = node.inputs.every((name, i) => name === '' || arrays[i] !== undefined);
  if (!isFixed || row === undefined) return undefined;
  const values = arrays.map((array) => array && OperatorValue.known(array, array.type));
  const call = new Call(node, dialect.version, values, false, () => []);
  const [value] = computeKnown(() => {
    const result = row.run(call);
    return result instanceof OperatorValue ? [result] : [];
  });
  return value?.known && { ...value.known, type: value.type };
}
