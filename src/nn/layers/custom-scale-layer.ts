import { configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { add, cast, mul } from '../../engine/ops/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import { ElementwiseMerge } from './merge.js';
import type { Shapes } from './merge.js';

/** Options of `CustomScaleLayer`. */
export interface CustomScaleLayerOptions extends OptionsOf<typeof CustomScaleLayer> {}

/**
 * a + scale · b, element by element, of exactly two tensors of one rank, float32. Lengths must be equal or 1, and the batches
 * of one length. The output has no mask. Keras has the layer inside of `keras.applications.inception_resnet_v2`, where it
 * ends each block.
 *
 * @throws ShapeError unless there are two tensors whose shapes fit.
 * @example new layers.CustomScaleLayer(0.5).apply([tensor([[1, 2]]), tensor([[10, 20]])]) // [[6, 12]]
 */
export class CustomScaleLayer extends configurable(
  ElementwiseMerge,
  'CustomScaleLayer',
  {
    /** What the second tensor is multiplied with. */
    scale: number(),
  },
  { positional: ['scale'], module: 'keras.src.applications.inception_resnet_v2' },
) {
  override supportsMasking = false;

  /**
   * @param scale what the second tensor is multiplied with
   * @throws ValueError if `scale` is no finite number, or an option is unknown or out of range.
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

  /** float32, as the scale is. */
  protected override dtypeFor(): DType {
    return 'float32';
  }

  override computeMask(): null {
    return null;
  }
}
