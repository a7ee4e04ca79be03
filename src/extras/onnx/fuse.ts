// Nodes that are computed together: what a convolution or a product gives, and the bias and the activation behind it.
import type { FileArray } from '../../files/formats/elements.js';
import { readsOf } from '../../files/formats/operator-graph.js';
import type { OperatorGraph, OperatorNode } from '../../files/formats/operator-graph.js';

const ACTIVATIONS: ReadonlyMap<string, OperatorNode['activation']> = new Map([
  ['Relu', 'relu'],
  ['Tanh', 'tanh'],
]);
const PRODUCTS = ['Conv', 'Gemm', 'MatMul'];

/**
 * A graph in which products and convolutions compute the Relu or Tanh behind them, and products of matrices the vector that is
 * added, where nothing else reads what lies between.
 *
 * @param kept names whose values are asked for
 * @param weights shapes and dtypes of arrays that are kept elsewhere
 */
export function fusedGraph(
  graph: OperatorGraph,
  kept: ReadonlySet<string>,
  weights: ReadonlyMap<string, Pick<FileArray, 'shape' | 'dtype'>>,
): OperatorGraph {
  const readers = new Map<string, number>();
  for (const node of graph.nodes)
    for (const name of readsOf(node)) readers.set(name, (readers.get(name) ?? 0) + 1);
  const isOnly = (name: string): boolean => readers.get(name) === 1 && !kept.has(name);
  const arrayOf: ArrayOf = (name) => weights.get(name) ?? graph.constants.get(name);
  const byOutput = new Map<string, number>();
  const nodes: (OperatorNode | undefined)[] = [];
  for (const node of graph.nodes) {
    const at = targetOf(node, arrayOf, nodes, byOutput, isOnly);
    const target = at === undefined ? undefined : nodes[at];
    if (at === undefined || target === undefined) {
      nodes.push(node);
    } else {
      // The node stands where its last input is there.
      nodes[at] = undefined;
      nodes.push(joined(target, node));
    }
    for (const name of node.outputs) byOutput.set(name, nodes.length - 1);
  }
  return { ...graph, nodes: nodes.filter((node) => node !== undefined) };
}

/** Shape and dtype of an array of the file. */
type ArrayOf = (name: string) => Pick<FileArray, 'shape' | 'dtype'> | undefined;

/** The place of the node that can compute this one as well. */
function targetOf(
  node: OperatorNode,
  arrayOf: ArrayOf,
  nodes: readonly (OperatorNode | undefined)[],
  byOutput: ReadonlyMap<string, number>,
  isOnly: (name: string) => boolean,
): number | undefined {
  const isActivation = ACTIVATIONS.has(node.op) && node.domain === '';
  if (!isActivation && node.op !== 'Add') return undefined;
  for (const input of node.inputs) {
    const at = byOutput.get(input);
    const target = at === undefined ? undefined : nodes[at];
    if (target?.domain !== '' || !PRODUCTS.includes(target.op) || !isOnly(input)) continue;
    if (target.activation !== undefined) continue;
    if (isActivation) return at;
    const other = node.inputs.find((name) => name !== input);
    const bias = other === undefined ? undefined : arrayOf(other);
    const columns = arrayOf(target.inputs[1] ?? '');
    const fits =
      bias?.shape.length === 1 && columns?.shape.length === 2 && bias.shape[0] === columns.shape[1];
    if (target.op === 'MatMul' && target.inputs.length === 2 && fits && bias.dtype === 'float32')
      return at;
  }
  return undefined;
}

function joined(target: OperatorNode, node: OperatorNode): OperatorNode {
  const activation = ACTIVATIONS.get(node.op);
  if (activation !== undefined) return { ...target, outputs: node.outputs, activation };
  const bias = node.inputs.find((name) => name !== target.outputs[0]) ?? '';
  return { ...target, inputs: [...target.inputs, bias], outputs: node.outputs };
}
