// Sums down the columns of a matrix of float32: eight rows in float32, as a tree, and what they come to in float64. So
// three roundings of float32 lie on an element's way, and the one of the result; errors do not grow with the rows.
import { loadLanes } from '../lanes';
import { COLUMN_RUN, STRIP } from '../tuning';
import { LINE, touch } from '../touch';

/**
 * Rows of a block, for which what is kept of a strip is read and written once. Sixty-four rows of up to 512 bytes are
 * 32 KiB, which stay in the first-level cache until the next four columns are their turn.
 */
function blockRows(pitch: usize): i32 {
  return pitch > 512 ? COLUMN_RUN : 8 * COLUMN_RUN;
}

/**
 * How many rows are read line by line before they are added up; 0 for none. Eight rows at a time are eight places in
 * memory at once, and where each row is shorter than a page, processors that fetch ahead start over with every row. In
 * the order of memory they need not. Rows that are not read whole, or are long, gain nothing.
 */
function rowsAhead(pitch: usize, width: i32): i32 {
  if (pitch != (<usize>width) << 2 || pitch < LINE || pitch > 4096) return 0;
  const bytes: usize = pitch > 512 ? 1 << 17 : 1 << 14;
  const step = blockRows(pitch);
  return max(1, <i32>(bytes / pitch) / step) * step;
}

/**
 * out[c] = (sum over rows of x[r][c]) / divisor for c < count; rows are `pitch` bytes apart. `scratch` holds the sums
 * of a strip. `isInCache` is for speed alone: whether x is likely to be in a cache.
 */
export function sumColumns(
  out: usize,
  x: usize,
  rows: i32,
  pitch: usize,
  count: i32,
  divisor: f64,
  isInCache: bool,
  scratch: usize,
): void {
  const step = blockRows(pitch);
  for (; count > 0; count -= STRIP) {
    const width = min(count, STRIP);
    memory.fill(scratch, 0, (<usize>width) << 3);
    let block = x;
    const ahead = isInCache ? 0 : rowsAhead(pitch, width);
    let touched = ahead > 0 ? 0 : rows;
    for (let r = 0; r < rows; r += step) {
      if (r == touched) {
        touched = min(rows, r + ahead);
        store<u32>(out, touch(block, block + pitch * (touched - r), LINE));
      }
      addRows(scratch, block, min(step, rows - r), pitch, width);
      block += pitch * step;
    }
    for (let c = 0; c < width; c++) {
      store<f32>(out, <f32>(load<f64>(scratch + ((<usize>c) << 3)) / divisor));
      out += 4;
    }
    x += STRIP << 2;
  }
}

/** sums[c] += x[0][c] + … + x[rows - 1][c] for c < width: whole runs, then the rows that are left one by one. */
function addRows(sums: usize, x: usize, rows: i32, pitch: usize, width: i32): void {
  for (; width >= 4; width -= 4, sums += 32, x += 16) addLanes(sums, x, rows, pitch, 4);
  if (width > 0) addLanes(sums, x, rows, pitch, width);
}

/** The same for `count` (1 … 4) columns; of fewer than four, zeros are added to the sums behind them. */
// @ts-ignore: decorator
@inline
function addLanes(sums: usize, x: usize, rows: i32, pitch: usize, count: i32): void {
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  for (; rows >= COLUMN_RUN; rows -= COLUMN_RUN) {
    const a = pair(x, pitch, count);
    x += 2 * pitch;
    const b = pair(x, pitch, count);
    x += 2 * pitch;
    const c = pair(x, pitch, count);
    x += 2 * pitch;
    const d = pair(x, pitch, count);
    x += 2 * pitch;
    const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 0)));
  }
  for (; rows > 0; rows--, x += pitch) {
    const row = lanes(x, count);
    low = f64x2.add(low, f64x2.promote_low_f32x4(row));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(row, row, 1, 0)));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

// @ts-ignore: decorator
@inline
function pair(x: usize, pitch: usize, count: i32): v128 {
  return f32x4.add(lanes(x, count), lanes(x + pitch, count));
}

// @ts-ignore: decorator
@inline
function lanes(x: usize, count: i32): v128 {
  return count == 4 ? v128.load(x) : loadLanes(x, count);
}
