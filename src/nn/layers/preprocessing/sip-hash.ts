// SipHash-2-4 by Jean-Philippe Aumasson and Daniel J. Bernstein: a hash with a key, so that a stranger cannot choose strings that
// fall into one bucket.
import { Uint64 } from './uint64.js';

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
