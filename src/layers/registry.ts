import { describeValue } from '../config/check-number.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { Activation } from './activation.js';
import { AlphaDropout } from './alpha-dropout.js';
import { AveragePooling1D, AveragePooling2D } from './average-pooling.js';
import { BatchNormalization } from './batch-normalization.js';
import { Conv1D } from './conv1d.js';
import { Conv2D } from './conv2d.js';
import { Dense } from './dense.js';
import { Dropout } from './dropout.js';
import { ELU } from './elu.js';
import { Embedding } from './embedding.js';
import { Flatten } from './flatten.js';
import { GaussianNoise } from './gaussian-noise.js';
import { GlobalAveragePooling1D, GlobalAveragePooling2D } from './global-average-pooling.js';
import { GlobalMaxPooling1D, GlobalMaxPooling2D } from './global-max-pooling.js';
import { InputLayer } from './input-layer.js';
import { Lambda } from './lambda.js';
import { LayerNormalization } from './layer-normalization.js';
import { checkPartialShape } from './layer-options.js';
import type { Layer } from './layer.js';
import { LeakyReLU } from './leaky-relu.js';
import { MaxPooling1D, MaxPooling2D } from './max-pooling.js';
import { Normalization } from './normalization.js';
import { Permute } from './permute.js';
import { PReLU } from './prelu.js';
import { ReLU } from './relu.js';
import { RepeatVector } from './repeat-vector.js';
import { Rescaling } from './rescaling.js';
import { Reshape } from './reshape.js';
import { Softmax } from './softmax.js';
import { SpatialDropout1D, SpatialDropout2D } from './spatial-dropout.js';
import { UnitNormalization } from './unit-normalization.js';
import { UpSampling1D, UpSampling2D } from './up-sampling.js';
import { classNameOf } from './weight-holder.js';
import { ZeroPadding1D, ZeroPadding2D } from './zero-padding.js';

/** A class of layers that files can name. */
export type LayerClass = ConfigurableClass<Layer>;

const registry = new Registry<Layer>('layer', 'keras.layers', [
  [Activation],
  [AlphaDropout],
  [AveragePooling1D, 'AvgPool1D'],
  [AveragePooling2D, 'AvgPool2D'],
  [BatchNormalization],
  [Conv1D, 'Convolution1D'],
  [Conv2D, 'Convolution2D'],
  [Dense],
  [Dropout],
  [ELU],
  [Embedding],
  [Flatten],
  [GaussianNoise],
  [GlobalAveragePooling1D, 'GlobalAvgPool1D'],
  [GlobalAveragePooling2D, 'GlobalAvgPool2D'],
  [GlobalMaxPooling1D, 'GlobalMaxPool1D'],
  [GlobalMaxPooling2D, 'GlobalMaxPool2D'],
  [InputLayer],
  [Lambda],
  [LayerNormalization],
  [LeakyReLU],
  [MaxPooling1D, 'MaxPool1D'],
  [MaxPooling2D, 'MaxPool2D'],
  [Normalization],
  [Permute],
  [PReLU],
  [ReLU],
  [RepeatVector],
  [Rescaling],
  [Reshape],
  [Softmax],
  [SpatialDropout1D],
  [SpatialDropout2D],
  [UnitNormalization],
  [UpSampling1D],
  [UpSampling2D],
  [ZeroPadding1D],
  [ZeroPadding2D],
]);

/** The classes that Keras does not know. */
const ownClasses = new Set<unknown>();

/**
 * Makes a layer class of your own known, so that models which hold it can be loaded and cloned. It
 * is found by its `static readonly className`.
 *
 * @throws ValueError if the class has no such name of its own.
 */
export function registerLayer(type: LayerClass): void {
  if (!Object.hasOwn(type, 'className') || typeof type.className !== 'string') {
    throw new ValueError(
      `registerLayer: class ${describeValue(type)} has no name that survives minifying. Give it ` +
        `\`static readonly className = '…'\`.`,
    );
  }
  registry.register(type);
  ownClasses.add(type);
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
  const name = classNameOf(layer);
  const type: unknown = layer.constructor;
  const isKeras = registry.find(name) === type && !ownClasses.has(type);
  return {
    module: isKeras ? 'keras.layers' : null,
    class_name: name,
    config: layer.getConfig(),
    registered_name: isKeras ? null : name,
  };
}
