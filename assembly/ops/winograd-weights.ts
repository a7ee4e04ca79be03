// The gradient of winograd.ts for the kernel: what the transposes of its transformations make of products with the gradient.
//
//   dg = Gᵀ (Σ over tiles (Bᵀ d B) ⊙ (A e Aᵀ)) G,    d: 6 × 6 pixels of x, e: the 4 × 4 gradients of the tile's outputs
//
// `shape` is that of the forward convolution. Of some tiles together
//
//   V [36, tiles, x channels]  transformed pixels    ·    E [36, tiles, y channels]  transformed gradients
//
// are added to 36 sums of products of matrices, Vᵀ · E.
import { Runs, RUNS_BYTES } from '../gemm/runs';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { LINE } from '../touch';
import { WIDE, WINOGRAD_GRADIENT_TILES } from '../tuning';
import { multiply, tileColumns } from './convolution-tiles';
import { copyPadded, Spread } from './spread';
import {
  columnsOf,
  kernelPlane,
  paddedPixels,
  PLANES,
  TEMP_BYTES,
  tilesOf,
  VECTOR,
  winogradKernelBytes,
} from './winograd';
import {
  IN,
  OUT,
  transformGradient,
  transformInput,
  transformToKernel,
} from './winograd-transforms';

const TILES: i32 = WINOGRAD_GRADIENT_TILES;

/** Pixels of an image of outputs with what tiles have beyond it. */
// @ts-ignore: decorator
@inline
function tiledPixels(shape: Spread): i32 {
  return tilesOf(shape.yHeight) * OUT * tilesOf(shape.yWidth) * OUT;
}

/** Bytes of a plane of V or E. A tile has a number in each plane: without a line between them, many would share a place in L1. */
// @ts-ignore: decorator
@inline
export function planeBytes(width: i32): usize {
  return ((<usize>(TILES * width)) << 2) + LINE;
}

function threadBytes(shape: Spread): usize {
  const channels = shape.xChannels;
  const filters = shape.yChannels;
  const ofTiles = <usize>PLANES * (planeBytes(channels) + planeBytes(columnsOf(filters)));
  const images = paddedPixels(shape) * channels + tiledPixels(shape) * filters;
  return scratchStride(TEMP_BYTES + RUNS_BYTES + ofTiles + ((<usize>(channels + 1 + images)) << 2));
}

/**
 * Bytes of scratch of `convolveWeightsWinograd`, and enough for `winogradKernelGradient`.
 * @module windows
 */
export function convolveWeightsWinogradScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * threadBytes(changetype<Spread>(shape));
}

/**
 * sums[partials, 36, x channels, columns]: Σ (Bᵀ d B) ⊙ (A e Aᵀ) over the tiles of a share of the images, with as many columns as
 * panels of the y channels have. x and dy must be finite. Split over partials.
 *
 * Scratch of one thread:    temporary │ runs │ V │ E │ rows of V │ a line │ an image of x, padded │ an image of dy, padded
 * @module windows
 * @cost 0.02 size(shape)
 */
export function convolveWeightsWinograd(
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
  const filters = spread.yChannels;
  const columns = columnsOf(filters);
  const yHeight = spread.yHeight;
  const pixelBytes = (<usize>channels) << 2;
  const widthBytes = <usize>spread.xWidth * pixelBytes;
  const dyBytes = (<usize>filters) << 2;
  const dyWidthBytes = <usize>spread.yWidth * dyBytes;
  const eBytes = (<usize>columns) << 2;
  const tilesY = tilesOf(yHeight);
  const tilesX = tilesOf(spread.yWidth);
  const tiles = tilesY * tilesX;
  const lineBytes = <usize>(tilesX * OUT + IN - OUT) * pixelBytes;
  const dyLineBytes = <usize>(tilesX * OUT) * dyBytes;
  const top = spread.baseY + 2;
  const left = <usize>(spread.baseX + 2) * pixelBytes;

  const vPlane = planeBytes(channels);
  const ePlane = planeBytes(columns);
  const partialBytes = winogradKernelBytes(PLANES, channels, filters);
  const temp = scratch + <usize>thread * threadBytes(spread);
  const runs = temp + TEMP_BYTES;
  const v = runs + RUNS_BYTES;
  const e = v + <usize>PLANES * vPlane;
  const vRows = e + <usize>PLANES * ePlane;
  const line = vRows + pixelBytes;
  const padded = line + 4;
  const tiled = padded + <usize>paddedPixels(spread) * pixelBytes;
  const end = shareEnd(partials, thread, threads, 1);
  const begin = shareBegin(partials, thread, threads, 1);
  if (begin >= end) return;
  memory.fill(e, 0, <usize>PLANES * ePlane);
  memory.fill(padded, 0, <usize>paddedPixels(spread) * pixelBytes);
  memory.fill(tiled, 0, <usize>tiledPixels(spread) * dyBytes);
  for (let c = 0; c < channels; c++) store<u32>(vRows + ((<usize>c) << 2), c << 2);
  store<u32>(line, 0);

  for (let p = begin; p < end; p++) {
    const to = sums + <usize>p * partialBytes;
    memory.fill(to, 0, partialBytes);
    const lastImage = shareEnd(spread.images, p, partials, 1);
    let count = 0;
    for (let image = shareBegin(spread.images, p, partials, 1); image < lastImage; image++) {
      const from = x + <usize>(image * spread.xHeight) * widthBytes;
      copyPadded(padded, lineBytes, from, spread.xHeight, widthBytes, top, left);
      const gradients = dy + <usize>(image * yHeight) * dyWidthBytes;
      copyPadded(tiled, dyLineBytes, gradients, yHeight, dyWidthBytes, 0, 0);
      for (let tile = 0; tile < tiles; tile++) {
        const row = tile / tilesX;
        const line0 = <usize>(row * OUT);
        const column0 = <usize>((tile - row * tilesX) * OUT);
        const pixel = padded + line0 * lineBytes + column0 * pixelBytes;
        const vTo = v + <usize>count * pixelBytes;
        for (let at: usize = 0; at < pixelBytes; at += VECTOR) {
          transformInput(vTo + at, vPlane, pixel + at, lineBytes, pixelBytes, temp);
        }
        const gradient = tiled + line0 * dyLineBytes + column0 * dyBytes;
        const eTo = e + <usize>count * eBytes;
        for (let at: usize = 0; at < dyBytes; at += VECTOR) {
          transformGradient(eTo + at, ePlane, gradient + at, dyLineBytes, dyBytes, temp);
        }
        count++;
        if (count < TILES) continue;
        addPlanes(PLANES, to, v, vPlane, vRows, line, runs, count, e, ePlane, channels, columns);
        count = 0;
      }
    }
    if (count > 0) {
      addPlanes(PLANES, to, v, vPlane, vRows, line, runs, count, e, ePlane, channels, columns);
    }
  }
}

/** sums[planes, channels, columns] += Vᵀ · E of `count` tiles. */
export function addPlanes(
  planes: i32,
  sums: usize,
  v: usize,
  vPlane: usize,
  vRows: usize,
  line: usize,
  runs: usize,
  count: i32,
  e: usize,
  ePlane: usize,
  channels: i32,
  columns: i32,
): void {
  const pixelBytes = (<usize>channels) << 2;
  const rowBytes = (<usize>columns) << 2;
  changetype<Runs>(runs).set(line, 1, <usize>count * pixelBytes, pixelBytes, rowBytes);
  for (let plane = 0; plane < planes; plane++, v += vPlane, e += ePlane) {
    for (let j = 0; j < columns; j += WIDE) {
      const at = (<usize>j) << 2;
      multiply(
        tileColumns(columns - j),
        sums + at,
        rowBytes,
        v,
        vRows,
        channels,
        runs,
        e + at,
        1,
        0,
        0,
      );
    }
    sums += kernelPlane(channels, columns);
  }
}

/**
 * dKernel[3, 3, x channels, y channels] = Gᵀ · sums · G, of sums [36, x channels, columns] of all partial sums. Split over channels of x.
 * @module windows
 * @cost 25 xChannels·yChannels
 */
export function winogradKernelGradient(
  thread: i32,
  threads: i32,
  dKernel: usize,
  sums: usize,
  xChannels: i32,
  yChannels: i32,
  scratch: usize,
): void {
  const temp = scratch + <usize>thread * scratchStride(TEMP_BYTES);
  const eBytes = (<usize>columnsOf(yChannels)) << 2;
  const plane = kernelPlane(xChannels, columnsOf(yChannels));
  const rowBytes = (<usize>yChannels) << 2;
  const tapBytes = <usize>xChannels * rowBytes;
  const end = shareEnd(xChannels, thread, threads, 1);
  for (let c = shareBegin(xChannels, thread, threads, 1); c < end; c++) {
    for (let at: usize = 0; at < rowBytes; at += VECTOR) {
      const from = sums + <usize>c * eBytes + at;
      const to = dKernel + <usize>c * rowBytes + at;
      transformToKernel(temp, VECTOR, 3 * VECTOR, from, plane, 6 * plane, IN);
      transformToKernel(to, 3 * tapBytes, tapBytes, temp, 3 * VECTOR, VECTOR, 3);
    }
  }
}
