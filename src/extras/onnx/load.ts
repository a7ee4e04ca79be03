// Reading a file of ONNX into a model.
import { describeValue, printable } from '../../config/describe-value.js';
import { checkOptions, checkText, isListOf, isRegExp, isUrl } from '../../config/index.js';
import { DTypeError, FormatError, ShapeError, ValueError } from '../../errors.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import { toBase64 } from '../../files/formats/base64.js';
import { isInnerReference } from '../../files/formats/inner-name.js';
import { parseOnnx, strippedOnnx } from '../../files/formats/onnx/graph.js';
import type { OnnxGraph, OnnxPort } from '../../files/formats/onnx/graph.js';
import { GraphProto, ModelProto } from '../../files/formats/onnx/schema.js';
import type { GraphMessage, ModelMessage, TensorMessage } from '../../files/formats/onnx/schema.js';
import { onnxType, typeName } from '../../files/formats/onnx/types.js';
import type { ExternalData } from '../../files/formats/onnx/tensors.js';
import { maxBytesOf, readAtMost, siblingOf, sourceName } from '../../files/locations/source.js';
import type { LimitedReadOptions, Source } from '../../files/locations/source.js';
import { Identity } from '../../nn/layers/identity.js';
import { Input } from '../../nn/layers/input.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { Model } from '../../nn/models/model.js';
import { OnnxGraphLayer } from './layer.js';
import { opsetOf } from './opset.js';
import { neededGraph, separatedGraph, weightsOf } from './weights.js';
import type { OnnxWeight } from './weights.js';

/** Options of `loadOnnx`. */
export interface LoadOnnxOptions extends LimitedReadOptions {
  /**
   * The names of the tensors that the model returns: outputs of the file, or any tensors inside. Everything that they do not
   * need is left out. Default: the file's outputs.
   */
  readonly outputs?: readonly string[];
  /**
   * The shapes of inputs by name, the batch axis first, `null` for lengths that may vary. They replace those of the file, which
   * may leave required lengths open. Default: as in the file.
   */
  readonly inputShapes?: Readonly<Record<string, PartialShape>>;
  /**
   * Weights that training does not change: names in the file, or regular expressions that match them; `true` for all. Default:
   * none.
   */
  readonly freeze?: true | readonly (string | RegExp)[];
  /**
   * The files with external data next to the model's file, by their names in it. Default: those in the same folder, if the source
   * is a path or a URL.
   */
  readonly externalData?: Readonly<Record<string, Source>>;
  /** Name of the model. Default: the graph's name in the file, if it is a valid name. */
  readonly name?: string;
}

/** A loaded model, with the inputs and outputs of the file. */
export type OnnxModel = Model<
  SymbolicTensor | readonly SymbolicTensor[],
  SymbolicTensor | readonly SymbolicTensor[]
>;

const OPTIONS = ['outputs', 'inputShapes', 'freeze', 'externalData', 'name', 'maxBytes', 'signal'];
const OWNER = 'loadOnnx';

/**
 * Reads a model from an ONNX file.
 *
 * @throws FormatError for a file that is damaged or has unsupported operators, all of which the message lists.
 */
export async function readOnnxModel(source: Source, options: LoadOnnxOptions): Promise<OnnxModel> {
  checkOptions(OWNER, options, OPTIONS);
  const maxBytes = maxBytesOf(OWNER, options);
  const { signal } = options;
  const bytes = await readAtMost(maxBytes, source, 'ONNX', { signal });
  const label = sourceName(source, 'ONNX');
  const message = ModelProto.decode(bytes, label);
  const external = await externalData(message, label, source, options, maxBytes - bytes.length);
  const { graph: whole, opsets } = parseOnnx(message, label, { external });
  const outputs = outputsOf(whole, label, options);
  const opset = opsetOf(label, whole, opsets, outputs);
  const graph = neededGraph(separatedGraph(whole, opset), outputs);
  const isFrozen = freezing(options.freeze);
  const weights = weightsOf(graph).map((weight) =>
    isFrozen(weight.name) ? { ...weight, trainable: false } : weight,
  );
  const needed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const kept = new Set(weights.map(({ name }) => name));
  const stripped = strippedOnnx(message, { kept, needed, outputs, external });
  const made = {
    name: nameOf(options.name ?? graph.name, 'onnx'),
    model: toBase64(stripped),
    outputs,
    weights,
  };
  try {
    return modelOf(made, graph, options);
  } catch (error) {
    // What a graph computes fails where its file is wrong, but for shapes that were given.
    const isOfFile =
      error instanceof ShapeError || error instanceof DTypeError || error instanceof ValueError;
    if (!isOfFile || options.inputShapes !== undefined) throw error;
    throw new FormatError(`${label}: ${error.message}`, { cause: error });
  }
}

/** What a layer is made of. */
interface Made {
  readonly name: string;
  readonly model: string;
  readonly outputs: readonly string[];
  readonly weights: readonly OnnxWeight[];
}

/** A layer of the graph with a model around it. If there is an error, nothing is left. */
function modelOf(made: Made, graph: OnnxGraph, options: LoadOnnxOptions): OnnxModel {
  const { name, model, outputs, weights } = made;
  const layer = new OnnxGraphLayer({ name: `${name}_graph`, model, outputs, weightSpecs: weights });
  try {
    return around(layer, graph, made, options);
  } catch (error) {
    layer.dispose();
    throw error;
  }
}

/** The model around the layer, with the names of the file. */
function around(
  layer: OnnxGraphLayer,
  graph: OnnxGraph,
  { name: ofModel, outputs }: Made,
  options: LoadOnnxOptions,
): OnnxModel {
  const names = new Set<string>();
  const unique = (name: string, missing: string): string => {
    const base = nameOf(name, missing);
    let one = base;
    for (let i = 1; names.has(one); i++) one = `${base}_${i}`;
    names.add(one);
    return one;
  };
  names.add(layer.name);
  const inputs = layer.ports.map((port) => {
    const name = unique(port.name, 'input');
    const { shape, dtype } = inputOf(port, options);
    return Input({ batchShape: shape, dtype, name });
  });
  const given = layer.apply(inputs);
  layer.fill(graph.constants);
  const named = outputs.map((name, i) => {
    const result = given[i];
    if (result === undefined)
      throw new FormatError(`${OWNER}: there is no output '${printable(name)}'.`);
    return new Identity({ name: unique(name, 'output') }).apply(result);
  });
  const [input, output] = [inputs, named].map((list) =>
    list.length === 1 ? (list[0] ?? list) : list,
  );
  return new Model({ inputs: input ?? [], outputs: output ?? [], name: ofModel });
}

/** A name that a layer can have. */
function nameOf(name: string, missing: string): string {
  return name.replaceAll(/[/\0]|\p{Surrogate}/gu, '_') || missing;
}

/** Shape and dtype of an input. @throws FormatError for anything but a tensor of numbers. */
function inputOf(
  { name, type, shape }: OnnxPort,
  { inputShapes = {} }: LoadOnnxOptions,
): { readonly shape: PartialShape; readonly dtype: 'float32' | 'int32' | 'uint8' | 'bool' } {
  const held = onnxType(type);
  if (held === undefined) {
    throw new FormatError(
      `${OWNER}: input '${printable(name)}' is of ${typeName(type)}, and tensors of numbers are read.`,
    );
  }
  const given = Object.hasOwn(inputShapes, name) ? inputShapes[name] : undefined;
  const own = given ?? shape?.map((length) => (typeof length === 'number' ? length : null));
  if (own === undefined) {
    throw new FormatError(
      `${OWNER}: the file does not say the shape of input '${printable(name)}'. Give it with the option inputShapes.`,
    );
  }
  return { shape: own, dtype: held.dtype };
}

function outputsOf(
  graph: OnnxGraph,
  label: string,
  { outputs }: LoadOnnxOptions,
): readonly string[] {
  if (outputs === undefined) return graph.outputs.map(({ name }) => name);
  if (!isListOf(outputs, (name) => typeof name === 'string') || outputs.length === 0) {
    throw new ValueError(
      `${OWNER}: outputs must be a list of names, got ${describeValue(outputs)}.`,
    );
  }
  const known = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  const missing = outputs.find((name) => !known.has(name));
  if (missing === undefined) return outputs;
  throw new ValueError(
    `${OWNER}: ${label} has no tensor '${printable(missing)}'. Its outputs are: ${graph.outputs
      .map(({ name }) => printable(name))
      .slice(0, 20)
      .join(', ')}.`,
  );
}

/** Whether a weight is frozen. */
function freezing(freeze: LoadOnnxOptions['freeze']): (name: string) => boolean {
  if (freeze === undefined) return () => false;
  if (freeze === true) return () => true;
  if (isListOf(freeze, (item) => typeof item === 'string' || isRegExp(item))) {
    return (name) =>
      freeze.some((item) => (typeof item === 'string' ? item === name : name.search(item) >= 0));
  }
  throw new ValueError(
    `${OWNER}: freeze must be true, or a list of names and regular expressions, got ${describeValue(freeze)}.`,
  );
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
