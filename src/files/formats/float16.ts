// IEEE 754 binary16: sign 1, exponent 5 (bias 15), fraction 10.

/** The largest number that float16 holds. */
export const LARGEST_HALF = 65504;

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/** float32 as the bits of float16, rounded to nearest, ties to even. What is beyond its range becomes infinity. */
export function toHalf(x: number): number {
  float[0] = x;
  const [bits = 0] = word;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size >= 0x7f800000) return sign | (size > 0x7f800000 ? 0x7e00 : 0x7c00);
  // 65520 and more are nearer to 2^16 than to the largest number.
  if (size >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 there is no exponent: whole multiples of 2^-24.
  if (size < 0x38800000) return sign | roundHalfEven(Math.abs(float[0]) * 2 ** 24);
  return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
}

/** The number that the bits of a float16 stand for. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let halves: Float32Array | undefined;

/** All numbers, by their bits. */
export function allHalves(): Float32Array {
  if (halves === undefined) {
    halves = new Float32Array(1 << 16);
    for (let bits = 0; bits < halves.length; bits++) halves[bits] = fromHalf(bits);
  }
  return halves;
}

/** The nearest whole number; of two, the even one, as NumPy rounds. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
