// Positions between the pixels of an image: which pixels they are, and the number there.

import { Beyond } from '../codes';

/** Coordinates beyond are cut to this: twice as much, and a length, still are int32. */
const FARTHEST: f32 = 536870912;

/** A point of an image: the same sums as for any rank, with each index computed once. */
export function sampleCell(
  to: usize,
  x: usize,
  y: f32,
  z: f32,
  height: i32,
  width: i32,
  channels: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const down = y - floor(y);
  const right = z - floor(z);
  const up: f32 = 1 - down;
  const left: f32 = 1 - right;
  const topLeft = up * left;
  const topRight = up * right;
  const bottomLeft = down * left;
  const bottomRight = down * right;
  const row = wholeOf(floor(y));
  const column = wholeOf(floor(z));
  const top = fixed(row, height, beyond);
  const bottom = fixed(row + 1, height, beyond);
  const before = fixed(column, width, beyond);
  const behind = fixed(column + 1, width, beyond);
  const a = pixelAt(x, top, before, width, channels);
  const b = pixelAt(x, top, behind, width, channels);
  const c = pixelAt(x, bottom, before, width, channels);
  const d = pixelAt(x, bottom, behind, width, channels);
  for (let channel: usize = 0; channel < (<usize>channels) << 2; channel += 4) {
    let sum = topLeft * (a ? load<f32>(a + channel) : fill);
    sum += topRight * (b ? load<f32>(b + channel) : fill);
    sum += bottomLeft * (c ? load<f32>(c + channel) : fill);
    sum += bottomRight * (d ? load<f32>(d + channel) : fill);
    store<f32>(to + channel, sum);
  }
}

/** Where a pixel lies; 0 for one that is outside. */
// @ts-ignore: decorator
@inline
export function pixelAt(x: usize, row: i32, column: i32, width: i32, channels: i32): usize {
  if ((row | column) < 0) return 0;
  return x + ((<usize>(row * width + column) * channels) << 2);
}

/** A coordinate without a fraction as an index. What is not a number becomes the farthest, so that nothing traps. */
// @ts-ignore: decorator
@inline
export function wholeOf(coordinate: f32): i32 {
  const cut = <i32>FARTHEST;
  return coordinate < FARTHEST ? (coordinate > -FARTHEST ? <i32>coordinate : -cut) : cut;
}

/** The nearest whole number, halves away from zero. */
// @ts-ignore: decorator
@inline
export function halvesAway(x: f32): f32 {
  const whole = trunc(x);
  return whole + (abs(x - whole) >= 0.5 ? copysign<f32>(1, x) : 0);
}

/** The index within an axis that stands for any index; -1 for none. */
export function fixed(index: i32, length: i32, beyond: Beyond): i32 {
  if (<u32>index < <u32>length) return index;
  if (length == 0 || beyond == Beyond.Constant) return -1;
  if (beyond == Beyond.Reflect) {
    // Most are just outside, and need no division.
    const once = index < 0 ? -1 - index : 2 * length - 1 - index;
    if (<u32>once < <u32>length) return once;
  }
  if (beyond == Beyond.Nearest) return index < 0 ? 0 : length - 1;
  if (beyond == Beyond.Wrap) return floorModulo(index, length);
  if (beyond == Beyond.Mirror) return length == 1 ? 0 : mirrored(index, length - 1);
  return (mirrored(2 * index + 1, 2 * length) - 1) >> 1;
}

/** |·| of a triangular wave that rises from 0 to `half` and falls again. */
function mirrored(index: i32, half: i32): i32 {
  return abs(floorModulo(index + half, 2 * half) - half);
}

/** index modulo length, at least 0. */
function floorModulo(index: i32, length: i32): i32 {
  const rest = index % length;
  return rest < 0 ? rest + length : rest;
}
