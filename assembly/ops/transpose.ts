// Batched transposition of matrices of 4-byte elements.

import { shareBegin, shareEnd } from '../split';
import { ALIASED_BYTES, TRANSPOSE_COLUMNS, TRANSPOSE_TILE } from '../tuning';

/**
 * out[b][c][r] = x[b][r][c]: x is [batch, rows, cols], out is [batch, cols, rows], float32 or int32.
 * @cost 0.3 batch·rows·cols
 */
export function transpose2d(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  batch: i32,
  rows: i32,
  cols: i32,
): void {
  const grain = 4;
  let begin = shareBegin(batch * cols, thread, threads, grain);
  const end = shareEnd(batch * cols, thread, threads, grain);
  while (begin < end) {
    const image = begin / cols;
    const first = begin % cols;
    const count = min(cols - first, end - begin);
    const xRows = x + ((<usize>image * rows * cols + first) << 2);
    transposeMatrix(out + ((<usize>begin * rows) << 2), xRows, rows, count, cols);
    begin += count;
  }
}

/** out [width, height] = x [height, width] transposed; rows of x are `pitch` elements apart, rows of out are dense. */
function transposeMatrix(out: usize, x: usize, height: i32, width: i32, pitch: i32): void {
  const tileRows = (TRANSPOSE_TILE / min(width, TRANSPOSE_COLUMNS)) & ~15;
  for (let c = 0; c < width; c += TRANSPOSE_COLUMNS) {
    for (let r = 0; r < height; r += tileRows) {
      transposeTile(
        out + ((<usize>c * height + r) << 2),
        x + ((<usize>r * pitch + c) << 2),
        min(tileRows, height - r),
        min(TRANSPOSE_COLUMNS, width - c),
        (<usize>height) << 2,
        (<usize>pitch) << 2,
      );
    }
  }
}

/** out [width, height] = x [height, width] transposed. Pitches, from row to row, are in bytes. */
export function transposeTile(
  out: usize,
  x: usize,
  height: i32,
  width: i32,
  outPitch: usize,
  xPitch: usize,
): void {
  const wholeRows = height & ~3;
  const wholeColumns = width & ~3;
  if (outPitch % ALIASED_BYTES == 0) {
    // Column by column: the lines of out are written whole, one after the other.
    for (let c = 0; c < wholeColumns; c += 4) {
      const to = out + <usize>c * outPitch;
      transposeBlocks(to, x + ((<usize>c) << 2), wholeRows, 16, xPitch << 2, outPitch, xPitch);
    }
  } else {
    for (let r = 0; r < wholeRows; r += 4) {
      const to = out + ((<usize>r) << 2);
      const from = x + <usize>r * xPitch;
      transposeBlocks(to, from, wholeColumns, outPitch << 2, 16, outPitch, xPitch);
    }
  }
  // What is left of every column: its last rows, or all of it at the right edge.
  const bottom = x + <usize>wholeRows * xPitch;
  for (let c = wholeRows < height ? 0 : wholeColumns; c < width; c++) {
    const isWhole = c < wholeColumns;
    const skipped = isWhole ? wholeRows : 0;
    transposeColumn(
      out + <usize>c * outPitch + ((<usize>skipped) << 2),
      (isWhole ? bottom : x) + ((<usize>c) << 2),
      height - skipped,
      xPitch,
    );
  }
}

/** n / 4 blocks, which are `outStep` and `xStep` bytes apart. */
function transposeBlocks(
  out: usize,
  x: usize,
  n: i32,
  outStep: usize,
  xStep: usize,
  outPitch: usize,
  xPitch: usize,
): void {
  for (; n > 0; n -= 4) {
    transposeBlock(out, x, outPitch, xPitch);
    out += outStep;
    x += xStep;
  }
}

/** One column of x becomes (a part of) one row of out. */
function transposeColumn(out: usize, x: usize, n: i32, xPitch: usize): void {
  for (; n > 0; n--) {
    store<i32>(out, load<i32>(x));
    out += 4;
    x += xPitch;
  }
}

/** Four by four in registers. */
// @ts-ignore: decorator
@inline
function transposeBlock(out: usize, x: usize, outPitch: usize, xPitch: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + xPitch);
  const c = v128.load(x + 2 * xPitch);
  const d = v128.load(x + 3 * xPitch);
  const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(out, i64x2.shuffle(ab01, cd01, 0, 2));
  v128.store(out + outPitch, i64x2.shuffle(ab01, cd01, 1, 3));
  v128.store(out + 2 * outPitch, i64x2.shuffle(ab23, cd23, 0, 2));
  v128.store(out + 3 * outPitch, i64x2.shuffle(ab23, cd23, 1, 3));
}
