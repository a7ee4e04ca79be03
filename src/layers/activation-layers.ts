import { installActivationLayers } from '../activations/registry.js';
import type { Activation } from '../activations/index.js';
import { printable } from '../config/describe-value.js';
import { classNameOf, naming } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { AnyLayer } from './core/layer.js';
import { deserializeLayer, serializeLayer } from './registry.js';

/** The layers that stand for activations. */
const layers = new WeakMap<Activation, AnyLayer>();

/** Makes layers known as activations by their configs, as files have them: `Dense(3, activation=LeakyReLU(0.3))`. */
export function knowActivationLayers(): void {
  installActivationLayers({
    activationOf(config) {
      const layer = naming('activation', () =>
        deserializeLayer({ ...config, module: config.module ?? null }),
      );
      const activation: Activation = (x) => layer.apply(x);
      try {
        if (!layer.built) layer.build([null, 1]);
        if (layer.weights.length > 0) throw new ValueError('it has weights');
      } catch (error) {
        layer.dispose();
        throw new ValueError(
          `activation: the ${classNameOf(layer)} layer '${printable(layer.name)}' cannot be one, as it has weights of its ` +
            `own. Put the layer behind the one that it is the activation of.`,
          { cause: error },
        );
      }
      layers.set(activation, layer);
      return activation;
    },
    configOf(activation) {
      const layer = layers.get(activation);
      return layer && serializeLayer(layer);
    },
  });
}
