import { axes, boolean, configurable, flag, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { add, cast, mean, mul, rsqrt, square, sub } from '../../engine/ops/index.js';
import { alongAxes, normalizeOver } from '../../engine/ops/neural/normalization/over.js';
import { unitVectors } from '../../engine/ops/neural/unit-vectors.js';
import { normalizeAxes } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { isWithinStep } from './core/within-step.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { BETA_AND_GAMMA, fixAxes, settingsOf } from './weight-settings.js';

/** Options of `LayerNormalization`. */
export interface LayerNormalizationOptions extends OptionsOf<typeof LayerNormalization> {}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axis` of each sample
 * (Ba et al., 2016). gamma and beta have the lengths of those axes. float32, of x's shape. Keras:
 * `LayerNormalization`.
 *
 * @example new layers.LayerNormalization({ epsilon: 1e-6, inputShape: [64] })
 */
export class LayerNormalization extends configurable(ShapePreservingLayer, 'LayerNormalization', {
  /**
   * Axis or axes over which a sample is normalized; once the layer is built, counted from the front and
   * sorted. Default −1.
   */
  axis: axes({ default: -1 }),
  /** Added to the variance, at least 0. Default 1e-3. */
  epsilon: number({ default: 1e-3, min: 0 }),
  /** Whether beta is added. Default true. */
  center: flag(),
  /** Whether gamma multiplies. Default true. */
  scale: flag(),
  /** Keras's deprecated variant: x is not centred, and only gamma is applied. Default false. */
  rmsScaling: boolean({ default: false }),
  ...BETA_AND_GAMMA,
}) {
  override supportsCaching = isWithinStep(this.axis);
  #gamma: Variable | undefined;
  #beta: Variable | undefined;

  /** The learned factor; null without `scale` and before the layer is built. */
  get gamma(): Variable | null {
    return this.#gamma ?? null;
  }

  /** The learned offset; null without `center` and before the layer is built. */
  get beta(): Variable | null {
    return this.#beta ?? null;
  }

  override build(inputShape: PartialShape): void {
    const shape = fixAxes(this, this.label, inputShape);
    if (this.scale || this.rmsScaling) {
      this.#gamma = this.addWeight('gamma', shape, settingsOf(this, 'gamma'));
    }
    if (this.center && !this.rmsScaling) {
      this.#beta = this.addWeight('beta', shape, settingsOf(this, 'beta'));
    }
  }

  override call(x: Tensor): Tensor {
    const input = cast(x, 'float32');
    const axes = normalizeAxes(this.label, this.axis, x.ndim);
    const aligned = (weight: Variable | undefined): Tensor | null =>
      weight === undefined ? null : alongAxes(weight.value, axes, x.ndim);
    const [gamma, beta] = [aligned(this.#gamma), aligned(this.#beta)];
    const { epsilon } = this;
    // With rmsScaling there is always a gamma.
    if (!this.rmsScaling || gamma === null) {
      return normalizeOver({ x: input, gamma, beta, epsilon, isCentred: true, axes });
    }
    const centred = sub(input, mean(input, axes, true));
    const factor = rsqrt(add(mean(square(centred), axes, true), epsilon));
    return mul(mul(input, factor), gamma);
  }
}

/** Options of `UnitNormalization`. */
export interface UnitNormalizationOptions extends OptionsOf<typeof UnitNormalization> {}

/** The smallest norm that is divided by. */
const SMALLEST_NORM = 1e-12;

/**
 * x / ‖x‖ with the Euclidean norm along `axis`. float32, of x's shape. Keras: `UnitNormalization`.
 *
 * @example new layers.UnitNormalization().apply([[3, 4]]) // [[0.6, 0.8]]
 */
export class UnitNormalization extends configurable(ShapePreservingLayer, 'UnitNormalization', {
  /** Axis or axes along which the norm adds up. Default −1. */
  axis: axes({ default: -1 }),
}) {
  override supportsCaching = isWithinStep(this.axis);

  override call(x: Tensor): Tensor {
    return unitVectors(cast(x, 'float32'), this.axis, SMALLEST_NORM);
  }
}
