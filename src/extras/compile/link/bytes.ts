// The numbers and lists of WebAssembly's binary format.
import { ValueError } from '../../../errors.js';

/** Reads a binary from front to back. */
export class ByteReader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, begin = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = begin;
    this.#end = end;
  }

  /** Whether there is nothing left. */
  get isDone(): boolean {
    return this.at >= this.#end;
  }

  byte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined || this.at >= this.#end) {
      throw new ValueError(`A WebAssembly binary ends too early, at byte ${this.at}.`);
    }
    this.at++;
    return byte;
  }

  /** An unsigned number of at most 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  /** A signed number of at most 32 bits. */
  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 127) << shift;
      if (byte < 128) {
        return shift + 7 < 32 && (byte & 64) !== 0 ? value | (-1 << (shift + 7)) : value;
      }
    }
  }

  /** The next `count` bytes, which are not copied. */
  take(count: number): Uint8Array {
    const begin = this.at;
    this.skip(count);
    return this.#bytes.subarray(begin, this.at);
  }

  skip(count: number): void {
    if (this.at + count > this.#end) {
      throw new ValueError(`A WebAssembly binary ends too early, at byte ${this.#end}.`);
    }
    this.at += count;
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }

  /** A list with its length in front. */
  list<T>(read: () => T): T[] {
    const length = this.unsigned();
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }
}

/** Bytes that are written one after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  byte(...bytes: readonly number[]): this {
    return this.raw(bytes);
  }

  raw(bytes: ArrayLike<number>): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  unsigned(value: number): this {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if (rest === (low & 64 ? -1 : 0)) return this.byte(low);
      this.byte(low | 128);
    }
  }

  float32(value: number): this {
    return this.raw(new Uint8Array(new Float32Array([value]).buffer));
  }

  float64(value: number): this {
    return this.raw(new Uint8Array(new Float64Array([value]).buffer));
  }

  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.unsigned(bytes.length).raw(bytes);
  }

  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.unsigned(items.length);
    items.forEach(write);
    return this;
  }

  /** What `write` writes, with the number of its bytes in front. */
  sized(write: (inner: ByteWriter) => void): this {
    const inner = new ByteWriter();
    write(inner);
    return this.unsigned(inner.length).raw(inner.#bytes.subarray(0, inner.#length));
  }
}
