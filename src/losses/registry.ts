import { describeValue } from '../config/describe-value.js';
import { isSerializedObject, Registry } from '../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { FunctionLoss } from './function-loss.js';
import type { LossFunction } from './function-loss.js';
import { Loss } from './loss.js';

/** All losses, under Keras's names. */
export const lossRegistry = new Registry<Loss>('loss', 'keras.losses', {
  bce: 'binary_crossentropy',
  mse: 'mean_squared_error',
  mae: 'mean_absolute_error',
  mape: 'mean_absolute_percentage_error',
  msle: 'mean_squared_logarithmic_error',
  huber_loss: 'huber',
  logcosh: 'log_cosh',
  kld: 'kl_divergence',
  kullback_leibler_divergence: 'kl_divergence',
});

/** What stands for a loss: a name, a config from a file, an instance, or a function of ops. */
export type LossIdentifier = string | SerializedObject | Loss | LossFunction;

/**
 * The loss that `identifier` stands for. Names in any of Keras's spellings and in camelCase: `'mse'`,
 * `'MSE'`, `'mean_squared_error'`, `'meanSquaredError'`, `'MeanSquaredError'`.
 *
 * @throws ValueError for an unknown name, listing the known ones.
 */
export function getLoss(identifier: LossIdentifier): Loss {
  if (identifier instanceof Loss) return identifier;
  if (typeof identifier === 'function') return new FunctionLoss(identifier);
  if (typeof identifier === 'string') return lossRegistry.create(identifier);
  if (isSerializedObject(identifier)) return lossRegistry.create(functionName(identifier));
  throw new ValueError(
    `A loss is a name, an instance of losses.Loss or a function (yTrue, yPred) => Tensor, got ` +
      `${describeValue(identifier)}.`,
  );
}

/** Keras writes a loss given by its function as `{ class_name: 'function', config: 'mean_squared_error' }`. */
function functionName(object: SerializedObject): string | SerializedObject {
  const config: unknown = object.config;
  return object.class_name === 'function' && typeof config === 'string' ? config : object;
}

/** `loss` as Keras writes it into JSON. */
export function serializeLoss(loss: Loss): SerializedObject {
  return lossRegistry.serialize(loss);
}

/** The loss that `serializeLoss` or Keras wrote. */
export function deserializeLoss(object: SerializedObject): Loss {
  return getLoss(object);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `losses.register(losses.MeanSquaredError)`.
 */
export function registerLosses(...types: readonly ConfigurableClass<Loss>[]): void {
  lossRegistry.register(...types);
}

/** Makes all of them known. */
export function registerAllLosses(types: readonly ConfigurableClass<Loss>[]): void {
  lossRegistry.registerAll(types);
}
