// The pass of radix 4, which does the work of two of radix 2 and has no product in its sums.

import { storeProduct, storeSum } from './complex';

/**
 * out[j][q] = w^(jq) · Σᵢ x[i][j] · (−i)^(iq) for x [4, m] and out [m, 4] elements of s pairs. The table holds w^j, w^(2j) and w^(3j) for
 * each j.
 */
export function pass4(out: usize, x: usize, m: i32, s: i32, table: usize): void {
  const run = (<usize>s) << 5;
  const step = <usize>m * run;
  for (let j = 0; j < m; j++, table += 24, out += 3 * run) {
    const w1r = v128.load32_splat(table);
    const w1i = v128.load32_splat(table, 4);
    const w2r = v128.load32_splat(table, 8);
    const w2i = v128.load32_splat(table, 12);
    const w3r = v128.load32_splat(table, 16);
    const w3i = v128.load32_splat(table, 20);
    for (const end = x + run; x < end; x += 32, out += 32) {
      const c = x + 2 * step;
      const evenR = f32x4.add(v128.load(x), v128.load(c));
      const evenI = f32x4.add(v128.load(x, 16), v128.load(c, 16));
      const oddR = f32x4.sub(v128.load(x), v128.load(c));
      const oddI = f32x4.sub(v128.load(x, 16), v128.load(c, 16));
      const b = x + step;
      const d = c + step;
      const sumR = f32x4.add(v128.load(b), v128.load(d));
      const sumI = f32x4.add(v128.load(b, 16), v128.load(d, 16));
      const gapR = f32x4.sub(v128.load(b), v128.load(d));
      const gapI = f32x4.sub(v128.load(b, 16), v128.load(d, 16));
      storeSum(out, evenR, evenI, sumR, sumI);
      storeProduct(out + run, f32x4.add(oddR, gapI), f32x4.sub(oddI, gapR), w1r, w1i);
      storeProduct(out + 2 * run, f32x4.sub(evenR, sumR), f32x4.sub(evenI, sumI), w2r, w2i);
      storeProduct(out + 3 * run, f32x4.sub(oddR, gapI), f32x4.add(oddI, gapR), w3r, w3i);
    }
  }
}
