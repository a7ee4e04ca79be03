import { grown, hashedEnd, hashedUnit, hashOf } from './token-table.js';

/** How a text is brought into one form before it is split. */
export interface Standard {
  /** A … Z become small. As TensorFlow's `tf.strings.lower` without an encoding: other letters stay. */
  readonly lowers: boolean;
  /** The 32 signs of ASCII that are neither letters nor digits are left out. */
  readonly strips: boolean;
}

/** What becomes of a unit: itself, another one, nothing, or the end of a token. */
const [NOTHING, SPACE] = [-1, -2];

/** What becomes of each unit of ASCII where texts are split at blanks: what `addWords` takes. */
export function tableOf({ lowers, strips }: Standard): Int8Array {
  return Int8Array.from({ length: 128 }, (_, unit) => {
    const isBlank = unit === 32 || (unit >= 9 && unit <= 13);
    if (isBlank) return SPACE;
    const isUpper = unit >= 65 && unit <= 90;
    const isLetter = isUpper || (unit >= 97 && unit <= 122);
    const isDigit = unit >= 48 && unit <= 57;
    if (strips && unit > 32 && unit < 127 && !isLetter && !isDigit) return NOTHING;
    return lowers && isUpper ? unit + 32 : unit;
  });
}

/**
 * The tokens of a text, or of several: their UTF-16 units one behind the other, with a space between two. So an n-gram is the
 * units from the start of its first token to the end of its last.
 */
export class Tokens {
  units = new Uint16Array(1 << 12);
  starts = new Int32Array(1 << 8);
  ends = new Int32Array(1 << 8);
  /** What `hashOf` gives of each. */
  hashes = new Int32Array(1 << 8);
  /** Number of tokens. */
  count = 0;

  /** Forgets the tokens. */
  clear(): void {
    this.count = 0;
  }

  /** A string as one token. */
  add(text: string): void {
    const start = this.#room(text.length);
    for (let i = 0; i < text.length; i++) this.units[start + i] = text.charCodeAt(i);
    const end = start + text.length;
    this.#end(start, end, hashOf(this.units, start, end));
  }

  /** Each character as a token: a code point, not a unit. */
  addCharacters(text: string): void {
    for (const character of text) this.add(character);
  }

  /**
   * The tokens of a text, split where TensorFlow's `tf.strings.split` does without a separator: at blanks of ASCII.
   *
   * @param table what `tableOf` gives
   */
  addWords(text: string, table: Int8Array): void {
    const { length } = text;
    let at = this.#room(length);
    let start = at;
    let hash = 0;
    const { units } = this;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      const becomes = unit < 128 ? (table[unit] ?? NOTHING) : unit;
      if (becomes >= 0) {
        units[at++] = becomes;
        hash = hashedUnit(hash, becomes);
      } else if (becomes === SPACE && at > start) {
        this.#end(start, at, hashedEnd(hash, at - start));
        start = ++at;
        hash = 0;
      }
    }
    if (at > start) this.#end(start, at, hashedEnd(hash, at - start));
  }

  /** Where the next token starts, with room for so many units behind it. */
  #room(length: number): number {
    const start = this.count === 0 ? 0 : (this.ends[this.count - 1] ?? 0) + 1;
    const needed = start + length + 1;
    if (needed > this.units.length) this.units = grown(this.units, 2 * needed);
    return start;
  }

  #end(start: number, end: number, hash: number): void {
    if (this.count === this.starts.length) {
      this.starts = grown(this.starts, 2 * this.count);
      this.ends = grown(this.ends, 2 * this.count);
      this.hashes = grown(this.hashes, 2 * this.count);
    }
    this.hashes[this.count] = hash;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
    this.units[end] = 32;
  }
}

/** The text in that form. */
export function standardized(text: string, { lowers, strips }: Standard): string {
  const lower = lowers ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
  return strips ? lower.replace(/[!-/:-@[-`{-~]+/g, '') : lower;
}
