import { isPromise } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** A method that trains, or gathers loss and metrics. */
type Method = 'fit' | 'evaluate' | 'trainOnBatch' | 'testOnBatch';

/**
 * What a model does at the moment, and so what is refused meanwhile. `fit` is either within an epoch or in hooks around
 * epochs; there the model may be measured, and trained on single batches. The call that comes second gets the error.
 */
export class Activity {
  /** The `fit` that runs, and whether it is in hooks around epochs. */
  #fit: { isBetween: boolean } | undefined;
  /** The method besides `fit` that gathers loss and metrics, and its end if it takes time. */
  #measuring: { readonly method: Method; end?: Promise<unknown> } | undefined;

  /** @param label how messages name the model */
  constructor(private readonly label: () => string) {}

  /** Runs `fit`. @throws ValueError while it, or another method that gathers loss and metrics, runs. */
  async fitting<T>(f: () => Promise<T>): Promise<T> {
    this.#requireFree('fit');
    this.#fit = { isBetween: false };
    try {
      return await f();
    } finally {
      this.#fit = undefined;
    }
  }

  /**
   * Calls hooks of `fit` around an epoch. The epoch goes on when they have ended, and so has what they have begun
   * without waiting for it.
   *
   * @param wait what waits for a promise
   */
  async betweenEpochs(
    hooks: () => Promise<unknown> | undefined,
    wait: (promise: Promise<unknown>) => Promise<unknown> = (promise) => promise,
  ): Promise<void> {
    // It may have ended when its hooks do.
    const fit = this.#fit ?? { isBetween: false };
    fit.isBetween = true;
    try {
      // Without a promise no other code gets a turn.
      const called = hooks();
      if (called !== undefined) await called;
      while (this.#measuring?.end !== undefined) {
        await wait(this.#measuring.end.catch(() => undefined));
      }
    } finally {
      fit.isBetween = false;
    }
  }

  /** Runs a method that gathers loss and metrics. @throws ValueError while another one does, or an epoch of `fit`. */
  measuring<T>(method: Method, f: () => T): T {
    this.#requireFree(method);
    const measuring: { readonly method: Method; end?: Promise<unknown> } = { method };
    this.#measuring = measuring;
    let result: T | undefined;
    const end = (): void => {
      this.#measuring = undefined;
    };
    try {
      result = f();
      if (!isPromise(result)) return result;
      const ended = Promise.resolve(result).finally(end);
      measuring.end = ended;
      return ended as T;
    } finally {
      if (!isPromise(result)) end();
    }
  }

  /** @throws ValueError while `fit` or `evaluate` runs, for what would change the model under its hands. */
  requireIdle(method: string): void {
    this.#require(method, this.#fit === undefined);
  }

  #requireFree(method: Method): void {
    this.#require(method, this.#fit === undefined || (this.#fit.isBetween && method !== 'fit'));
  }

  #require(method: string, fitAllowsIt: boolean): void {
    const running = fitAllowsIt ? this.#measuring?.method : 'fit';
    if (running === undefined) return;
    throw new ValueError(
      `${this.label()}: ${method} was called while ${running} still runs. Await ${running} first, or use a copy: ` +
        `models.cloneModel(model). Callbacks of fit may evaluate in onEpochBegin and onEpochEnd.`,
    );
  }
}
