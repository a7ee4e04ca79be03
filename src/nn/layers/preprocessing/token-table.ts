import type { TermTable } from './term-counts.js';

/** How far is looked for a place of a token. What lies farther, as of tokens that were chosen to have one hash, is in a `Map`. */
const MAX_PROBES = 64;

/**
 * Tokens by numbers in the order in which they came, and the numbers of tokens. A token is found by its UTF-16 units where they
 * lie, without a string of its own: most tokens of a text are known, and to make and to hash strings takes most of the time
 * otherwise.
 */
export class TokenTable implements TermTable<string> {
  /** Number of tokens. */
  size = 0;
  /** The units of all tokens, one behind the other. */
  #units = new Uint16Array(1 << 10);
  /** Where the tokens end; the first begins at 0. */
  #ends = new Int32Array(1 << 8);
  #hashes = new Int32Array(1 << 8);
  /** The number of a token and 1 more, in the place that its hash names or in one behind it; 0 where there is none. */
  #slots = new Int32Array(1 << 9);
  #far: Map<string, number> | undefined;
  /** The tokens that were asked for as strings: engines keep the hash of a string, which is faster than to read its units. */
  readonly #asked = new Map<string, number>();

  /** The number of the token in units `from` … `to`; −1 if there is none. */
  findUnits(units: Uint16Array, from: number, to: number, hash = hashOf(units, from, to)): number {
    return this.#look(units, from, to, hash);
  }

  /** The number of the token in units `from` … `to`, which becomes the last if there is none. */
  addUnits(units: Uint16Array, from: number, to: number, hash = hashOf(units, from, to)): number {
    const known = this.#look(units, from, to, hash);
    return known === -1 ? this.#append(units, from, to, hash) : known;
  }

  /** The number of a token; −1 if there is none. */
  find(text: string): number {
    return this.#asked.get(text) ?? this.#ask(this.findUnits(unitsOf(text), 0, text.length));
  }

  /** The number of a token, which becomes the last if there is none. */
  add(text: string): number {
    return this.#asked.get(text) ?? this.#ask(this.addUnits(unitsOf(text), 0, text.length));
  }

  /** Notes a token that was found. The string is one of its own: one that was given may be a part of a long text, and keep it. */
  #ask(index: number): number {
    if (index !== -1) this.#asked.set(this.at(index), index);
    return index;
  }

  /** The token of that number. */
  at(index: number): string {
    return textOf(this.#units, this.#start(index), this.#ends[index] ?? 0);
  }

  #start(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
  }

  #look(units: Uint16Array, from: number, to: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let i = 0; i < MAX_PROBES; i++) {
      const index = (slots[(hash + i) & mask] ?? 0) - 1;
      if (index === -1) return -1;
      if (this.#hashes[index] === hash && this.#isAt(index, units, from, to)) return index;
    }
    return this.#far?.get(textOf(units, from, to)) ?? -1;
  }

  #isAt(index: number, units: Uint16Array, from: number, to: number): boolean {
    const start = this.#start(index);
    if ((this.#ends[index] ?? 0) - start !== to - from) return false;
    for (let i = from, j = start; i < to; i++, j++) if (units[i] !== this.#units[j]) return false;
    return true;
  }

  #append(units: Uint16Array, from: number, to: number, hash: number): number {
    const index = this.size++;
    const start = this.#start(index);
    const end = start + to - from;
    if (end > this.#units.length) this.#units = grown(this.#units, 2 * end);
    if (index === this.#ends.length) {
      this.#ends = grown(this.#ends, 2 * index);
      this.#hashes = grown(this.#hashes, 2 * index);
    }
    this.#units.set(units.subarray(from, to), start);
    this.#ends[index] = end;
    this.#hashes[index] = hash;
    if (2 * this.size > this.#slots.length) {
      this.#slots = new Int32Array(2 * this.#slots.length);
      this.#far = undefined;
      for (let i = 0; i < this.size; i++) this.#insert(i);
    } else this.#insert(index);
    return index;
  }

  #insert(index: number): void {
    const mask = this.#slots.length - 1;
    const hash = this.#hashes[index] ?? 0;
    for (let i = 0; i < MAX_PROBES; i++) {
      const at = (hash + i) & mask;
      if (this.#slots[at] !== 0) continue;
      this.#slots[at] = index + 1;
      return;
    }
    (this.#far ??= new Map()).set(this.at(index), index);
  }
}

/** By which a token finds its position. Tests make tokens of one hash. */
export function hashOf(units: Uint16Array, from: number, to: number): number {
  let hash = 0;
  for (let i = from; i < to; i++) hash = hashedUnit(hash, units[i] ?? 0);
  return hashedEnd(hash, to - from);
}

/** The hash of units and of one more. */
export const hashedUnit = (hash: number, unit: number): number =>
  Math.imul(hash ^ unit, 0x9e3779b1);

/** The hash of all units of a token. The lower bits name the position, and the upper ones are mixed best. */
const hashedEnd = (hash: number, length: number): number => hash ^ (hash >>> 15) ^ length;

/** Units of a string that were asked for last. The place serves again and again. */
let scratch = new Uint16Array(1 << 10);

function unitsOf(text: string): Uint16Array {
  const { length } = text;
  if (length > scratch.length) scratch = new Uint16Array(2 * length);
  for (let i = 0; i < length; i++) scratch[i] = text.charCodeAt(i);
  return scratch;
}

/** Units that one call makes a string of. */
const PIECE = 1 << 12;

/** The string of units `from` … `to`. */
export function textOf(units: Uint16Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += PIECE) {
    text += String.fromCharCode(...units.subarray(at, Math.min(at + PIECE, to)));
  }
  return text;
}

/** A longer copy. */
export function grown<A extends Uint16Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  array: A,
  length: number,
): A {
  const longer = new (array.constructor as new (length: number) => A)(length);
  longer.set(array);
  return longer;
}

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
