// Sorting the rows of x [rows, cols] of float32 or int32, and finding the order that sorts them. -0 and 0 count as equal
// in orders (among sorted values -0 stands before 0); NaN counts as larger than every number.
//
// Every element becomes a key that is the larger the later the element comes. Keys are sorted by radix: one pass for each byte,
// the lowest first; bytes that all keys share are passed over. Orders sort items of 8 bytes, the key above the position:
// | position (u32) | key (u32) |, so that they compare as u64.

import { shareBegin, shareEnd } from '../split';
import { INSERTION } from '../tuning';

/** One counter for each value of each of the 4 bytes of a key. */
export const COUNTER_BYTES: usize = 4 * 256 * 4;

const SIGN: u32 = 0x80000000;

/**
 * The key of an element in an order, in which both zeros are equal; `flip` is 0, or all ones to turn the order round.
 */
// @ts-ignore: decorator
@inline
export function orderKeyOf(bits: u32, isFloat: bool, flip: u32): u32 {
  if (!isFloat) return bits ^ SIGN ^ flip;
  if (bits == SIGN) bits = 0;
  // Every NaN becomes the one whose key lies right above that of infinity.
  if ((bits & ~SIGN) > 0x7f800000) bits = 0x7fc00000;
  return bits ^ ((<u32>((<i32>bits) >> 31)) | SIGN) ^ flip;
}

/** out[cols] ← signed keys of elements, or with `areKeys` the elements of keys. */
function turnRow(out: usize, x: usize, cols: i32, isFloat: bool, flip: v128, areKeys: bool): void {
  const end = out + ((<usize>cols) << 2);
  for (; out + 16 <= end; out += 16, x += 16) {
    v128.store(out, turned(v128.load(x), isFloat, flip, areKeys));
  }
  for (; out < end; out += 4, x += 4) {
    v128.store32_lane(out, turned(v128.load32_splat(x), isFloat, flip, areKeys), 0);
  }
}

/**
 * Keys of elements: of negative floats all other bits turned, of what descends every bit; every NaN is the one right above
 * infinity. Or the elements of keys.
 */
// @ts-ignore: decorator
@inline
function turned(x: v128, isFloat: bool, flip: v128, areKeys: bool): v128 {
  if (areKeys) x = v128.xor(x, flip);
  if (isFloat) {
    const isNaN = i32x4.gt_s(v128.and(x, i32x4.splat(i32.MAX_VALUE)), i32x4.splat(0x7f800000));
    if (!areKeys) x = v128.bitselect(i32x4.splat(0x7fc00000), x, isNaN);
    x = v128.xor(x, i32x4.shr_u(i32x4.shr_s(x, 31), 1));
  }
  return areKeys ? x : v128.xor(x, flip);
}

/**
 * out[rows, cols] ← the elements of every row of x in ascending or descending order.
 * scratch: for each of min(rows, threads), 4096 + 4 cols bytes.
 * @cost 5 rows·cols
 */
export function sortRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
  isFloat: bool,
  descending: bool,
  scratch: usize,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  let r = shareBegin(rows, thread, threads, 1);
  const size = (<usize>cols) << 2;
  const counters = scratch + <usize>slotOf(thread, threads, rows, r) * (COUNTER_BYTES + size);
  const spare = counters + COUNTER_BYTES;
  const flip = i32x4.splat(descending ? -1 : 0);
  for (; r < end; r++) {
    const to = out + <usize>r * size;
    turnRow(to, x + <usize>r * size, cols, isFloat, flip, false);
    const sorted = sortItems<i32>(to, spare, cols, counters);
    turnRow(to, sorted, cols, isFloat, flip, true);
  }
}

/**
 * out[rows, cols] ← int32 positions: element out[r][i] of row r of x is its i-th in ascending or descending order;
 * equal elements keep their order. scratch: for each of min(rows, threads), 4096 + 16 cols bytes.
 * @cost 20 rows·cols
 */
export function argsortRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  cols: i32,
  isFloat: bool,
  descending: bool,
  scratch: usize,
): void {
  const end = shareEnd(rows, thread, threads, 1);
  let r = shareBegin(rows, thread, threads, 1);
  const counters =
    scratch + <usize>slotOf(thread, threads, rows, r) * (COUNTER_BYTES + (cols << 4));
  for (; r < end; r++) {
    const at = (<usize>r * cols) << 2;
    orderOfRow(out + at, x + at, cols, isFloat, descending, counters + COUNTER_BYTES, counters);
  }
}

/** out[cols] ← the order of one row, as `argsortRows` gives it. items: 16 cols bytes. */
export function orderOfRow(
  out: usize,
  row: usize,
  cols: i32,
  isFloat: bool,
  descending: bool,
  items: usize,
  counters: usize,
): void {
  const flip = descending ? ~(<u32>0) : 0;
  for (let c = 0; c < cols; c++) {
    const key = orderKeyOf(load<u32>(row + ((<usize>c) << 2)), isFloat, flip);
    store<u64>(items + ((<usize>c) << 3), ((<u64>key) << 32) | c);
  }
  const sorted = sortItems<u64>(items, items + ((<usize>cols) << 3), cols, counters);
  for (let c = 0; c < cols; c++) {
    store<i32>(out + ((<usize>c) << 2), load<i32>(sorted + ((<usize>c) << 3)));
  }
}

/**
 * Which slice of a scratch is this thread's. With fewer rows than threads only some have a row, not always the first
 * ones; then the row tells.
 * @internal
 */
// @ts-ignore: decorator
@inline
export function slotOf(thread: i32, threads: i32, rows: i32, firstRow: i32): i32 {
  return rows < threads ? firstRow : thread;
}

/**
 * Sorts items[n], keys (i32) or keys above positions (u64), by their keys; equal ones keep their order. Returns where they are: at
 * `items` or at `spare`.
 */
function sortItems<T>(items: usize, spare: usize, n: i32, counters: usize): usize {
  if (n <= INSERTION) {
    insertionSort<T>(items, n);
    return items;
  }
  const size = sizeof<T>();
  const end = <usize>n * size;
  memory.fill(counters, 0, COUNTER_BYTES);
  for (let at: usize = 0; at < end; at += size) {
    const key = upper<T>(items + at);
    count(counters, key & 255);
    count(counters + 1024, (key >> 8) & 255);
    count(counters + 2048, (key >> 16) & 255);
    count(counters + 3072, key >> 24);
  }
  for (let shift: u32 = 0; shift < 32; shift += 8) {
    const table = counters + ((<usize>shift) << 7);
    const first = (upper<T>(items) >> shift) & 255;
    if (load<i32>(table + ((<usize>first) << 2)) == n) continue;
    // From how many items have a digit to where the next of them goes. Negative keys, of the upper half of highest digits, go
    // before the others.
    const turned: usize = sizeof<T>() == 4 && shift == 24 ? 512 : 0;
    let to = spare;
    for (let offset: usize = 0; offset < 1024; offset += 4) {
      const at = table + (offset ^ turned);
      const bytes = load<u32>(at) * <u32>size;
      store<u32>(at, <u32>to);
      to += bytes;
    }
    for (let at: usize = 0; at < end; at += size) {
      const item = load<T>(items + at);
      const next = table + ((<usize>((upper<T>(items + at) >> shift) & 255)) << 2);
      const target = <usize>load<u32>(next);
      store<T>(target, item);
      store<u32>(next, <u32>(target + size));
    }
    const sorted = spare;
    spare = items;
    items = sorted;
  }
  return items;
}

/** The key of an item. */
// @ts-ignore: decorator
@inline
function upper<T>(item: usize): u32 {
  return load<u32>(item + sizeof<T>() - 4);
}

// @ts-ignore: decorator
@inline
function count(table: usize, digit: u32): void {
  const at = table + ((<usize>digit) << 2);
  store<i32>(at, load<i32>(at) + 1);
}

function insertionSort<T>(items: usize, n: i32): void {
  const size = sizeof<T>();
  for (let i = 1; i < n; i++) {
    let at = items + <usize>i * size;
    const item = load<T>(at);
    for (; at > items; at -= size) {
      const before = load<T>(at - size);
      if (before <= item) break;
      store<T>(at, before);
    }
    store<T>(at, item);
  }
}
