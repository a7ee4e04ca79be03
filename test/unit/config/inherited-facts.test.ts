// What classes say of themselves beside their options, and what their subclasses take over of it.
import { describe, expect, it } from 'vitest';
import { configurable, number } from '../../../src/config/index.js';
import { layers, regularizers } from '../../../src/index.js';

describe('the upgrade of older configs', () => {
  // Keras 2 wrote the axis of a BatchNormalization as a list.
  const older = { name: 'norm', axis: [-1], momentum: 0.5 };

  it('is inherited, also by a class that declares options', () => {
    class Own extends layers.BatchNormalization {
      static override readonly className = 'Own';
    }
    class Declared extends configurable(layers.BatchNormalization, 'Declared', {
      strength: number({ default: 1 }),
    }) {}
    expect(Own.fromConfig(older).getConfig()).toMatchObject({ axis: -1, momentum: 0.5 });
    const declared = Declared.fromConfig({ ...older, strength: 3 });
    expect(declared.getConfig()).toMatchObject({ axis: -1, momentum: 0.5, strength: 3 });
  });

  it('comes before that of the class itself', () => {
    const seen: unknown[] = [];
    class Renamed extends configurable(
      layers.BatchNormalization,
      'Renamed',
      { strength: number({ default: 1 }) },
      {
        upgrade: ({ power, ...rest }) => {
          seen.push(rest['axis']);
          return { ...rest, strength: power };
        },
      },
    ) {}
    expect(Renamed.fromConfig({ ...older, power: 2 }).getConfig()).toMatchObject({
      axis: -1,
      strength: 2,
    });
    expect(seen).toEqual([-1]);
    // The base class has its own alone.
    expect(() => layers.BatchNormalization.fromConfig({ power: 2 })).toThrow(/'power' is unknown/);
  });
});

describe('the config that a name alone stands for', () => {
  class Plain extends regularizers.L1L2 {
    static override readonly className = 'PlainL1L2';
  }
  class Declared extends configurable(regularizers.L1L2, 'DeclaredL1L2') {}

  it('is Keras’s for the name of Keras, and the defaults for a subclass', () => {
    regularizers.register(Plain, Declared);
    expect(regularizers.get('l1_l2')?.getConfig()).toEqual({ l1: 0.01, l2: 0.01 });
    expect(regularizers.get('PlainL1L2')?.getConfig()).toEqual({ l1: 0, l2: 0 });
    expect(regularizers.get('DeclaredL1L2')?.getConfig()).toEqual({ l1: 0, l2: 0 });
  });
});
