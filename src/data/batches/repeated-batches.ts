import type { BatchIterator, BatchSource } from './batch.js';

/** Epochs of a given number of steps, whatever the length of the source: it starts anew where it ends. */
export class RepeatedBatches implements BatchSource {
  readonly samples = undefined;
  #running: BatchIterator | undefined;

  constructor(
    private readonly source: BatchSource,
    readonly steps: number,
  ) {}

  epoch(): BatchIterator {
    let taken = 0;
    return {
      next: () => {
        if (taken === this.steps) return undefined;
        taken++;
        this.#running ??= this.source.epoch();
        const batch = this.#running.next();
        if (batch !== undefined) return batch;
        void this.#running.close();
        this.#running = this.source.epoch();
        return this.#running.next();
      },
      // The next epoch goes on where this one stopped.
      close: () => undefined,
    };
  }

  close(): void | Promise<void> {
    void this.#running?.close();
    this.#running = undefined;
    return this.source.close();
  }
}
