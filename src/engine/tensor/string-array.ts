// Strings are not tensors: they lie in JavaScript's memory, and no kernel sees them. What carries tensors through batches, data
// sets and models carries an array of strings in the same positions.
import { describeValue } from '../../config/describe-value.js';
import { COPY, showAs } from '../../config/index.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { checkShape, formatShape, sizeOf } from './shape.js';
import type { Shape } from './shape.js';
import { installStrings } from './installed-strings.js';

/** Strings in nested arrays, one level for each axis. */
export type NestedStrings = string | readonly NestedStrings[];

/** Strings nested in arrays, by the number of axes. */
export interface StringsOfRank {
  /** One string. */
  0: string;
  /** A list of strings. */
  1: string[];
  /** A matrix: its rows. */
  2: string[][];
  /** An array of three axes. */
  3: string[][][];
}

/** A value that can stand for an array of strings: the array itself, a string, or nested arrays of strings. */
export type StringsLike = StringArray | NestedStrings;

/** Levels of nesting, as of tensors. */
const MAX_DEPTH = 64;

/**
 * An array of JavaScript strings with a shape, for layers that read strings and for data sets. `stringArray` creates one. You
 * rarely need to, as layers, models and data sets also accept plain lists of strings. It uses no memory outside JavaScript and
 * needs no `dispose`.
 *
 * @example
 * const texts = stringArray([['a', 'b'], ['c', 'd']]);
 * texts.shape; // [2, 2]
 */
export class StringArray {
  /** Always `'string'`. */
  readonly dtype = 'string';

  /** Use `stringArray`. @internal */
  constructor(
    /** The strings in row-major order. */
    readonly strings: readonly string[],
    /** Lengths of the axes; `[]` for one string. */
    readonly shape: Shape,
  ) {}

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** Number of axes. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Number of strings. */
  get size(): number {
    return this.strings.length;
  }

  /** The strings in row-major order. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.strings[Symbol.iterator]();
  }

  /**
   * The results of a function for each string, in row-major order.
   *
   * @param f a function of a string and its index
   */
  map<T>(f: (text: string, index: number) => T): T[] {
    return this.strings.map((text, i) => f(text, i));
  }

  /**
   * The strings as nested arrays, typed for a known number of axes: `toArray(2)` is `string[][]`.
   *
   * @param ndim the number of axes, from 0 to 3
   * @throws ShapeError if the number of axes is different.
   */
  toArray<N extends keyof StringsOfRank>(ndim: N): StringsOfRank[N];
  /** The strings as nested arrays; one string without axes. */
  toArray(): NestedStrings;
  toArray(ndim = this.ndim): NestedStrings {
    if (ndim !== this.ndim) {
      throw new ShapeError(
        `StringArray.toArray: the strings have shape ${formatShape(this.shape)}, so ${this.ndim} axes, got ` +
          `${describeValue(ndim)}. Give the number of axes, or reshape first.`,
      );
    }
    let level: readonly NestedStrings[] = this.strings;
    for (const length of this.shape.slice(1).reverse()) {
      const count = length === 0 ? sizeOf(this.shape.slice(0, -1)) : level.length / length;
      level = Array.from({ length: count }, (_, i) => level.slice(i * length, (i + 1) * length));
    }
    return this.ndim === 0 ? (this.strings[0] ?? '') : [...level];
  }

  /** The same strings in another shape. @throws ShapeError if it holds another number of strings. */
  reshape(shape: Shape): StringArray {
    checkShape('StringArray.reshape', shape);
    if (sizeOf(shape) === this.size) return new StringArray(this.strings, [...shape]);
    throw new ShapeError(
      `StringArray.reshape: shape ${formatShape(shape)} holds ${sizeOf(shape)} strings, but there are ${this.size}. Make them ` +
        `agree.`,
    );
  }

  /** Entries `first` … `first + count` along the first axis. @internal */
  rows(first: number, count: number): StringArray {
    const row = this.shape.slice(1);
    const size = sizeOf(row);
    return new StringArray(this.strings.slice(first * size, (first + count) * size), [
      count,
      ...row,
    ]);
  }

  /** The entries with these numbers along the first axis. @internal */
  gather(indices: ArrayLike<number>): StringArray {
    const row = this.shape.slice(1);
    const size = sizeOf(row);
    const taken: string[] = [];
    for (const index of Array.from(indices)) {
      const start = index * size;
      for (let j = start; j < start + size; j++) taken.push(this.strings[j] ?? '');
    }
    return new StringArray(taken, [indices.length, ...row]);
  }

  /** Several arrays of one shape along a new first axis. @internal */
  static stack(arrays: readonly StringArray[]): StringArray {
    const [first] = arrays;
    const strings = arrays.flatMap((array) => array.strings);
    return new StringArray(strings, [arrays.length, ...(first?.shape ?? [])]);
  }

  /** The array itself, as it does not change and nothing frees it. @internal */
  alias(): this {
    return this;
  }

  /** Nothing: what carries tensors frees them, and strings need not be freed. @internal */
  dispose(): void {
    // The collector of JavaScript frees strings.
  }

  /** Nothing: strings are there from the start. @internal */
  materialize(): void {
    // There is nothing to write.
  }

  /** The first strings, and the shape. */
  toString(): string {
    const shown = this.strings.slice(0, 3).map((text) => describeValue(text));
    return `StringArray(shape=${formatShape(this.shape)}, [${shown.join(', ')}${this.size > 3 ? ', …' : ''}])`;
  }
}

showAs(StringArray, String);
/** Layers that read strings. */
const READERS = 'TextVectorization, StringLookup, Hashing and HashedCrossing';

installStrings({
  blank: (shape) => new StringArray(new Array<string>(sizeOf(shape)).fill(''), shape),
  refuse: (label) => {
    throw new DTypeError(
      `${label} takes numbers, got strings. Layers that read strings are ${READERS}.`,
    );
  },
  isStrings: (value) => value instanceof StringArray,
  from: (value) => (holdsStrings(value) ? stringArray(value) : undefined),
});

/**
 * Creates an array of strings from a string or nested lists of strings. Unpaired surrogates become U+FFFD, as in UTF-8.
 *
 * @throws ShapeError if lists are ragged, ValueError if they contain anything but strings.
 * @example stringArray(['one', 'two']).shape // [2]
 */
export function stringArray(value: StringsLike): StringArray {
  if (value instanceof StringArray) return value;
  const { strings, shape } = readStrings(value);
  return new StringArray(strings, shape);
}

/** Whether a value is an array of strings, a string, or a list whose first innermost entry is one. */
export function holdsStrings(value: unknown): value is StringsLike {
  let inside = value;
  for (let depth = 0; Array.isArray(inside) && depth < MAX_DEPTH; depth++) {
    inside = inside[0] as unknown;
  }
  return typeof inside === 'string' || value instanceof StringArray;
}

/** The strings of nested lists in row-major order, and their shape. */
function readStrings(value: NestedStrings): { strings: string[]; shape: number[] } {
  const shape: number[] = [];
  let level: unknown = value;
  while (Array.isArray(level)) {
    if (shape.length === MAX_DEPTH) {
      throw new ShapeError(
        `stringArray: the list is nested deeper than ${MAX_DEPTH} levels, or holds itself.`,
      );
    }
    shape.push(level.length);
    level = level[0] as unknown;
  }
  const strings: string[] = [];
  const path: number[] = [];
  const visit = (item: unknown): void => {
    const expected = shape[path.length];
    if (expected === undefined) {
      if (typeof item !== 'string') throw noString(item, path);
      strings.push(wellFormed(item));
      return;
    }
    if (!Array.isArray(item) || item.length !== expected) {
      throw new ShapeError(
        `stringArray: nested lists are ragged: ${describeValue(item)} at [${path.join(', ')}], but the first entry of that ` +
          `level is a list of length ${expected}. All entries of a level must have the same length.`,
      );
    }
    for (let i = 0; i < expected; i++) {
      path.push(i);
      visit(item[i]);
      path.pop();
    }
  };
  visit(value);
  return { strings, shape };
}

function noString(item: unknown, path: readonly number[]): ValueError {
  const location = path.length > 0 ? ` at [${path.join(', ')}]` : '';
  return new ValueError(
    `stringArray: ${describeValue(item)}${location} is not a string. Pass only strings, such as String(value).`,
  );
}

/** Half a surrogate pair, which UTF-8 has no bytes for. */
const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The string with U+FFFD in place of each half of a surrogate pair. */
function wellFormed(text: string): string {
  const { isWellFormed } = text as { isWellFormed?: () => boolean };
  // Engines before ES2024 lack the method.
  if (isWellFormed === undefined ? text.search(HALF) === -1 : isWellFormed.call(text)) return text;
  return text.replace(HALF, '\uFFFD');
}
