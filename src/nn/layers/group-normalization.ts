import { checkLength, configurable, flag, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { add, cast, mean, mul, reshape, rsqrt, square, sub } from '../../engine/ops/index.js';
import { alongAxes } from '../../engine/ops/neural/normalization/over.js';
import { formatShape, normalizeAxis } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { BETA_AND_GAMMA, settingsOf } from './weight-settings.js';

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
 * positions of a sample (Wu and He, 2018). The channels lie along `axis`; gamma and beta have an element for each. float32,
 * of x's shape. Keras: `GroupNormalization`.
 *
 * One group normalizes whole samples; as many groups as channels (`groups: -1`) normalize each channel of a sample by
 * itself, which is called instance normalization.
 *
 * @throws ShapeError when it is built, unless the number of channels is a multiple of `groups`.
 * @example new layers.GroupNormalization({ groups: 2, inputShape: [28, 28, 8] })
 */
export class GroupNormalization extends configurable(ShapePreservingLayer, 'GroupNormalization', {
  /** The number of groups; −1 for a group of each channel. Default 32. */
  groups,
  /** The axis of the channels. Default −1. */
  axis: number({ default: -1, integer: true }),
  /** Added to the variance, at least 0. Default 1e-3. */
  epsilon: number({ default: 1e-3, min: 0 }),
  /** Whether beta is added. Default true. */
  center: flag(),
  /** Whether gamma multiplies. Default true. */
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
          `cannot be split into ${this.groups} groups of one size. Choose groups so that ${channels} is a multiple of it.`,
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
