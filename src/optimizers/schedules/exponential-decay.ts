import { StaircaseDecay } from './staircase-decay.js';
import type { StaircaseOptions } from './staircase-decay.js';

/** Options of `ExponentialDecay`. */
export type ExponentialDecayOptions = StaircaseOptions;

/**
 * initialLearningRate · decayRate^(step / decaySteps); with `staircase` the quotient is rounded down.
 *
 * @example new optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96, { staircase: true })
 */
export class ExponentialDecay extends StaircaseDecay {
  static override readonly className = 'ExponentialDecay';

  override call(step: number): number {
    return this.initialLearningRate * this.decayRate ** this.periods(step);
  }
}
