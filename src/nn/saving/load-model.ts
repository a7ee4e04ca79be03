import { isSerializedObject, scopeNow } from '../../config/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { ModelSource } from '../../files/locations/model-source.js';
import type { Source } from '../../files/locations/source.js';
import type { StoredInfo } from '../../files/locations/stores/store.js';
import type { LoadModelOptions } from '../training/file-options.js';
import type { AnyModel } from '../models/model.js';
import { describeValue } from '../../config/describe-value.js';
import { withCustomObjects } from '../../config/custom-tables.js';
import type { DeserializeOptions } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import { isJsonObject, parseJsonObject } from '../../files/formats/json.js';
import { KnownWords } from '../../files/formats/keras/known-words.js';
import { parseTopology } from '../../files/formats/keras/topology.js';
import { fromVersion } from '../../files/formats/tfjs/dialect.js';
import { Model } from '../models/model.js';
import { buildModel } from './build.js';
import { Sequential } from '../models/sequential.js';

/**
 * Loads a model: layers, weights, the arguments of `compile` and the state of its optimizer. A `.keras` file may also
 * contain just a `utils.FeatureSpace`.
 *
 * - `.keras` and legacy `.h5`, with a Sequential or a Functional model: a path, URL, `indexeddb://name`, Blob or the
 *   bytes. Without a name, bytes are taken for such a file.
 * - The layers-model of TensorFlow.js, also quantized (uint8, uint16, float16): the path or URL of the folder or its
 *   `model.json`; `indexeddb://name` or `localstorage://name`; the Files that a user has picked; or an object {
 * read(name) }. The model is compiled if the file contains arguments of `compile` that are supported here; such files
 * do not contain the state of an optimizer.
 * - The graph model of TensorFlow.js, from the same sources. It becomes a model of one layer that computes the graph, with the
 * inputs and outputs of the file, and its float arrays as weights. It is not compiled. `loadGraphModel` of `lanegrad/io/tfjs` has
 * options for graphs.
 *
 * @param source the file, the folder or the stored model, as listed above
 * @typeParam M the type of the model, if it has several inputs or outputs, or `utils.FeatureSpace`. It is not checked.
 * @throws FormatError for files that are damaged, do not belong together, or contain a class that is not registered or an operator that is not supported;
 * DatasetError for files that cannot be read; ValueError for an unknown format.
 * @example const model = await models.loadModel('digits.keras');
 */
export async function loadModel<M extends AnyLayer = Model>(
  source: ModelSource | Source,
  options: LoadModelOptions = {},
): Promise<M> {
  const scope = scopeNow();
  const { readModel } = await import('./index.js');
  return (await readModel(source, options, scope)) as M;
}

/**
 * Everything that is stored in this browser, by location, such as `indexeddb://digits`: models, but also weights,
 * arrays and logs, as all of them are stored in the same way. Empty if there is no such storage, as in Node.
 *
 * @example for (const [url, { bytes }] of Object.entries(await models.listModels())) console.log(url, bytes);
 */
export async function listModels(): Promise<Record<string, StoredInfo>> {
  const { listStored } = await import('./index.js');
  return listStored();
}

/**
 * Deletes what is stored at `indexeddb://name` or `localstorage://name`.
 *
 * @param location the location, as returned by `listModels`
 * @throws DatasetError if nothing is stored there; ValueError for any other location, and if there is no such storage.
 * @example await models.removeModel('indexeddb://digits');
 */
export async function removeModel(location: string): Promise<void> {
  const { removeStored } = await import('./index.js');
  await removeStored(location);
}

/**
 * A model with the same layers and new weights. To copy the weights, use `clone.setWeights(model.getWeights())`. Keras:
 * `clone_model`.
 *
 * @param model the model to clone
 * @throws ValueError for a model that computes in `call`, and for a layer whose class is not registered.
 * @example
 * const clone = models.cloneModel(model);
 * clone.setWeights(model.getWeights());
 */
export function cloneModel<M extends AnyModel>(model: M): M {
  if (!(model instanceof Model)) {
    throw new ValueError(`cloneModel: expected a model, got ${describeValue(model)}.`);
  }
  const owner = 'cloneModel';
  if (model instanceof Sequential) return Sequential.fromConfig(model.getConfig()) as AnyModel as M;
  const topology = parseTopology({ class_name: Model.className, config: model.getConfig() }, owner);
  const type = model.constructor as typeof Model;
  return buildModel(topology, { label: owner, room: undefined, type }) as M;
}

/**
 * Creates the model that `model.toJSON()` or Keras's `model.to_json()` describes, with new weights: a `Sequential`, or a
 * `Model` for Keras's Functional.
 *
 * @param json the JSON text, or the parsed object
 * @throws FormatError for text that is not the JSON of a model, and for layers that are not connected as a graph; ValueError
 * for a class that is not registered.
 * @example const copy = models.modelFromJSON(model.toJSON());
 */
export function modelFromJSON(json: string | object, options: DeserializeOptions = {}): Model {
  return withCustomObjects('modelFromJSON', options, () => readJSON('modelFromJSON', json));
}

function readJSON(owner: string, json: string | object): Model {
  const given: unknown = typeof json === 'string' ? parseJsonObject(json, owner) : json;
  const words = new KnownWords(owner);
  const parsed = isJsonObject(given) ? fromVersion(words.read(given), versionOf(given)) : undefined;
  if (!isSerializedObject(parsed)) {
    throw new FormatError(
      'modelFromJSON: expected an object with class_name and config, as model.toJSON() gives it.',
    );
  }
  const model =
    parsed.class_name === Sequential.className
      ? Sequential.fromConfig(parsed.config)
      : buildModel(parseTopology(parsed, owner), { label: owner, room: undefined });
  words.warn();
  return model as Model;
}

/** The version of Keras that has described a model. Keras 3 does not say: what it has released is taken for its writer. */
function versionOf({ keras_version: version }: Readonly<Record<string, unknown>>): string {
  return typeof version === 'string' ? version : '3.15';
}
