// The passes of radix 2, 3 and 5. As in that of radix 4, x is [p, m] and out [m, p] elements of s pairs, and the table holds the powers
// w^(jq) for each j, q from 1 to p − 1.

import { madd } from '../lanes';
import { storeProduct, storeSum } from './complex';

export function pass2(out: usize, x: usize, m: i32, s: i32, table: usize): void {
  const run = (<usize>s) << 5;
  const step = <usize>m * run;
  for (let j = 0; j < m; j++, table += 8, out += run) {
    const wr = v128.load32_splat(table);
    const wi = v128.load32_splat(table, 4);
    for (const end = x + run; x < end; x += 32, out += 32) {
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const br = v128.load(x + step);
      const bi = v128.load(x + step, 16);
      storeSum(out, ar, ai, br, bi);
      storeProduct(out + run, f32x4.sub(ar, br), f32x4.sub(ai, bi), wr, wi);
    }
  }
}

/** √3 / 2 */
const SIN_3: f32 = 0.8660254037844386;

export function pass3(out: usize, x: usize, m: i32, s: i32, table: usize): void {
  const run = (<usize>s) << 5;
  const step = <usize>m * run;
  const half = f32x4.splat(-0.5);
  const sin = f32x4.splat(SIN_3);
  for (let j = 0; j < m; j++, table += 16, out += 2 * run) {
    const w1r = v128.load32_splat(table);
    const w1i = v128.load32_splat(table, 4);
    const w2r = v128.load32_splat(table, 8);
    const w2i = v128.load32_splat(table, 12);
    for (const end = x + run; x < end; x += 32, out += 32) {
      const b = x + step;
      const c = b + step;
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const sumR = f32x4.add(v128.load(b), v128.load(c));
      const sumI = f32x4.add(v128.load(b, 16), v128.load(c, 16));
      const vr = f32x4.mul(f32x4.sub(v128.load(b), v128.load(c)), sin);
      const vi = f32x4.mul(f32x4.sub(v128.load(b, 16), v128.load(c, 16)), sin);
      const ur = madd(sumR, half, ar);
      const ui = madd(sumI, half, ai);
      storeSum(out, ar, ai, sumR, sumI);
      storeProduct(out + run, f32x4.add(ur, vi), f32x4.sub(ui, vr), w1r, w1i);
      storeProduct(out + 2 * run, f32x4.sub(ur, vi), f32x4.add(ui, vr), w2r, w2i);
    }
  }
}

/** cos and sin of 2π / 5 and 4π / 5. */
const COS_5: f32 = 0.30901699437494745;
const SIN_5: f32 = 0.9510565162951535;
const COS_5_TWICE: f32 = -0.8090169943749475;
const SIN_5_TWICE: f32 = 0.5877852522924731;

export function pass5(out: usize, x: usize, m: i32, s: i32, table: usize): void {
  const run = (<usize>s) << 5;
  const step = <usize>m * run;
  const c1 = f32x4.splat(COS_5);
  const s1 = f32x4.splat(SIN_5);
  const c2 = f32x4.splat(COS_5_TWICE);
  const s2 = f32x4.splat(SIN_5_TWICE);
  for (let j = 0; j < m; j++, table += 32, out += 4 * run) {
    for (const end = x + run; x < end; x += 32, out += 32) {
      const b = x + step;
      const c = b + step;
      const d = c + step;
      const e = d + step;
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      const sum1R = f32x4.add(v128.load(b), v128.load(e));
      const sum1I = f32x4.add(v128.load(b, 16), v128.load(e, 16));
      const sum2R = f32x4.add(v128.load(c), v128.load(d));
      const sum2I = f32x4.add(v128.load(c, 16), v128.load(d, 16));
      storeSum(out, ar, ai, f32x4.add(sum1R, sum2R), f32x4.add(sum1I, sum2I));
      const u1r = madd(sum2R, c2, madd(sum1R, c1, ar));
      const u1i = madd(sum2I, c2, madd(sum1I, c1, ai));
      const u2r = madd(sum2R, c1, madd(sum1R, c2, ar));
      const u2i = madd(sum2I, c1, madd(sum1I, c2, ai));
      const gap1R = f32x4.sub(v128.load(b), v128.load(e));
      const gap1I = f32x4.sub(v128.load(b, 16), v128.load(e, 16));
      const gap2R = f32x4.sub(v128.load(c), v128.load(d));
      const gap2I = f32x4.sub(v128.load(c, 16), v128.load(d, 16));
      const v1r = madd(gap2R, s2, f32x4.mul(gap1R, s1));
      const v1i = madd(gap2I, s2, f32x4.mul(gap1I, s1));
      const v2r = f32x4.sub(f32x4.mul(gap1R, s2), f32x4.mul(gap2R, s1));
      const v2i = f32x4.sub(f32x4.mul(gap1I, s2), f32x4.mul(gap2I, s1));
      turned(out + run, f32x4.add(u1r, v1i), f32x4.sub(u1i, v1r), table);
      turned(out + 2 * run, f32x4.add(u2r, v2i), f32x4.sub(u2i, v2r), table + 8);
      turned(out + 3 * run, f32x4.sub(u2r, v2i), f32x4.add(u2i, v2r), table + 16);
      turned(out + 4 * run, f32x4.sub(u1r, v1i), f32x4.add(u1i, v1r), table + 24);
    }
  }
}

/** Writes the pair a + ib times the number of the table. */
// @ts-ignore: decorator
@inline
function turned(out: usize, a: v128, b: v128, table: usize): void {
  storeProduct(out, a, b, v128.load32_splat(table), v128.load32_splat(table, 4));
}
