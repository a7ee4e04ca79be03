import { isArrayBuffer, isBlob, isUint8Array, isUrl } from '../../config/brands.js';
import { describeValue } from '../../config/describe-value.js';
import { checkBoolean } from '../../config/check-number.js';
import { checkOptions } from '../../config/index.js';
import type { Config } from '../../config/index.js';
import type { FileArray } from '../../formats/elements.js';
import { maxBytesOf, readAtMost, sourceName } from '../../places/source.js';
import type { Source } from '../../places/source.js';
import { FormatError, LanegradError, ValueError } from '../../errors.js';
import { parseLayersModel } from '../../formats/tfjs/layers-model.js';
import { MODEL_FILE, openModelSource } from '../../places/model-source.js';
import type { ModelSource } from '../../places/model-source.js';
import { formatShape, sameShape } from '../../tensor/index.js';
import type { Variable } from '../../tensor/index.js';
import { buildSequential } from './build.js';
import { checkCustomObjects } from './custom-objects.js';
import type { LoadModelOptions } from '../load.js';
import { decodeKerasModel } from './load-keras.js';
import type { ModelFormatName } from './save.js';
import type { Sequential } from '../sequential.js';
import { fromTrainingConfig } from './training-config.js';

/** What `models.loadModel` does. */
export async function readModel(
  source: ModelSource | Source,
  options: LoadModelOptions,
): Promise<Sequential> {
  const owner = 'loadModel';
  checkOptions(owner, options, ['format', 'compile', 'customObjects', 'maxBytes', 'signal']);
  const compile = checkBoolean(owner, 'compile', options.compile ?? true);
  const customObjects = checkCustomObjects(owner, options.customObjects);
  const maxBytes = maxBytesOf(owner, options);
  const { signal } = options;
  const keras = kerasFile(source, options.format);
  if (keras !== undefined) {
    const bytes = await readAtMost(maxBytes, keras, 'model', { signal });
    const loading = { compile, customObjects, maxBytes };
    return decodeKerasModel(bytes, sourceName(keras, 'model'), loading);
  }
  const files = openModelSource(owner, source as ModelSource, { signal, maxBytes });
  const { label } = files;
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const file = await parseLayersModel(await read(MODEL_FILE), read, label, maxBytes);
  const room = [...file.weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const model = buildSequential(file, { label, room, customObjects });
  try {
    if (!model.built) {
      throw new FormatError(`${label}: has no layers, or its first layer no batch_input_shape.`);
    }
    assignWeights(model, file.weights, label);
  } catch (error) {
    model.dispose();
    throw error;
  }
  if (compile && file.trainingConfig !== undefined) compileAsIn(file.trainingConfig, model);
  return model;
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
    const path = String(source).replace(/[?#].*$/s, '');
    const isFile = /\.(keras|h5|hdf5)$/i.test(path) || /^(blob|data):/i.test(path);
    return isFile || format === 'keras' ? source : undefined;
  }
  const isBytes = isUint8Array(source) || isArrayBuffer(source);
  if (isBytes || isBlob(source)) return source;
  const isList = typeof source === 'object' && source !== null && Symbol.iterator in source;
  if (!isList || ArrayBuffer.isView(source)) return undefined;
  // What the user picked.
  const [file, ...others] = source;
  const isFile = isBlob(file) && /\.(keras|h5|hdf5)$/i.test(file.name);
  return isFile && others.length === 0 ? file : undefined;
}

/** By name: files put the weights of all layers that are trained first, models go layer by layer. */
function assignWeights(
  model: Sequential,
  arrays: ReadonlyMap<string, FileArray>,
  label: string,
): void {
  const short = new Map([...arrays].map(([name, array]) => [withoutModel(name), array] as const));
  const found = model.weights.map((weight) => [weight, findArray(weight, short, label)] as const);
  if (arrays.size !== found.length || short.size !== found.length) {
    throw new FormatError(
      `${label}: holds ${arrays.size} weights, but its layers have ${found.length}.`,
    );
  }
  for (const [weight, { data }] of found) weight.write(data);
}

function findArray(
  weight: Variable,
  arrays: ReadonlyMap<string, FileArray>,
  label: string,
): FileArray {
  const name = withoutModel(weight.path);
  const array = arrays.get(name);
  if (array === undefined) {
    throw new FormatError(`${label}: has no weight '${name}', which its layers need.`);
  }
  if (sameShape(array.shape, weight.shape) && array.dtype === weight.dtype) return array;
  throw new FormatError(
    `${label}: weight '${name}' has shape ${formatShape(array.shape)} and dtype ${array.dtype}, but its layer ` +
      `needs ${formatShape(weight.shape)} and ${weight.dtype}.`,
  );
}

/** `sequential/dense/kernel`, as Python writes it, and `dense/kernel` → `dense/kernel`. */
function withoutModel(name: string): string {
  return name.split('/').slice(-2).join('/');
}

/** Compiles if all names are known here; else the model is there, to be compiled by its user. */
function compileAsIn(config: Config, model: Sequential): void {
  let options: ReturnType<typeof fromTrainingConfig> | undefined;
  try {
    options = fromTrainingConfig(config);
    model.compile(options);
  } catch (error) {
    options?.optimizer.dispose();
    if (!(error instanceof LanegradError)) throw error;
  }
}
