import { isPlainObject } from './brands.js';

/** A value, or lists and plain objects of such values, as deep as you like. */
export type Nest<T> = T | readonly Nest<T>[] | { readonly [key: string]: Nest<T> };

type IsLeaf<T> = (value: unknown) => value is T;

/** Levels of nesting; what goes deeper holds itself. */
const MAX_DEPTH = 64;

/**
 * The structure with other leaves. Lists keep their order; keys of objects are visited in alphabetical order, as in Keras.
 * What is neither a leaf nor a list or plain object goes through `other`.
 *
 * @param f gets the leaf and its place, such as `[0]` or `.image`
 * @param other what becomes of any other value; unless given it stays as it is
 */
export function mapNest<T, U>(
  nest: unknown,
  isLeaf: IsLeaf<T>,
  f: (leaf: T, place: string) => U,
  other: (value: unknown, place: string) => unknown = (value) => value,
): Nest<U> {
  const visit = (value: unknown, place: string, depth: number): unknown => {
    if (isLeaf(value)) return f(value, place);
    if (depth < MAX_DEPTH) {
      if (Array.isArray(value)) {
        return value.map((item, i) => visit(item, `${place}[${i}]`, depth + 1));
      }
      if (isPlainObject(value)) {
        const keys = Object.keys(value).sort();
        return Object.fromEntries(
          keys.map((key) => [key, visit(value[key], `${place}.${key}`, depth + 1)]),
        );
      }
    }
    return other(value, place);
  };
  return visit(nest, '', 0) as Nest<U>;
}

/** The leaves of a structure, in the order in which `mapNest` visits them. */
export function flattenNest<T>(nest: unknown, isLeaf: IsLeaf<T>): T[] {
  if (isLeaf(nest)) return [nest];
  const leaves: T[] = [];
  mapNest(nest, isLeaf, (leaf) => leaves.push(leaf));
  return leaves;
}

/** The structure with the leaves of a list, in the order in which `flattenNest` gives them. */
export function packNest<T, U>(
  structure: unknown,
  isLeaf: IsLeaf<T>,
  leaves: readonly U[],
): Nest<U> {
  if (isLeaf(structure)) return leaves[0] as U;
  let next = 0;
  return mapNest(structure, isLeaf, () => leaves[next++] as U);
}
