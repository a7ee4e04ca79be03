// The hashes of Hashing, HashedCrossing and lookups at lengths that short strings do not reach.
import { expect, it } from 'vitest';
import { farmHash, sipHash, Uint64 } from '../../../src/nn/layers/preprocessing/hashes.js';

const bigOf = ({ high, low }: Uint64): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

// Google's FarmHash (the package pyfarmhash 0.5.1): fingerprint64(''.join(chr(97 + i * i % 23) for i in range(length)))
it.each([
  [1, 12917804110809363939n],
  [3, 2004840233751307574n],
  [4, 5528922684421584422n],
  [7, 5674191575960705436n],
  [8, 1380057652014690765n],
  [16, 11754643782317694709n],
  [17, 917132445262374285n],
  [32, 583570217912597707n],
  [33, 18304105288146408236n],
  [64, 12518431407062676675n],
  [65, 16239866472323522724n],
  [128, 338935954427970500n],
  [129, 8861711714126885579n],
  [192, 16539279318062694786n],
  [193, 4201150209920521221n],
  [1000, 13830390506370717985n],
])('FarmHash64 of %i bytes is that of Google', (length, expected) => {
  const bytes = Uint8Array.from({ length }, (_, i) => 97 + ((i * i) % 23));
  expect(bigOf(farmHash(bytes, length))).toBe(expected);
});

it('SipHash-2-4 of the bytes 0 … 14 under the key 0 … 15 is that of the paper', () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, i) => i);
  const key = [Uint64.read(bytes, 0), Uint64.read(bytes, 8)] as const;
  expect(bigOf(sipHash(bytes, 15, key))).toBe(0xa129ca6149be45e5n);
});
