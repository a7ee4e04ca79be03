import { isError, messageOf } from '../../config/index.js';
import { DatasetError, LanegradError, ShapeError, ValueError } from '../../errors.js';
import { describeValue } from '../../config/describe-value.js';
import { formatShape, keep, sameShape, Tensor, tensor } from '../../tensor/index.js';
import type { TensorLike } from '../../tensor/index.js';
import type { TypedArray } from '../../tensor/dtype.js';

/**
 * What a `Dataset` gives at a time: a tensor x, or a list of tensors, usually [x, y] or [x, y, sampleWeight]. Before
 * `batch` it is a sample, after it a batch.
 */
export type Element = Tensor | readonly Tensor[];

/**
 * What becomes an element: a tensor, a typed array or a number (x alone), or a list of what becomes a tensor:
 * [x, y] or [x, y, sampleWeight], where x may be nested arrays.
 */
export type ElementLike = Tensor | TypedArray | number | boolean | ElementParts;

/** x, [x, y] or [x, y, sampleWeight] as a list. */
export type ElementParts =
  | readonly [TensorLike]
  | readonly [TensorLike, TensorLike]
  | readonly [TensorLike, TensorLike, TensorLike]
  | readonly TensorLike[];

/** The element that `L` becomes. */
export type ElementOf<L> = L extends readonly unknown[]
  ? { -readonly [K in keyof L]: Tensor }
  : Tensor;

/** The tensors of an element. */
export function partsOf(element: Element): readonly Tensor[] {
  return element instanceof Tensor ? [element] : element;
}

/** An element of the same form made of other tensors. */
export function mapParts(element: Element, f: (part: Tensor) => Tensor): Element {
  return element instanceof Tensor ? f(element) : element.map(f);
}

export function disposeElement(element: Element): void {
  for (const part of partsOf(element)) part.dispose();
}

/** Other tensors that look at the same values, outside of scopes. */
export function aliasElement(element: Element): Element {
  return mapParts(element, (part) => keep(part.alias()));
}

/** The same element, its tensors now of the open scope: they are freed at its end. */
export function intoScope(element: Element): Element {
  return mapParts(element, (part) => {
    const alias = part.alias();
    part.dispose();
    return alias;
  });
}

/**
 * A value as an element. Tensors in it stay as they are.
 *
 * @param owner who gave it, for messages: 'Dataset.map: element 3'
 * @throws ValueError for what is no element, ShapeError for ragged arrays.
 */
export function toElement(owner: string, value: unknown): Element {
  if (value instanceof Tensor) return value;
  const isAlone =
    typeof value === 'number' || typeof value === 'boolean' || ArrayBuffer.isView(value);
  if (isAlone) return partTensor(owner, value as TypedArray);
  if (!Array.isArray(value) || value.length === 0) {
    throw new ValueError(
      `${owner} must be a tensor, a typed array, a number or a list [x, y] or [x, y, sampleWeight], got ` +
        `${describeValue(value)}.`,
    );
  }
  const made: Tensor[] = [];
  try {
    return value.map((part: TensorLike) => {
      if (part instanceof Tensor) return part;
      const one = partTensor(owner, part);
      made.push(one);
      return one;
    });
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
  const given = new Set<Tensor>();
  for (const part of Array.isArray(value) ? value : [value]) {
    if (part instanceof Tensor) given.add(part);
  }
  try {
    // One that stands twice in a list is freed twice.
    const seen = new Set<Tensor>();
    return mapParts(toElement(owner, value), (part) => {
      const own = seen.has(part) ? part.alias() : part;
      seen.add(part);
      return keep(own);
    });
  } catch (error) {
    for (const part of given) part.dispose();
    throw error;
  }
}

function partTensor(owner: string, value: TensorLike): Tensor {
  try {
    return tensor(value);
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
  const [expected, parts] = [partsOf(first), partsOf(element)];
  if (expected.length !== parts.length) {
    throw new ShapeError(
      `${owner} has ${parts.length} parts, those before have ${expected.length}. All must have the same.`,
    );
  }
  parts.forEach((part, i) => {
    const other = expected[i];
    if (other === undefined) return;
    if (sameShape(part.shape, other.shape) && part.dtype === other.dtype) return;
    throw new ShapeError(
      `${owner} has ${PART_NAMES[i] ?? `part ${i}`} of shape ${formatShape(part.shape)}, ${part.dtype}; those before ` +
        `have ${formatShape(other.shape)}, ${other.dtype}. Bring them to one shape and dtype with map.`,
    );
  });
}

/** How messages call the parts. */
export const PART_NAMES: readonly string[] = ['x', 'y', 'sampleWeight'];

/** What a function of the user threw, with the place where it did. Errors of this library pass as they are. */
export function userError(owner: string, error: unknown): unknown {
  const isAbort = isError(error) && error.name === 'AbortError';
  if (error instanceof LanegradError || isAbort) return error;
  const reason = messageOf(error);
  return new DatasetError(`${owner}: ${reason}`, { cause: error });
}
