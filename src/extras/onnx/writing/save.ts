// Writing a model into a file of ONNX.
import { checkBoolean, checkOptions } from '../../../config/index.js';
import { describeValue, printable } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { DType } from '../../../config/dtype.js';
import type { PartialShape } from '../../../engine/tensor/index.js';
import {
  encodeOnnx,
  portMessage,
  rawBytes,
  tensorMessage,
  TYPE_OF_DTYPE,
} from '../../../files/formats/onnx/write.js';
import { MAX_ENTRIES } from '../../../files/formats/onnx/schema.js';
import type { TensorMessage } from '../../../files/formats/onnx/schema.js';
import { onnxType, TYPE } from '../../../files/formats/onnx/types.js';
import { resolveTarget } from '../../../files/locations/target.js';
import type { ResolvedTarget, Target } from '../../../files/locations/target.js';
import { writeFile } from '../../../files/locations/write.js';
import { writeWithData } from '../../../files/locations/data-target.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import type { Graph } from '../../../nn/layers/core/graph.js';
import { layerOf } from '../../../nn/layers/core/graph.js';
import type { SymbolicTensor } from '../../../nn/layers/core/symbolic-tensor.js';
import { OnnxGraphLayer } from '../layer.js';
import { unary } from './elementwise.js';
import { GraphWriter } from './graph-writer.js';
import { opsetIn } from './rows/onnx-graph.js';
import { LEAST_OPSET, Walk } from './walk.js';
import type { Missing } from './walk.js';
import type { Written } from './written.js';

/** Options of `saveOnnx`. */
export interface SaveOnnxOptions {
  /**
   * The version of ONNX's operators, from 17 to 24. Default 17, which runtimes since 2022 read; of a model that `loadOnnx` read,
   * the version of its file.
   */
  readonly opset?: number;
  /**
   * Whether large weights go into a second file next to the model, as they must beyond 2 GB. Default false. The second file is
   * called like the model, with a check sum and `.data` behind; an object that takes bytes is given it first.
   */
  readonly externalData?: boolean;
}

/** A model with a graph. */
export interface WritableModel {
  /** The name of the model, which the file has too. */
  readonly name: string;
  /** @internal */
  readonly graph: Graph | undefined;
  /** The layers of the model, in order. */
  readonly layers: readonly AnyLayer[];
}

const OWNER = 'saveOnnx';
const LARGEST_OPSET = 24;
/** What one message of protobuf may have at most, and of it what is left for nodes. */
const MAX_BYTES = 2 ** 31 - 2 ** 24;
/** Arrays of fewer bytes stay in the file of the model. */
const SMALL = 1024;

/** Data of arrays begin at multiples of so many bytes, so that a reader may look at them where they are. */
const ALIGNED = 64;

/** What `saveOnnx` does. */
export async function writeOnnxModel(
  model: WritableModel,
  target: Target,
  options: SaveOnnxOptions,
): Promise<void> {
  checkOptions(OWNER, options, ['opset', 'externalData']);
  const isExternal = checkBoolean(OWNER, 'externalData', options.externalData ?? false);
  const resolved = resolveTarget(OWNER, target);
  const graph = graphOf(model);
  const opset = opsetFor(model, options.opset);
  const writer = new GraphWriter(opset);
  const ports = written(model.name, graph, writer);
  const name = `${model.name}.onnx`;
  const encode = (arrays: readonly TensorMessage[]): Uint8Array<ArrayBuffer> =>
    encodeOnnx(
      {
        name: model.name,
        node: writer.nodes,
        initializer: [...arrays, ...writer.messages],
        sparseInitializer: writer.sparse,
        ...ports,
      },
      opset,
    );
  if (isExternal) await saveWithData(writer, resolved, name, encode);
  else {
    requireSize(writer);
    const arrays = Array.from(writer.arrays, ([key, array]) => tensorMessage(key, array));
    await writeFile(OWNER, resolved, encode(arrays), name);
  }
}

async function saveWithData(
  writer: GraphWriter,
  resolved: ResolvedTarget,
  name: string,
  encode: (arrays: readonly TensorMessage[]) => Uint8Array<ArrayBuffer>,
): Promise<void> {
  const parts = Array.from(writer.arrays, ([key, array]) => ({
    key,
    array,
    bytes: rawBytes(array),
  }));
  const large = parts.filter(({ bytes }) => bytes.length >= SMALL);
  if (large.length === 0) {
    const arrays = parts.map(({ key, array }) => tensorMessage(key, array));
    await writeFile(OWNER, resolved, encode(arrays), name);
    return;
  }
  const aligned = ({ length }: Uint8Array): number => Math.ceil(length / ALIGNED) * ALIGNED;
  const data = new Uint8Array(large.reduce((sum, { bytes }) => sum + aligned(bytes), 0));
  const offsets = new Map<string, number>();
  let end = 0;
  for (const { key, bytes } of large) {
    offsets.set(key, end);
    data.set(bytes, end);
    end += aligned(bytes);
  }
  await writeWithData(OWNER, resolved, data, name, (location) =>
    encode(
      parts.map(({ key, array }) => {
        const offset = offsets.get(key);
        return tensorMessage(key, array, offset === undefined ? undefined : { location, offset });
      }),
    ),
  );
}

function graphOf(model: WritableModel): Graph {
  const given = model as WritableModel | null | undefined;
  if (given?.graph !== undefined) return given.graph;
  const isModel = typeof model === 'object' && model !== null && 'layers' in model;
  throw new ValueError(
    isModel
      ? `${OWNER}: model '${printable(model.name)}' has no graph. Build a Sequential by its inputShape; of a class that computes in ` +
          `call(), make a graph: new models.Model({ inputs, outputs }).`
      : `${OWNER}: takes a model, got ${describeValue(model)}.`,
  );
}

/** All layers of a model, those in other layers included. */
function layersIn(model: { readonly layers?: readonly AnyLayer[] }): AnyLayer[] {
  const list = model.layers ?? [];
  return list.flatMap((layer) => [
    layer,
    ...layersIn(layer as { readonly layers?: readonly AnyLayer[] }),
  ]);
}

/** The version of the operators: that which is asked for, or of a graph of ONNX in the model. */
function opsetFor(model: WritableModel, asked: number | undefined): number {
  if (
    asked !== undefined &&
    !(Number.isInteger(asked) && asked >= LEAST_OPSET && asked <= LARGEST_OPSET)
  ) {
    throw new ValueError(
      `${OWNER}: opset must be a whole number from ${LEAST_OPSET} to ${LARGEST_OPSET}, got ${describeValue(asked)}.`,
    );
  }
  const inner = layersIn(model).find((layer) => layer instanceof OnnxGraphLayer);
  return asked ?? (inner instanceof OnnxGraphLayer ? opsetIn(inner) : LEAST_OPSET);
}

/** Writes nodes and arrays; gives inputs and outputs. @throws ValueError that names all that cannot be written. */
function written(
  name: string,
  graph: Graph,
  writer: GraphWriter,
): Pick<Parameters<typeof encodeOnnx>[0], 'input' | 'output'> {
  const inputNames = graph.inputNames.map((input) => writer.unique(input));
  const outputNames = graph.outputNames.map((output) => writer.unique(output));
  const inputs = graph.inputs.map((tensor, i) => {
    const type = inputType(graph, tensor);
    return writer.named(inputNames[i] ?? '', tensor.shape, type);
  });
  const walk = new Walk(writer);
  const outputs = walk.graph(graph, inputs, '');
  if (walk.missing.length > 0) throw missingError(name, walk.missing);
  const taken = new Set([...inputNames, ...outputNames]);
  const given = outputs.map((x, i) => asOutput(writer, x, outputNames[i] ?? '', taken));
  if (writer.nodes.length > MAX_ENTRIES) {
    throw new ValueError(
      `${OWNER}: model '${printable(name)}' takes ${writer.nodes.length} nodes, and a file has at most ${MAX_ENTRIES}. ` +
        `Give sequences fewer steps, as those of some layers are written one by one.`,
    );
  }
  const port = (x: Written, own: string, i: number) =>
    portMessage(own, x.type, lengthsOf(x.shape, own, graph.inputs[i]?.shape[0] ?? null));
  return {
    input: inputs.map((x, i) => port(x, inputNames[i] ?? '', i)),
    output: given.map((x, i) => port(x, outputNames[i] ?? '', i)),
  };
}

/** The type of an input: int64 and such where only a graph of ONNX reads it, which says so. */
function inputType(graph: Graph, tensor: SymbolicTensor): number {
  const usual = TYPE_OF_DTYPE[tensor.dtype as DType] ?? 1;
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
  const types = readers.map((node) => {
    const layer = layerOf(node);
    return layer instanceof OnnxGraphLayer
      ? layer.ports[node.inputs.indexOf(tensor)]?.type
      : undefined;
  });
  const [type] = types;
  const isCommon = type !== undefined && types.every((one) => one === type);
  return isCommon && onnxType(type)?.dtype === tensor.dtype ? type : usual;
}

/** The tensor under the name of an output: the node that gives it is called so, or another one passes it on. */
function asOutput(w: GraphWriter, x: Written, name: string, taken: ReadonlySet<string>): Written {
  const own = w.nameOf(x);
  if (!taken.has(own) && w.rename(own, name)) {
    const source = x.order === undefined ? x.source : x.source.turned.get(x.order.join());
    // Another output may be the same tensor.
    if (source !== undefined) source.name = name;
    return w.named(name, x.shape, x.type);
  }
  w.renameNext(name);
  return unary(w, 'Identity', w.named(own, x.shape, x.type));
}

/** Lengths, with names for those that may vary: all batches have one. */
function lengthsOf(shape: PartialShape, name: string, batch: number | null): (number | string)[] {
  return shape.map(
    (length, axis) => length ?? (axis === 0 && batch === null ? 'batch' : `${name}_${axis}`),
  );
}

function missingError(name: string, missing: readonly Missing[]): ValueError {
  const lines = missing.map(
    ({ layer, className, reason }) => `\n- '${printable(layer)}' (${className}): ${reason}`,
  );
  return new ValueError(
    `${OWNER}: model '${printable(name)}' cannot be written, as ONNX has nothing for ${missing.length === 1 ? 'one layer' : `${missing.length} layers`}:` +
      `${lines.join(';')}.`,
  );
}

/** @throws ValueError if the arrays are larger than what a file may hold. */
function requireSize({ arrays, messages }: GraphWriter): void {
  // Whole numbers of 64 bits are kept in 32.
  const ofArrays = [...arrays.values()].map(({ data, type }) => data.byteLength * (type === TYPE.int64 ? 2 : 1)); // prettier-ignore
  const ofMessages = messages.map(({ rawData }) => rawData?.length ?? 0);
  const bytes = [...ofArrays, ...ofMessages].reduce((sum, one) => sum + one, 0);
  if (bytes <= MAX_BYTES) return;
  throw new ValueError(
    `${OWNER}: the weights have ${bytes} bytes, and a file of ONNX holds at most 2 GB. Give externalData: true, which puts them into ` +
      `a file next to it.`,
  );
}
