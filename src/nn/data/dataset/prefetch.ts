import type { Pass, Reader, Stage } from './stage.js';

/** The same items, up to `count` of which are read before they are asked for. */
export function prefetchStage<T>(upstream: Stage<T>, count: number): Stage<T> {
  return {
    kind: upstream.kind,
    size: upstream.size,
    upstream: [upstream],
    open: (pass) => new PrefetchReader(upstream, pass, count),
  };
}

class PrefetchReader<T> implements Reader<T> {
  readonly #reader: Reader<T>;
  readonly #ready: T[] = [];
  /** The reading that is under way; it never rejects. */
  #reading: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  #wakeUp: () => void = () => undefined;

  constructor(
    private readonly upstream: Stage<T>,
    pass: Pass,
    private readonly count: number,
  ) {
    this.#reader = upstream.open(pass);
  }

  next(): T | undefined | Promise<T | undefined> {
    const item = this.#ready.shift();
    this.#reading ??= this.#read();
    return item ?? this.#wait();
  }

  /** The next item, as soon as it is there. */
  async #wait(): Promise<T | undefined> {
    while (this.#ready.length === 0 && !this.#isOver) {
      this.#reading ??= this.#read();
      await new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
    }
    const item = this.#ready.shift();
    if (item !== undefined) {
      this.#reading ??= this.#read();
      return item;
    }
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
    return undefined;
  }

  async #read(): Promise<void> {
    // After the caller has gone on: what comes is for later.
    await Promise.resolve();
    try {
      while (!this.#isOver && this.#ready.length < this.count) {
        const item = await this.#reader.next();
        if (item === undefined) this.#isOver = true;
        else this.#ready.push(item);
        this.#wakeUp();
      }
    } catch (error) {
      this.#failure = { error };
      this.#isOver = true;
      this.#wakeUp();
    } finally {
      this.#reading = undefined;
    }
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#reading;
    for (const item of this.#ready.splice(0)) this.upstream.kind.dispose(item);
    await this.#reader.close();
  }
}
