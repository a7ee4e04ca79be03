// Image operations by their definitions, in float64, on images [batch, height, width, channels].
import { at, build, zip } from './dense-array.js';
import type { DenseArray } from './dense-array.js';
import { sum } from './reduce.js';
import { resolved } from './windows.js';

/** The weight of a pixel at a distance, and the distance beyond which it is 0. */
type Filter = readonly [radius: number, weight: (distance: number) => number];

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos = (radius: number): Filter => [radius, (x) => sinc(x) * sinc(x / radius)];

const FILTERS: Readonly<Record<string, Filter>> = {
  bilinear: [1, (x) => 1 - x],
  bicubic: [2, (x) => (x < 1 ? 1.5 * x ** 3 - 2.5 * x ** 2 + 1 : -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2)], // prettier-ignore
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

/** The axis with entries at `centres` between those of x, by weights that add up to 1. */
function resampled(
  x: DenseArray,
  axis: number,
  centres: readonly number[],
  [radius, weight]: Filter,
  width: number,
): DenseArray {
  const length = x.shape[axis] ?? 0;
  const shape = x.shape.map((n, i) => (i === axis ? centres.length : n));
  return build(shape, (index) => {
    const distances = Array.from({ length }, (_, k) => Math.abs((centres[index[axis] ?? 0] ?? 0) - k) / width); // prettier-ignore
    const weights = distances.map((distance) => (distance < radius ? weight(distance) : 0));
    const total = sum(weights);
    return sum(weights.map((w, k) => (w / total) * at(x, index.with(axis, k))));
  });
}

/** Images of another size. */
export function resize(
  x: DenseArray,
  size: readonly [number, number],
  interpolation: string,
  antialias = false,
): DenseArray {
  return size.reduce((y, length, i) => {
    const step = (y.shape[i + 1] ?? 0) / length;
    const centres = Array.from({ length }, (_, j) => (j + 0.5) * step - 0.5);
    const filter = FILTERS[interpolation] ?? [1, () => NaN];
    return resampled(y, i + 1, centres, filter, antialias ? Math.max(1, step) : 1);
  }, x);
}

/** The index within an axis that stands for any; undefined beyond. */
function fixed(index: number, length: number, mode: string): number | undefined {
  if (index >= 0 && index < length) return index;
  if (mode === 'constant') return undefined;
  if (length === 1) return 0;
  if (mode === 'nearest') return Math.min(Math.max(index, 0), length - 1);
  if (mode === 'wrap') return fixed(index < 0 ? index + length : index - length, length, mode);
  const shared = mode === 'mirror' ? 0 : 1;
  return fixed(index < 0 ? -index - shared : 2 * length - 2 + shared - index, length, mode);
}

/** The number of x at a position between its elements, on straight lines. */
function numberAt(
  x: (index: readonly number[]) => number,
  lengths: readonly number[],
  place: readonly number[],
  mode: string,
  fill: number,
): number {
  const corner = (known: readonly number[]): number => {
    const axis = known.length;
    if (axis === lengths.length) return x(known);
    const lower = Math.floor(place[axis] ?? 0);
    return sum(
      [0, 1].map((step) => {
        const index = fixed(lower + step, lengths[axis] ?? 0, mode);
        const share = 1 - Math.abs((place[axis] ?? 0) - lower - step);
        return share * (index === undefined ? fill : corner([...known, index]));
      }),
    );
  };
  return corner([]);
}

/** Numbers of x at the positions whose indices along the axes are the rows of `coordinates`. */
export function mapCoordinates(
  x: DenseArray,
  coordinates: readonly (readonly number[])[],
  mode: string,
  fill: number,
): DenseArray {
  const points = coordinates[0]?.length ?? 0;
  return build(
    [points],
    ([p = 0]) =>
    numberAt((index) => at(x, index), x.shape, coordinates.map((row) => row[p] ?? 0), mode, fill), // prettier-ignore
  );
}

/** Images whose pixels (x, y) are those of others at `place(x, y)`, also (x, y). */
export function moved(
  images: DenseArray,
  place: (x: number, y: number) => readonly [x: number, y: number],
  mode: string,
  fill: number,
): DenseArray {
  const { shape } = images;
  return build(shape, ([image = 0, row = 0, column = 0, channel = 0]) => {
    const [x, y] = place(column, row);
    const pixel = ([i = 0, j = 0]: readonly number[]): number => at(images, [image, i, j, channel]);
    return numberAt(pixel, shape.slice(1, 3), [y, x], mode, fill);
  });
}

/** Each channel by itself, the sums of neighbours weighted by rows · columns, zeros around the images. */
export function filtered(
  x: DenseArray,
  rows: readonly number[],
  columns: readonly number[],
): DenseArray {
  const [, height = 0, width = 0] = x.shape;
  const top = Math.floor((rows.length - 1) / 2);
  const left = Math.floor((columns.length - 1) / 2);
  return build(x.shape, ([image = 0, i = 0, j = 0, channel = 0]) =>
    sum(
      rows.flatMap((a, ky) =>
        columns.map((b, kx) => {
          const [y, z] = [i + ky - top, j + kx - left];
          const isInside = y >= 0 && y < height && z >= 0 && z < width;
          return isInside ? a * b * at(x, [image, y, z, channel]) : 0;
        }),
      ),
    ),
  );
}

/** The weights of a normal distribution around the middle of `size` pixels. */
export function bell(size: number, sigma: number): number[] {
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-(((i - (size - 1) / 2) / sigma) ** 2) / 2)); // prettier-ignore
  return weights.map((weight) => weight / sum(weights));
}

/** The structural similarity of each image. */
export function ssim(a: DenseArray, b: DenseArray, size: number, sigma: number): DenseArray {
  const weights = bell(size, sigma);
  const [count = 0, height = 0, width = 0, channels = 0] = a.shape;
  const shape = [count, height - size + 1, width - size + 1, channels];
  const means = (x: DenseArray): DenseArray =>
    build(shape, ([image = 0, i = 0, j = 0, channel = 0]) =>
      sum(
        weights.flatMap((p, ky) =>
          weights.map((q, kx) => p * q * at(x, [image, i + ky, j + kx, channel])),
        ),
      ),
    );
  const times = (x: DenseArray, y: DenseArray): DenseArray => zip(x, y, (p, q) => p * q);
  const [ma, mb, aa, bb, ab] = [means(a), means(b), means(times(a, a)), means(times(b, b)), means(times(a, b))]; // prettier-ignore
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  return build([count], ([image = 0]) => {
    const [, rows = 0, columns = 0] = shape;
    const all = build([rows, columns, channels], (index) => {
      const [p = 0, q = 0, pp = 0, qq = 0, pq = 0] = [ma, mb, aa, bb, ab].map((x) => at(x, [image, ...index])); // prettier-ignore
      const above = (2 * p * q + c1) * (2 * (pq - p * q) + c2);
      return above / ((p * p + q * q + c1) * (pp - p * p + qq - q * q + c2));
    });
    return sum(all.data) / all.data.length;
  });
}

/** Patches of images as channels. */
export function patches(
  x: DenseArray,
  [height, width]: readonly [number, number],
  strides: readonly [number, number],
  padding: 'valid' | 'same',
): DenseArray {
  const [count = 0, rows = 0, columns = 0, channels = 0] = x.shape;
  const down = resolved(rows, height, strides[0], 1, padding);
  const right = resolved(columns, width, strides[1], 1, padding);
  const shape = [count, down.outputs, right.outputs, height * width * channels];
  return build(shape, ([image = 0, i = 0, j = 0, place = 0]) => {
    const [tap, channel] = [Math.floor(place / channels), place % channels];
    const y = i * strides[0] - down.before + Math.floor(tap / width);
    const z = j * strides[1] - right.before + (tap % width);
    const isInside = y >= 0 && y < rows && z >= 0 && z < columns;
    return isInside ? at(x, [image, y, z, channel]) : 0;
  });
}

/** A formula of the channels of each pixel. */
export function ofPixels(
  x: DenseArray,
  channels: number,
  formula: (pixel: readonly number[]) => readonly number[],
): DenseArray {
  const count = x.shape.at(-1) ?? 0;
  return build([...x.shape.slice(0, -1), channels], (index) => {
    const pixel = Array.from({ length: count }, (_, c) => at(x, index.with(-1, c)));
    return formula(pixel)[index.at(-1) ?? 0] ?? NaN;
  });
}

/** Hue, saturation and value of a colour. */
export function hsv([r = 0, g = 0, b = 0]: readonly number[]): number[] {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  if (range === 0) return [0, 0, value];
  const sixth = value === r ? (g - b) / range : value === g ? 2 + (b - r) / range : 4 + (r - g) / range; // prettier-ignore
  return [(((sixth / 6) % 1) + 1) % 1, range / value, value];
}

/** The colour of a hue, a saturation and a value. */
export function rgb([h = 0, s = 0, v = 0]: readonly number[]): number[] {
  return [5, 3, 1].map((shift) => {
    const k = (shift + h * 6) % 6;
    return v - v * s * Math.max(0, Math.min(k, 4 - k, 1));
  });
}
