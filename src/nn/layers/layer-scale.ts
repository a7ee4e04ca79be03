import { configurable, length, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { Constant } from '../initializers/constant.js';
import { cast, mul } from '../../engine/ops/index.js';
import type { Tensor, Variable } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `LayerScale`. */
export interface LayerScaleOptions extends OptionsOf<typeof LayerScale> {}

/**
 * x · gamma, with a learned factor for each feature, which is the same at first (Touvron et al., 2021). x is float32 of any rank
 * whose last axis has `projectionDim` elements. Keras has the layer inside of `keras.applications.convnext`, where it ends each
 * block; its weight is called `variable` there, and so it is here.
 *
 * @example new layers.LayerScale(0.5, 2).apply([[2, 4]]) // [[1, 2]]
 */
export class LayerScale extends configurable(
  ShapePreservingLayer,
  'LayerScale',
  {
    /** First value of all factors. */
    initValues: number(),
    /** Number of features. */
    projectionDim: length(),
  },
  { positional: ['initValues', 'projectionDim'], module: 'keras.src.applications.convnext' },
) {
  #gamma: Variable | undefined;

  /**
   * @param initValues first value of all factors
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
