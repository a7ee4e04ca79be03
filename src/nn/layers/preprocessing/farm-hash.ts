// FarmHash64 by Geoff Pike and Jyrki Alakuijala: the fingerprint of a string of bytes by which TensorFlow sorts into buckets.
import { read32, Uint64 } from './uint64.js';

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
 * @param weight how much the state counts beside the bytes
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
