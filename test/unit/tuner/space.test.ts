// Hyperparameters: what they may be, how values are spread, and what mistakes say.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { layers } from '../../../src/index.js';
import { HyperParameters } from '../../../src/tuner.js';
import { boolean, choices, numeric } from '../../../src/extras/tuner/declarations.js';
import { allows, countOf, gridCount, gridValue, unitOf, valueAt } from '../../../src/extras/tuner/hyperparameter.js'; // prettier-ignore
import { drawsOf, randomValue } from '../../../src/extras/tuner/draws.js';
import { Features } from '../../../src/extras/tuner/bayesian/features.js';

describe('outside of a search', () => {
  it('hyperparameters have their defaults, and types that fit', () => {
    const hp = new HyperParameters();
    expectTypeOf(hp.int('units', { min: 2, max: 8 })).toEqualTypeOf<number>();
    expectTypeOf(hp.boolean('wide')).toEqualTypeOf<boolean>();
    const activation = hp.choice('activation', ['relu', 'tanh']);
    expectTypeOf(activation).toEqualTypeOf<'relu' | 'tanh'>();
    expectTypeOf(hp.choice('size', [1, 2])).toEqualTypeOf<1 | 2>();
    new layers.Dense(2, { activation }).dispose();
    hp.float('rate', { min: 0.1, max: 1, default: 0.5 });
    expect(hp.fixed('seed', 3)).toBe(3);
    expect(hp.values).toEqual({
      units: 2,
      wide: false,
      activation: 'relu',
      size: 1,
      rate: 0.5,
      seed: 3,
    });
    expect(hp.get('rate')).toBe(0.5);
    expect([hp.has('rate'), hp.has('other')]).toEqual([true, false]);
    expect(() => hp.get('rat')).toThrow(
      "'rat' was not declared in this trial. Did you mean 'rate'?",
    );
  });
});

describe('values', () => {
  const ranges = [
    numeric('int', 'a', { min: -3, max: 4 }),
    numeric('int', 'b', { min: 10, max: 100, step: 7 }),
    numeric('int', 'c', { min: 1, max: 1024, sampling: 'log' }),
    numeric('int', 'd', { min: 1, max: 1024, step: 2, sampling: 'log' }),
    numeric('float', 'e', { min: 0, max: 0.5, step: 0.1 }),
    numeric('float', 'f', { min: 1e-4, max: 1, sampling: 'log' }),
    numeric('float', 'g', { min: 1e-4, max: 1, step: 10, sampling: 'reverse_log' }),
    numeric('float', 'h', { min: 0.5, max: 0.999, sampling: 'reverse_log' }),
    numeric('float', 'i', { min: -2, max: 3 }),
    numeric('float', 'j', { min: 2, max: 2 }),
    choices('k', ['x', 'y', 'z'], {}),
    boolean('l', {}),
  ];

  it('lie in their ranges, come back from the number that stands for them, and reach both ends', () => {
    for (const of of ranges) {
      for (let i = 0; i <= 1000; i++) {
        const value = valueAt(of, i / 1000);
        expect(allows(of, value)).toBe(true);
        const again = valueAt(of, unitOf(of, value));
        if (typeof value === 'number' && countOf(of) === Infinity)
          expect(again).toBeCloseTo(value, 10);
        else expect(again).toBe(value);
      }
    }
    expect(ranges.map((of) => [valueAt(of, 0), valueAt(of, 1)])).toEqual([
      [-3, 4], [10, 94], [1, 1024], [1, 1024], [0, 0.5], [1e-4, 1], [1e-4, 1], [0.5, 0.999], [-2, 3], [2, 2], ['x', 'z'],
      [false, true],
    ]); // prettier-ignore
    expect(ranges.map(countOf)).toEqual([
      8,
      13,
      1024,
      11,
      6,
      Infinity,
      5,
      Infinity,
      Infinity,
      1,
      3,
      2,
    ]);
  });

  it('of a step have no digits of rounding', () => {
    const step = numeric('float', 'e', { min: 0, max: 0.5, step: 0.1 });
    const values = Array.from({ length: 6 }, (_, i) => gridValue(step, i));
    expect(values).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it('of a grid are different ones, and reach both ends', () => {
    for (const sampling of ['log', 'reverse_log'] as const) {
      for (const max of [5, 10, 11, 20, 1000]) {
        const of = numeric('int', 'n', { min: 1, max, sampling });
        const values = Array.from({ length: gridCount(of) }, (_, i) => gridValue(of, i));
        expect(values.every((value) => allows(of, value))).toBe(true);
        expect(new Set(values).size).toBe(Math.min(max, 10));
        expect([values[0], values.at(-1)]).toEqual([1, max]);
        expect(values).toEqual(values.toSorted((a, b) => Number(a) - Number(b)));
      }
    }
  });

  it('drawn at random are finer than float32', () => {
    const of = numeric('int', 'n', { min: 0, max: 2 ** 40 });
    const draws = drawsOf(3, 0, 'proposal');
    const values = Array.from({ length: 64 }, () => Number(randomValue(of, draws)));
    // Of float32 with 24 digits each would be a multiple of 2 ** 16.
    expect(new Set(values.map((value) => value % 2 ** 16)).size).toBeGreaterThan(50);
  });

  it('are as likely in each power of ten by logarithms', () => {
    const [c, f] = [ranges[2], ranges[5]];
    if (c === undefined || f === undefined) throw new Error('there are no such ranges');
    expect(valueAt(f, 0.5)).toBeCloseTo(0.01, 12);
    // ⌊1025^½⌋: each whole number has the part up to the next.
    expect(valueAt(c, 0.5)).toBe(32);
    expect(gridCount(c)).toBe(10);
  });

  it('are coordinates from 0 to 1, and choices without an order are as far from each other', () => {
    const features = new Features(ranges);
    const units = (values: Record<string, string | number | boolean>): Float64Array =>
      features.encode(values);
    const distance = (a: Float64Array, b: Float64Array): number =>
      Math.hypot(...a.map((one, i) => one - (b[i] ?? 0)));
    expect(distance(units({ k: 'x' }), units({ k: 'z' }))).toBeCloseTo(1, 12);
    expect(distance(units({ l: false }), units({ l: true }))).toBeCloseTo(1, 12);
    const values = {
      a: 4,
      b: 24,
      c: 100,
      d: 64,
      e: 0.3,
      f: 0.5,
      g: 1,
      h: 0.9,
      i: 2,
      j: 2,
      k: 'y',
      l: true,
    };
    for (const [name, value] of Object.entries(features.decode(units(values)))) {
      const there = values[name as keyof typeof values];
      if (typeof value === 'number') expect(value).toBeCloseTo(there as number, 10);
      else expect(value).toBe(there);
    }
  });
});

describe('a declaration that cannot be', () => {
  it('says what is wrong, and what to do', () => {
    const refused = (declare: (hp: HyperParameters) => unknown, text: string | RegExp): void => {
      expect(() => declare(new HyperParameters())).toThrow(text);
    };
    refused(
      (hp) => hp.int('x', { min: 3, max: 2 }),
      "hp.int 'x': min must be at most max, got min 3 and max 2.",
    );
    refused(
      (hp) => hp.float('x', { min: 0, max: 2, sampling: 'log' }),
      "sampling 'log' needs a min above 0, got 0",
    );
    refused((hp) => hp.int('x', { min: 0.5, max: 2 }), 'min must be a whole number');
    refused((hp) => hp.float('x', { min: NaN, max: 2 }), 'min must be a finite number, got NaN');
    refused((hp) => hp.float('x', {} as never), 'min must be a finite number, got undefined');
    refused(
      (hp) => hp.float('x', { min: 0, max: 1, step: 0 }),
      'step must be a finite number above 0',
    );
    refused(
      (hp) => hp.float('x', { min: 1, max: 9, step: 1, sampling: 'log' }),
      'step must be a finite number above 1',
    );
    refused(
      (hp) => hp.int('x', { min: 0, max: 9, stepp: 1 } as never),
      "unknown option 'stepp'. Did you mean 'step'?",
    );
    refused(
      (hp) => hp.int('x', { min: 0, max: 9, default: 10 }),
      'default must be a value of the hyperparameter, int from 0 to 9, got 10',
    );
    refused(
      (hp) => hp.int('x', { min: 0, max: 9, sampling: 'exp' as never }),
      "sampling must be 'linear', 'log' or 'reverse_log', got 'exp'",
    );
    refused((hp) => hp.choice('x', []), "hp.choice 'x': values must be a list of different texts");
    refused((hp) => hp.choice('x', [1, 'a']), 'values must be a list');
    refused((hp) => hp.choice('x', [1, 1]), 'values must be a list');
    refused((hp) => hp.choice('x', [NaN]), 'values must be a list');
    refused((hp) => hp.choice('x', ['a'], { default: 'b' as 'a' }), "got 'b'");
    refused(
      (hp) => hp.boolean('x', { default: 1 as never }),
      'default must be true or false, got 1',
    );
    refused((hp) => hp.fixed('x', {} as never), 'the value must be a finite number');
    refused((hp) => hp.int('', { min: 0, max: 1 }), 'the name of a hyperparameter is a text');
    refused((hp) => hp.int('tuner/epochs', { min: 0, max: 1 }), "begins with 'tuner/'");
    refused(
      (hp) => [hp.int('x', { min: 0, max: 1 }), hp.float('x', { min: 0, max: 1 })],
      'but it was declared as int from 0 to 1. A name has one range: give another name.',
    );
    refused((hp) => [hp.choice('x', ['a', 'b']), hp.choice('x', ['a', 'c'])], "one of ['a', 'b']");
  });
});
