import { describeValue } from '../../config/check-number.js';
import { isSerializedObject, Registry } from '../../config/index.js';
import type { ConfigurableClass, SerializedObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { CosineDecayRestarts } from './cosine-decay-restarts.js';
import { CosineDecay } from './cosine-decay.js';
import { ExponentialDecay } from './exponential-decay.js';
import { InverseTimeDecay } from './inverse-time-decay.js';
import { LearningRateSchedule } from './learning-rate-schedule.js';
import { PiecewiseConstantDecay } from './piecewise-constant-decay.js';
import { PolynomialDecay } from './polynomial-decay.js';

const registry = new Registry<LearningRateSchedule>(
  'learning-rate schedule',
  'keras.optimizers.schedules',
  [
    [ExponentialDecay],
    [PiecewiseConstantDecay],
    [PolynomialDecay],
    [InverseTimeDecay],
    [CosineDecay],
    [CosineDecayRestarts],
  ],
);

/** The classes that Keras does not know. */
const ownClasses = new Set<unknown>();

/**
 * Makes a schedule class of your own known, so that optimizers that hold it can be built from their
 * config. It is found by its `static readonly className`.
 *
 * @throws ValueError if the class has no such name of its own.
 */
export function registerSchedule(type: ConfigurableClass<LearningRateSchedule>): void {
  if (!Object.hasOwn(type, 'className') || typeof type.className !== 'string') {
    throw new ValueError(
      `registerSchedule: class ${describeValue(type)} has no name that survives minifying. Give it ` +
        `\`static readonly className = '…'\`.`,
    );
  }
  registry.register(type);
  ownClasses.add(type);
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
  const serialized = registry.serialize(schedule);
  const type: unknown = schedule.constructor;
  const isKeras = registry.find(serialized.class_name) === type && !ownClasses.has(type);
  if (isKeras) return serialized;
  return { ...serialized, module: null, registered_name: serialized.class_name };
}
