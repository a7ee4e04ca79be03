// The pass of any odd radix, of p² / 2 products a butterfly.

import { madd } from '../lanes';
import { storeProduct } from './complex';

/**
 * As the passes of small radices: x is [p, m], out [m, p]. The table begins with cos and −sin of 2πi / p, i from 0 to p − 1; the powers
 * w^(jq) follow. `work` has room for p − 1 pairs.
 */
export function passOfPrime(
  out: usize,
  x: usize,
  p: i32,
  m: i32,
  s: i32,
  table: usize,
  work: usize,
): void {
  const run = (<usize>s) << 5;
  const step = <usize>m * run;
  const half = p >> 1;
  let powers = table + ((<usize>p) << 3);
  for (let j = 0; j < m; j++, powers += (<usize>(p - 1)) << 3, out += <usize>(p - 1) * run) {
    for (const end = x + run; x < end; x += 32, out += 32) {
      const ar = v128.load(x);
      const ai = v128.load(x, 16);
      let sumR = ar;
      let sumI = ai;
      // Of the elements i and p − i: their sum and their difference.
      let first = x + step;
      let last = x + <usize>(p - 1) * step;
      let saved = work;
      for (; first < last; first += step, last -= step, saved += 64) {
        const plusR = f32x4.add(v128.load(first), v128.load(last));
        const plusI = f32x4.add(v128.load(first, 16), v128.load(last, 16));
        v128.store(saved, plusR);
        v128.store(saved, plusI, 16);
        v128.store(saved, f32x4.sub(v128.load(first), v128.load(last)), 32);
        v128.store(saved, f32x4.sub(v128.load(first, 16), v128.load(last, 16)), 48);
        sumR = f32x4.add(sumR, plusR);
        sumI = f32x4.add(sumI, plusI);
      }
      v128.store(out, sumR);
      v128.store(out, sumI, 16);
      for (let q = 1; q <= half; q++) {
        let ur = ar;
        let ui = ai;
        let vr = f32x4.splat(0);
        let vi = vr;
        let turn = q;
        for (let from = work; from < saved; from += 64) {
          const at = table + ((<usize>turn) << 3);
          const cos = v128.load32_splat(at);
          const sin = v128.load32_splat(at, 4);
          ur = madd(v128.load(from), cos, ur);
          ui = madd(v128.load(from, 16), cos, ui);
          vr = madd(v128.load(from, 32), sin, vr);
          vi = madd(v128.load(from, 48), sin, vi);
          turn += q;
          if (turn >= p) turn -= p;
        }
        const w = powers + ((<usize>(q - 1)) << 3);
        const other = powers + ((<usize>(p - 1 - q)) << 3);
        storeProduct(
          out + <usize>q * run,
          f32x4.sub(ur, vi),
          f32x4.add(ui, vr),
          v128.load32_splat(w),
          v128.load32_splat(w, 4),
        );
        storeProduct(
          out + <usize>(p - q) * run,
          f32x4.add(ur, vi),
          f32x4.sub(ui, vr),
          v128.load32_splat(other),
          v128.load32_splat(other, 4),
        );
      }
    }
  }
}
