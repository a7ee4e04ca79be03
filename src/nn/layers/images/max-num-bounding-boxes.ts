import { configurable, length, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes } from '../../../engine/ops/image/bounding-boxes.js';
import { concat, slice } from '../../../engine/ops/index.js';
import { full } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** Options of `MaxNumBoundingBoxes`. */
export interface MaxNumBoundingBoxesOptions extends OptionsOf<typeof MaxNumBoundingBoxes> {}

/**
 * Gives each image exactly `maxNumber` bounding boxes, in training and otherwise: boxes beyond that number are removed, and missing
 * ones are filled up with boxes and labels of `fillValue`. Samples with different numbers of boxes can then form batches. Boxes may be
 * in any format, and keep it. Images become float32; labels and masks do not change. Keras: `MaxNumBoundingBoxes`.
 *
 * @example
 * const boundingBoxes = { boxes: [[[1, 2, 3, 4]]], labels: [[7]] };
 * const { boundingBoxes: filled } = new layers.MaxNumBoundingBoxes(2).apply({ images: zeros([1, 8, 8, 3]), boundingBoxes });
 * filled?.labels // [[7, -1]]
 */
export class MaxNumBoundingBoxes extends configurable(
  BaseImagePreprocessingLayer,
  'MaxNumBoundingBoxes',
  {
    /** The number of bounding boxes of each image afterwards. */
    maxNumber: length(),
    /** The coordinates and the label of an added box, a whole number. Default −1. */
    fillValue: number({ default: -1, integer: true }),
  },
  { positional: ['maxNumber'] },
) {
  /**
   * @param maxNumber the number of bounding boxes of each image afterwards
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(maxNumber: number, options: MaxNumBoundingBoxesOptions = {}) {
    super(options, [maxNumber]);
  }

  override get onlyInTraining(): boolean {
    return false;
  }

  protected override countOfBoxes(): number {
    return this.maxNumber;
  }

  protected override dtypeOfFollower(path: string, dtype: DType): DType {
    // Numbers below 0 have no place in these.
    const isUnsigned = dtype === 'uint8' || dtype === 'bool';
    return path === '.boundingBoxes.labels' && isUnsigned ? 'int32' : super.dtypeOfFollower(path, dtype); // prettier-ignore
  }

  override getRandomTransformation(_images: Tensor): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    return images;
  }

  override transformBoundingBoxes({ boxes, labels }: BoundingBoxes): BoundingBoxes {
    return { boxes: this.#filled(boxes), labels: this.#filled(labels) };
  }

  protected override changedBoxes(boundingBoxes: BoundingBoxes): BoundingBoxes {
    // What is added stands for no box, in any format, and nothing is cut.
    return this.transformBoundingBoxes(boundingBoxes);
  }

  /** x [batch, boxes, …] with `maxNumber` entries along the second axis. */
  #filled(x: Tensor): Tensor {
    const [count = 0, given = 0, ...rest] = x.shape;
    const { maxNumber, fillValue } = this;
    if (given >= maxNumber) return slice(x, ':', [0, maxNumber]);
    return concat([x, full([count, maxNumber - given, ...rest], fillValue, x.dtype)], 1);
  }
}
