/**
 * Learning rates that change from step to step.
 *
 * @module
 */

export * from './generated/classes.js';
export { LearningRateSchedule } from './learning-rate-schedule.js';
export {
  getSchedule as deserialize,
  registerSchedule,
  serializeSchedule as serialize,
  registerSchedules as register,
} from './registry.js';
