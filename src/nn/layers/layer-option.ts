import { describeValue } from '../../config/describe-value.js';
import { isSerializedObject, naming } from '../../config/index.js';
import type { Option, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Layer } from './core/layer.js';
import type { AnyLayer } from './core/layer.js';
import { deserializeLayer, serializeLayer } from './registry.js';

/** An option that is a layer, or the config of one. */
export const layerOption = (): Option<AnyLayer | SerializedObject, AnyLayer> => ({
  check: (given, { label, name }) => {
    if (given instanceof Layer) return given;
    if (isSerializedObject(given)) {
      return naming(`${label}: ${name}`, () => deserializeLayer(given));
    }
    throw new ValueError(
      `${label}: ${name} must be a layer, such as layers.Dense, got ${describeValue(given)}.`,
    );
  },
  toConfig: (layer) => serializeLayer(layer),
});
