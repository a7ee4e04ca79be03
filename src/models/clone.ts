import { describeValue } from '../config/describe-value.js';
import { isSerializedObject } from '../config/index.js';
import { FormatError, ValueError } from '../errors.js';
import { Sequential } from './sequential.js';

/**
 * A model of the same layers with new weights. Copy weights with
 * `clone.setWeights(model.getWeights())`. Keras: `clone_model`.
 *
 * @example
 * const clone = models.cloneModel(model);
 * clone.setWeights(model.getWeights());
 */
export function cloneModel(model: Sequential): Sequential {
  if (!(model instanceof Sequential)) {
    throw new ValueError(`cloneModel: expected a Sequential model, got ${describeValue(model)}.`);
  }
  return Sequential.fromConfig(model.getConfig());
}

/**
 * The model that `model.toJSON()` or Keras's `model.to_json()` describes, with new weights.
 *
 * @param json text, or the object in it
 * @throws FormatError for text that is no JSON of a model, ValueError for a class nobody registered.
 * @example const copy = models.modelFromJSON(model.toJSON());
 */
export function modelFromJSON(json: string | object): Sequential {
  const parsed = typeof json === 'string' ? parse(json) : json;
  if (!isSerializedObject(parsed)) {
    throw new FormatError(
      'modelFromJSON: expected an object with class_name and config, as model.toJSON() gives it.',
    );
  }
  if (parsed.class_name !== Sequential.className) {
    throw new ValueError(
      `modelFromJSON: models of class '${parsed.class_name}' are not supported; supported: 'Sequential'.`,
    );
  }
  return Sequential.fromConfig(parsed.config);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`modelFromJSON: the text is no JSON: ${(error as Error).message}.`);
  }
}
