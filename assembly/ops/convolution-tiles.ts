// What convolutions with the register tile (gemm/runs.ts) have in common: images with zeros around them, lists of addresses
// in them, tiles of either width.
import { Epilogue } from '../codes';
import { copyTile } from '../gemm/edge';
import { epilogue } from '../gemm/epilogue';
import {
  gemmRuns2x16,
  gemmRuns4x8,
  Runs,
  RUNS_BYTES,
  TILE_BYTES,
  TILE_ROWS,
  tileRows,
} from '../gemm/runs';
import { NARROW, WIDE } from '../tuning';

/** A tile beside C, the list of its rows if fewer are left than it has, and its runs. */
export const EDGE_BYTES: usize = TILE_BYTES + <usize>TILE_ROWS * 4 + RUNS_BYTES;

/** Lists `height` lines of `width` addresses, `step` bytes from one to the next; returns the end of the list. */
export function list(
  to: usize,
  from: usize,
  height: i32,
  lineBytes: usize,
  width: i32,
  step: usize,
): usize {
  for (let y = 0; y < height; y++, from += lineBytes) {
    let at = from;
    for (let x = 0; x < width; x++, to += 4, at += step) store<u32>(to, <u32>at);
  }
  return to;
}

/** The rows of a tile of `rows` of which only `count` are there: the last one stands for the others. */
function listRows(to: usize, from: usize, rows: i32, count: i32): usize {
  if (count >= rows) return from;
  for (let r = 0; r < rows; r++) {
    store<u32>(to + ((<usize>r) << 2), load<u32>(from + ((<usize>min(r, count - 1)) << 2)));
  }
  return to;
}

/** Columns of the tile for the last `left` columns. */
// @ts-ignore: decorator
@inline
export function tileColumns(left: i32): i32 {
  return left > NARROW ? WIDE : NARROW;
}

/**
 * `count` rows of c, `cBytes` apart, whose runs begin at `a` + rows[row]: whole tiles, and what is left at the lower
 * edge, or all of it if not all columns of the tile are wanted, beside c, from where the `columns` columns behind
 * `skipped` bytes are copied. Bias and activation as `epilogue` has them.
 */
export function multiplyRows(
  width: i32,
  c: usize,
  cBytes: usize,
  count: i32,
  skipped: usize,
  columns: i32,
  a: usize,
  rows: usize,
  lines: usize,
  lineCount: i32,
  runBytes: usize,
  step: usize,
  b: usize,
  bBytes: usize,
  accumulate: i32,
  bias: usize,
  activation: Epilogue,
  edge: usize,
): void {
  const relu = i32(activation == Epilogue.Relu);
  const isWhole = columns == width && (activation == Epilogue.None || relu);
  const height = tileRows(width);
  const rowBytes = (<usize>width) << 2;
  const whole = isWhole ? count - (count % height) : 0;
  const runs = edge + EDGE_BYTES - RUNS_BYTES;
  changetype<Runs>(runs).set(lines, lineCount, runBytes, step, bBytes);
  multiply(width, c, cBytes, a, rows, whole, runs, b, accumulate, bias, relu);
  for (let row = whole; row < count; row += height) {
    const to = c + <usize>row * cBytes + skipped;
    const from = edge + skipped;
    const there = min(height, count - row);
    const listed = listRows(edge + TILE_BYTES, rows + ((<usize>row) << 2), height, there);
    if (accumulate) copyTile(from, rowBytes, to, cBytes, there, columns);
    multiply(width, edge, rowBytes, a, listed, height, runs, b, accumulate, 0, 0);
    if (bias || activation) epilogue(from, rowBytes, there, columns, bias, activation);
    copyTile(to, cBytes, from, rowBytes, there, columns);
  }
}

/** A tile of WIDE or NARROW columns. */
export function multiply(
  columns: i32,
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  runs: usize,
  b: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  if (columns == WIDE) {
    gemmRuns2x16(c, rowBytes, a, rows, rowCount, runs, b, accumulate, bias, relu);
  } else {
    gemmRuns4x8(c, rowBytes, a, rows, rowCount, runs, b, accumulate, bias, relu);
  }
}
