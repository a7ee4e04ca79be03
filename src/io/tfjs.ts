// `lanegrad/io/tfjs`
import { describeValue } from '../config/describe-value.js';
import { checkOptions, isListOf, requireObject } from '../config/index.js';
import { fileArrays, fileTensors } from '../nn/data/file-tensors.js';
import { FormatError, ValueError } from '../errors.js';
import type { GraphModel, GraphOptions } from '../extras/operator-graphs/model.js';
import { graphModelCode } from '../extras/tensorflow/chunk.js';
import { isGraphModel, refuseGraphModel } from '../files/formats/foreign.js';
import { isJsonObject } from '../files/formats/json.js';
import { maxBytesOf } from '../files/locations/source.js';
import type { LimitedReadOptions } from '../files/locations/source.js';
import { resolveTarget } from '../files/locations/target.js';
import type { Target } from '../files/locations/target.js';
import type { Tensor, TensorLike } from '../engine/tensor/index.js';
import {
  encodeModelFile,
  encodeShard,
  parseLayersModel,
} from '../files/formats/tfjs/layers-model.js';
import type { DescribedLayer, DescribedModel } from '../files/formats/tfjs/layers-model.js';
import { readUnpacked, unpacked } from '../files/formats/tfjs/manifest.js';
import { openModelSource, readModelJson } from '../files/locations/model-source.js';
import type { ModelSource } from '../files/locations/model-source.js';
import { writeModelFiles } from '../files/locations/model-target.js';

export type { GraphModel, GraphOptions } from '../extras/operator-graphs/model.js';
export type { FileSource, ModelSource } from '../files/locations/model-source.js';
export type { DescribedLayer } from '../files/formats/tfjs/layers-model.js';
export type { LayerDescription } from '../files/formats/keras/topology.js';

/** Options of `loadGraphModel`. */
export interface LoadGraphModelOptions extends LimitedReadOptions, GraphOptions {}

/** The contents of a layers-model of TensorFlow.js as data, without creating layers. */
export interface LayersModelContents {
  /** Name of the model; undefined if it is not in the file. */
  readonly name: string | undefined;
  /** Classes and configs, in Keras's spelling; for a Functional model also names and `inbound_nodes`. */
  readonly layers: readonly DescribedLayer[];
  /** The inputs of a Functional model, `[['image', 0, 0]]`; undefined for a Sequential. */
  readonly inputLayers?: unknown;
  /** The outputs of a Functional model. */
  readonly outputLayers?: unknown;
  /** The arguments of `compile`, in TensorFlow.js's format; undefined if they are not in the file. */
  readonly trainingConfig: Readonly<Record<string, unknown>> | undefined;
  /** The weights by name, as in the manifest; quantized weights are unpacked. Dispose of the tensors when you no longer need them. */
  readonly weights: Record<string, Tensor>;
}

/**
 * Reads a layers-model of TensorFlow.js: `model.json` and its shards.
 *
 * @throws FormatError for files that are damaged or do not belong together; DatasetError for files that cannot be read.
 * @example const { layers, weights } = await readLayersModel('digits');
 */
export async function readLayersModel(
  source: ModelSource,
  options: LimitedReadOptions = {},
): Promise<LayersModelContents> {
  const owner = 'readLayersModel';
  checkOptions(owner, options, ['maxBytes', 'signal']);
  const maxBytes = maxBytesOf(owner, options);
  const files = openModelSource(owner, source, { signal: options.signal, maxBytes });
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const file = await readModelJson(files);
  refuseGraphModel(file, files.label);
  const model = await parseLayersModel(file, read, files.label, maxBytes);
  const { described, weights } = model;
  const arrays = Array.from(weights, ([name, array]) => [name, unpacked(array)] as const);
  return { ...described, weights: fileTensors(arrays) };
}

/**
 * Reads a graph model of TensorFlow.js, `model.json` and its shards, as `tensorflowjs_converter` writes it of a SavedModel. You can
 * use it for predictions and train it further, like any other model.
 *
 * Inputs and outputs have the names of the file's signature. Float arrays that are used in a product, a convolution, a normalization
 * or a sum become weights that training changes; others stay as they are. Quantized weights become floats.
 *
 * `models.loadModel` reads such files too, without the options that say what to read of the graph.
 *
 * @param source as of `models.loadModel`: the path or URL of a folder or its `model.json`, a store, or the files
 * @throws FormatError for a file that is damaged or has unsupported operators, all of which the message lists; DatasetError for
 * files that cannot be read.
 * @example const features = await loadGraphModel('detector', { outputs: ['global_pool/Mean'], freeze: true });
 */
export async function loadGraphModel(
  source: ModelSource,
  options: LoadGraphModelOptions = {},
): Promise<GraphModel> {
  const owner = 'loadGraphModel';
  const { maxBytes: _, signal, ...graphOptions } = requireObject(owner, 'options', options);
  const maxBytes = maxBytesOf(owner, options);
  const files = openModelSource(owner, source, { signal, maxBytes });
  const json = await readModelJson(files);
  if (!isGraphModel(json)) {
    throw new FormatError(`${files.label}: holds layers, no graph. Load it with models.loadModel.`);
  }
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const arrays = await readUnpacked(json['weightsManifest'], read, files.label, maxBytes);
  return graphModelCode.use(({ readGraphModel }) =>
    Promise.resolve(readGraphModel(owner, files.label, json, arrays, graphOptions)),
  );
}

/**
 * Writes a layers-model of TensorFlow.js: a Sequential of the given layers, or with `inputLayers` and `outputLayers` a Functional model.
 * The weights are written into one file, in order, the trainable ones first, with names like `layer/weight`.
 *
 * @param model name, layers and, for a Functional model, inputs and outputs
 * @param weights arrays by name, `layer/weight`, in their order in the file
 * @throws ValueError for a layer that TensorFlow.js's format does not support, and whatever the target throws.
 * @example await writeLayersModel('digits', { name: 'digits', layers: [{ class_name: 'Dense', config: { units: 10 } }] }, { 'dense/kernel': kernel });
 */
export async function writeLayersModel(
  target: Target,
  model: Omit<DescribedModel, 'trainingConfig'> & Partial<DescribedModel>,
  weights: Readonly<Record<string, TensorLike>>,
): Promise<void> {
  const owner = 'writeLayersModel';
  const resolved = resolveTarget(owner, target);
  const { layers } = requireObject(owner, 'model', model);
  if (!isListOf(layers, isJsonObject)) {
    throw new ValueError(
      `${owner}: the model needs \`layers\`, a list of objects with class_name and config, got ${describeValue(layers)}.`,
    );
  }
  const arrays = fileArrays(owner, weights);
  await writeModelFiles(owner, resolved, encodeShard(arrays), (shard) =>
    encodeModelFile({ trainingConfig: undefined, ...model }, arrays, shard),
  );
}
