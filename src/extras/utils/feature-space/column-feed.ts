import type { Value } from '../../../engine/tensor/index.js';

type Result = IteratorResult<Value, undefined>;

/** The batches of one column, for a layer that adapts: the layer waits for the next, and what pushes waits for the layer. */
export class ColumnFeed implements AsyncIterableIterator<Value, undefined> {
  #give: ((result: Result | Promise<Result>) => void) | undefined;
  #askedFor: (() => void) | undefined;
  #last: (() => Promise<Result>) | undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#last !== undefined) return this.#last();
    return new Promise((resolve) => {
      this.#give = resolve;
      this.#askedFor?.();
    });
  }

  /** Resolves when the layer asks for a batch: it is done with the one before. */
  asked(): Promise<void> {
    if (this.#give !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#askedFor = resolve;
    });
  }

  #answer(result: Result | Promise<Result>): void {
    const give = this.#give;
    this.#give = undefined;
    give?.(result);
  }

  /** Hands a batch to the layer, which has asked for it. */
  push(value: Value): void {
    this.#answer({ done: false, value });
  }

  /** There are no more batches. */
  end(): void {
    this.#finish(() => Promise.resolve({ done: true, value: undefined }));
  }

  /** Ends the adapting with an error. */
  fail(error: unknown): void {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown, whatever it is
    this.#finish(() => Promise.reject(error));
  }

  #finish(last: () => Promise<Result>): void {
    this.#last = last;
    if (this.#give !== undefined) this.#answer(last());
  }
}
