// Numbers of the binomial distribution. Element i reads block counter + i, and the third word of the counter numbers the attempts,
// as for the gamma distribution. What is computed in between is float64, so that counts far above 2^24 come out whole.

import { log } from '../numeric/logarithm';
import { shareBegin, shareEnd } from '../split';
import { philoxBlock } from './philox';

/** Up to so many expected successes the distribution function is summed up; above it numbers are taken or refused. */
const FEW: f64 = 10;
/** More successes than any of 10 expected ones become: the probability is below 1e-70. */
const MOST_OF_FEW: f64 = 120;

// @ts-ignore: decorator
@inline
function ln(x: f64): f64 {
  return f64x2.extract_lane(log(f64x2.splat(x)), 0);
}

/** ln(1 - p) for p from 0 to ½, also where 1 - p is rounded to 1. */
function lnOfRest(p: f64): f64 {
  return p < 1e-4 ? -p * (1 + p * (0.5 + p * (1.0 / 3))) : ln(1 - p);
}

/** e^x for x from -20 to 0, by the 16th root, whose series ends soon. */
function exponential(x: f64): f64 {
  const r = x / 16;
  let sum: f64 = 1;
  for (let n: f64 = 20; n > 0; n--) sum = 1 + (sum * r) / n;
  sum *= sum;
  sum *= sum;
  sum *= sum;
  return sum * sum;
}

/** A number in (0, 1) of the first or last two words of a block: a multiple of 2^-52, and half of one. */
function unit(words: i64): f64 {
  return (<f64>(words >>> 12) + 0.5) * 2.220446049250313e-16;
}

/** The first k up to which the probabilities of k successes sum to u. n p is at most 10, p at most ½. */
function summedUp(n: f64, p: f64, u: f64): f64 {
  const odds = p / (1 - p);
  let probability = exponential(n * lnOfRest(p));
  let k: f64 = 0;
  const most = min(n, MOST_OF_FEW);
  while (u > probability && k < most) {
    u -= probability;
    k++;
    probability *= (odds * (n - k + 1)) / k;
  }
  return k;
}

/** ln k! - (k + ½) ln (k + 1) + (k + 1) - ½ ln 2π: what Stirling's formula leaves. */
function stirlingRest(k: f64): f64 {
  let rest: f64 = 0;
  for (; k < 10; k++) rest += (k + 1.5) * ln((k + 2) / (k + 1)) - 1;
  const m = 1 / (k + 1);
  const s = m * m;
  return rest + m * (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680))));
}

/** The transformed rejection BTRS of W. Hörmann, "The generation of binomial random variates" (1993). p is at most ½. */
function takenOrRefused(n: f64, p: f64, stream: v128, element: i32): f64 {
  const q = 1 - p;
  const deviation = Math.sqrt(n * p * q);
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const sure = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const odds = p / q;
  const mode = Math.floor((n + 1) * p);
  const atMode = (mode + 0.5) * ln((mode + 1) / (odds * (n - mode + 1))) + stirlingRest(mode) + stirlingRest(n - mode); // prettier-ignore
  let k: f64 = 0;
  let isTaken = false;
  for (let attempt = 0; !isTaken; attempt++) {
    const words = philoxBlock(stream, element, attempt, 0);
    const u = unit(i64x2.extract_lane(words, 0)) - 0.5;
    const v = unit(i64x2.extract_lane(words, 1));
    const toEdge = 0.5 - Math.abs(u);
    k = Math.floor(((2 * a) / toEdge + b) * u + centre);
    isTaken = toEdge >= 0.07 && v <= sure;
    if (isTaken || k < 0 || k > n) continue;
    const height = ln((v * alpha) / (a / (toEdge * toEdge) + b));
    const ofSuccesses = (k + 0.5) * ln((odds * (n - k + 1)) / (k + 1)) - stirlingRest(k);
    const ofFailures = (n + 1) * ln((n - mode + 1) / (n - k + 1)) - stirlingRest(n - k);
    isTaken = height <= atMode + ofSuccesses + ofFailures;
  }
  return k;
}

/**
 * out: float32 [n] ← how many of floor(counts[i % countsSize]) attempts succeed, each of which does so with probability
 * chances[i % chancesSize]; NaN where a count is below 0 or NaN or a probability is none, inf of infinitely many attempts. The
 * two sizes are 1 or n each.
 * @module gamma
 * @cost 100 n
 */
export function randomBinomial(
  thread: i32,
  threads: i32,
  out: usize,
  n: i32,
  counts: usize,
  countsSize: i32,
  chances: usize,
  chancesSize: i32,
  keyLow: i32,
  keyHigh: i32,
  counterLow: i32,
  counterHigh: i32,
): void {
  const stream = i32x4(keyLow, keyHigh, counterLow, counterHigh);
  const end = shareEnd(n, thread, threads, 16);
  for (let i = shareBegin(n, thread, threads, 16); i < end; i++) {
    const count = Math.floor(<f64>load<f32>(counts + ((<usize>(i % countsSize)) << 2)));
    const chance = <f64>load<f32>(chances + ((<usize>(i % chancesSize)) << 2));
    let y: f64 = NaN;
    if (count >= 0 && chance >= 0 && chance <= 1) {
      if (count == Infinity) y = Infinity;
      else {
        // What is rarer is counted.
        const p = min(chance, 1 - chance);
        const words = philoxBlock(stream, i, 0, 0);
        if (count * p <= FEW) y = summedUp(count, p, unit(i64x2.extract_lane(words, 0)));
        else y = takenOrRefused(count, p, stream, i);
        if (chance > 0.5) y = count - y;
      }
    }
    store<f32>(out + ((<usize>i) << 2), <f32>y);
  }
}
