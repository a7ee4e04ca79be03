import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkOptions,
  isArrayBuffer,
  isBlob,
  isUint8Array,
  isUrl,
  oneOf,
} from '../../config/index.js';
import type { CustomTable } from '../../config/index.js';
import { scopeWith } from '../../config/custom-tables.js';
import { ValueError } from '../../errors.js';
import { isKerasName } from '../../formats/names.js';
import { openModelSource } from '../../places/model-source.js';
import type { ModelSource } from '../../places/model-source.js';
import { maxBytesOf, readAtMost, sourceName } from '../../places/source.js';
import type { Source } from '../../places/source.js';
import type { AnyLayer } from '../../layers/index.js';
import { knowGraphs } from './graphs.js';
import { decodeKerasModel } from './keras-model.js';
import { loadLayersModel } from './layers-model.js';
import type { LoadModelOptions, ModelFormatName } from './options.js';

const LOAD_OPTIONS = [
  'format',
  'compile',
  'customObjects',
  'quantized',
  'maxBytes',
  'signal',
] as const;

/** What `models.loadModel` does, with the classes and functions that were given where it was called. */
export async function readModel(
  source: ModelSource | Source,
  options: LoadModelOptions,
  outer: CustomTable | undefined,
): Promise<AnyLayer> {
  const owner = 'loadModel';
  knowGraphs();
  checkOptions(owner, options, LOAD_OPTIONS);
  const compile = checkBoolean(owner, 'compile', options.compile ?? true);
  const scope = scopeWith(owner, options.customObjects, outer);
  const maxBytes = maxBytesOf(owner, options);
  const { signal } = options;
  const quantized =
    options.quantized === undefined
      ? undefined
      : oneOf(owner, 'quantized', options.quantized, ['keep', 'unpack']);
  const loading = { compile, scope, maxBytes, quantized };
  const keras = kerasFile(source, options.format);
  if (keras !== undefined) {
    const bytes = await readAtMost(maxBytes, keras, 'model', { signal });
    return decodeKerasModel(bytes, sourceName(keras, 'model'), loading);
  }
  const files = openModelSource(owner, source as ModelSource, { signal, maxBytes });
  return loadLayersModel(files, loading);
}

/** The one file of Keras's that `source` is; undefined for the files of a layers-model. */
function kerasFile(
  source: ModelSource | Source,
  format: ModelFormatName | undefined,
): Source | undefined {
  if (format !== undefined && format !== 'keras' && format !== 'tfjs') {
    throw new ValueError(
      `loadModel: format ${describeValue(format)} is not supported; supported are 'keras' (.keras, legacy .h5) and 'tfjs'.`,
    );
  }
  if (format === 'tfjs') return undefined;
  if (typeof source === 'string' || isUrl(source)) {
    const isFile = isKerasName(String(source)) || /^(blob|data):/i.test(String(source));
    return isFile || format === 'keras' ? source : undefined;
  }
  const isBytes = isUint8Array(source) || isArrayBuffer(source);
  if (isBytes || isBlob(source)) return source;
  const isList = typeof source === 'object' && source !== null && Symbol.iterator in source;
  if (!isList || ArrayBuffer.isView(source)) return undefined;
  // What the user picked.
  const [file, ...others] = source;
  const isFile = isBlob(file) && isKerasName(file.name);
  return isFile && others.length === 0 ? file : undefined;
}
