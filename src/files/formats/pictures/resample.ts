// Sizes as Pillow makes them: the same weights, the same fixed point, so the same bytes.
import { cosPi, sinPi } from '../../../config/elementary.js';
import type { Pixels } from './convert.js';
import type { PictureInterpolation } from './names.js';

/** The part of a picture that is resized: the upper left corner and the size, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Filter {
  readonly support: number;
  readonly at: (x: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : sinPi(x) / (Math.PI * x));

const FILTERS: Readonly<Record<Exclude<PictureInterpolation, 'nearest'>, Filter>> = {
  box: { support: 0.5, at: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    at(x) {
      const distance = Math.abs(x);
      if (distance >= 1) return 0;
      return distance === 0 ? 1 : sinc(distance) * (0.54 + 0.46 * cosPi(distance));
    },
  },
  bicubic: {
    support: 2,
    at(x) {
      // Keys's cubic with a = −½.
      const distance = Math.abs(x);
      if (distance < 1) return (1.5 * distance - 2.5) * distance * distance + 1;
      if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * -0.5;
      return 0;
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Bits behind the point of the weights: what 32 bits leave in addition to 8 of a pixel and 2 for sums. */
const BITS = 22;

/**
 * The picture, or a part of it, in another size.
 *
 * @param box default: the whole picture
 */
export function resample(
  pixels: Pixels,
  width: number,
  height: number,
  interpolation: PictureInterpolation,
  box: Box = { left: 0, top: 0, width: pixels.width, height: pixels.height },
): Pixels {
  const isWhole = box.width === pixels.width && box.height === pixels.height;
  if (isWhole && width === pixels.width && height === pixels.height) return pixels;
  if (interpolation === 'nearest') return nearest(pixels, width, height, box);
  const filter = FILTERS[interpolation];
  // Colours of transparent pixels must not shine through.
  const given = pixels.channels === 4 ? premultiplied(pixels) : pixels;
  const across = weightsOf(filter, pixels.width, box.left, box.width, width);
  const down = weightsOf(filter, pixels.height, box.top, box.height, height);
  // The pass that comes first rounds first.
  const result = beginsWithRows(pixels, width, height)
    ? along(along(given, down, 'height'), across, 'width')
    : along(along(given, across, 'width'), down, 'height');
  return pixels.channels === 4 ? unmultiplied(result) : result;
}

/** Bytes that `resample` takes at most, with those of the pixels: the weights of a long side take as much room however short the result is. */
export function resamplingBytes(
  { data, width: oldWidth, height: oldHeight, channels }: Pixels,
  width: number,
  height: number,
  interpolation: PictureInterpolation,
): number {
  if (interpolation === 'nearest') return data.byteLength;
  const { support } = FILTERS[interpolation];
  const bytesOfWeights = (from: number, to: number): number =>
    to * mostOf(support * Math.max(1, from / to)) * 12;
  const isDown = beginsWithRows({ width: oldWidth, height: oldHeight }, width, height);
  const between = (isDown ? height * oldWidth : width * oldHeight) * channels;
  const copies = channels === 4 ? 2 : 1;
  return copies * data.byteLength + between * data.BYTES_PER_ELEMENT + bytesOfWeights(oldWidth, width) + bytesOfWeights(oldHeight, height); // prettier-ignore
}

/** Pillow begins with rows where many more of them go than of columns. */
function beginsWithRows(
  old: { readonly width: number; readonly height: number },
  width: number,
  height: number,
): boolean {
  const fewer = old.height - height;
  return fewer > 0 && fewer > 2 * (old.width - width);
}

/** The most entries that count for a new one. */
function mostOf(reach: number): number {
  return Math.ceil(reach) * 2 + 1;
}

function nearest(pixels: Pixels, width: number, height: number, box: Box): Pixels {
  const { channels, data } = pixels;
  const columns = centres(box.left, box.width, width);
  const lines = centres(box.top, box.height, height);
  const out = likePixels(data, width * height * channels);
  let to = 0;
  for (const y of lines) {
    for (const x of columns) {
      const from = (y * pixels.width + x) * channels;
      for (let c = 0; c < channels; c++) out[to++] = data[from + c] ?? 0;
    }
  }
  return { width, height, channels, data: out };
}

function likePixels(data: Uint8Array | Uint16Array, count: number): Uint8Array | Uint16Array {
  return data.BYTES_PER_ELEMENT === 2 ? new Uint16Array(count) : new Uint8Array(count);
}

/** The entries below the middles of the new ones. The middles are added up, with the errors of adding. */
function centres(first: number, length: number, count: number): Int32Array {
  const step = length / count;
  const entries = new Int32Array(count);
  let middle = first + step * 0.5;
  for (let i = 0; i < count; i++) {
    entries[i] = Math.trunc(middle);
    middle += step;
  }
  return entries;
}

/** For each new entry: the first old one that counts, how many count, and their weights. */
interface Weights {
  readonly firsts: Int32Array;
  readonly counts: Int32Array;
  /** `most` weights an entry. */
  readonly most: number;
  readonly exact: Float64Array;
}

function weightsOf(
  { support, at }: Filter,
  length: number,
  first: number,
  covered: number,
  count: number,
): Weights {
  const scale = covered / count;
  // Where the picture gets smaller, the filter gets wider.
  const stretch = Math.max(1, scale);
  const reach = support * stretch;
  const most = mostOf(reach);
  const exact = new Float64Array(count * most);
  const [firsts, counts] = [new Int32Array(count), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    const centre = first + (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(length, Math.trunc(centre + reach + 0.5));
    let sum = 0;
    for (let x = start; x < end; x++) {
      const weight = at((x - centre + 0.5) * (1 / stretch));
      exact[i * most + x - start] = weight;
      sum += weight;
    }
    for (let x = start; x < end && sum !== 0; x++) {
      const index = i * most + x - start;
      exact[index] = (exact[index] ?? 0) / sum;
    }
    firsts[i] = start;
    counts[i] = end - start;
  }
  return { firsts, counts, most, exact };
}

/** Resamples rows or columns. Bytes are weighted in fixed point, 16 bits in float64. */
function along(pixels: Pixels, weights: Weights, axis: 'width' | 'height'): Pixels {
  const { channels, data } = pixels;
  const length = weights.firsts.length;
  const width = axis === 'width' ? length : pixels.width;
  const height = axis === 'height' ? length : pixels.height;
  // Entries of the axis, of one behind the other, and what stands around them.
  const step = axis === 'width' ? channels : pixels.width * channels;
  const outer = axis === 'width' ? height : 1;
  const oldLength = pixels[axis];
  const { firsts, counts, most, exact } = weights;
  const isWide = data.BYTES_PER_ELEMENT === 2;
  const out = likePixels(data, width * height * channels);
  const kernel = isWide ? exact : Int32Array.from(exact, toFixed);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < length; i++) {
      const from = (o * oldLength + (firsts[i] ?? 0)) * step;
      const to = (o * length + i) * step;
      const [count, index] = [counts[i] ?? 0, i * most];
      for (let c = 0; c < step; c++) {
        let sum = isWide ? 0 : 1 << (BITS - 1);
        for (let k = 0, at = from + c; k < count; k++, at += step) {
          sum += (data[at] ?? 0) * (kernel[index + k] ?? 0);
        }
        out[to + c] = isWide
          ? Math.min(65535, Math.max(0, Math.trunc(sum + 0.5)))
          : Math.min(255, Math.max(0, sum >> BITS));
      }
    }
  }
  return { width, height, channels, data: out };
}

function toFixed(weight: number): number {
  return Math.trunc(weight * 2 ** BITS + (weight < 0 ? -0.5 : 0.5));
}

/** Colours times alpha, as Pillow rounds it. */
function premultiplied(pixels: Pixels): Pixels {
  const data = Uint8Array.from(pixels.data);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    for (let c = i; c < i + 3; c++) {
      const product = (data[c] ?? 0) * alpha + 128;
      data[c] = ((product >> 8) + product) >> 8;
    }
  }
  return { ...pixels, data };
}

/** Colours divided by alpha. */
function unmultiplied(pixels: Pixels): Pixels {
  const { data } = pixels;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 0;
    if (alpha === 0 || alpha === 255) continue;
    for (let c = i; c < i + 3; c++) {
      data[c] = Math.min(255, Math.floor((255 * (data[c] ?? 0)) / alpha));
    }
  }
  return pixels;
}
