import { describeValue } from '../../config/describe-value.js';
import { checkOptions } from '../../config/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import type { AnyModel } from '../../nn/models/model.js';
import type { History } from '../../nn/callbacks/history.js';
import type { AnyData, FitOptions } from '../../nn/training/types.js';
import type { HyperParameters } from './hyperparameters.js';

/** The result of a trial that trains no model of the tuner's: the value of the objective, or values by name. */
export type TrialResult = number | Readonly<Record<string, number>>;

/** What a trial is told in addition to its hyperparameters. */
export interface TrialContext {
  /** The number of the trial, from 0 on. */
  readonly number: number;
  /** Which repetition of the trial runs, from 0 on, below `executionsPerTrial`. */
  readonly execution: number;
  /** A seed for this repetition; without a seed of their own, layers and data draw from it already. */
  readonly seed: number;
  /** The signal of `search`, here; a worker is ended instead. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The function of a search: makes a compiled model, which the tuner trains, or computes a result by itself.
 *
 * @param hp gives the values that are tried
 * @param trial which trial runs
 */
export type TrialFunction = (
  hp: HyperParameters,
  trial: TrialContext,
) => AnyModel | TrialResult | Promise<AnyModel | TrialResult>;

/** Targets as `search` takes them; undefined where it was given none. */
export type TrialTargets = TensorLike | Readonly<Record<string, TensorLike | null>> | undefined;

/** A model that is made and trained in a way of its own. KerasTuner: `HyperModel`. */
export interface HyperModel {
  /**
   * Makes a compiled model.
   *
   * @param hp gives the values that are tried
   * @param trial which trial runs
   */
  build(hp: HyperParameters, trial: TrialContext): AnyModel | Promise<AnyModel>;
  /**
   * Trains the model. Default: `model.fit(x, y, options)`.
   *
   * @param hp gives the values that are tried, and declares further ones: `batchSize: hp.choice('batchSize', [16, 32])`
   * @param model what `build` made
   * @param x the samples that `search` was given; undefined if it was given none
   * @param y the targets that `search` was given; undefined if it was given none
   * @param options the options for `fit`; its callbacks keep the best weights for `getBestModels`
   * @returns what `fit` returns, the value of the objective, or values by name
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
