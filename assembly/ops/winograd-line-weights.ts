// The gradient of winograd-line.ts for the kernel. It is a convolution of x with the gradients in the place of the taps:
//
//   dg = Aᵀ (Σ over tiles (G e) ⊙ (Bᵀ d)),    d: 8 pixels of x, e: the gradients of the tile's outputs
//
// `shape` is that of the forward convolution. Of some tiles together
//
//   V [8, tiles, x channels]  transformed pixels    ·    E [8, tiles, y channels]  transformed gradients
//
// are added to 8 sums of products of matrices, Vᵀ · E.
import { RUNS_BYTES } from '../gemm/runs';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { WINOGRAD_GRADIENT_TILES } from '../tuning';
import { Spread } from './spread';
import { columnsOf, kernelPlane, VECTOR, winogradKernelBytes } from './winograd';
import { lineTiles, tilePixels } from './winograd-line';
import {
  evaluate,
  POINTS,
  winogradLineInput,
  winogradLineOutput,
} from './winograd-line-transforms';
import { addPlanes, planeBytes } from './winograd-weights';

const TILES: i32 = WINOGRAD_GRADIENT_TILES;

function threadBytes(shape: Spread): usize {
  const channels = shape.xChannels;
  const planes = planeBytes(channels) + planeBytes(columnsOf(shape.yChannels));
  const words = (POINTS + 1) * channels + 1;
  return scratchStride(RUNS_BYTES + <usize>POINTS * planes + ((<usize>words) << 2));
}

/**
 * Bytes of scratch of `convolveWeightsWinogradLine`.
 * @module windows
 */
export function convolveWeightsWinogradLineScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * threadBytes(changetype<Spread>(shape));
}

/**
 * sums[partials, 8, x channels, columns]: Σ (Bᵀ d) ⊙ (G e) over a share of the tiles, with as many columns as panels of the y
 * channels have. x and dy must be finite. Split over partials.
 *
 * Scratch of one thread:    runs │ V │ E │ pixels of a tile │ rows of V │ a line
 * @module windows
 * @cost 0.02 size(shape)
 */
export function convolveWeightsWinogradLine(
  thread: i32,
  threads: i32,
  sums: usize,
  x: usize,
  dy: usize,
  shape: usize,
  partials: i32,
  scratch: usize,
): void {
  const spread = changetype<Spread>(shape);
  const channels = spread.xChannels;
  const columns = columnsOf(spread.yChannels);
  const yWidth = spread.yWidth;
  const outputs = POINTS + 1 - spread.kernelWidth;
  const left = spread.baseX + spread.kernelWidth - 1;
  const pixelBytes = (<usize>channels) << 2;
  const lineBytes = <usize>spread.xWidth * pixelBytes;
  const dyBytes = (<usize>spread.yChannels) << 2;
  const eBytes = (<usize>columns) << 2;
  const perLine = lineTiles(spread);
  const tiles = spread.images * spread.yHeight * perLine;
  const end = shareEnd(partials, thread, threads, 1);
  const begin = shareBegin(partials, thread, threads, 1);
  if (begin >= end) return;

  const vPlane = planeBytes(channels);
  const ePlane = planeBytes(columns);
  const partialBytes = winogradKernelBytes(POINTS, channels, spread.yChannels);
  const runs = scratch + <usize>thread * threadBytes(spread);
  const v = runs + RUNS_BYTES;
  const e = v + <usize>POINTS * vPlane;
  const copy = e + <usize>POINTS * ePlane;
  const vRows = copy + <usize>POINTS * pixelBytes;
  const line = vRows + pixelBytes;
  memory.fill(e, 0, <usize>POINTS * ePlane);
  for (let c = 0; c < channels; c++) store<u32>(vRows + ((<usize>c) << 2), c << 2);
  store<u32>(line, 0);

  for (let p = begin; p < end; p++) {
    const to = sums + <usize>p * partialBytes;
    memory.fill(to, 0, partialBytes);
    const last = shareEnd(tiles, p, partials, 1);
    let first = shareBegin(tiles, p, partials, 1);
    for (; first < last; first += TILES) {
      const count = min(TILES, last - first);
      for (let i = 0; i < count; i++) {
        const row = (first + i) / perLine;
        const column = (first + i - row * perLine) * outputs;
        const from = tilePixels(x + <usize>row * lineBytes, column - left, spread, copy);
        winogradLineInput(v + <usize>i * pixelBytes, vPlane, from, pixelBytes);
        const there = min(outputs, yWidth - column);
        const eTo = e + <usize>i * eBytes;
        const gradients = dy + <usize>(row * yWidth + column) * dyBytes;
        for (let at: usize = 0; at < dyBytes; at += VECTOR) {
          evaluate(eTo + at, ePlane, gradients + at, dyBytes, outputs, there);
        }
      }
      addPlanes(POINTS, to, v, vPlane, vRows, line, runs, count, e, ePlane, channels, columns);
    }
  }
}

/**
 * dKernel[taps, x channels, y channels] = Aᵀ · sums, of sums [8, x channels, columns] of all partial sums. Split over channels of x.
 * @module windows
 * @cost 8 xChannels·yChannels
 */
export function winogradLineKernelGradient(
  thread: i32,
  threads: i32,
  dKernel: usize,
  sums: usize,
  taps: i32,
  xChannels: i32,
  yChannels: i32,
): void {
  const rowBytes = (<usize>yChannels) << 2;
  const sumBytes = (<usize>columnsOf(yChannels)) << 2;
  const plane = kernelPlane(xChannels, columnsOf(yChannels));
  const end = shareEnd(xChannels, thread, threads, 1);
  for (let c = shareBegin(xChannels, thread, threads, 1); c < end; c++) {
    const to = dKernel + <usize>c * rowBytes;
    const from = sums + <usize>c * sumBytes;
    winogradLineOutput(to, <usize>xChannels * rowBytes, from, plane, rowBytes, taps, taps, 0, -Infinity); // prettier-ignore
  }
}
