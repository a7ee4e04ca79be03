// Convolution and pooling by their definitions, in float64, channels last.

import { at, build, unravel } from './dense-array.js';
import type { DenseArray } from './dense-array.js';

/** How a window slides along height and width. */
export interface WindowRule {
  readonly kernel: readonly [height: number, width: number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: 'valid' | 'same';
}

/** Lengths of the outputs, and how far before the image the first window starts. */
export function resolved(
  length: number,
  kernel: number,
  stride: number,
  dilation: number,
  padding: 'valid' | 'same',
): { readonly outputs: number; readonly before: number } {
  const reach = (kernel - 1) * dilation + 1;
  if (padding === 'valid') return { outputs: Math.floor((length - reach) / stride) + 1, before: 0 };
  const outputs = Math.floor((length + stride - 1) / stride);
  const missing = Math.max(0, (outputs - 1) * stride + reach - length);
  return { outputs, before: Math.floor(missing / 2) };
}

function resolvedBoth(x: DenseArray, rule: WindowRule) {
  const [vertical, horizontal] = ([0, 1] as const).map((i) =>
    resolved(x.shape[i + 1]!, rule.kernel[i], rule.strides[i], rule.dilation[i], rule.padding),
  );
  return { vertical: vertical!, horizontal: horizontal! };
}

/**
 * For every output [image, oy, ox] of windows over x: its taps [ky, kx] that lie in the image, with the
 * pixel [y, x] each of them reads.
 */
export function tapsOf(
  x: DenseArray,
  rule: WindowRule,
  oy: number,
  ox: number,
): { readonly ky: number; readonly kx: number; readonly y: number; readonly x: number }[] {
  const { vertical, horizontal } = resolvedBoth(x, rule);
  const taps = [];
  for (let ky = 0; ky < rule.kernel[0]; ky++) {
    for (let kx = 0; kx < rule.kernel[1]; kx++) {
      const row = oy * rule.strides[0] - vertical.before + ky * rule.dilation[0];
      const column = ox * rule.strides[1] - horizontal.before + kx * rule.dilation[1];
      const inside = row >= 0 && row < x.shape[1]! && column >= 0 && column < x.shape[2]!;
      if (inside) taps.push({ ky, kx, y: row, x: column });
    }
  }
  return taps;
}

/** [images, outHeight, outWidth, channels] of what windows over x give. */
export function outputShape(x: DenseArray, rule: WindowRule, channels: number): number[] {
  const { vertical, horizontal } = resolvedBoth(x, rule);
  return [x.shape[0]!, vertical.outputs, horizontal.outputs, channels];
}

/** x[n, h, w, c] ∗ kernel[kh, kw, c / groups, filters], the kernel not flipped. */
export function convolve(
  x: DenseArray,
  kernel: DenseArray,
  rule: Omit<WindowRule, 'kernel'>,
  groups = 1,
): DenseArray {
  const [kh, kw, perGroup, filters] = kernel.shape as [number, number, number, number];
  const [, height, width, channels] = x.shape as [number, number, number, number];
  const whole: WindowRule = { ...rule, kernel: [kh, kw] };
  const shape = outputShape(x, whole, filters);
  const taps = build(shape.slice(1, 3), () => 0).data.map((_, flat) =>
    tapsOf(x, whole, ...(unravel(flat, shape.slice(1, 3)) as [number, number])),
  );
  // Tests differentiate it by calling it again and again, so its positions in memory are counted, not looked up by `at`.
  return build(shape, (index) => {
    const [image, oy, ox, filter] = index as [number, number, number, number];
    const first = Math.floor(filter / (filters / groups)) * perGroup;
    let sum = 0;
    for (const tap of taps[oy * shape[2]! + ox]!) {
      const pixel = ((image * height + tap.y) * width + tap.x) * channels + first;
      const weight = (tap.ky * kw + tap.kx) * perGroup * filters + filter;
      for (let c = 0; c < perGroup; c++) {
        sum += x.data[pixel + c]! * kernel.data[weight + c * filters]!;
      }
    }
    return sum;
  });
}

/** How the kernel of a transposed convolution goes over one, two or three axes. */
export interface TransposedRule {
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: 'valid' | 'same';
  readonly outputPadding?: readonly number[];
}

/**
 * x[n, …, c] and kernel[…, filters, c]: each pixel gives itself times the kernel to the outputs from pixel · stride on, of which
 * `before` are cut off before the first.
 */
export function convolveTransposed(
  x: DenseArray,
  kernel: DenseArray,
  rule: TransposedRule,
): DenseArray {
  const lengths = x.shape.slice(1, -1);
  const sizes = kernel.shape.slice(0, -2);
  const [filters, channels] = kernel.shape.slice(-2) as [number, number];
  const axes = lengths.map((length, i) => {
    const stride = rule.strides[i]!;
    const reach = (sizes[i]! - 1) * rule.dilation[i]! + 1;
    const more = rule.outputPadding?.[i];
    const all = (length - 1) * stride + reach;
    if (rule.padding === 'valid') {
      const wanted =
        more === undefined ? (length - 1) * stride + Math.max(reach, stride) : all + more;
      return { outputs: wanted, before: 0 };
    }
    const wanted =
      more === undefined ? length * stride : (length - 1) * stride + (reach % 2) + more;
    // As much before as behind, and one less of an odd number; nothing is put before the first.
    const around = wanted - all + 2 * (reach - 1);
    return { outputs: wanted, before: Math.max(0, reach - 1 - Math.ceil(around / 2)) };
  });
  const taps = build(sizes, () => 0).data.map((_, flat) => unravel(flat, sizes));
  return build([x.shape[0]!, ...axes.map(({ outputs }) => outputs), filters], (index) => {
    let sum = 0;
    for (const tap of taps) {
      const place = axes.map(
        ({ before }, i) =>
          (index[i + 1]! + before - tap[i]! * rule.dilation[i]!) / rule.strides[i]!,
      );
      if (!place.every((p, i) => Number.isInteger(p) && p >= 0 && p < lengths[i]!)) continue;
      for (let c = 0; c < channels; c++) {
        sum += at(x, [index[0]!, ...place, c]) * at(kernel, [...tap, index.at(-1)!, c]);
      }
    }
    return sum;
  });
}

/** x[n, h, w, c] and kernel[kh, kw, c, multiplier]: each channel convolved by its own kernels. */
export function convolveDepthwise(
  x: DenseArray,
  kernel: DenseArray,
  rule: Omit<WindowRule, 'kernel'>,
): DenseArray {
  const [kh, kw, channels, multiplier] = kernel.shape as [number, number, number, number];
  return convolve(x, { ...kernel, shape: [kh, kw, 1, channels * multiplier] }, rule, channels);
}

/** How a window slides along depth, height and width. */
export interface VolumeRule {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding: 'valid' | 'same';
}

/** For each output [volume, z, y, x, channel]: `f` of the taps that lie in the volume, each with the position that it reads. */
function overVolumes(
  x: DenseArray,
  { kernel, strides, dilation = [1, 1, 1], padding }: VolumeRule,
  channels: number,
  f: (taps: { tap: number[]; place: number[] }[], volume: number, channel: number) => number,
): DenseArray {
  const axes = kernel.map((size, i) =>
    resolved(x.shape[i + 1]!, size, strides[i]!, dilation[i]!, padding),
  );
  const all = build(kernel, () => 0).data.map((_, flat) => unravel(flat, kernel));
  return build([x.shape[0]!, ...axes.map(({ outputs }) => outputs), channels], (index) => {
    const taps = all.map((tap) => ({
      tap,
      place: axes.map(
        ({ before }, i) => index[i + 1]! * strides[i]! - before + tap[i]! * dilation[i]!,
      ),
    }));
    const inside = taps.filter(({ place }) => place.every((p, i) => p >= 0 && p < x.shape[i + 1]!));
    return f(inside, index[0]!, index[4]!);
  });
}

/** As `convolve`, over volumes: x[n, d, h, w, c] ∗ kernel[kd, kh, kw, c / groups, filters]. */
export function convolveVolumes(
  x: DenseArray,
  kernel: DenseArray,
  rule: Omit<VolumeRule, 'kernel'>,
  groups = 1,
): DenseArray {
  const [perGroup, filters] = kernel.shape.slice(3) as [number, number];
  const whole = { ...rule, kernel: kernel.shape.slice(0, 3) };
  return overVolumes(x, whole, filters, (taps, volume, filter) => {
    const first = Math.floor(filter / (filters / groups)) * perGroup;
    let sum = 0;
    for (const { tap, place } of taps) {
      for (let c = 0; c < perGroup; c++) {
        sum += at(x, [volume, ...place, first + c]) * at(kernel, [...tap, c, filter]);
      }
    }
    return sum;
  });
}

/** `f` of what each window over volumes holds, channel by channel. */
export function poolVolumes(
  x: DenseArray,
  rule: VolumeRule,
  f: (elements: readonly number[]) => number,
): DenseArray {
  return overVolumes(x, rule, x.shape[4]!, (taps, volume, c) =>
    f(taps.map(({ place }) => at(x, [volume, ...place, c]))),
  );
}

/** `f` of the pixels in each window, channel by channel. */
export function pool(
  x: DenseArray,
  rule: WindowRule,
  f: (pixels: readonly number[]) => number,
): DenseArray {
  return build(outputShape(x, rule, x.shape[3]!), (index) => {
    const [image, oy, ox, c] = index as [number, number, number, number];
    return f(tapsOf(x, rule, oy, ox).map((tap) => at(x, [image, tap.y, tap.x, c])));
  });
}

/** `f` of what each of `sizes` windows holds that cover the axes between batch and channels, channel by channel. */
export function adaptivePool(
  x: DenseArray,
  sizes: readonly number[],
  f: (elements: readonly number[]) => number,
): DenseArray {
  const [batch = 0, ...rest] = x.shape;
  return build([batch, ...sizes, rest.at(-1)!], ([image = 0, ...index]) => {
    const places = sizes.reduce<number[][]>(
      (before, n, i) => {
        const [first, last] = [index[i]!, index[i]! + 1].map((k) => (k * rest[i]!) / n) as [number, number]; // prettier-ignore
        const begin = Math.floor(first);
        const along = Array.from({ length: Math.ceil(last) - begin }, (_, k) => begin + k);
        return before.flatMap((place) => along.map((k) => [...place, k]));
      },
      [[]],
    );
    return f(places.map((place) => at(x, [image, ...place, index.at(-1)!])));
  });
}

export const meanOf = (pixels: readonly number[]): number =>
  pixels.reduce((a, b) => a + b, 0) / pixels.length;

/** How patches lie in images: numbers for height and width. */
export interface PatchRule {
  readonly dilation: readonly number[];
  readonly padding: readonly number[];
  readonly stride: readonly number[];
}

/** Calls `visit` for each element [channel, ky, kx] of each patch of [height, width], with the pixel that it is. */
function forEachPatch(
  channels: number,
  size: readonly number[],
  kernel: readonly number[],
  { dilation, padding, stride }: PatchRule,
  visit: (row: number, patch: number, channel: number, place: readonly number[]) => void,
): number[] {
  const counts = size.map((length, i) => {
    const reach = dilation[i]! * (kernel[i]! - 1) + 1;
    return Math.floor((length + 2 * padding[i]! - reach) / stride[i]!) + 1;
  });
  const lengths = [channels, ...kernel, ...counts];
  build(lengths, () => 0).data.forEach((_, flat) => {
    const [c, ky, kx, oy, ox] = unravel(flat, lengths) as [number, number, number, number, number];
    const place = [
      oy * stride[0]! + ky * dilation[0]! - padding[0]!,
      ox * stride[1]! + kx * dilation[1]! - padding[1]!,
    ];
    if (place.some((p, i) => p < 0 || p >= size[i]!)) return;
    visit((c * kernel[0]! + ky) * kernel[1]! + kx, oy * counts[1]! + ox, c, place);
  });
  return counts;
}

/** Patches of images [n, c, h, w] as columns [n, c · kh · kw, patches]; 0 where they reach beyond the images. */
export function patches(x: DenseArray, kernel: readonly number[], rule: PatchRule): DenseArray {
  const [batch, channels, ...size] = x.shape as [number, number, ...number[]];
  const found = new Map<string, readonly number[]>();
  const counts = forEachPatch(channels, size, kernel, rule, (row, patch, c, place) => {
    found.set(`${row},${patch}`, [c, ...place]);
  });
  const shape = [batch, channels * kernel[0]! * kernel[1]!, counts[0]! * counts[1]!];
  return build(shape, ([n = 0, row = 0, patch = 0]) => {
    const place = found.get(`${row},${patch}`);
    return place === undefined ? 0 : at(x, [n, ...place]);
  });
}

/** Images [n, c, h, w] of which each pixel is the sum of its positions in patches. */
export function patchSums(
  x: DenseArray,
  size: readonly number[],
  kernel: readonly number[],
  rule: PatchRule,
): DenseArray {
  const channels = x.shape[1]! / (kernel[0]! * kernel[1]!);
  const found = new Map<string, (readonly [number, number])[]>();
  forEachPatch(channels, size, kernel, rule, (row, patch, c, place) => {
    const key = [c, ...place].join();
    found.set(key, [...(found.get(key) ?? []), [row, patch]]);
  });
  return build([x.shape[0]!, channels, ...size], ([n = 0, ...place]) =>
    (found.get(place.join()) ?? []).reduce((sum, [row, patch]) => sum + at(x, [n, row, patch]), 0),
  );
}
