// The gradient of convolution.ts for the weights: what is zero in x is left out.
import { append, LIST_PADDING, nextOffsets, offsetsFrom } from '../gemm/compress';
import { addSparseRows, listNonZero } from '../gemm/sparse-rows';
import { loadVector } from '../lanes';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { GROUP_BYTES } from '../tuning';
import { copyPadded, Spread } from './spread';

/** Images of a group. */
function groupImages(shape: Spread): i32 {
  const imageBytes = paddedHeight(shape) * paddedWidth(shape) * shape.yChannels * 4;
  return max(1, min(shape.images, GROUP_BYTES / max(1, imageBytes)));
}

// An image of y with as many zeros around it as the windows reach beyond it.
// @ts-ignore: decorator
@inline
function paddedHeight(shape: Spread): i32 {
  const base = shape.baseY;
  const reach = shape.xHeight + base + shape.kernelHeight - 1;
  return max(0, -base) + max(shape.yHeight, reach);
}

// @ts-ignore: decorator
@inline
function paddedWidth(shape: Spread): i32 {
  const base = shape.baseX;
  const reach = shape.xWidth + base + shape.kernelWidth - 1;
  return max(0, -base) + max(shape.yWidth, reach);
}

/** Channels of x that are listed together: the lanes of a vector. */
const CHANNELS: i32 = 4;

/** Where the lists of values of so many channels end. */
const ENDS_BYTES: usize = (<usize>CHANNELS) << 2;

// @ts-ignore: decorator
@inline
function listLength(shape: Spread): i32 {
  return groupImages(shape) * shape.xHeight * shape.xWidth + LIST_PADDING;
}

// @ts-ignore: decorator
@inline
function groupScratchBytes(shape: Spread): usize {
  const padded = groupImages(shape) * paddedHeight(shape) * paddedWidth(shape) * shape.yChannels;
  return scratchStride(ENDS_BYTES + ((<usize>(CHANNELS * 2 * listLength(shape) + padded)) << 2));
}

/**
 * Bytes of scratch of `convolveWeights`.
 * @module windows
 */
export function convolveWeightsScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * groupScratchBytes(changetype<Spread>(shape));
}

/**
 * dWeights [partials, x channels, kernelHeight, kernelWidth, y channels] = Σ x · y over the pixels of a share of the images
 * and their windows of y: added up, the gradient of `convolve` for its weights, if y is the gradient of its result. y
 * must be finite, and a share hold an image. Each element is one sum in the order of the pixels of x, starting at +0.
 * Split over partials, then over channels of x and rows of the kernel.
 *
 * Scratch of one thread:    ends │ values of each list │ offsets of each list │ images of y, padded, if windows reach
 * beyond them
 * @module windows
 * @cost 0.05 size(shape)
 */
export function convolveWeights(
  thread: i32,
  threads: i32,
  dWeights: usize,
  x: usize,
  y: usize,
  shape: usize,
  partials: i32,
  scratch: usize,
): void {
  const spread = changetype<Spread>(shape);
  const images = spread.images;
  const height = spread.xHeight;
  const width = spread.xWidth;
  const channels = spread.xChannels;
  const kernelHeight = spread.kernelHeight;
  const yHeight = spread.yHeight;
  const yPixelBytes = (<usize>spread.yChannels) << 2;
  const yWidthBytes = <usize>spread.yWidth * yPixelBytes;
  const yImageBytes = <usize>yHeight * yWidthBytes;
  const top = max(0, -spread.baseY);
  const left = <usize>max(0, -spread.baseX) * yPixelBytes;
  const columns = spread.kernelWidth * spread.yChannels;
  const lineBytes = (<usize>columns) << 2;
  const pixelBytes = (<usize>channels) << 2;
  const rows = paddedHeight(spread);
  const rowBytes = <usize>paddedWidth(spread) * yPixelBytes;
  const isPadded = rows != spread.yHeight || paddedWidth(spread) != spread.yWidth;
  // The first window of an image, in the padded one.
  const corner = <usize>max(0, spread.baseY) * rowBytes + <usize>max(0, spread.baseX) * yPixelBytes;
  const group = groupImages(spread);
  const listBytes = (<usize>listLength(spread)) << 2;
  const ends = scratch + <usize>thread * groupScratchBytes(spread);
  const values = ends + ENDS_BYTES;
  const toOffsets = <usize>CHANNELS * listBytes;
  const padded = values + 2 * toOffsets;

  // Unit i of partial sum p is p · units + i.
  const units = channels * kernelHeight;
  const first = shareBegin(partials * units, thread, threads, 1);
  const last = shareEnd(partials * units, thread, threads, 1);
  if (first >= last) return;
  memory.fill(dWeights + <usize>first * lineBytes, 0, <usize>(last - first) * lineBytes);
  if (isPadded) memory.fill(padded, 0, <usize>(group * rows) * rowBytes);

  for (let p = first / units; p * units < last; p++) {
    const begin = max(0, first - p * units);
    const end = min(units, last - p * units);
    const stopImage = shareEnd(images, p, partials, 1);
    const sums = dWeights + <usize>(p * units) * lineBytes;
    for (let image = shareBegin(images, p, partials, 1); image < stopImage; image += group) {
      const count = min(group, stopImage - image);
      let from = y + <usize>image * yImageBytes;
      if (isPadded) {
        for (let i = 0; i < count; i++) {
          const source = from + <usize>i * yImageBytes;
          const to = padded + <usize>(i * rows) * rowBytes;
          copyPadded(to, rowBytes, source, yHeight, yWidthBytes, top, left);
        }
        from = padded;
      }
      const pixels = x + <usize>(image * height * width) * pixelBytes;
      let unit = begin;
      while (unit < end) {
        const channel = unit / kernelHeight;
        const listed = min(CHANNELS, (end + kernelHeight - 1) / kernelHeight - channel);
        for (let q = 0; q < CHANNELS; q++) {
          store<u32>(ends + ((<usize>q) << 2), <u32>(values + <usize>q * listBytes));
        }
        let pixel = pixels + ((<usize>channel) << 2);
        for (let i = 0; i < count; i++) {
          let row = corner + <usize>(i * rows) * rowBytes;
          for (let iy = 0; iy < height; iy++, row += rowBytes) {
            listLine(ends, toOffsets, listed, pixel, channels, width, row, yPixelBytes);
            pixel += <usize>width * pixelBytes;
          }
        }
        for (let q = 0; q < listed; q++) {
          const stop = min(end, (channel + q + 1) * kernelHeight);
          const list = values + <usize>q * listBytes;
          addSparseRows(
            sums + <usize>unit * lineBytes,
            lineBytes,
            stop - unit,
            columns,
            list,
            load<u32>(ends + ((<usize>q) << 2)),
            list + toOffsets,
            from + <usize>(unit - (channel + q) * kernelHeight) * rowBytes,
            rowBytes,
          );
          unit = stop;
        }
      }
    }
  }
}

/**
 * Adds what is not zero in the `listed` (1 … 4) channels from `pixel` on to their lists of values, whose ends are at
 * `ends`, and to those of offsets, `toOffsets` behind them: a line of `width` pixels of `channels` channels. The first
 * pixel meets the row of y at `row`, the next one the row `rowBytes` further.
 */
function listLine(
  ends: usize,
  toOffsets: usize,
  listed: i32,
  pixel: usize,
  channels: i32,
  width: i32,
  row: usize,
  rowBytes: usize,
): void {
  const pixelBytes = (<usize>channels) << 2;
  const step = nextOffsets(rowBytes);
  let offset = offsetsFrom(row, rowBytes);
  let end0: usize = load<u32>(ends);
  if (channels == 1) {
    end0 += listNonZero(end0, end0 + toOffsets, pixel, width, offset, step);
    store<u32>(ends, <u32>end0);
    return;
  }
  let end1: usize = load<u32>(ends, 4);
  let end2: usize = load<u32>(ends, 8);
  let end3: usize = load<u32>(ends, 12);
  for (; width > 0; width -= 4, pixel += 4 * pixelBytes) {
    // Four pixels, turned into four channels. Pixels beyond the line count as zero.
    const zero = i32x4.splat(0);
    const p0 = loadVector(pixel, listed);
    const p1 = width > 1 ? loadVector(pixel + pixelBytes, listed) : zero;
    const p2 = width > 2 ? loadVector(pixel + 2 * pixelBytes, listed) : zero;
    const p3 = width > 3 ? loadVector(pixel + 3 * pixelBytes, listed) : zero;
    const low01 = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5);
    const low23 = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5);
    const high01 = v128.shuffle<i32>(p0, p1, 2, 6, 3, 7);
    const high23 = v128.shuffle<i32>(p2, p3, 2, 6, 3, 7);
    end0 += append(end0, end0 + toOffsets, v128.shuffle<i64>(low01, low23, 0, 2), offset);
    end1 += append(end1, end1 + toOffsets, v128.shuffle<i64>(low01, low23, 1, 3), offset);
    end2 += append(end2, end2 + toOffsets, v128.shuffle<i64>(high01, high23, 0, 2), offset);
    end3 += append(end3, end3 + toOffsets, v128.shuffle<i64>(high01, high23, 1, 3), offset);
    offset = i32x4.add(offset, step);
  }
  store<u32>(ends, <u32>end0);
  store<u32>(ends, <u32>end1, 4);
  store<u32>(ends, <u32>end2, 8);
  store<u32>(ends, <u32>end3, 12);
}
