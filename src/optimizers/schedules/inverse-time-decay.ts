import { StaircaseDecay } from './staircase-decay.js';
import type { StaircaseOptions } from './staircase-decay.js';

/** Options of `InverseTimeDecay`. */
export type InverseTimeDecayOptions = StaircaseOptions;

/**
 * initialLearningRate / (1 + decayRate · step / decaySteps); with `staircase` the quotient step /
 * decaySteps is rounded down.
 *
 * @example new optimizers.schedules.InverseTimeDecay(0.1, 1000, 0.5)
 */
export class InverseTimeDecay extends StaircaseDecay {
  static override readonly className = 'InverseTimeDecay';

  override call(step: number): number {
    return this.initialLearningRate / (1 + this.decayRate * this.periods(step));
  }
}
