// MD5 (RFC 1321), by which Keras verifies its indices of words. It finds damage; it would not stop a forger, so nothing of such
// a file is trusted beyond that.

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** ⌊2³² · |sin(i + 1)|⌋. */
const SINES = Int32Array.from({ length: 64 }, (_, i) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))),
);

/** MD5 of the bytes in lower-case hexadecimal. */
export function md5(bytes: Uint8Array): string {
  // A bit of 1, zeros, and the number of bits in the last 8 of a multiple of 64 bytes.
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, true);

  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < padded.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const [mixed, word] = step(round, i, b, c, d);
      const sum = (a + mixed + (SINES[i] ?? 0) + view.getInt32(block + 4 * word, true)) | 0;
      const shift = SHIFTS[round]?.[i & 3] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    [a, b, c, d].forEach((word, i) => (state[i] = (state[i] ?? 0) + word));
  }
  const digest = new Uint8Array(state.buffer);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a step adds, and the word of the block that it reads. */
function step(round: number, i: number, b: number, c: number, d: number): [number, number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(b & d) | (c & ~d), (5 * i + 1) & 15];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}
