// The gradient of convolution-dense.ts for the kernel. A row of the tile is a tap, its slices are the pixels of y, one
// run of windows for each row of y.
import { Epilogue } from '../codes';
import { TILE_ROWS } from '../gemm/runs';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { GROUP_BYTES, NARROW, WIDE } from '../tuning';
import { EDGE_BYTES, list, multiplyRows, tileColumns } from './convolution-tiles';
import { padImage, Spread } from './spread';

/** Images of a group, in which x is padded. */
function groupImages(shape: Spread): i32 {
  const bytes = shape.lines() * shape.lineWords() * 4;
  return max(1, min(shape.images, GROUP_BYTES / max(1, bytes)));
}

function weightsScratchBytes(shape: Spread): usize {
  const group = groupImages(shape);
  const padded = shape.isPadded() ? group * shape.lines() * shape.lineWords() : 0;
  const listed = shape.taps() + group * shape.yHeight;
  return scratchStride(EDGE_BYTES + ((<usize>(listed + padded)) << 2));
}

/**
 * Bytes of scratch of `convolveWeightsDense`.
 * @module windows
 */
export function convolveWeightsDenseScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * weightsScratchBytes(changetype<Spread>(shape));
}

/**
 * dKernel [partials, kernelHeight, kernelWidth, x channels, y channels] = Σ x · dy over the pixels of a share of dy and
 * their windows in x. dy has at least NARROW channels. Each element is one sum in the order of the pixels, starting at
 * +0. Split over partials, then over tiles of taps.
 *
 * Scratch of one thread:    edge tile │ taps │ rows of windows │ images of x, padded, if windows reach beyond them
 * @module windows
 * @cost 0.05 size(shape)
 */
export function convolveWeightsDense(
  thread: i32,
  threads: i32,
  dKernel: usize,
  x: usize,
  dy: usize,
  shape: usize,
  partials: i32,
  scratch: usize,
): void {
  const spread = changetype<Spread>(shape);
  const images = spread.images;
  const yHeight = spread.yHeight;
  const yWidth = spread.yWidth;
  const n = spread.yChannels;
  const k = spread.taps();
  const pixelBytes = (<usize>spread.xChannels) << 2;
  const imageBytes = (<usize>spread.imageWords()) << 2;
  const lineBytes = (<usize>spread.lineWords()) << 2;
  const paddedBytes = <usize>spread.lines() * lineBytes;
  const yPixelBytes = (<usize>n) << 2;
  const yRowBytes = <usize>yWidth * yPixelBytes;
  const widthBytes = <usize>yWidth * pixelBytes;
  // Tile i of partial sum p is p · tiles + i.
  const tiles = (k + TILE_ROWS - 1) / TILE_ROWS;
  const first = shareBegin(partials * tiles, thread, threads, 1);
  const last = shareEnd(partials * tiles, thread, threads, 1);
  if (first >= last) return;

  const group = groupImages(spread);
  const edge = scratch + <usize>thread * weightsScratchBytes(spread);
  const tapList = edge + EDGE_BYTES;
  const rowList = list(tapList, 0, spread.kernelHeight, lineBytes, spread.run(), 4);
  let padded = rowList;
  for (let i = 0; i < group; i++) {
    padded = list(padded, <usize>i * paddedBytes, yHeight, lineBytes, 1, 0);
  }
  const usesPadded = spread.isPadded();
  if (usesPadded) memory.fill(padded, 0, <usize>group * paddedBytes);

  for (let p = first / tiles; p * tiles < last; p++) {
    const begin = max(0, first - p * tiles) * TILE_ROWS;
    const end = min(k, (last - p * tiles) * TILE_ROWS);
    const firstImage = shareBegin(images, p, partials, 1);
    const stopImage = shareEnd(images, p, partials, 1);
    const sums = dKernel + <usize>(p * k) * yPixelBytes;
    for (let image = firstImage; image < stopImage; image += group) {
      const count = min(group, stopImage - image);
      let from = x + <usize>image * imageBytes;
      if (usesPadded) {
        for (let i = 0; i < count; i++) {
          padImage(padded + <usize>i * paddedBytes, from + <usize>i * imageBytes, spread);
        }
        from = padded;
      }
      const rows = count * yHeight;
      let dyRows = dy + <usize>(image * yHeight) * yRowBytes;
      const block = spread.blockRows();
      for (let row = 0; row < rows; row += block, dyRows += <usize>block * yRowBytes) {
        const accumulate = i32(image > firstImage || row > 0);
        for (let j = 0, width = 0; j < n; j += width) {
          // Columns that are another tile's are computed again and not copied.
          width = n < WIDE ? NARROW : tileColumns(n - j);
          const left = min(j, n - width);
          multiplyRows(
            width,
            sums + ((<usize>left) << 2) + <usize>begin * yPixelBytes,
            yPixelBytes,
            end - begin,
            (<usize>(j - left)) << 2,
            width - (j - left),
            from,
            tapList + ((<usize>begin) << 2),
            rowList + ((<usize>row) << 2),
            min(block, rows - row),
            widthBytes,
            pixelBytes,
            dyRows + ((<usize>left) << 2),
            yPixelBytes,
            accumulate,
            0,
            Epilogue.None,
            edge,
          );
        }
      }
    }
  }
}
