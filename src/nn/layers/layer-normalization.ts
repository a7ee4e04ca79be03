import { axes, boolean, checkLength, configurable, flag, number } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { add, cast, mean, mul, reshape, rsqrt, square, sub } from '../../engine/ops/index.js';
import { alongAxes, normalizeOver, unitVectors } from '../../engine/ops/neural/normalizations.js';
import { formatShape, normalizeAxes, normalizeAxis } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { isWithinStep } from './core/within-step.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { BETA_AND_GAMMA, fixAxes, settingsOf } from './weight-settings.js';
import { describeValue } from '../../config/describe-value.js';
import { ShapeError, ValueError } from '../../errors.js';

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
  /** Whether to add beta. Default true. */
  center: flag(),
  /** Whether to multiply by gamma. Default true. */
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
  /** Axis or axes along which the norm is computed. Default −1. */
  axis: axes({ default: -1 }),
}) {
  override supportsCaching = isWithinStep(this.axis);

  override call(x: Tensor): Tensor {
    return unitVectors(cast(x, 'float32'), this.axis, SMALLEST_NORM);
  }
}

/** A number of groups, or −1 for a group of each channel. */
const groups: Option<number> = {
  default: 32,
  check: (given, { owner, name }) => {
    if (given === -1) return given;
    if (typeof given === 'number' && Number.isInteger(given) && given > 0) {
      return checkLength(owner, name, given);
    }
    throw new ValueError(
      `${owner}: ${name} must be a whole number of at least 1, or −1 for a group of each channel, got ` +
        `${describeValue(given)}.`,
    );
  },
};

/** Options of `GroupNormalization`. */
export interface GroupNormalizationOptions extends OptionsOf<typeof GroupNormalization> {}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over a group of neighbouring channels and all
 * positions of a sample (Wu and He, 2018). The channels are along `axis`; gamma and beta have an element for each. float32,
 * of x's shape. Keras: `GroupNormalization`.
 *
 * A single group normalizes whole samples. A group for each channel (`groups: -1`) normalizes each channel of a sample
 * separately, which is called instance normalization.
 *
 * @throws ShapeError when the layer is built, unless the number of channels is a multiple of `groups`.
 * @example new layers.GroupNormalization({ groups: 2, inputShape: [28, 28, 8] })
 */
export class GroupNormalization extends configurable(ShapePreservingLayer, 'GroupNormalization', {
  /** The number of groups; −1 for one group per channel. Default 32. */
  groups,
  /** The axis of the channels. Default −1. */
  axis: number({ default: -1, integer: true }),
  /** Added to the variance, at least 0. Default 1e-3. */
  epsilon: number({ default: 1e-3, min: 0 }),
  /** Whether to add beta. Default true. */
  center: flag(),
  /** Whether to multiply by gamma. Default true. */
  scale: flag(),
  ...BETA_AND_GAMMA,
}) {
  // Its means are of all steps.
  override supportsCaching = false;
  #gamma: Variable | undefined;
  #beta: Variable | undefined;

  /** The learned factor [channels]; null without `scale` and before the layer is built. */
  get gamma(): Variable | null {
    return this.#gamma ?? null;
  }

  /** The learned offset [channels]; null without `center` and before the layer is built. */
  get beta(): Variable | null {
    return this.#beta ?? null;
  }

  override build(inputShape: PartialShape): void {
    const axis = normalizeAxis(this.label, this.axis, inputShape.length);
    const channels = inputShape[axis] ?? null;
    if (axis === 0 || channels === null) {
      throw new ShapeError(
        `${this.label} has its channels along axis ${this.axis} of its input, which must have a known length and not be ` +
          `the batch axis, got shape ${formatShape(inputShape)}. State the shape by inputShape, or choose another axis.`,
      );
    }
    if (channels % this.#groupsOf(channels) !== 0) {
      throw new ShapeError(
        `${this.label}: the ${channels} channels along axis ${this.axis} of input of shape ${formatShape(inputShape)} ` +
          `cannot be split into ${this.groups} groups of equal size. Choose groups so that ${channels} is a multiple of it.`,
      );
    }
    if (this.scale) {
      this.#gamma = this.addWeight('gamma', [channels], settingsOf(this, 'gamma'));
    }
    if (this.center) this.#beta = this.addWeight('beta', [channels], settingsOf(this, 'beta'));
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: channels } };
  }

  #groupsOf(channels: number): number {
    return this.groups === -1 ? channels : this.groups;
  }

  override call(x: Tensor): Tensor {
    const { shape, ndim } = x;
    const axis = normalizeAxis(this.label, this.axis, ndim);
    const channels = shape[axis] ?? 1;
    const count = this.#groupsOf(channels);
    const grouped = reshape(cast(x, 'float32'), [
      ...shape.slice(0, axis),
      count,
      channels / count,
      ...shape.slice(axis + 1),
    ]);
    // All axes but that of the samples and that of the groups.
    const others = Array.from({ length: ndim }, (_, i) => i + 1).filter((i) => i !== axis);
    const centred = sub(grouped, mean(grouped, others, true));
    const variance = mean(square(centred), others, true);
    const normalized = reshape(mul(centred, rsqrt(add(variance, this.epsilon))), shape);
    const aligned = ({ value }: Variable): Tensor => alongAxes(value, [axis], ndim);
    const scaled = this.#gamma === undefined ? normalized : mul(normalized, aligned(this.#gamma));
    return this.#beta === undefined ? scaled : add(scaled, aligned(this.#beta));
  }
}

/** Options of `RMSNormalization`. */
export interface RMSNormalizationOptions extends OptionsOf<typeof RMSNormalization> {}

/**
 * scale · x / √(mean(x²) + epsilon), the mean over `axis` of each sample (Zhang and Sennrich, 2019). scale has the lengths
 * of those axes and is initialized with ones. float32, of x's shape. Keras: `RMSNormalization`.
 *
 * The output has no mask, as in Keras 3.16. Keras fails for axes that are not the last ones; here scale is along these
 * axes.
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
