import { describeValue } from '../../../config/describe-value.js';
import type { Option } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { farmHash } from './farm-hash.js';
import { sipHash } from './sip-hash.js';
import { Uint64 } from './uint64.js';

/** What a hash is salted with: two whole numbers, or one for both. */
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
