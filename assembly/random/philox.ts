// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers:
// as easy as 1, 2, 3" (SC'11): a block of four 32-bit words is a pure function of a 128-bit counter and a
// 64-bit key, so any element can be computed on its own, on any thread, with the same bits.
//
// Here the low 64 bits of the counter number the blocks and the high 64 bits are 0. Element i of a kernel
// is made from word i % 4 of block counter + floor(i / 4), so n elements use ceil(n / 4) blocks.
//
// Four blocks are computed at once, lane b holding block b:   x0 = [word 0 of blocks 0 1 2 3]
// and a 4x4 transpose brings them into element order.         x1 = [word 1 of blocks 0 1 2 3]  …

import { loadVector, madd, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import {
  gaussianCosine,
  gaussianRadius,
  gaussianSine,
  truncatedGaussian,
  unitInterval,
} from './distributions';

/** What becomes of the random words. `a b c` are the parameters handed to `generate`. */
export const enum Draw {
  /** The words themselves. */
  Bits = 0,
  /** int32 a + floor(bits · b / 2^32) */
  Integer = 1,
  /** min(a + u · b, c), u in [0, 1) */
  Uniform = 2,
  /** a + z · b, z standard normal */
  Normal = 3,
  /** a + z · b, z standard normal within [-2, 2] */
  TruncatedNormal = 4,
  /** u < a ? 0 : x / b */
  Dropout = 5,
}

/** Elements made by one turn of the loop: four blocks of four. */
const GROUP = 16;

/** Multipliers of the two halves of a round, and the Weyl steps of the key. */
const M0: i32 = 0xd2511f53;
const M1: i32 = 0xcd9e8d57;
const W0: i32 = 0x9e3779b9;
const W1: i32 = 0xbb67ae85;

/** High words of four 64-bit products. */
// @ts-ignore: decorator
@inline
function highWords(low: v128, high: v128): v128 {
  return i32x4.shuffle(low, high, 1, 3, 5, 7);
}

/** Low words of four 64-bit products. */
// @ts-ignore: decorator
@inline
function lowWords(low: v128, high: v128): v128 {
  return i32x4.shuffle(low, high, 0, 2, 4, 6);
}

/**
 * The four words of block counter + `block`, for the high words `third` and `fourth` of the counter, which are 0 in `generate`.
 * `stream` is the key and the counter, the low word of each first.
 */
export function philoxBlock(stream: v128, block: i32, third: i32, fourth: i32): v128 {
  const counter = i64x2.extract_lane(stream, 1) + <i64>block;
  let x0 = <u32>counter;
  let x1 = <u32>(counter >> 32);
  let x2 = <u32>third;
  let x3 = <u32>fourth;
  let k0 = <u32>i32x4.extract_lane(stream, 0);
  let k1 = <u32>i32x4.extract_lane(stream, 1);
  for (let round = 0; round < 10; round++) {
    const p = <u64>x0 * <u64>(<u32>M0);
    const q = <u64>x2 * <u64>(<u32>M1);
    x0 = (<u32>(q >> 32)) ^ x1 ^ k0;
    x1 = <u32>q;
    x2 = (<u32>(p >> 32)) ^ x3 ^ k1;
    x3 = <u32>p;
    k0 += <u32>W0;
    k1 += <u32>W1;
  }
  let words = i32x4.splat(x0);
  words = i32x4.replace_lane(words, 1, x1);
  words = i32x4.replace_lane(words, 2, x2);
  return i32x4.replace_lane(words, 3, x3);
}

/**
 * out[n] ← this thread's share of n draws, 4 bytes each; `x` [n] is read for Dropout only and may be `out`. `stream` is
 * the key and the counter, the low word of each first.
 * One loop serves all distributions: the ten rounds are most of the code and nearly all of the time.
 */
export function generate(
  draw: Draw,
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  n: i32,
  stream: v128,
  a: v128,
  b: v128,
  c: v128,
): void {
  const begin = shareBegin(n, thread, threads, GROUP);
  const end = shareEnd(n, thread, threads, GROUP);
  const counter = i64x2.extract_lane(stream, 1);
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let group = begin; group < end; group += GROUP) {
    const block = counter + <i64>(group >> 2);
    const first = i32x4.splat(<i32>block);
    let x0 = i32x4.add(first, i32x4(0, 1, 2, 3));
    // A lane that wrapped around carries into word 1: the comparison gives -1 there.
    let x1 = i32x4.sub(i32x4.splat(<i32>(block >> 32)), i32x4.lt_u(x0, first));
    let x2 = i32x4.splat(0);
    let x3 = i32x4.splat(0);
    let k0 = i32x4.shuffle(stream, stream, 0, 0, 0, 0);
    let k1 = i32x4.shuffle(stream, stream, 1, 1, 1, 1);
    for (let round = 0; round < 10; round++) {
      const p0 = i64x2.extmul_low_i32x4_u(x0, m0);
      const q0 = i64x2.extmul_high_i32x4_u(x0, m0);
      const p1 = i64x2.extmul_low_i32x4_u(x2, m1);
      const q1 = i64x2.extmul_high_i32x4_u(x2, m1);
      x0 = v128.xor(v128.xor(highWords(p1, q1), x1), k0);
      x1 = lowWords(p1, q1);
      x2 = v128.xor(v128.xor(highWords(p0, q0), x3), k1);
      x3 = lowWords(p0, q0);
      k0 = i32x4.add(k0, i32x4.splat(W0));
      k1 = i32x4.add(k1, i32x4.splat(W1));
    }

    // Box–Muller makes two normals of two words of one block, which lie in one lane before the transpose.
    if (draw == Draw.Normal) {
      const r0 = gaussianRadius(x0);
      const r2 = gaussianRadius(x2);
      x0 = gaussianCosine(r0, x1);
      x1 = gaussianSine(r0, x1);
      x2 = gaussianCosine(r2, x3);
      x3 = gaussianSine(r2, x3);
    }

    const low01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
    const low23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
    const high23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
    x0 = i64x2.shuffle(low01, low23, 0, 2);
    x1 = i64x2.shuffle(low01, low23, 1, 3);
    x2 = i64x2.shuffle(high01, high23, 0, 2);
    x3 = i64x2.shuffle(high01, high23, 1, 3);

    const last = min(end, group + GROUP);
    for (let i = group; i < last; i += 4) {
      const at = (<usize>i) << 2;
      let y = x0;
      if (draw == Draw.Dropout) {
        const keepMask = f32x4.ge(unitInterval(y), a);
        y = v128.and(f32x4.div(loadVector(x + at, last - i), b), keepMask);
      } else if (draw == Draw.Integer) {
        const p = i64x2.extmul_low_i32x4_u(y, b);
        const q = i64x2.extmul_high_i32x4_u(y, b);
        y = i32x4.add(a, highWords(p, q));
      } else if (draw != Draw.Bits) {
        if (draw == Draw.Uniform) y = unitInterval(y);
        else if (draw == Draw.TruncatedNormal) y = truncatedGaussian(y);
        y = f32x4.min(madd(y, b, a), c);
      }
      storeVector(out + at, y, last - i);
      x0 = x1;
      x1 = x2;
      x2 = x3;
    }
  }
}
