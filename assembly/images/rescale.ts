// Brightness and contrast: each channel of each image stretched, moved and cut, in one pass over the pixels.

import { loadLanes, storeLanes } from '../lanes';
import { shareBegin, shareEnd } from '../split';

/**
 * out = min(max((x − center) · scale + shift, low), high) for x[images, pixels, channels], where `terms`[3, images, channels]
 * holds center, scale and shift.
 * @module images
 * @cost 0.25 images·pixels·channels
 */
export function rescaleChannels(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  terms: usize,
  images: i32,
  pixels: i32,
  channels: i32,
  low: f32,
  high: f32,
): void {
  const end = shareEnd(images * pixels, thread, threads, 64);
  for (let p = shareBegin(images * pixels, thread, threads, 64); p < end;) {
    const image = p / pixels;
    const stop = min(end, (image + 1) * pixels);
    const skipped = (<usize>p * channels) << 2;
    const ofImage = terms + ((<usize>image * channels) << 2);
    const termsBytes = (<usize>images * channels) << 2;
    rescaleRun(out + skipped, x + skipped, ofImage, termsBytes, stop - p, channels, low, high);
    p = stop;
  }
}

/**
 * Pixels of one image. A vector of four numbers begins with the first channel of a pixel again after as many vectors as there
 * are channels, so as many are held in registers. Beyond four channels each goes by itself.
 */
function rescaleRun(
  out: usize,
  x: usize,
  terms: usize,
  termsBytes: usize,
  pixels: i32,
  channels: i32,
  low: f32,
  high: f32,
): void {
  if (channels > 4) {
    for (let c = 0; c < channels; c++) {
      rescaleChannel(out, x, terms, termsBytes, pixels, channels, low, high, c);
    }
    return;
  }
  const count = pixels * channels;
  const centers = terms;
  const scales = terms + termsBytes;
  const shifts = scales + termsBytes;
  // The numbers 0, 4 and 8 of a run of pixels belong to these channels. A period of one vector, or of two, fits into three
  // vectors only where it is one or three; two channels repeat within a vector.
  const isThree = channels == 3;
  const center0 = cycle(centers, channels, 0);
  const scale0 = cycle(scales, channels, 0);
  const shift0 = cycle(shifts, channels, 0);
  const center1 = isThree ? cycle(centers, channels, 1) : center0;
  const scale1 = isThree ? cycle(scales, channels, 1) : scale0;
  const shift1 = isThree ? cycle(shifts, channels, 1) : shift0;
  const center2 = isThree ? cycle(centers, channels, 2) : center0;
  const scale2 = isThree ? cycle(scales, channels, 2) : scale0;
  const shift2 = isThree ? cycle(shifts, channels, 2) : shift0;
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let i = 0;
  for (; i + 12 <= count; i += 12, x += 48, out += 48) {
    v128.store(out, rescaled(v128.load(x), center0, scale0, shift0, lows, highs));
    v128.store(out, rescaled(v128.load(x, 16), center1, scale1, shift1, lows, highs), 16);
    v128.store(out, rescaled(v128.load(x, 32), center2, scale2, shift2, lows, highs), 32);
  }
  if (i + 4 <= count) {
    v128.store(out, rescaled(v128.load(x), center0, scale0, shift0, lows, highs));
    if (i + 8 <= count) {
      v128.store(out, rescaled(v128.load(x, 16), center1, scale1, shift1, lows, highs), 16);
    }
  }
  const left = count & 3;
  const done = (<usize>(count - left - i)) << 2;
  if (left > 0) {
    const which = (count - left - i) >> 2;
    const center = which == 0 ? center0 : which == 1 ? center1 : center2;
    const scale = which == 0 ? scale0 : which == 1 ? scale1 : scale2;
    const shift = which == 0 ? shift0 : which == 1 ? shift1 : shift2;
    const last = loadLanes(x + done, left);
    storeLanes(out + done, rescaled(last, center, scale, shift, lows, highs), left);
  }
}

// @ts-ignore: decorator
@inline
function rescaled(x: v128, center: v128, scale: v128, shift: v128, low: v128, high: v128): v128 {
  const moved = f32x4.add(f32x4.mul(f32x4.sub(x, center), scale), shift);
  return f32x4.min(f32x4.max(moved, low), high);
}

/** The numbers of the channels to which the vector of that index among those of a run of pixels belongs. */
function cycle(from: usize, channels: i32, index: i32): v128 {
  const first = index * 4;
  let out = f32x4.splat(numberOf(from, first % channels));
  out = f32x4.replace_lane(out, 1, numberOf(from, (first + 1) % channels));
  out = f32x4.replace_lane(out, 2, numberOf(from, (first + 2) % channels));
  return f32x4.replace_lane(out, 3, numberOf(from, (first + 3) % channels));
}

// @ts-ignore: decorator
@inline
function numberOf(from: usize, channel: i32): f32 {
  return load<f32>(from + ((<usize>channel) << 2));
}

function rescaleChannel(
  out: usize,
  x: usize,
  terms: usize,
  termsBytes: usize,
  pixels: i32,
  channels: i32,
  low: f32,
  high: f32,
  channel: i32,
): void {
  const at = (<usize>channel) << 2;
  const center = load<f32>(terms + at);
  const scale = load<f32>(terms + termsBytes + at);
  const shift = load<f32>(terms + termsBytes + termsBytes + at);
  const stride = (<usize>channels) << 2;
  for (let p = 0, i = at; p < pixels; p++, i += stride) {
    store<f32>(out + i, min(max((load<f32>(x + i) - center) * scale + shift, low), high));
  }
}
