// Reading a graph model of TensorFlow.js into a model.
import { checkOptions, isListOf } from '../../config/index.js';
import type { FileArray } from '../../files/formats/elements.js';
import { parseGraphModel, strippedGraphModel } from '../../files/formats/tensorflow/graph-model.js';
import { readManifest, unpacked } from '../../files/formats/tfjs/manifest.js';
import type { ModelFiles } from '../../files/locations/model-source.js';
import { requireOperators } from '../operator-graphs/missing.js';
import { GRAPH_OPTIONS, modelOfGraph, outputsOf } from '../operator-graphs/model.js';
import type { GraphModel, GraphOptions } from '../operator-graphs/model.js';
import { frozenWeights, neededGraph, weightsOf } from '../operator-graphs/weights.js';
import { ADVICE, TensorFlowGraphLayer } from './layer.js';
import { TENSORFLOW } from './operators/index.js';

/** The first output of a node goes by the name of the node. */
const withoutZero = (name: string): string => name.replace(/:0$/, '');

/**
 * Reads the graph model in files, of which the JSON is parsed.
 *
 * @param owner the function that was called
 * @param maxBytes the most bytes that quantized weights may unpack to, all together
 * @throws FormatError for a file that is damaged or has unsupported operators, all of which the message lists
 */
export async function readGraphModel(
  owner: string,
  files: ModelFiles,
  json: Readonly<Record<string, unknown>>,
  maxBytes: number,
  options: GraphOptions = {},
): Promise<GraphModel> {
  checkOptions(owner, options, GRAPH_OPTIONS);
  const { label } = files;
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const stored = await readManifest(json['weightsManifest'], read, label, maxBytes);
  const arrays = new Map<string, FileArray>();
  for (const [name, array] of stored) arrays.set(name, unpacked(array));
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
