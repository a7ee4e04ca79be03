import { describe, expect, it } from 'vitest';
import { configurable, configure, KerasObject, Registry } from '../../../src/config/index.js';
import { layers, ValueError } from '../../../src/index.js';
import * as lanegrad from '../../../src/index.js';
import { families } from '../../specs/families.js';
import { optimizerSpecs } from '../../specs/optimizers.js';

abstract class Thing extends KerasObject {
  static override readonly className: string = 'Thing';

  constructor(options: object = {}) {
    super();
    configure(this, options);
  }

  abstract get material(): string;
}
class Stone extends configurable(Thing, 'Stone', undefined, { aliases: ['rock'] }) {
  override get material(): string {
    return 'stone';
  }
}
class OwnThing extends Thing {
  static override readonly className = 'OwnThing';

  override get material(): string {
    return 'anything';
  }

  static fromConfig(): OwnThing {
    return new OwnThing();
  }
}

const things = (): Registry<Thing> =>
  new Registry<Thing>({
    kind: 'thing',
    module: 'keras.things',
    base: Thing,
    expected: 'a name or a Thing',
  });

describe('a registry to which nothing was registered', () => {
  it('knows no name, and says how a class becomes known', () => {
    expect(() => things().create('thing')).toThrow(ValueError);
    expect(() => things().create('thing')).toThrow(
      /Unknown thing 'thing'\. Known: none\. .*'lanegrad\/core'.*things\.register\(Class\).*'lanegrad' knows all/,
    );
    expect(things().find('stone')).toBeUndefined();
  });

  it('tells Keras’s classes from those of a user', () => {
    expect(things().serialize(new Stone())).toMatchObject({
      module: 'keras.things',
      class_name: 'Stone',
      registered_name: null,
    });
    expect(things().serialize(new OwnThing())).toMatchObject({
      module: null,
      registered_name: 'OwnThing',
    });
  });
});

describe('a registry', () => {
  it('refuses a class that has no name of its own', () => {
    class Nameless extends OwnThing {}
    expect(() => {
      things().register(Nameless);
    }).toThrow(/thing class Nameless\(\) has no name that survives minifying/);
  });

  it('knows what was registered by its name and by aliases, in any spelling', () => {
    const registry = things();
    registry.register(Stone, OwnThing);
    for (const name of ['stone', 'Stone', 'rock', 'Rock']) {
      expect(registry.create(name)).toBeInstanceOf(Stone);
    }
    expect(registry.create('ownThing')).toBeInstanceOf(OwnThing);
    expect(registry.has('own_thing', true)).toBe(true);
    expect(registry.has('stone', true)).toBe(false);
    expect(() => registry.create('rokc')).toThrow(
      /Did you mean 'rock'\? Known: stone, own_thing\./,
    );
  });

  it('takes all of Keras’s classes that a module exports', () => {
    const registry = things();
    registry.registerAll({ Thing, Stone, OwnThing, other: 1 });
    expect(registry.find('stone')).toBe(Stone);
    expect(registry.find('thing')).toBeUndefined();
    expect(registry.find('own_thing')).toBeUndefined();
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
    expect(known(() => optimizers.get('nothing')).sort()).toEqual(
      Object.keys(optimizerSpecs)
        .map((name) => name.toLowerCase())
        .sort(),
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
    const withInner = ['lossscaleoptimizer', 'multioptimizer'];
    for (const name of known(() => optimizers.get('nothing'))) {
      if (withInner.includes(name)) expect(() => optimizers.get(name)).toThrow(/must be an optimi/);
      else expect(optimizers.get(name)).toBeInstanceOf(optimizers.Optimizer);
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
  const namespaces: object = { ...lanegrad, schedules: lanegrad.optimizers.schedules };
  it.each(Object.entries(families))('%s', (name, { registry }) => {
    // What wraps a function has no name of its own.
    const isNamed = (exported: string): boolean => !/^Function|^MeanMetricWrapper$/.test(exported);
    const classes = Object.entries(namespaces[name as never] as Record<string, unknown>)
      .filter(([exported, value]) => isNamed(exported) && typeof value === 'function')
      .map(([, value]) => value as { prototype: unknown; facts?: { isAbstract?: boolean } })
      .filter(({ prototype }) => prototype instanceof registry.of.base)
      .filter(({ facts }) => facts?.isAbstract !== true);
    // Of the layers models and FeatureSpace are in other namespaces, and two layers inside the latter are in none.
    const known = registry.classes.filter(
      ({ className }) =>
        !/^(FeatureSpace|Functional|Sequential|TFD(Concat|Identity))$/.test(className),
    );
    expect(new Set(classes)).toEqual(new Set<unknown>(known));
  });
});
