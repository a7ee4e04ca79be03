import type { ColorMode } from './names.js';
import { BYTES_OF_PIXEL } from './raster.js';
import type { Raster } from './raster.js';

/** Channels of a pixel in each. */
export const CHANNELS: Readonly<Record<ColorMode, 1 | 3 | 4>> = { grayscale: 1, rgb: 3, rgba: 4 };

/** Pixels with 1, 3 or 4 channels, row by row. Only grays may have 16 bits. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array | Uint16Array;
}

/**
 * A picture in one of Keras's colour modes, as Pillow converts: grays of colours are ITU-R 601 in fixed point; alpha is left
 * out, not blended; gray of 16 bits stays so as grayscale, and is cut to 8 bits as colours.
 */
export function convert(raster: Raster, mode: ColorMode): Pixels {
  const { width, height } = raster;
  const channels = CHANNELS[mode];
  return { width, height, channels, data: converted(raster, mode) };
}

function converted(raster: Raster, mode: ColorMode): Uint8Array | Uint16Array {
  const { kind, data } = raster;
  if (mode === 'grayscale') {
    if (kind === 'gray' || kind === 'gray16') return data;
    if (kind === 'grayAlpha') return everySecond(data);
    if (kind !== 'palette') return luminance(data, BYTES_OF_PIXEL[kind]);
    const grays = luminance(raster.palette ?? [], 4);
    return new Uint8Array(data.length).map((_, i) => grays[data[i] ?? 0] ?? 0);
  }
  if (mode === 'rgb') return kind === 'rgb' ? data : colors(raster, 3);
  return kind === 'rgba' ? data : colors(raster, 4);
}

/** The grays next to alphas. */
function everySecond(data: ArrayLike<number>): Uint8Array {
  return new Uint8Array(data.length / 2).map((_, i) => data[2 * i] ?? 0);
}

/** Grays of pixels that begin with red, green and blue. @param step bytes of a pixel */
function luminance(data: ArrayLike<number>, step: number): Uint8Array {
  const grays = new Uint8Array(data.length / step);
  for (let i = 0, at = 0; i < grays.length; i++, at += step) {
    const [r, g, b] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
    grays[i] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
  }
  return grays;
}

/** Pixels of 3 or 4 bytes. */
function colors(raster: Raster, samples: 3 | 4): Uint8Array {
  const { kind, data, palette, transparent } = raster;
  const count = raster.width * raster.height;
  const step = BYTES_OF_PIXEL[kind];
  const out = new Uint8Array(count * samples);
  const hasAlpha = samples === 4;
  // Only grays have 16 bits.
  if (step === 4 && !hasAlpha) return threeOfFour(data as Uint8Array, out);
  for (let i = 0, from = 0, to = 0; i < count; i++, from += step, to += samples) {
    const value = data[from] ?? 0;
    if (palette !== undefined) {
      out[to] = palette[4 * value] ?? 0;
      out[to + 1] = palette[4 * value + 1] ?? 0;
      out[to + 2] = palette[4 * value + 2] ?? 0;
      if (hasAlpha) out[to + 3] = palette[4 * value + 3] ?? 0;
      continue;
    }
    if (step >= 3) {
      out[to] = value;
      out[to + 1] = data[from + 1] ?? 0;
      out[to + 2] = data[from + 2] ?? 0;
      if (hasAlpha) out[to + 3] = kind === 'rgba' ? (data[from + 3] ?? 0) : 255;
      continue;
    }
    const gray = Math.min(255, value);
    out[to] = gray;
    out[to + 1] = gray;
    out[to + 2] = gray;
    if (hasAlpha) out[to + 3] = kind === 'grayAlpha' ? (data[from + 1] ?? 0) : 255;
  }
  if (hasAlpha && transparent !== undefined) clear(out, transparent);
  return out;
}

/** The first three bytes of four. Most pictures are such, so four pixels at a time are moved as words. */
function threeOfFour(data: Uint8Array, out: Uint8Array): Uint8Array {
  const whole = data.byteOffset % 4 === 0 ? Math.floor(out.length / 12) : 0;
  const pixels = new Uint32Array(data.buffer, data.byteOffset - (data.byteOffset % 4), 4 * whole);
  const words = new Uint32Array(out.buffer, 0, 3 * whole);
  for (let i = 0, j = 0; j < words.length; i += 4, j += 3) {
    const [a, b, c, d] = [pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0, pixels[i + 3] ?? 0]; // prettier-ignore
    words[j] = (a & 0xff_ff_ff) | (b << 24);
    words[j + 1] = ((b >>> 8) & 0xff_ff) | (c << 16);
    words[j + 2] = ((c >>> 16) & 0xff) | (d << 8);
  }
  for (let from = 16 * whole, to = 12 * whole; to < out.length; from += 4, to += 3) {
    out[to] = data[from] ?? 0;
    out[to + 1] = data[from + 1] ?? 0;
    out[to + 2] = data[from + 2] ?? 0;
  }
  return out;
}

/** Makes the pixels of a colour transparent. @param color a gray, or red, green and blue, of which the lower 8 bits count */
function clear(data: Uint8Array, color: readonly number[]): void {
  const [red, green = red, blue = red] = color.map((value) => value & 255);
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) data[i + 3] = 0;
  }
}
