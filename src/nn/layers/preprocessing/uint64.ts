/**
 * A whole number of 64 bits, without sign: two halves, as JavaScript's own numbers have 53 bits, and BigInts take ten times as
 * long. All arithmetic is modulo 2⁶⁴.
 */
export class Uint64 {
  /** The upper half, as an int32. */
  readonly high: number;
  /** The lower half, as an int32. */
  readonly low: number;

  constructor(high: number, low: number) {
    this.high = high | 0;
    this.low = low | 0;
  }

  /** A whole number, which may be negative: two's complement. */
  static of(value: number): Uint64 {
    return new Uint64(Math.floor(value / 2 ** 32), value);
  }

  /** Eight bytes from `at` on, the lowest first. */
  static read(bytes: Uint8Array, at: number): Uint64 {
    return new Uint64(read32(bytes, at + 4), read32(bytes, at));
  }

  add(other: Uint64): Uint64 {
    const low = (this.low >>> 0) + (other.low >>> 0);
    return new Uint64(this.high + other.high + (low > 0xffffffff ? 1 : 0), low);
  }

  xor(other: Uint64): Uint64 {
    return new Uint64(this.high ^ other.high, this.low ^ other.low);
  }

  multiply(other: Uint64): Uint64 {
    const [a0, a1] = [this.low & 0xffff, this.low >>> 16];
    const [b0, b1] = [other.low & 0xffff, other.low >>> 16];
    // The upper half of the product of the lower halves, in pieces of 16 bits.
    const middle = a1 * b0 + ((a0 * b0) >>> 16);
    const upper = a0 * b1 + (middle & 0xffff);
    const carried = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(upper / 0x10000);
    const crossed = Math.imul(this.low, other.high) + Math.imul(this.high, other.low);
    return new Uint64(carried + crossed, Math.imul(this.low, other.low));
  }

  /** Rotated to the left by 0 < bits < 64. */
  rotateLeft(bits: number): Uint64 {
    const [high, low] = bits < 32 ? [this.high, this.low] : [this.low, this.high];
    const by = bits & 31;
    if (by === 0) return new Uint64(high, low);
    return new Uint64((high << by) | (low >>> (32 - by)), (low << by) | (high >>> (32 - by)));
  }

  /** Shifted to the right by 32 < bits < 64. */
  shiftRight(bits: number): Uint64 {
    return new Uint64(0, this.high >>> (bits - 32));
  }

  /** The remainder of a division by a whole number up to 2³¹. */
  modulo(divisor: number): number {
    // In pieces of 16 bits, which leave all that is in between below 2⁵³.
    let rest = (this.high >>> 0) % divisor;
    rest = (rest * 0x10000 + (this.low >>> 16)) % divisor;
    return (rest * 0x10000 + (this.low & 0xffff)) % divisor;
  }
}

/** Four bytes, the lowest first. */
export function read32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
