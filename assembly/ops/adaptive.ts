// Adaptive pooling: an axis of `from` elements is covered by `to` windows, and window i reaches from ⌊i · from / to⌋ to
// ⌈(i + 1) · from / to⌉. Turned round it is the same: element j lies in the windows from ⌊j · to / from⌋ to
// ⌈(j + 1) · to / from⌉. So each kernel that goes from elements to windows has its transpose in one that goes back.

import { loadVector, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';

const SUM: i32 = 0;
const MAX: i32 = 1;
const PICK: i32 = 2;
const GIVE: i32 = 3;

/**
 * out[outer, to, inner] = Σ x[outer, from, inner] over each window; the transpose of itself, with the lengths exchanged.
 * @module windows
 * @cost 0.3 outer·from·inner
 */
export function adaptiveSum(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  from: i32,
  to: i32,
  inner: i32,
): void {
  overWindows(thread, threads, out, 0, x, outer, from, to, inner, SUM);
}

/**
 * out = the largest x of each window, positions = where on the axis it is, int32. The first of equals wins, NaN wins over
 * numbers.
 * @module windows
 * @cost 0.5 outer·from·inner
 */
export function adaptiveMax(
  thread: i32,
  threads: i32,
  out: usize,
  positions: usize,
  x: usize,
  outer: i32,
  from: i32,
  to: i32,
  inner: i32,
): void {
  overWindows(thread, threads, out, positions, x, outer, from, to, inner, MAX);
}

/**
 * out = x at the position that `positions` names for each window.
 * @module windows
 * @cost 0.5 outer·from·inner
 */
export function adaptivePick(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  positions: usize,
  outer: i32,
  from: i32,
  to: i32,
  inner: i32,
): void {
  overWindows(thread, threads, out, positions, x, outer, from, to, inner, PICK);
}

/**
 * dx[outer, to, inner] = Σ dy[outer, from, inner] over the windows whose position is the element: the transpose of
 * `adaptivePick`, with the lengths exchanged.
 * @module windows
 * @cost 0.5 outer·to·inner
 */
export function adaptivePickGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  positions: usize,
  outer: i32,
  from: i32,
  to: i32,
  inner: i32,
): void {
  overWindows(thread, threads, dx, positions, dy, outer, from, to, inner, GIVE);
}

/** Split over outputs, which are rows of `inner` elements. */
function overWindows(
  thread: i32,
  threads: i32,
  out: usize,
  positions: usize,
  x: usize,
  outer: i32,
  from: i32,
  to: i32,
  inner: i32,
  mode: i32,
): void {
  const begin = shareBegin(outer * to, thread, threads, 1);
  const end = shareEnd(outer * to, thread, threads, 1);
  const bytes = (<usize>inner) << 2;
  for (let row = begin; row < end; row++) {
    const at = row % to;
    const first = <i32>((<i64>at * from) / to);
    const last = <i32>((<i64>(at + 1) * from + to - 1) / to);
    const start = <usize>(row / to) * from;
    for (let c = 0; c < inner; c += 4) {
      const rest = inner - c;
      const own = <usize>row * bytes + ((<usize>c) << 2);
      let element = (start + first) * bytes + ((<usize>c) << 2);
      // The first element starts a maximum: a window of -Infinity must name a position of its own.
      let result = mode == MAX ? loadVector(x + element, rest) : f32x4.splat(0);
      let which = mode == PICK ? loadVector(positions + own, rest) : i32x4.splat(first);
      for (let j = first; j < last; j++, element += bytes) {
        const value = loadVector(x + element, rest);
        if (mode == SUM) {
          result = f32x4.add(result, value);
        } else if (mode == MAX) {
          // Larger than what comes before it, or NaN, unless that is NaN already.
          const wins = v128.andnot(f32x4.eq(result, result), f32x4.ge(result, value));
          result = v128.bitselect(value, result, wins);
          which = v128.bitselect(i32x4.splat(j), which, wins);
        } else if (mode == PICK) {
          result = v128.bitselect(value, result, i32x4.eq(which, i32x4.splat(j)));
        } else {
          const isHere = i32x4.eq(loadVector(positions + element, rest), i32x4.splat(at));
          result = f32x4.add(result, v128.and(value, isHere));
        }
      }
      storeVector(out + own, result, rest);
      if (mode == MAX) storeVector(positions + own, which, rest);
    }
  }
}
