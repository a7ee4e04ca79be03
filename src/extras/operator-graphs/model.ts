// The model around the layer of a graph: inputs and outputs under their names, inner tensors, shapes.
import { describeValue, printable } from '../../config/describe-value.js';
import { isListOf } from '../../config/index.js';
import { DTypeError, FormatError, ShapeError, ValueError } from '../../errors.js';
import type { PartialShape } from '../../engine/tensor/index.js';
import { onnxType, typeName } from '../../files/formats/onnx/types.js';
import type { OperatorGraph, OperatorPort } from '../../files/formats/operator-graph.js';
import { Identity } from '../../nn/layers/identity.js';
import { Input } from '../../nn/layers/input.js';
import type { SymbolicTensor } from '../../nn/layers/core/symbolic-tensor.js';
import { Model } from '../../nn/models/model.js';
import type { OperatorGraphLayer } from './layer.js';
import type { Freezing } from './weights.js';

/** Options of whatever loads a graph of operators. */
export interface GraphOptions {
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
  readonly freeze?: Freezing;
  /** Name of the model. Default: the graph's name in the file, if it is a valid name. */
  readonly name?: string;
}

/** Names of the options of `GraphOptions`. */
export const GRAPH_OPTIONS: readonly string[] = ['outputs', 'inputShapes', 'freeze', 'name'];

/** A loaded model, with the inputs and outputs of the file. */
export type GraphModel = Model<
  SymbolicTensor | readonly SymbolicTensor[],
  SymbolicTensor | readonly SymbolicTensor[]
>;

/** A tensor of a graph, and the name under which the model has it. */
export interface NamedTensor {
  readonly tensor: string;
  readonly name: string;
}

/** Ports that go by the names of their tensors. */
export const portsOf = (ports: readonly OperatorPort[]): NamedTensor[] =>
  ports.map(({ name }) => ({ tensor: name, name }));

/** What a model is made of. */
interface Made {
  /** The function that was called. */
  readonly owner: string;
  /** The file in messages. */
  readonly label: string;
  readonly graph: OperatorGraph;
  /** Names of the inputs of the graph, in its order. */
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
  /** Name of the model where the options have none. */
  readonly name: string;
  readonly options: GraphOptions;
  readonly makeLayer: (name: string) => OperatorGraphLayer;
}

/**
 * The model around the layer of a graph. If there is an error, nothing is left.
 *
 * @throws FormatError for a graph that cannot be computed
 */
export function modelOfGraph(made: Made): GraphModel {
  const { options, label } = made;
  const name = nameOf(options.name ?? made.name, 'graph');
  try {
    const layer = made.makeLayer(`${name}_graph`);
    try {
      return around(layer, name, made);
    } catch (error) {
      layer.dispose();
      throw error;
    }
  } catch (error) {
    // What a graph computes fails where its file is wrong, but for shapes that were given.
    const isOfFile =
      error instanceof ShapeError || error instanceof DTypeError || error instanceof ValueError;
    if (!isOfFile || options.inputShapes !== undefined) throw error;
    throw new FormatError(`${label}: ${error.message}`, { cause: error });
  }
}

/** The model around the layer, with the names of the file. */
function around(layer: OperatorGraphLayer, ofModel: string, made: Made): GraphModel {
  const { owner, graph, outputs, options } = made;
  const names = new Set<string>([layer.name]);
  const unique = (name: string, missing: string): string => {
    const base = nameOf(name, missing);
    let one = base;
    for (let i = 1; names.has(one); i++) one = `${base}_${i}`;
    names.add(one);
    return one;
  };
  const inputs = layer.ports.map((port, i) => {
    const given = made.inputs[i]?.name ?? port.name;
    const name = unique(given, 'input');
    const { shape, dtype } = inputOf(owner, port, given, options);
    return Input({ batchShape: shape, dtype, name });
  });
  const given = layer.apply(inputs);
  layer.fill(graph.constants);
  const named = outputs.map(({ name }, i) => {
    const result = given[i];
    if (result === undefined)
      throw new FormatError(`${owner}: there is no output '${printable(name)}'.`);
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
  owner: string,
  { name, type, shape }: OperatorPort,
  title: string,
  { inputShapes = {} }: GraphOptions,
): { readonly shape: PartialShape; readonly dtype: 'float32' | 'int32' | 'uint8' | 'bool' } {
  const held = onnxType(type);
  if (held === undefined) {
    throw new FormatError(
      `${owner}: input '${printable(title)}' is of ${typeName(type)}, and tensors of numbers are read.`,
    );
  }
  const key = [title, name].find((one) => Object.hasOwn(inputShapes, one));
  const given = key === undefined ? undefined : inputShapes[key];
  const own = given ?? shape?.map((length) => (typeof length === 'number' ? length : null));
  if (own === undefined) {
    throw new FormatError(
      `${owner}: the file does not say the shape of input '${printable(title)}'. Give it with the option inputShapes.`,
    );
  }
  return { shape: own, dtype: held.dtype };
}

/**
 * The outputs that are asked for.
 *
 * @param ports the outputs of the file
 * @param tensorOf the name of a tensor in the graph by one that a program may give it
 * @throws ValueError for a tensor that the graph does not have
 */
export function outputsOf(
  owner: string,
  label: string,
  graph: OperatorGraph,
  ports: readonly NamedTensor[],
  { outputs }: GraphOptions,
  tensorOf = (name: string): string => name,
): readonly NamedTensor[] {
  if (outputs === undefined) return ports;
  if (!isListOf(outputs, (name) => typeof name === 'string') || outputs.length === 0) {
    throw new ValueError(
      `${owner}: outputs must be a list of names, got ${describeValue(outputs)}.`,
    );
  }
  const known = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.nodes.flatMap((node) => node.outputs),
  ]);
  return outputs.map((name) => {
    const port = ports.find((one) => one.name === name);
    if (port !== undefined) return port;
    if (known.has(tensorOf(name))) return { tensor: tensorOf(name), name };
    throw new ValueError(
      `${owner}: ${label} has no tensor '${printable(name)}'. Its outputs are: ${ports
        .map((one) => printable(one.name))
        .slice(0, 20)
        .join(', ')}.`,
    );
  });
}
