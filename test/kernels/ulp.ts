// Errors of float32 results in units in the last place.

/** The distance between the float32 neighbours of x: 2^-149 at the least. */
function ulpOf(x: number): number {
  const magnitude = Math.abs(Math.fround(x));
  if (magnitude < 2 ** -126) return 2 ** -149;
  const bits = new Uint32Array(Float32Array.of(magnitude).buffer)[0] ?? 0;
  return 2 ** ((bits >>> 23) - 150);
}

/** |actual - expected| in ulps of the expected value; infinity if only one is NaN or infinite. */
export function ulpError(actual: number, expected: number): number {
  const rounded = Math.fround(expected);
  if (Object.is(actual, rounded))
    return Number.isFinite(rounded) ? Math.abs(actual - expected) / ulpOf(expected) : 0;
  if (!Number.isFinite(actual) || !Number.isFinite(rounded)) {
    // The largest finite float32 and infinity are neighbours.
    const asNumber = (x: number): number =>
      Math.abs(x) === Infinity ? Math.sign(x) * 2 ** 128 : x;
    return Number.isNaN(actual) || Number.isNaN(expected)
      ? Infinity
      : Math.abs(asNumber(actual) - asNumber(expected)) / 2 ** 104;
  }
  return Math.abs(actual - expected) / ulpOf(expected);
}

/** float32 numbers of every sign and exponent, `perExponent` of each, the significands spread evenly. */
export function everyExponent(perExponent: number): Float32Array {
  const bits = new Uint32Array(2 * 255 * perExponent);
  let i = 0;
  for (let exponent = 0; exponent < 255; exponent++) {
    for (let k = 0; k < perExponent; k++) {
      // The golden ratio spreads significands; the first of each exponent is its power of two.
      const significand = Math.floor(((k * 0.6180339887498949) % 1) * 2 ** 23);
      bits[i++] = (exponent << 23) | significand;
      bits[i++] = ((exponent << 23) | significand | 0x80000000) >>> 0;
    }
  }
  return new Float32Array(bits.buffer);
}

/** `n` float32 numbers spread evenly over [from, to]. */
export function spread(from: number, to: number, n: number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}
