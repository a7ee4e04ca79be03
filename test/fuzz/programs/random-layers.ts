// Random layers: one of each class of the library with options of many kinds, and layers that an author writes.
import { camelCase } from '../../../src/config/index.js';
import * as layers from '../../../src/layers.js';
import type { AnyLayer } from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { makeLayers, shapesOf } from '../../specs/layers.js';
import type { Randomness } from '../random-graph.js';
import { STATEMENTS } from './own-parts.js';
import type { Statement } from './own-parts.js';
import type { LayerPlan, Options } from './program.js';

type LayerType = (new (...args: never[]) => AnyLayer) & {
  readonly declared: Readonly<Record<string, unknown>>;
  fromConfig(config: never): AnyLayer;
};

const typeOf = (kind: string): LayerType | undefined =>
  (layers as unknown as Readonly<Record<string, LayerType | undefined>>)[kind];

/** A config without the keys that say what is meant anyway. */
function shortConfig(layer: AnyLayer): Options {
  const type = layer.constructor as LayerType;
  const full = JSON.stringify({ ...layer.getConfig(), name: 'name' });
  let config: Record<string, unknown> = JSON.parse(full) as Record<string, unknown>;
  for (const key of Object.keys(config)) {
    const { [key]: _, ...rest } = config;
    if (key === 'name') continue;
    try {
      const made = type.fromConfig(structuredClone(rest) as never);
      if (JSON.stringify({ ...made.getConfig(), name: 'name' }) === full) config = rest;
    } catch {
      // It is needed.
    }
  }
  const { name: _, ...options } = config;
  return options;
}

interface Candidate {
  readonly kind: string;
  readonly options: Options;
  /** Ranks of what it takes. */
  readonly ranks: readonly number[];
}

/** Cells work within other layers; an input is not a layer of a chain; ids are taken by the first layer alone. */
const LEFT_OUT = /Cells?$|^InputLayer$|Embedding$|^TernaryDense$/;

let library: readonly Candidate[] | undefined;

/** Each class of the library as it stands in its row. */
const candidates = (): readonly Candidate[] =>
  (library ??= makeLayers()
    .filter(([layer]) => !LEFT_OUT.test(layer.constructor.name))
    .map(([layer, shape]) => ({
      kind: layer.constructor.name,
      options: shortConfig(layer),
      ranks: shapesOf(shape).map((each) => each.length),
    })));

type Shape = readonly (number | null)[];

/** A layer of the library, for values of that rank. */
function libraryLayer(
  random: Randomness,
  rank: number,
): Omit<LayerPlan, 'id' | 'from'> & { readonly count: number } {
  const fitting = candidates().filter(({ ranks }) => ranks.every((each) => each === rank));
  const { kind, options, ranks } = random.pick(fitting);
  return { kind, options: withExtras(random, kind, options), count: ranks.length };
}

const NAMES = ['relu', 'tanh', 'sigmoid', 'softmax', 'linear'];

/** Penalties, limits and activations where the class has such options. */
function withExtras(random: Randomness, kind: string, options: Options): Options {
  const extras: Record<string, unknown> = {};
  const penalty = (): unknown =>
    random.pick(['l2', 'l1', { class_name: 'L1L2', config: { l1: 0.1, l2: 0.2 } }, '~penalty', '~reading penalty']); // prettier-ignore
  for (const name of Object.keys(typeOf(kind)?.declared ?? {})) {
    if (name.endsWith('Regularizer') && random.is(0.12)) extras[name] = penalty();
    if (name.endsWith('Constraint') && random.is(0.1))
      extras[name] = random.pick(['non_neg', 'unit_norm', '~constraint', '~reading constraint']);
    if (name === 'activation' && random.is(0.4))
      extras[name] = random.is(0.2) ? '~activation' : random.pick(NAMES);
  }
  const taken = Object.keys(options).filter((key) => Object.hasOwn(extras, camelCase(key)));
  const rest = Object.fromEntries(Object.entries(options).filter(([key]) => !taken.includes(key)));
  return { ...rest, ...extras };
}

/** Layers of the library that come often, with options of the width at hand. */
function usualLayer(random: Randomness, shape: Shape): Omit<LayerPlan, 'id' | 'from'> {
  const width = shape.at(-1) ?? 1;
  const list = (): number[] => Array.from({ length: width }, (_, i) => (i + 1) / 2);
  const isChosen = random.is(0.5);
  const dense = withExtras(random, 'Dense', { units: isChosen ? width : random.whole(1, 4) });
  const choices: (readonly [string, Options])[] = [
    ['Dense', dense],
    ['Dense', dense],
    ['Dense', { units: width, activation: 'softmax' }],
    ['Rescaling', { scale: list(), offset: random.is(0.5) ? list() : 0 }],
    ['Dropout', { rate: 0.5, seed: 1, noiseShape: shape.map((n, i) => (i === 0 ? null : i === 1 ? 1 : n)) }],
    ['Dropout', { rate: 0.25, seed: 2 }],
    ['GaussianNoise', { stddev: 0.5, seed: 4 }],
    ['BatchNormalization', {}],
    ['Identity', {}],
    ['Activation', { activation: random.is(0.3) ? '~activation' : random.pick(NAMES) }],
    ['Lambda', { function: random.is(0.5) ? '~lambda' : '~reading lambda' }],
  ]; // prettier-ignore
  const [kind, options] = random.pick(choices);
  return { kind, options };
}

/** Statements that do together what they do not do alone. */
const BODIES: readonly (readonly Statement[])[] = [['drop', 'row'], ['row'], ['weight row'], ['weight value'], ['same']]; // prettier-ignore

/** A layer that is declared pure. */
function pureLayer(random: Randomness): Omit<LayerPlan, 'id' | 'from'> {
  const body = random.is(0.4)
    ? random.pick(BODIES)
    : Array.from({ length: random.whole(1, 3) }, () => random.pick(STATEMENTS));
  const regularizer = random.is(0.2) ? { regularizer: random.pick(['~penalty', 'l2']) } : {};
  return { kind: 'PureSteps', options: { body, ...regularizer } };
}

/** A layer that an author writes. */
function ownLayer(random: Randomness): Omit<LayerPlan, 'id' | 'from'> {
  if (random.is(0.6)) return pureLayer(random);
  const kind = random.pick(['Own', 'PureMasking', 'OwnDense']);
  return { kind, options: kind === 'Own' ? { reads: random.is(0.3) } : {} };
}

/** A layer around others. */
function wrapper(random: Randomness, shape: Shape): Omit<LayerPlan, 'id' | 'from'> {
  const inner = (of: Shape): Omit<LayerPlan, 'id' | 'from'> =>
    random.is(0.5) ? usualLayer(random, of) : ownLayer(random);
  const named = (plan: Omit<LayerPlan, 'id' | 'from'>, i: number): LayerPlan => ({
    ...plan,
    id: `in_${i}`,
    from: [],
  });
  if (shape.length > 2 && random.is(0.6)) {
    const within = [shape[0] ?? null, ...shape.slice(2)];
    return { kind: 'TimeDistributed', options: {}, inside: [named(inner(within), 0)] };
  }
  const count = random.whole(1, 2);
  const inside = Array.from({ length: count }, (_, i) => named(inner(shape), i));
  return { kind: 'Chain', options: {}, inside };
}

/** A random layer for values of these shapes, the last of which is the one to go on with. */
export function randomLayer(
  random: Randomness,
  id: string,
  values: readonly { readonly id: string; readonly shape: Shape }[],
  isLast: boolean,
): LayerPlan {
  const at = values[values.length - 1] as (typeof values)[number];
  if (isLast && random.is(0.15)) return { ...pureLayer(random), id, from: [at.id] };
  const kind = random.unit();
  if (kind < 0.3) {
    const { count, ...plan } = libraryLayer(random, at.shape.length);
    const alike = values.filter(({ shape }) => shape.join() === at.shape.join());
    const from = Array.from({ length: count }, (_, i) => (i === 0 ? at.id : random.pick(alike).id));
    return { ...plan, id, from };
  }
  const plan =
    kind < 0.7
      ? usualLayer(random, at.shape)
      : kind < 0.88
        ? ownLayer(random)
        : wrapper(random, at.shape);
  return { ...plan, id, from: [at.id] };
}

/** Options with functions in place of their names. */
export function filled(options: Options, functions: Readonly<Record<string, unknown>>): Options {
  const entries = Object.entries(options).map(([key, value]) => [
    key,
    typeof value === 'string' && value.startsWith('~') ? functions[value] : structuredClone(value),
  ]);
  return Object.fromEntries(entries) as Options;
}

type OwnLayers = Readonly<Record<string, new (options: never) => AnyLayer>>;

/** Makes the layer of a plan. */
export function makeLayer(
  { id, kind, options, inside = [] }: LayerPlan,
  own: OwnLayers,
  functions: Readonly<Record<string, unknown>>,
  prefix = '',
): AnyLayer {
  const name = `${prefix}${id}`;
  const given = { ...filled(options, functions), name };
  const held = inside.map((plan) => makeLayer(plan, own, functions, `${name}_`));
  if (kind === 'Chain') return new Sequential(held, { name });
  const [first] = held;
  if (kind === 'TimeDistributed' && first !== undefined)
    return new layers.TimeDistributed(first, { name });
  if (kind === 'Lambda') return new layers.Lambda(functions[String(options['function'])] as (x: unknown) => never, { name }); // prettier-ignore
  const Own = own[kind];
  if (Own !== undefined) return new Own(given as never);
  const type = typeOf(kind);
  if (type === undefined) throw new Error(`no layer ${kind}`);
  return type.fromConfig(given as never);
}
