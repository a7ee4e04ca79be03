// Lists of what is not zero, four numbers at a time and without a branch, since zeros come in no order: the lanes that
// are kept are brought to the front of a vector, all of it is stored, and what is behind them is overwritten by the next.

/** Words that a list needs beyond its entries, as they are written four at a time. */
export const LIST_PADDING: i32 = 4;

/** The order of bytes that brings the lanes of a mask to the front: 16 bytes for each of the 16 masks. */
// prettier-ignore
const FRONT = memory.data<u32>([
  0, 0, 0, 0,                                   0x03020100, 0, 0, 0,
  0x07060504, 0, 0, 0,                          0x03020100, 0x07060504, 0, 0,
  0x0b0a0908, 0, 0, 0,                          0x03020100, 0x0b0a0908, 0, 0,
  0x07060504, 0x0b0a0908, 0, 0,                 0x03020100, 0x07060504, 0x0b0a0908, 0,
  0x0f0e0d0c, 0, 0, 0,                          0x03020100, 0x0f0e0d0c, 0, 0,
  0x07060504, 0x0f0e0d0c, 0, 0,                 0x03020100, 0x07060504, 0x0f0e0d0c, 0,
  0x0b0a0908, 0x0f0e0d0c, 0, 0,                 0x03020100, 0x0b0a0908, 0x0f0e0d0c, 0,
  0x07060504, 0x0b0a0908, 0x0f0e0d0c, 0,        0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c,
]);

/** Which lanes are not ±0. Shifting the sign out makes −0 count as zero. */
// @ts-ignore: decorator
@inline
export function nonZeroLanes(x: v128): i32 {
  return i32x4.bitmask(i32x4.eq(i32x4.shl(x, 1), i32x4.splat(0))) ^ 15;
}

/** Writes the lanes of x that are not zero, and their offsets; returns how many bytes they take of either list. */
// @ts-ignore: decorator
@inline
export function append(values: usize, offsets: usize, x: v128, offset: v128): usize {
  const lanes = nonZeroLanes(x);
  const front = v128.load(FRONT + ((<usize>lanes) << 4));
  v128.store(values, i8x16.swizzle(x, front));
  v128.store(offsets, i8x16.swizzle(offset, front));
  return (<usize>popcnt(lanes)) << 2;
}

/** Writes the lanes of x that are not zero, each with its offset behind it; returns how many bytes they take. */
// @ts-ignore: decorator
@inline
export function appendPairs(list: usize, x: v128, offset: v128): usize {
  const lanes = nonZeroLanes(x);
  const front = v128.load(FRONT + ((<usize>lanes) << 4));
  const values = i8x16.swizzle(x, front);
  const offsets = i8x16.swizzle(offset, front);
  v128.store(list, i32x4.shuffle(values, offsets, 0, 4, 1, 5));
  v128.store(list, i32x4.shuffle(values, offsets, 2, 6, 3, 7), 16);
  return (<usize>popcnt(lanes)) << 3;
}

/** first, first + step, first + 2 step, first + 3 step: the offsets of four numbers. */
export function offsetsFrom(first: usize, step: usize): v128 {
  const steps = i32x4.mul(i32x4.splat(<i32>step), i32x4(0, 1, 2, 3));
  return i32x4.add(i32x4.splat(<i32>first), steps);
}

/** From the offsets of four numbers to those of the next four. */
// @ts-ignore: decorator
@inline
export function nextOffsets(step: usize): v128 {
  return i32x4.splat((<i32>step) << 2);
}
