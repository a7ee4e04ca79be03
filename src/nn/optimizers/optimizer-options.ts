import { printable } from '../../config/describe-value.js';
import {
  boolean,
  checkNumber,
  classNameOf,
  isSerializedObject,
  number,
  own,
} from '../../config/index.js';
import type { Given, Stored, Option, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import type { Variable } from '../../engine/tensor/index.js';
import { LearningRateSchedule } from './schedules/index.js';
import { getSchedule } from './schedules/registry.js';

/** A learning rate: a number, a schedule, or a serialized schedule. */
export type LearningRate = number | LearningRateSchedule | SerializedObject;

/** Variables that are excluded from weight decay, given as variables or as parts of their names. */
export interface WeightDecayExclusions {
  /** Variables to exclude. Default: none. */
  readonly variables?: readonly Variable[];
  /** Parts of names: a variable whose name contains one of them is excluded. Default: none. */
  readonly names?: readonly string[];
}

/** The option that says how far a step goes. */
export const rate = (value: number): Option<LearningRate, never> => own({ default: value });

/** The options of every optimizer. */
export const OPTIMIZER_OPTIONS = {
  /** A number ≥ 0 or a schedule. The default depends on the class. */
  learningRate: rate(0.001),
  /** Each step first shrinks the weights by this share of the learning rate. Default null: no weight decay. */
  weightDecay: number({ default: null, min: 0 }),
  /** Each gradient is scaled down to at most this L2 norm. Default null: no limit. */
  clipnorm: number({ default: null, min: 0 }),
  /** All gradients together are scaled down to at most this L2 norm. Default null: no limit. */
  globalClipnorm: number({ default: null, min: 0 }),
  /** Each element of a gradient is clipped to −clipvalue … clipvalue. Default null: no limit. */
  clipvalue: number({ default: null, min: 0 }),
  /** Whether moving averages of the weights are kept; at the end of `fit` they replace the weights. Default false. */
  useEma: boolean({ default: false }),
  /** The share of the moving average that each step keeps, 0 … 1. Default 0.99. */
  emaMomentum: number({ default: 0.99, min: 0, max: 1 }),
  /** The number of steps after which the averages replace the weights, again and again. Default null: only at the end. */
  emaOverwriteFrequency: number({ default: null, min: 1, integer: true }),
  /** The factor of the loss (`scaleLoss`): gradients are divided by it before they are used. Default null: none. */
  lossScaleFactor: number({ default: null, above: 0 }),
  /** The number of steps, at least 2, whose mean gradient is applied in one update. Default null: each step is an update. */
  gradientAccumulationSteps: number({ default: null, min: 2, integer: true }),
  /** The optimizer's name. Default: the class name in snake_case, numbered: `sgd`, `sgd_1`, … */
  name: own<string>(),
};

/** Options of every optimizer. */
export interface OptimizerOptions extends Given<typeof OPTIMIZER_OPTIONS> {}

/** What says how gradients are clipped. */
export type ClippingOptions = Pick<
  Stored<typeof OPTIMIZER_OPTIONS>,
  'clipnorm' | 'clipvalue' | 'globalClipnorm'
>;

/** @throws ValueError if more than one kind of clipping is asked for. */
export function checkClipping(
  owner: string,
  { clipnorm, clipvalue, globalClipnorm }: ClippingOptions,
): void {
  if ([clipnorm, clipvalue, globalClipnorm].filter((limit) => limit !== null).length > 1) {
    throw new ValueError(
      `${owner}: only one of clipnorm, clipvalue and globalClipnorm can be set, got clipnorm = ${clipnorm}, ` +
        `clipvalue = ${clipvalue}, globalClipnorm = ${globalClipnorm}.`,
    );
  }
}

/** A number of at least 0, or the schedule that `rate` is or stands for; else a ValueError. */
export function checkLearningRate(
  owner: string,
  rate: LearningRate,
): number | LearningRateSchedule {
  if (rate instanceof LearningRateSchedule || isSerializedObject(rate)) return getSchedule(rate);
  return checkNumber(owner, 'learningRate', rate, { min: 0 });
}

interface OptimizerClass {
  readonly declared: object;
  readonly optionNames: readonly string[];
}

/** An optimizer in a line. @param steps its learning rate, or the name of what gives it, and its updates; none where other optimizers have them */
export function describeOptimizer(
  optimizer: { readonly name: string },
  steps?: { readonly rate: number | string; readonly iterations: number },
): string {
  const { declared, optionNames } = optimizer.constructor as unknown as OptimizerClass;
  const own = Object.keys(declared).filter((name) => !Object.hasOwn(OPTIMIZER_OPTIONS, name));
  const options = [...own, ...optionNames].map(
    (name) => `, ${name}=${String(Reflect.get(optimizer, name))}`,
  );
  const [className, name] = [classNameOf(optimizer), printable(optimizer.name)];
  if (steps === undefined) return `<${className} name=${name}${options.join('')}>`;
  const { rate, iterations } = steps;
  // A float32 of a decimal number is shown as that number.
  const shown = typeof rate === 'number' ? Number(rate.toPrecision(7)) : rate;
  return `<${className} name=${name}, learningRate=${shown}${options.join('')}, iterations=${iterations}>`;
}

/** The factors by which an update first multiplies the gradient and the weights. */
export interface UpdateFactors {
  /** The factor that clips the gradient. */
  readonly gradient: number;
  /** The share of the weights that is left after their decay. */
  readonly weight: number;
}

/** Leaves gradient and weights as they are. */
export const NO_FACTORS: UpdateFactors = { gradient: 1, weight: 1 };
