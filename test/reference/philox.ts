// Philox4x32-10 and the draws made of its words, one at a time: 64-bit products as BigInt, float64 otherwise.
import { binomialProbability, logGamma } from './distributions.js';

/** The four 32-bit words of the block with this counter (4 words) and key (2 words), low words first. */
export function philox4x32(counter: readonly number[], key: readonly number[]): number[] {
  let [x0, x1, x2, x3] = counter.map((word) => BigInt(word >>> 0)) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  let [k0, k1] = key.map((word) => BigInt(word >>> 0)) as [bigint, bigint];
  const mask = 0xffffffffn;
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * x0;
    const p1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & mask, (p0 >> 32n) ^ x3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}

/** Words 0 … n-1 of the stream: word i is word i % 4 of block `counter` + floor(i / 4), modulo 2^64. */
export function words(n: number, key: bigint, counter: bigint): number[] {
  const out: number[] = [];
  const halves = (x: bigint): number[] => [
    Number(x & 0xffffffffn),
    Number((x >> 32n) & 0xffffffffn),
  ];
  for (let block = 0; out.length < n; block++) {
    out.push(...philox4x32([...halves(counter + BigInt(block)), 0, 0], halves(key)));
  }
  return out.slice(0, n);
}

/** [0, 1) in steps of 2^-24. */
export function unit(word: number): number {
  return (word >>> 8) / 2 ** 24;
}

/** Box–Muller on words (4j, 4j+1) and (4j+2, 4j+3); n is a multiple of 2. */
export function normals(stream: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < stream.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - unit(stream[i]!)));
    const angle = (2 * Math.PI * ((stream[i + 1]! | 0) >> 8)) / 2 ** 24;
    out.push(radius * Math.cos(angle), radius * Math.sin(angle));
  }
  return out;
}

/** Φ(z), the standard normal distribution function, for |z| <= 8: its series of odd powers. */
export function normalCdf(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The z in [-2, 2] with Φ(z) - 1/2 = v (Φ(2) - 1/2), v the word as an odd multiple of 2^-24: by bisection. */
export function truncatedNormal(word: number): number {
  const v = (((word | 0) >> 8) + 0.5) / 2 ** 23;
  const target = 0.5 + v * (normalCdf(2) - 0.5);
  let [low, high] = [-2, 2];
  for (let step = 0; step < 52; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** low + floor(word (high - low) / 2^32) */
export function boundedInteger(word: number, low: number, high: number): number {
  return low + Number((BigInt(word) * BigInt(high - low)) >> 32n);
}

/** Fisher–Yates, inside out: step i puts i into place j and what was there at the end. */
export function permutation(stream: readonly number[]): number[] {
  const out: number[] = [];
  stream.forEach((word, i) => {
    const j = boundedInteger(word, 0, i + 1);
    out.push(i);
    out[i] = out[j]!;
    out[j] = i;
  });
  return out;
}

/** Block `counter` + element of a draw whose elements have blocks of their own; the high words of the counter are `attempt` and `which`. */
function ownWords(
  key: bigint,
  counter: bigint,
  element: number,
  attempt: number,
  which = 0,
): number[] {
  const block = BigInt.asUintN(64, counter + BigInt(element));
  const halves = (x: bigint): number[] => [Number(x & 0xffffffffn), Number(x >> 32n)];
  return philox4x32([...halves(block), attempt, which], halves(BigInt.asUintN(64, key)));
}

/**
 * What Marsaglia and Tsang make of block `counter` + element: a number of the gamma distribution of α + 1 for α < 1, else of α, and
 * the logarithm of the factor that makes one of α of it.
 */
export function gamma(
  alpha: number,
  key: bigint,
  counter: bigint,
  element: number,
  which = 0,
): { readonly value: number; readonly logOfBoost: number } {
  const wordsOf = (attempt: number): number[] => ownWords(key, counter, element, attempt, which);
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  const logOfBoost = alpha < 1 ? Math.log(1 - unit(wordsOf(0)[3]!)) / alpha : 0;
  for (let attempt = 0; ; attempt++) {
    const [first, second, third] = wordsOf(attempt) as [number, number, number, number];
    const [x = NaN] = normals([first, second]);
    const root = 1 + x / Math.sqrt(9 * d);
    const v = root ** 3;
    if (v > 0 && Math.log(1 - unit(third)) < (x * x) / 2 + d * (1 - v + Math.log(v))) {
      return { value: d * v, logOfBoost };
    }
  }
}

/**
 * Of n attempts those that succeed with probability p ≤ 1: up to 10 expected ones the first number up to which the probabilities add up
 * to a uniform number, above it what Hörmann's BTRS takes. Of a p above ½ the failures are drawn.
 */
export function binomial(
  n: number,
  p: number,
  key: bigint,
  counter: bigint,
  element: number,
): number {
  if (p > 0.5) return n - binomial(n, 1 - p, key, counter, element);
  /** Two uniform numbers in (0, 1), of 52 bits each. */
  const uniform = (attempt: number): readonly number[] => {
    const [a = 0n, b = 0n, c = 0n, d = 0n] = ownWords(key, counter, element, attempt).map(BigInt);
    return [(b << 32n) | a, (d << 32n) | c].map((bits) => (Number(bits >> 12n) + 0.5) / 2 ** 52);
  };
  if (n * p <= 10) {
    let [rest = NaN] = uniform(0);
    for (let k = 0; k < n; k++) {
      const probability = binomialProbability(n, p, k);
      if (rest <= probability) return k;
      rest -= probability;
    }
    return n;
  }
  const odds = p / (1 - p);
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const mode = Math.floor((n + 1) * p);
  const logOf = (k: number): number => k * Math.log(odds) - logGamma(k + 1) - logGamma(n - k + 1);
  for (let attempt = 0; ; attempt++) {
    const [first = NaN, v = NaN] = uniform(attempt);
    const u = first - 0.5;
    const edge = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / edge + b) * u + n * p + 0.5);
    if (edge >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    if (k < 0 || k > n) continue;
    const height = Math.log((v * (2.83 + 5.1 / b) * deviation) / (a / edge ** 2 + b));
    if (height <= logOf(k) - logOf(mode)) return k;
  }
}
