import type { Config } from '../../config/index.js';
import { InputLayer } from '../layers/input-layer.js';
import type { AnyLayer, Layer } from '../layers/core/layer.js';
import { serializeLayer } from '../layers/registry.js';

/** A layer in Keras's form, how it was built included. */
export function describeLayer(layer: AnyLayer): Config {
  // A model inside is not trained by itself.
  if ('serialized' in layer) return { ...serializeLayer(layer), compile_config: {} };
  const { inputArguments } = layer;
  const inputShape: unknown = layer.inputShape;
  return {
    ...serializeLayer(layer as Layer),
    // An InputLayer holds its shape in its config.
    ...(inputShape === undefined || layer instanceof InputLayer
      ? {}
      : { build_config: buildConfig(inputShape, inputArguments) }),
  };
}

function buildConfig(inputShape: unknown, names: readonly string[] | undefined): Config {
  if (names === undefined) return { input_shape: inputShape };
  const shapes = (inputShape as readonly unknown[]).map((shape, i) => [
    `${names[i] ?? ''}_shape`,
    shape,
  ]);
  return { shapes_dict: Object.fromEntries(shapes) as Config };
}
