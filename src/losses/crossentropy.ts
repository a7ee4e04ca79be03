import { requireObject } from '../config/index.js';
import { checkBoolean, checkNumber } from '../config/check-number.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';

/** Options of the cross-entropies whose targets are probabilities. */
export interface CrossentropyParameters {
  /** Whether yPred holds logits and not probabilities. Default false. */
  readonly fromLogits?: boolean;
  /** Moves that share of each target to all classes evenly, of a binary one towards ½; 0 … 1. Default 0. */
  readonly labelSmoothing?: number;
  /** The axis of the classes; of the binary ones the axis over which the mean is taken. Default −1. */
  readonly axis?: number;
}

/** The names of those options. */
export const CROSSENTROPY_OPTIONS = ['fromLogits', 'labelSmoothing', 'axis'] as const;

/** Those options with their defaults. @throws ValueError for one out of range. */
export function checkCrossentropy(
  owner: string,
  options: CrossentropyParameters,
): Required<CrossentropyParameters> {
  const {
    fromLogits = false,
    labelSmoothing = 0,
    axis = -1,
  } = requireObject(owner, 'options', options);
  return {
    fromLogits: checkBoolean(owner, 'fromLogits', fromLogits),
    labelSmoothing: checkSmoothing(owner, labelSmoothing),
    axis: checkNumber(owner, 'axis', axis, { integer: true }),
  };
}

/** A share of label smoothing. @throws ValueError if it is not within [0, 1]. */
export function checkSmoothing(owner: string, labelSmoothing: number): number {
  return checkNumber(owner, 'labelSmoothing', labelSmoothing, { min: 0, max: 1 });
}

/** A cross-entropy whose targets are probabilities, as an object. */
export abstract class Crossentropy extends Loss {
  readonly fromLogits: boolean;
  readonly labelSmoothing: number;
  readonly axis: number;

  constructor(options: LossOptions & CrossentropyParameters, name: string) {
    super(options, name);
    const { className } = this.constructor as typeof Loss;
    const checked = checkCrossentropy(className, options);
    this.fromLogits = checked.fromLogits;
    this.labelSmoothing = checked.labelSmoothing;
    this.axis = checked.axis;
  }
}
