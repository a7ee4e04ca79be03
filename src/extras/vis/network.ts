// What is inside of a network, as pictures: kernels, what layers see, and where a class is seen.
import { requireObject } from '../../config/index.js';
import { grad, logitsOf, relu, resize } from '../../engine/ops/index.js';
import { tidy, toTensor, Variable } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { ValueError } from '../../errors.js';
import { installGraphs } from '../../nn/layers/input.js';
import type { AnyLayer } from '../../nn/layers/core/layer.js';
import { Model } from '../../nn/models/model.js';
import { bytesOfImages } from './draw.js';
import { gridOf, gridSpec } from './images.js';
import type { GridOptions, Tile } from './images.js';
import { colorAt } from './pixels.js';
import type { Picture } from './pixels.js';
import { frameOf, refuse, refuseShape, valuesOf, wholeNumber } from './spec.js';
import type { ChartOptions, Spec } from './spec.js';

/** Options of `weights`. */
export type WeightsOptions = GridOptions;

/** A layer with weights, such as a convolution. */
export interface WeightedLayer {
  /** The weights of the layer; the first one is drawn. */
  readonly weights: readonly Variable[];
}

/**
 * The kernels of a convolution as pictures, one for each filter: blue is negative, white 0 and brown positive. Kernels with
 * three input channels are drawn in colours; for others, the mean over the channels is drawn.
 *
 * @param kernel a layer, whose first weight is drawn, a variable, or a tensor [height, width, channels, filters]
 * @throws ShapeError for another shape.
 * @example const spec = await vis.weights(model.getLayer('conv2d'));
 */
export async function weights(
  kernel: WeightedLayer | Variable | TensorLike,
  options: WeightsOptions = {},
): Promise<Spec> {
  const owner = 'weights';
  requireObject(owner, 'options', options);
  const { shape, data } = valuesOf(owner, 'kernel', kernelOf(owner, kernel), 4);
  const [height = 0, width = 0, channels = 0, filters = 0] = shape;
  const { shown, columns, frame } = gridOf(owner, options, [], filters, 'Kernels', 73);
  const tiles = Array.from({ length: shown }, (_, f): Tile => {
    const values = Float32Array.from({ length: height * width * channels }, (__, i) => data[i * filters + f] ?? NaN); // prettier-ignore
    if (channels === 3) {
      const [low, high] = rangeOf(values);
      const pixels = Uint8Array.from(values, (value) => (255 * (value - low)) / (high - low || 1));
      return { picture: { width, height, channels, data: pixels }, text: '' };
    }
    const means = Float32Array.from({ length: height * width }, (__, i) => {
      const own = values.subarray(i * channels, (i + 1) * channels);
      return own.reduce((sum, value) => sum + value, 0) / channels;
    });
    return { picture: inColors(means, width, height, 'diverging'), text: '' };
  });
  return gridSpec(frame, tiles, columns);
}

function kernelOf(owner: string, kernel: WeightedLayer | Variable | TensorLike): TensorLike {
  if (kernel instanceof Variable) return kernel.value;
  const listed = (kernel as Partial<WeightedLayer> | null)?.weights;
  if (!Array.isArray(listed)) return kernel as TensorLike;
  const [first] = listed as readonly Variable[];
  if (first instanceof Variable) return first.value;
  throw new ValueError(
    `${owner}: the layer has no weights. Build the model, or take another layer.`,
  );
}

/** Options of `featureMaps`. */
export interface FeatureMapsOptions extends GridOptions {
  /** The name or the index of the layer. Default: the first convolution. */
  readonly layer?: string | number;
}

/**
 * The output of a layer for an image, with a picture for each channel: dark is its smallest value, bright its largest.
 *
 * @param model a built model, `Sequential` or functional
 * @param images one image [height, width, channels], or a batch, whose first image is used
 * @throws ValueError for a model without such a layer, ShapeError for a layer whose output is not an image.
 * @example const spec = await vis.featureMaps(model, x.slice(0), { layer: 'conv2d_1' });
 */
export async function featureMaps(
  model: Model,
  images: TensorLike,
  options: FeatureMapsOptions = {},
): Promise<Spec> {
  const owner = 'featureMaps';
  requireObject(owner, 'options', options);
  const layer = layerOf(owner, model, options.layer, 'first');
  const { shape, data } = tidy(() => {
    const seen = new Model({ inputs: model.inputs as never, outputs: layer.output as never });
    const maps = seen.apply(batchOfOne(owner, images) as never) as unknown;
    return valuesOf(owner, 'the output', maps as Tensor);
  });
  const [, height = 0, width = 0, channels = 0] = shape;
  if (shape.length !== 4) {
    refuseShape(owner, `the output of layer '${layer.name}'`, 'images [batch, height, width, channels]', shape); // prettier-ignore
  }
  const title = `Feature maps of ${layer.name}`;
  const { shown, columns, frame } = gridOf(owner, options, ['layer'], channels, title, 73);
  const tiles = Array.from({ length: shown }, (_, c): Tile => {
    const map = Float32Array.from({ length: height * width }, (_unused, i) => data[i * channels + c] ?? NaN); // prettier-ignore
    return { picture: inColors(map, width, height, 'sequential'), text: '' };
  });
  return gridSpec(frame, tiles, columns);
}

/** Options of `gradCam`. */
export interface GradCamOptions extends Omit<ChartOptions, 'height'> {
  /** The class to look for. Default: the class with the largest score. */
  readonly classIndex?: number;
  /** The name or the index of the layer whose maps are used. Default: the last convolution. */
  readonly layer?: string | number;
}

/** Where a model sees a class in an image. */
export interface Heat {
  /** [height, width] of the layer's maps, 0 to 1, which you dispose of. */
  readonly heat: Tensor;
  /** The class that was looked for. */
  readonly classIndex: number;
}

/**
 * Grad-CAM as numbers: relu(Σₖ αₖ Aₖ), where Aₖ are the maps of the layer and αₖ the means of the gradient of the class's score,
 * before softmax or sigmoid, with respect to them; divided by the largest.
 * Source: Selvaraju et al., 2017, https://arxiv.org/abs/1610.02391
 *
 * @param model a built classifier, `Sequential` or functional
 * @param image one image [height, width, channels] or [1, height, width, channels]
 * @throws ValueError for a model without such a layer, and for a class that it does not have.
 * @example const { heat, classIndex } = vis.gradCamHeat(model, x.slice(0));
 */
export function gradCamHeat(
  model: Model,
  image: TensorLike,
  options: Pick<GradCamOptions, 'classIndex' | 'layer'> = {},
): Heat {
  const owner = 'gradCam';
  requireObject(owner, 'options', options);
  const layer = layerOf(owner, model, options.layer, 'last');
  return tidy(() => {
    const below = new Model({ inputs: model.inputs as never, outputs: layer.output as never });
    const above = new Model({ inputs: layer.output as never, outputs: model.outputs as never });
    const maps = below.apply(batchOfOne(owner, image) as never) as unknown as Tensor;
    const scoresOf = (x: Tensor): Tensor => {
      const output = above.apply(x as never) as unknown;
      const result = (Array.isArray(output) ? output[0] : output) as Tensor;
      return logitsOf(result, 'softmax') ?? logitsOf(result, 'sigmoid') ?? result;
    };
    const scores = scoresOf(maps);
    const classes = scores.shape.at(-1) ?? 0;
    if (maps.ndim !== 4) refuseShape(owner, 'the maps', '[1, height, width, channels]', maps.shape);
    if (scores.ndim !== 2) refuseShape(owner, 'the scores', '[1, classes]', scores.shape);
    const best = scores.argmax(-1).data()[0] ?? 0;
    const wanted = wholeNumber(owner, 'classIndex', options.classIndex ?? best, classes - 1, 0);
    const slope = grad((x: Tensor) => scoresOf(x).slice(0, wanted))(maps);
    const shares = slope.mean([1, 2], true);
    const sum = relu(maps.mul(shares).sum(-1)).slice(0);
    const most = sum.max().item();
    return { heat: sum.div(most > 0 ? most : 1), classIndex: wanted };
  });
}

/**
 * An image and where the model sees a class in it: Grad-CAM over the image, from dark (not there) to bright (there).
 *
 * @param model a built classifier, `Sequential` or functional
 * @param images one image [height, width, channels] or [1, height, width, channels]: floats up to 1, or up to 255, or bytes
 * @throws ValueError for a model without such a layer, and for a class that it does not have.
 * @example await vis.show(await vis.gradCam(model, x.slice(0)), 'cam.svg');
 */
export async function gradCam(
  model: Model,
  images: TensorLike,
  options: GradCamOptions = {},
): Promise<Spec> {
  const owner = 'gradCam';
  const frame = frameOf(owner, options, ['classIndex', 'layer'], 'Grad-CAM', 420);
  const { shape, data } = tidy(() => bytesOfImages(owner, batchOfOne(owner, images)));
  const { heat, classIndex } = gradCamHeat(model, images, options);
  const [, height = 0, width = 0, channels = 0] = shape;
  const large = tidy(() => {
    const [rows = 0, columns = 0] = heat.shape;
    const grown = resize(heat.reshape([1, rows, columns, 1]), [height, width], { interpolation: 'bilinear' }); // prettier-ignore
    return grown.data();
  });
  heat.dispose();
  const picture: Picture = { width, height, channels: channels as 1 | 3 | 4, data };
  const mixed = Uint8Array.from({ length: 3 * width * height }, (_, at) => {
    const [pixel, c] = [Math.floor(at / 3), at % 3];
    const color = colorAt('sequential', large[pixel] ?? 0)[c] ?? 0;
    return 0.45 * (data[pixel * channels + (channels === 1 ? 0 : c)] ?? 0) + 0.55 * color;
  });
  const tiles = [
    { picture, text: 'image' },
    { picture: { width, height, channels: 3, data: mixed } as const, text: `class ${classIndex}` },
  ];
  return gridSpec(frame, tiles, 2);
}

/** An image as a batch of one; of a batch the first. */
function batchOfOne(owner: string, images: TensorLike): Tensor {
  const x = toTensor(images);
  if (x.ndim === 3) return x.reshape([1, ...x.shape]);
  if (x.ndim === 4) return x.slice([0, 1]);
  return refuseShape(owner, 'the image', '[height, width, channels] or a batch of them', x.shape);
}

/** The layer of that name or index; else the first or the last convolution. */
function layerOf(
  owner: string,
  model: Model,
  wanted: string | number | undefined,
  which: 'first' | 'last',
): AnyLayer {
  if (!(model instanceof Model)) refuse(owner, 'the first argument', 'a model', model);
  // A `Sequential` of lanegrad/core has none yet.
  installGraphs();
  if (wanted !== undefined) return model.getLayer(wanted);
  const isConvolution = ({ constructor }: AnyLayer): boolean =>
    /Conv\d?D?/.test((constructor as { readonly className?: string }).className ?? '');
  const { layers } = model;
  const found = which === 'first' ? layers.find(isConvolution) : layers.findLast(isConvolution);
  if (found !== undefined) return found;
  throw new ValueError(
    `${owner}: the model has no convolution. Say which layer: { layer: 'name' }.`,
  );
}

/** Numbers in colours: from their smallest to their largest, or as far below as above zero. */
function inColors(
  values: Float32Array,
  width: number,
  height: number,
  scale: 'sequential' | 'diverging',
): Picture {
  let [low, high] = rangeOf(values);
  if (scale === 'diverging') {
    high = Math.max(-low, high) || 1;
    low = -high;
  }
  const data = Array.from(values, (value) => colorAt(scale, (value - low) / (high - low || 1))); // prettier-ignore
  return { width, height, channels: 3, data: Uint8Array.from(data.flat()) };
}

function rangeOf(values: Float32Array): [low: number, high: number] {
  const finite = values.filter(Number.isFinite);
  const [first = 0] = finite;
  return [
    finite.reduce((a, b) => Math.min(a, b), first),
    finite.reduce((a, b) => Math.max(a, b), first),
  ];
}
