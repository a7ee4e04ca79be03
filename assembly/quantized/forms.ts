// The forms in which weights are stored in less room than float32, and the float32 that each number stands for:
//
//   int8      q · step           a step for each column, or for each row
//   float16   itself
//   uint8     q · step + offset  one of either for all, computed in float64 and rounded once, as TensorFlow.js does
//   uint16    likewise
//
// Numbers are row-major without gaps. Four are read at a time, up to eleven beyond the last one of a matrix: the block of a
// matrix and its steps are longer than they are (src/engine/ops/linalg/products/quantized-weight.ts).

/** How stored numbers become float32. A kernel takes one as a type argument; no instance ever exists. */
@unmanaged
export abstract class Form {
  /** Bytes of a stored number. */
  abstract bytes(): usize;
  /** Four stored numbers as int16 or uint16, in the low half. */
  abstract load4(from: usize): v128;
  /** Eight stored numbers as int16 or uint16. */
  abstract load8(from: usize): v128;
  /** The first four of them; `scales` is where the steps of the first one lie. */
  abstract low(x: v128, scales: usize): v128;
  /** The last four of them, and their steps. */
  abstract high(x: v128, scales: usize): v128;
  /** Bytes of steps that belong to a column. */
  abstract columnBytes(): usize;
  /** Bytes of steps that belong to a row. */
  abstract rowBytes(): usize;
}

/** Four stored numbers. */
// @ts-ignore: decorator
@inline
export function valuesAt<T extends Form>(from: usize, scales: usize): v128 {
  const t = changetype<T>(0);
  return t.low(t.load4(from), scales);
}

/** Numbers of one byte with a sign. */
@unmanaged
abstract class SignedByte extends Form {
  @inline
  bytes(): usize {
    return 1;
  }
  @inline
  load4(from: usize): v128 {
    return i16x8.extend_low_i8x16_s(v128.load32_zero(from));
  }
  @inline
  load8(from: usize): v128 {
    return v128.load8x8_s(from);
  }
}

/** int8 with a step for each column. */
@unmanaged
export class Int8 extends SignedByte {
  @inline
  columnBytes(): usize {
    return 4;
  }
  @inline
  rowBytes(): usize {
    return 0;
  }
  @inline
  low(x: v128, scales: usize): v128 {
    return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(x)), v128.load(scales));
  }
  @inline
  high(x: v128, scales: usize): v128 {
    return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(x)), v128.load(scales));
  }
}

/** int8 with a step for each row. */
@unmanaged
export class Int8ByRow extends SignedByte {
  @inline
  columnBytes(): usize {
    return 0;
  }
  @inline
  rowBytes(): usize {
    return 4;
  }
  @inline
  low(x: v128, scales: usize): v128 {
    return f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(x)), v128.load32_splat(scales));
  }
  @inline
  high(x: v128, scales: usize): v128 {
    return f32x4.mul(
      f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(x)),
      v128.load32_splat(scales),
    );
  }
}

/** The float32 of four float16, whose bits are int32. */
// @ts-ignore: decorator
@inline
function halves(bits: v128): v128 {
  const size = v128.and(bits, i32x4.splat(0x7fff));
  // Exponents of float32 begin 112 lower. Numbers below 2⁻¹⁴ have no exponent: they are whole multiples of 2⁻²⁴.
  const normal = i32x4.add(i32x4.shl(size, 13), i32x4.splat(112 << 23));
  const small = f32x4.mul(f32x4.convert_i32x4_s(size), f32x4.splat(<f32>(1.0 / 16777216.0)));
  const isSmall = i32x4.lt_s(size, i32x4.splat(0x400));
  const sign = i32x4.shl(i32x4.shr_u(bits, 15), 31);
  return v128.or(v128.bitselect(small, normal, isSmall), sign);
}

/** Numbers without steps of columns or rows. */
@unmanaged
abstract class Alike extends Form {
  @inline
  columnBytes(): usize {
    return 0;
  }
  @inline
  rowBytes(): usize {
    return 0;
  }
}

/** Such numbers of two bytes. */
@unmanaged
abstract class TwoBytes extends Alike {
  @inline
  bytes(): usize {
    return 2;
  }
  @inline
  load4(from: usize): v128 {
    return v128.load64_zero(from);
  }
  @inline
  load8(from: usize): v128 {
    return v128.load(from);
  }
}

/** float16, without infinity and NaN. */
@unmanaged
export class Float16 extends TwoBytes {
  @inline
  low(x: v128, scales: usize): v128 {
    return halves(i32x4.extend_low_i16x8_u(x));
  }
  @inline
  high(x: v128, scales: usize): v128 {
    return halves(i32x4.extend_high_i16x8_u(x));
  }
}

/** q · step + offset of four int32; `scales` holds the two as float64. */
// @ts-ignore: decorator
@inline
function scaled(q: v128, scales: usize): v128 {
  const step = v128.load64_splat(scales);
  const offset = v128.load64_splat(scales, 8);
  const low = f64x2.convert_low_i32x4_u(q);
  const high = f64x2.convert_low_i32x4_u(i64x2.shuffle(q, q, 1, 0));
  return i64x2.shuffle(
    f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(low, step), offset)),
    f32x4.demote_f64x2_zero(f64x2.add(f64x2.mul(high, step), offset)),
    0,
    2,
  );
}

/** uint16 with one step and one offset. */
@unmanaged
export class Uint16 extends TwoBytes {
  @inline
  low(x: v128, scales: usize): v128 {
    return scaled(i32x4.extend_low_i16x8_u(x), scales);
  }
  @inline
  high(x: v128, scales: usize): v128 {
    return scaled(i32x4.extend_high_i16x8_u(x), scales);
  }
}

/** uint8 with one step and one offset. */
@unmanaged
export class Uint8 extends Alike {
  @inline
  low(x: v128, scales: usize): v128 {
    return scaled(i32x4.extend_low_i16x8_u(x), scales);
  }
  @inline
  high(x: v128, scales: usize): v128 {
    return scaled(i32x4.extend_high_i16x8_u(x), scales);
  }
  @inline
  bytes(): usize {
    return 1;
  }
  @inline
  load4(from: usize): v128 {
    return i16x8.extend_low_i8x16_u(v128.load32_zero(from));
  }
  @inline
  load8(from: usize): v128 {
    return v128.load8x8_u(from);
  }
}
