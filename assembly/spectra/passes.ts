// A Fourier transform of columns: numbers of the program are elements, and each holds vectors of four columns.
//
//   element 0: [re re re re][im im im im] [re re re re][im im im im] …   as many pairs as there are vectors of columns
//   element 1: …
//
// A pass of radix p takes the transforms of length l = p · m into p transforms of length m. What it reads as [p, m, s] it writes as
// [m, p, s], where s counts the pairs that lie side by side: it begins as the vectors of an element and grows by p in each pass. So all
// passes load and store whole vectors, and after the last pass the elements are in order (Stockham).

import { pass4 } from './radix4';
import { pass2, pass3, pass5 } from './small-radices';
import { passOfPrime } from './prime-radix';

/** Bytes of a pair: four real parts and four imaginary parts. */
export const PAIR: usize = 32;

/**
 * X[k] = Σ x[j] · e^(−2πi · jk / n) for each column of n elements of s pairs. The result is in x or in `other`, whose address is given back;
 * what is in the other one of the two is overwritten. The plan is float32: how many passes there are, the radix of each, and their tables
 * (`src/engine/ops/spectra/plan.ts`). `work` has room for the pairs of one butterfly.
 */
export function transform(x: usize, other: usize, plan: usize, n: i32, s: i32, work: usize): usize {
  const passes = <i32>load<f32>(plan);
  let radix = plan + 4;
  let table = radix + ((<usize>passes) << 2);
  for (let i = 0; i < passes; i++, radix += 4) {
    const p = <i32>load<f32>(radix);
    const m = n / p;
    if (p == 4) pass4(other, x, m, s, table);
    else if (p == 2) pass2(other, x, m, s, table);
    else if (p == 3) pass3(other, x, m, s, table);
    else if (p == 5) pass5(other, x, m, s, table);
    else {
      passOfPrime(other, x, p, m, s, table, work);
      table += (<usize>p) << 3;
    }
    table += (<usize>m * (p - 1)) << 3;
    n = m;
    s *= p;
    const result = other;
    other = x;
    x = result;
  }
  return x;
}

/** Bytes of a plan up to what stands behind its tables, for a transform of length n. */
export function tablesBytes(plan: usize, n: i32): usize {
  const passes = <i32>load<f32>(plan);
  let floats: usize = 1 + <usize>passes;
  for (let i = 0; i < passes; i++) {
    const p = <i32>load<f32>(plan + 4 + ((<usize>i) << 2));
    const m = n / p;
    floats += 2 * <usize>m * (p - 1) + (p > 5 ? 2 * <usize>p : 0);
    n = m;
  }
  return floats << 2;
}
