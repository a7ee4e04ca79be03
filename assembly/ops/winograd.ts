// Convolutions with kernels of 3 × 3 by Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray, 2015): 4 × 4 outputs
// of a channel take 36 products instead of 144.
//
//   y = Aᵀ (Σ over channels (G g Gᵀ) ⊙ (Bᵀ d B)) A,    d: 6 × 6 pixels of x, g: 3 × 3 taps
//
// Polynomials are evaluated at 0, ±a, ±b and infinity. a = 5/8 and b = 3/2 make rounding errors smallest (of halves and
// eighths, measured against float64): 2.4 times those of the sum over all taps, where ±1 and ±2 make it five times. Squares,
// cubes and products of both are exact in float32.
//
// `shape` is what spread.ts describes, of a forward convolution; numbers of channels are multiples of four. Outputs are
// worked on in tiles. Of some tiles together
//
//   V [36, tiles, x channels]  transformed pixels    ·    U [36, x channels, y channels]  transformed kernel
//
// are 36 products of matrices.
import { Epilogue } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { TILE_ROWS, tileRows, WIDE } from '../gemm/runs';
import { splatAt } from '../math/polynomial';
import { shareBegin, shareEnd } from '../split';
import { multiply, tileColumns } from './convolution-tiles';
import {
  BASE_X,
  BASE_Y,
  copyPadded,
  IMAGES,
  X_CHANNELS,
  X_HEIGHT,
  X_WIDTH,
  Y_CHANNELS,
  Y_HEIGHT,
  Y_WIDTH,
} from './spread';

/** Outputs of a tile along an axis, pixels that they see, and the products of a tile. */
const OUT: i32 = 4;
const IN: i32 = 6;
const PLANES: i32 = IN * IN;

/** Tiles that are worked on together: each number of U is used so many times while V and the products stay in L2. */
const TILES: i32 = 18;

const VECTOR: usize = 16;

// a², b², their sum and product; a, b, a³, b³.
const POINTS = memory.data<f32>([
  0.390625, 2.25, 2.640625, 0.87890625, 0.625, 1.5, 0.244140625, 3.375,
]);

// The rows of G: 1/(ab)²; then for ±a and ±b what g0, g2 and ±g1 are multiplied by, as 1/(2a²(a² - b²)) times 1, a² and a.
const KERNEL = memory.data<f32>([
  1.1377777777777778, -0.6884033613445378, -0.2689075630252101, -0.43025210084033616,
  0.11951447245564893, 0.2689075630252101, 0.1792717086834734,
]);

/** Columns of U: the channels of y in panels as wide as the register tile. */
function columnsOf(channels: i32): i32 {
  const last = channels % WIDE;
  return channels - last + (last > 0 ? tileColumns(last) : 0);
}

/** Bytes of U. */
export function winogradKernelBytes(xChannels: i32, yChannels: i32): usize {
  return (<usize>(PLANES * xChannels * columnsOf(yChannels))) << 2;
}

/**
 * u = the transformed kernel[3, 3, x channels, y channels]: of each of the 36 products the panels of columns, one after
 * the other. Split over channels of x.
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
  const temp = scratch + <usize>thread * TEMP_BYTES;
  const columns = columnsOf(yChannels);
  const plane = (<usize>(xChannels * columns)) << 2;
  const rowBytes = (<usize>yChannels) << 2;
  const tapBytes = <usize>xChannels * rowBytes;
  const end = shareEnd(xChannels, thread, threads, 1);
  for (let c = shareBegin(xChannels, thread, threads, 1); c < end; c++) {
    for (let j = 0; j < columns; j += 4) {
      const panel = j - (j % WIDE);
      const width = tileColumns(columns - panel);
      const to = u + ((<usize>(panel * xChannels + c * width + j - panel)) << 2);
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

/** to[0 … 5] = G · from[0 … 2], `count` times. */
function transformKernel(
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
  count: i32,
): void {
  for (; count > 0; count--, from += fromNext, to += toNext) {
    const g0 = v128.load(from);
    const g1 = v128.load(from + fromStep);
    const g2 = v128.load(from + 2 * fromStep);
    v128.store(to, f32x4.mul(splatAt(KERNEL, 0), g0));
    let at = to + toStep;
    for (let point: usize = KERNEL + 4; point < KERNEL + 28; point += 12, at += 2 * toStep) {
      const even = f32x4.add(f32x4.mul(splatAt(point, 0), g0), f32x4.mul(splatAt(point, 1), g2));
      const odd = f32x4.mul(splatAt(point, 2), g1);
      v128.store(at, f32x4.add(even, odd));
      v128.store(at + toStep, f32x4.sub(even, odd));
    }
    v128.store(at, g2);
  }
}

/** to[0 … 5] = Bᵀ · from[0 … 5], six times. */
function transformInput(
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
): void {
  for (let i = 0; i < IN; i++, from += fromNext, to += toNext) {
    const from2 = from + 2 * fromStep;
    const from4 = from2 + 2 * fromStep;
    const d0 = v128.load(from);
    const d1 = v128.load(from + fromStep);
    const d2 = v128.load(from2);
    const d3 = v128.load(from2 + fromStep);
    const d4 = v128.load(from4);
    const d5 = v128.load(from4 + fromStep);
    const sum = splatAt(POINTS, 2);
    const product = splatAt(POINTS, 3);
    const to2 = to + 2 * toStep;
    const to4 = to2 + 2 * toStep;
    v128.store(to, f32x4.add(f32x4.sub(f32x4.mul(product, d0), f32x4.mul(sum, d2)), d4));
    v128.store(to4 + toStep, f32x4.add(f32x4.sub(f32x4.mul(product, d1), f32x4.mul(sum, d3)), d5));
    const b2 = splatAt(POINTS, 1);
    let even = f32x4.sub(d4, f32x4.mul(b2, d2));
    let odd = f32x4.mul(splatAt(POINTS, 4), f32x4.sub(d3, f32x4.mul(b2, d1)));
    v128.store(to + toStep, f32x4.add(even, odd));
    v128.store(to2, f32x4.sub(even, odd));
    const a2 = splatAt(POINTS, 0);
    even = f32x4.sub(d4, f32x4.mul(a2, d2));
    odd = f32x4.mul(splatAt(POINTS, 5), f32x4.sub(d3, f32x4.mul(a2, d1)));
    v128.store(to2 + toStep, f32x4.add(even, odd));
    v128.store(to4, f32x4.sub(even, odd));
  }
}

/** to[0 … 3] = relu(Aᵀ · from[0 … 5] + bias), or without relu, `count` times. */
function transformOutput(
  to: usize,
  toStep: usize,
  toNext: usize,
  from: usize,
  fromStep: usize,
  fromNext: usize,
  count: i32,
  bias: v128,
  relu: i32,
): void {
  for (; count > 0; count--, from += fromNext, to += toNext) {
    const from2 = from + 2 * fromStep;
    const from4 = from2 + 2 * fromStep;
    const m1 = v128.load(from + fromStep);
    const m2 = v128.load(from2);
    const m3 = v128.load(from2 + fromStep);
    const m4 = v128.load(from4);
    let even = f32x4.add(m1, m2);
    let even2 = f32x4.add(m3, m4);
    const odd = f32x4.sub(m1, m2);
    const odd2 = f32x4.sub(m3, m4);
    let y0 = f32x4.add(v128.load(from), f32x4.add(even, even2));
    let y1 = f32x4.add(f32x4.mul(splatAt(POINTS, 4), odd), f32x4.mul(splatAt(POINTS, 5), odd2));
    let y2 = f32x4.add(f32x4.mul(splatAt(POINTS, 0), even), f32x4.mul(splatAt(POINTS, 1), even2));
    let y3 = f32x4.add(f32x4.mul(splatAt(POINTS, 6), odd), f32x4.mul(splatAt(POINTS, 7), odd2));
    y0 = f32x4.add(y0, bias);
    y1 = f32x4.add(y1, bias);
    y2 = f32x4.add(y2, bias);
    y3 = f32x4.add(f32x4.add(y3, v128.load(from4 + fromStep)), bias);
    if (relu) {
      const zero = f32x4.splat(0);
      y0 = f32x4.pmax(y0, zero);
      y1 = f32x4.pmax(y1, zero);
      y2 = f32x4.pmax(y2, zero);
      y3 = f32x4.pmax(y3, zero);
    }
    const to2 = to + 2 * toStep;
    v128.store(to, y0);
    v128.store(to + toStep, y1);
    v128.store(to2, y2);
    v128.store(to2 + toStep, y3);
  }
}

/** Room for what is between the two transformations of a tile, and for a tile of outputs. */
const TEMP_BYTES: usize = <usize>(PLANES + OUT * OUT) * VECTOR;

// @ts-ignore: decorator
@inline
function tilesOf(outputs: i32): i32 {
  return (outputs + OUT - 1) / OUT;
}

/** Tiles of a block: whole rows of them. */
function blockTiles(shape: usize): i32 {
  const tiles = tilesOf(load<i32>(shape, Y_WIDTH));
  return tiles * max(1, TILES / tiles);
}

/** Pixels of an image with what tiles see beyond it. */
// @ts-ignore: decorator
@inline
function paddedPixels(shape: usize): i32 {
  const height = tilesOf(load<i32>(shape, Y_HEIGHT)) * OUT + IN - OUT;
  return height * (tilesOf(load<i32>(shape, Y_WIDTH)) * OUT + IN - OUT);
}

function threadBytes(shape: usize): usize {
  const tiles = blockTiles(shape);
  const rows = tiles + TILE_ROWS;
  const channels = load<i32>(shape, X_CHANNELS);
  const columns = columnsOf(load<i32>(shape, Y_CHANNELS));
  const words = PLANES * (tiles * channels + rows * columns) + paddedPixels(shape) * channels;
  return TEMP_BYTES + ((<usize>(words + rows + 4)) << 2);
}

/** Bytes of scratch of `convolveWinograd`, and enough for `winogradKernel`. */
export function convolveWinogradScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * threadBytes(shape);
}

/**
 * y = activation(x ∗ kernel + bias) of a kernel that `winogradKernel` has transformed; `bias` 0 for none. x and the
 * kernel must be finite. Split over rows of tiles.
 *
 * Scratch of one thread:    temporary │ V │ products │ an image of x, padded │ rows of V
 */
export function convolveWinograd(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  u: usize,
  bias: usize,
  shape: usize,
  activation: i32,
  scratch: usize,
): void {
  const channels = load<i32>(shape, X_CHANNELS);
  const filters = load<i32>(shape, Y_CHANNELS);
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yWidth = load<i32>(shape, Y_WIDTH);
  const xHeight = load<i32>(shape, X_HEIGHT);
  const pixelBytes = (<usize>channels) << 2;
  const widthBytes = <usize>load<i32>(shape, X_WIDTH) * pixelBytes;
  const tilesY = tilesOf(yHeight);
  const tilesX = tilesOf(yWidth);
  const lineBytes = <usize>(tilesX * OUT + IN - OUT) * pixelBytes;
  const top = load<i32>(shape, BASE_Y) + 2;
  const left = <usize>(load<i32>(shape, BASE_X) + 2) * pixelBytes;
  const rows = load<i32>(shape, IMAGES) * tilesY;
  const end = shareEnd(rows, thread, threads, 1);
  const begin = shareBegin(rows, thread, threads, 1);
  if (begin >= end) return;

  const tiles = blockTiles(shape);
  const vPlane = <usize>tiles * pixelBytes;
  const productPlane = ((<usize>columnsOf(filters)) << 2) * <usize>(tiles + TILE_ROWS);
  const temp = scratch + <usize>thread * threadBytes(shape);
  const v = temp + TEMP_BYTES;
  const products = v + <usize>PLANES * vPlane;
  const padded = products + <usize>PLANES * productPlane;
  const vRows = padded + <usize>paddedPixels(shape) * pixelBytes;
  memory.fill(padded, 0, <usize>paddedPixels(shape) * pixelBytes);
  // Rows behind the last one stand in for those that a register tile lacks.
  for (let i = 0; i < tiles + TILE_ROWS; i++) {
    store<u32>(vRows + ((<usize>i) << 2), <u32>(<usize>min(i, tiles - 1) * pixelBytes));
  }
  // A single line of as many numbers as there are channels.
  const line = vRows + ((<usize>(tiles + TILE_ROWS)) << 2);
  store<u32>(line, 0);

  let image = -1;
  let first = begin;
  let tile = 0;
  for (let row = begin; row < end; row++) {
    if (row / tilesY != image) {
      image = row / tilesY;
      const from = x + <usize>(image * xHeight) * widthBytes;
      copyPadded(padded, lineBytes, from, xHeight, widthBytes, top, left);
    }
    let pixel = padded + <usize>((row - image * tilesY) * OUT) * lineBytes;
    for (let tx = 0; tx < tilesX; tx++, tile++, pixel += <usize>OUT * pixelBytes) {
      const to = v + <usize>tile * pixelBytes;
      for (let at: usize = 0; at < pixelBytes; at += VECTOR) {
        transformInput(temp, 6 * VECTOR, VECTOR, pixel + at, lineBytes, pixelBytes);
        transformInput(to + at, vPlane, 6 * vPlane, temp, VECTOR, 6 * VECTOR);
      }
    }
    if (tile + tilesX <= tiles && row + 1 < end) continue;
    multiplyPlanes(products, productPlane, v, vPlane, vRows, line, tile, u, channels, filters);
    for (let i = 0; i < tile; i++) {
      const tileRow = first + i / tilesX;
      const oy = (tileRow % tilesY) * OUT;
      const ox = (i % tilesX) * OUT;
      const pixels = (tileRow / tilesY) * yHeight + oy;
      finishTile(
        y + ((<usize>((pixels * yWidth + ox) * filters)) << 2),
        yWidth * filters,
        min(OUT, yHeight - oy),
        min(OUT, yWidth - ox),
        products + ((<usize>(i * columnsOf(filters))) << 2),
        productPlane,
        filters,
        bias,
        activation,
        temp,
      );
    }
    tile = 0;
    first = row + 1;
  }
}

/** products[36, rows, y channels] = V · U. */
function multiplyPlanes(
  products: usize,
  productPlane: usize,
  v: usize,
  vPlane: usize,
  vRows: usize,
  line: usize,
  rows: i32,
  u: usize,
  channels: i32,
  filters: i32,
): void {
  const columns = columnsOf(filters);
  const rowBytes = (<usize>columns) << 2;
  const runBytes = (<usize>channels) << 2;
  for (let plane = 0; plane < PLANES; plane++, v += vPlane, products += productPlane) {
    for (let j = 0; j < columns; j += WIDE) {
      const width = tileColumns(columns - j);
      const count = tileRows(width);
      const to = products + ((<usize>j) << 2);
      const whole = (rows + count - 1) & -count;
      const bBytes = (<usize>width) << 2;
      multiply(width, to, rowBytes, v, vRows, whole, line, 1, runBytes, 4, u, bBytes, 0, 0, 0);
      u += <usize>channels * bBytes;
    }
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
  activation: i32,
  temp: usize,
): void {
  const pixelBytes = (<usize>filters) << 2;
  const lineBytes = (<usize>lineWords) << 2;
  const relu = i32(activation == Epilogue.Relu);
  const zero = f32x4.splat(0);
  const edge = temp + <usize>PLANES * VECTOR;
  for (let at: usize = 0; at < pixelBytes; at += VECTOR) {
    const to = y + at;
    const offset = bias ? v128.load(bias + at) : zero;
    transformOutput(temp, 6 * VECTOR, VECTOR, products + at, 6 * plane, plane, IN, zero, 0);
    if (width == OUT) {
      transformOutput(to, pixelBytes, lineBytes, temp, VECTOR, 6 * VECTOR, height, offset, relu);
    } else {
      transformOutput(edge, VECTOR, 4 * VECTOR, temp, VECTOR, 6 * VECTOR, height, offset, relu);
      for (let i = 0; i < height; i++) {
        for (let j = 0; j < width; j++) {
          const pixel = to + <usize>i * lineBytes + <usize>j * pixelBytes;
          v128.store(pixel, v128.load(edge + <usize>(i * OUT + j) * VECTOR));
        }
      }
    }
  }
  if (activation <= Epilogue.Relu) return;
  for (let i = 0; i < height; i++) {
    epilogue(y + <usize>i * lineBytes, pixelBytes, width, filters, 0, activation);
  }
}
