// Elementary functions of float64 by arithmetic alone. `Math.cos`, `Math.log` and `**` may differ between engines in the last
// bit; what is made of these functions has the same bits everywhere, so they make all that becomes elements of tensors.

/** cos t and sin t for |t| ≤ π / 4, by their series. */
export function cosAndSin(t: number): [cos: number, sin: number] {
  const square = t * t;
  let [cos, sin] = [1, 1];
  for (let k = 8; k > 0; k--) {
    cos = 1 - (square / (2 * k * (2 * k - 1))) * cos;
    sin = 1 - (square / (2 * k * (2 * k + 1))) * sin;
  }
  return [cos, t * sin];
}

/** cos πx and sin πx. The remainder of x is exact, so both are exact where they are 0, 1 or −1. */
function ofHalfTurns(x: number): [cos: number, sin: number] {
  const quarters = Math.round(2 * x);
  const [cos, sin] = cosAndSin(Math.PI * (x - quarters / 2));
  const quadrant = ((quarters % 4) + 4) % 4;
  if (quadrant === 1) return [-sin, cos];
  if (quadrant === 2) return [-cos, -sin];
  if (quadrant === 3) return [sin, -cos];
  return [cos, sin];
}

/** cos πx. */
export const cosPi = (x: number): number => ofHalfTurns(x)[0];

/** sin πx. */
export const sinPi = (x: number): number => ofHalfTurns(x)[1];

/** ln 2 in two parts: the first has 32 bits, so that its products with whole numbers of 21 bits are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const bits = new DataView(new ArrayBuffer(8));

/** 2^k for a whole number k from −1022 to 1023. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** ln x: of 0 −∞, of negative numbers NaN. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  // Numbers below the normal range are brought into it.
  const shift = x < 2.2250738585072014e-308 ? 54 : 0;
  bits.setFloat64(0, x * powerOfTwo(shift));
  const high = bits.getUint32(0);
  // m is from √½ to √2: ln m = 2 artanh s.
  let exponent = (high >>> 20) - 1023 - shift;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    exponent++;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let k = 23; k > 1; k -= 2) sum = (sum + 1 / k) * square;
  // 2 s = (m − 1) − s (m − 1): the first part is exact.
  const ofFraction = m - 1 - s * (m - 1 - 2 * sum);
  return exponent * LN2_HIGH + (ofFraction + exponent * LN2_LOW);
}

/** log₁₀ x. */
export const log10 = (x: number): number => log(x) / Math.LN10;

/** e^x. */
export function exp(x: number): number {
  if (!(Math.abs(x) < 750)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 14; n > 0; n--) sum = 1 + (r / n) * sum;
  // Two steps, as 2^k alone may be no float64.
  const half = k >> 1;
  return sum * powerOfTwo(half) * powerOfTwo(k - half);
}

/** Whole exponents up to here are multiplied out: then powers of numbers with few bits are exact. */
const FEW = 64;

/** x^y for x ≥ 0, with a relative error of about |y ln x| units in the last place; of few factors at most of one for each. */
export function power(x: number, y: number): number {
  if (y < 0) return 1 / power(x, -y);
  if (!Number.isInteger(y) || y > FEW) return y === 0 ? 1 : exp(y * log(x));
  let result = 1;
  for (let [left, square] = [y, x]; left > 0; left >>= 1, square *= square) {
    if ((left & 1) === 1) result *= square;
  }
  return result;
}
