import { MAX_RATIO } from '../inflate.js';
import { FormatError } from '../../errors.js';

/** Groups and arrays of a file. */
export const MAX_OBJECTS = 100_000;
/** Groups in groups: models nest a few levels; links may form circles. */
export const MAX_DEPTH = 64;

/** What a file of that length may make its reader do: several links may lead to one array. */
export class Limits {
  #objects = MAX_OBJECTS;
  #stored: number;
  #inflated: number;

  /** @param maxBytes the most bytes that compressed arrays may inflate to, all together */
  constructor(
    length: number,
    readonly label: string,
    readonly maxBytes: number,
  ) {
    this.#stored = length;
    this.#inflated = Math.min(length * MAX_RATIO, maxBytes);
  }

  countObject(): void {
    if (this.#objects-- === 0) {
      throw new FormatError(`${this.label}: holds more than ${MAX_OBJECTS} objects.`);
    }
  }

  countBytes(bytes: number, isCompressed: boolean, name: string): void {
    if (isCompressed) this.#inflated -= bytes;
    else this.#stored -= bytes;
    if (this.#stored < 0 || this.#inflated < 0) {
      throw new FormatError(
        `${this.label}: with '${name}' its arrays come to more bytes than a file of this length can hold, or than ` +
          `the ${this.maxBytes} that are allowed. If you trust it, allow more with maxBytes.`,
      );
    }
  }
}
