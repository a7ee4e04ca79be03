/**
 * What training makes small: cross-entropies, squared errors and more, as classes and as functions.
 *
 * @module
 */

import '../ops/methods.js';
export { BinaryCrossentropy, binaryCrossentropy } from './binary-crossentropy.js';
export { BinaryFocalCrossentropy, binaryFocalCrossentropy } from './binary-focal-crossentropy.js';
export type { BinaryFocalCrossentropyParameters } from './binary-focal-crossentropy.js';
export { CategoricalCrossentropy, categoricalCrossentropy } from './categorical-crossentropy.js';
export {
  CategoricalFocalCrossentropy,
  categoricalFocalCrossentropy,
} from './categorical-focal-crossentropy.js';
export type { CategoricalFocalCrossentropyParameters } from './categorical-focal-crossentropy.js';
export { CategoricalHinge, categoricalHinge } from './categorical-hinge.js';
export { CosineSimilarity, cosineSimilarity } from './cosine-similarity.js';
export type { CosineSimilarityParameters } from './cosine-similarity.js';
export type { CrossentropyParameters } from './crossentropy.js';
export { FunctionLoss } from './function-loss.js';
export type { LossFunction } from './function-loss.js';
export { Hinge, hinge } from './hinge.js';
export { Huber, huber } from './huber.js';
export type { HuberParameters } from './huber.js';
export { KLDivergence, klDivergence } from './kl-divergence.js';
export { LogCosh, logCosh } from './log-cosh.js';
export { Loss } from './loss.js';
export type { LossOptions, LossTargets } from './loss.js';
export { MeanAbsoluteError, meanAbsoluteError } from './mean-absolute-error.js';
export {
  MeanAbsolutePercentageError,
  meanAbsolutePercentageError,
} from './mean-absolute-percentage-error.js';
export { MeanSquaredError, meanSquaredError } from './mean-squared-error.js';
export {
  MeanSquaredLogarithmicError,
  meanSquaredLogarithmicError,
} from './mean-squared-logarithmic-error.js';
export { Poisson, poisson } from './poisson.js';
export type { Reduction, ReductionOption } from './reduction.js';
export {
  deserializeLoss as deserialize,
  getLoss as get,
  serializeLoss as serialize,
  registerLosses as register,
} from './registry.js';
export type { LossIdentifier } from './registry.js';
export {
  SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './sparse-categorical-crossentropy.js';
export type { SparseCategoricalCrossentropyParameters } from './sparse-categorical-crossentropy.js';
export { SquaredHinge, squaredHinge } from './squared-hinge.js';
