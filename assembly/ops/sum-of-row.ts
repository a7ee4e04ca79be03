// Sums along contiguous rows, of what a term makes of one or two of them.

import { loadLanes } from '../lanes';
import { ROW_RUN } from '../tuning';

/** What is added up, four at a time. A sum takes one as a type argument; no instance ever exists. */
@unmanaged
export abstract class RowTerm {
  /** The terms of four elements at `x` and `y`. */
  abstract of(x: usize, y: usize): v128;
  /** Those of the first `count` (1 … 3), and 0. */
  abstract ofFirst(x: usize, y: usize, count: i32): v128;
}

/** x */
@unmanaged
export class Element extends RowTerm {
  @inline
  of(x: usize, y: usize): v128 {
    return v128.load(x);
  }
  @inline
  ofFirst(x: usize, y: usize, count: i32): v128 {
    return loadLanes(x, count);
  }
}

/** x² */
@unmanaged
export class Square extends RowTerm {
  @inline
  of(x: usize, y: usize): v128 {
    const value = v128.load(x);
    return f32x4.mul(value, value);
  }
  @inline
  ofFirst(x: usize, y: usize, count: i32): v128 {
    const value = loadLanes(x, count);
    return f32x4.mul(value, value);
  }
}

/** x y */
@unmanaged
export class Product extends RowTerm {
  @inline
  of(x: usize, y: usize): v128 {
    return f32x4.mul(v128.load(x), v128.load(y));
  }
  @inline
  ofFirst(x: usize, y: usize, count: i32): v128 {
    return f32x4.mul(loadLanes(x, count), loadLanes(y, count));
  }
}

/**
 * The sum of the terms of n elements: runs of 256 on 16 lanes in float32, and the runs in float64. A term that reads one row
 * passes over `y`.
 */
export function sumOfRow<T extends RowTerm>(x: usize, y: usize, n: i32): f64 {
  const t = changetype<T>(0);
  let total = f64x2.splat(0);
  for (; n > 0; n -= ROW_RUN) {
    const run = min(n, ROW_RUN);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let whole = run >> 4; whole > 0; whole--) {
      s0 = f32x4.add(s0, t.of(x, y));
      s1 = f32x4.add(s1, t.of(x + 16, y + 16));
      s2 = f32x4.add(s2, t.of(x + 32, y + 32));
      s3 = f32x4.add(s3, t.of(x + 48, y + 48));
      x += 64;
      y += 64;
    }
    if (run & 8) {
      s0 = f32x4.add(s0, t.of(x, y));
      s1 = f32x4.add(s1, t.of(x + 16, y + 16));
      x += 32;
      y += 32;
    }
    if (run & 4) {
      s2 = f32x4.add(s2, t.of(x, y));
      x += 16;
      y += 16;
    }
    // A short run is the last one, so x need not go beyond its tail.
    if (run & 3) s3 = f32x4.add(s3, t.ofFirst(x, y, run & 3));
    const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    total = f64x2.add(total, f64x2.promote_low_f32x4(s));
    total = f64x2.add(total, f64x2.promote_low_f32x4(i64x2.shuffle(s, s, 1, 0)));
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}
