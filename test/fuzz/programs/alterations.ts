// What a program can change in a model: every property of its layers, weights, losses, metrics, its optimizer and their parts,
// found by walking through them; and every method.
import { isDeclared, isPlainObject } from '../../../src/config/index.js';
import { layersWithin } from '../../../src/nn/layers/core/inner-layers.js';
import type { AnyModel } from '../../../src/models.js';
import { SeedGenerator } from '../../../src/random.js';
import * as regularizers from '../../../src/regularizers.js';
import { Tensor, tensor } from '../../../src/engine/tensor/index.js';
import type { Alteration, Manner, Override } from './program.js';
import { OwnError } from './witness.js';
import type { Witness } from './witness.js';

type Properties = Record<string, unknown>;

interface Checking {
  readonly check?: (value: unknown, place: object) => unknown;
  readonly names?: readonly string[];
}

/** How objects work inside, and what they are called. */
const INTERNAL = new Set(['held', 'activity', 'predictions', 'training', 'history', 'path', 'name', 'batchInputShape', 'gathered', 'knob', 'sum']); // prettier-ignore

const isPart = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (isPlainObject(value) || value instanceof SeedGenerator || isDeclared(value.constructor));

/** All objects of a model whose properties are public, by names that are the same in each run. */
export function objectsOf(model: AnyModel): Map<string, Properties> {
  const found = new Map<string, object>();
  const seen = new Set<object>();
  const add = (name: string, object: object): void => {
    if (seen.has(object)) return;
    seen.add(object);
    found.set(name, object);
  };
  add('model', model);
  for (const layer of layersWithin(model)) add(`layer '${layer.name}'`, layer);
  model.weights.forEach((weight, i) => {
    add(`weights[${i}]`, weight);
  });
  if (model.optimizer !== undefined) add('optimizer', model.optimizer);
  model.compiled?.losses.all.forEach((loss, i) => {
    add(`losses[${i}]`, loss);
  });
  model.metrics.forEach((metric, i) => {
    add(`metrics[${i}]`, metric);
  });
  for (const [name, object] of [...found]) {
    for (const [key, value] of Object.entries(object))
      if (isPart(value) && !INTERNAL.has(key)) add(`${name}.${key}`, value);
  }
  return found as Map<string, Properties>;
}

/** Accessors and methods of the classes of an object. */
function inherited(object: object): Map<string, PropertyDescriptor> {
  const found = new Map<string, PropertyDescriptor>();
  for (
    let type: unknown = Object.getPrototypeOf(object);
    typeof type === 'object' && type !== null && type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(type)))
      if (!found.has(name)) found.set(name, property);
  }
  return found;
}

/** Properties that can be written. */
function propertiesOf(object: Properties): string[] {
  const own = Object.keys(object).filter((name) => typeof object[name] !== 'function');
  const settable = [...inherited(object)].filter(([, property]) => property.set !== undefined);
  const { declared = {} } = object.constructor as { readonly declared?: object };
  const optional = 'trainable' in object ? ['regularizer', 'constraint'] : [];
  const names = [...own, ...settable.map(([name]) => name), ...Object.keys(declared), ...optional];
  return [...new Set(names)].filter((name) => !INTERNAL.has(name) && name in object);
}

/** The functions and objects that a value may become, by texts. */
function special(text: unknown, functions: Readonly<Properties>): unknown {
  if (typeof text !== 'string') return structuredClone(text);
  if (text === 'new L2') return new regularizers.L2(0.3);
  if (text === 'new SeedGenerator') return new SeedGenerator(77);
  if (text === 'undefined') return undefined;
  if (text === '{ call }') return { call: functions['~penalty'] };
  return text.startsWith('~') ? functions[text] : text;
}

/** What a value may become, by its kind. */
function othersFor(name: string, value: unknown, names: readonly string[]): readonly unknown[] {
  if (name === 'regularizer') return ['~penalty', '~reading penalty', 'undefined'];
  if (name === 'constraint') return ['~constraint', '~reading constraint', 'undefined'];
  if (/egularizer$|^penalty$/.test(name)) return ['new L2', '{ call }', '~penalty', null];
  if (name === 'activation') return ['~activation'];
  if (name === 'fn') return ['~metric', '~reading metric'];
  if (value instanceof SeedGenerator) return ['new SeedGenerator'];
  switch (typeof value) {
    case 'number':
      return [value * 2, value + 1, value - 1, 0.5, 0, -value];
    case 'boolean':
      return [!value];
    case 'string':
      return names.filter((other) => other !== value);
    case 'undefined':
    case 'object':
      if (value === null || value === undefined) return [0.5, 1, 2, 'sum', [1, 1], true];
      return isPlainObject(value) ? ['undefined', { ...value, ndim: 7 }] : [];
    default:
      return [];
  }
}

/** What may become of an item of a list, or of a list within it; with the list as it would be. */
function changesWithin(
  list: readonly unknown[],
): { readonly place: readonly number[]; readonly value: unknown; readonly list: unknown[] }[] {
  return list.flatMap((item, i) =>
    Array.isArray(item)
      ? changesWithin(item).map((change) => ({
          place: [i, ...change.place],
          value: change.value,
          list: list.with(i, change.list),
        }))
      : othersFor('', item, []).map((value) => ({ place: [i], value, list: list.with(i, value) })),
  );
}

/** The changes of one property, among them those within a list. */
function alterationsOf(object: string, of: Properties, property: string): Alteration[] {
  const value = of[property];
  const { declared } = of.constructor as { readonly declared?: Readonly<Record<string, Checking>> };
  const option = declared?.[property];
  const allows = (given: unknown): boolean => {
    if (option?.check === undefined || typeof given === 'string') return true;
    try {
      option.check(given, { owner: 'test', label: 'test', name: property, object: of });
      return true;
    } catch {
      return false;
    }
  };
  if (Array.isArray(value)) {
    return changesWithin(value)
      .filter(({ list }) => allows(list))
      .map(({ place, value: other }) => ({ object, property, place, value: other }));
  }
  return othersFor(property, value, option?.names ?? [])
    .filter(allows)
    .map((other) => ({ object, property, value: other }));
}

const at = <T>(list: readonly T[], draw: number): T | undefined =>
  list[Math.floor(draw * list.length)];

/** Draws that are practically independent of the first. */
const next = (draw: number): number => (draw * 7919 + 0.123) % 1;

/** The change that a draw stands for: each property is as likely as the others, those that are lists more so. */
export function findAlteration(model: AnyModel, draw: number): Alteration | undefined {
  const all = [...objectsOf(model)].flatMap(([name, object]) =>
    propertiesOf(object)
      .map((property) => alterationsOf(name, object, property))
      .filter((found) => found.length > 0),
  );
  const lists = all.filter(([first]) => first?.place !== undefined);
  const from = draw < 0.25 && lists.length > 0 ? lists : all;
  return at(at(from, next(draw)) ?? [], next(next(draw)));
}

/** Changes a property, or an item of a list, as a program would. */
export function alter(
  model: AnyModel,
  { object, property, place, value }: Alteration,
  functions: Readonly<Properties>,
): void {
  const of = objectsOf(model).get(object);
  if (of === undefined) return;
  const given = special(value, functions);
  const steps: readonly (string | number)[] = [property, ...(place ?? [])];
  const list = steps
    .slice(0, -1)
    .reduce<Properties | undefined>((at, step) => at?.[step] as Properties | undefined, of);
  if (list !== undefined) list[steps.at(-1) ?? property] = given;
}

/** Methods that are meant to be overridden, or that programs patch. */
const USUAL = /^(call|apply|computeMask|losses|updateState|result|resetState|updateStep|callChannelsLast|trainStep|testStep|predictStep|computeLoss|computeMetrics)$/; // prettier-ignore

/** What says what an object is, makes it, or ends it. */
const LEFT_OUT = /^(constructor|dispose|toString|describe|getConfig|toJSON|addedLosses|within|leavingNothing|makingWeights|ownMetrics|hasOwnStep|requireCompiled|subLayers|draw|take|~.*)$/; // prettier-ignore

const methodsOf = (object: Properties): string[] =>
  [
    ...new Set([
      ...Object.keys(object).filter((name) => typeof object[name] === 'function'),
      ...[...inherited(object)]
        .filter(([, { value }]) => typeof value === 'function')
        .map(([name]) => name),
    ]),
  ].filter((name) => !LEFT_OUT.test(name));

/** The method that a draw stands for: mostly one that is usually overridden. */
export function findOverride(model: AnyModel, draw: number): Override | undefined {
  const all = [...objectsOf(model)].flatMap(([object, of]) =>
    methodsOf(of).map((method): Override => ({ object, method })),
  );
  if (draw < 0.15) return { object: 'optimizer', method: 'apply' };
  const usual = all.filter(({ method }) => USUAL.test(method));
  return at(draw < 0.8 ? usual : all, next(draw));
}

/** Puts an own method in place of that of an object, or of its class. Undone at the end of the run. */
export function override(
  model: AnyModel,
  { object, method }: Override,
  ofClass: boolean,
  manner: Manner,
  witness: Witness,
): void {
  const of = objectsOf(model).get(object);
  if (of === undefined) return;
  const target = ofClass ? ownerOf(of, method) : of;
  const before = Object.getOwnPropertyDescriptor(target, method);
  const original = of[method];
  if (typeof original !== 'function') return;
  const name = ofClass ? `the class's ${method}` : `${object}.${method}`;
  const replacement = function (this: unknown, ...given: readonly unknown[]): unknown {
    witness.called(name, ...(manner === 'reads' ? given : []));
    const result: unknown = Reflect.apply(original, this, given);
    return treated(name, manner, given, result, witness);
  };
  Object.defineProperty(target, method, {
    value: replacement,
    configurable: true,
    enumerable: !ofClass,
    writable: true,
  });
  witness.onEnd(() => {
    if (before === undefined) Reflect.deleteProperty(target, method);
    else Object.defineProperty(target, method, before);
  });
}

/** The class whose method it is; the object itself for a method of its own. */
function ownerOf(object: object, method: string): object {
  let owner: unknown = Object.getPrototypeOf(object);
  while (typeof owner === 'object' && owner !== null) {
    if (Object.hasOwn(owner, method)) return owner;
    owner = Object.getPrototypeOf(owner);
  }
  return object;
}

const tensorsIn = (value: unknown): Tensor[] =>
  value instanceof Tensor ? [value] : Array.isArray(value) ? value.flatMap(tensorsIn) : [];

/** What an overridden method gives, and does with what it was given. */
function treated(
  name: string,
  manner: Manner,
  given: readonly unknown[],
  result: unknown,
  witness: Witness,
): unknown {
  const isNumbers = result instanceof Tensor && result.dtype === 'float32';
  switch (manner) {
    case 'scales':
      return isNumbers ? result.mul(witness.knob * 0.75) : result;
    case 'gives a constant':
      return isNumbers ? tensor(new Float32Array(result.size).fill(0.5), { shape: result.shape }) : result; // prettier-ignore
    case 'keeps':
      witness.keep(tensorsIn(given));
      return result;
    case 'disposes gradients':
      // They belong to `apply`; other methods are given what is not theirs.
      if (name !== 'optimizer.apply') return result;
      for (const each of tensorsIn(given)) each.dispose();
      return result;
    case 'throws':
      throw new OwnError('an own method throws');
    default:
      return result;
  }
}
