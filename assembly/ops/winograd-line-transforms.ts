// The transformations of Winograd's convolution along lines, four channels at a time.
//
// Polynomials are evaluated at 0, ±1, ±1/2, ±2 and infinity. Of halves and quarters these make rounding errors smallest
// (measured against float64, 4 to 128 channels, 2 to 7 taps), and products with powers of 2 are exact.
import { WinogradLine } from '../codes';
import { splatAt } from '../math/polynomial';

/** Pixels of a tile, and products of it. */
export const POINTS: i32 = WinogradLine.Pixels;

// 1/2, 2, 1/4, 4, 5, 17/4, 5/4, 21/4.
const FACTORS = memory.data<f32>([0.5, 2, 0.25, 4, 5, 4.25, 1.25, 5.25]);

// Of ±1, ±1/2 and ±2: what the kernel's polynomial is multiplied by, 1/(2a²(a² - b²)(a² - c²)), and the point a.
const KERNEL = memory.data<f32>([
  -0.2222222222222222, 1, 0.7111111111111111, 0.5, 0.011111111111111112, 2,
]);
const KERNEL_END = KERNEL + 24;

/** to[0 … 7] = G · from[0 … taps - 1], of which the first `count` are there and the others are 0. */
export function evaluate(
  to: usize,
  toStep: usize,
  from: usize,
  fromStep: usize,
  taps: i32,
  count: i32,
): void {
  const last = from + <usize>(count - 1) * fromStep;
  v128.store(to, v128.load(from));
  to += toStep;
  for (let point: usize = KERNEL; point < KERNEL_END; point += 8) {
    // Horner's rule, for even and odd powers separately.
    let even = f32x4.splat(0);
    let odd = even;
    const a = splatAt(point, 1);
    let at = last;
    for (let i = count; i > 0; i--, at -= fromStep) {
      const next = f32x4.add(v128.load(at), f32x4.mul(a, odd));
      odd = f32x4.mul(a, even);
      even = next;
    }
    const scale = splatAt(point, 0);
    even = f32x4.mul(scale, even);
    odd = f32x4.mul(scale, odd);
    v128.store(to, f32x4.add(even, odd));
    v128.store(to + toStep, f32x4.sub(even, odd));
    to += 2 * toStep;
  }
  v128.store(to, count < taps ? f32x4.splat(0) : v128.load(last));
}

/**
 * to[0 … 7] = Bᵀ · from[0 … 7] of all channels of a pixel. Exported, so that it stays a function of its own.
 * @module windows
 */
export function winogradLineInput(to: usize, toStep: usize, from: usize, fromStep: usize): void {
  for (const end = from + fromStep; from < end; from += 16, to += 16) {
    const from2 = from + 2 * fromStep;
    const from4 = from2 + 2 * fromStep;
    const from6 = from4 + 2 * fromStep;
    const d1 = v128.load(from + fromStep);
    const d2 = v128.load(from2);
    const d3 = v128.load(from2 + fromStep);
    const d4 = v128.load(from4);
    const d5 = v128.load(from4 + fromStep);
    const d6 = v128.load(from6);
    const to2 = to + 2 * toStep;
    const to4 = to2 + 2 * toStep;
    const to6 = to4 + 2 * toStep;
    let factor = splatAt(FACTORS, 7);
    v128.store(to, f32x4.add(f32x4.sub(v128.load(from), d6), f32x4.mul(factor, f32x4.sub(d4, d2))));
    v128.store(
      to6 + toStep,
      f32x4.add(f32x4.sub(v128.load(from6 + fromStep), d1), f32x4.mul(factor, f32x4.sub(d3, d5))),
    );
    factor = splatAt(FACTORS, 5);
    let even = f32x4.sub(f32x4.add(d2, d6), f32x4.mul(factor, d4));
    let odd = f32x4.sub(f32x4.add(d1, d5), f32x4.mul(factor, d3));
    v128.store(to + toStep, f32x4.add(even, odd));
    v128.store(to2, f32x4.sub(even, odd));
    factor = splatAt(FACTORS, 3);
    const five = splatAt(FACTORS, 4);
    even = f32x4.sub(f32x4.add(f32x4.mul(factor, d2), d6), f32x4.mul(five, d4));
    odd = f32x4.sub(f32x4.add(f32x4.mul(factor, d1), d5), f32x4.mul(five, d3));
    odd = f32x4.mul(splatAt(FACTORS, 0), odd);
    v128.store(to2 + toStep, f32x4.add(even, odd));
    v128.store(to4, f32x4.sub(even, odd));
    factor = splatAt(FACTORS, 2);
    const small = splatAt(FACTORS, 6);
    even = f32x4.sub(f32x4.add(f32x4.mul(factor, d2), d6), f32x4.mul(small, d4));
    odd = f32x4.sub(f32x4.add(f32x4.mul(factor, d1), d5), f32x4.mul(small, d3));
    odd = f32x4.add(odd, odd);
    v128.store(to4 + toStep, f32x4.add(even, odd));
    v128.store(to6, f32x4.sub(even, odd));
  }
}

/**
 * to[0 … count - 1] = max(Aᵀ · from[0 … 7] + bias, floor), vectors of `bytes`; `bias` 0 for none. A whole tile has as many as
 * `outputs`. Exported, so that it stays a function of its own.
 * @module windows
 */
export function winogradLineOutput(
  to: usize,
  toStep: usize,
  from: usize,
  fromStep: usize,
  bytes: usize,
  outputs: i32,
  count: i32,
  bias: usize,
  floor: f32,
): void {
  const inner = min(count, outputs - 1);
  const least = f32x4.splat(floor);
  for (const end = to + bytes; to < end; to += 16, from += 16) {
    const from2 = from + 2 * fromStep;
    const from4 = from2 + 2 * fromStep;
    const from6 = from4 + 2 * fromStep;
    let plus = v128.load(from + fromStep);
    let minus = v128.load(from2);
    let a1 = f32x4.add(plus, minus);
    let b1 = f32x4.sub(plus, minus);
    plus = v128.load(from2 + fromStep);
    minus = v128.load(from4);
    let a2 = f32x4.add(plus, minus);
    let b2 = f32x4.sub(plus, minus);
    plus = v128.load(from4 + fromStep);
    minus = v128.load(from6);
    let a3 = f32x4.add(plus, minus);
    let b3 = f32x4.sub(plus, minus);
    let rest = v128.load(from);
    let offset = f32x4.splat(0);
    if (bias) {
      offset = v128.load(bias);
      bias += 16;
    }
    // a has the terms of this output, b those of the next one but for the last factor.
    let at = to;
    for (let i = 0; i < inner; i++, at += toStep) {
      const y = f32x4.add(f32x4.add(f32x4.add(a1, f32x4.add(a2, a3)), rest), offset);
      v128.store(at, f32x4.pmax(y, least));
      rest = f32x4.splat(0);
      let swap = a1;
      a1 = b1;
      b1 = swap;
      swap = f32x4.mul(splatAt(FACTORS, 0), a2);
      a2 = f32x4.mul(splatAt(FACTORS, 0), b2);
      b2 = swap;
      swap = f32x4.add(a3, a3);
      a3 = f32x4.add(b3, b3);
      b3 = swap;
    }
    if (inner == count) continue;
    rest = v128.load(from6 + fromStep);
    const y = f32x4.add(f32x4.add(f32x4.add(a1, f32x4.add(a2, a3)), rest), offset);
    v128.store(at, f32x4.pmax(y, least));
  }
}
