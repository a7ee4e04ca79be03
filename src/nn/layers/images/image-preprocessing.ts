import { choice, configurable, isPlainObject, mapNest } from '../../../config/index.js';
import type { Option } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  BOUNDING_BOX_FORMATS,
  clipToImageSize,
  convertFormat,
} from '../../../engine/ops/image/bounding-boxes.js';
import type {
  BoundingBoxes,
  BoundingBoxFormat,
  BoundingBoxFormatOption,
  ImageSize,
} from '../../../engine/ops/image/bounding-boxes.js';
import { requireChannels } from '../../../engine/ops/image/images.js';
import { cast, expandDims, squeeze } from '../../../engine/ops/index.js';
import { fromChannelsLast, toChannelsLast } from '../../../engine/ops/windows/data-format.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { formatShape } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor, TensorLike } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import type { ApplyOptions, CallOptions } from '../core/layer-options.js';
import { describeTensors, isSymbolicOrValue, isTensor } from '../core/layer-checks.js';
import { seed } from '../core/layer-options.js';
import { Layer } from '../core/layer.js';
import { isShape } from '../core/symbolic-tensor.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from '../core/symbolic-tensor.js';
import { dataFormat } from '../spatial.js';

/** Images with the labels, boxes and masks that are changed along with them: all with a batch axis, or all without. */
export interface LabeledImages<T = Tensor> {
  /** [batch, height, width, channels]. */
  readonly images: T;
  /** The label of each image: [batch, classes], or [batch] with class indices. */
  readonly labels?: T;
  /** Rectangles around objects, in the format of the layer's `boundingBoxFormat`. */
  readonly boundingBoxes?: BoundingBoxes<T>;
  /** The class of each pixel: [batch, height, width, 1]. */
  readonly segmentationMasks?: T;
}

/** How many axes the parts of such an object may have, under their paths in it. */
const AXES: Readonly<Record<string, readonly number[]>> = {
  '.images': [4],
  '.labels': [1, 2, 3],
  '.boundingBoxes.boxes': [3],
  '.boundingBoxes.labels': [2, 3],
  '.segmentationMasks': [4],
};

/** The paths of what has the size of the images. */
const SIZED: readonly string[] = ['.images', '.segmentationMasks'];

/** A format of bounding boxes, which a config leaves out where there is none. */
const boundingBoxFormat = (): Option<BoundingBoxFormatOption | null, BoundingBoxFormat | null> => ({
  ...choice(BOUNDING_BOX_FORMATS, { orNull: true }),
  toConfig: (format) => format ?? undefined,
});

/**
 * Base class of layers that prepare images: one image [height, width, channels], a batch [batch, height, width, channels], or
 * an object of `images` with `labels`, `boundingBoxes` and `segmentationMasks`, which are changed accordingly. Your own class
 * chooses in `getRandomTransformation` what happens to each image, and applies it in `transformImages`. Its methods always
 * get a batch with the channels last. Keras: `BaseImagePreprocessingLayer`.
 *
 * @example
 * class RandomDarkness extends layers.BaseImagePreprocessingLayer {
 *   static override readonly className = 'RandomDarkness';
 *   getRandomTransformation(images: Tensor): Tensor {
 *     return random.uniform([images.shape[0] ?? 0, 1, 1, 1], { minval: 0.5, maxval: 1 });
 *   }
 *   transformImages(images: Tensor, darkness: Tensor): Tensor {
 *     return images.mul(darkness);
 *   }
 * }
 */
export abstract class BaseImagePreprocessingLayer extends configurable(
  Layer<Tensor, Tensor>,
  'BaseImagePreprocessingLayer',
  {
    /** The format of bounding boxes. Default null: there are none. */
    boundingBoxFormat: boundingBoxFormat(),
    /** Default `'channels_last'`: [batch, height, width, channels]; `'channels_first'` is [batch, channels, height, width]. */
    dataFormat: dataFormat(),
  },
  { isAbstract: true },
) {
  /** Whether images are changed only in training. Default true. */
  get onlyInTraining(): boolean {
    return true;
  }

  /** Whether a call without `training` is a training call: a program that calls the layer itself wants the images changed. */
  override get trainsByDefault(): boolean {
    return this.onlyInTraining;
  }

  /**
   * Chooses the transformation that the methods below apply.
   *
   * @param images [batch, height, width, channels]
   * @param generator the source of random numbers, given by a layer around this one. Default: the layer's own
   */
  abstract getRandomTransformation(images: Tensor, generator?: SeedGenerator): unknown;

  /**
   * Applies the transformation to images.
   *
   * @param images [batch, height, width, channels]
   */
  abstract transformImages(images: Tensor, transformation: unknown): Tensor;

  /**
   * The labels of transformed images. By default, labels do not change.
   *
   * @param labels [batch, classes], or [batch] with class indices
   */
  transformLabels(labels: Tensor, _transformation: unknown): Tensor {
    return labels;
  }

  /**
   * Bounding boxes of transformed images: left, top, right and bottom in pixels. By default, boxes do not change. The parts
   * of boxes outside the images are cut off afterwards.
   *
   * @param size the size of the original images
   */
  transformBoundingBoxes(
    boundingBoxes: BoundingBoxes,
    _transformation: unknown,
    _size: ImageSize<number>,
  ): BoundingBoxes {
    return boundingBoxes;
  }

  /**
   * The masks of transformed images. By default, masks do not change.
   *
   * @param masks the class of each pixel: [batch, height, width, 1]
   */
  transformSegmentationMasks(masks: Tensor, _transformation: unknown): Tensor {
    return masks;
  }

  /** How many channels images may have; null for any number. Default null. */
  protected get channels(): readonly number[] | null {
    return null;
  }

  /** The dtype of transformed images, given the dtype of the originals. Default float32. */
  protected dtypeOf(_images: DType): DType {
    return 'float32';
  }

  /**
   * The dtype of labels, boxes or masks of transformed images, given their original dtype. By default boxes become
   * float32, and the others keep their dtype.
   *
   * @param path which part of the input it is: `.labels`, `.boundingBoxes.boxes`, `.boundingBoxes.labels` or
   * `.segmentationMasks`
   */
  protected dtypeOfFollower(path: string, dtype: DType): DType {
    return path === '.boundingBoxes.boxes' ? 'float32' : dtype;
  }

  /**
   * The number of bounding boxes of transformed images. By default, the number does not change.
   *
   * @param count the number of bounding boxes of each original image; null if unknown
   */
  protected countOfBoxes(count: number | null): number | null {
    return count;
  }

  /** Height and width of transformed images. By default, the size does not change. */
  protected sizeOf(size: ImageSize<number | null>): ImageSize<number | null> {
    return size;
  }

  /**
   * Transforms images. Unlike other layers, layers that change images only in training are in training mode unless `training` is
   * false.
   *
   * @param x one image or a batch, or an object of images with labels, boxes and masks
   * @throws ShapeError or ValueError, naming the layer, for anything that is not images, and for labels, boxes or masks that do
   * not match them.
   */
  override apply(x: Symbolic<Tensor>, options?: ApplyOptions): Symbolic<Tensor>;
  override apply(x: TensorLike, options?: ApplyOptions): Tensor;
  override apply(
    x: LabeledImages<SymbolicTensor>,
    options?: ApplyOptions,
  ): LabeledImages<SymbolicTensor>;
  override apply(x: LabeledImages<TensorLike>, options?: ApplyOptions): LabeledImages;
  override apply(x: unknown, options?: ApplyOptions): never {
    return super.apply(x as Tensor, options) as never;
  }

  /** The result of `apply`, for tensors that `apply` has checked. */
  override call(x: Tensor, options: CallOptions): Tensor;
  override call(x: LabeledImages, options: CallOptions): LabeledImages;
  override call(x: Tensor | LabeledImages, { training }: CallOptions): never {
    const isSingle = this.#isSingle(x, isTensor, ({ shape }) => shape);
    const alone = isTensor(x) ? { images: x } : x;
    const given = isSingle ? mapTensors(alone, (tensor) => expandDims(tensor, 0)) : alone;
    const batch = mapTensors(given, (tensor, path) =>
      cast(tensor, this.#dtypeAt(path, tensor.dtype)),
    );
    const changed = training || !this.onlyInTraining ? this.#changed(batch) : batch;
    const result = isSingle ? mapTensors(changed, (tensor) => squeeze(tensor, 0)) : changed;
    return (isTensor(x) ? result.images : result) as never;
  }

  /** A batch of images and what follows them, changed. */
  #changed(batch: LabeledImages): LabeledImages {
    const { dataFormat } = this;
    const { labels, boundingBoxes, segmentationMasks: masks } = batch;
    const images = toChannelsLast(batch.images, dataFormat);
    const drawn = this.getRandomTransformation(images);
    const changed = this.transformImages(images, drawn);
    const followers: { -readonly [Part in keyof LabeledImages]?: LabeledImages[Part] } = {};
    if (labels !== undefined) followers.labels = this.transformLabels(labels, drawn);
    if (boundingBoxes !== undefined) {
      const sizes = [sideLengths(images.shape), sideLengths(changed.shape)] as const;
      followers.boundingBoxes = this.changedBoxes(boundingBoxes, drawn, ...sizes);
    }
    if (masks !== undefined) {
      const moved = this.transformSegmentationMasks(toChannelsLast(masks, dataFormat), drawn);
      followers.segmentationMasks = fromChannelsLast(moved, dataFormat);
    }
    return { ...followers, images: fromChannelsLast(changed, dataFormat) };
  }

  /** Bounding boxes of transformed images, in the format of the layer, given the sizes of the images before and after. */
  protected changedBoxes(
    boundingBoxes: BoundingBoxes,
    transformation: unknown,
    before: ImageSize<number>,
    after: ImageSize<number>,
  ): BoundingBoxes {
    const { boundingBoxFormat: format } = this;
    if (format === null) {
      throw new ValueError(
        `${this.label}: the input has boundingBoxes, but the layer does not know their format. Name it: ` +
          `{ boundingBoxFormat: 'xyxy' }.`,
      );
    }
    const boxes = convertFormat(boundingBoxes, format, 'xyxy', before);
    const moved = this.transformBoundingBoxes(boxes, transformation, before);
    const left = moved === boxes ? boxes : clipToImageSize(moved, after);
    return convertFormat(left, 'xyxy', format, after);
  }

  /** The type that a part of the input is computed with, by its path. */
  #dtypeAt(path: string, dtype: DType): DType {
    const isImages = path === '' || path === '.images';
    return isImages ? this.dtypeOf(dtype) : this.dtypeOfFollower(path, dtype);
  }

  /**
   * Whether what the layer is given has no batch axis.
   *
   * @throws ShapeError for another structure and for parts that do not go with the images, ValueError for unknown parts.
   */
  #isSingle<T>(
    x: unknown,
    isLeaf: (value: unknown) => value is T,
    shapeOf: (leaf: T) => PartialShape,
  ): boolean {
    const images = isLeaf(x) ? x : isPlainObject(x) ? x['images'] : undefined;
    if (!isLeaf(images)) {
      throw new ShapeError(
        `${this.label} takes images, or an object { images, labels, boundingBoxes: { boxes, labels }, segmentationMasks } ` +
          `of which only images must be there, got ${describeTensors(x)}.`,
      );
    }
    const shape = shapeOf(images);
    if (shape.length !== 3 && shape.length !== 4) {
      throw new ShapeError(
        `${this.label} takes an image of 3 axes or a batch of images of 4 (${this.dataFormat}), got input of shape ` +
          `${formatShape(shape)}.`,
      );
    }
    const channels = shape.at(this.dataFormat === 'channels_last' ? -1 : -3) ?? null;
    if (this.channels !== null && channels !== null) {
      requireChannels(this.label, [channels], this.channels);
    }
    const isSingle = shape.length === 3;
    if (isLeaf(x)) return isSingle;
    mapNest(x, isLeaf, (leaf, path) => {
      const allowed = AXES[path()];
      if (allowed === undefined) {
        throw new ValueError(
          `${this.label}: the input has ${path().slice(1)}, which follows no images. Known are ` +
            `${Object.keys(AXES).map((known) => known.slice(1)).join(', ')}.`,
        ); // prettier-ignore
      }
      const own = shapeOf(leaf);
      const [count = null, all = null] = [own[0], shape[0]];
      const agree = isSingle || count === null || all === null || count === all;
      if (agree && allowed.includes(own.length + (isSingle ? 1 : 0))) return;
      const wanted = isSingle
        ? 'The images have no batch axis: leave it out here, too'
        : 'Give one for each image, along the first axis';
      throw new ShapeError(
        `${this.label}: ${path().slice(1)} of shape ${formatShape(own)} do not go with images of shape ` +
          `${formatShape(shape)}. ${wanted}.`,
      );
    });
    return isSingle;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const isSingle = this.#isSingle(inputShape, isShape, (shape) => shape);
    const vertical = (this.dataFormat === 'channels_last' ? 1 : 2) - (isSingle ? 1 : 0);
    return mapNest(inputShape, isShape, (shape, path) => {
      if (path().startsWith('.boundingBoxes')) {
        const axis = isSingle ? 0 : 1;
        return shape.with(axis, this.countOfBoxes(shape[axis] ?? null));
      }
      if (!isShape(inputShape) && !SIZED.includes(path())) return shape;
      const [height = null, width = null] = shape.slice(vertical);
      const size = this.sizeOf({ height, width });
      return shape.with(vertical, size.height).with(vertical + 1, size.width);
    }) as PartialShape;
  }

  override computeOutputSpec(x: Symbolic<Tensor>, options?: ApplyOptions): TensorSpec {
    const specs = super.computeOutputSpec(x, options);
    const dtypes: Record<string, DType> = {};
    mapNest(x, isSymbolicOrValue, ({ dtype }, path) => {
      dtypes[path()] = this.#dtypeAt(path(), dtype as DType);
    });
    const spec = mapNest(specs, isTensorSpec, ({ shape }, path) => ({
      shape,
      dtype: dtypes[path()] ?? 'float32',
    }));
    return spec as unknown as TensorSpec;
  }
}

const isTensorSpec = (value: unknown): value is TensorSpec =>
  isPlainObject(value) && 'dtype' in value;

/** The same structure with other tensors. */
const mapTensors = (x: LabeledImages, f: (x: Tensor, path: string) => Tensor): LabeledImages =>
  mapNest<Tensor, Tensor>(x, isTensor, (tensor, path) =>
    f(tensor, path()),
  ) as unknown as LabeledImages;

/** Height and width of images [batch, height, width, channels]. */
export const sideLengths = ([, height = 0, width = 0]: Shape): ImageSize<number> => ({
  height,
  width,
});

/** A layer that draws what happens to each image. */
export abstract class RandomImageLayer extends configurable(
  BaseImagePreprocessingLayer,
  'RandomImageLayer',
  {
    /** Seed of the layer's random numbers. Default: derived from the global seed. */
    seed: seed(),
  },
) {
  /** The source of random numbers; each call in training advances it. */
  readonly generator = new SeedGenerator(this.seed);
}
