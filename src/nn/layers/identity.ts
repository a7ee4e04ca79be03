import { configurable, number } from '../../config/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import type { OptionsOf } from '../../config/index.js';
import { any, expandDims, notEqual, where } from '../../engine/ops/index.js';

/**
 * y = x. Keras: `Identity`.
 *
 * @example new layers.Identity().apply([1, 2]) // [1, 2]
 */
export class Identity extends configurable(ShapePreservingLayer, 'Identity') {
  // As Keras's: files may hold calls with lists and objects, which pass as well.
  override inputSpec = undefined;

  override call(x: Tensor): Tensor {
    return x;
  }
}

/** Options of `Masking`. */
export interface MaskingOptions extends OptionsOf<typeof Masking> {}

/**
 * Gives the output a mask: a step counts unless all its features are `maskValue`. x is [batch, steps, …, features], the mask
 * [batch, steps, …]. Steps that do not count become 0; everything else, including shape and dtype, stays the same. Keras:
 * `Masking`.
 *
 * Layers that support masks pass the mask on. Losses and metrics ignore steps that do not count.
 *
 * @throws ShapeError for input without an axis of features.
 * @example new layers.Masking({ maskValue: -1 }).apply([[[-1, -1], [-1, 2]]]) // [[[0, 0], [-1, 2]]]
 */
export class Masking extends configurable(ShapePreservingLayer, 'Masking', {
  /** The value of all features of a step that does not count. Default 0. */
  maskValue: number({ default: 0 }),
}) {
  /** @throws ValueError if `maskValue` is not a number, or an option is unknown. */
  constructor(options: MaskingOptions = {}) {
    super(options);
    this.inputSpec = { minNdim: 2 };
  }

  override call(x: Tensor): Tensor {
    const mask = this.computeMask(x);
    const y = where(expandDims(mask, -1), x, 0);
    y.attachMask(mask);
    return y;
  }

  override computeMask(x: Tensor): Tensor {
    return any(notEqual(x, this.maskValue), -1);
  }
}
