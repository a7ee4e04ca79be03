import { mapNest, snakeCase } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { layerOf } from '../layers/core/graph.js';
import type { Graph } from '../layers/core/graph.js';
import type { AnyLayer } from '../layers/core/layer.js';
import { FunctionalOperationLayer, OperationLayer } from '../layers/operation-layer.js';
import { isSymbolic } from '../layers/core/symbolic-tensor.js';
import type { GraphNode, SymbolicTensor } from '../layers/core/symbolic-tensor.js';
import { encodeOperand } from '../../engine/ops/graphs/operand-config.js';
import { Tensor } from '../../engine/tensor/index.js';
import { describeLayer } from './describe-layer.js';
import { graphFunction } from './graph-registry.js';
import type { GraphFunctions } from './graph-registry.js';

/**
 * A graph in Keras's form: `{ layers, input_layers, output_layers }`, each layer with its calls. Calls of a layer that are
 * not in the graph do not count.
 *
 * @throws ValueError, naming the layer or operation, for what a file cannot hold.
 */
export function graphConfig(graph: Graph): Config {
  const calls = new Map<AnyLayer, GraphNode[]>();
  for (const layer of graph.layers) calls.set(layer, []);
  // In the order in which they were made, by which Keras counts them.
  const callIndex = (node: GraphNode): number => layerOf(node).inboundNodes.indexOf(node);
  for (const node of graph.nodes) calls.get(layerOf(node))?.push(node);
  for (const nodes of calls.values()) nodes.sort((a, b) => callIndex(a) - callIndex(b));
  const history = ({ node, index }: SymbolicTensor): readonly [string, number, number] => [
    node.layer.name,
    calls.get(layerOf(node))?.indexOf(node) ?? 0,
    index,
  ];
  const port = (tensor: SymbolicTensor): unknown => {
    const [name, node, output] = history(tensor);
    // The call that makes a Functional counts for Keras, here and nowhere else.
    return [name, isFunctional(layerOf(tensor.node)) ? node + 1 : node, output];
  };
  const layers = graph.layers.map((layer) => {
    const nodes = (calls.get(layer) ?? []).filter(({ given }) => given !== undefined);
    return {
      ...describe(layer, nodes[0]),
      name: layer.name,
      inbound_nodes: nodes.map((node) => {
        const written = mapNest(argumentsOf(node), isSymbolicOrTensor, (leaf) =>
          isSymbolic(leaf)
            ? kerasTensor(leaf, history(leaf))
            : encodeOperand(`layer '${layer.name}'`, 'input', leaf),
        );
        return written as { readonly args: readonly unknown[]; readonly kwargs: Config };
      }),
    };
  });
  return {
    layers,
    input_layers: mapNest(graph.input, isSymbolic, port),
    output_layers: mapNest(graph.output, isSymbolic, port),
  };
}

const isSymbolicOrTensor = (value: unknown): value is SymbolicTensor | Tensor =>
  isSymbolic(value) || value instanceof Tensor;

function isFunctional(layer: AnyLayer): boolean {
  return 'graph' in layer && !('add' in layer);
}

function kerasTensor({ shape, dtype }: SymbolicTensor, history: readonly unknown[]): Config {
  return { class_name: '__keras_tensor__', config: { shape, dtype, keras_history: history } };
}

function describe(layer: AnyLayer, node: GraphNode | undefined): Config {
  if (!(layer instanceof OperationLayer)) return describeLayer(layer);
  const { module, className, config } = operationOf(layer, node);
  return {
    module,
    class_name: className,
    config: { name: layer.name, ...config },
    registered_name: className,
  };
}

function operationOf(
  layer: OperationLayer,
  node: GraphNode | undefined,
): ReturnType<GraphFunctions['operationConfig']> {
  const owner = `operation '${layer.name}'`;
  if (layer instanceof FunctionalOperationLayer) {
    throw new ValueError(
      `${owner}: ${layer.operationName} calls functions, which have no config, so a model with it cannot be written into a ` +
        `file, cloned or sent to a worker. Call ${layer.operationName} in the call of a layer of your own, which registerLayer ` +
        `makes known, or save only the weights, with saveWeights.`,
    );
  }
  const args = (node?.given ?? []) as readonly unknown[];
  const operationConfig = graphFunction(owner, 'operationConfig');
  return operationConfig(layer.operation, args);
}

/** The arguments of a call as Keras takes them. */
function argumentsOf(node: GraphNode): { readonly args: unknown; readonly kwargs: unknown } {
  const { layer, given, named } = node;
  if (layer instanceof OperationLayer) {
    const { args, kwargs } = operationOf(layer, node);
    return { args, kwargs };
  }
  if (named['mask'] === null) {
    throw new ValueError(
      `Layer '${layer.name}': a call with mask: null cannot be written into a file of Keras's, where null stands for the mask attached to the input.`,
    );
  }
  const kwargs = Object.fromEntries(
    Object.entries(named).map(([key, value]) => [snakeCase(key), value]),
  );
  const { inputArguments } = layerOf(node);
  if (inputArguments === undefined) return { args: [given], kwargs };
  if (named['mask'] !== undefined) {
    const names = inputArguments.map((name) => `${name}Mask`).join(', ');
    throw new ValueError(
      `Layer '${layer.name}': a call with a mask cannot be written into a file of Keras's, where each input has an argument ` +
        `of its own: ${names}.`,
    );
  }
  return { args: given, kwargs };
}
