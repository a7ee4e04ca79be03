// The gradient of convolution-dense.ts for the kernel. A row of the tile is a tap, its slices are the pixels of y, one
// run of windows for each row of y.
import { copyTile } from '../gemm/edge';
import { NARROW, TILE_BYTES, TILE_ROWS, tileRows, WIDE } from '../gemm/runs';
import { apart, shareBegin, shareEnd } from '../split';
import {
  blockRows,
  EDGE_BYTES,
  imageWords,
  isPadded,
  lines,
  lineWords,
  list,
  listRows,
  multiply,
  padImage,
  run,
  taps,
  tileColumns,
} from './convolution-tiles';
import { IMAGES, KERNEL_HEIGHT, X_CHANNELS, Y_CHANNELS, Y_HEIGHT, Y_WIDTH } from './spread';

/** Bytes of x that are padded at a time for `convolveWeightsDense`. */
const GROUP_BYTES: i32 = 1 << 16;

/** Images of a group, in which x is padded. */
function groupImages(shape: usize): i32 {
  const bytes = lines(shape) * lineWords(shape) * 4;
  return max(1, min(load<i32>(shape, IMAGES), GROUP_BYTES / max(1, bytes)));
}

function weightsScratchBytes(shape: usize): usize {
  const group = groupImages(shape);
  const padded = isPadded(shape) ? group * lines(shape) * lineWords(shape) : 0;
  const listed = taps(shape) + group * load<i32>(shape, Y_HEIGHT);
  return apart(EDGE_BYTES + ((<usize>(listed + padded)) << 2));
}

/** Bytes of scratch of `convolveWeightsDense`. */
export function convolveWeightsDenseScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * weightsScratchBytes(shape);
}

/**
 * dKernel [parts, kernelHeight, kernelWidth, x channels, y channels] = Σ x · dy over the pixels of a part of dy and
 * their windows in x. dy has at least NARROW channels. Each element is one sum in the order of the pixels, starting at
 * +0. Split over parts, then over tiles of taps.
 *
 * Scratch of one thread:    edge tile │ taps │ rows of windows │ images of x, padded, if windows reach beyond them
 */
export function convolveWeightsDense(
  thread: i32,
  threads: i32,
  dKernel: usize,
  x: usize,
  dy: usize,
  shape: usize,
  parts: i32,
  scratch: usize,
): void {
  const images = load<i32>(shape, IMAGES);
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yWidth = load<i32>(shape, Y_WIDTH);
  const n = load<i32>(shape, Y_CHANNELS);
  const k = taps(shape);
  const pixelBytes = (<usize>load<i32>(shape, X_CHANNELS)) << 2;
  const imageBytes = (<usize>imageWords(shape)) << 2;
  const lineBytes = (<usize>lineWords(shape)) << 2;
  const paddedBytes = <usize>lines(shape) * lineBytes;
  const yPixelBytes = (<usize>n) << 2;
  const yRowBytes = <usize>yWidth * yPixelBytes;
  const widthBytes = <usize>yWidth * pixelBytes;
  // Tile i of part p is p · tiles + i.
  const tiles = (k + TILE_ROWS - 1) / TILE_ROWS;
  const first = shareBegin(parts * tiles, thread, threads, 1);
  const last = shareEnd(parts * tiles, thread, threads, 1);
  if (first >= last) return;

  const group = groupImages(shape);
  const edge = scratch + <usize>thread * weightsScratchBytes(shape);
  const tapList = edge + EDGE_BYTES;
  const rowList = list(tapList, 0, load<i32>(shape, KERNEL_HEIGHT), lineBytes, run(shape), 4);
  let padded = rowList;
  for (let i = 0; i < group; i++) {
    padded = list(padded, <usize>i * paddedBytes, yHeight, lineBytes, 1, 0);
  }
  const usesPadded = isPadded(shape);
  if (usesPadded) memory.fill(padded, 0, <usize>group * paddedBytes);

  for (let part = first / tiles; part * tiles < last; part++) {
    const begin = max(0, first - part * tiles) * TILE_ROWS;
    const end = min(k, (last - part * tiles) * TILE_ROWS);
    const firstImage = shareBegin(images, part, parts, 1);
    const stopImage = shareEnd(images, part, parts, 1);
    const sums = dKernel + <usize>(part * k) * yPixelBytes;
    for (let image = firstImage; image < stopImage; image += group) {
      const count = min(group, stopImage - image);
      let from = x + <usize>image * imageBytes;
      if (usesPadded) {
        for (let i = 0; i < count; i++) {
          padImage(padded + <usize>i * paddedBytes, from + <usize>i * imageBytes, shape);
        }
        from = padded;
      }
      const rows = count * yHeight;
      let dyRows = dy + <usize>(image * yHeight) * yRowBytes;
      const block = blockRows(shape);
      for (let row = 0; row < rows; row += block, dyRows += <usize>block * yRowBytes) {
        const accumulate = i32(image > firstImage || row > 0);
        for (let j = 0, width = 0; j < n; j += width) {
          // Columns that are another tile's are computed again and not copied.
          width = n < WIDE ? NARROW : tileColumns(n - j);
          const left = min(j, n - width);
          const tapsOfTile = tileRows(width);
          const rowBytes = (<usize>width) << 2;
          const before = (<usize>(j - left)) << 2;
          const whole = left == j ? end - ((end - begin) % tapsOfTile) : begin;
          const to = sums + ((<usize>left) << 2);
          multiply(
            width,
            to + <usize>begin * yPixelBytes,
            yPixelBytes,
            from,
            tapList + ((<usize>begin) << 2),
            whole - begin,
            rowList + ((<usize>row) << 2),
            min(block, rows - row),
            widthBytes,
            pixelBytes,
            dyRows + ((<usize>left) << 2),
            yPixelBytes,
            accumulate,
            0,
            0,
          );
          for (let tap = whole; tap < end; tap += tapsOfTile) {
            const c = to + <usize>tap * yPixelBytes;
            const there = min(tapsOfTile, end - tap);
            if (accumulate) copyTile(edge, rowBytes, c, yPixelBytes, there, width);
            multiply(
              width,
              edge,
              rowBytes,
              from,
              listRows(edge + TILE_BYTES, tapList + ((<usize>tap) << 2), tapsOfTile, there),
              tapsOfTile,
              rowList + ((<usize>row) << 2),
              min(block, rows - row),
              widthBytes,
              pixelBytes,
              dyRows + ((<usize>left) << 2),
              yPixelBytes,
              accumulate,
              0,
              0,
            );
            const columns = width - (j - left);
            copyTile(c + before, yPixelBytes, edge + before, rowBytes, there, columns);
          }
        }
      }
    }
  }
}
