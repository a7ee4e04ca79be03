// Numbers of an array at places between its elements, and the gradients of these.

import { Beyond } from '../codes';
import { shareBegin, shareEnd } from '../split';

/** Places beyond are cut to this: twice as much, and a length, still are int32. */
const FARTHEST: f32 = 536870912;

/**
 * out[image][p] = x[image] at the place of point p, for x[images, …lengths, channels], out[images, points, channels] and
 * places[images, rank, points] in steps of the elements; `lengths` is int32 [rank]. An `order` of 1 draws straight lines
 * between neighbours, 0 takes the nearest, halves away from zero. `beyond` says what there is outside, `fill` the number
 * where that is a constant.
 * @part images
 * @cost 10 images·points·channels
 */
export function sample(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  places: usize,
  lengths: usize,
  images: i32,
  rank: i32,
  points: i32,
  channels: i32,
  order: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const corners = order == 0 ? 1 : 1 << rank;
  const imageBytes = elementsOf(lengths, rank, channels) << 2;
  const end = shareEnd(images * points, thread, threads, 16);
  for (let row = shareBegin(images * points, thread, threads, 16); row < end; row++) {
    const image = row / points;
    const at = placeOf(places, image, row % points, rank, points);
    const to = out + ((<usize>row * channels) << 2);
    if (rank == 2 && order == 1) {
      const from = x + <usize>image * imageBytes;
      const y = load<f32>(at);
      const z = load<f32>(placeOn(at, 1, points));
      sampleCell(to, from, y, z, load<i32>(lengths), load<i32>(lengths, 4), channels, beyond, fill);
      continue;
    }
    for (let c = 0; c < channels; c++) store<f32>(to + ((<usize>c) << 2), 0);
    for (let corner = 0; corner < corners; corner++) {
      const weight = weightOf(corner, at, rank, points, order, -1);
      const element = elementAt(corner, at, lengths, rank, points, order, beyond);
      const from = x + <usize>image * imageBytes + ((<usize>element * channels) << 2);
      for (let c = 0; c < channels; c++) {
        const channel = (<usize>c) << 2;
        const value = element < 0 ? fill : load<f32>(from + channel);
        store<f32>(to + channel, load<f32>(to + channel) + weight * value);
      }
    }
  }
}

/**
 * out[image][y][x] = x[image] at the place (a₀x + a₁y + a₂, b₀x + b₁y + b₂), for x[images, height, width, channels],
 * out[images, rows, columns, channels] and origins[images, 6], a₀ to b₂. The rest is as for `sample`.
 * @part images
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
      // Along a line a place moves one way on each axis, so what has all four pixels inside is a run of pixels.
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

/** Whether the pixels before and behind a place are both within an axis. */
// @ts-ignore: decorator
@inline
function isInner(place: f32, length: i32): bool {
  return place >= 0 && place < <f32>(length - 1);
}

/** The first i from which on places step·i + by + offset are inside as long as any are; `columns` if none is. */
function runBegin(step: f32, by: f32, offset: f32, length: i32, columns: i32): i32 {
  const first = by + offset;
  let i = 0;
  if (step > 0 && first < 0) i = wholeOf(-first / step);
  if (step < 0 && first > <f32>(length - 1)) i = wholeOf((<f32>(length - 1) - first) / step);
  for (i = min(max(i - 1, 0), columns); i < columns; i++) {
    const place = step * <f32>i + by + offset;
    if (isInner(place, length)) return i;
    // Where places move away none will be inside.
    if (!(step > 0 ? place < 0 : step < 0 && place > 0)) return columns;
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

/** The index within an axis that is nearest to a place, halves away from zero; -1 for none. */
// @ts-ignore: decorator
@inline
function nearest(place: f32, length: i32, beyond: Beyond): i32 {
  const index = wholeOf(halvesAway(place));
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

/** Four pixels of three numbers from i on, whose places have all pixels around them inside. */
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
  const y = placesOf(columns, b0, b1, b2);
  const z = placesOf(columns, a0, a1, a2);
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
function placesOf(i: v128, step: f32, by: f32, offset: f32): v128 {
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

/**
 * The gradient of what `sample` was given as x: dx[images, …lengths, channels] += dy[images, points, channels]. Points may
 * share elements, so threads share the images.
 * @part images
 * @cost 10 images·points·channels
 * @inPlace
 */
export function sampleGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  places: usize,
  lengths: usize,
  images: i32,
  rank: i32,
  points: i32,
  channels: i32,
  order: i32,
  beyond: Beyond,
): void {
  const corners = order == 0 ? 1 : 1 << rank;
  const imageBytes = elementsOf(lengths, rank, channels) << 2;
  const begin = shareBegin(images, thread, threads, 1) * points;
  const end = shareEnd(images, thread, threads, 1) * points;
  for (let row = begin; row < end; row++) {
    const image = row / points;
    const at = placeOf(places, image, row % points, rank, points);
    const from = dy + ((<usize>row * channels) << 2);
    for (let corner = 0; corner < corners; corner++) {
      const element = elementAt(corner, at, lengths, rank, points, order, beyond);
      if (element < 0) continue;
      const weight = weightOf(corner, at, rank, points, order, -1);
      const to = dx + <usize>image * imageBytes + ((<usize>element * channels) << 2);
      for (let c = 0; c < channels; c++) {
        const channel = (<usize>c) << 2;
        store<f32>(to + channel, load<f32>(to + channel) + weight * load<f32>(from + channel));
      }
    }
  }
}

/**
 * The gradient of the places of an order of 1: out[images, rank, points] of dy[images, points, channels].
 * @part images
 * @cost 20 images·points·channels
 */
export function samplePlacesGradient(
  thread: i32,
  threads: i32,
  out: usize,
  dy: usize,
  x: usize,
  places: usize,
  lengths: usize,
  images: i32,
  rank: i32,
  points: i32,
  channels: i32,
  beyond: Beyond,
  fill: f32,
): void {
  const imageBytes = elementsOf(lengths, rank, channels) << 2;
  const end = shareEnd(images * points, thread, threads, 16);
  for (let row = shareBegin(images * points, thread, threads, 16); row < end; row++) {
    const image = row / points;
    const at = placeOf(places, image, row % points, rank, points);
    const to = placeOf(out, image, row % points, rank, points);
    const by = dy + ((<usize>row * channels) << 2);
    for (let axis = 0; axis < rank; axis++) store<f32>(placeOn(to, axis, points), 0);
    for (let corner = 0; corner < 1 << rank; corner++) {
      const element = elementAt(corner, at, lengths, rank, points, 1, beyond);
      const from = x + <usize>image * imageBytes + ((<usize>element * channels) << 2);
      let gradient: f32 = 0;
      for (let c = 0; c < channels; c++) {
        const value = element < 0 ? fill : load<f32>(from + ((<usize>c) << 2));
        gradient += value * load<f32>(by + ((<usize>c) << 2));
      }
      for (let axis = 0; axis < rank; axis++) {
        const weight = weightOf(corner, at, rank, points, 1, axis) * gradient;
        const sum = placeOn(to, axis, points);
        store<f32>(sum, load<f32>(sum) + (isUpper(corner, axis, rank) ? weight : -weight));
      }
    }
  }
}

/** A point of an image: the same sums as for any rank, with each index computed once. */
function sampleCell(
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
function pixelAt(x: usize, row: i32, column: i32, width: i32, channels: i32): usize {
  if ((row | column) < 0) return 0;
  return x + ((<usize>(row * width + column) * channels) << 2);
}

/** Floats of an image. */
function elementsOf(lengths: usize, rank: i32, channels: i32): usize {
  let elements = <usize>channels;
  for (let axis = 0; axis < rank; axis++) elements *= load<i32>(lengths + ((<usize>axis) << 2));
  return elements;
}

/** Where the place of a point on the first axis lies in [images, rank, points]. */
// @ts-ignore: decorator
@inline
function placeOf(places: usize, image: i32, point: i32, rank: i32, points: i32): usize {
  return places + ((<usize>image * rank * points + point) << 2);
}

/** Where its place on another axis lies. */
// @ts-ignore: decorator
@inline
function placeOn(at: usize, axis: i32, points: i32): usize {
  return at + ((<usize>axis * points) << 2);
}

/** Whether a corner of the cell around a point is the upper one along an axis; the last axis changes fastest. */
// @ts-ignore: decorator
@inline
function isUpper(corner: i32, axis: i32, rank: i32): bool {
  return ((corner >> (rank - 1 - axis)) & 1) != 0;
}

/** The weight of a corner: a product over all axes but `except`. */
function weightOf(corner: i32, at: usize, rank: i32, points: i32, order: i32, except: i32): f32 {
  if (order == 0) return 1;
  let weight: f32 = 1;
  for (let axis = 0; axis < rank; axis++) {
    const place = load<f32>(placeOn(at, axis, points));
    const fraction = place - floor(place);
    if (axis != except) weight *= isUpper(corner, axis, rank) ? fraction : 1 - fraction;
  }
  return weight;
}

/** The element at a corner, counted in order; -1 outside. */
function elementAt(
  corner: i32,
  at: usize,
  lengths: usize,
  rank: i32,
  points: i32,
  order: i32,
  beyond: Beyond,
): i32 {
  let element = 0;
  for (let axis = 0; axis < rank; axis++) {
    const place = load<f32>(placeOn(at, axis, points));
    const lower = order == 0 ? halvesAway(place) : floor(place);
    const whole = wholeOf(lower);
    const index = order != 0 && isUpper(corner, axis, rank) ? whole + 1 : whole;
    const length = load<i32>(lengths + ((<usize>axis) << 2));
    const inside = fixed(index, length, beyond);
    if (inside < 0) return -1;
    element = element * length + inside;
  }
  return element;
}

/** A place without a fraction as an index. What is no number becomes the farthest, so that nothing traps. */
// @ts-ignore: decorator
@inline
function wholeOf(place: f32): i32 {
  const cut = <i32>FARTHEST;
  return place < FARTHEST ? (place > -FARTHEST ? <i32>place : -cut) : cut;
}

/** The nearest whole number, halves away from zero. */
// @ts-ignore: decorator
@inline
function halvesAway(x: f32): f32 {
  const whole = trunc(x);
  return whole + (abs(x - whole) >= 0.5 ? copysign<f32>(1, x) : 0);
}

/** The index within an axis that stands for any index; -1 for none. */
function fixed(index: i32, length: i32, beyond: Beyond): i32 {
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
