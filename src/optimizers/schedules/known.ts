import type { KerasClass } from '../../config/index.js';
import { CosineDecayRestarts } from './cosine-decay-restarts.js';
import { CosineDecay } from './cosine-decay.js';
import { ExponentialDecay } from './exponential-decay.js';
import { InverseTimeDecay } from './inverse-time-decay.js';
import { PiecewiseConstantDecay } from './piecewise-constant-decay.js';
import { PolynomialDecay } from './polynomial-decay.js';
import type { LearningRateSchedule } from './learning-rate-schedule.js';

/** All learning-rate schedules that Keras knows by name. */
export const SCHEDULES: readonly KerasClass<LearningRateSchedule>[] = [
  ExponentialDecay,
  PiecewiseConstantDecay,
  PolynomialDecay,
  InverseTimeDecay,
  CosineDecay,
  CosineDecayRestarts,
];
