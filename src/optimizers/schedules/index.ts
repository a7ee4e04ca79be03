/**
 * Learning rates that change from step to step.
 *
 * @module
 */

export { CosineDecayRestarts } from './cosine-decay-restarts.js';
export type { CosineDecayRestartsOptions } from './cosine-decay-restarts.js';
export { CosineDecay } from './cosine-decay.js';
export type { CosineDecayOptions } from './cosine-decay.js';
export { ExponentialDecay } from './exponential-decay.js';
export type { ExponentialDecayOptions } from './exponential-decay.js';
export { InverseTimeDecay } from './inverse-time-decay.js';
export type { InverseTimeDecayOptions } from './inverse-time-decay.js';
export { LearningRateSchedule } from './learning-rate-schedule.js';
export type { ScheduleOptions } from './learning-rate-schedule.js';
export { PiecewiseConstantDecay } from './piecewise-constant-decay.js';
export { PolynomialDecay } from './polynomial-decay.js';
export type { PolynomialDecayOptions } from './polynomial-decay.js';
export {
  getSchedule as deserialize,
  registerSchedule,
  serializeSchedule as serialize,
  registerSchedules as register,
} from './registry.js';
export type { StaircaseOptions } from './staircase-decay.js';
