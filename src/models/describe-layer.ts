import type { Config } from '../config/index.js';
import { InputLayer } from '../layers/index.js';
import type { AnyLayer, Layer } from '../layers/index.js';
import { serializeLayer } from '../layers/registry.js';

/** A layer in Keras's form, how it was built included. */
export function describeLayer(layer: AnyLayer): Config {
  if ('toJSON' in layer) {
    // A model inside is not trained by itself.
    return { ...(layer as { toJSON(): Config }).toJSON(), compile_config: {} };
  }
  return {
    ...serializeLayer(layer as Layer),
    // An InputLayer holds its shape in its config.
    ...(layer.inputShape === undefined || layer instanceof InputLayer
      ? {}
      : { build_config: { input_shape: layer.inputShape as unknown } }),
  };
}
