import { describeValue } from '../../config/describe-value.js';
import { checkOptions } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { History } from '../../nn/callbacks/history.js';
import type { AnyData, FitOptions } from '../../nn/training/types.js';
import type { HyperParameters } from './hyperparameters.js';

/** The result of a trial whose function computes its own result: the value of the objective, or values by name. */
export type TrialResult = number | Readonly<Record<string, number>>;

/** Information for a trial in addition to its hyperparameters. */
export interface TrialContext {
  /** The number of the trial, from 0. */
  readonly number: number;
  /** The number of the repetition, from 0 to `executionsPerTrial` − 1. */
  readonly execution: number;
  /** A seed for this repetition. Layers and data without their own seed already use it. */
  readonly seed: number;
  /** The signal of `search`, for trials in this thread; workers are terminated instead. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The function of a search: returns a compiled model, which the tuner trains, or computes a result itself.
 *
 * @param hp returns the values to try
 * @param trial information about the trial
 */
export type TrialFunction = (
  hp: HyperParameters,
  trial: TrialContext,
) => AnyModel | TrialResult | Promise<AnyModel | TrialResult>;

/** The targets given to `search`; undefined if there are none. */
export type TrialTargets = TensorLike | Readonly<Record<string, TensorLike | null>> | undefined;

/** An object with its own way of creating and training a model. KerasTuner: `HyperModel`. */
export interface HyperModel {
  /**
   * Creates a compiled model.
   *
   * @param hp returns the values to try
   * @param trial information about the trial
   */
  build(hp: HyperParameters, trial: TrialContext): AnyModel | Promise<AnyModel>;
  /**
   * Trains the model. Default: `model.fit(x, y, options)`.
   *
   * @param hp returns the values to try, and declares further ones: `batchSize: hp.choice('batchSize', [16, 32])`
   * @param model the model from `build`
   * @param x the samples given to `search`; undefined if there are none
   * @param y the targets given to `search`; undefined if there are none
   * @param options the options for `fit`, whose callbacks keep the best weights for `getBestModels`
   * @returns the result of `fit`, the value of the objective, or values by name
   */
  fit?(
    hp: HyperParameters,
    model: AnyModel,
    x: AnyData,
    y: TrialTargets,
    options: FitOptions,
  ): History | TrialResult | Promise<History | TrialResult>;
}

/** A hypermodel whose functions are known. */
export interface CheckedHyperModel {
  readonly build: TrialFunction;
  readonly fit: NonNullable<HyperModel['fit']>;
}

const usualFit: CheckedHyperModel['fit'] = (_hp, model, x, y, options) => model.fit(x, y, options);

/** A function or an object, checked. @throws ValueError for anything else. */
export function checkHyperModel(
  owner: string,
  given: TrialFunction | HyperModel,
): CheckedHyperModel {
  if (typeof given === 'function') return { build: given, fit: usualFit };
  const { build, fit } = (given ?? {}) as Readonly<Record<keyof HyperModel, unknown>>;
  if (typeof build !== 'function' || (fit !== undefined && typeof fit !== 'function')) {
    throw new ValueError(
      `${owner}: expected a function of hp that returns a compiled model or a number, or { build, fit }, got ` +
        `${describeValue(given)}.`,
    );
  }
  // An object of a class may have other methods than the two.
  if (Object.getPrototypeOf(given) === Object.prototype)
    checkOptions(owner, given, ['build', 'fit']);
  return {
    build: (hp, trial) => given.build(hp, trial),
    fit: (...args) => (given.fit === undefined ? usualFit(...args) : given.fit(...args)),
  };
}
