/**
 * Learning rates that change from step to step.
 *
 * @module
 */

export * from './cosine-decay.js';
export { LearningRateSchedule } from './learning-rate-schedule.js';
export * from './piecewise-constant-decay.js';
export * from './polynomial-decay.js';
export {
  getSchedule as deserialize,
  registerSchedule,
  serializeSchedule as serialize,
  registerSchedules as register,
} from './registry.js';
export * from './staircase-decay.js';
