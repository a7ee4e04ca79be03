import { describe, expect, it } from 'vitest';
import { Registry } from '../../../src/config/index.js';
import type { Config } from '../../../src/config/index.js';
import { layers, ValueError } from '../../../src/index.js';
import { CONSTRAINTS } from '../../../src/constraints/known.js';
import { INITIALIZERS } from '../../../src/initializers/known.js';
import { LAYERS } from '../../../src/layers/known.js';
import { LOSSES } from '../../../src/losses/known.js';
import { METRICS } from '../../../src/metrics/known.js';
import { OPTIMIZERS } from '../../../src/optimizers/known.js';
import { SCHEDULES } from '../../../src/optimizers/schedules/known.js';
import * as lanegrad from '../../../src/index.js';

class Thing {
  static readonly className: string = 'Thing';
  static fromConfig(): Thing {
    return new this();
  }
  getConfig(): Config {
    return {};
  }
}
class OtherThing extends Thing {
  static override readonly className = 'OtherThing';
}

const things = (): Registry<Thing> =>
  new Registry<Thing>('thing', 'keras.things', { object: 'thing' });

describe('a registry to which nothing was registered', () => {
  it('knows no name, and says how a class becomes known', () => {
    expect(() => things().create('thing')).toThrow(ValueError);
    expect(() => things().create('thing')).toThrow(
      /Unknown thing 'thing'\. Known: none\. .*'lanegrad\/core'.*things\.register\(Class\).*'lanegrad' knows all/,
    );
    expect(things().find('object')).toBeUndefined();
  });

  it('takes a class for Keras’s, unless it is registered as one’s own', () => {
    const registry = things();
    expect(registry.isKeras(new Thing())).toBe(true);
    registry.registerOwn(OtherThing);
    expect(registry.isKeras(new OtherThing())).toBe(false);
  });
});

describe('a registry', () => {
  it('takes what is registered after all classes for one’s own, and says so in files', () => {
    const registry = things();
    registry.registerAll([Thing]);
    registry.register(Thing, OtherThing);
    expect(registry.serialize(new Thing())).toMatchObject({
      module: 'keras.things',
      registered_name: null,
    });
    expect(registry.serialize(new OtherThing())).toMatchObject({
      module: null,
      registered_name: 'OtherThing',
    });
  });

  it('refuses a class that has no name of its own', () => {
    class Nameless extends Thing {}
    expect(() => {
      things().register(Nameless);
    }).toThrow(/thing class Nameless\(\) has no name that survives minifying/);
  });

  it('knows what was registered by its name and by aliases, in any spelling', () => {
    const registry = things();
    registry.register(Thing, OtherThing);
    for (const name of ['thing', 'Thing', 'object', 'Object']) {
      expect(registry.create(name)).toBeInstanceOf(Thing);
    }
    expect(registry.create('otherThing')).toBeInstanceOf(OtherThing);
    expect(() => registry.create('objekt')).toThrow(
      /Did you mean 'object'\? Known: thing, other_thing\./,
    );
  });

  it('that knows all classes takes any other for one’s own', () => {
    const registry = things();
    registry.registerAll([Thing]);
    expect(registry.isKeras(new Thing())).toBe(true);
    expect(registry.isKeras(new OtherThing())).toBe(false);
    expect(() => registry.create('nothing')).toThrow(/^((?!lanegrad\/core).)*$/);
  });
});

describe('the list of known names in messages', () => {
  const { initializers, losses, optimizers } = lanegrad;
  const known = (find: () => unknown): string[] => {
    try {
      find();
    } catch (error) {
      return /Known: ([^.]+)\./.exec(String(error))?.[1]?.split(', ') ?? [];
    }
    throw new Error('nothing was thrown');
  };
  const config = { class_name: 'Nothing', config: {} };

  it('has those that Keras takes', () => {
    // `keras.optimizers.get` knows the classes' names in lower case.
    expect(known(() => optimizers.get('nothing'))).toEqual(
      [
        'SGD',
        'Adam',
        'AdamW',
        'Adamax',
        'Nadam',
        'Adagrad',
        'Adadelta',
        'Lion',
        'Ftrl',
        'RMSprop',
      ].map((name) => name.toLowerCase()),
    );
    // Layers and schedules have no names but those of their classes.
    for (const name of ['Dense', 'Conv2D', 'LeakyReLU', 'PReLU', 'MaxPooling1D']) {
      expect(known(() => layers.deserialize(config))).toContain(name);
    }
    expect(known(() => optimizers.schedules.deserialize(config))).toContain('CosineDecay');
    expect(known(() => losses.get('nothing'))).toContain('kl_divergence');
    expect(known(() => initializers.get('nothing'))).toContain('he_normal');
  });

  it('has none that is not taken, and the nearest is advised', () => {
    for (const name of known(() => optimizers.get('nothing'))) {
      expect(optimizers.get(name)).toBeInstanceOf(optimizers.Optimizer);
    }
    expect(() => optimizers.get('rmspropp')).toThrow(/Did you mean 'rmsprop'\?/);
    expect(() => optimizers.get('AdanW')).toThrow(/Did you mean 'adamw'\?/);
    expect(() => layers.deserialize({ class_name: 'LeakyRelU6', config: {} })).toThrow(
      /Did you mean 'LeakyReLU'\?/,
    );
  });

  it.each(['AdamW', 'adamw', 'adam_w', 'adamW', 'ADAMW'])('takes %s', (name) => {
    expect(optimizers.get(name)).toBeInstanceOf(optimizers.AdamW);
  });
});

describe('every public class of its kind is known by name', () => {
  it.each([
    ['constraints', lanegrad.constraints, lanegrad.constraints.Constraint, CONSTRAINTS],
    ['initializers', lanegrad.initializers, lanegrad.initializers.Initializer, INITIALIZERS],
    ['layers', layers, layers.Layer, LAYERS],
    ['losses', lanegrad.losses, lanegrad.losses.Loss, LOSSES],
    ['metrics', lanegrad.metrics, lanegrad.metrics.Metric, METRICS],
    ['optimizers', lanegrad.optimizers, lanegrad.optimizers.Optimizer, OPTIMIZERS],
    [
      'schedules',
      lanegrad.optimizers.schedules,
      lanegrad.optimizers.schedules.LearningRateSchedule,
      SCHEDULES,
    ],
  ])('%s', (_, namespace, base, known) => {
    // What wraps a function has no name of its own.
    const isNamed = (name: string): boolean => !/^Function|^MeanMetricWrapper$/.test(name);
    const classes = Object.entries(namespace as Record<string, unknown>)
      .filter(([name, value]) => isNamed(name) && typeof value === 'function')
      .map(([, value]) => value as { prototype: unknown })
      .filter(({ prototype }) => prototype instanceof (base as unknown as new () => object));
    expect(new Set(classes)).toEqual(new Set<unknown>(known));
  });
});
