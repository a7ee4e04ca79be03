import { describeValue } from '../config/describe-value.js';
import { didYouMean, isPlainObject } from '../config/index.js';
import { ValueError } from '../errors.js';
import { isSymbolic } from './symbolic-tensor.js';

/** What a model takes or gives: a structure of symbolic tensors, and the names of its leaves in order. */
export interface Ports {
  readonly structure: unknown;
  readonly names: readonly string[];
}

/**
 * The parts of `value`, one for each leaf of a model's inputs or outputs, in their order. One leaf takes the value as it
 * is. A list takes a list, or an object by the names of the layers; an object takes an object, or a list in the order of
 * its keys.
 *
 * @param owner what messages call the value: 'fit: x'
 * @param isComplete whether each leaf must have its part; else what is left out is undefined
 * @throws ValueError for missing, surplus and unknown parts, with the names.
 */
export function partsOf(
  owner: string,
  { structure, names }: Ports,
  value: unknown,
  isComplete = true,
): unknown[] {
  const parts: unknown[] = [];
  const wanted = (): string => names.map((name) => `'${name}'`).join(', ');
  const refuse = (what: string): never => {
    throw new ValueError(
      `${owner}: ${what}. The model has ${names.length === 1 ? 'one' : names.length}: ${wanted()}.`,
    );
  };
  const visit = (shape: unknown, given: unknown, place: string): void => {
    if (isSymbolic(shape)) {
      // A list of one tensor stands for the tensor.
      parts.push(
        Array.isArray(given) && given.length === 1 && isObject(given[0]) ? given[0] : given,
      );
      return;
    }
    if (given === undefined && !isComplete) {
      for (const item of leavesOf(shape)) visit(item, undefined, place);
      return;
    }
    // A tensor stands for the list of it.
    if (names.length === 1 && !Array.isArray(given) && !isPlainObject(given)) {
      parts.push(given);
      return;
    }
    const keys = Array.isArray(shape) ? undefined : Object.keys(shape as object).sort();
    const items =
      keys === undefined
        ? (shape as unknown[])
        : keys.map((key) => (shape as Record<string, unknown>)[key]);
    if (Array.isArray(given)) {
      if (given.length !== items.length) {
        refuse(`got a list of ${given.length}${place}, expected ${items.length}`);
      }
      items.forEach((item, i) => {
        visit(item, given[i], `${place}[${i}]`);
      });
      return;
    }
    if (!isPlainObject(given)) {
      refuse(
        `expected ${keys === undefined ? 'a list' : 'an object'}${place === '' ? '' : ` at ${place}`}, got ${describeValue(given)}`,
      );
      return;
    }
    const known = keys ?? names.slice(parts.length, parts.length + items.length);
    for (const key of Object.keys(given)) {
      if (!known.includes(key))
        refuse(
          `there is no '${key}'.${didYouMean(key, known)} Got ${Object.keys(given)
            .map((name) => `'${name}'`)
            .join(', ')}`,
        );
    }
    items.forEach((item, i) => {
      const key = known[i] ?? '';
      if (isComplete && !Object.hasOwn(given, key)) refuse(`'${key}' is missing`);
      visit(item, given[key], `${place}.${key}`);
    });
  };
  visit(structure, value, '');
  return parts;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function leavesOf(structure: unknown): unknown[] {
  return Array.isArray(structure)
    ? (structure as unknown[])
    : Object.keys(structure as object)
        .sort()
        .map((key) => (structure as Record<string, unknown>)[key]);
}
