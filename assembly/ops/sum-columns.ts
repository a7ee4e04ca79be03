// Sums down the columns of a matrix of float32. A panel of neighbouring columns goes down the whole matrix with its
// sums in registers, in float64: every width gives a column the same bits, and errors do not grow with the rows.

/** out[c] = (sum over rows of x[r][c]) / divisor for c < count; rows are `pitch` bytes apart. */
export function sumColumns(
  out: usize,
  x: usize,
  rows: i32,
  pitch: usize,
  count: i32,
  divisor: f64,
): void {
  // 16 columns are a cache line, and their eight sums and what is being added fit the vector registers.
  for (; count >= 16; count -= 16) {
    sumPanel16(out, x, rows, pitch, divisor);
    out += 64;
    x += 64;
  }
  for (; count >= 4; count -= 4) {
    sumPanel4(out, x, rows, pitch, divisor);
    out += 16;
    x += 16;
  }
  for (; count > 0; count--) {
    let sum: f64 = 0;
    let element = x;
    for (let row = 0; row < rows; row++) {
      sum += <f64>load<f32>(element);
      element += pitch;
    }
    store<f32>(out, <f32>(sum / divisor));
    out += 4;
    x += 4;
  }
}

function sumPanel16(out: usize, x: usize, rows: i32, pitch: usize, divisor: f64): void {
  let a = f64x2.splat(0);
  let b = a;
  let c = a;
  let d = a;
  let e = a;
  let f = a;
  let g = a;
  let h = a;
  for (; rows > 0; rows--) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(x, 16)));
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.load64_zero(x, 24)));
    e = f64x2.add(e, f64x2.promote_low_f32x4(v128.load64_zero(x, 32)));
    f = f64x2.add(f, f64x2.promote_low_f32x4(v128.load64_zero(x, 40)));
    g = f64x2.add(g, f64x2.promote_low_f32x4(v128.load64_zero(x, 48)));
    h = f64x2.add(h, f64x2.promote_low_f32x4(v128.load64_zero(x, 56)));
    x += pitch;
  }
  storeQuotients(out, a, divisor);
  storeQuotients(out + 8, b, divisor);
  storeQuotients(out + 16, c, divisor);
  storeQuotients(out + 24, d, divisor);
  storeQuotients(out + 32, e, divisor);
  storeQuotients(out + 40, f, divisor);
  storeQuotients(out + 48, g, divisor);
  storeQuotients(out + 56, h, divisor);
}

function sumPanel4(out: usize, x: usize, rows: i32, pitch: usize, divisor: f64): void {
  let a = f64x2.splat(0);
  let b = a;
  for (; rows > 0; rows--) {
    a = f64x2.add(a, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    x += pitch;
  }
  storeQuotients(out, a, divisor);
  storeQuotients(out + 8, b, divisor);
}

/** Two sums over the divisor, rounded once to float32. */
// @ts-ignore: decorator
@inline
function storeQuotients(out: usize, sums: v128, divisor: f64): void {
  const quotients = f32x4.demote_f64x2_zero(f64x2.div(sums, f64x2.splat(divisor)));
  v128.store_lane<i64>(out, quotients, 0);
}
