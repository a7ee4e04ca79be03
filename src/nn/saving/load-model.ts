import { scopeNow } from '../../config/index.js';
import type { AnyLayer } from '../layers/core/layer.js';
import type { ModelSource } from '../../files/places/model-source.js';
import type { Source } from '../../files/places/source.js';
import type { StoredInfo } from '../../files/places/stores/store.js';
import type { LoadModelOptions } from '../training/file-options.js';
import type { Model } from '../models/model.js';

/**
 * Reads a model: layers, weights, how it is compiled and the state of its optimizer. A `.keras` file may also hold a
 * `utils.FeatureSpace` alone.
 *
 * - `.keras` and legacy `.h5`, of a Sequential or a Functional model: a path, URL, `indexeddb://name`, Blob or the bytes.
 *   Where no name says it, bytes are such a file.
 * - The layers-model of TensorFlow.js, also quantized (uint8, uint16, float16): the path or URL of the folder or its
 *   `model.json`; `indexeddb://name` or `localstorage://name`; the Files that a user picked; or an object
 *   { read(name) }. It is compiled if the file says how in words that are known here; the state of an optimizer is not
 *   in such files.
 *
 * @typeParam M the type of the model, for one of several inputs or outputs, or `utils.FeatureSpace`. It is not checked.
 * @throws FormatError for files that are damaged, do not fit together, or hold a class that is not registered;
 * DatasetError for files that cannot be read; ValueError for another format.
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
 * What is stored in this browser, by the location that reads it: `indexeddb://digits`. Models, and also weights,
 * arrays and logs, as all of them are written there alike. Where there is no such storage, as in Node, none.
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
 * @throws DatasetError if nothing is there; ValueError for another location, and where there is no such storage.
 * @example await models.removeModel('indexeddb://digits');
 */
export async function removeModel(location: string): Promise<void> {
  const { removeStored } = await import('./index.js');
  await removeStored(location);
}
