import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';

/** When to save: after each epoch, or after every so many batches. */
export type SaveFreq = 'epoch' | number;

/** Counts batches from one saving to the next. */
export class SaveSchedule {
  readonly #every: SaveFreq;
  #seen = 0;

  /** @throws ValueError unless it is 'epoch' or a whole number of at least 1. */
  constructor(owner: string, saveFreq: SaveFreq) {
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq >= 1)) {
      throw new ValueError(
        `${owner}: saveFreq must be 'epoch' or a whole number of batches of at least 1, got ` +
          `${describeValue(saveFreq)}.`,
      );
    }
    this.#every = saveFreq;
  }

  get isEpoch(): boolean {
    return this.#every === 'epoch';
  }

  /** After a batch: whether it is time to save. Counting goes on from epoch to epoch. */
  afterBatch(): boolean {
    if (this.#every === 'epoch') return false;
    this.#seen++;
    if (this.#seen < this.#every) return false;
    this.#seen = 0;
    return true;
  }
}
