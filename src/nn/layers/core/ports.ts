import { describeValue } from '../../../config/describe-value.js';
import { didYouMean, flattenNest, isPlainObject, mapNest } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { Tensor } from '../../../engine/tensor/index.js';
import type { Value } from '../../../engine/tensor/index.js';
import { isSymbolicOrValue } from './layer-checks.js';
import { isShape, isSymbolic } from './symbolic-tensor.js';

/**
 * What a model takes or gives: a structure whose leaves are symbolic tensors or shapes, and the names of the leaves in
 * order.
 */
export interface Ports {
  readonly structure: unknown;
  readonly names: readonly string[];
}

/** How `partsOf` reads a value. */
export interface FlattenOptions {
  /** Whether each leaf must be given; else what is left out is undefined. Default true. */
  readonly isComplete?: boolean;
  /** Whether a value is a leaf although it is an object. */
  readonly isLeafValue?: (value: unknown) => boolean;
  /** What messages say at their end. */
  readonly advice?: string;
}

/** Whether a value stands for one tensor in the structure of a model. */
export const isPort = (value: unknown): value is object => isSymbolic(value) || isShape(value);

const isPortLeaf = (value: unknown): value is object => isPort(value);

/** The ports of a structure of shapes, tensors or symbolic tensors, each named by its path in it. */
export function portsOf(structure: unknown, root = 'output'): Ports {
  const names: string[] = [];
  const isLeaf = (value: unknown): value is object => value instanceof Tensor || isPort(value);
  const shapes = mapNest(structure, isLeaf, (leaf, path) => {
    const name = path();
    names.push(name === '' ? root : name.replace(/^\./, ''));
    return leaf instanceof Tensor ? leaf.shape : leaf;
  });
  return { structure: shapes, names };
}

/**
 * The leaves of `value`, one for each leaf of a model's inputs or outputs, in their order. One leaf takes the value as it
 * is, or an object by its name. A list takes a list, or an object by the names of the layers; an object takes an object,
 * or a list in the order of its keys.
 *
 * @param owner the name of the value in messages: 'fit: x'
 * @throws ValueError for missing, surplus and unknown leaves, with the names.
 */
export function flattenByPorts(
  owner: string,
  { structure, names }: Ports,
  value: unknown,
  { isComplete = true, isLeafValue = () => false, advice = '' }: FlattenOptions = {},
): unknown[] {
  // Each step comes here, mostly with one tensor.
  if (value instanceof Tensor && isPort(structure)) return [value];
  const leaves: unknown[] = [];
  const refuse = (what: string): never => {
    const wanted = names.map((name) => `'${name}'`).join(', ');
    throw new ValueError(
      `${owner}: ${what}. The model has ${names.length === 1 ? 'one' : names.length}: ${wanted}.${advice}`,
    );
  };
  const requireKnown = (
    given: Readonly<Record<string, unknown>>,
    known: readonly string[],
  ): void => {
    const expected = new Set(known);
    for (const key of Object.keys(given)) {
      if (expected.has(key)) continue;
      const all = describeValue(Object.keys(given));
      refuse(`there is no ${describeValue(key)}.${didYouMean(key, known)} Got ${all.slice(1, -1)}`);
    }
    const missing = known.find((key) => !Object.hasOwn(given, key));
    if (isComplete && missing !== undefined) refuse(`'${missing}' is missing`);
  };
  const visit = (shape: unknown, given: unknown, path: string): void => {
    if (isPort(shape)) {
      const isAlone = Array.isArray(given) && given.length === 1;
      const first: unknown = isAlone ? given[0] : undefined;
      // A list of one tensor stands for the tensor, and an object of the one name for what it holds.
      if (isSymbolicOrValue(first) || (isAlone && isLeafValue(first))) {
        leaves.push(first);
      } else if (names.length === 1 && isPlainObject(given) && !isLeafValue(given)) {
        requireKnown(given, names);
        leaves.push(given[names[0] ?? '']);
      } else if (Array.isArray(given) && given.some(isSymbolicOrValue)) {
        refuse(`'${names[leaves.length] ?? ''}' takes one tensor, got a list of ${given.length}`);
      } else leaves.push(given);
      return;
    }
    if (given === undefined && !isComplete) {
      for (const item of leavesOf(shape)) visit(item, undefined, path);
      return;
    }
    // A tensor stands for the list of it.
    const isStructure = Array.isArray(given) || isPlainObject(given);
    if (names.length === 1 && (!isStructure || isLeafValue(given))) {
      leaves.push(given);
      return;
    }
    const keys = Array.isArray(shape) ? undefined : Object.keys(shape as object).sort();
    const items = leavesOf(shape);
    if (Array.isArray(given)) {
      if (given.length !== items.length) {
        refuse(`got a list of ${given.length}${path}, expected ${items.length}`);
      }
      items.forEach((item, i) => {
        visit(item, given[i], `${path}[${i}]`);
      });
      return;
    }
    if (!isPlainObject(given)) {
      refuse(
        `expected ${keys === undefined ? 'a list' : 'an object'}${path === '' ? '' : ` at ${path}`}, got ${describeValue(given)}`,
      );
      return;
    }
    const known = keys ?? names.slice(leaves.length, leaves.length + items.length);
    requireKnown(given, known);
    items.forEach((item, i) => {
      const key = known[i] ?? '';
      visit(item, given[key], `${path}.${key}`);
    });
  };
  visit(structure, value, '');
  return leaves;
}

/** The shapes of the samples that a structure of batch shapes stands for, in order. */
export function sampleShapesOf(inputShape: unknown): (readonly (number | null)[])[] {
  return flattenNest(inputShape, isShape).map((shape) => shape.slice(1));
}

/** A structure with other leaves, in order; what has one leaf alone stays alone. */
export function packByPorts({ structure }: Ports, leaves: readonly unknown[]): unknown {
  if (isPort(structure)) return leaves[0];
  let next = 0;
  return mapNest(structure, isPortLeaf, () => leaves[next++]);
}

/** What a model is applied to, of its inputs in order. */
export function packInputs(
  { inputShape }: { readonly inputShape: unknown },
  x: readonly Value[],
): unknown {
  return inputShape === undefined || isShape(inputShape)
    ? x[0]
    : packByPorts({ structure: inputShape, names: [] }, x);
}

function leavesOf(structure: unknown): readonly unknown[] {
  return Array.isArray(structure)
    ? (structure as unknown[])
    : Object.keys(structure as object)
        .sort()
        .map((key) => (structure as Record<string, unknown>)[key]);
}
