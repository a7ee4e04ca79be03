// Philox4x32-10 and the draws made of its words, one at a time: 64-bit products as BigInt, float64 otherwise.

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

/**
 * What Marsaglia and Tsang make of block `counter` + element: a number of the gamma distribution of α + 1 for α < 1, else of α, and
 * the logarithm of the factor that makes one of α of it. The high words of the counter are the attempt and `which`.
 */
export function gamma(
  alpha: number,
  key: bigint,
  counter: bigint,
  element: number,
  which = 0,
): { readonly value: number; readonly logOfBoost: number } {
  const block = BigInt.asUintN(64, counter + BigInt(element));
  const halves = (x: bigint): number[] => [Number(x & 0xffffffffn), Number(x >> 32n)];
  const wordsOf = (attempt: number): number[] =>
    philox4x32([...halves(block), attempt, which], halves(BigInt.asUintN(64, key)));
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
