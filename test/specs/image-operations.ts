// Rows of the operations of images.
import { build, map, pad, reshape, take } from '../reference/dense-array.js';
import type { DenseArray } from '../reference/dense-array.js';
import * as reference from '../reference/images.js';
import { NONE, cycle, nested, of, plain, row } from './operation-families.js';
import { random } from './operation-spec.js';
import type { Call, OperationSpec } from './operation-spec.js';

/** Why graphs with a cache refuse what would be computed row by row. */
const IMAGES = 'the second axis of images is no step';

const image = (gradient: OperationSpec['gradient'], ...calls: readonly Call[]): OperationSpec => ({
  ...row(gradient, calls),
  notStepwise: IMAGES,
});

const pixels = cycle(1, 4, 5, 2);
const single = cycle(4, 5, 2);
const bytes = of([4, 5, 1], Array.from({ length: 20 }, (_, i) => (i * 77) % 256), 'uint8'); // prettier-ignore
const colors = random([1, 3, 3, 3], 0.1, 0.9);
const first = { dataFormat: 'channels_first' } as const;
const bits = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

/** Corners of images of 4 × 5 pixels, and where they come to lie. */
const CORNERS = [[0, 0], [4, 0], [0, 3], [4, 3]]; // prettier-ignore
const MOVED = [[0.3, 0.2], [3.6, -0.2], [-0.4, 2.7], [4.3, 3.4]]; // prettier-ignore
const AFFINE = [1.1, 0.2, -0.4, -0.1, 0.9, 0.3, 0, 0];
const [a0 = 0, a1 = 0, a2 = 0, b0 = 0, b1 = 0, b2 = 0] = AFFINE;
const turned = (x: number, y: number): [number, number] => [a0 * x + a1 * y + a2, b0 * x + b1 * y + b2]; // prettier-ignore
const PLACES = [[0.2, 1.7, -1.3, 3.4], [2.6, -0.4, 5.8, 0.1]]; // prettier-ignore
const MODES = ['constant', 'nearest', 'wrap', 'mirror', 'reflect'] as const;

const resizing = (interpolation: string, size: readonly [number, number], antialias: boolean): Call => [
  [random([1, 4, 5, 2]), size, { interpolation, antialias }],
  (a = NONE) => reference.resize(a, size, interpolation, antialias),
]; // prettier-ignore

export const imageOperationSpecs: Readonly<Record<string, OperationSpec>> = {
  resize: image(
    'twice',
    ...plain([pixels, [3, 7], { interpolation: 'bilinear', antialias: false, cropToAspectRatio: false, padToAspectRatio: false, fillMode: 'constant', fillValue: 0, dataFormat: 'channels_last' }], [single, [4, 5]], [bytes, [8, 3], { interpolation: 'bicubic' }], [pixels, [2, 9], { interpolation: 'nearest' }], [nested(single), [2, 2]]), // prettier-ignore
    ...plain([cycle(1, 2, 4, 5), [3, 3], first], [pixels, [2, 6], { padToAspectRatio: true, fillValue: 0.5 }], [pixels, [6, 2], { cropToAspectRatio: true }]), // prettier-ignore
    ...['bilinear', 'bicubic', 'lanczos3', 'lanczos5'].flatMap((interpolation) => [
      resizing(interpolation, [7, 9], false),
      resizing(interpolation, [3, 2], false),
      resizing(interpolation, [2, 3], true),
    ]),
  ),
  scaleAndTranslate: image(
    'twice',
    ...plain([single, [6, 3, 2], [1.5, 0.7], [0.4, -0.2], [0, 1], 'linear', true], [bytes, [4, 9, 1], [2], [0], [-2], 'cubic'], [nested(single), [4, 5, 2], [], [], [], 'lanczos3']), // prettier-ignore
    [
      [random([4, 5, 2]), [8, 5, 2], [2], [0], [0], 'bicubic', false],
      (a = NONE) => reshape(reference.resize(reshape(a, [1, ...a.shape]), [8, 5], 'bicubic'), [8, 5, 2]), // prettier-ignore
    ],
  ),
  affineTransform: image(
    'twice',
    ...plain([pixels, AFFINE, { interpolation: 'bilinear', fillMode: 'constant', fillValue: 0, dataFormat: 'channels_last' }], [single, [AFFINE], { interpolation: 'nearest', fillMode: 'wrap' }], [bytes, AFFINE, { fillValue: 7 }], [cycle(1, 2, 4, 5), AFFINE, first]), // prettier-ignore
    ...plain([pixels, [1, 0, 0, 0, 1, 0, 0.3, -0.2]], [pixels, of([1, 8], AFFINE)]),
    ...MODES.map((fillMode): Call => [
      [random([1, 4, 5, 2]), AFFINE, { fillMode, fillValue: 0.5 }],
      (a = NONE) => reference.moved(a, turned, fillMode, 0.5),
    ]),
  ),
  perspectiveTransform: image(
    'twice',
    ...plain([pixels, CORNERS, MOVED, { interpolation: 'bilinear', fillValue: 0, dataFormat: 'channels_last' }], [single, CORNERS, [MOVED], { interpolation: 'nearest' }], [bytes, MOVED, CORNERS, { fillValue: 3 }], [pixels, of([4, 2], CORNERS.flat()), of([4, 2], MOVED.flat())]), // prettier-ignore
    [
      [random([1, 4, 5, 2]), CORNERS, CORNERS.map(([x = 0, y = 0]) => [x + 0.25, y - 0.5])],
      (a = NONE) => reference.moved(a, (x, y) => [x - 0.25, y + 0.5], 'constant', 0),
    ],
  ),
  mapCoordinates: image(
    'twice',
    ...plain([single, [[0.5, 3], [1.2, 7], [0, 1]], 1, { fillMode: 'constant', fillValue: 0 }], [bytes, [[1.5], [-2], [0]], 0, { fillMode: 'mirror' }], [[1, 2, 4], [[0.5, 1.75]], 1], [pixels, of([4, 1], [0, 1.3, 2.2, 0.6]), 1]), // prettier-ignore
    ...MODES.map((fillMode): Call => [
      [random([4, 5]), PLACES, 1, { fillMode, fillValue: 0.5 }],
      (a = NONE) => reference.mapCoordinates(a, PLACES, fillMode, 0.5),
    ]),
  ),
  elasticTransform: image(
    'twice',
    ...plain([pixels, { alpha: 3, sigma: 1, interpolation: 'bilinear', fillMode: 'reflect', fillValue: 0, seed: 1, dataFormat: 'channels_last' }], [bytes, { seed: 2 }], [cycle(1, 2, 4, 5), { ...first, seed: 3, interpolation: 'nearest', fillMode: 'nearest' }]), // prettier-ignore
    // Nothing moves.
    [[random([1, 4, 5, 2]), { alpha: 0, seed: 1 }], (a = NONE) => a],
  ),
  cropImages: image(
    'twice',
    ...plain([pixels, { topCropping: 1, leftCropping: 0, bottomCropping: 1, rightCropping: 2, targetHeight: null, targetWidth: null, dataFormat: 'channels_last' }], [bytes, { bottomCropping: 1, targetHeight: 2, leftCropping: 1, targetWidth: 2 }], [cycle(1, 2, 4, 5), { topCropping: 1, bottomCropping: 0, leftCropping: 1, rightCropping: 1, ...first }]), // prettier-ignore
    [
      [random([1, 4, 5, 2]), { topCropping: 1, targetHeight: 2, rightCropping: 1, targetWidth: 3 }],
      (a = NONE) => take(a, [[0], [1, 2], [1, 2, 3], [0, 1]]),
    ],
  ),
  padImages: image(
    'twice',
    ...plain([pixels, { topPadding: 1, leftPadding: 0, bottomPadding: 1, rightPadding: 2, targetHeight: null, targetWidth: null, dataFormat: 'channels_last' }], [bytes, { bottomPadding: 1, targetHeight: 6, leftPadding: 1, targetWidth: 7 }], [cycle(1, 2, 4, 5), { topPadding: 1, bottomPadding: 0, leftPadding: 1, rightPadding: 1, ...first }]), // prettier-ignore
    [
      [random([1, 2, 3, 2]), { topPadding: 1, targetHeight: 5, rightPadding: 1, targetWidth: 4 }],
      (a = NONE) => pad(a, [[0, 0], [1, 2], [0, 1], [0, 0]], 0), // prettier-ignore
    ],
  ),
  extractPatches: image(
    'twice',
    ...plain([pixels, 2, { strides: 1, dilationRate: 1, padding: 'valid', dataFormat: 'channels_last' }], [single, [2, 3]], [bytes, 2, { padding: 'same' }], [cycle(2, 4, 5), 2, { ...first, dilationRate: 2 }], [cycle(1, 2, 4, 4, 1), [2, 2, 2]]), // prettier-ignore
    [
      [random([1, 4, 5, 2]), [3, 2], { strides: [2, 1], padding: 'same' }],
      (a = NONE) => reference.patches(a, [3, 2], [2, 1], 'same'),
    ],
    [[random([1, 4, 5, 2]), 2], (a = NONE) => reference.patches(a, [2, 2], [2, 2], 'valid')],
  ),
  extractPatches3d: image(
    'twice',
    ...plain([cycle(1, 2, 4, 4, 1), 2, { strides: 2, dilationRate: 1, padding: 'valid', dataFormat: 'channels_last' }], [cycle(2, 3, 4, 1), [1, 2, 2], { padding: 'same' }]), // prettier-ignore
    // A depth of one.
    [
      [random([1, 1, 4, 4, 1]), [1, 2, 2]],
      (a = NONE) => {
        const flat = reference.patches(reshape(a, [1, 4, 4, 1]), [2, 2], [2, 2], 'valid');
        return reshape(flat, [1, ...flat.shape]);
      },
    ],
  ),
  reconstructPatches: image(
    'twice',
    ...plain([cycle(1, 2, 3, 8), 2, { outputSize: [4, 6], strides: 2, padding: 'valid', dataFormat: 'channels_last' }], [cycle(2, 3, 4), [2, 2], { outputSize: [3, 5], padding: 'same' }], [cycle(1, 2, 2, 2, 8), [2, 2, 2]], [cycle(8, 2, 3), 2, first]), // prettier-ignore
    [
      [random([1, 2, 2, 4]), 2],
      (a = NONE) => build([1, 4, 4, 1], ([, y = 0, x = 0]) => a.data[((y >> 1) * 2 + (x >> 1)) * 4 + (y % 2) * 2 + (x % 2)] ?? NaN), // prettier-ignore
    ],
  ),
  gaussianBlur: image(
    'twice',
    ...plain([pixels, { kernelSize: [3, 3], sigma: [1, 1], dataFormat: 'channels_last' }], [single], [bytes, { kernelSize: [2, 5] }], [cycle(1, 2, 4, 5), first]), // prettier-ignore
    [
      [random([1, 4, 5, 2]), { kernelSize: [3, 4], sigma: [0.8, 2] }],
      (a = NONE) => reference.filtered(a, reference.bell(3, 0.8), reference.bell(4, 2)),
    ],
  ),
  sobelEdges: image(
    'twice',
    ...plain([pixels, { dataFormat: 'channels_last' }], [single], [bytes], [cycle(1, 2, 4, 5), first]), // prettier-ignore
    [
      [random([1, 4, 5, 1])],
      (a = NONE) => {
        const [down, right] = [[[-1, 0, 1], [1, 2, 1]], [[1, 2, 1], [-1, 0, 1]]].map(([rows = [], columns = []]) => reference.filtered(a, rows, columns)); // prettier-ignore
        return build([...a.shape, 2], (index) => {
          const { data = [] } = (index.at(-1) === 0 ? down : right) ?? {};
          return data[(index[1] ?? 0) * 5 + (index[2] ?? 0)] ?? NaN;
        });
      },
    ],
  ),
  psnr: row('twice', [
    ...plain(
      [pixels, of([1, 4, 5, 2], [...pixels.data].reverse()), 3],
      [bytes, of([4, 5, 1], [...bytes.data].reverse(), 'uint8'), 255],
    ),
    [
      [random([2, 3]), random([2, 3]), 2],
      (a = NONE, b = NONE) => {
        const squares = a.data.map((value, i) => (value - (b.data[i] ?? NaN)) ** 2);
        const error = squares.reduce((sum, square) => sum + square, 0) / squares.length;
        return build([], () => 10 * Math.log10(4 / error));
      },
    ],
  ]),
  ssim: image(
    'twice',
    ...plain([cycle(2, 12, 12, 1), cycle(2, 12, 12, 1), { maxVal: 1, filterSize: 11, filterSigma: 1.5, k1: 0.01, k2: 0.03, dataFormat: 'channels_last' }], [single, cycle(4, 5, 2), { filterSize: 3 }], [bytes, bytes, { filterSize: 2, maxVal: 255 }]), // prettier-ignore
    [
      [random([2, 4, 5, 2], 0, 1), random([2, 4, 5, 2], 0, 1), { filterSize: 3 }],
      (a = NONE, b = NONE) => reference.ssim(a, b, 3, 1.5),
    ],
  ),
  rgbToGrayscale: image(
    'twice',
    ...plain([colors, { dataFormat: 'channels_last' }], [cycle(4, 4, 1)], [of([1, 2, 3], [1, 2, 3, 255, 255, 255], 'uint8')], [cycle(1, 3, 4, 5), first]), // prettier-ignore
    [
      [random([1, 2, 3, 3])],
      (a = NONE) => reference.ofPixels(a, 1, ([r = 0, g = 0, b = 0]) => [0.2989 * r + 0.587 * g + 0.114 * b]), // prettier-ignore
    ],
  ),
  rgbToHsv: image(
    'twice',
    ...plain([colors, { dataFormat: 'channels_last' }], [of([1, 2, 3], [0, 0, 0, 1, 0, 0.5])], [cycle(1, 3, 4, 5), first]), // prettier-ignore
    [[spreadColors(), {}], (a = NONE) => reference.ofPixels(a, 3, reference.hsv)],
  ),
  hsvToRgb: image(
    'twice',
    ...plain([colors, { dataFormat: 'channels_last' }], [of([1, 2, 3], [0, 0, 0, 1, 0, 0.5])], [cycle(1, 3, 4, 5), first]), // prettier-ignore
    [[spreadHues(), {}], (a = NONE) => reference.ofPixels(a, 3, reference.rgb)],
  ),
};

/** Colours whose channels are in each order, far apart. */
function spreadColors(): DenseArray {
  const orders = [[0.9, 0.5, 0.2], [0.9, 0.2, 0.5], [0.5, 0.9, 0.2], [0.2, 0.9, 0.5], [0.5, 0.2, 0.9], [0.2, 0.5, 0.9]]; // prettier-ignore
  return map(of([1, 2, 3, 3], orders.flat()), Math.fround);
}

/** Hues between those where a slope changes. */
function spreadHues(): DenseArray {
  const hues = bits(6).map((sixth) => [(sixth + 0.4) / 6, 0.7, 0.8]);
  return map(of([1, 2, 3, 3], hues.flat()), Math.fround);
}
