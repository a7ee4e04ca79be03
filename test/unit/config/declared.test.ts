// Every class of every kind, by what it declares. The defaults come from Keras: test/oracles/fixtures/keras-defaults.py.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { camelCase, isDeclared } from '../../../src/config/index.js';
import type { KerasObject, Option, SerializedObject } from '../../../src/config/index.js';
import { layers, ValueError } from '../../../src/index.js';
import { layerRegistry } from '../../../src/nn/layers/registry.js';
import { describedClasses, families, makeExamples } from '../../specs/families.js';
import type { DescribedClass } from '../../specs/families.js';
import { made } from '../../specs/spec.js';

type Config = Readonly<Record<string, unknown>>;
type Row = DescribedClass & { readonly kind: string };

const keras = JSON.parse(
  readFileSync(new URL('../../fixtures/keras-defaults.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, Config>>>>;

const ROWS: Row[] = describedClasses.map((row) => ({ ...row, kind: row.family }));

/** Arguments that stand before the options, of classes that need some. */
const argumentsOf = ({ kind, name, type, spec }: Row): readonly unknown[] => {
  const ofKeras = keras['arguments']?.[name] as unknown as readonly unknown[] | undefined;
  const given = spec.extension === true ? made(spec.examples[0] ?? []) : ofKeras;
  // A regularizer or an initializer may be called as a layer is.
  if (/^(layers|metrics|optimizers|schedules)$/.test(kind)) return given ?? [];
  return (type.facts.positional ?? []).map(() => undefined);
};

const make = (row: Row, options: Config = {}): KerasObject => {
  const args = argumentsOf(row);
  const { positional = [] } = row.type.facts;
  const all = positional.map((name, i) => (Object.hasOwn(options, name) ? options[name] : args[i]));
  const rest = Object.entries(options).filter(([name]) => !positional.includes(name));
  return new row.type(...all, Object.fromEntries(rest));
};

/** The config without the name, which is counted. */
const configOf = (object: KerasObject): Config => {
  const { name: _, ...config } = object.getConfig();
  return JSON.parse(JSON.stringify(config)) as Config;
};

const optionsOf = ({ type }: Row): [name: string, option: Option][] =>
  Object.entries(type.declared).filter(([, { isOwn }]) => isOwn !== true);

/** The options of an input are shapes. */
const rows = ROWS.filter(({ name }) => name !== 'InputLayer');

/** Names of Keras's that are ours too, though they stand for another class in Python. */
const OTHER_NAMES = new Set(['GroupQueryAttention']);

const exported: Readonly<Record<string, unknown>> = layers;
const aliases = Object.entries(keras['aliases'] as unknown as Readonly<Record<string, string>>);

it.each(aliases.filter(([name, own]) => !OTHER_NAMES.has(name) && layerRegistry.has(own)))(
  'layer %s is %s, in code and in files',
  (name, own) => {
    expect(exported[name]).toBe(exported[own]);
    expect(layerRegistry.has(name)).toBe(true);
  },
);

/** Layers that pass masks on though Keras says they do not: Keras does not run an InputLayer. */
const PASSES_ON = new Set(['InputLayer']);

// The fixture holds all of Keras's layers: that another lacks `extension: true` is said below.
it.each(
  ROWS.filter(({ kind, name }) => kind === 'layers' && name in (keras['supports_masking'] ?? {})),
)('layer $name passes masks on as in Keras', (row) => {
  const expected = keras['supports_masking']?.[row.name] as unknown as boolean;
  const layer = make(row, row.name === 'InputLayer' ? { shape: [4] } : {}) as unknown as {
    readonly supportsMasking: boolean;
  };
  expect(layer.supportsMasking).toBe(PASSES_ON.has(row.name) || expected);
});

describe.each(rows)('$kind, $name:', (row) => {
  const { name: className, kind, type } = row;

  it('is declared', () => {
    expect(isDeclared(type)).toBe(true);
  });

  it('has Keras’s defaults', () => {
    const expected = keras[kind]?.[className];
    // The fixture holds all of Keras's classes.
    const advice = `${className}: its row in test/specs says \`extension: true\` if Keras has no such class, and only then`;
    expect(expected === undefined, advice).toBe(row.spec.extension === true);
    if (expected === undefined) return;
    const { name: _, dtype: __, ...config } = expected;
    const written = configOf(make(row));
    const surplus = Object.keys(written).filter((key) => key !== 'dtype' && !(key in config));
    expect(surplus, 'keys that Keras does not write').toEqual([]);
    for (const [key, value] of Object.entries(config)) {
      if (DIFFERENT.has(`${className}.${key}`)) continue;
      // Released Keras has no such argument.
      const isLater = key === 'label_smoothing' && !Object.hasOwn(written, key);
      expect([key, isLater ? 0 : plain(written[key])]).toEqual([key, plain(value)]);
    }
  });

  it('refuses an option that it does not know', () => {
    if (!row.spec.takesNoOptions) {
      const misspelt = (): KerasObject => make(row, { noSuchOption: 1 });
      expect(misspelt).toThrow(ValueError);
      expect(misspelt).toThrow(new RegExp(`${className}: unknown option 'noSuchOption'`));
    }
    expect(() => type.fromConfig({ no_such_option: 1 })).toThrow(
      new RegExp(`${className}: config key 'no_such_option' is unknown`),
    );
  });

  it('comes back from what a file holds of it', () => {
    const registry = families[kind]?.registry;
    for (const object of [make(row), ...makeExamples(row)]) {
      const saved = registry?.serialize(object as never) as SerializedObject;
      const family = `keras.${kind === 'schedules' ? 'optimizers.schedules' : kind}`;
      const { module } = type.facts;
      expect(saved).toMatchObject({
        module: module ?? family,
        class_name: className,
        registered_name: module === undefined ? null : className,
      });
      const again = registry?.create(JSON.parse(JSON.stringify(saved)) as SerializedObject);
      expect(again?.constructor).toBe(type);
      expect(again?.getConfig()).toEqual(object.getConfig());
    }
  });

  it.each(optionsOf(row).filter(([, { range }]) => range !== undefined))(
    'checks the number %s',
    (name, { range = {} }) => {
      const { min, max, above, below, integer } = range;
      const wrong: unknown[] = ['1', true, [], {}, NaN, Infinity, -Infinity, () => 1];
      if (min !== undefined) wrong.push(integer === true ? min - 1 : min - 1e-3);
      if (max !== undefined)
        wrong.push(integer === true ? max + 1 : max + Math.max(1e-3, max / 1e3));
      if (above !== undefined) wrong.push(above, above - 1);
      if (below !== undefined) wrong.push(below, below + 1);
      if (integer === true) wrong.push((min ?? 0) + 1.5);
      for (const value of wrong) {
        expect(() => make(row, { [name]: value })).toThrow(ValueError);
        expect(() => make(row, { [name]: value })).toThrow(
          new RegExp(`${className}.*: ${name}\\b.* must be`),
        );
      }
    },
  );

  it.each(optionsOf(row).filter(([, { names }]) => names !== undefined))(
    'knows the names of %s in both spellings',
    (name, { names = [] }) => {
      for (const known of names) {
        // A layer may know fewer: causal padding is for sequences.
        const made = attempt(() => configOf(make(row, { [name]: known })));
        expect(attempt(() => configOf(make(row, { [name]: camelCase(known) })))).toEqual(made);
      }
      for (const value of ['no such name', 3, {}, true]) {
        expect(() => make(row, { [name]: value })).toThrow(ValueError);
        expect(() => make(row, { [name]: value })).toThrow(
          new RegExp(`${className}.*: ${name} must be`),
        );
      }
    },
  );

  it.each(optionsOf(row).filter(([, option]) => typeof option.default === 'boolean'))(
    'checks that %s is true or false',
    (name) => {
      for (const value of ['true', 1, 0, {}, []]) {
        expect(() => make(row, { [name]: value })).toThrow(
          new RegExp(`${className}: ${name} must be true or false`),
        );
      }
    },
  );

  it.each(optionsOf(row))('refuses for %s what no option can be', (name) => {
    for (const value of [Symbol('x'), new Date(0), [{}], Number.NaN]) {
      expect(() => make(row, { [name]: value })).toThrow(ValueError);
      // Where an option is an object of Keras's, messages say which kind.
      const kind = /(Initializer|Regularizer|Constraint)$/.exec(name)?.[0].toLowerCase();
      const named = kind === undefined ? name : `(${name}|${kind})`;
      expect(() => make(row, { [name]: value })).toThrow(
        new RegExp(`${className}.*\\b${named}\\b`),
      );
    }
  });

  const isGiven = (name: string): boolean =>
    type.facts.positional?.includes(name) === true && argumentsOf(row).length > 0;
  it.each(optionsOf(row).filter(([n, option]) => option.default !== undefined && !isGiven(n)))(
    'takes the default of %s written out',
    (name, { default: value }) => {
      expect(configOf(make(row, { [name]: value }))).toEqual(configOf(make(row)));
    },
  );
});

/** What `f` gives, or that it gives nothing. */
function attempt(f: () => unknown): unknown {
  try {
    return f();
  } catch {
    return 'refused';
  }
}

/** A serialized object by its class and config alone; lists of one number each as that number. */
function plain(value: unknown): unknown {
  // Some of Keras's numbers have gone through float32.
  if (typeof value === 'number') return Number(value.toPrecision(6));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if ('class_name' in value && 'config' in value) {
    return { class: value.class_name, config: plain(value.config) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Where a config here differs from Keras's, with the reason. */
const DIFFERENT = new Set<string>([
  // Keras 3.16 does not write it, later versions do: it is written where there is one.
  'SimpleRNN.seed',
  // Keras draws one while the layer is made.
  'RandomCrop.seed',
]);

it('pools over windows of two unless told otherwise, as Keras’s MaxPooling does', () => {
  const classes = ['AveragePooling1D', 'AveragePooling2D', 'MaxPooling1D', 'MaxPooling2D'];
  for (const name of [...classes, 'AveragePooling3D', 'MaxPooling3D']) {
    const type = layerRegistry.find(name) as unknown as Row['type'];
    const rank = Number(name.at(-2));
    expect(new type().getConfig()['pool_size']).toEqual(new Array(rank).fill(2));
  }
});
