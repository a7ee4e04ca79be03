// Convolutions with kernels of 3 × 3 by Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray, 2015): 4 × 4 outputs
// of a channel take 36 products instead of 144.
//
//   y = Aᵀ (Σ over channels (G g Gᵀ) ⊙ (Bᵀ d B)) A,    d: 6 × 6 pixels of x, g: 3 × 3 taps
//
// `shape` is what spread.ts describes, of a forward convolution; numbers of channels are multiples of four. Outputs are
// worked on in tiles. Of some tiles together
//
//   V [36, tiles, x channels]  transformed pixels    ·    U [36, x channels, y channels]  transformed kernel
//
// are 36 products of matrices.
import { Epilogue } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { Runs, RUNS_BYTES, TILE_ROWS, tileRows } from '../gemm/runs';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { LINE } from '../touch';
import { WIDE, WINOGRAD_TILES } from '../tuning';
import { multiply, tileColumns } from './convolution-tiles';
import { copyPadded, Spread } from './spread';
import { IN, OUT, transformInput, transformKernel, transformOutput } from './winograd-transforms';

/** Products of a tile. */
export const PLANES: i32 = IN * IN;

/** Rows of V, of which the last ones stand in for what a register tile lacks. */
export const V_ROWS: i32 = WINOGRAD_TILES + TILE_ROWS;

export const VECTOR: usize = 16;

/** Columns of U: the channels of y in panels as wide as the register tile. */
export function columnsOf(channels: i32): i32 {
  const last = channels % WIDE;
  return channels - last + (last > 0 ? tileColumns(last) : 0);
}

/**
 * Bytes of U of so many planes, and of as many sums of Vᵀ · E.
 * @module windows
 */
export function winogradKernelBytes(planes: i32, xChannels: i32, yChannels: i32): usize {
  return <usize>planes * kernelPlane(xChannels, columnsOf(yChannels));
}

/** Bytes from plane to plane of U: without a line between them, the numbers of a pair would share a place in L1. */
// @ts-ignore: decorator
@inline
export function kernelPlane(xChannels: i32, columns: i32): usize {
  return ((<usize>(xChannels * columns)) << 2) + LINE;
}

/** Where U of a plane has what channel `c` of x gives to channel `j` of y. */
export function kernelOffset(c: i32, j: i32, xChannels: i32, columns: i32): usize {
  const panel = j - (j % WIDE);
  const width = tileColumns(columns - panel);
  return (<usize>(panel * xChannels + c * width + j - panel)) << 2;
}

/**
 * u = the transformed kernel[3, 3, x channels, y channels]: of each of the 36 products the panels of columns, one after
 * the other. Split over channels of x.
 * @module windows
 * @cost 25 xChannels·yChannels
 */
export function winogradKernel(
  thread: i32,
  threads: i32,
  u: usize,
  kernel: usize,
  xChannels: i32,
  yChannels: i32,
  scratch: usize,
): void {
  const temp = scratch + <usize>thread * scratchStride(TEMP_BYTES);
  const columns = columnsOf(yChannels);
  const plane = kernelPlane(xChannels, columns);
  const rowBytes = (<usize>yChannels) << 2;
  const tapBytes = <usize>xChannels * rowBytes;
  const end = shareEnd(xChannels, thread, threads, 1);
  for (let c = shareBegin(xChannels, thread, threads, 1); c < end; c++) {
    for (let j = 0; j < columns; j += 4) {
      const to = u + kernelOffset(c, j, xChannels, columns);
      if (j < yChannels) {
        const from = kernel + <usize>c * rowBytes + ((<usize>j) << 2);
        transformKernel(temp, 3 * VECTOR, VECTOR, from, 3 * tapBytes, tapBytes, 3);
        transformKernel(to, plane, 6 * plane, temp, VECTOR, 3 * VECTOR, 6);
      } else {
        for (let p = 0; p < PLANES; p++) v128.store(to + <usize>p * plane, i32x4.splat(0));
      }
    }
  }
}

/** Room for what is between the two transformations of a tile, and for a tile of outputs. */
export const TEMP_BYTES: usize = <usize>(PLANES + OUT * OUT) * VECTOR;

// @ts-ignore: decorator
@inline
export function tilesOf(outputs: i32): i32 {
  return (outputs + OUT - 1) / OUT;
}

/** Pixels of an image with what tiles see beyond it. */
// @ts-ignore: decorator
@inline
export function paddedPixels(shape: Spread): i32 {
  const height = tilesOf(shape.yHeight) * OUT + IN - OUT;
  return height * (tilesOf(shape.yWidth) * OUT + IN - OUT);
}

/** Bytes of a plane of V or of products: a line more, or many planes of a tile would share a place in L1. */
// @ts-ignore: decorator
@inline
export function tilesPlane(width: i32): usize {
  return ((<usize>(V_ROWS * width)) << 2) + LINE;
}

function threadBytes(shape: Spread): usize {
  const channels = shape.xChannels;
  const planes = <usize>PLANES * (tilesPlane(channels) + tilesPlane(columnsOf(shape.yChannels)));
  const words = paddedPixels(shape) * channels + V_ROWS + 1 + WINOGRAD_TILES;
  return scratchStride(TEMP_BYTES + RUNS_BYTES + planes + ((<usize>words) << 2));
}

/**
 * Bytes of scratch of `convolveWinograd`, and enough for `winogradKernel`.
 * @module windows
 */
export function convolveWinogradScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * threadBytes(changetype<Spread>(shape));
}

/**
 * y = activation(x ∗ kernel + bias) of a kernel that `winogradKernel` has transformed; `bias` 0 for none. x and the
 * kernel must be finite. An output that sees nothing but zeros is activation(bias) exactly, as if its sum had been
 * taken: relu and pooling behind it would make much of a rounding error. Split over rows of tiles.
 *
 * Scratch of one thread:    temporary │ runs │ V │ products │ an image of x, padded │ rows of V │ a line │ masks of tiles
 * @module windows
 * @cost 0.02 size(shape)
 */
export function convolveWinograd(
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
  const yHeight = spread.yHeight;
  const yWidth = spread.yWidth;
  const xHeight = spread.xHeight;
  const pixelBytes = (<usize>channels) << 2;
  const widthBytes = <usize>spread.xWidth * pixelBytes;
  const tilesY = tilesOf(yHeight);
  const tilesX = tilesOf(yWidth);
  const lineBytes = <usize>(tilesX * OUT + IN - OUT) * pixelBytes;
  const top = spread.baseY + 2;
  const left = <usize>(spread.baseX + 2) * pixelBytes;
  const rows = spread.images * tilesY;
  const end = shareEnd(rows, thread, threads, 1);
  const begin = shareBegin(rows, thread, threads, 1);
  if (begin >= end) return;

  const vPlane = tilesPlane(channels);
  const columns = columnsOf(filters);
  const productPlane = tilesPlane(columns);
  const temp = scratch + <usize>thread * threadBytes(spread);
  const runs = temp + TEMP_BYTES;
  const v = runs + RUNS_BYTES;
  const products = v + <usize>PLANES * vPlane;
  const padded = products + <usize>PLANES * productPlane;
  const vRows = padded + <usize>paddedPixels(spread) * pixelBytes;
  memory.fill(padded, 0, <usize>paddedPixels(spread) * pixelBytes);
  // A single line of as many numbers as there are channels.
  const line = vRows + ((<usize>V_ROWS) << 2);
  store<u32>(line, 0);
  changetype<Runs>(runs).set(line, 1, pixelBytes, 4, 0);
  const masks = line + 4;

  let image = -1;
  const last = end * tilesX;
  let first = begin * tilesX;
  for (let tile = first; tile < last; tile++) {
    const row = tile / tilesX;
    if (row / tilesY != image) {
      image = row / tilesY;
      const from = x + <usize>(image * xHeight) * widthBytes;
      copyPadded(padded, lineBytes, from, xHeight, widthBytes, top, left);
    }
    const line0 = padded + <usize>((row - image * tilesY) * OUT) * lineBytes;
    const pixel = line0 + <usize>((tile - row * tilesX) * OUT) * pixelBytes;
    const slot = <usize>(tile - first);
    store<u32>(masks + (slot << 2), zeroWindows(pixel, lineBytes, pixelBytes));
    const to = v + slot * pixelBytes;
    for (let at: usize = 0; at < pixelBytes; at += VECTOR) {
      transformInput(to + at, vPlane, pixel + at, lineBytes, pixelBytes, temp);
    }
    const count = tile + 1 - first;
    if (count < WINOGRAD_TILES && tile + 1 < last) continue;
    multiplyPlanes(PLANES, products, productPlane, v, vPlane, vRows, runs, count, u, channels, columns); // prettier-ignore
    for (let i = 0; i < count; i++) {
      const tileRow = (first + i) / tilesX;
      const oy = (tileRow % tilesY) * OUT;
      const ox = ((first + i) % tilesX) * OUT;
      const pixels = (tileRow / tilesY) * yHeight + oy;
      finishTile(
        y + ((<usize>((pixels * yWidth + ox) * filters)) << 2),
        yWidth * filters,
        min(OUT, yHeight - oy),
        min(OUT, yWidth - ox),
        products + ((<usize>(i * columns)) << 2),
        productPlane,
        filters,
        bias,
        activation,
        load<u32>(masks + ((<usize>i) << 2)),
        temp,
      );
    }
    first = tile + 1;
  }
}

/** Whether all channels of a pixel are ±0. */
// @ts-ignore: decorator
@inline
export function isZero(pixel: usize, pixelBytes: usize): bool {
  const end = pixel + pixelBytes;
  while (pixel < end && !v128.any_true(i32x4.shl(v128.load(pixel), 1))) pixel += VECTOR;
  return pixel == end;
}

/** Bit 4 i + j: output (i, j) of the tile sees nothing but zeros. */
function zeroWindows(tile: usize, lineBytes: usize, pixelBytes: usize): u32 {
  // Each window has one of the four pixels in the middle, which are seldom zero.
  let found = false;
  for (let i: usize = 0; i < 4; i++) {
    found =
      found || isZero(tile + (2 + (i >> 1)) * lineBytes + (2 + (i & 1)) * pixelBytes, pixelBytes);
  }
  if (!found) return 0;
  let mask: u32 = 0;
  // Three neighbours that are zero, in the last line and the one before.
  let above: u32 = 0;
  let above2: u32 = 0;
  for (let y = 0; y < IN; y++, tile += lineBytes) {
    let zeros: u32 = 0;
    let at = tile;
    for (let x = 0; x < IN; x++) {
      zeros |= (<u32>isZero(at, pixelBytes)) << x;
      at += pixelBytes;
    }
    const three = zeros & (zeros >> 1) & (zeros >> 2);
    if (y >= 2) mask |= (three & above & above2) << ((y - 2) * OUT);
    above2 = above;
    above = three;
  }
  return mask;
}

/**
 * products[planes, rows, y channels] = V · U. The last row also stands in for what the last register tile lacks: behind it may be
 * anything, such as bytes that are subnormal numbers, which make products slow.
 */
export function multiplyPlanes(
  planes: i32,
  products: usize,
  productPlane: usize,
  v: usize,
  vPlane: usize,
  vRows: usize,
  runs: usize,
  rows: i32,
  u: usize,
  channels: i32,
  columns: i32,
): void {
  const rowBytes = (<usize>columns) << 2;
  for (let i = 0; i < rows + TILE_ROWS; i++) {
    store<u32>(vRows + ((<usize>i) << 2), <u32>((min(i, rows - 1) * channels) << 2));
  }
  for (let plane = 0; plane < planes; plane++, v += vPlane, products += productPlane) {
    for (let j = 0; j < columns; j += WIDE) {
      const width = tileColumns(columns - j);
      const count = tileRows(width);
      const to = products + ((<usize>j) << 2);
      const whole = (rows + count - 1) & -count;
      const bBytes = (<usize>width) << 2;
      changetype<Runs>(runs).bBytes = bBytes;
      multiply(width, to, rowBytes, v, vRows, whole, runs, u, 0, 0, 0);
      u += <usize>channels * bBytes;
    }
    u += LINE;
  }
}

/** The `height` × `width` outputs of a tile, in an image of lines of `lineWords`. */
function finishTile(
  y: usize,
  lineWords: i32,
  height: i32,
  width: i32,
  products: usize,
  plane: usize,
  filters: i32,
  bias: usize,
  activation: Epilogue,
  mask: u32,
  temp: usize,
): void {
  const pixelBytes = (<usize>filters) << 2;
  const lineBytes = (<usize>lineWords) << 2;
  const relu = i32(activation == Epilogue.Relu);
  const zero = f32x4.splat(0);
  const edge = temp + <usize>PLANES * VECTOR;
  const isWhole = width == OUT && mask == 0;
  for (let at: usize = 0; at < pixelBytes; at += VECTOR) {
    const to = y + at;
    const offset = bias ? v128.load(bias + at) : zero;
    const from = products + at;
    if (isWhole) {
      transformOutput(to, pixelBytes, lineBytes, height, from, plane, offset, relu, temp);
    } else {
      transformOutput(edge, VECTOR, 4 * VECTOR, height, from, plane, offset, relu, temp);
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const pixel = to + <usize>i * lineBytes + <usize>j * pixelBytes;
          const output = i * OUT + j;
          let value = v128.load(edge + <usize>output * VECTOR);
          if ((mask >> output) & 1) value = relu ? f32x4.pmax(offset, zero) : offset;
          v128.store(pixel, value);
        }
      }
    }
  }
  if (activation <= Epilogue.Relu) return;
  for (let i = 0; i < height; i++) {
    epilogue(y + <usize>i * lineBytes, pixelBytes, width, filters, 0, activation);
  }
}
