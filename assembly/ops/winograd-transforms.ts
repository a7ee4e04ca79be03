// The transformations of Winograd's F(4, 3), four channels at a time. Of a tile each is applied twice, down and across.
//
// Polynomials are evaluated at 0, ±a, ±b and infinity. a = 5/8 and b = 3/2 make rounding errors smallest (of halves and
// eighths, measured against float64, 16 channels): 2.4 times those of the sum over all taps, where ±1 and ±2 make it
// five times. Squares, cubes and products of both are exact in float32.
import { WinogradTile } from '../codes';
import { splatAt } from '../math/polynomial';

export const OUT: i32 = WinogradTile.Outputs;
export const IN: i32 = WinogradTile.Pixels;

// a², b², their sum and product; a, b, a³, b³.
const POINTS = memory.data<f32>([
  0.390625, 2.25, 2.640625, 0.87890625, 0.625, 1.5, 0.244140625, 3.375,
]);

// The rows of G: 1/(ab)²; then for ±a and ±b what g0, g2 and ±g1 are multiplied by, as 1/(2a²(a² - b²)) times 1, a² and a.
const KERNEL = memory.data<f32>([
  1.1377777777777778, -0.6884033613445378, -0.2689075630252101, -0.43025210084033616,
  0.11951447245564893, 0.2689075630252101, 0.1792717086834734,
]);

/** to[0 … 5] = G · from[0 … 2], `count` times. */
export function transformKernel(
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
  count: i32,
): void {
  for (; count > 0; count--, from += fromNext, to += toNext) {
    const g0 = v128.load(from);
    const g1 = v128.load(from + fromStep);
    const g2 = v128.load(from + 2 * fromStep);
    v128.store(to, f32x4.mul(splatAt(KERNEL, 0), g0));
    let at = to + toStep;
    for (let point: usize = KERNEL + 4; point < KERNEL + 28; point += 12, at += 2 * toStep) {
      const even = f32x4.add(f32x4.mul(splatAt(point, 0), g0), f32x4.mul(splatAt(point, 1), g2));
      const odd = f32x4.mul(splatAt(point, 2), g1);
      v128.store(at, f32x4.add(even, odd));
      v128.store(at + toStep, f32x4.sub(even, odd));
    }
    v128.store(at, g2);
  }
}

// The transformations of tiles go down the columns of a tile into `temp`, rows 96 bytes apart, and then across these rows. A
// line of either way is one body, of which both are copies: what lies in `temp` is at constant distances, which cost no
// instruction; what lies elsewhere is `step` apart.

/** Writes a line of six: down, from row to row of `temp`. */
// @ts-ignore: decorator
@inline
function storeLine(
  isDown: bool,
  to: usize,
  step: usize,
  y0: v128,
  y1: v128,
  y2: v128,
  y3: v128,
  y4: v128,
  y5: v128,
): void {
  v128.store(to, y0);
  if (isDown) {
    v128.store(to, y1, 96);
    v128.store(to, y2, 192);
    v128.store(to, y3, 288);
    v128.store(to, y4, 384);
    v128.store(to, y5, 480);
    return;
  }
  const step2 = step << 1;
  const to2 = to + step2;
  const to4 = to2 + step2;
  v128.store(to + step, y1);
  v128.store(to2, y2);
  v128.store(to2 + step, y3);
  v128.store(to4, y4);
  v128.store(to4 + step, y5);
}

/** to[0 … 5] = Bᵀ · from[0 … 5]. */
// @ts-ignore: decorator
@inline
function inputLine(isDown: bool, to: usize, from: usize, step: usize): void {
  const step2 = step << 1;
  const from2 = from + step2;
  const from4 = from2 + step2;
  const d0 = v128.load(from);
  const d1 = isDown ? v128.load(from + step) : v128.load(from, 16);
  const d2 = isDown ? v128.load(from2) : v128.load(from, 32);
  const d3 = isDown ? v128.load(from2 + step) : v128.load(from, 48);
  const d4 = isDown ? v128.load(from4) : v128.load(from, 64);
  const d5 = isDown ? v128.load(from4 + step) : v128.load(from, 80);
  const sum = splatAt(POINTS, 2);
  const product = splatAt(POINTS, 3);
  const y0 = f32x4.add(f32x4.sub(f32x4.mul(product, d0), f32x4.mul(sum, d2)), d4);
  const y5 = f32x4.add(f32x4.sub(f32x4.mul(product, d1), f32x4.mul(sum, d3)), d5);
  const b2 = splatAt(POINTS, 1);
  const evenA = f32x4.sub(d4, f32x4.mul(b2, d2));
  const oddA = f32x4.mul(splatAt(POINTS, 4), f32x4.sub(d3, f32x4.mul(b2, d1)));
  const a2 = splatAt(POINTS, 0);
  const evenB = f32x4.sub(d4, f32x4.mul(a2, d2));
  const oddB = f32x4.mul(splatAt(POINTS, 5), f32x4.sub(d3, f32x4.mul(a2, d1)));
  const y1 = f32x4.add(evenA, oddA);
  const y2 = f32x4.sub(evenA, oddA);
  storeLine(isDown, to, step, y0, y1, y2, f32x4.add(evenB, oddB), f32x4.sub(evenB, oddB), y5);
}

/** to[6, 6] = Bᵀ · pixels[6, 6] · B: numbers of `to` are `plane` bytes apart. */
export function transformInput(
  to: usize,
  plane: usize,
  pixels: usize,
  lineBytes: usize,
  pixelBytes: usize,
  temp: usize,
): void {
  let at = temp;
  do {
    inputLine(true, at, pixels, lineBytes);
    inputLine(true, at + 16, pixels + pixelBytes, lineBytes);
    inputLine(true, at + 32, pixels + 2 * pixelBytes, lineBytes);
    at += 48;
    pixels += 3 * pixelBytes;
  } while (at < temp + 96);
  at = temp;
  do {
    inputLine(false, to, at, plane);
    inputLine(false, to + 6 * plane, at + 96, plane);
    at += 192;
    to += 12 * plane;
  } while (at < temp + 576);
}

/** to[0 … 3] = Aᵀ · from[0 … 5]; across, relu(Aᵀ · from[0 … 5] + bias), or without relu. */
// @ts-ignore: decorator
@inline
function outputLine(
  isDown: bool,
  to: usize,
  from: usize,
  step: usize,
  bias: v128,
  relu: i32,
): void {
  const step2 = step << 1;
  const from2 = from + step2;
  const from4 = from2 + step2;
  const m1 = isDown ? v128.load(from + step) : v128.load(from, 16);
  const m2 = isDown ? v128.load(from2) : v128.load(from, 32);
  const m3 = isDown ? v128.load(from2 + step) : v128.load(from, 48);
  const m4 = isDown ? v128.load(from4) : v128.load(from, 64);
  const m5 = isDown ? v128.load(from4 + step) : v128.load(from, 80);
  const even = f32x4.add(m1, m2);
  const even2 = f32x4.add(m3, m4);
  const odd = f32x4.sub(m1, m2);
  const odd2 = f32x4.sub(m3, m4);
  let y0 = f32x4.add(v128.load(from), f32x4.add(even, even2));
  let y1 = f32x4.add(f32x4.mul(splatAt(POINTS, 4), odd), f32x4.mul(splatAt(POINTS, 5), odd2));
  let y2 = f32x4.add(f32x4.mul(splatAt(POINTS, 0), even), f32x4.mul(splatAt(POINTS, 1), even2));
  let y3 = f32x4.add(f32x4.mul(splatAt(POINTS, 6), odd), f32x4.mul(splatAt(POINTS, 7), odd2));
  y3 = f32x4.add(y3, m5);
  if (isDown) {
    v128.store(to, y0);
    v128.store(to, y1, 96);
    v128.store(to, y2, 192);
    v128.store(to, y3, 288);
    return;
  }
  y0 = f32x4.add(y0, bias);
  y1 = f32x4.add(y1, bias);
  y2 = f32x4.add(y2, bias);
  y3 = f32x4.add(y3, bias);
  if (relu) {
    const zero = f32x4.splat(0);
    y0 = f32x4.pmax(y0, zero);
    y1 = f32x4.pmax(y1, zero);
    y2 = f32x4.pmax(y2, zero);
    y3 = f32x4.pmax(y3, zero);
  }
  const to2 = to + step2;
  v128.store(to, y0);
  v128.store(to + step, y1);
  v128.store(to2, y2);
  v128.store(to2 + step, y3);
}

/**
 * to[height, 4] = relu(Aᵀ · products[6, 6] · A + bias), or without relu: numbers of `products` are `plane` bytes apart, lines of
 * `to` `lineBytes`.
 */
export function transformOutput(
  to: usize,
  pixelBytes: usize,
  lineBytes: usize,
  height: i32,
  products: usize,
  plane: usize,
  bias: v128,
  relu: i32,
  temp: usize,
): void {
  const rowPlanes = plane * 6;
  let at = temp;
  do {
    outputLine(true, at, products, rowPlanes, bias, 0);
    outputLine(true, at + 16, products + plane, rowPlanes, bias, 0);
    outputLine(true, at + 32, products + 2 * plane, rowPlanes, bias, 0);
    at += 48;
    products += 3 * plane;
  } while (at < temp + 96);
  at = temp;
  for (const end = temp + 96 * <usize>height; at < end; at += 96, to += lineBytes) {
    outputLine(false, to, at, pixelBytes, bias, relu);
  }
}

/** to[0 … 5] = A · from[0 … 3]: the transpose of `outputLine`. */
// @ts-ignore: decorator
@inline
function gradientLine(isDown: bool, to: usize, from: usize, step: usize): void {
  const from2 = from + (step << 1);
  const y0 = v128.load(from);
  const y1 = isDown ? v128.load(from + step) : v128.load(from, 16);
  const y2 = isDown ? v128.load(from2) : v128.load(from, 32);
  const y3 = isDown ? v128.load(from2 + step) : v128.load(from, 48);
  const evenA = f32x4.add(y0, f32x4.mul(splatAt(POINTS, 0), y2));
  const oddA = f32x4.add(f32x4.mul(splatAt(POINTS, 4), y1), f32x4.mul(splatAt(POINTS, 6), y3));
  const evenB = f32x4.add(y0, f32x4.mul(splatAt(POINTS, 1), y2));
  const oddB = f32x4.add(f32x4.mul(splatAt(POINTS, 5), y1), f32x4.mul(splatAt(POINTS, 7), y3));
  const plusA = f32x4.add(evenA, oddA);
  const minusA = f32x4.sub(evenA, oddA);
  storeLine(
    isDown,
    to,
    step,
    y0,
    plusA,
    minusA,
    f32x4.add(evenB, oddB),
    f32x4.sub(evenB, oddB),
    y3,
  );
}

/** to[6, 6] = A · pixels[4, 4] · Aᵀ, as `transformInput` reads and writes. */
export function transformGradient(
  to: usize,
  plane: usize,
  pixels: usize,
  lineBytes: usize,
  pixelBytes: usize,
  temp: usize,
): void {
  gradientLine(true, temp, pixels, lineBytes);
  gradientLine(true, temp + 16, pixels + pixelBytes, lineBytes);
  gradientLine(true, temp + 32, pixels + 2 * pixelBytes, lineBytes);
  gradientLine(true, temp + 48, pixels + 3 * pixelBytes, lineBytes);
  let at = temp;
  do {
    gradientLine(false, to, at, plane);
    gradientLine(false, to + 6 * plane, at + 96, plane);
    at += 192;
    to += 12 * plane;
  } while (at < temp + 576);
}

/** to[0 … 2] = Gᵀ · from[0 … 5], `count` times: the transpose of `transformKernel`. */
export function transformToKernel(
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
  count: i32,
): void {
  for (; count > 0; count--, from += fromNext, to += toNext) {
    let g0 = f32x4.mul(splatAt(KERNEL, 0), v128.load(from));
    let g1 = f32x4.splat(0);
    let g2 = g1;
    let at = from + fromStep;
    for (let point: usize = KERNEL + 4; point < KERNEL + 28; point += 12, at += 2 * fromStep) {
      const plus = v128.load(at);
      const minus = v128.load(at + fromStep);
      const sum = f32x4.add(plus, minus);
      g0 = f32x4.add(g0, f32x4.mul(splatAt(point, 0), sum));
      g1 = f32x4.add(g1, f32x4.mul(splatAt(point, 2), f32x4.sub(plus, minus)));
      g2 = f32x4.add(g2, f32x4.mul(splatAt(point, 1), sum));
    }
    v128.store(to, g0);
    v128.store(to + toStep, g1);
    v128.store(to + 2 * toStep, f32x4.add(g2, v128.load(at)));
  }
}
