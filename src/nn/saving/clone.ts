import { describeValue } from '../../config/describe-value.js';
import { withCustomObjects } from '../../config/custom-tables.js';
import { isSerializedObject } from '../../config/index.js';
import type { DeserializeOptions } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import { isJsonObject, parseJsonObject } from '../../files/formats/json.js';
import { KnownWords } from '../../files/formats/keras/known-words.js';
import { parseTopology } from '../../files/formats/keras/topology.js';
import { fromVersion } from '../../files/formats/tfjs/dialect.js';
import { Model } from '../models/model.js';
import type { AnyModel } from '../models/model.js';
import { buildModel } from './build.js';
import { Sequential } from '../models/sequential.js';

/**
 * A model of the same layers with new weights. Copy weights with
 * `clone.setWeights(model.getWeights())`. Keras: `clone_model`.
 *
 * @throws ValueError for a model that computes in `call`, and for a layer whose class is not registered.
 * @example
 * const clone = models.cloneModel(model);
 * clone.setWeights(model.getWeights());
 */
export function cloneModel<M extends AnyModel>(model: M): M {
  if (!(model instanceof Model)) {
    throw new ValueError(`cloneModel: expected a model, got ${describeValue(model)}.`);
  }
  const owner = 'cloneModel';
  if (model instanceof Sequential) return Sequential.fromConfig(model.getConfig()) as AnyModel as M;
  const topology = parseTopology({ class_name: Model.className, config: model.getConfig() }, owner);
  const type = model.constructor as typeof Model;
  return buildModel(topology, { label: owner, room: undefined, type }) as M;
}

/**
 * The model that `model.toJSON()` or Keras's `model.to_json()` describes, with new weights: a `Sequential`, or a `Model`
 * for what Keras calls Functional.
 *
 * @param json text, or the object in it
 * @throws FormatError for text that is no JSON of a model, and for layers that are not connected as a graph; ValueError for a
 * class that is not registered.
 * @example const copy = models.modelFromJSON(model.toJSON());
 */
export function modelFromJSON(json: string | object, options: DeserializeOptions = {}): Model {
  return withCustomObjects('modelFromJSON', options, () => readJSON('modelFromJSON', json));
}

function readJSON(owner: string, json: string | object): Model {
  const given: unknown = typeof json === 'string' ? parseJsonObject(json, owner) : json;
  const words = new KnownWords(owner);
  const parsed = isJsonObject(given) ? fromVersion(words.read(given), versionOf(given)) : undefined;
  if (!isSerializedObject(parsed)) {
    throw new FormatError(
      'modelFromJSON: expected an object with class_name and config, as model.toJSON() gives it.',
    );
  }
  const model =
    parsed.class_name === Sequential.className
      ? Sequential.fromConfig(parsed.config)
      : buildModel(parseTopology(parsed, owner), { label: owner, room: undefined });
  words.warn();
  return model as Model;
}

/** The version of Keras that has described a model. Keras 3 does not say: what it has released is taken for its writer. */
function versionOf({ keras_version: version }: Readonly<Record<string, unknown>>): string {
  return typeof version === 'string' ? version : '3.15';
}
