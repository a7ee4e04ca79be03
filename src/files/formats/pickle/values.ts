import { FormatError } from '../../../errors.js';
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

/**
 * Bytes that parts of a pickle take in V8, rounded up: all of them are charged before they are made, since a byte of a file can
 * stand for many. What is freed again is not given back, as it has taken time.
 */
export const BYTES = {
  /** A place in a list or on the stack. */
  slot: 8,
  /** A number that needs memory of its own. */
  number: 16,
  /** A whole number beyond 2⁵³, which may have a thousand digits. */
  long: 512,
  /** A place that the stack never had before, or a mark: growing arrays are held twice for a moment. */
  growth: 24,
  /** A text without its characters. */
  text: 32,
  /** Bytes of the file, which are a view. */
  view: 128,
  /** An entry of a dict, or a value that is kept to be used again. */
  entry: 96,
  /** A list, a tuple, an array, and what is called to make one. */
  container: 256,
  dict: 512,
} as const;

/** The memory of a pickle: what all its values together may take. */
export class Memory {
  readonly #most: number;
  #left: number;

  /** @param location where the machine is, for messages */
  constructor(
    most: number,
    private readonly location: () => string,
  ) {
    this.#most = most;
    this.#left = most;
  }

  /** What has been taken. */
  get taken(): number {
    return this.#most - this.#left;
  }

  /** Takes memory for what is about to be made. @throws FormatError if less is left. */
  take(bytes: number): void {
    if (bytes <= this.#left) this.#left -= bytes;
    else this.#fail(bytes);
  }

  /** Sees to it that a copy of a value, in which nothing is shared, would fit as well. */
  requireCopy(bytes: number): void {
    if (bytes > this.#most) this.#fail(bytes);
  }

  #fail(bytes: number): never {
    // No function that reads pickles has an option for more.
    throw new FormatError(
      `${this.location()}: the values of the pickle take more than the ${this.#most} bytes of memory that are allowed: ${bytes} ` +
        `are needed, ${this.#left} are left. Get the file again.`,
    );
  }
}

/** Levels of containers. */
const MAX_DEPTH = 32;

interface Facts {
  /** Levels of containers inside. */
  depth: number;
  /** Bytes of the positions of all values inside, however deep, and of itself: as if nothing were shared. */
  size: number;
  /** Whether another container holds it: then it is complete, so that none can hold itself. */
  isHeld: boolean;
}

type Container = PickleValue[] | PickledDict | PickledArray;

const isContainer = (value: PickleValue): value is Container =>
  Array.isArray(value) || value instanceof PickledDict || value instanceof PickledArray;

/** Sees to it that what a pickle builds ends: few levels, no container in itself, no more than memory holds. */
export class Containers {
  readonly #facts = new Map<Container, Facts>();

  /** @param label the name of the pickle in messages */
  constructor(
    private readonly label: string,
    private readonly memory: Memory,
  ) {}

  /** A new container. */
  add<C extends Container>(container: C): C {
    this.memory.take(container instanceof PickledDict ? BYTES.dict : BYTES.container);
    this.#facts.set(container, { depth: 1, size: BYTES.slot, isHeld: false });
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
    this.memory.take(values.length * BYTES.slot);
    for (const value of values) {
      const inside = isContainer(value) ? this.#facts.get(value) : undefined;
      own.size += inside?.size ?? BYTES.slot;
      if (inside === undefined) continue;
      inside.isHeld = true;
      own.depth = Math.max(own.depth, inside.depth + 1);
    }
    this.memory.requireCopy(own.size);
    // Of one that holds itself it would have no end.
    if (own.depth > MAX_DEPTH || values.includes(container)) {
      throw new FormatError(
        `${this.label}: the pickle nests containers deeper than ${MAX_DEPTH} levels, or one in itself.`,
      );
    }
  }
}
