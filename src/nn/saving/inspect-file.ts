import type { LimitedReadOptions, Source } from '../../files/locations/source.js';
import type { ModelSource } from '../../files/locations/model-source.js';
import type { FileInspection } from './file-inspection.js';

/**
 * Inspects a model or weights file without reading the elements of its arrays: names, shapes, types and sizes of the arrays,
 * the layers and their configs, and the versions that wrote it. Keras: `saving.KerasFileEditor`, without editing.
 *
 * It supports all model formats: `.keras`, `.weights.h5`, legacy `.h5`, `.safetensors`, `.npz`, and the layers-model and
 * the graph model of TensorFlow.js. No layer is created, so classes may be unknown. Only the header of a `.safetensors` file is read, and only
 * the `model.json` of a model of TensorFlow.js.
 *
 * @param source a path, a URL, `indexeddb://` or `localstorage://` and a name, a Blob or the bytes; for a model of TensorFlow.js,
 * anything that `loadModel` accepts
 * @throws FormatError for a damaged or unknown file, DatasetError for a file that cannot be read.
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
