// `lanegrad/io/tfjs`
import { describeValue } from '../config/describe-value.js';
import { checkOptions, isListOf, requireObject } from '../config/index.js';
import { fileArrays, fileTensors } from '../nn/data/file-tensors.js';
import { ValueError } from '../errors.js';
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
import { unpacked } from '../files/formats/tfjs/manifest.js';
import { MODEL_FILE, openModelSource } from '../files/locations/model-source.js';
import type { ModelSource } from '../files/locations/model-source.js';
import { writeModelFiles } from '../files/locations/model-target.js';

export type { FileSource, ModelSource } from '../files/locations/model-source.js';
export type { DescribedLayer } from '../files/formats/tfjs/layers-model.js';
export type { LayerDescription } from '../files/formats/keras/topology.js';

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
  const model = await parseLayersModel(await read(MODEL_FILE), read, files.label, maxBytes);
  const { described, weights } = model;
  const arrays = Array.from(weights, ([name, array]) => [name, unpacked(array)] as const);
  return { ...described, weights: fileTensors(arrays) };
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
