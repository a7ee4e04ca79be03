import { flattenNest, isError, isPlainObject, mapNest, messageOf } from '../../../config/index.js';
import { DatasetError, LanegradError, ShapeError, ValueError } from '../../../errors.js';
import { describeValue } from '../../../config/describe-value.js';
import {
  formatShape,
  isValue,
  keep,
  sameShape,
  Tensor,
  toValue,
} from '../../../engine/tensor/index.js';
import type { StringArray, StringsLike, TensorLike, Value } from '../../../engine/tensor/index.js';
import type { TypedArray } from '../../../config/dtype.js';

/**
 * An element of a `Dataset`: x, or a list, usually [x, y] or [x, y, sampleWeight]. Each part is a tensor, or for a model
 * with several inputs or outputs a list or an object of tensors; x alone is not a list. An element is a sample before
 * `batch`, and a batch afterwards.
 */
export type Element = Value | readonly ElementPart[] | Readonly<Record<string, Value>>;

/** A part of an element: a tensor, or a list or an object of tensors. */
export type ElementPart = Value | readonly Value[] | Readonly<Record<string, Value>>;

/** A value that can become a part of an element. */
export type PartLike = ValueLike | readonly ValueLike[] | Readonly<Record<string, ValueLike>>;

/** What becomes a tensor or an array of strings. */
export type ValueLike = TensorLike | StringsLike;

/**
 * A value that can become an element: a tensor, a typed array, a number or an object (x alone), or a list [x, y] or [x, y,
 * sampleWeight] of values that stand for tensors, or for lists or objects of tensors. In a list, x may be nested arrays.
 */
export type ElementLike =
  | Value
  | TypedArray
  | number
  | boolean
  | string
  | ElementParts
  | Readonly<Record<string, ValueLike>>;

/** x, [x, y] or [x, y, sampleWeight] as a list. */
export type ElementParts =
  | readonly [PartLike]
  | readonly [PartLike, PartLike]
  | readonly [PartLike, PartLike, PartLike]
  | readonly PartLike[];

/** The element that `L` becomes. */
export type ElementOf<L> = L extends StringArray | string
  ? StringArray
  : L extends Tensor | TypedArray | number | boolean
    ? Tensor
    : { -readonly [K in keyof L]: PartOf<L[K]> };

/** The type that a part of an element becomes: a tensor, or a list or an object of tensors. */
export type PartOf<P> = P extends StringsLike
  ? StringArray
  : P extends TensorLike
    ? Tensor
    : { -readonly [K in keyof P]: P[K] extends StringsLike ? StringArray : Tensor };

/** The element for x alone, which is not a list. */
export type AloneOf<X> = X extends ValueLike
  ? PartOf<X>
  : X extends readonly unknown[]
    ? [PartOf<X>]
    : PartOf<X>;

/** The parts of an element as a list. */
export type PartsOf<E> = E extends readonly ElementPart[] ? E : [E];

/** Whether a value stands for one tensor: it is not an object, and no list that holds tensors or objects. */
export function isOneTensor(value: unknown): value is ValueLike {
  let inside = value;
  // What goes deeper than a tensor holds itself, and is refused as one.
  for (let depth = 0; Array.isArray(inside) && depth < 64; depth++) {
    if (inside.some((item) => isValue(item) || isPlainObject(item))) return false;
    inside = inside[0] as unknown;
  }
  return !isPlainObject(inside);
}

/** The parts of an element: x, y and sampleWeight, each a tensor or a structure of tensors. */
export function partsOf(element: Element): readonly ElementPart[] {
  return Array.isArray(element) ? (element as readonly ElementPart[]) : [element as ElementPart];
}

/** The tensors and arrays of strings of an element, in order. */
export function tensorsOfElement(element: Element): Value[] {
  return element instanceof Tensor ? [element] : flattenNest(element, isValue);
}

/** An element of the same form made of other tensors. */
export function mapParts(element: Element, f: <V extends Value>(part: V) => V): Element {
  if (element instanceof Tensor) return f(element);
  return mapNest(element, isValue, (part) => f(part)) as Element;
}

/** A part that belongs to no scope. */
export function retain<V extends Value>(part: V): V {
  return part instanceof Tensor ? keep(part) : part;
}

export function disposeElement(element: Element): void {
  for (const part of tensorsOfElement(element)) part.dispose();
}

/** Other tensors that look at the same values, outside of scopes. */
export function aliasElement(element: Element): Element {
  return mapParts(element, (part) => retain(part.alias() as typeof part));
}

/** The same element, its tensors now of the open scope: they are freed at its end. */
export function intoScope(element: Element): Element {
  return mapParts(element, (part) => {
    const alias = part.alias() as typeof part;
    part.dispose();
    return alias;
  });
}

/**
 * A value as an element. Tensors in it stay as they are.
 *
 * @param owner where it came from, for messages: 'Dataset.map: element 3'
 * @throws ValueError for anything but an element, ShapeError for ragged arrays.
 */
export function toElement(owner: string, value: unknown): Element {
  if (isValue(value)) return value;
  const isAlone = /^(number|boolean|string)$/.test(typeof value) || ArrayBuffer.isView(value);
  if (isAlone) return partOf(owner, value);
  const isList = Array.isArray(value) && value.length > 0;
  if (!isList && !(isPlainObject(value) && Object.keys(value).length > 0)) {
    throw new ValueError(
      `${owner} must be a tensor, a typed array, a number, a string, an object of tensors or a list [x, y] or [x, y, ` +
        `sampleWeight], got ${describeValue(value)}.`,
    );
  }
  const made: Value[] = [];
  const toPart = (part: unknown): ElementPart =>
    mapNest(part, isOneTensor, (leaf) => {
      if (isValue(leaf)) return leaf;
      const one = partOf(owner, leaf);
      made.push(one);
      return one;
    }) as ElementPart;
  try {
    return isList ? value.map(toPart) : toPart(value);
  } catch (error) {
    for (const one of made) one.dispose();
    throw error;
  }
}

/**
 * The element of a value whose tensors become the pipeline's: each part is a tensor of its own outside of scopes, and
 * tensors of a value that is no element are freed.
 */
export function takeElement(owner: string, value: unknown): Element {
  const given = new Set(flattenNest([value], isValue));
  try {
    // One that stands twice in a list is freed twice.
    const seen = new Set<Value>();
    return mapParts(toElement(owner, value), (part) => {
      const own = seen.has(part) ? (part.alias() as typeof part) : part;
      seen.add(part);
      return retain(own);
    });
  } catch (error) {
    for (const part of given) part.dispose();
    throw error;
  }
}

function partOf(owner: string, value: unknown): Value {
  try {
    return toValue(value);
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(`${owner}: ${error.message}`);
    if (error instanceof ValueError) throw new ValueError(`${owner}: ${error.message}`);
    throw error;
  }
}

/**
 * Refuses an element that differs in form, shape or dtype from the first one.
 *
 * @throws ShapeError naming the part.
 */
export function requireSameForm(owner: string, first: Element, element: Element): void {
  const [expected, parts] = [namedTensors(first), namedTensors(element)];
  if (expected.length !== parts.length) {
    throw new ShapeError(
      `${owner} has ${parts.length} parts, those before have ${expected.length}. All must have the same.`,
    );
  }
  parts.forEach(([name, part], i) => {
    const [otherName, other] = expected[i] ?? [name, part];
    if (name === otherName && sameShape(part.shape, other.shape) && part.dtype === other.dtype) {
      return;
    }
    throw new ShapeError(
      `${owner} has ${name} of shape ${formatShape(part.shape)}, ${part.dtype}; those before ` +
        `have ${name === otherName ? '' : `${otherName} of `}${formatShape(other.shape)}, ${other.dtype}. Bring them to one shape and dtype with map.`,
    );
  });
}

/** The tensors and arrays of strings of an element, and their names in messages: `x`, `x.image`, `y[0]`. */
export function namedTensors(element: Element): (readonly [name: string, value: Value])[] {
  return partsOf(element).flatMap((part, i) => {
    const named: [string, Value][] = [];
    mapNest(part, isValue, (value, place) =>
      named.push([`${PART_NAMES[i] ?? `part ${i}`}${place()}`, value]),
    );
    return named;
  });
}

/** The names of the parts in messages. */
const PART_NAMES: readonly string[] = ['x', 'y', 'sampleWeight'];

/** What a function of the user threw, with the location where it did. Errors of this library pass as they are. */
export function userError(owner: string, error: unknown): unknown {
  const isAbort = isError(error) && error.name === 'AbortError';
  if (error instanceof LanegradError || isAbort) return error;
  const reason = messageOf(error);
  return new DatasetError(`${owner}: ${reason}`, { cause: error });
}
