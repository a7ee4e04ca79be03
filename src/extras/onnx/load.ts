// Reading a file of ONNX into a model.
import { printable } from '../../config/describe-value.js';
import { checkOptions, checkText, isUrl } from '../../config/index.js';
import { FormatError } from '../../errors.js';
import { toBase64 } from '../../files/formats/base64.js';
import { isInnerReference } from '../../files/formats/inner-name.js';
import { parseOnnx, strippedOnnx } from '../../files/formats/onnx/graph.js';
import { GraphProto, ModelProto } from '../../files/formats/onnx/schema.js';
import type { GraphMessage, ModelMessage, TensorMessage } from '../../files/formats/onnx/schema.js';
import type { ExternalData } from '../../files/formats/onnx/tensors.js';
import { maxBytesOf, readAtMost, siblingOf, sourceName } from '../../files/locations/source.js';
import type { LimitedReadOptions, Source } from '../../files/locations/source.js';
import { GRAPH_OPTIONS, modelOfGraph, outputsOf, portsOf } from '../operator-graphs/model.js';
import type { GraphModel, GraphOptions } from '../operator-graphs/model.js';
import { frozenWeights, neededGraph, weightsOf } from '../operator-graphs/weights.js';
import { OnnxGraphLayer } from './layer.js';
import { dialectIn } from './opset.js';
import { separatedGraph } from './separate.js';

/** Options of `loadOnnx`. */
export interface LoadOnnxOptions extends LimitedReadOptions, GraphOptions {
  /**
   * The files with external data next to the model's file, by their names in it. Default: those in the same folder, if the source
   * is a path or a URL.
   */
  readonly externalData?: Readonly<Record<string, Source>>;
}

/** A loaded model, with the inputs and outputs of the file. */
export type OnnxModel = GraphModel;

const OWNER = 'loadOnnx';

/**
 * Reads a model from an ONNX file.
 *
 * @throws FormatError for a file that is damaged or has unsupported operators, all of which the message lists.
 */
export async function readOnnxModel(source: Source, options: LoadOnnxOptions): Promise<OnnxModel> {
  checkOptions(OWNER, options, [...GRAPH_OPTIONS, 'externalData', 'maxBytes', 'signal']);
  const maxBytes = maxBytesOf(OWNER, options);
  const { signal } = options;
  const bytes = await readAtMost(maxBytes, source, 'ONNX', { signal });
  const label = sourceName(source, 'ONNX');
  const message = ModelProto.decode(bytes, label);
  const external = await externalData(message, label, source, options, maxBytes - bytes.length);
  const { graph: whole, opsets } = parseOnnx(message, label, { external });
  const asked = outputsOf(OWNER, label, whole, portsOf(whole.outputs), options);
  const outputs = asked.map(({ tensor }) => tensor);
  const dialect = dialectIn(label, whole, opsets, outputs);
  const graph = neededGraph(separatedGraph(whole, dialect), outputs);
  const weights = frozenWeights(OWNER, weightsOf(graph, dialect), options.freeze);
  const needed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const kept = new Set(weights.map(({ name }) => name));
  const stripped = strippedOnnx(message, { kept, needed, outputs, external });
  const made = { model: toBase64(stripped), outputs, weightSpecs: weights };
  return modelOfGraph({
    owner: OWNER,
    label,
    graph,
    inputs: portsOf(graph.inputs),
    outputs: asked,
    name: graph.name || 'onnx',
    options,
    makeLayer: (name) => new OnnxGraphLayer({ ...made, name }),
  });
}

/** Reads what lies next to the file, and gives parts of it. */
async function externalData(
  { graph }: ModelMessage,
  label: string,
  source: Source,
  { externalData: given = {}, signal }: LoadOnnxOptions,
  most: number,
): Promise<ExternalData> {
  const files = new Map<string, Uint8Array>();
  let left = most;
  for (const location of graph === undefined ? [] : locationsOf(graph)) {
    checkText(OWNER, 'a name of external data', location);
    const file = Object.hasOwn(given, location) ? given[location] : besideSource(source, location);
    if (file === undefined) {
      throw new FormatError(
        `${label}: some of its data lie in the file '${printable(location)}'. Give it with the option externalData.`,
      );
    }
    const read = await readAtMost(left, file, printable(location), { signal });
    left -= read.length;
    files.set(location, read);
  }
  return (location, offset, length) => {
    const file = files.get(location);
    if (file === undefined) throw new FormatError(`there is no file '${printable(location)}'.`);
    const end = length === undefined ? file.length : offset + length;
    if (end > file.length) {
      throw new FormatError(
        `its data are said to end at byte ${end} of '${printable(location)}', which has ${file.length} bytes.`,
      );
    }
    return file.subarray(offset, end);
  };
}

/** A file in the folder of the source; undefined for a source that is in no folder. Names were checked to stay within. */
function besideSource(source: Source, location: string): string | undefined {
  if (typeof source !== 'string' && !isUrl(source)) return undefined;
  const text = String(source);
  const isAlone = /^(data|blob|indexeddb|localstorage):/i.test(text);
  return isAlone ? undefined : siblingOf(text, location);
}

/** Names of the files in which tensors of a graph lie, those of inner graphs included. */
function locationsOf(graph: GraphMessage, depth = 0): Set<string> {
  const found = new Set<string>();
  const look = (tensor: TensorMessage | undefined): void => {
    if (tensor === undefined || tensor.dataLocation === 0) return;
    const location = tensor.externalData.find(({ key }) => key === 'location')?.value;
    if (location !== undefined && isInnerReference(location)) found.add(location);
  };
  for (const tensor of graph.initializer) look(tensor);
  for (const { attribute } of graph.node) {
    for (const { t, g } of attribute) {
      look(t);
      if (g === undefined || depth > 16) continue;
      for (const name of locationsOf(GraphProto.decode(g, 'a graph in an attribute'), depth + 1))
        found.add(name);
    }
  }
  return found;
}
