import { Registry } from '../../../config/index.js';
import type { KerasClass, SerializedObject } from '../../../config/index.js';
import { LearningRateSchedule } from './learning-rate-schedule.js';

/** The schedules that are known by name. @internal */
export const scheduleRegistry = new Registry<LearningRateSchedule>({
  kind: 'learning-rate schedule',
  module: 'keras.optimizers.schedules',
  base: LearningRateSchedule,
  expected:
    'an instance of optimizers.schedules.LearningRateSchedule or an object with class_name and config',
  isNamed: false,
  shownAs: (className) => className,
  advice: ` Register your own class with optimizers.schedules.registerSchedule(Class).`,
});

/**
 * Registers your own schedule class by its `static readonly className`, so that optimizers with it can be created from
 * their config.
 *
 * @throws ValueError if the class has no `className` of its own.
 * @example
 * class Halving extends optimizers.schedules.LearningRateSchedule {
 *   static override readonly className = 'Halving';
 *   static fromConfig() { return new Halving(); }
 *   call(step) { return 0.1 * 0.5 ** step; }
 * }
 * optimizers.schedules.registerSchedule(Halving);
 */
export function registerSchedule(type: KerasClass<LearningRateSchedule>): void {
  scheduleRegistry.register(type);
}

/**
 * The schedule that a serialized object stands for; a schedule is returned as it is.
 *
 * @param identifier a serialized object, or a schedule
 * @throws ValueError for anything else, and for an unknown class, listing the known ones.
 * @example optimizers.schedules.deserialize({ class_name: 'ExponentialDecay', config: { decay_steps: 100 } })
 */
export const getSchedule = (
  identifier: SerializedObject | LearningRateSchedule,
): LearningRateSchedule => scheduleRegistry.get(identifier);

/**
 * `schedule` as Keras writes it into JSON.
 *
 * @example optimizers.schedules.serialize(new optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96))
 */
export const serializeSchedule = (schedule: LearningRateSchedule): SerializedObject =>
  scheduleRegistry.serialize(schedule);

/**
 * Registers classes by their names: your own and, in programs that import `lanegrad/core`, which knows none, those of
 * this package.
 *
 * @throws ValueError if a class has no `className` of its own.
 * @example optimizers.schedules.register(optimizers.schedules.CosineDecay)
 */
export function registerSchedules(...types: readonly KerasClass<LearningRateSchedule>[]): void {
  scheduleRegistry.register(...types);
}
