// Images of another size: along each axis a product with the matrix that the library computes by, where the lengths are known.
import {
  cast as castTensor,
  equal,
  expandDims as expandTensor,
  reshape as reshapeTensor,
  resize,
  upSample,
} from '../../../../engine/ops/index.js';
import { arange, tidy } from '../../../../engine/tensor/index.js';
import type { Tensor } from '../../../../engine/tensor/index.js';
import type { CenterCrop, Resizing } from '../../../../nn/layers/images/crops.js';
import { inMiddle, middleOfShape } from '../../../../nn/layers/images/image-size.js';
import type { Rectangle } from '../../../../nn/layers/images/image-size.js';
import type { AutoContrast } from '../../../../nn/layers/images/tones.js';
import type { Pipeline } from '../../../../nn/layers/images/pipeline.js';
import type {
  UpSampling1D,
  UpSampling2D,
  UpSampling3D,
} from '../../../../nn/layers/up-sampling.js';
import { TYPE } from '../../../../files/formats/onnx/types.js';
import { add, cast, clip, compare, div, float, mul, sub, unary, where } from '../elementwise.js';
import type { GraphWriter } from '../graph-writer.js';
import { only, rows } from '../row.js';
import type { LayerCall, Rows } from '../row.js';
import { gather, matmul, pad, reduce, slice, transpose } from '../shapes.js';
import { refuse } from '../written.js';
import type { Written } from '../written.js';
import { inverse } from '../../../operator-graphs/value.js';

/** The matrix with ones on its diagonal. */
export const identity = (size: number): Tensor =>
  castTensor(equal(expandTensor(arange(size), 0), expandTensor(arange(size), 1)), 'float32');

const MAX_LENGTH = 4096;

/** The largest matrix that is made in order to see what an operation does along an axis. */
export function checkedLength(length: number): number {
  return length <= MAX_LENGTH
    ? length
    : refuse(`an axis of its input is ${length} long, more than ${MAX_LENGTH}`);
}

/** The matrix [new length, length] times x along an axis. */
export function alongMatrix(
  w: GraphWriter,
  x: Written,
  axis: number,
  compute: () => Tensor,
): Written {
  checkedLength(x.shape[axis] ?? 0);
  const matrix = transpose(w.computed(compute), [1, 0]);
  const order = [...x.shape.map((_, i) => i).filter((i) => i !== axis), axis];
  return transpose(matmul(w, transpose(x, order), matrix), inverse(order));
}

const known = (x: Written, axis: number): number =>
  x.shape[axis] ?? refuse('the lengths of its images are not known. State them in the Input');

const NEAREST = 'nearest';

/** Each element of an axis several times, or numbers between them. */
function upSampled(
  w: GraphWriter,
  x: Written,
  axis: number,
  factor: number,
  interpolation: string = NEAREST,
): Written {
  if (factor === 1) return x;
  if (interpolation === NEAREST) {
    const length = known(x, axis);
    const at = Array.from({ length: length * factor }, (_, i) => Math.floor(i / factor));
    return gather(w, x, w.whole(at), axis);
  }
  const length = known(x, axis);
  return alongMatrix(w, x, axis, () =>
    upSample(identity(length), 0, factor, interpolation as never),
  );
}

/** Images, the nearest element of which is repeated, at any length. */
function repeated(w: GraphWriter, x: Written, factors: readonly number[]): Written {
  const scales = w.floats([1, ...factors, 1]);
  const shape = x.shape.map((length, axis) =>
    length === null ? null : length * (factors[axis - 1] ?? 1),
  );
  const first = [0, x.rank - 1, ...factors.map((_, i) => i + 1)];
  const order = first.map((axis) => shape[axis] ?? null);
  const turnedScales = w.floats(first.map((axis) => scales.array?.data[axis] ?? 1));
  const y = w.one('Resize', [transpose(x, first), undefined, turnedScales], order, x.type, {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  return transpose(y, inverse(first));
}

function upSampling2D(layer: UpSampling2D, { w, x }: LayerCall): Written {
  const isLast = layer.dataFormat === 'channels_last';
  const [first, ...rest] = isLast ? [1, 2] : [2, 3];
  const axes = [first ?? 1, ...rest];
  if (layer.interpolation === NEAREST) {
    const images = isLast ? x : transpose(x, [0, 2, 3, 1]);
    const y = repeated(w, images, layer.size);
    return isLast ? y : transpose(y, [0, 3, 1, 2]);
  }
  return layer.size.reduce(
    (y, factor, i) => upSampled(w, y, axes[i] ?? 1, factor, layer.interpolation),
    float(w, x),
  );
}

function upSampling3D(layer: UpSampling3D, { w, x }: LayerCall): Written {
  const isLast = layer.dataFormat === 'channels_last';
  const y = repeated(w, isLast ? x : transpose(x, [0, 2, 3, 4, 1]), layer.size);
  return isLast ? y : transpose(y, [0, 4, 1, 2, 3]);
}

/** Whole numbers again, where the images had them. */
const likeImages = (w: GraphWriter, x: Written, type: number): Written =>
  type === TYPE.float || x.type === type
    ? x
    : cast(w, clip(w, unary(w, 'Round', x), ...(type === TYPE.uint8 ? [0, 255] : [])), type);

/** Rows and columns of images [batch, height, width, channels] in another number. */
function resized(
  w: GraphWriter,
  x: Written,
  size: readonly [number, number],
  options: { readonly interpolation: string; readonly antialias: boolean },
): Written {
  return size.reduce((y, wanted, i) => {
    const axis = i + 1;
    const length = known(y, axis);
    if (length === wanted) return y;
    if (options.interpolation === NEAREST) {
      const at = nearestRows(length, wanted);
      return gather(w, y, w.whole(at), axis);
    }
    return alongMatrix(w, y, axis, () => {
      // Each row of the identity as a line of an image.
      const lines = reshapeTensor(identity(length), [1, length, length, 1]);
      const { interpolation, antialias } = options;
      const made = resize(lines, [wanted, length], { interpolation, antialias } as never);
      return reshapeTensor(made, [wanted, length]);
    });
  }, x);
}

/** Which rows the library takes for the nearest ones. */
function nearestRows(length: number, wanted: number): number[] {
  const rows = tidy(() =>
    resize(
      reshapeTensor(castTensor(arange(checkedLength(length)), 'float32'), [1, length, 1, 1]),
      [wanted, 1],
      {
        interpolation: NEAREST,
      },
    ).data(),
  );
  return Array.from(rows);
}

const imagesOf = (x: Written, format: string): Written =>
  format === 'channels_first'
    ? transpose(x, [...axesTo(x.rank - 3), x.rank - 2, x.rank - 1, x.rank - 3])
    : x;
const fromImages = (x: Written, format: string): Written =>
  format === 'channels_first'
    ? transpose(x, [...axesTo(x.rank - 3), x.rank - 1, x.rank - 3, x.rank - 2])
    : x;
const axesTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** A batch of images of whole size, as layers of images take it. */
function ofImages(
  layer: { readonly dataFormat: string },
  x: Written,
  compute: (images: Written) => Written,
): Written {
  if (x.rank !== 4) return refuse('it is given images without a batch axis');
  return fromImages(compute(imagesOf(x, layer.dataFormat)), layer.dataFormat);
}

/** How images become those of another size, in words of the operation and of the layer. */
export interface Fitting {
  readonly interpolation: string;
  readonly antialias: boolean;
  readonly cropToAspectRatio: boolean;
  readonly padToAspectRatio: boolean;
  readonly fillValue: number;
  readonly dataFormat: string;
}

/** A batch of images in another size, of the type that they have. */
export function fitted(
  w: GraphWriter,
  x: Written,
  size: readonly [height: number, width: number],
  options: Fitting,
): Written {
  const [newHeight, newWidth] = size;
  return ofImages(options, x, (images) => {
    const [height, width] = [known(images, 1), known(images, 2)];
    const h = Math.trunc((width * newHeight) / newWidth);
    const wide = Math.trunc((height * newWidth) / newHeight);
    let whole = images;
    if (options.cropToAspectRatio) whole = cropped(w, images, h, wide);
    if (options.padToAspectRatio) whole = padded(w, images, h, wide, options.fillValue);
    const isNearest = options.interpolation === NEAREST;
    const y = resized(w, isNearest ? whole : float(w, whole), size, options);
    return likeImages(w, y, x.type);
  });
}

const resizing = (layer: Resizing, { w, x }: LayerCall): Written =>
  fitted(w, x, [layer.height, layer.width], layer);

function cropped(w: GraphWriter, x: Written, h: number, wide: number): Written {
  const part = (axis: number, wanted: number) => {
    const length = known(x, axis);
    const count = Math.max(Math.min(length, wanted), 1);
    const start = Math.trunc((length - count) / 2);
    return { axis, start, end: start + count };
  };
  return slice(w, x, part(1, h), part(2, wide));
}

function padded(w: GraphWriter, x: Written, h: number, wide: number, value: number): Written {
  const top = Math.trunc(Math.max(0, h - known(x, 1)) / 2);
  const left = top > 0 ? 0 : Math.trunc(Math.max(0, wide - known(x, 2)) / 2);
  if (top === 0 && left === 0) return x;
  return pad(w, float(w, x), [[0, 0], [top, top], [left, left], [0, 0]], value); // prettier-ignore
}

/** A rectangle of each image, in the size of the layer. */
function cutOut(
  w: GraphWriter,
  images: Written,
  { top, left, height, width }: Rectangle,
  size: readonly [number, number],
): Written {
  const part = slice(
    w,
    images,
    { axis: 1, start: top, end: top + height },
    { axis: 2, start: left, end: left + width },
  );
  const [h, wide] = size;
  if (height === h && width === wide) return part;
  return resized(w, float(w, part), size, { interpolation: 'bilinear', antialias: false });
}

function centerCrop(layer: CenterCrop, { w, x }: LayerCall): Written {
  return ofImages(layer, float(w, x), (images) => {
    const size = { height: known(images, 1), width: known(images, 2) };
    const isSmall = size.height < layer.height || size.width < layer.width;
    const window = isSmall
      ? middleOfShape(size, layer)
      : inMiddle(size, { height: layer.height, width: layer.width });
    return cutOut(w, images, window, [layer.height, layer.width]);
  });
}

/** The darkest number of each channel becomes the low one, the brightest the high one. */
function autoContrast(layer: AutoContrast, { w, x }: LayerCall): Written {
  const [low, high] = layer.valueRange;
  return ofImages(layer, float(w, x), (images) => {
    const darkest = reduce(w, 'ReduceMin', images, [1, 2], true);
    const range = sub(w, reduce(w, 'ReduceMax', images, [1, 2], true), darkest);
    const isFlat = compare(w, 'Equal', range, 0);
    const scale = div(w, high - low, where(w, isFlat, 1, range));
    const stretched = add(w, mul(w, sub(w, images, darkest), scale), low);
    return clip(w, where(w, isFlat, images, stretched), low, high);
  });
}

/** Layers of images that change nothing when nothing is trained. */
const IN_TRAINING =
  'RandomFlip RandomRotation RandomTranslation RandomZoom RandomShear RandomBrightness RandomContrast RandomHue ' +
  'RandomSaturation RandomColorJitter RandomGrayscale RandomColorDegeneration RandomElasticTransform RandomErasing ' +
  'RandomGaussianBlur RandomPerspective RandomInvert RandomPosterization RandomSharpness RandAugment AugMix MixUp CutMix ' +
  'Mosaic RandomCrop Solarization MaxNumBoundingBoxes';

export const resampling: Rows = {
  ...rows<UpSampling1D>('UpSampling1D', ({ size }, { w, x }) => repeated(w, x, [size])),
  ...rows('UpSampling2D', upSampling2D),
  ...rows('UpSampling3D', upSampling3D),
  ...rows('Resizing', resizing),
  ...rows('CenterCrop', centerCrop),
  ...rows('AutoContrast', autoContrast),
  ...rows<object>(IN_TRAINING, (_, { w, x }) => float(w, x)),
  ...rows<Pipeline>('Pipeline', (layer, call) =>
    layer.layers.reduce((x, inner) => only(call.write(inner as never, [x])), call.x),
  ),
};
