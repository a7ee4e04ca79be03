import type { Entropy } from './entropy.js';

// Shamir's secret sharing in GF(2¹²⁸), of 1 + x + x² + x⁷ + x¹²⁸. A secret is filled up to blocks of 16 bytes (PKCS#7), each a
// number in big-endian order. With a threshold of k, a block s is the value at 0 of a polynomial with random coefficients,
//
//     p(i) = s + c₁ i + … + cₖ₋₁ iᵏ⁻¹
//
// and share i consists of i (u32, little-endian) and of p(i) for each block. Any k shares give the secret, fewer say nothing.

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes of a number of the field. */
const BLOCK_BYTES = 16;
/** Bytes of the number of a share. */
const HEAD_BYTES = 4;

/** Bytes of a share of a secret of so many bytes. */
export function shareBytes(secretBytes: number): number {
  return HEAD_BYTES + (Math.floor(secretBytes / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}

/** Whether bytes can be a share, of whatever secret. */
export function isShare(bytes: Uint8Array): boolean {
  return bytes.length > HEAD_BYTES && bytes.length % BLOCK_BYTES === HEAD_BYTES;
}

/** The number of a share, from 1 on. */
export function shareNumber(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

/** Shares 1 to `count` of a secret, of which `threshold` give it back. */
export function createShares(
  secret: Uint8Array,
  threshold: number,
  count: number,
  entropy: Pick<Entropy, 'bytes'>,
): Bytes[] {
  const length = shareBytes(secret.length);
  const padded = new Uint8Array(length - HEAD_BYTES).fill(length - HEAD_BYTES - secret.length);
  padded.set(secret);
  const shares = Array.from({ length: count }, (_, i) => {
    const share = new Uint8Array(length);
    new DataView(share.buffer).setUint32(0, i + 1, true);
    return share;
  });
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) {
    // The random coefficients from the highest power down, and the block itself.
    const drawn = Array.from({ length: threshold - 1 }, () => entropy.bytes(BLOCK_BYTES));
    const coefficients = [...drawn, padded.subarray(at, at + BLOCK_BYTES)].map(wordsOf);
    for (const [i, share] of shares.entries()) {
      const view = new DataView(share.buffer, HEAD_BYTES + at);
      for (const [place, word] of polynomial(coefficients, i + 1).entries()) {
        view.setUint32(4 * place, word);
      }
    }
  }
  return shares;
}

/**
 * The value at x as four words, by Horner's rule, with coefficients from the highest power down. What is done depends on x alone,
 * never on a coefficient.
 */
function polynomial(coefficients: readonly Uint32Array[], x: number): readonly number[] {
  const first = 31 - Math.clz32(x);
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] of coefficients) {
    // p ← s · x, bit by bit of x from the highest one on.
    let [p0, p1, p2, p3] = [0, 0, 0, 0];
    for (let bit = first; bit >= 0; bit--) {
      // What a shift to the left takes out comes back as 1 + x + x² + x⁷.
      const fallen = -(p0 >>> 31) & 0x87;
      p0 = (p0 << 1) | (p1 >>> 31);
      p1 = (p1 << 1) | (p2 >>> 31);
      p2 = (p2 << 1) | (p3 >>> 31);
      p3 = (p3 << 1) ^ fallen;
      const kept = -((x >>> bit) & 1);
      p0 ^= s0 & kept;
      p1 ^= s1 & kept;
      p2 ^= s2 & kept;
      p3 ^= s3 & kept;
    }
    [s0, s1, s2, s3] = [p0 ^ c0, p1 ^ c1, p2 ^ c2, p3 ^ c3];
  }
  return [s0, s1, s2, s3];
}

/** A number of 16 bytes in big-endian order, as four words. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Uint32Array.from([0, 4, 8, 12], (at) => view.getUint32(at));
}
