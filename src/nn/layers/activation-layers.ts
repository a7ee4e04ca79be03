import { installActivationLayers } from '../activations/registry.js';
import type { Activation } from '../activations/registry.js';
import { printable } from '../../config/describe-value.js';
import { classNameOf, naming } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
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
      const refuse = (reason: string): never => {
        layer.dispose();
        throw new ValueError(
          `activation: the ${classNameOf(layer)} layer '${printable(layer.name)}' cannot be one, as it ${reason}. Add it as a separate layer after the other one.`,
        );
      };
      const requireNoWeights = (): void => {
        if (layer.weights.length > 0) refuse('has weights of its own');
      };
      const draws = Object.values(layer).some((value) => value instanceof SeedGenerator);
      if (draws) refuse('draws random numbers while training, of which activations are not told');
      try {
        if (!layer.built) layer.build([null, 1]);
      } catch {
        // Input of more axes builds it.
      }
      requireNoWeights();
      const activation: Activation = (x) => {
        const isNew = !layer.built;
        const y = layer.apply(x);
        if (isNew) requireNoWeights();
        return y;
      };
      layers.set(activation, layer);
      return activation;
    },
    configOf(activation) {
      const layer = layers.get(activation);
      return layer && serializeLayer(layer);
    },
  });
}
