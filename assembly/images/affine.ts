// Images whose pixels are those of others along straight lines.

import { Beyond } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { fixed, halvesAway, pixelAt, sampleCell, wholeOf } from './positions';

/**
 * out[image][y][x] = x[image] at the position (a₀x + a₁y + a₂, b₀x + b₁y + b₂), for x[images, height, width, channels],
 * out[images, rows, columns, channels] and origins[images, 6], a₀ to b₂. The rest is as for `sample`.
 * @module images
 * @cost 8 images·rows·columns·channels
 */
export function sampleAffine(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  origins: usize,
  images: i32,
  height: i32,
  width: i32,
  channels: i32,
  rows: i32,
  columns: i32,
  order: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const pixel = (<usize>channels) << 2;
  const imageBytes = <usize>(height * width) * pixel;
  const end = shareEnd(images * rows, thread, threads, 1);
  let to = out + <usize>(shareBegin(images * rows, thread, threads, 1) * columns) * pixel;
  for (let line = shareBegin(images * rows, thread, threads, 1); line < end; line++) {
    const image = line / rows;
    const from = x + <usize>image * imageBytes;
    const origin = origins + <usize>image * 24;
    const a0 = load<f32>(origin);
    const b0 = load<f32>(origin, 12);
    const down = <f32>(line - image * rows);
    const a1 = load<f32>(origin, 4) * down;
    const b1 = load<f32>(origin, 16) * down;
    const a2 = load<f32>(origin, 8);
    const b2 = load<f32>(origin, 20);
    if (order == 0) {
      const first = a1 + a2;
      const row = b0 == 0 ? nearest(b1 + b2, height, beyond) : -1;
      if (row >= 0 && isLine(first, a0, columns, width)) {
        copyLine(to, pixelAt(from, row, <i32>first, width, channels), a0, columns, pixel);
        to += <usize>columns * pixel;
        continue;
      }
      for (let i = 0; i < columns; i++, to += pixel) {
        const row = nearest(b0 * <f32>i + b1 + b2, height, beyond);
        const column = nearest(a0 * <f32>i + a1 + a2, width, beyond);
        copyPixel(to, pixelAt(from, row, column, width, channels), pixel, fill);
      }
      continue;
    }
    let i = 0;
    if (channels == 3) {
      // Along a line a position moves one way on each axis, so what has all four pixels inside is a run of pixels.
      const begin = max(
        runBegin(a0, a1, a2, width, columns),
        runBegin(b0, b1, b2, height, columns),
      );
      const finish =
        begin == columns
          ? 0
          : min(runEnd(a0, a1, a2, width, columns), runEnd(b0, b1, b2, height, columns));
      for (; i < begin; i++, to += pixel) {
        sampleColors(to, from, b0 * <f32>i + b1 + b2, a0 * <f32>i + a1 + a2, height, width, beyond, fill); // prettier-ignore
      }
      for (; i + 4 <= finish; i += 4, to += 48) {
        innerColors(to, from, <f32>i, a0, a1, a2, b0, b1, b2, width);
      }
      for (; i < columns; i++, to += pixel) {
        sampleColors(to, from, b0 * <f32>i + b1 + b2, a0 * <f32>i + a1 + a2, height, width, beyond, fill); // prettier-ignore
      }
      continue;
    }
    for (; i < columns; i++, to += pixel) {
      const y = b0 * <f32>i + b1 + b2;
      const z = a0 * <f32>i + a1 + a2;
      sampleCell(to, from, y, z, height, width, channels, beyond, fill);
    }
  }
}

/** Whether the pixels before and behind a coordinate are both within an axis. */
// @ts-ignore: decorator
@inline
function isInner(coordinate: f32, length: i32): bool {
  return coordinate >= 0 && coordinate < <f32>(length - 1);
}

/** The first i from which on coordinates step·i + by + offset are inside as long as any are; `columns` if none is. */
function runBegin(step: f32, by: f32, offset: f32, length: i32, columns: i32): i32 {
  const first = by + offset;
  let i = 0;
  if (step > 0 && first < 0) i = wholeOf(-first / step);
  if (step < 0 && first > <f32>(length - 1)) i = wholeOf((<f32>(length - 1) - first) / step);
  for (i = min(max(i - 1, 0), columns); i < columns; i++) {
    const coordinate = step * <f32>i + by + offset;
    if (isInner(coordinate, length)) return i;
    // Where coordinates move away none will be inside.
    if (!(step > 0 ? coordinate < 0 : step < 0 && coordinate > 0)) return columns;
  }
  return columns;
}

/** The i behind the last one inside. */
function runEnd(step: f32, by: f32, offset: f32, length: i32, columns: i32): i32 {
  const last = step * <f32>(columns - 1) + by + offset;
  let i = columns;
  if (step > 0 && last > <f32>(length - 1)) i = wholeOf((<f32>(length - 1) - by - offset) / step);
  if (step < 0 && last < 0) i = wholeOf(-(by + offset) / step);
  i = min(max(i + 2, 0), columns);
  while (i > 0 && !isInner(step * <f32>(i - 1) + by + offset, length)) i--;
  return i;
}

/** Whether pixels are those of a line of an image from `first` on, one after the other, or back if `step` is -1. */
function isLine(first: f32, step: f32, columns: i32, width: i32): bool {
  const last = first + step * <f32>(columns - 1);
  const isWhole = abs(step) == 1 && first == trunc(first);
  return isWhole && min(first, last) >= 0 && max(first, last) < <f32>width;
}

/** Pixels as they stand from `from` on, or back from there. */
function copyLine(to: usize, from: usize, step: f32, columns: i32, pixel: usize): void {
  if (step > 0) {
    memory.copy(to, from, <usize>columns * pixel);
    return;
  }
  for (let i = 0; i < columns; i++, to += pixel, from -= pixel) copyPixel(to, from, pixel, 0);
}

/** The index within an axis that is nearest to a coordinate, halves away from zero; -1 for none. */
// @ts-ignore: decorator
@inline
function nearest(coordinate: f32, length: i32, beyond: Beyond): i32 {
  const index = wholeOf(halvesAway(coordinate));
  return <u32>index < <u32>length ? index : fixed(index, length, beyond);
}

/** A pixel of so many bytes as it stands at `from`, or of equal numbers if that is 0. */
// @ts-ignore: decorator
@inline
function copyPixel(to: usize, from: usize, pixel: usize, fill: f32): void {
  if (from == 0) {
    for (let channel: usize = 0; channel < pixel; channel += 4) store<f32>(to + channel, fill);
  } else if (pixel == 12) {
    store<u64>(to, load<u64>(from));
    store<u32>(to, load<u32>(from, 8), 8);
  } else {
    for (let channel: usize = 0; channel < pixel; channel += 4) {
      store<u32>(to + channel, load<u32>(from + channel));
    }
  }
}

/** `sampleCell` for pixels of three numbers, which are computed at once. */
function sampleColors(
  to: usize,
  x: usize,
  y: f32,
  z: f32,
  height: i32,
  width: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const row = wholeOf(floor(y));
  const column = wholeOf(floor(z));
  const top = fixed(row, height, beyond);
  const bottom = fixed(row + 1, height, beyond);
  const before = fixed(column, width, beyond);
  const behind = fixed(column + 1, width, beyond);
  const down = f32x4.splat(y - floor(y));
  const right = f32x4.splat(z - floor(z));
  const up = f32x4.sub(f32x4.splat(1), down);
  const left = f32x4.sub(f32x4.splat(1), right);
  let sum = f32x4.mul(f32x4.mul(up, left), colorsAt(x, top, before, width, fill));
  sum = f32x4.add(sum, f32x4.mul(f32x4.mul(up, right), colorsAt(x, top, behind, width, fill)));
  sum = f32x4.add(sum, f32x4.mul(f32x4.mul(down, left), colorsAt(x, bottom, before, width, fill)));
  sum = f32x4.add(sum, f32x4.mul(f32x4.mul(down, right), colorsAt(x, bottom, behind, width, fill)));
  storeColors(to, sum);
}

/** Four pixels of three numbers from i on, whose positions have all pixels around them inside. */
// @ts-ignore: decorator
@inline
function innerColors(
  to: usize,
  x: usize,
  i: f32,
  a0: f32,
  a1: f32,
  a2: f32,
  b0: f32,
  b1: f32,
  b2: f32,
  width: i32,
): void {
  const columns = f32x4.add(f32x4.splat(i), f32x4(0, 1, 2, 3));
  const y = coordinatesOf(columns, b0, b1, b2);
  const z = coordinatesOf(columns, a0, a1, a2);
  const top = f32x4.floor(y);
  const before = f32x4.floor(z);
  const row = i32x4.trunc_sat_f32x4_s(top);
  const cell = i32x4.add(i32x4.mul(row, i32x4.splat(width)), i32x4.trunc_sat_f32x4_s(before));
  const bytes = i32x4.mul(cell, i32x4.splat(12));
  const down = f32x4.sub(y, top);
  const right = f32x4.sub(z, before);
  const up = f32x4.sub(f32x4.splat(1), down);
  const left = f32x4.sub(f32x4.splat(1), right);
  const topLeft = f32x4.mul(up, left);
  const topRight = f32x4.mul(up, right);
  const bottomLeft = f32x4.mul(down, left);
  const bottomRight = f32x4.mul(down, right);
  const line = <usize>width * 12;
  storeColors(to, cellOf(x + i32x4.extract_lane(bytes, 0), line, v128.shuffle<f32>(topLeft, topLeft, 0, 0, 0, 0), v128.shuffle<f32>(topRight, topRight, 0, 0, 0, 0), v128.shuffle<f32>(bottomLeft, bottomLeft, 0, 0, 0, 0), v128.shuffle<f32>(bottomRight, bottomRight, 0, 0, 0, 0))); // prettier-ignore
  storeColors(to + 12, cellOf(x + i32x4.extract_lane(bytes, 1), line, v128.shuffle<f32>(topLeft, topLeft, 1, 1, 1, 1), v128.shuffle<f32>(topRight, topRight, 1, 1, 1, 1), v128.shuffle<f32>(bottomLeft, bottomLeft, 1, 1, 1, 1), v128.shuffle<f32>(bottomRight, bottomRight, 1, 1, 1, 1))); // prettier-ignore
  storeColors(to + 24, cellOf(x + i32x4.extract_lane(bytes, 2), line, v128.shuffle<f32>(topLeft, topLeft, 2, 2, 2, 2), v128.shuffle<f32>(topRight, topRight, 2, 2, 2, 2), v128.shuffle<f32>(bottomLeft, bottomLeft, 2, 2, 2, 2), v128.shuffle<f32>(bottomRight, bottomRight, 2, 2, 2, 2))); // prettier-ignore
  storeColors(to + 36, cellOf(x + i32x4.extract_lane(bytes, 3), line, v128.shuffle<f32>(topLeft, topLeft, 3, 3, 3, 3), v128.shuffle<f32>(topRight, topRight, 3, 3, 3, 3), v128.shuffle<f32>(bottomLeft, bottomLeft, 3, 3, 3, 3), v128.shuffle<f32>(bottomRight, bottomRight, 3, 3, 3, 3))); // prettier-ignore
}

/** step·i + by + offset. */
// @ts-ignore: decorator
@inline
function coordinatesOf(i: v128, step: f32, by: f32, offset: f32): v128 {
  return f32x4.add(f32x4.add(f32x4.mul(f32x4.splat(step), i), f32x4.splat(by)), f32x4.splat(offset)); // prettier-ignore
}

/** The weighted sum of the four pixels from `a` on. */
// @ts-ignore: decorator
@inline
function cellOf(
  a: usize,
  line: usize,
  topLeft: v128,
  topRight: v128,
  bottomLeft: v128,
  bottomRight: v128,
): v128 {
  const c = a + line;
  // Behind three numbers the next pixel is read. The last of the four may be the last there is: it is read with the number
  // before, which is then left out.
  const last = v128.load(c, 8);
  let sum = f32x4.mul(topLeft, v128.load(a));
  sum = f32x4.add(sum, f32x4.mul(topRight, v128.load(a, 12)));
  sum = f32x4.add(sum, f32x4.mul(bottomLeft, v128.load(c)));
  return f32x4.add(sum, f32x4.mul(bottomRight, v128.shuffle<f32>(last, last, 1, 2, 3, 3)));
}

/** The three numbers of a pixel, or `fill` for one that is outside. */
// @ts-ignore: decorator
@inline
function colorsAt(x: usize, row: i32, column: i32, width: i32, fill: f32): v128 {
  const pixel = pixelAt(x, row, column, width, 3);
  if (pixel == 0) return f32x4.splat(fill);
  return v128.load32_lane(pixel, v128.load64_zero(pixel), 2, 8);
}

/** Stores three numbers. */
// @ts-ignore: decorator
@inline
function storeColors(to: usize, colors: v128): void {
  v128.store64_lane(to, colors, 0);
  v128.store32_lane(to, colors, 2, 8);
}
