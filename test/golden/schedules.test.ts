// Learning-rate schedules against Keras: the values of the first steps, and configs both ways.
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/index.js';
import { schedules, SGD } from '../../src/optimizers.js';
import { expectAllClose, readGolden } from './cases.js';

interface ScheduleCase {
  readonly class_name: string;
  readonly config: Config;
  /** [step] */
  readonly values: readonly number[];
}

const { cases, source } = readGolden<ScheduleCase>('schedules');

describe(`schedules, ${source}`, () => {
  const named = cases.map(
    (golden) => [`${golden.class_name} ${JSON.stringify(golden.config)}`, golden] as const,
  );

  it.each(named)('%s', (_, { class_name, config, values }) => {
    const schedule = schedules.deserialize({ class_name, config });
    const actual = values.map((_value, step) => schedule.call(step));
    expectAllClose(actual, values, 'learning rates');
    expect(schedule.getConfig()).toMatchObject(config);
    const serialized = schedules.serialize(schedule);
    expect(serialized).toMatchObject({
      module: 'keras.optimizers.schedules',
      class_name,
      registered_name: null,
    });
    expect(schedules.deserialize(serialized).getConfig()).toEqual(schedule.getConfig());
    // In the config of an optimizer it stands as Keras writes it.
    const optimizer = SGD.fromConfig({ learning_rate: serialized });
    expect(optimizer.getConfig()['learning_rate']).toEqual(serialized);
    expect(optimizer.learningRate).toBe(Math.fround(actual[0] ?? NaN));
  });
});
