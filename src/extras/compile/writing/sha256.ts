// SHA-256 at once: WebCrypto only gives it later, and not to pages without HTTPS.
import { hexOf } from '../../../files/formats/bytes.js';

const isPrime = (n: number): boolean => {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return true;
};

/** The first 32 bits of the fractions of the roots of the first primes: square roots for power 2, cube roots for 3. */
function fractionsOfRoots(count: number, power: 2 | 3): Int32Array {
  const fractions = new Int32Array(count);
  for (let n = 2, i = 0; i < count; n++) {
    if (!isPrime(n)) continue;
    // The largest whole number whose power is at most n · 2^(32 · power), digit by digit.
    const wanted = BigInt(n) << BigInt(32 * power);
    let root = 0n;
    for (let bit = 1n << 36n; bit > 0n; bit >>= 1n)
      if ((root + bit) ** BigInt(power) <= wanted) root += bit;
    fractions[i++] = Number(BigInt.asIntN(32, root));
  }
  return fractions;
}

const BLOCK_BYTES = 64;
const ROUNDS = 64;

const rotated = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

/** Takes a block of 64 bytes into the state. */
function mix(state: Int32Array, view: DataView, at: number, k: Int32Array, w: Int32Array): void {
  for (let i = 0; i < ROUNDS; i++) {
    if (i < 16) {
      w[i] = view.getInt32(at + 4 * i);
      continue;
    }
    const [far = 0, near = 0] = [w[i - 15], w[i - 2]];
    const s0 = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3);
    const s1 = rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10);
    w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < ROUNDS; i++) {
    const s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (k[i] ?? 0) + (w[i] ?? 0)) | 0;
    const s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((x, i) => (state[i] = (state[i] ?? 0) + x));
}

/** SHA-256 in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const state = fractionsOfRoots(8, 2);
  const [k, w] = [fractionsOfRoots(ROUNDS, 3), new Int32Array(ROUNDS)];
  const whole = bytes.length - (bytes.length % BLOCK_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += BLOCK_BYTES) mix(state, view, at, k, w);
  // The rest, a bit, and the length in bits.
  const left = bytes.subarray(whole);
  const last = new DataView(new ArrayBuffer(left.length < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES)); // prettier-ignore
  new Uint8Array(last.buffer).set(left);
  last.setUint8(left.length, 0x80);
  last.setBigUint64(last.byteLength - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < last.byteLength; at += BLOCK_BYTES) mix(state, last, at, k, w);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((x, i) => {
    digest.setInt32(4 * i, x);
  });
  return hexOf(new Uint8Array(digest.buffer));
}
