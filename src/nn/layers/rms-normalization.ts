import { axes, configurable, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { cast } from '../../engine/ops/index.js';
import { alongAxes, normalizeOver } from '../../engine/ops/neural/normalization/over.js';
import { normalizeAxes } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { fixAxes } from './weight-settings.js';
import { isWithinStep } from './core/within-step.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `RMSNormalization`. */
export interface RMSNormalizationOptions extends OptionsOf<typeof RMSNormalization> {}

/**
 * scale · x / √(mean(x²) + epsilon), the mean over `axis` of each sample (Zhang and Sennrich, 2019). scale has the lengths
 * of those axes and begins with ones. float32, of x's shape. Keras: `RMSNormalization`.
 *
 * A mask ends here, as in Keras 3.16. Over axes that are not the last ones Keras fails; here scale lies along these axes.
 *
 * @example new layers.RMSNormalization().apply([[3, 4]]) // [[0.8485, 1.1314]]
 */
export class RMSNormalization extends configurable(ShapePreservingLayer, 'RMSNormalization', {
  /**
   * Axis or axes over which a sample is normalized; once the layer is built, a list counted from the front and sorted.
   * Default −1.
   */
  axis: axes({ default: -1 }),
  /** Added to the mean of squares, at least 0. Default 1e-6. */
  epsilon: number({ default: 1e-6, min: 0 }),
}) {
  override supportsMasking = false;
  override supportsCaching = isWithinStep(this.axis);
  #scale: Variable | undefined;

  /** The learned factor. @throws ValueError before the layer is built. */
  get scale(): Variable {
    if (this.#scale !== undefined) return this.#scale;
    throw new ValueError(
      `${this.label} is not built, so it has no scale. Call build(inputShape) or apply(x) first.`,
    );
  }

  override build(inputShape: PartialShape): void {
    this.#scale = this.addWeight('scale', fixAxes(this, this.label, inputShape), {
      initializer: 'ones',
    });
  }

  override call(x: Tensor): Tensor {
    const axes = normalizeAxes(this.label, this.axis, x.ndim);
    const gamma = alongAxes(this.scale.value, axes, x.ndim);
    const { epsilon } = this;
    const call = { x: cast(x, 'float32'), gamma, beta: null, epsilon, isCentred: false, axes };
    return normalizeOver(call);
  }
}
