// Conversion between element types.

import { ElementType } from '../codes';
import { shareBegin, shareEnd } from '../split';

/**
 * out[i] = x[i] as `outType`, contiguous. float32 to int32 and to uint8 drops the fraction and clamps to the type's
 * range, NaN gives 0; int32 to uint8 clamps; to bool is x != 0; int32 to float32 rounds to nearest even.
 * @cost 0.3 n
 */
export function cast(
  thread: i32,
  threads: i32,
  out: usize,
  outType: ElementType,
  x: usize,
  xType: ElementType,
  n: i32,
): void {
  const begin: usize = shareBegin(n, thread, threads, 64);
  const count = shareEnd(n, thread, threads, 64) - <i32>begin;
  out += begin << shiftOf(outType);
  x += begin << shiftOf(xType);
  if (outType == xType) memory.copy(out, x, (<usize>count) << shiftOf(xType));
  else if (outType == ElementType.Int32) {
    if (xType == ElementType.Float32) floatsToInts(out, x, count);
    else bytesToInts(out, x, count);
  } else if (outType != ElementType.Float32) toBytes(out, outType, x, xType, count);
  else if (xType == ElementType.Int32) intsToFloats(out, x, count);
  else bytesToFloats(out, x, count, 1);
}

/** log2 of the bytes of an element. */
// @ts-ignore: decorator
@inline
function shiftOf(type: ElementType): usize {
  return type <= ElementType.Int32 ? 2 : 0;
}

/** out[i] = x[i] * scale, n bytes to n float32. */
export function bytesToFloats(out: usize, x: usize, n: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  for (; n >= 16; n -= 16) {
    const bytes = v128.load(x);
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    storeScaled(out, i32x4.extend_low_i16x8_u(low), factor);
    storeScaled(out + 16, i32x4.extend_high_i16x8_u(low), factor);
    storeScaled(out + 32, i32x4.extend_low_i16x8_u(high), factor);
    storeScaled(out + 48, i32x4.extend_high_i16x8_u(high), factor);
    out += 64;
    x += 16;
  }
  // The conversion is exact and there is one product: a scalar gives the bits of a lane.
  for (; n > 0; n--) {
    store<f32>(out, <f32>load<u8>(x++) * scale);
    out += 4;
  }
}

// @ts-ignore: decorator
@inline
function storeScaled(out: usize, words: v128, factor: v128): void {
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(words), factor));
}

function intsToFloats(out: usize, x: usize, n: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, f32x4.convert_i32x4_s(v128.load(x)));
    out += 16;
    x += 16;
  }
  for (; n > 0; n--) {
    store<f32>(out, <f32>load<i32>(x));
    out += 4;
    x += 4;
  }
}

/** What an instruction does: cut off, clamp, NaN gives 0. */
function floatsToInts(out: usize, x: usize, n: i32): void {
  for (; n >= 4; n -= 4) {
    v128.store(out, i32x4.trunc_sat_f32x4_s(v128.load(x)));
    out += 16;
    x += 16;
  }
  for (; n > 0; n--) {
    store<i32>(out, i32x4.extract_lane(i32x4.trunc_sat_f32x4_s(v128.load32_zero(x)), 0));
    out += 4;
    x += 4;
  }
}

function bytesToInts(out: usize, x: usize, n: i32): void {
  for (; n >= 8; n -= 8) {
    const words = v128.load8x8_u(x);
    v128.store(out, i32x4.extend_low_i16x8_u(words));
    v128.store(out + 16, i32x4.extend_high_i16x8_u(words));
    out += 32;
    x += 8;
  }
  for (; n > 0; n--) {
    store<i32>(out, load<u8>(x++));
    out += 4;
  }
}

/** To uint8 or bool, sixteen elements at a time while there are as many. */
function toBytes(out: usize, outType: ElementType, x: usize, xType: ElementType, n: i32): void {
  for (; n >= 16; n -= 16) {
    let bytes: v128;
    if (xType > ElementType.Int32) {
      bytes = v128.load(x);
      x += 16;
    } else {
      // What saturates on its way through int16 still does.
      bytes = i8x16.narrow_i16x8_u(
        i16x8.narrow_i32x4_s(toWords(outType, x, xType), toWords(outType, x + 16, xType)),
        i16x8.narrow_i32x4_s(toWords(outType, x + 32, xType), toWords(outType, x + 48, xType)),
      );
      x += 64;
    }
    // As unsigned bytes, all but 0 are at least 1.
    if (outType == ElementType.Bool) bytes = i8x16.min_u(bytes, i8x16.splat(1));
    v128.store(out, bytes);
    out += 16;
  }
  castEach(out, outType, x, xType, n);
}

/** Four elements of 4 bytes as int32, or to bool as 0 and 1. */
// @ts-ignore: decorator
@inline
function toWords(outType: ElementType, x: usize, xType: ElementType): v128 {
  const words = v128.load(x);
  if (outType == ElementType.Bool) {
    // −0 is 0 too.
    const zero = i32x4.splat(0);
    const isZero = xType == ElementType.Float32 ? f32x4.eq(words, zero) : i32x4.eq(words, zero);
    return i32x4.add(isZero, i32x4.splat(1));
  }
  return xType == ElementType.Float32 ? i32x4.trunc_sat_f32x4_s(words) : words;
}

/** To uint8 or bool by way of float64, which holds every element of every type exactly. */
function castEach(out: usize, outType: ElementType, x: usize, xType: ElementType, n: i32): void {
  for (; n > 0; n--) {
    let value: f64;
    if (xType == ElementType.Float32) value = load<f32>(x);
    else if (xType == ElementType.Int32) value = load<i32>(x);
    else value = load<u8>(x);
    if (outType == ElementType.Uint8) store<u8>(out, min(max(<i32>value, 0), 255));
    else store<u8>(out, value != 0 ? 1 : 0);
    out++;
    x += 1 << shiftOf(xType);
  }
}
