// The timers of a program. Like a program in Node, one of a page is over when its timers are.

type Callback = (...values: unknown[]) => unknown;

export class Timers {
  readonly #waiting = new Set<number>();
  readonly #fail: (error: unknown) => void;
  #tellOver: (() => void) | undefined;

  /** What a program calls in place of the worker's functions of the same names. */
  readonly functions = {
    setTimeout: (callback: Callback, delay?: number, ...values: unknown[]): number => {
      const id = self.setTimeout(() => {
        void this.#call(callback, values).then(() => this.#clear(id));
      }, delay);
      return this.#add(id);
    },
    setInterval: (callback: Callback, delay?: number, ...values: unknown[]): number =>
      this.#add(self.setInterval(() => void this.#call(callback, values), delay)),
    clearTimeout: (id?: number): void => this.#clear(id),
    clearInterval: (id?: number): void => this.#clear(id),
  };

  /** `fail` is told what a callback throws. */
  constructor(fail: (error: unknown) => void) {
    this.#fail = fail;
  }

  /** Settles when no timer waits any more. */
  async over(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#tellOver = resolve));
  }

  #add(id: number): number {
    this.#waiting.add(id);
    return id;
  }

  /** Timeouts and intervals share their numbers. */
  #clear(id: number | undefined): void {
    clearTimeout(id);
    if (id !== undefined) this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#tellOver?.();
  }

  async #call(callback: Callback, values: readonly unknown[]): Promise<void> {
    try {
      await callback(...values);
    } catch (error) {
      this.#fail(error);
    }
  }
}
