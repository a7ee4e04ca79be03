import { axes, configurable, number } from '../../config/index.js';
import type { Axes, OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { add, clip, div, minimum, mul, sqrt, square, sum } from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { Constraint } from './constraint.js';

/** The axis or axes along which a norm is computed. */
export type NormAxis = Axes;

/** Keras's fuzz factor: keeps a zero weight from being divided by a zero norm. */
const EPSILON = 1e-7;

/** Euclidean norms of w along `axis`, which stays with length 1: sqrt(Σ w²). */
function normsAlong(w: Tensor, axis: NormAxis): Tensor {
  return sqrt(sum(square(w), axis, true));
}

/** w · desired / (ε + norms): w scaled to the desired norms. */
function scaleTo(w: Tensor, norms: Tensor, desired: Tensor | number): Tensor {
  return mul(w, div(desired, add(norms, EPSILON)));
}

/** Options of `MaxNorm`. */
export interface MaxNormOptions extends OptionsOf<typeof MaxNorm> {}

/**
 * Scales down weights whose Euclidean norm along `axis` exceeds `maxValue`: w · min(‖w‖, maxValue) / (ε + ‖w‖), ε =
 * 1e-7. Keras: `MaxNorm`, `'max_norm'` (Srivastava et al., 2014).
 *
 * @example new layers.Dense(4, { kernelConstraint: new constraints.MaxNorm(3) })
 */
export class MaxNorm extends configurable(
  Constraint,
  'MaxNorm',
  {
    /** The largest norm, at least 0. Default 2. */
    maxValue: number({ default: 2, min: 0 }),
    /** Axes along which the norm is computed. Default 0: the weights of each unit in a Dense kernel [in, units]. */
    axis: axes({ default: 0 }),
  },
  { positional: ['maxValue'] },
) {
  /** @throws ValueError if `maxValue` is negative or `axis` contains anything but whole numbers. */
  constructor(maxValue?: number, options: MaxNormOptions = {}) {
    super(options, [maxValue]);
  }

  override call(w: Tensor): Tensor {
    const norms = normsAlong(w, this.axis);
    return scaleTo(w, norms, minimum(norms, this.maxValue));
  }
}

/** Options of `MinMaxNorm`. */
export interface MinMaxNormOptions extends OptionsOf<typeof MinMaxNorm> {}

/**
 * Scales weights to the norm rate · clip(‖w‖, minValue, maxValue) + (1 − rate) · ‖w‖, where ‖w‖ is the Euclidean norm
 * along `axis`. Keras: `MinMaxNorm`, `'min_max_norm'`.
 *
 * @throws ValueError if minValue > maxValue.
 * @example new layers.Dense(4, { kernelConstraint: new constraints.MinMaxNorm({ minValue: 0.5 }) })
 */
export class MinMaxNorm extends configurable(Constraint, 'MinMaxNorm', {
  /** Smallest norm, at least 0. Default 0. */
  minValue: number({ default: 0, min: 0 }),
  /** Largest norm, at least 0. Default 1. */
  maxValue: number({ default: 1, min: 0 }),
  /** How far each update moves the norm towards the allowed range, from 0 to 1. Default 1: all the way. */
  rate: number({ default: 1, min: 0, max: 1 }),
  /** Axes along which the norm is computed. Default 0: the weights of each unit in a Dense kernel [in, units]. */
  axis: axes({ default: 0 }),
}) {
  constructor(options: MinMaxNormOptions = {}) {
    super(options);
    if (this.minValue <= this.maxValue) return;
    throw new ValueError(
      `MinMaxNorm: minValue must not exceed maxValue, got ${this.minValue} and ${this.maxValue}.`,
    );
  }

  override call(w: Tensor): Tensor {
    const norms = normsAlong(w, this.axis);
    const allowed = mul(clip(norms, this.minValue, this.maxValue), this.rate);
    return scaleTo(w, norms, add(allowed, mul(norms, 1 - this.rate)));
  }
}

/** Options of `UnitNorm`. */
export interface UnitNormOptions extends OptionsOf<typeof UnitNorm> {}

/**
 * w / (ε + ‖w‖) with the Euclidean norm along `axis`, ε = 1e-7. Keras: `UnitNorm`, `'unit_norm'`.
 *
 * @example new layers.Dense(4, { kernelConstraint: new constraints.UnitNorm({ axis: 1 }) })
 */
export class UnitNorm extends configurable(Constraint, 'UnitNorm', {
  /** Axes along which the norm is computed. Default 0: the weights of each unit in a Dense kernel [in, units]. */
  axis: axes({ default: 0 }),
}) {
  override call(w: Tensor): Tensor {
    return scaleTo(w, normsAlong(w, this.axis), 1);
  }
}
