// Convolutions with kernels of 1 × taps, 2 to 7, by minimal filtering along lines: 9 - taps outputs of a channel take 8
// products.
//
//   y = Aᵀ (Σ over channels (G g) ⊙ (Bᵀ d)),    d: 8 pixels of x, g: the taps
//
// `shape` is what spread.ts describes, of a forward convolution; numbers of channels are multiples of four. Of some tiles
// together
//
//   V [8, tiles, x channels]  transformed pixels    ·    U [8, x channels, y channels]  transformed kernel
//
// are 8 products of matrices. Tiles run on from line to line.
import { Epilogue } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { Runs, RUNS_BYTES } from '../gemm/runs';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { WINOGRAD_TILES } from '../tuning';
import { Spread } from './spread';
import {
  columnsOf,
  isZero,
  kernelPlane,
  multiplyPlanes,
  kernelOffset,
  tilesPlane,
  V_ROWS,
  VECTOR,
} from './winograd';
import {
  evaluate,
  POINTS,
  winogradLineInput,
  winogradLineOutput,
} from './winograd-line-transforms';

/**
 * u = the transformed kernel[taps, x channels, y channels]: of each of the 8 products the panels of columns, one after the
 * other. Split over channels of x.
 * @module windows
 * @cost 8 xChannels·yChannels
 */
export function winogradLineKernel(
  thread: i32,
  threads: i32,
  u: usize,
  kernel: usize,
  taps: i32,
  xChannels: i32,
  yChannels: i32,
): void {
  const columns = columnsOf(yChannels);
  const plane = kernelPlane(xChannels, columns);
  const rowBytes = (<usize>yChannels) << 2;
  const end = shareEnd(xChannels, thread, threads, 1);
  for (let c = shareBegin(xChannels, thread, threads, 1); c < end; c++) {
    for (let j = 0; j < columns; j += 4) {
      const to = u + kernelOffset(c, j, xChannels, columns);
      if (j < yChannels) {
        const from = kernel + <usize>c * rowBytes + ((<usize>j) << 2);
        evaluate(to, plane, from, <usize>xChannels * rowBytes, taps, taps);
      } else {
        for (let p = 0; p < POINTS; p++) v128.store(to + <usize>p * plane, i32x4.splat(0));
      }
    }
  }
}

function threadBytes(shape: Spread): usize {
  const channels = shape.xChannels;
  const planes = tilesPlane(channels) + tilesPlane(columnsOf(shape.yChannels));
  const words = POINTS * channels + V_ROWS + 1 + WINOGRAD_TILES;
  return scratchStride(RUNS_BYTES + <usize>POINTS * planes + ((<usize>words) << 2));
}

/**
 * Bytes of scratch of `convolveWinogradLine`.
 * @module windows
 */
export function convolveWinogradLineScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * threadBytes(changetype<Spread>(shape));
}

/** Tiles of a line. */
// @ts-ignore: decorator
@inline
export function lineTiles(shape: Spread): i32 {
  const outputs = POINTS + 1 - shape.kernelWidth;
  return (shape.yWidth + outputs - 1) / outputs;
}

/** The pixels of x from `first` on that a tile sees: where they are or, if some are beyond the line, a copy with zeros. */
export function tilePixels(line: usize, first: i32, shape: Spread, copy: usize): usize {
  const pixelBytes = (<usize>shape.xChannels) << 2;
  const width = shape.xWidth;
  if (first >= 0 && first + POINTS <= width) return line + <usize>first * pixelBytes;
  memory.fill(copy, 0, <usize>POINTS * pixelBytes);
  const begin = max(0, first);
  const count = min(width, first + POINTS) - begin;
  if (count > 0) {
    const to = copy + <usize>(begin - first) * pixelBytes;
    memory.copy(to, line + <usize>begin * pixelBytes, <usize>count * pixelBytes);
  }
  return copy;
}

/**
 * y = activation(x ∗ kernel + bias) of a kernel that `winogradLineKernel` has transformed; `bias` 0 for none. x and the
 * kernel must be finite. An output that sees nothing but zeros is activation(bias) exactly, as if its sum had been taken.
 * Split over tiles.
 *
 * Scratch of one thread:    runs │ V │ products │ pixels of a tile │ rows of V │ a line │ masks of tiles
 * @module windows
 * @cost 0.02 size(shape)
 */
export function convolveWinogradLine(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  u: usize,
  bias: usize,
  shape: usize,
  activation: Epilogue,
  scratch: usize,
): void {
  const spread = changetype<Spread>(shape);
  const channels = spread.xChannels;
  const filters = spread.yChannels;
  const yWidth = spread.yWidth;
  const taps = spread.kernelWidth;
  const outputs = POINTS + 1 - taps;
  const left = spread.baseX + taps - 1;
  const pixelBytes = (<usize>channels) << 2;
  const lineBytes = <usize>spread.xWidth * pixelBytes;
  const yPixelBytes = (<usize>filters) << 2;
  const perLine = lineTiles(spread);
  const tiles = spread.images * spread.yHeight * perLine;
  const end = shareEnd(tiles, thread, threads, 1);
  let first = shareBegin(tiles, thread, threads, 1);
  if (first >= end) return;

  const columns = columnsOf(filters);
  const vPlane = tilesPlane(channels);
  const productPlane = tilesPlane(columns);
  const runs = scratch + <usize>thread * threadBytes(spread);
  const v = runs + RUNS_BYTES;
  const products = v + <usize>POINTS * vPlane;
  const copy = products + <usize>POINTS * productPlane;
  const vRows = copy + <usize>POINTS * pixelBytes;
  // A single line of as many numbers as there are channels.
  const line = vRows + ((<usize>V_ROWS) << 2);
  store<u32>(line, 0);
  changetype<Runs>(runs).set(line, 1, pixelBytes, 4, 0);
  const masks = line + 4;
  const floor: f32 = activation == Epilogue.Relu ? 0 : -Infinity;

  for (; first < end; first += WINOGRAD_TILES) {
    const count = min(WINOGRAD_TILES, end - first);
    for (let i = 0; i < count; i++) {
      const row = (first + i) / perLine;
      const column = (first + i - row * perLine) * outputs;
      const from = tilePixels(x + <usize>row * lineBytes, column - left, spread, copy);
      store<u32>(masks + ((<usize>i) << 2), zeroWindows(from, pixelBytes, taps));
      winogradLineInput(v + <usize>i * pixelBytes, vPlane, from, pixelBytes);
    }
    multiplyPlanes(POINTS, products, productPlane, v, vPlane, vRows, runs, count, u, channels, columns); // prettier-ignore
    for (let i = 0; i < count; i++) {
      const row = (first + i) / perLine;
      const column = (first + i - row * perLine) * outputs;
      const there = min(outputs, yWidth - column);
      const to = y + <usize>(row * yWidth + column) * yPixelBytes;
      const from = products + ((<usize>(i * columns)) << 2);
      winogradLineOutput(to, yPixelBytes, from, productPlane, yPixelBytes, outputs, there, bias, floor); // prettier-ignore
      const mask = load<u32>(masks + ((<usize>i) << 2));
      if (mask) writeBias(to, yPixelBytes, there, mask, bias, floor);
      if (activation > Epilogue.Relu) epilogue(to, yPixelBytes, there, filters, 0, activation);
    }
  }
}

/** Bit i: output i of the tile sees nothing but zeros. */
function zeroWindows(tile: usize, pixelBytes: usize, taps: i32): u32 {
  let zeros: u32 = 0;
  for (let i = 0; i < POINTS; i++, tile += pixelBytes) {
    zeros |= u32(isZero(tile, pixelBytes)) << i;
  }
  for (let tap = 1; zeros && tap < taps; tap++) zeros &= zeros >> 1;
  return zeros;
}

/** Writes max(bias, floor) into the outputs of a mask. */
function writeBias(
  y: usize,
  pixelBytes: usize,
  count: i32,
  mask: u32,
  bias: usize,
  floor: f32,
): void {
  for (let i = 0; i < count; i++, mask >>= 1, y += pixelBytes) {
    if (!(mask & 1)) continue;
    for (let at: usize = 0; at < pixelBytes; at += VECTOR) {
      const offset = bias ? v128.load(bias + at) : f32x4.splat(0);
      v128.store(y + at, f32x4.pmax(offset, f32x4.splat(floor)));
    }
  }
}
