import { describeValue } from '../../config/describe-value.js';
import { isSerializedObject, Registry } from '../../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { LearningRateSchedule } from './learning-rate-schedule.js';

const registry = new Registry<LearningRateSchedule>(
  'learning-rate schedule',
  'keras.optimizers.schedules',
  {},
  { shownAs: (className) => className },
);

/**
 * Makes a schedule class of your own known, so that optimizers that hold it can be built from their
 * config. It is found by its `static readonly className`.
 *
 * @throws ValueError if the class has no such name of its own.
 */
export function registerSchedule(type: ConfigurableClass<LearningRateSchedule>): void {
  registry.registerOwn(type);
}

/**
 * The schedule that a serialized object stands for; a schedule is returned as it is.
 *
 * @throws ValueError for anything else, and for an unknown class, listing the known ones.
 */
export function getSchedule(
  identifier: SerializedObject | LearningRateSchedule,
): LearningRateSchedule {
  if (identifier instanceof LearningRateSchedule) return identifier;
  if (!isSerializedObject(identifier)) {
    throw new ValueError(
      `A learning-rate schedule is an instance of optimizers.schedules.LearningRateSchedule or an object ` +
        `with class_name and config, got ${describeValue(identifier)}.`,
    );
  }
  if (registry.find(identifier.class_name) !== undefined) return registry.create(identifier);
  throw new ValueError(
    `${messageOf(() => registry.create(identifier))} Make a class of your own known with ` +
      `optimizers.schedules.registerSchedule(Class).`,
  );
}

/** What the ValueError that `f` throws says. */
function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    if (error instanceof ValueError) return error.message;
    throw error;
  }
  return '';
}

/** `schedule` as Keras writes it into JSON. */
export function serializeSchedule(schedule: LearningRateSchedule): SerializedObject {
  return registry.serialize(schedule);
}

/**
 * Makes classes known by their names: your own, and for programs that import `lanegrad/core`, which knows none, those
 * of this package:
 * `optimizers.schedules.register(optimizers.schedules.CosineDecay)`.
 */
export function registerSchedules(
  ...types: readonly ConfigurableClass<LearningRateSchedule>[]
): void {
  registry.register(...types);
}

/** Makes all of them known. */
export function registerAllSchedules(
  types: readonly ConfigurableClass<LearningRateSchedule>[],
): void {
  registry.registerAll(types);
}
