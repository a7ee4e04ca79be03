import { flattenNest, isPromise } from '../../../config/index.js';
import { DatasetError, ValueError } from '../../../errors.js';
import { describeValue } from '../../../config/describe-value.js';
import { abandon, iteratorOf, orAbort } from '../or-abort.js';
import { takeElement, type Element, userError } from './element.js';
import { isValue } from '../../../engine/tensor/index.js';
import { elementKind } from './item-kind.js';
import type { Reader, Stage } from './stage.js';

const OWNER = 'Dataset.fromGenerator';

/** What `fromGenerator` calls at the beginning of each pass. */
export type MakeIterable = () => Iterable<unknown> | AsyncIterable<unknown>;

/** The elements of an iterable that is made again for each pass. */
export function generatorStage(make: MakeIterable, size: number | undefined): Stage<Element> {
  if (typeof make !== 'function') {
    throw new ValueError(
      `${OWNER}: give a function that returns an iterable, such as a generator function, got ` +
        `${describeValue(make)}. It is called again for each pass.`,
    );
  }
  return {
    kind: elementKind,
    size,
    upstream: [],
    open: (pass) => new GeneratorReader(make, size, pass.signal),
  };
}

class GeneratorReader implements Reader<Element> {
  #iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined;
  /** Elements given so far. */
  #given = 0;
  #isOver = false;

  constructor(
    private readonly make: MakeIterable,
    private readonly size: number | undefined,
    private readonly signal: AbortSignal | undefined,
  ) {}

  next(): Element | undefined | Promise<Element | undefined> {
    if (this.#isOver) return undefined;
    try {
      this.#iterator ??= iteratorOf(requireIterable(this.make()));
      const result = this.#iterator.next();
      if (!isPromise(result)) return this.#take(result);
      const settled = orAbort(Promise.resolve(result), this.signal, (late) => {
        this.#discard(late);
      });
      return settled.then(
        (given) => this.#take(given),
        (error: unknown) => {
          throw this.signal?.aborted === true ? this.#abandoned(error) : this.#failed(error);
        },
      );
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async close(): Promise<void> {
    if (!this.#isOver) await this.#iterator?.return?.();
  }

  #take(result: IteratorResult<unknown>): Element | undefined {
    if (result.done === true) {
      this.#isOver = true;
      if (this.size === undefined || this.#given === this.size) return undefined;
      throw new DatasetError(
        `${OWNER}: the generator ended after ${this.#given} of ${this.size} elements. Let it give as many as size ` +
          `says, or leave size out.`,
      );
    }
    const index = this.#given++;
    if (index === this.size) {
      throw new DatasetError(
        `${OWNER}: the generator gives more than the ${this.size} elements that size says.`,
      );
    }
    return takeElement(`${OWNER}: element ${index}`, result.value);
  }

  /** The generator still waits for something. */
  #abandoned(reason: unknown): unknown {
    this.#isOver = true;
    abandon(this.#iterator);
    return reason;
  }

  /** What comes after the pass was ended. */
  #discard({ done, value }: IteratorResult<unknown>): void {
    if (done === true) return;
    for (const part of flattenNest([value], isValue)) part.dispose();
  }

  /** An iterator that threw has ended by itself. */
  #failed(error: unknown): unknown {
    if (this.#isOver) return error;
    return userError(`${OWNER}: the generator failed at element ${this.#given}`, error);
  }
}

function requireIterable(value: unknown): Iterable<unknown> | AsyncIterable<unknown> {
  const isObject = typeof value === 'object' && value !== null;
  if (isObject && (Symbol.asyncIterator in value || Symbol.iterator in value)) {
    return value as Iterable<unknown>;
  }
  throw new ValueError(
    `${OWNER}: the function must return an iterable, such as a generator, got ${describeValue(value)}.`,
  );
}
