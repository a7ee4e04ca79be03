import { ValueError } from '../../errors.js';
import { isJsonObject } from '../../formats/json.js';
import { writeKerasArchive } from '../../formats/keras/archive.js';
import { classNameOf } from '../../config/class-name.js';
import { serializeCompiled } from './compile-config.js';
import { KERAS_LAYERS } from './keras-layers.js';
import { encodeModelWeights } from './keras-weights.js';
import type { Model } from '../model.js';

/** The model as a `.keras` file. @throws ValueError for what a file cannot hold. */
export async function encodeKerasModel(
  model: Model,
  includeOptimizer: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  if (classNameOf(model) !== 'Sequential') {
    throw new ValueError(
      `save: only a Sequential can be saved; '${model.name}' is of class ${classNameOf(model)}. Save the weights ` +
        `with saveWeights.`,
    );
  }
  const compiled = model.optimizer === undefined ? undefined : model.requireCompiled('save');
  const json = withInput(model.toJSON());
  const compileConfig =
    compiled === undefined ? {} : { compile_config: serializeCompiled(compiled) };
  const weights = encodeModelWeights('save', model, includeOptimizer);
  return writeKerasArchive({ ...json, ...compileConfig }, weights);
}

/** Keras's models that know their input begin with a layer that says it, and so do those inside of them. */
function withInput(model: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { config } = model;
  if (model['class_name'] !== 'Sequential' || !isJsonObject(config)) return ownLayer(model);
  const given = Array.isArray(config['layers']) ? config['layers'].filter(isJsonObject) : [];
  const layers = given.map(withInput);
  const shape = config['build_input_shape'];
  if (layers[0]?.['class_name'] !== 'InputLayer' && shape !== undefined) {
    layers.unshift(inputLayer(shape, layers));
  }
  return { ...model, config: { ...config, layers } };
}

/** A class that nobody registered is no class of Keras's, and is said to be none, as Keras does. */
function ownLayer(layer: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { module, class_name: name } = layer;
  if (module !== 'keras.layers' || KERAS_LAYERS.has(name)) return layer;
  return { ...layer, module: null, registered_name: name };
}

function inputLayer(
  batchShape: unknown,
  layers: readonly Readonly<Record<string, unknown>>[],
): Readonly<Record<string, unknown>> {
  const taken = layers.map(({ config }) => (isJsonObject(config) ? config['name'] : undefined));
  let name = 'input_layer';
  for (let i = 1; taken.includes(name); i++) name = `input_layer_${i}`;
  return {
    module: 'keras.layers',
    class_name: 'InputLayer',
    config: {
      batch_shape: batchShape,
      dtype: 'float32',
      sparse: false,
      ragged: false,
      name,
      optional: false,
    },
    registered_name: null,
  };
}
