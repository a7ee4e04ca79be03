import { checkBoolean, checkNumber } from '../config/check-number.js';
import { isSerializedObject } from '../config/index.js';
import type { SerializedObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { Variable } from '../tensor/index.js';
import { LearningRateSchedule } from './schedules/learning-rate-schedule.js';
import { getSchedule } from './schedules/registry.js';

/** How far a step goes: a number, a schedule, or a schedule as it stands in files. */
export type LearningRate = number | LearningRateSchedule | SerializedObject;

/** Variables that weight decay leaves alone: themselves, or parts of their names. */
export interface WeightDecayExclusions {
  readonly variables?: readonly Variable[];
  readonly names?: readonly string[];
}

/** Options of every optimizer. */
export interface OptimizerOptions {
  /** A number of at least 0 or a schedule. The default depends on the class. */
  readonly learningRate?: LearningRate;
  /** Each step first shrinks weights by that share of the learning rate. Default null: not. */
  readonly weightDecay?: number | null;
  /** Each gradient is scaled down to at most this L2 norm. Default null: not. */
  readonly clipnorm?: number | null;
  /** Each element of a gradient is clipped to ± this. Default null: not. */
  readonly clipvalue?: number | null;
  /** All gradients together are scaled down to at most this L2 norm. Default null: not. */
  readonly globalClipnorm?: number | null;
  /** Whether moving averages of the weights are kept; at the end of `fit` they replace the weights. Default false. */
  readonly useEma?: boolean;
  /** The share of the average that a step keeps, 0 … 1. Default 0.99. */
  readonly emaMomentum?: number;
  /** Steps after which the averages replace the weights. Default null: only at the end. */
  readonly emaOverwriteFrequency?: number | null;
  /** Loss scaling is for float16, which lanegrad does not have: only null. */
  readonly lossScaleFactor?: null;
  /** Steps whose mean gradient makes one update, at least 2. Default null: each makes its own. */
  readonly gradientAccumulationSteps?: number | null;
  /** Default: the class in snake_case, counted (`sgd`, `sgd_1`). */
  readonly name?: string;
}

/** An optimizer class that can be built from a config. */
export interface OptimizerClass<T> {
  readonly className: string;
  readonly optionNames: readonly string[];
  new (options: never): T;
}

/** Names of the options of every optimizer. */
export const OPTIMIZER_OPTIONS = [
  'learningRate',
  'weightDecay',
  'clipnorm',
  'clipvalue',
  'globalClipnorm',
  'useEma',
  'emaMomentum',
  'emaOverwriteFrequency',
  'lossScaleFactor',
  'gradientAccumulationSteps',
  'name',
] as const;

/** Keys of older files that change nothing here. */
export const NEUTRAL_KEYS = {
  jit_compile: [true, false, 'auto'],
  is_legacy_optimizer: [false],
  decay: [0],
};

/** The options of every optimizer, checked, with their defaults. */
export interface CommonSettings {
  readonly weightDecay: number | null;
  readonly clipnorm: number | null;
  readonly clipvalue: number | null;
  readonly globalClipnorm: number | null;
  readonly useEma: boolean;
  readonly emaMomentum: number;
  readonly emaOverwriteFrequency: number | null;
  readonly gradientAccumulationSteps: number | null;
}

/** Checks the options of every optimizer but its learning rate and name. */
export function checkCommonOptions(owner: string, options: OptimizerOptions): CommonSettings {
  const numberOrNull = (option: 'weightDecay' | 'clipnorm' | 'clipvalue' | 'globalClipnorm') => {
    const value = options[option] ?? null;
    return value === null ? null : checkNumber(owner, option, value, { min: 0 });
  };
  const wholeOrNull = (
    option: 'emaOverwriteFrequency' | 'gradientAccumulationSteps',
    min: number,
  ) => {
    const value = options[option] ?? null;
    return value === null ? null : checkNumber(owner, option, value, { min, integer: true });
  };
  if ((options.lossScaleFactor ?? null) !== null) {
    throw new ValueError(
      `${owner}: lossScaleFactor is not supported: it keeps float16 gradients from vanishing, and lanegrad ` +
        `computes in float32. Leave it out.`,
    );
  }
  const settings = {
    weightDecay: numberOrNull('weightDecay'),
    clipnorm: numberOrNull('clipnorm'),
    clipvalue: numberOrNull('clipvalue'),
    globalClipnorm: numberOrNull('globalClipnorm'),
    useEma: checkBoolean(owner, 'useEma', options.useEma ?? false),
    emaMomentum: checkNumber(owner, 'emaMomentum', options.emaMomentum ?? 0.99, { min: 0, max: 1 }),
    emaOverwriteFrequency: wholeOrNull('emaOverwriteFrequency', 1),
    gradientAccumulationSteps: wholeOrNull('gradientAccumulationSteps', 2),
  };
  const { clipnorm, clipvalue, globalClipnorm } = settings;
  if ([clipnorm, clipvalue, globalClipnorm].filter((limit) => limit !== null).length > 1) {
    throw new ValueError(
      `${owner}: only one of clipnorm, clipvalue and globalClipnorm can be set, got clipnorm = ${clipnorm}, ` +
        `clipvalue = ${clipvalue}, globalClipnorm = ${globalClipnorm}.`,
    );
  }
  return settings;
}

/** A number of at least 0, or the schedule that `rate` is or stands for; else a ValueError. */
export function checkLearningRate(
  owner: string,
  rate: LearningRate,
): number | LearningRateSchedule {
  if (rate instanceof LearningRateSchedule || isSerializedObject(rate)) return getSchedule(rate);
  return checkNumber(owner, 'learningRate', rate, { min: 0 });
}
