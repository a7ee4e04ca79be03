import { FormatError } from '../../errors.js';
import type { ElementKind, FileArray } from '../elements.js';

/**
 * What a pickle holds: None is null, lists and tuples are arrays, dicts are maps by text or number, bytes and the texts of Python 2 are views of
 * the file. Whole numbers beyond 2⁵³ are BigInts.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array<ArrayBuffer>
  | PickleValue[]
  | PickledDict
  | PickledArray
  | PickledDType
  | PickledCallable;

/** A dict of Python, in its order. */
export class PickledDict extends Map<string | number, PickleValue> {}

/** An array of NumPy: of numbers, or of any objects, row-major. */
export class PickledArray {
  shape: readonly number[] = [0];
  elements: Pick<FileArray, 'dtype' | 'data'> | readonly PickleValue[] = [];
}

/** A callable that is known. */
export type CallableName =
  'ndarray' | 'dtype' | '_reconstruct' | '_frombuffer' | 'scalar' | 'encode' | 'bytes';

/** A known callable on the stack of a pickle. */
export class PickledCallable {
  constructor(readonly name: CallableName) {}
}

/** An element type on the stack of a pickle. */
export class PickledDType {
  littleEndian = true;

  /** @param kind of numbers; `'O'`: Python's objects */
  constructor(readonly kind: ElementKind | 'O') {}
}

/** The values of a file, those that are met twice counted twice: far more than any data set has. */
export const MAX_VALUES = 2 ** 25;
/** Lists, tuples, dicts and arrays of a file: an empty one takes a byte of the file and a hundred of memory. */
const MAX_CONTAINERS = 2 ** 20;
/** Levels of containers. */
const MAX_DEPTH = 32;

interface Facts {
  /** Levels of containers inside. */
  depth: number;
  /** Values inside, however deep, and itself. */
  size: number;
  /** Whether another container holds it: then it is complete, so that none can hold itself. */
  isHeld: boolean;
}

type Container = PickleValue[] | PickledDict | PickledArray;

const isContainer = (value: PickleValue): value is Container =>
  Array.isArray(value) || value instanceof PickledDict || value instanceof PickledArray;

/** Sees to it that what a pickle builds ends: few levels, no container in itself, not more values than memory holds. */
export class Containers {
  readonly #facts = new Map<Container, Facts>();

  /** @param label what messages call the pickle */
  constructor(private readonly label: string) {}

  /** A new container. @throws FormatError if there are too many. */
  add<C extends Container>(container: C): C {
    if (this.#facts.size === MAX_CONTAINERS) {
      throw new FormatError(
        `${this.label}: the pickle holds more than ${MAX_CONTAINERS} lists, tuples, dicts and arrays.`,
      );
    }
    this.#facts.set(container, { depth: 1, size: 1, isHeld: false });
    return container;
  }

  /** Lets a container hold values. @throws FormatError if it is held already, or holds too many values or levels. */
  hold(container: Container, values: readonly PickleValue[]): void {
    const own = this.#facts.get(container);
    if (own === undefined || own.isHeld) {
      throw new FormatError(
        `${this.label}: the pickle changes a container after another one holds it, as one that holds itself does. Such ` +
          `pickles are not read.`,
      );
    }
    for (const value of values) {
      const inside = isContainer(value) ? this.#facts.get(value) : undefined;
      own.size += inside?.size ?? 1;
      if (inside === undefined) continue;
      inside.isHeld = true;
      own.depth = Math.max(own.depth, inside.depth + 1);
    }
    if (own.size > MAX_VALUES) {
      throw new FormatError(
        `${this.label}: the pickle holds more than ${MAX_VALUES} values, those counted twice that it holds twice.`,
      );
    }
    // Of one that holds itself it would have no end.
    if (own.depth > MAX_DEPTH || values.includes(container)) {
      throw new FormatError(
        `${this.label}: the pickle nests containers deeper than ${MAX_DEPTH} levels, or one in itself.`,
      );
    }
  }
}
