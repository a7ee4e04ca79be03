// Sums down the columns of a matrix of float32, in float64: errors do not grow with the rows.

import { STRIP, blockRows } from './column-blocks';

/**
 * out[c] = (sum over rows of x[r][c]) / divisor for c < count; rows are `pitch` bytes apart. `scratch` holds the sums
 * of a strip.
 */
export function sumColumns(
  out: usize,
  x: usize,
  rows: i32,
  pitch: usize,
  count: i32,
  divisor: f64,
  scratch: usize,
): void {
  const step = blockRows(pitch);
  for (; count > 0; count -= STRIP) {
    const width = min(count, STRIP);
    for (let c = 0; c < width; c++) store<f64>(scratch + ((<usize>c) << 3), 0);
    let block = x;
    for (let r = 0; r < rows; r += step) {
      addRows(scratch, block, min(step, rows - r), pitch, width);
      block += pitch * step;
    }
    for (let c = 0; c < width; c++) {
      store<f32>(out, <f32>(load<f64>(scratch + ((<usize>c) << 3)) / divisor));
      out += 4;
    }
    x += STRIP << 2;
  }
}

/** sums[c] += x[0][c] + … + x[rows - 1][c], one after another, for c < width. */
function addRows(sums: usize, x: usize, rows: i32, pitch: usize, width: i32): void {
  const down = <usize>rows * pitch;
  for (; width >= 16; width -= 16) {
    let a = v128.load(sums, 0);
    let b = v128.load(sums, 16);
    let c = v128.load(sums, 32);
    let d = v128.load(sums, 48);
    let e = v128.load(sums, 64);
    let f = v128.load(sums, 80);
    let g = v128.load(sums, 96);
    let h = v128.load(sums, 112);
    const end = x + down;
    for (let element = x; element < end; element += pitch) {
      a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(element, 0)));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(element, 8)));
      c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(element, 16)));
      d = f64x2.add(d, f64x2.promote_low_f32x4(v128.load64_zero(element, 24)));
      e = f64x2.add(e, f64x2.promote_low_f32x4(v128.load64_zero(element, 32)));
      f = f64x2.add(f, f64x2.promote_low_f32x4(v128.load64_zero(element, 40)));
      g = f64x2.add(g, f64x2.promote_low_f32x4(v128.load64_zero(element, 48)));
      h = f64x2.add(h, f64x2.promote_low_f32x4(v128.load64_zero(element, 56)));
    }
    v128.store(sums, a, 0);
    v128.store(sums, b, 16);
    v128.store(sums, c, 32);
    v128.store(sums, d, 48);
    v128.store(sums, e, 64);
    v128.store(sums, f, 80);
    v128.store(sums, g, 96);
    v128.store(sums, h, 112);
    sums += 128;
    x += 64;
  }
  for (; width >= 4; width -= 4) {
    let a = v128.load(sums);
    let b = v128.load(sums, 16);
    const end = x + down;
    for (let element = x; element < end; element += pitch) {
      a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(element)));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(element, 8)));
    }
    v128.store(sums, a);
    v128.store(sums, b, 16);
    sums += 32;
    x += 16;
  }
  for (; width > 0; width--) {
    let sum = load<f64>(sums);
    const end = x + down;
    for (let element = x; element < end; element += pitch) sum += <f64>load<f32>(element);
    store<f64>(sums, sum);
    sums += 8;
    x += 4;
  }
}
