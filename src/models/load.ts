import { checkOptions } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { ReadOptions } from '../data/source.js';
import type { FileArray } from '../data/elements.js';
import { FormatError, LanegradError } from '../errors.js';
import type { LayerDescription, LayersModel } from '../io/layers-model.js';
import { MODEL_FILE, openModelSource } from '../io/model-source.js';
import type { ModelSource } from '../io/model-source.js';
import { deserializeLayer } from '../layers/registry.js';
import { formatShape, sameShape } from '../tensor/index.js';
import type { Variable } from '../tensor/index.js';
import { Sequential } from './sequential.js';

/**
 * Reads a model that `model.save`, TensorFlow.js or its converter has written (`layers-model`): layers and weights,
 * also quantized ones (uint8, uint16, float16). It is compiled if the file says how, in words that are known here;
 * the state of an optimizer is not in such files.
 *
 * @param source the path or URL of the folder or its `model.json`; `indexeddb://name` or `localstorage://name`; the
 * Files that a user picked; or an object { read(name) }
 * @throws FormatError for files that are damaged, do not fit together, or hold layers nobody registered;
 * DatasetError for files that cannot be read; ValueError for another format.
 * @example const model = await models.loadModel('digits');
 */
export async function loadModel(
  source: ModelSource,
  options: ReadOptions = {},
): Promise<Sequential> {
  checkOptions('loadModel', options, ['signal']);
  const files = openModelSource('loadModel', source, options);
  const { label } = files;
  const read = (name: string): Promise<Uint8Array<ArrayBuffer>> => files.read(name);
  const { parseLayersModel } = await import('../io/layers-model.js');
  const file = await parseLayersModel(await read(MODEL_FILE), read, label);
  const model = buildModel(file, label);
  try {
    assignWeights(model, file.weights, label);
  } catch (error) {
    model.dispose();
    throw error;
  }
  if (file.trainingConfig !== undefined) await compileAsIn(file.trainingConfig, model);
  return model;
}

function buildModel({ name, layers, inputShape, weights }: LayersModel, label: string): Sequential {
  const room = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  let model: Sequential | undefined;
  try {
    model = new Sequential([], name === undefined ? {} : { name });
    for (const [i, layer] of layers.entries()) {
      const { config } = layer;
      const hasShape = 'batch_input_shape' in config || layer.class_name === 'InputLayer';
      const first = i === 0 && !hasShape && Array.isArray(inputShape);
      const given = first ? { ...config, batch_input_shape: inputShape } : config;
      const shape = i === 0 ? given['batch_input_shape'] : model.outputShape;
      if (kernelSize(layer, shape) > room) {
        throw new FormatError(`layer ${i} needs more weights than the ${room} numbers of the file`);
      }
      model.add(deserializeLayer({ class_name: layer.class_name, config: given }));
    }
    if (model.built) return model;
  } catch (error) {
    model?.dispose();
    // Whatever a config makes a class throw: it came from the file.
    throw new FormatError(`${label}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  throw new FormatError(`${label}: has no layers, or its first layer no batch_input_shape.`);
}

/**
 * Elements of the layer's largest weight, as far as the config tells: what a small file says must not fill the memory
 * before it is compared with the weights that are there.
 */
function kernelSize({ class_name: name, config }: LayerDescription, input: unknown): number {
  const lengths: unknown[] = Array.isArray(input) ? input : [];
  const product = (value: unknown): number =>
    [value].flat().reduce((size: number, n) => size * (typeof n === 'number' ? n : 1), 1);
  const channels = config['data_format'] === 'channels_first' ? lengths[1] : lengths.at(-1);
  if (name === 'Dense') return product([lengths.at(-1), config['units']]);
  if (name === 'Embedding') return product([config['input_dim'], config['output_dim']]);
  if (!/^Conv(olution)?[12]D$/.test(name)) return 0;
  const kernel = product(config['kernel_size']) * product([channels, config['filters']]);
  return kernel / product(config['groups'] ?? 1);
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
async function compileAsIn(config: Config, model: Sequential): Promise<void> {
  const { fromTrainingConfig } = await import('./training-config.js');
  let options: ReturnType<typeof fromTrainingConfig> | undefined;
  try {
    options = fromTrainingConfig(config);
    model.compile(options);
  } catch (error) {
    options?.optimizer.dispose();
    if (!(error instanceof LanegradError)) throw error;
  }
}
