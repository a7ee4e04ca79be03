// Nests: lists and plain objects of values, in each other. JAX calls them pytrees, Keras trees.
import { isPlainObject } from './describe-value.js';

/** A value, or lists and plain objects of such values, as deep as you like. */
export type Nest<T> = T | readonly Nest<T>[] | { readonly [key: string]: Nest<T> };

type IsLeaf<T> = (value: unknown) => value is T;

/** Levels of nesting. */
const MAX_DEPTH = 64;

/**
 * The structure with other leaves. Lists keep their order; keys of objects are visited in alphabetical order, as in Keras.
 * What is neither a leaf nor a list or plain object goes through `other`, and so does what holds itself or lies too deep.
 *
 * @param f gets the leaf, and what tells its path, such as `[0]` or `.image`: to be asked at once
 * @param other what becomes of any other value; unless given it stays as it is
 */
export function mapNest<T, U>(
  nest: unknown,
  isLeaf: IsLeaf<T>,
  f: (leaf: T, path: () => string) => U,
  other: (value: unknown, path: () => string) => unknown = (value) => value,
): Nest<U> {
  /** The lists and objects around the value: what stands in itself is none of the structure. */
  const around: unknown[] = [];
  const path: (string | number)[] = [];
  const pathText = (): string =>
    path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  const visit = (value: unknown): unknown => {
    if (isLeaf(value)) return f(value, pathText);
    if (around.length >= MAX_DEPTH || around.includes(value)) return other(value, pathText);
    if (Array.isArray(value)) {
      around.push(value);
      const depth = path.length;
      // Gaps of the list are visited too.
      const items: unknown[] = [];
      for (const item of value as unknown[]) {
        path[depth] = items.length;
        items.push(visit(item));
      }
      path.length = depth;
      around.pop();
      return items;
    }
    if (isPlainObject(value)) {
      around.push(value);
      const depth = path.length;
      const keys = Object.keys(value).sort();
      const entries = keys.map((key) => {
        path[depth] = key;
        return [key, visit(value[key])] as const;
      });
      path.length = depth;
      around.pop();
      return Object.fromEntries(entries);
    }
    return other(value, pathText);
  };
  return visit(nest) as Nest<U>;
}

/** The leaves of a structure, in the order in which `mapNest` visits them. */
export function flattenNest<T>(nest: unknown, isLeaf: IsLeaf<T>): T[] {
  if (isLeaf(nest)) return [nest];
  const leaves: T[] = [];
  const around: unknown[] = [];
  // Without the copy that `mapNest` makes: a file can hold millions of values.
  const visit = (value: unknown): void => {
    if (isLeaf(value)) {
      leaves.push(value);
      return;
    }
    const isList = Array.isArray(value);
    if (!isList && !isPlainObject(value)) return;
    if (around.length >= MAX_DEPTH || around.includes(value)) return;
    around.push(value);
    if (isList) for (const item of value as unknown[]) visit(item);
    else for (const key of Object.keys(value).sort()) visit(value[key]);
    around.pop();
  };
  visit(nest);
  return leaves;
}

/** The structure with the leaves of a list, in the order in which `flattenNest` gives them. */
export function packNest<T, U>(
  structure: unknown,
  isLeaf: IsLeaf<T>,
  leaves: readonly U[],
): Nest<U> {
  return isLeaf(structure) ? (leaves[0] as U) : nestPacker(structure, isLeaf)(leaves);
}

/** `packNest` for one structure, which is gone through once, and many lists of leaves. */
export function nestPacker<T>(
  structure: unknown,
  isLeaf: IsLeaf<T>,
): <U>(leaves: readonly U[]) => Nest<U> {
  let next = 0;
  const indices = mapNest(structure, isLeaf, () => new LeafIndex(next++));
  return <U>(leaves: readonly U[]) => fill(indices, leaves) as Nest<U>;
}

/** Where a leaf stands in the list. */
class LeafIndex {
  constructor(readonly index: number) {}
}

function fill(node: unknown, leaves: readonly unknown[]): unknown {
  if (node instanceof LeafIndex) return leaves[node.index];
  if (Array.isArray(node)) return node.map((item) => fill(item, leaves));
  if (!isPlainObject(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fill(value, leaves)]));
}
