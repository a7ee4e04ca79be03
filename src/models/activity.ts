import { ValueError } from '../errors.js';

/** A method that trains, or gathers loss and metrics. */
type Method = 'fit' | 'evaluate' | 'trainOnBatch' | 'testOnBatch';

/**
 * What a model does at the moment, and so what is refused meanwhile. `fit` is either within an epoch or in hooks around
 * epochs; there the model may be measured, and trained on single batches. Whoever comes second gets the error.
 */
export class Activity {
  #fit: 'in epoch' | 'between epochs' | undefined;
  /** The method besides `fit` that gathers loss and metrics, and its end if it takes time. */
  #measuring: { readonly method: Method; end?: Promise<unknown> } | undefined;

  /** @param label how messages name the model */
  constructor(private readonly label: () => string) {}

  /** Runs `fit`. @throws ValueError while it, or another method that gathers loss and metrics, runs. */
  async fitting<T>(f: () => Promise<T>): Promise<T> {
    this.#requireFree('fit');
    this.#fit = 'in epoch';
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
    this.#fit = 'between epochs';
    try {
      // Without a promise nobody else gets a turn.
      const called = hooks();
      if (called !== undefined) await called;
      while (this.#measuring?.end !== undefined) {
        await wait(this.#measuring.end.catch(() => undefined));
      }
    } finally {
      this.#fit = 'in epoch';
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
      if (!(result instanceof Promise)) return result;
      const ended = result.finally(end);
      measuring.end = ended;
      return ended as T;
    } finally {
      if (!(result instanceof Promise)) end();
    }
  }

  /** @throws ValueError while `fit` or `evaluate` runs, for what would change the model under its hands. */
  requireIdle(method: string): void {
    const running = this.#fit === undefined ? this.#measuring?.method : 'fit';
    if (running === undefined) return;
    throw new ValueError(
      `${this.label()}: ${method} was called while ${running} runs. Await ${running} first, or change a copy: ` +
        `models.cloneModel(model).`,
    );
  }

  #requireFree(method: Method): void {
    const isFitting = method === 'fit' ? this.#fit !== undefined : this.#fit === 'in epoch';
    const running = isFitting ? 'fit' : this.#measuring?.method;
    if (running === undefined) return;
    throw new ValueError(
      `${this.label()}: ${method} was called while ${running} still runs. Await one before the next, or give each a ` +
        `model of its own: models.cloneModel(model). In callbacks of fit, evaluate in onEpochBegin or onEpochEnd.`,
    );
  }
}
