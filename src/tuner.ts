/**
 * Searches of hyperparameters with the concepts of KerasTuner: at random, on a grid, by Hyperband, and by Gaussian processes;
 * trials side by side in workers, searches that go on after an interruption.
 *
 * @module lanegrad/tuner
 */

import './engine/ops/methods.js';

export { BayesianOptimization } from './extras/tuner/bayesian-optimization.js';
export type { BayesianOptimizationOptions } from './extras/tuner/bayesian-optimization.js';
export type { Acquisition } from './extras/tuner/bayesian/acquisition.js';
export type { BooleanOptions, ChoiceOptions, NumberOptions } from './extras/tuner/declarations.js';
export { GridSearch } from './extras/tuner/grid-search.js';
export type { GridSearchOptions } from './extras/tuner/grid-search.js';
export { Hyperband } from './extras/tuner/hyperband.js';
export type { HyperbandOptions, HyperbandRound } from './extras/tuner/hyperband.js';
export type {
  BooleanHyperparameter,
  ChoiceHyperparameter,
  FixedHyperparameter,
  Hyperparameter,
  HyperparameterValue,
  NumericHyperparameter,
  Sampling,
} from './extras/tuner/hyperparameter.js';
export { HyperParameters } from './extras/tuner/hyperparameters.js';
export type {
  HyperModel,
  TrialContext,
  TrialFunction,
  TrialResult,
  TrialTargets,
} from './extras/tuner/hypermodel.js';
export type { Objective } from './extras/tuner/objective.js';
export type { CountedTunerOptions, SearchOptions, TunerOptions } from './extras/tuner/options.js';
export { RandomSearch } from './extras/tuner/random-search.js';
export type { RandomSearchOptions } from './extras/tuner/random-search.js';
export { serveTrials } from './extras/tuner/serve-trials.js';
export type { TunerSummaryOptions } from './extras/tuner/summary.js';
export type { Direction, Trial, TrialStatus, TrialValues } from './extras/tuner/trial.js';
export { Tuner } from './extras/tuner/tuner.js';
