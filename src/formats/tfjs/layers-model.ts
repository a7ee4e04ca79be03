import { describeValue } from '../../config/describe-value.js';
import { bytesOfData, concatenate } from '../bytes.js';
import type { FileArray } from '../elements.js';
import { FormatError } from '../../errors.js';
import { isJsonObject, parseJsonObject } from '../json.js';
import { fromKeras2, toTfjsConfig } from './dialect.js';
import { parseTopology } from '../keras/topology.js';
import type { LayerDescription } from '../keras/topology.js';
import { parseManifest, readGroup } from './manifest.js';

// TensorFlow.js's layers-model:
//
//     model.json    { format, generatedBy, convertedBy, modelTopology, weightsManifest, trainingConfig? }
//     weights.bin   elements of the weights, little-endian, back to back, in the order of the manifest

/** What of a model is written, besides its weights. */
export interface DescribedModel {
  readonly name: string;
  /** In the spelling of Keras 3. */
  readonly layers: readonly LayerDescription[];
  /** In TensorFlow.js's words. */
  readonly trainingConfig: Readonly<Record<string, unknown>> | undefined;
}

/** What a layers-model holds. */
export interface LayersModel {
  readonly name: string | undefined;
  readonly layers: readonly LayerDescription[];
  /** Batch shape of the input, if it is not in the first layer. */
  readonly inputShape: unknown;
  /** By the names in the manifest; without those of an optimizer. */
  readonly weights: ReadonlyMap<string, FileArray>;
  /** `{ optimizer_config, loss, metrics, … }`; undefined if there is none. */
  readonly trainingConfig: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads a model whose `model.json` is given.
 *
 * @param readShard gives the bytes of a file beside it
 * @param label what messages call the model
 * @param maxBytes the most bytes that quantized weights may unpack to, all together
 * @throws FormatError for anything that is not as the format demands; what `readShard` throws.
 */
export async function parseLayersModel(
  json: Uint8Array,
  readShard: (name: string) => Promise<Uint8Array<ArrayBuffer>>,
  label: string,
  maxBytes: number,
): Promise<LayersModel> {
  const file = parseJsonObject(json, label);
  const { format, modelTopology, weightsManifest } = file;
  if (format !== undefined && format !== 'layers-model') {
    throw new FormatError(
      `${label}: has format ${describeValue(format)}; readable is 'layers-model', which holds layers.`,
    );
  }
  const topology = topologyIn(modelTopology, label);
  const groups = parseManifest(weightsManifest, label, maxBytes);
  const weights = new Map<string, FileArray>();
  for (const group of groups) {
    const shards: Uint8Array<ArrayBuffer>[] = [];
    for (const path of group.paths) shards.push(await readShard(path));
    for (const [name, array] of readGroup(group, joined(shards), label)) weights.set(name, array);
  }
  // The converter from Python leaves it where Keras 2 has it.
  const converted = isJsonObject(modelTopology) ? modelTopology['training_config'] : undefined;
  return {
    ...topology,
    weights,
    trainingConfig: [file['trainingConfig'], converted].find(isJsonObject),
  };
}

function topologyIn(
  modelTopology: unknown,
  label: string,
): Pick<LayersModel, 'name' | 'layers' | 'inputShape'> {
  const outer = isJsonObject(modelTopology) ? modelTopology : {};
  // The converter from Python puts the model one level deeper.
  const model = isJsonObject(outer['model_config']) ? outer['model_config'] : outer;
  if (model['class_name'] !== 'Sequential') {
    throw new FormatError(
      `${label}: its modelTopology is of class ${describeValue(model['class_name'])}; readable is 'Sequential'.`,
    );
  }
  const { name, layers, inputShape } = fromKeras2(parseTopology(model, label), label);
  const alone = layers.map((layer) => {
    if (!('layers' in layer)) return layer;
    throw new FormatError(
      `${label}: a model is in its modelTopology, ${describeValue(layer.name)}; readable is a Sequential of layers.`,
    );
  });
  return { name, layers: alone, inputShape };
}

/** One piece alone is not copied. */
function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1 ? first : concatenate(pieces);
}

/** The bytes of all weights, as they lie in the one shard of a written model. */
export function encodeShard(
  weights: readonly (readonly [name: string, array: FileArray])[],
): Uint8Array<ArrayBuffer> {
  return joined(weights.map(([, { data }]) => bytesOfData(data)));
}

/**
 * The bytes of `model.json`.
 *
 * @param shard the name of the file with the weights
 * @throws ValueError for a layer that TensorFlow.js's dialect has no words for.
 */
export function encodeModelFile(
  model: DescribedModel,
  weights: readonly (readonly [name: string, array: FileArray])[],
  shard: string,
): Uint8Array<ArrayBuffer> {
  const layers = model.layers.map(({ class_name, config }) => ({
    class_name,
    config: toTfjsConfig(class_name, config),
  }));
  const described = weights.map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  const file = {
    format: 'layers-model',
    generatedBy: 'lanegrad',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: { name: model.name, layers },
      keras_version: '2.15.0',
      backend: 'lanegrad',
    },
    weightsManifest: [{ paths: [shard], weights: described }],
    ...(model.trainingConfig === undefined ? {} : { trainingConfig: model.trainingConfig }),
  };
  return new TextEncoder().encode(JSON.stringify(file));
}

/** The shards that a `model.json` names; none if it is no layers-model. */
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
