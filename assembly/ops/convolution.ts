// Convolutions whose windows move pixel by pixel: nothing is unrolled into a matrix, and what is zero is left out.
//
// `shape` is what spread.ts describes.
//
//   weights [x channels, kernelHeight, kernelWidth, y channels]: what one channel of x adds to a row of the window
//   lies in one piece.
import { Epilogue } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { LIST_PADDING, nextOffsets, offsetsFrom } from '../gemm/compress';
import { addSparseRows, listNonZero } from '../gemm/sparse-rows';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { fillWords } from './fill';
import { Spread } from './spread';

function listsBytes(channels: i32): usize {
  return scratchStride(<usize>(channels + LIST_PADDING) * 8);
}

/**
 * Bytes of scratch of `convolve` for x of so many channels.
 * @module windows
 */
export function convolveScratchBytes(channels: i32, threads: i32): usize {
  return <usize>threads * listsBytes(channels);
}

/**
 * y = activation(Σ x · weights + bias): every pixel of x that is not zero is added to the window over which it
 * spreads. `bias` 0 for none; weights must be finite. Each element of y is one sum in the order of the pixels of x
 * and, within one, of its channels, starting at +0. Split over rows of y.
 * @module windows
 * @cost 0.05 size(shape)
 */
export function convolve(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  weights: usize,
  bias: usize,
  shape: usize,
  activation: Epilogue,
  scratch: usize,
): void {
  const spread = changetype<Spread>(shape);
  const height = spread.xHeight;
  const width = spread.xWidth;
  const channels = spread.xChannels;
  const yHeight = spread.yHeight;
  const yWidth = spread.yWidth;
  const yChannels = spread.yChannels;
  const kernelHeight = spread.kernelHeight;
  const kernelWidth = spread.kernelWidth;
  const baseY = spread.baseY;
  const baseX = spread.baseX;
  const right = baseX + width;
  const pixelBytes = (<usize>channels) << 2;
  const yPixelBytes = (<usize>yChannels) << 2;
  const yRowBytes = <usize>yWidth * yPixelBytes;
  const lineBytes = <usize>kernelWidth * yPixelBytes;
  const offset = offsetsFrom(0, <usize>kernelHeight * lineBytes);
  const step = nextOffsets(<usize>kernelHeight * lineBytes);
  const values = scratch + <usize>thread * listsBytes(channels);
  const offsets = values + ((<usize>(channels + LIST_PADDING)) << 2);

  const rows = spread.images * yHeight;
  const end = shareEnd(rows, thread, threads, 1);
  let row = shareBegin(rows, thread, threads, 1);
  while (row < end) {
    // Rows first … last of one image.
    const image = row / yHeight;
    const first = row - image * yHeight;
    const last = min(yHeight, first + (end - row));
    const from = x + <usize>(image * height) * <usize>width * pixelBytes;
    const to = y + <usize>(image * yHeight) * yRowBytes;
    row += last - first;

    // A row is cleared before the first pixel reaches it, and finished after the last.
    let cleared = first;
    let finished = first;
    const stop = min(height, last - baseY);
    for (let iy = max(0, first - baseY - kernelHeight + 1); iy < stop; iy++) {
      const top = iy + baseY;
      const begin = max(top, first);
      const bottom = min(top + kernelHeight, last);
      if (cleared < bottom) {
        fillWords(to + <usize>cleared * yRowBytes, (bottom - cleared) * yWidth * yChannels, 0);
        cleared = bottom;
      }
      const lines = bottom - begin;
      const firstLine = weights + <usize>(begin - top) * lineBytes;
      const firstRow = to + <usize>begin * yRowBytes;
      let pixel = from + <usize>(iy * width) * pixelBytes;
      for (let left = baseX; left < right; left++, pixel += pixelBytes) {
        const bytes = listNonZero(values, offsets, pixel, channels, offset, step);
        if (bytes == 0) continue;
        const skipped = max(0, -left);
        const columns = (min(kernelWidth, yWidth - left) - skipped) * yChannels;
        if (columns <= 0) continue;
        const c = firstRow + <usize>(left + skipped) * yPixelBytes;
        const line = firstLine + <usize>skipped * yPixelBytes;
        addSparseRows(
          c,
          yRowBytes,
          lines,
          columns,
          values,
          values + bytes,
          offsets,
          line,
          lineBytes,
        );
      }
      // The next row of x begins one row further down.
      const done = min(max(top + 1, finished), last);
      finish(to, finished, done, yRowBytes, yWidth, yChannels, bias, activation);
      finished = done;
    }
    if (cleared < last) {
      fillWords(to + <usize>cleared * yRowBytes, (last - cleared) * yWidth * yChannels, 0);
    }
    finish(to, finished, last, yRowBytes, yWidth, yChannels, bias, activation);
  }
}

/** Bias and activation for rows first … last of an image. */
function finish(
  image: usize,
  first: i32,
  last: i32,
  rowBytes: usize,
  width: i32,
  channels: i32,
  bias: usize,
  activation: Epilogue,
): void {
  if (first >= last || !(bias || activation)) return;
  const pixels = (last - first) * width;
  epilogue(
    image + <usize>first * rowBytes,
    (<usize>channels) << 2,
    pixels,
    channels,
    bias,
    activation,
  );
}
