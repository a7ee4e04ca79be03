import { isSerializedObject, Registry } from '../config/index.js';
import type { SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { BinaryCrossentropy } from './binary-crossentropy.js';
import { BinaryFocalCrossentropy } from './binary-focal-crossentropy.js';
import { CategoricalCrossentropy } from './categorical-crossentropy.js';
import { CategoricalFocalCrossentropy } from './categorical-focal-crossentropy.js';
import { CategoricalHinge } from './categorical-hinge.js';
import { CosineSimilarity } from './cosine-similarity.js';
import { FunctionLoss } from './function-loss.js';
import type { LossFunction } from './function-loss.js';
import { Hinge } from './hinge.js';
import { Huber } from './huber.js';
import { KLDivergence } from './kl-divergence.js';
import { LogCosh } from './log-cosh.js';
import { Loss } from './loss.js';
import { MeanAbsoluteError } from './mean-absolute-error.js';
import { MeanAbsolutePercentageError } from './mean-absolute-percentage-error.js';
import { MeanSquaredError } from './mean-squared-error.js';
import { MeanSquaredLogarithmicError } from './mean-squared-logarithmic-error.js';
import { Poisson } from './poisson.js';
import { SparseCategoricalCrossentropy } from './sparse-categorical-crossentropy.js';
import { SquaredHinge } from './squared-hinge.js';

/** All losses, under Keras's names. */
export const lossRegistry = new Registry<Loss>('loss', 'keras.losses', [
  [CategoricalCrossentropy],
  [SparseCategoricalCrossentropy],
  [BinaryCrossentropy, 'bce'],
  [CategoricalFocalCrossentropy],
  [BinaryFocalCrossentropy],
  [MeanSquaredError, 'mse'],
  [MeanAbsoluteError, 'mae'],
  [MeanAbsolutePercentageError, 'mape'],
  [MeanSquaredLogarithmicError, 'msle'],
  [Huber, 'huber_loss'],
  [LogCosh, 'logcosh'],
  [Poisson],
  [KLDivergence, 'kld', 'kullback_leibler_divergence'],
  [CosineSimilarity],
  [Hinge],
  [SquaredHinge],
  [CategoricalHinge],
]);

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
      `${identifier === null ? 'null' : typeof identifier}.`,
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
