import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { checkPartialShape } from './layer-options.js';
import type { Layer } from './layer.js';
import { classNameOf } from './weight-holder.js';

/** A class of layers that files can name. */
export type LayerClass = ConfigurableClass<Layer>;

const registry = new Registry<Layer>(
  'layer',
  'keras.layers',
  {
    avg_pool1d: 'average_pooling1d',
    avg_pool2d: 'average_pooling2d',
    convolution1d: 'conv1d',
    convolution2d: 'conv2d',
    global_avg_pool1d: 'global_average_pooling1d',
    global_avg_pool2d: 'global_average_pooling2d',
    global_max_pool1d: 'global_max_pooling1d',
    global_max_pool2d: 'global_max_pooling2d',
    max_pool1d: 'max_pooling1d',
    max_pool2d: 'max_pooling2d',
  },
  { shownAs: (className) => className },
);

/**
 * Makes a layer class of your own known, so that models which hold it can be loaded and cloned. It
 * is found by its `static readonly className`.
 *
 * @throws ValueError if the class has no such name of its own.
 */
export function registerLayer(type: LayerClass): void {
  registry.registerOwn(type);
}

/** Whether layers of that class can be made: of Keras's name for one of its own, or registered by the user. */
export function isKnownLayer(className: string, isOwn: boolean): boolean {
  return registry.has(className, isOwn);
}

/**
 * The layer that a serialized object stands for; with its weights, if the object's `build_config`
 * says for which input shape.
 *
 * @throws ValueError for an unknown class; the message lists the known ones.
 */
export function deserializeLayer(config: SerializedObject): Layer {
  if (!isSerializedObject(config)) {
    throw new ValueError(
      `layers.deserialize: expected an object with class_name and config, got ${describeValue(config)}.`,
    );
  }
  return createLayer(config);
}

/** Makes the layer, and its weights if the object says for which input. */
function createLayer(config: SerializedObject & { readonly build_config?: unknown }): Layer {
  if (registry.find(config.class_name) === undefined) throw unknownLayer(config);
  const layer = registry.create(config);
  const built = config.build_config;
  if (typeof built === 'object' && built !== null && 'input_shape' in built) {
    if (built.input_shape !== null) {
      layer.build(checkPartialShape(layer.name, 'build_config.input_shape', built.input_shape));
    }
  }
  return layer;
}

function unknownLayer(config: SerializedObject): ValueError {
  const advice = ` Make a class of your own known with layers.registerLayer(Class).`;
  try {
    registry.create(config);
  } catch (error) {
    if (error instanceof ValueError) return new ValueError(error.message + advice);
    throw error;
  }
  return new ValueError(`Unknown layer '${config.class_name}'.${advice}`);
}

/** A layer as Keras writes it into JSON. */
export function serializeLayer(layer: Layer): SerializedObject {
  registry.requireObject(layer);
  const name = classNameOf(layer);
  const isKeras = registry.isKeras(layer);
  return {
    module: isKeras ? 'keras.layers' : null,
    class_name: name,
    config: layer.getConfig(),
    registered_name: isKeras ? null : name,
  };
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `layers.register(layers.Dense, layers.Dropout)`.
 */
export function registerLayers(...types: readonly ConfigurableClass<Layer>[]): void {
  registry.register(...types);
}

/** Makes all of them known. */
export function registerAllLayers(types: readonly ConfigurableClass<Layer>[]): void {
  registry.registerAll(types);
}
