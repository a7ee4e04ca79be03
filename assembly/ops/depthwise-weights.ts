// The gradient of the kernel of a depthwise convolution: for each tap and channel a sum over all outputs.
import { loadVector, madd, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { DEPTHWISE_PIXELS } from '../tuning';
import { ceilDivide, Window } from './window';

/** Channels that a thread takes at a time: a line of the cache. */
const BLOCK: i32 = 16;

/**
 * partial[p, kernelHeight, kernelWidth, c] = Σ x · dy over the outputs of a share of the images, x[image, y, x, c] where tap and
 * output meet. Images are divided evenly among the partial sums. A sum goes through some images, or some rows of a large image, after
 * the other; of these it takes the outputs of the left edge first, then those that see all taps of a group of up to three,
 * then those of the right edge, each in their order. Split over partials, and over sixteen channels at a time.
 * @module windows
 * @cost 0.1 size(window)
 */
export function depthwiseWeights(
  thread: i32,
  threads: i32,
  partial: usize,
  x: usize,
  dy: usize,
  window: usize,
  partials: i32,
): void {
  const w = changetype<Window>(window);
  const channels = w.channels;
  const blocks = (channels + BLOCK - 1) / BLOCK;
  const end = shareEnd(partials * blocks, thread, threads, 1);
  for (let i = shareBegin(partials * blocks, thread, threads, 1); i < end; i++) {
    const p = i / blocks;
    const first = (i - p * blocks) * BLOCK;
    const taps = w.kernelHeight * w.kernelWidth;
    const out = partial + ((<usize>(p * taps * channels)) << 2);
    const last = min(first + BLOCK, channels);
    clear(out, taps, channels, first, last);
    const end = shareEnd(w.images, p, partials, 1);
    // Some images at a time or, of large images, some rows of one.
    const pixels = w.outHeight * w.outWidth;
    const step = max(1, DEPTHWISE_PIXELS / max(1, pixels));
    for (let image = shareBegin(w.images, p, partials, 1); image < end; image += step) {
      addImages(out, x, dy, w, image, min(step, end - image), first, last);
    }
  }
}

function clear(out: usize, taps: i32, channels: i32, first: i32, last: i32): void {
  for (let tap = 0; tap < taps; tap++) {
    for (let c = first; c < last; c++) store<i32>(out + ((<usize>(tap * channels + c)) << 2), 0);
  }
}

/** Adds the outputs of `images` images from `image` on, for channels `first` … `last`. */
function addImages(
  out: usize,
  x: usize,
  dy: usize,
  w: Window,
  image: i32,
  images: i32,
  first: i32,
  last: i32,
): void {
  const pixelBytes = (<usize>w.channels) << 2;
  const lineBytes = <usize>w.width * pixelBytes;
  const outLineBytes = <usize>w.outWidth * pixelBytes;
  const xImage = x + <usize>(image * w.height) * lineBytes;
  const dyImage = dy + <usize>(image * w.outHeight) * outLineBytes;
  const rows = max(1, DEPTHWISE_PIXELS / w.outWidth);
  for (let top = 0; top < w.outHeight; top += rows) {
    const bottom = min(top + rows, w.outHeight);
    for (let c = first; c < last; c += 8) {
      const offset = (<usize>c) << 2;
      for (let ky = 0; ky < w.kernelHeight; ky++) {
        // Rows of outputs whose tap is inside of the image: y · stride + shift is.
        const shift = ky * w.dilationY - w.padTop;
        const begin = max(top, ceilDivide(max(0, -shift), w.strideY));
        const lines = min(bottom, ceilDivide(max(0, w.height - shift), w.strideY)) - begin;
        if (lines <= 0) continue;
        addRows(
          out + <usize>(ky * w.kernelWidth) * pixelBytes + offset,
          xImage + <usize>(begin * w.strideY + shift) * lineBytes + offset,
          dyImage + <usize>begin * outLineBytes + offset,
          w,
          images,
          lines,
          last - c,
        );
      }
    }
  }
}

/** Adds `lines` rows of outputs of each image to the taps of a row of the kernel, for up to eight channels. */
function addRows(
  out: usize,
  x: usize,
  dy: usize,
  w: Window,
  images: i32,
  lines: i32,
  channels: i32,
): void {
  const kernelWidth = w.kernelWidth;
  for (let kx = 0; kx < kernelWidth;) {
    const group = channels < 8 ? 1 : min(3, kernelWidth - kx);
    const after = kx + group;
    // Outputs that see all taps of the group.
    const begin = firstColumn(w, kx);
    const end = max(begin, endColumn(w, after - 1));
    for (let tap = kx + 1; tap < after; tap++) {
      addTaps(
        out,
        x,
        dy,
        w,
        images,
        lines,
        channels,
        tap,
        1,
        firstColumn(w, tap),
        min(begin, endColumn(w, tap)),
      );
    }
    addTaps(out, x, dy, w, images, lines, channels, kx, group, begin, end);
    for (let tap = kx; tap < after - 1; tap++) {
      addTaps(out, x, dy, w, images, lines, channels, tap, 1, end, endColumn(w, tap));
    }
    kx = after;
  }
}

/** First output of a row whose tap is inside of the image. */
// @ts-ignore: decorator
@inline
function firstColumn(w: Window, tap: i32): i32 {
  return min(w.outWidth, ceilDivide(max(0, w.padLeft - tap * w.dilationX), w.strideX));
}

/** One past the last such output. */
// @ts-ignore: decorator
@inline
function endColumn(w: Window, tap: i32): i32 {
  const room = w.width + w.padLeft - tap * w.dilationX;
  return min(w.outWidth, ceilDivide(max(0, room), w.strideX));
}

/** Adds outputs `first` … `end` of each of the rows to `taps` taps from `tap` on: one, or one to three of eight channels. */
function addTaps(
  out: usize,
  x: usize,
  dy: usize,
  w: Window,
  images: i32,
  lines: i32,
  channels: i32,
  tap: i32,
  taps: i32,
  first: i32,
  end: i32,
): void {
  if (first >= end) return;
  const pixelBytes = (<usize>w.channels) << 2;
  out += <usize>tap * pixelBytes;
  x += <usize>(first * w.strideX + tap * w.dilationX - w.padLeft) * pixelBytes;
  dy += <usize>first * pixelBytes;
  if (channels < 8) {
    for (let c = 0; c < channels; c += 4, out += 16, x += 16, dy += 16) {
      addFew(out, x, dy, w, images, lines, end - first, channels - c);
    }
  } else if (taps == 3) addEight(out, x, dy, w, images, lines, end - first, 3);
  else if (taps == 2) addEight(out, x, dy, w, images, lines, end - first, 2);
  else addEight(out, x, dy, w, images, lines, end - first, 1);
}

/** out[c] += Σ x · dy over `count` outputs of each row, for up to four channels. */
function addFew(
  out: usize,
  x: usize,
  dy: usize,
  w: Window,
  images: i32,
  lines: i32,
  count: i32,
  channels: i32,
): void {
  const pixelBytes = (<usize>w.channels) << 2;
  const readBytes = <usize>w.strideX * pixelBytes;
  let sum = loadVector(out, channels);
  for (let image = 0; image < images; image++) {
    let line = x + <usize>(image * w.height * w.width) * pixelBytes;
    let outLine = dy + <usize>(image * w.outHeight * w.outWidth) * pixelBytes;
    for (let i = 0; i < lines; i++) {
      for (let j = 0, at = line, d = outLine; j < count; j++, at += readBytes, d += pixelBytes) {
        sum = madd(loadVector(at, channels), loadVector(d, channels), sum);
      }
      line += <usize>(w.strideY * w.width) * pixelBytes;
      outLine += <usize>w.outWidth * pixelBytes;
    }
  }
  storeVector(out, sum, channels);
}

/** The same for `taps` taps, one to three, and eight channels. */
// @ts-ignore: decorator
@inline
function addEight(
  out: usize,
  x: usize,
  dy: usize,
  w: Window,
  images: i32,
  lines: i32,
  count: i32,
  taps: i32,
): void {
  const pixelBytes = (<usize>w.channels) << 2;
  const readBytes = <usize>w.strideX * pixelBytes;
  const tapBytes = <usize>w.dilationX * pixelBytes;
  const second = out + pixelBytes;
  const third = second + pixelBytes;
  const zero = f32x4.splat(0);
  let a0 = v128.load(out);
  let a1 = v128.load(out, 16);
  let b0 = taps > 1 ? v128.load(second) : zero;
  let b1 = taps > 1 ? v128.load(second, 16) : zero;
  let c0 = taps > 2 ? v128.load(third) : zero;
  let c1 = taps > 2 ? v128.load(third, 16) : zero;
  for (let image = 0; image < images; image++) {
    let line = x + <usize>(image * w.height * w.width) * pixelBytes;
    let outLine = dy + <usize>(image * w.outHeight * w.outWidth) * pixelBytes;
    for (let i = 0; i < lines; i++) {
      for (let j = 0, at = line, d = outLine; j < count; j++, at += readBytes, d += pixelBytes) {
        const d0 = v128.load(d);
        const d1 = v128.load(d, 16);
        a0 = madd(v128.load(at), d0, a0);
        a1 = madd(v128.load(at, 16), d1, a1);
        if (taps > 1) {
          const next = at + tapBytes;
          b0 = madd(v128.load(next), d0, b0);
          b1 = madd(v128.load(next, 16), d1, b1);
        }
        if (taps > 2) {
          const next = at + tapBytes * 2;
          c0 = madd(v128.load(next), d0, c0);
          c1 = madd(v128.load(next, 16), d1, c1);
        }
      }
      line += <usize>(w.strideY * w.width) * pixelBytes;
      outLine += <usize>w.outWidth * pixelBytes;
    }
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  if (taps > 1) {
    v128.store(second, b0);
    v128.store(second, b1, 16);
  }
  if (taps > 2) {
    v128.store(third, c0);
    v128.store(third, c1, 16);
  }
}
