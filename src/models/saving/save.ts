import { checkBoolean } from '../../config/check-number.js';
import { checkOptions } from '../../config/index.js';
import { writeTarget } from '../../places/write.js';
import { targetLocation } from '../../places/target.js';
import type { Target } from '../../places/target.js';
import { fileArray } from '../../data/file-tensors.js';
import { ValueError } from '../../errors.js';
import { checkModelLocation } from '../../formats/model-location.js';
import type { LayerDescription } from '../../formats/keras/topology.js';
import { writeLayersModel } from '../../places/model-target.js';
import { serializeLayer } from '../../layers/registry.js';
import type { Layer } from '../../layers/layer.js';
import { classNameOf } from '../../config/class-name.js';
import type { Model } from '../model.js';
import { encodeKerasModel } from './save-keras.js';
import { toTrainingConfig } from './training-config.js';

/** The formats of `save`. */
export type ModelFormatName = 'keras' | 'tfjs';

/** Options of `save`. */
export interface SaveOptions {
  /** Default: `'keras'` for a name that ends in `.keras`, else `'tfjs'`, TensorFlow.js's layers-model. */
  readonly format?: ModelFormatName;
  /** Whether a `.keras` file holds the optimizer's state. Default true; TensorFlow.js's format holds none. */
  readonly includeOptimizer?: boolean;
}

/** What `model.save` does. */
export async function saveModel(
  model: Model,
  target: Target,
  options: SaveOptions = {},
): Promise<void> {
  checkOptions('save', options, ['format', 'includeOptimizer']);
  const location = targetLocation('save', target);
  const isKeras = modelFormat(location, options.format) === 'keras';
  const includeOptimizer = checkBoolean(
    'save',
    'includeOptimizer',
    options.includeOptimizer ?? isKeras,
  );
  if (isKeras) {
    const bytes = await encodeKerasModel(model, includeOptimizer);
    await writeTarget('save', target, bytes, `${model.name}.keras`);
    return;
  }
  if (includeOptimizer) {
    throw new ValueError(
      `save: TensorFlow.js's format holds no state of the optimizer. Leave includeOptimizer out, or save into a ` +
        `.keras file.`,
    );
  }
  if (location !== undefined) checkFolder(location);
  const described = { name: model.name, layers: describeLayers(model) };
  const weights = [...model.trainableWeights, ...model.nonTrainableWeights].map(
    (weight) => [weight.path.split('/').slice(1).join('/'), fileArray(weight.value)] as const,
  );
  const compiled = model.optimizer === undefined ? undefined : model.requireCompiled('save');
  const trainingConfig = compiled === undefined ? undefined : toTrainingConfig(compiled);
  await writeLayersModel('save', target, { ...described, trainingConfig }, weights);
}

function modelFormat(location: string | undefined, format: string | undefined): ModelFormatName {
  if (format === 'keras' || format === 'tfjs') return format;
  if (format === undefined) return /\.keras$/i.test(location ?? '') ? 'keras' : 'tfjs';
  throw new ValueError(
    `save: format '${format}' is not supported; supported are 'keras' (one file, .keras) and 'tfjs' (a folder).`,
  );
}

function checkFolder(location: string): void {
  checkModelLocation('save', location);
  if (!/\.json$/i.test(location)) return;
  throw new ValueError(
    `save: '${location}' is a file, but a model is a folder of two files. Give the path of the folder.`,
  );
}

function describeLayers(model: Model): LayerDescription[] {
  if (!model.built || model.inputShape === undefined) {
    throw new ValueError(
      `save: model '${model.name}' is not built, so it has no weights yet. Give the first layer inputShape, or ` +
        `call build([null, …]).`,
    );
  }
  const stack: readonly Layer[] = model.subLayers();
  const isStack = (layer: Layer): boolean => 'layers' in layer;
  if (classNameOf(model) !== 'Sequential' || stack.some(isStack)) {
    throw new ValueError(
      `save: only a Sequential of layers can be saved, without models inside; '${model.name}' is of class ` +
        `${classNameOf(model)}. Save the weights with saveWeights.`,
    );
  }
  return stack.map((layer, i) => {
    const { class_name, config } = serializeLayer(layer);
    const isFirst = i === 0 && class_name !== 'InputLayer';
    const shape = isFirst ? { batch_input_shape: model.inputShape } : {};
    return { class_name, config: { ...config, ...shape } };
  });
}
