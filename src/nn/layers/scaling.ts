import { checkNumber, configurable, fromNumpy, length, number } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { add, cast, mul } from '../../engine/ops/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { ValueError } from '../../errors.js';
import { Constant } from '../initializers/constant.js';
import type { DType } from '../../config/dtype.js';
import { ElementwiseMerge } from './merge.js';
import type { Shapes } from './merge.js';

/** A number, or a number for each channel, along the last axis of the input. */
export type ChannelValues = number | readonly number[];

/** Options of `Rescaling`. */
export interface RescalingOptions extends OptionsOf<typeof Rescaling> {}

/**
 * x · scale + offset as float32, of x's shape: `new Rescaling(1 / 255)` scales pixels to [0, 1]. Keras: `Rescaling`.
 *
 * @example new layers.Rescaling(2, { offset: -1 }).apply([0, 0.5, 1]) // [−1, 0, 1]
 */
export class Rescaling extends configurable(
  ShapePreservingLayer,
  'Rescaling',
  {
    /** The factor, or a factor for each channel. */
    scale: channelValues(),
    /** The number to add, or a number for each channel. Default 0. */
    offset: channelValues({ default: 0 }),
  },
  {
    positional: ['scale'],
    upgrade: ({ scale, offset, ...rest }) => ({
      ...rest,
      scale: fromNumpy(scale),
      offset: fromNumpy(offset),
    }),
  },
) {
  /**
   * @param scale the factor, or a factor for each channel
   * @throws ValueError unless `scale` and `offset` are finite numbers or lists of finite numbers.
   */
  constructor(scale: ChannelValues, options: RescalingOptions = {}) {
    super(options, [scale]);
  }

  override call(x: Tensor): Tensor {
    return add(mul(cast(x, 'float32'), this.scale), this.offset);
  }
}

/** An option that is a finite number, or a list with a number for each channel. */
function channelValues(spec: { readonly default?: number } = {}): Option<ChannelValues> {
  return {
    ...spec,
    check: (given, { owner, name }) =>
      Array.isArray(given)
        ? Array.from(given, (item) => checkNumber(owner, `every number of ${name}`, item))
        : checkNumber(owner, name, given),
  };
}

/** Options of `LayerScale`. */
export interface LayerScaleOptions extends OptionsOf<typeof LayerScale> {}

/**
 * x · gamma, with a learned factor for each feature; all factors start equal (Touvron et al., 2021). x is float32 of any rank
 * whose last axis has `projectionDim` elements. Keras defines this layer in `keras.applications.convnext`, where it is the last
 * layer of each block. Its weight is called `variable`, as in Keras.
 *
 * @example new layers.LayerScale(0.5, 2).apply([[2, 4]]) // [[1, 2]]
 */
export class LayerScale extends configurable(
  ShapePreservingLayer,
  'LayerScale',
  {
    /** Initial value of all factors. */
    initValues: number(),
    /** Number of features. */
    projectionDim: length(),
  },
  { positional: ['initValues', 'projectionDim'], module: 'keras.src.applications.convnext' },
) {
  #gamma: Variable | undefined;

  /**
   * @param initValues initial value of all factors
   * @param projectionDim number of features
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(initValues: number, projectionDim: number, options: LayerScaleOptions = {}) {
    super(options, [initValues, projectionDim]);
    this.inputSpec = { minNdim: 1, axes: { [-1]: this.projectionDim } };
  }

  /** The learned factors [projectionDim]. @throws ValueError before the layer is built. */
  get gamma(): Variable {
    if (this.#gamma !== undefined) return this.#gamma;
    throw new ValueError(
      `${this.label} is not built, so it has no gamma. Call build(inputShape) or apply(x) first.`,
    );
  }

  override build(): void {
    this.#gamma = this.addWeight('variable', [this.projectionDim], {
      initializer: new Constant(this.initValues),
    });
  }

  override call(x: Tensor): Tensor {
    return mul(cast(x, 'float32'), this.gamma.value);
  }
}

/** Options of `CustomScaleLayer`. */
export interface CustomScaleLayerOptions extends OptionsOf<typeof CustomScaleLayer> {}

/**
 * a + scale · b, element by element, of exactly two tensors of the same rank, float32. Lengths must be equal or 1, and batch
 * sizes must be equal. The output has no mask. Keras defines this layer in `keras.applications.inception_resnet_v2`, where it
 * is the last layer of each block.
 *
 * @throws ShapeError unless there are two tensors whose shapes match.
 * @example new layers.CustomScaleLayer(0.5).apply([tensor([[1, 2]]), tensor([[10, 20]])]) // [[6, 12]]
 */
export class CustomScaleLayer extends configurable(
  ElementwiseMerge,
  'CustomScaleLayer',
  {
    /** The factor of the second tensor. */
    scale: number(),
  },
  { positional: ['scale'], module: 'keras.src.applications.inception_resnet_v2' },
) {
  override supportsMasking = false;

  /**
   * @param scale the factor of the second tensor
   * @throws ValueError if `scale` is not a finite number, or if an option is unknown or out of range.
   */
  constructor(scale: number, options: CustomScaleLayerOptions = {}) {
    super(options, [scale]);
  }

  /** The shape of the sum. @throws ShapeError unless there are two inputs of one rank. */
  protected override mergedShape(shapes: Shapes): PartialShape {
    const [a = [], b = []] = shapes;
    if (shapes.length === 2 && a.length === b.length) return super.mergedShape(shapes);
    throw this.misfit(shapes, 'the layer takes exactly two tensors of one rank');
  }

  protected override combine([a, b]: readonly Tensor[]): Tensor {
    return add(cast(a as Tensor, 'float32'), mul(cast(b as Tensor, 'float32'), this.scale));
  }

  /** float32, like the scale. */
  protected override dtypeFor(): DType {
    return 'float32';
  }

  override computeMask(): null {
    return null;
  }
}
