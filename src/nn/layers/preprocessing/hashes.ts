import { describeValue } from '../../../config/describe-value.js';
import type { Option } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';

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
function read32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

// FarmHash64 by Geoff Pike and Jyrki Alakuijala: the fingerprint of a string of bytes by which TensorFlow sorts into buckets.

const K0 = new Uint64(0xc3a5c85c, 0x97cb3127);
const K1 = new Uint64(0xb492b66f, 0xbe98f273);
const K2 = new Uint64(0x9ae16a3b, 0x2f90404f);

/** The multiplier that joins two fingerprints. */
const JOIN = new Uint64(0xc6a4a793, 0x5bd1e995);

const mix = (x: Uint64): Uint64 => x.xor(x.shiftRight(47));

/** To the right, as FarmHash counts. */
const rotate = (x: Uint64, bits: number): Uint64 => x.rotateLeft(64 - bits);

/** The fingerprint of the first `length` bytes. */
export function farmHash(bytes: Uint8Array, length: number): Uint64 {
  if (length <= 16) return upTo16(bytes, length);
  if (length <= 32) return upTo32(bytes, length);
  return length <= 64 ? upTo64(bytes, length) : long(bytes, length);
}

/** One fingerprint of two. */
export function joinFingerprints(a: Uint64, b: Uint64): Uint64 {
  const mixed = mix(b.multiply(JOIN)).multiply(JOIN);
  return mix(mix(a.xor(JOIN).xor(mixed).multiply(JOIN)).multiply(JOIN));
}

/** Two numbers become one. */
function join(u: Uint64, v: Uint64, by: Uint64): Uint64 {
  const a = mix(u.xor(v).multiply(by));
  return mix(v.xor(a).multiply(by)).multiply(by);
}

function upTo16(bytes: Uint8Array, length: number): Uint64 {
  const by = K2.add(Uint64.of(2 * length));
  if (length >= 8) {
    const a = Uint64.read(bytes, 0).add(K2);
    const b = Uint64.read(bytes, length - 8);
    const c = rotate(b, 37).multiply(by).add(a);
    return join(c, rotate(a, 25).add(b).multiply(by), by);
  }
  if (length >= 4) {
    const first = Uint64.of(length + (read32(bytes, 0) >>> 0) * 8);
    return join(first, new Uint64(0, read32(bytes, length - 4)), by);
  }
  if (length === 0) return K2;
  const [a = 0, b = 0, c = 0] = [bytes[0], bytes[length >> 1], bytes[length - 1]];
  const y = Uint64.of(a + (b << 8)).multiply(K2);
  const z = Uint64.of(length + (c << 2)).multiply(K0);
  return mix(y.xor(z)).multiply(K2);
}

function upTo32(bytes: Uint8Array, length: number): Uint64 {
  const by = K2.add(Uint64.of(2 * length));
  const a = Uint64.read(bytes, 0).multiply(K1);
  const b = Uint64.read(bytes, 8);
  const c = Uint64.read(bytes, length - 8).multiply(by);
  const d = Uint64.read(bytes, length - 16).multiply(K2);
  const y = rotate(a.add(b), 43).add(rotate(c, 30)).add(d);
  return join(y, a.add(rotate(b.add(K2), 18)).add(c), by);
}

function upTo64(bytes: Uint8Array, length: number): Uint64 {
  const by = K2.add(Uint64.of(2 * length));
  const a = Uint64.read(bytes, 0).multiply(K2);
  const b = Uint64.read(bytes, 8);
  const c = Uint64.read(bytes, length - 8).multiply(by);
  const d = Uint64.read(bytes, length - 16).multiply(K2);
  const y = rotate(a.add(b), 43).add(rotate(c, 30)).add(d);
  const z = join(y, a.add(rotate(b.add(K2), 18)).add(c), by);
  const e = Uint64.read(bytes, 16).multiply(by);
  const f = Uint64.read(bytes, 24);
  const g = y.add(Uint64.read(bytes, length - 32)).multiply(by);
  const h = z.add(Uint64.read(bytes, length - 24)).multiply(by);
  const last = rotate(e.add(f), 43).add(rotate(g, 30)).add(h);
  return join(last, e.add(rotate(f.add(a), 18)).add(g), by);
}

/** A weak hash of 32 bytes from `at` on, begun with two numbers. */
function weak(
  bytes: Uint8Array,
  at: number,
  first: Uint64,
  second: Uint64,
): readonly [Uint64, Uint64] {
  const z = Uint64.read(bytes, at + 24);
  const start = first.add(Uint64.read(bytes, at));
  const sum = start.add(Uint64.read(bytes, at + 8)).add(Uint64.read(bytes, at + 16));
  const turned = rotate(second.add(start).add(z), 21);
  return [sum.add(z), turned.add(rotate(sum, 44)).add(start)];
}

/** What a long string of bytes is mixed into: 56 bytes. */
interface State {
  readonly x: Uint64;
  readonly y: Uint64;
  readonly z: Uint64;
  readonly v: readonly [Uint64, Uint64];
  readonly w: readonly [Uint64, Uint64];
}

/**
 * The state after the 64 bytes from `at` on.
 *
 * @param by what sums are multiplied by
 * @param weight how much the state counts in addition to the bytes
 */
function mixIn(
  { x, y, z, v, w }: State,
  bytes: Uint8Array,
  at: number,
  by: Uint64,
  weight: Uint64,
): State {
  const read = (offset: number): Uint64 => Uint64.read(bytes, at + offset);
  const turned = rotate(x.add(y).add(v[0]).add(read(8)), 37).multiply(by);
  const nextX = rotate(z.add(w[0]), 33).multiply(by);
  const nextY = rotate(y.add(v[1]).add(read(48)), 42)
    .multiply(by)
    .add(v[0].multiply(weight))
    .add(read(40));
  const nextZ = turned.xor(w[1].multiply(weight));
  return {
    x: nextX,
    y: nextY,
    z: nextZ,
    v: weak(bytes, at, v[1].multiply(by), nextZ.add(w[0])),
    w: weak(bytes, at + 32, nextX.add(w[1]), nextY.add(read(16))),
  };
}

/** More than 64 bytes: 64 are mixed in at a time, and the last 64 again in another way. */
function long(bytes: Uint8Array, length: number): Uint64 {
  const seed = Uint64.of(81);
  const none = Uint64.of(0);
  const y = seed.multiply(K1).add(Uint64.of(113));
  let state: State = {
    x: seed.multiply(K2).add(Uint64.read(bytes, 0)),
    y,
    z: mix(y.multiply(K2).add(Uint64.of(113))).multiply(K2),
    v: [none, none],
    w: [none, none],
  };
  const end = 64 * Math.floor((length - 1) / 64);
  for (let at = 0; at < end; at += 64) state = mixIn(state, bytes, at, K1, Uint64.of(1));
  const { v, w } = state;
  const by = K1.add(Uint64.of(2 * (state.z.low & 0xff)));
  const lengthened = w[0].add(Uint64.of((length - 1) & 63));
  const first = v[0].add(lengthened);
  const begun: State = { ...state, v: [first, v[1]], w: [lengthened.add(first), w[1]] };
  const last = mixIn(begun, bytes, length - 64, by, Uint64.of(9));
  const a = join(last.v[0], last.w[0], by).add(mix(last.y).multiply(K0)).add(last.z);
  return join(a, join(last.v[1], last.w[1], by).add(last.x), by);
}

// SipHash-2-4 by Jean-Philippe Aumasson and Daniel J. Bernstein: a hash with a key, so that a stranger cannot choose strings that
// fall into one bucket.

const START = [
  new Uint64(0x736f6d65, 0x70736575),
  new Uint64(0x646f7261, 0x6e646f6d),
  new Uint64(0x6c796765, 0x6e657261),
  new Uint64(0x74656462, 0x79746573),
] as const;

/** The hash of the first `length` bytes under a key of two numbers. */
export function sipHash(
  bytes: Uint8Array,
  length: number,
  [first, second]: readonly [Uint64, Uint64],
): Uint64 {
  let a = START[0].xor(first);
  let b = START[1].xor(second);
  let c = START[2].xor(first);
  let d = START[3].xor(second);
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      a = a.add(b);
      b = b.rotateLeft(13).xor(a);
      a = a.rotateLeft(32);
      c = c.add(d);
      d = d.rotateLeft(16).xor(c);
      a = a.add(d);
      d = d.rotateLeft(21).xor(a);
      c = c.add(b);
      b = b.rotateLeft(17).xor(c);
      c = c.rotateLeft(32);
    }
  };
  const take = (word: Uint64): void => {
    d = d.xor(word);
    rounds(2);
    a = a.xor(word);
  };
  const whole = length - (length % 8);
  for (let at = 0; at < whole; at += 8) take(Uint64.read(bytes, at));
  // The bytes that are left, and the length in the highest byte.
  const rest = new Uint8Array(8);
  rest.set(bytes.subarray(whole, length));
  rest[7] = length;
  take(Uint64.read(rest, 0));
  c = c.xor(new Uint64(0, 0xff));
  rounds(4);
  return a.xor(b).xor(c).xor(d);
}

/** The salt of a hash: two whole numbers, or one number for both. */
export type Salt = number | readonly number[];

/** An option that is a salt; null for none. */
export function salt(): Option<Salt | null, readonly number[] | null> {
  return {
    default: null,
    check: (given, { owner, name }) => {
      const both: unknown = typeof given === 'number' ? [given, given] : given;
      const isSalt =
        Array.isArray(both) &&
        both.length === 2 &&
        both.every((one) => Number.isSafeInteger(one) && (one as number) >= 0);
      if (isSalt) return [...(both as number[])];
      throw new ValueError(
        `${owner}: ${name} must be a whole number of at least 0, or a list of two, got ${describeValue(given)}.`,
      );
    },
  };
}

/** Bytes of a string that were asked for last. The place serves again and again. */
let scratch = new Uint8Array(1 << 12);
const encoder = new TextEncoder();

/** Writes the UTF-8 of a string into `scratch`, and gives the number of bytes. */
function encode(text: string): number {
  const { length } = text;
  if (3 * length > scratch.length) scratch = new Uint8Array(4 * length);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return encoder.encodeInto(text, scratch).written;
    scratch[i] = unit;
  }
  return length;
}

/** The fingerprint of a string. */
export function fingerprint(text: string): Uint64 {
  // `encode` may exchange the place.
  const length = encode(text);
  return farmHash(scratch, length);
}

/** What sorts strings into so many buckets: by FarmHash64, with a salt by SipHash. */
export function bucketsOf(
  count: number,
  salted: readonly number[] | null,
): (text: string) => number {
  if (salted === null) return (text) => fingerprint(text).modulo(count);
  const [first = 0, second = 0] = salted;
  const key = [Uint64.of(first), Uint64.of(second)] as const;
  return (text) => {
    const length = encode(text);
    return sipHash(scratch, length, key).modulo(count);
  };
}
