// Reading a graph model of TensorFlow.js into a model.
import { checkOptions, isListOf } from '../../config/index.js';
import type { FileArray } from '../../files/formats/elements.js';
import { parseGraphModel, strippedGraphModel } from '../../files/formats/tensorflow/graph-model.js';
import { requireOperators } from '../operator-graphs/missing.js';
import { GRAPH_OPTIONS, modelOfGraph, outputsOf } from '../operator-graphs/model.js';
import type { GraphModel, GraphOptions } from '../operator-graphs/model.js';
import { frozenWeights, neededGraph, weightsOf } from '../operator-graphs/weights.js';
import { ADVICE, TensorFlowGraphLayer } from './layer.js';
import { TENSORFLOW } from './operators/index.js';

/** The first output of a node goes by the name of the node. */
const withoutZero = (name: string): string => name.replace(/:0$/, '');

/**
 * The model of a graph.
 *
 * @param owner the function that was called
 * @param label the file in messages
 * @param json the parsed `model.json`
 * @param arrays the arrays of its shards
 * @throws FormatError for a file that is damaged or has unsupported operators, all of which the message lists
 */
export function readGraphModel(
  owner: string,
  label: string,
  json: Readonly<Record<string, unknown>>,
  arrays: ReadonlyMap<string, FileArray>,
  options: GraphOptions = {},
): GraphModel {
  checkOptions(owner, options, GRAPH_OPTIONS);
  const { outputs: wanted = [] } = options;
  const asked = isListOf(wanted, (name) => typeof name === 'string') ? wanted : [];
  const context = { arrays, kept: new Set<string>(), label };
  const { graph: whole, inputs, outputs: ends } = parseGraphModel(json, context, asked);
  const outputs = outputsOf(owner, label, whole, ends, options, withoutZero);
  const names = outputs.map(({ tensor }) => tensor);
  requireOperators(label, whole, TENSORFLOW, names, ADVICE);
  const graph = neededGraph(whole, names);
  const weights = frozenWeights(owner, weightsOf(graph, TENSORFLOW), options.freeze);
  const kept = new Set(weights.map(({ name }) => name));
  const model = strippedGraphModel(json, label, {
    outputs,
    inputs,
    ports: graph.outputs,
    kept,
    arrays,
  });
  return modelOfGraph({
    owner,
    label,
    graph,
    inputs,
    outputs,
    name: 'graph_model',
    options,
    makeLayer: (name) =>
      new TensorFlowGraphLayer({ model, outputs: names, weightSpecs: weights, name }),
  });
}
