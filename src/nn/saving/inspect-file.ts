import type { LimitedReadOptions, Source } from '../../files/locations/source.js';
import type { ModelSource } from '../../files/locations/model-source.js';
import type { FileInspection } from './file-inspection.js';

/**
 * Looks into a file of a model or of weights without reading the elements of its arrays: names, shapes, types and sizes of the
 * arrays, the layers and their configs, the versions that wrote it. Keras: `saving.KerasFileEditor`, as far as it looks.
 *
 * It knows all files that are read here: `.keras`, `.weights.h5`, legacy `.h5`, `.safetensors`, `.npz` and the layers-model of
 * TensorFlow.js. No layer is made, so classes need not be known. Of a `.safetensors` file only the header is read, and of a
 * layers-model only `model.json`.
 *
 * @param source a path, a URL, `indexeddb://` or `localstorage://` and a name, a Blob or the bytes; of a layers-model also
 * what `loadModel` takes
 * @throws FormatError for a damaged or unknown file, DatasetError for one that cannot be read.
 * @example
 * const file = await models.inspectFile('digits.keras');
 * file.summary();
 * console.log(file.compare(model).status);
 */
export async function inspectFile(
  source: ModelSource | Source,
  options: LimitedReadOptions = {},
): Promise<FileInspection> {
  const { inspect } = await import('./index.js');
  return inspect(source, options);
}
