import type { BatchIterator, BatchPosition, BatchSource } from '../../data/batches/index.js';

/** Epochs of a given number of steps, whatever the length of the source: it starts anew where it ends. */
export class RepeatedBatches implements BatchSource {
  readonly samples = undefined;
  #running: BatchIterator | undefined;
  /** Batches of the epoch so far. */
  #taken = 0;

  constructor(
    private readonly source: BatchSource,
    readonly steps: number,
  ) {}

  epoch(): BatchIterator {
    return {
      next: () => {
        if (this.#taken === this.steps) return undefined;
        this.#taken++;
        this.#running ??= this.source.epoch();
        const batch = this.#running.next();
        if (batch !== undefined) return batch;
        void this.#running.close();
        this.#running = this.source.epoch();
        return this.#running.next();
      },
      // The next epoch goes on where this one stopped.
      close: () => {
        this.#taken = 0;
      },
    };
  }

  position(): BatchPosition {
    return { ...this.source.position(), epochBatches: this.#taken };
  }

  seek(position: BatchPosition): void {
    this.#taken = position.epochBatches;
    this.source.seek(position);
  }

  close(): void | Promise<void> {
    void this.#running?.close();
    this.#running = undefined;
    return this.source.close();
  }
}
