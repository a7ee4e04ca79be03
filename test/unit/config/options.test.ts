// The numbers and names that options take: those of the rows in test/specs. Defaults and meanings are Keras's; the limits follow
// from the formulas: a probability, a count, a divisor. The walk in declared.test.ts takes a range from the declaration, so a
// range that is wrong there shows here alone.
import { describe, expect, it } from 'vitest';
import * as callbacks from '../../../src/callbacks.js';
import { camelCase, snakeCase } from '../../../src/config/index.js';
import { ValueError } from '../../../src/errors.js';
import { VarianceScaling } from '../../../src/initializers.js';
import { Flatten } from '../../../src/layers.js';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import { plotModel } from '../../../src/utils.js';
import { callbackSpecs } from '../../specs/callbacks.js';
import { argumentsWith, describedClasses } from '../../specs/families.js';
import type { DeclaredClass } from '../../specs/families.js';
import { made, optionsOf } from '../../specs/spec.js';

type Named = readonly [owner: string, option: string, names: readonly string[], make: (value: unknown) => object]; // prettier-ignore

/** The range that a message about NaN names. */
function rangeOf(type: DeclaredClass, name: string): string {
  try {
    type.declared[name]?.check(NaN, { owner: 'X', label: 'X', name, object: {} });
  } catch (error) {
    return /must be (.*), got NaN/.exec((error as Error).message)?.[1] ?? 'another message';
  }
  return 'NaN is taken';
}

it.each(describedClasses)(
  '$family: the numbers and names of $name are those of its row',
  ({ type, spec }) => {
    // prettier-ignore
    const declared = Object.entries(type.declared).flatMap(([name, { range, names }]) =>
    range !== undefined ? [[name, rangeOf(type, name)]] : names !== undefined ? [[name, 'a name']] : [], // prettier-ignore
  );
    const listed = Object.entries(optionsOf(spec.takes)).map(([name, { range }]) => [name, range ?? 'a name']); // prettier-ignore
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(listed));
  },
);

const named: Named[] = describedClasses.flatMap((described) =>
  Object.entries(optionsOf(described.spec.takes)).flatMap(([option, { names }]) => {
    const make = (value: unknown): object => new described.type(...argumentsWith(described, { [option]: value })); // prettier-ignore
    return names === undefined ? [] : [[described.name, option, names, make] as const];
  }),
);

const callbackClasses = callbacks as unknown as Readonly<Record<string, new (...args: readonly unknown[]) => object>>; // prettier-ignore
const ofCallbacks: Named[] = Object.entries(callbackSpecs).flatMap(([name, { takes, examples }]) =>
  Object.entries(optionsOf(takes)).flatMap(([option, { names }]) => {
    const args = made(examples[0] ?? []).slice(0, -1);
    const Class = callbackClasses[name];
    if (Class === undefined || names === undefined) return [];
    return [[name, option, names, (value) => new Class(...args, { [option]: value })] as const];
  }),
);

/** The option as Keras spells it. */
function optionOf(holder: object, option: string): unknown {
  if (!('getConfig' in holder)) return (holder as Record<string, unknown>)[option];
  return (holder.getConfig as () => Readonly<Record<string, unknown>>)()[snakeCase(option)];
}

const spellings = (name: string): string[] => [
  name,
  camelCase(name),
  name.toUpperCase(),
  name.replace(/^.|_./g, (letters) => letters.toUpperCase()),
];

describe.each([...named, ...ofCallbacks])('%s: %s', (_, option, names, make) => {
  it.each(names)('%s in every spelling', (name) => {
    for (const spelling of spellings(name)) {
      expect(optionOf(make(spelling), option), spelling).toBe(name);
    }
  });

  it('refuses other names, and says which there are', () => {
    for (const wrong of [`${names[0] ?? ''}x`, 7]) {
      expect(() => make(wrong)).toThrow(ValueError);
      expect(() => make(wrong)).toThrow(`${option} must be '${names[0] ?? ''}'`);
    }
  });
});

it("VarianceScaling's 'normal' is 'truncated_normal'", () => {
  expect(new VarianceScaling({ distribution: 'normal' }).distribution).toBe('truncated_normal');
});

describe('functions', () => {
  const image = tensor([
    [
      [[1], [2]],
      [[3], [4]],
    ],
  ]);
  const kernel = tensor([[[[1]]]]);

  it.each([
    ['conv2d', (padding: 'same') => ops.conv2d(image, kernel, null, { padding })],
    ['maxPool2d', (padding: 'same') => ops.maxPool2d(image, { padding })],
    ['averagePool2d', (padding: 'same') => ops.averagePool2d(image, { padding })],
  ])('%s: padding', (_, run) => {
    const expected = run('same').toArray();
    for (const spelling of spellings('same')) {
      expect(run(spelling as 'same').toArray()).toEqual(expected);
    }
    expect(() => run('some' as 'same')).toThrow(/padding must be .*Did you mean 'same'\?/);
  });

  it('upSample: interpolation', () => {
    const expected = ops.upSample([1, 2], 0, 2, 'bilinear').toArray();
    expect(ops.upSample([1, 2], 0, 2, 'Bilinear' as 'bilinear').toArray()).toEqual(expected);
    expect(() => ops.upSample([1, 2], 0, 2, 'cubic' as 'bilinear')).toThrow(
      "upSample: interpolation must be 'nearest', 'bilinear', 'bicubic', 'lanczos3' or 'lanczos5', got 'cubic'.",
    );
  });

  it('plotModel: rankdir', async () => {
    const model = { name: 'm', layers: [new Flatten({ name: 'f' })] };
    expect(await plotModel(model, { rankdir: 'lr' as 'LR' })).toBe(
      await plotModel(model, { rankdir: 'LR' }),
    );
  });
});
