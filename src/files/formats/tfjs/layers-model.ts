import { describeValue } from '../../../config/describe-value.js';
import { bytesOfData } from '../bytes.js';
import { FormatError } from '../../../errors.js';
import { isJsonObject, parseJsonObject } from '../json.js';
import { fromTfjs, toTfjsModel } from './dialect.js';
import { KnownWords } from '../keras/known-words.js';
import { parseTopology } from '../keras/topology.js';
import type { LayerDescription, Topology } from '../keras/topology.js';
import { joined, readManifest } from './manifest.js';
import type { ModelArray } from './manifest.js';

// TensorFlow.js's layers-model:
//
//     model.json    { format, generatedBy, convertedBy, modelTopology, weightsManifest, trainingConfig? }
//     weights.bin   elements of the weights, little-endian, back to back, in the order of the manifest

/** A layer, and in a Functional model how it is called. */
export interface DescribedLayer extends LayerDescription {
  /** Name of the layer in a Functional model, which calls refer to. */
  readonly name?: string;
  /** The calls of the layer, as Keras 2 or Keras 3 writes them. */
  readonly inbound_nodes?: unknown;
}

/** What of a model is written, besides its weights. */
export interface DescribedModel {
  /** Name of the model. */
  readonly name: string;
  /** In the spelling of Keras 3. */
  readonly layers: readonly DescribedLayer[];
  /** Of a Sequential the batch shape of the input, if it is not in the first layer. */
  readonly inputShape?: unknown;
  /** The inputs of a Functional model, as Keras writes them; undefined for a Sequential. */
  readonly inputLayers?: unknown;
  /** The outputs of a Functional model. */
  readonly outputLayers?: unknown;
  /** In TensorFlow.js's words. */
  readonly trainingConfig: Readonly<Record<string, unknown>> | undefined;
}

/** What a layers-model holds. */
export interface LayersModel {
  readonly topology: Topology;
  /** The model as data; its `trainingConfig` is `{ optimizer_config, loss, metrics, … }`. */
  readonly described: Omit<DescribedModel, 'name'> & { readonly name: string | undefined };
  /** By the names in the manifest; without those of an optimizer. */
  readonly weights: ReadonlyMap<string, ModelArray>;
  /** What was read otherwise than it stands in the file. */
  readonly words: KnownWords;
}

/**
 * Reads a model whose `model.json` is parsed.
 *
 * @param readShard gives the bytes of a file next to it
 * @param label the name of the model in messages
 * @param maxBytes the most bytes that quantized weights may unpack to, all together
 * @throws FormatError for anything that is not as the format demands; what `readShard` throws.
 */
export async function parseLayersModel(
  file: Readonly<Record<string, unknown>>,
  readShard: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
  label: string,
  maxBytes: number,
): Promise<LayersModel> {
  const { format, modelTopology, weightsManifest } = file;
  if (format !== undefined && format !== 'layers-model') {
    throw new FormatError(
      `${label}: has format ${describeValue(format)}; readable are 'layers-model' and 'graph-model'.`,
    );
  }
  const described = isJsonObject(modelTopology) ? modelTopology : {};
  // The converter from Python puts the model one level deeper.
  const given = isJsonObject(described['model_config']) ? described['model_config'] : described;
  const words = new KnownWords(label);
  const model = fromTfjs(words.read(given), label);
  const topology = parseTopology(model, `${label}: modelTopology`);
  const weights = await readManifest(weightsManifest, readShard, label, maxBytes);
  // The converter from Python leaves it where Keras 2 has it.
  const compiled = described['training_config'];
  const converted = isJsonObject(compiled) ? words.read(compiled) : undefined;
  const trainingConfig = [file['trainingConfig'], converted].find(isJsonObject);
  const data = { ...asData(topology, model['config']), trainingConfig };
  return { topology, described: data, weights, words };
}

/** The layers as data: configs in the spelling of Keras 3, calls as the file has them. */
function asData(
  { name, layers, graph }: Topology,
  config: unknown,
): Omit<LayersModel['described'], 'trainingConfig'> {
  const fields = isJsonObject(config) ? config : { layers: config };
  const given: unknown[] = Array.isArray(fields['layers']) ? fields['layers'] : [];
  const described = layers.map((layer, i): DescribedLayer => {
    const raw = isJsonObject(given[i]) ? given[i] : {};
    const { calls: _, ...plain } = layer;
    const alone =
      'layers' in plain
        ? { class_name: plain.className, config: raw['config'] as LayerDescription['config'] }
        : plain;
    if (graph === undefined) return alone;
    return { ...alone, name: raw['name'] as string, inbound_nodes: raw['inbound_nodes'] };
  });
  if (graph === undefined) return { name, layers: described };
  const { input_layers: inputLayers, output_layers: outputLayers } = fields;
  return { name, layers: described, inputLayers, outputLayers };
}

/** The bytes of all weights, as they lie in the one shard of a written model. */
export function encodeShard(
  weights: readonly (readonly [name: string, array: ModelArray])[],
): Uint8Array<ArrayBuffer> {
  return joined(
    weights.map(([, array]) => bytesOfData('data' in array ? array.data : array.numbers)),
  );
}

/**
 * The bytes of `model.json`.
 *
 * @param shard the name of the file with the weights
 * @throws ValueError for a layer that TensorFlow.js's dialect has no words for.
 */
export function encodeModelFile(
  model: DescribedModel,
  weights: readonly (readonly [name: string, array: ModelArray])[],
  shard: string,
): Uint8Array<ArrayBuffer> {
  const { name, layers, inputShape, inputLayers, outputLayers } = model;
  const isGraph = inputLayers !== undefined && outputLayers !== undefined;
  const config = toTfjsModel({
    name,
    layers,
    build_input_shape: inputShape,
    input_layers: inputLayers,
    output_layers: outputLayers,
  });
  const described = weights.map(([name, array]) => {
    const { shape, dtype } = array;
    if ('data' in array) return { name, shape, dtype };
    return { name, shape, dtype, quantization: { ...array.quantization, original_dtype: dtype } };
  });
  const file = {
    format: 'layers-model',
    generatedBy: 'lanegrad',
    convertedBy: null,
    modelTopology: {
      class_name: isGraph ? 'Functional' : 'Sequential',
      config,
      keras_version: '2.15.0',
      backend: 'lanegrad',
    },
    weightsManifest: [{ paths: [shard], weights: described }],
    ...(model.trainingConfig === undefined ? {} : { trainingConfig: model.trainingConfig }),
  };
  return new TextEncoder().encode(JSON.stringify(file));
}

/** The shards that a `model.json` names; none if it is not a layers-model. */
export function shardsOf(modelFile: Uint8Array): string[] {
  try {
    const { weightsManifest } = parseJsonObject(modelFile, 'model.json');
    const groups: unknown[] = Array.isArray(weightsManifest) ? weightsManifest : [];
    return groups
      .flatMap((group) => (isJsonObject(group) ? group['paths'] : []))
      .filter((path) => typeof path === 'string');
  } catch {
    return [];
  }
}
