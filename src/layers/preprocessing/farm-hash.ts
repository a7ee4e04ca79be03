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

/** More than 64 bytes: a state of 56 bytes takes in 64 bytes at a time. */
function long(bytes: Uint8Array, length: number): Uint64 {
  const seed = Uint64.of(81);
  let x = seed.multiply(K2).add(Uint64.read(bytes, 0));
  let y = seed.multiply(K1).add(Uint64.of(113));
  let z = mix(y.multiply(K2).add(Uint64.of(113))).multiply(K2);
  let v: readonly [Uint64, Uint64] = [Uint64.of(0), Uint64.of(0)];
  let w = v;
  const end = 64 * Math.floor((length - 1) / 64);
  for (let at = 0; at < end; at += 64) {
    x = rotate(
      x
        .add(y)
        .add(v[0])
        .add(Uint64.read(bytes, at + 8)),
      37,
    ).multiply(K1);
    y = rotate(y.add(v[1]).add(Uint64.read(bytes, at + 48)), 42).multiply(K1);
    x = x.xor(w[1]);
    y = y.add(v[0]).add(Uint64.read(bytes, at + 40));
    z = rotate(z.add(w[0]), 33).multiply(K1);
    v = weak(bytes, at, v[1].multiply(K1), x.add(w[0]));
    w = weak(bytes, at + 32, z.add(w[1]), y.add(Uint64.read(bytes, at + 16)));
    [x, z] = [z, x];
  }
  // The last 64 bytes, of which some were read before.
  const at = length - 64;
  const by = K1.add(Uint64.of(2 * (z.low & 0xff)));
  const nine = Uint64.of(9);
  w = [w[0].add(Uint64.of((length - 1) & 63)), w[1]];
  v = [v[0].add(w[0]), v[1]];
  w = [w[0].add(v[0]), w[1]];
  x = rotate(
    x
      .add(y)
      .add(v[0])
      .add(Uint64.read(bytes, at + 8)),
    37,
  ).multiply(by);
  y = rotate(y.add(v[1]).add(Uint64.read(bytes, at + 48)), 42).multiply(by);
  x = x.xor(w[1].multiply(nine));
  y = y.add(v[0].multiply(nine)).add(Uint64.read(bytes, at + 40));
  z = rotate(z.add(w[0]), 33).multiply(by);
  v = weak(bytes, at, v[1].multiply(by), x.add(w[0]));
  w = weak(bytes, at + 32, z.add(w[1]), y.add(Uint64.read(bytes, at + 16)));
  [x, z] = [z, x];
  const first = join(v[0], w[0], by).add(mix(y).multiply(K0)).add(z);
  return join(first, join(v[1], w[1], by).add(x), by);
}
