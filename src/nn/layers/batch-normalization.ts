import { boolean, configurable, flag, number, only } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { initializer } from '../initializers/registry.js';
import {
  add,
  broadcastTo,
  cast,
  div,
  expandDims,
  mean,
  mul,
  reshape,
  rsqrt,
  square,
  sub,
  sum,
  where,
} from '../../engine/ops/index.js';
import { alongAxes, multiplyAdd, normalizeBy } from '../../engine/ops/neural/normalizations.js';
import { normalizeColumns } from '../../engine/ops/neural/normalize-columns.js';
import { formatShape, normalizeAxis } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { moveTowards, Renormalization, renormClipping } from './batch-renormalization.js';
import type { CallOptions } from './core/layer-options.js';
import { isWithinStep } from './core/within-step.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { BETA_AND_GAMMA, settingsOf } from './weight-settings.js';

/** Keeps the mean finite where no element counts: Keras's fuzz factor. */
const FUZZ = 1e-7;

/** The mean of the elements that count. */
function meanOfCounting(mask: Tensor): typeof mean {
  return (x, axes, keepdims) => {
    const values = x as Tensor;
    const counts = broadcastTo(cast(mask, 'bool'), values.shape);
    const number = sum(cast(counts, 'float32'), axes, keepdims);
    return div(sum(where(counts, values, 0), axes, keepdims), add(number, FUZZ));
  };
}

/** Options of `BatchNormalization`. */
export interface BatchNormalizationOptions extends OptionsOf<typeof BatchNormalization> {}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta for each feature (Ioffe and Szegedy, 2015). x is float32 of any rank
 * with its features along `axis`. The weights are vectors with an element for each feature.
 *
 * During training, the mean and variance (divided by n) are those of the batch, over all other axes, and moving ← moving
 * · momentum + batch · (1 − momentum). Otherwise, and while `trainable` is false, the moving statistics are used and do
 * not change. Keras: `BatchNormalization`.
 *
 * With `renorm` the batch's statistics are corrected towards moving statistics, so that training and inference use the
 * same ones: see `renormClipping`. The layer has the weights `moving_stddev`, `renorm_mean` and `renorm_stddev` as well,
 * and the moving variance follows from `moving_stddev`.
 *
 * A mask has the shape of x without its last axis. Only elements that count enter the batch's mean and variance; all
 * elements are normalized.
 *
 * @example new layers.BatchNormalization({ momentum: 0.9 })
 */
export class BatchNormalization extends configurable(
  ShapePreservingLayer,
  'BatchNormalization',
  {
    /** The axis of the features, which have separate statistics. Default −1. */
    axis: number({ default: -1, integer: true }),
    /** The share of the moving statistics that each batch keeps, from 0 to 1. Default 0.99. */
    momentum: number({ default: 0.99, min: 0, max: 1 }),
    /** Added to the variance, at least 0. Default 1e-3. */
    epsilon: number({ default: 1e-3, min: 0 }),
    /** Whether to add beta. Default true. */
    center: flag(),
    /** Whether to multiply by gamma. Default true. */
    scale: flag(),
    ...BETA_AND_GAMMA,
    /** Initial values of the moving mean. Default `'zeros'`. */
    movingMeanInitializer: initializer({ default: 'zeros' }),
    /** Initial values of the moving variance. Default `'ones'`. */
    movingVarianceInitializer: initializer({ default: 'ones' }),
    /** Only false, as there are no replicas that could share statistics. */
    synchronized: only([false]),
    /** Whether to use batch renormalization (Ioffe, 2017), which corrects the statistics of a batch towards moving ones. Default false. */
    renorm: boolean({ default: false }),
    /**
     * With `renorm`, the output is gamma · (normalized · r + d) + beta. These are limits `rmin` and `rmax` of the factor r,
     * and `dmax` of the size of the offset d. Default null: no limits.
     */
    renormClipping: renormClipping(),
    /** The share that each batch keeps of the moving statistics that `renorm` uses, from 0 to 1. Default 0.99. */
    renormMomentum: number({ default: 0.99, min: 0, max: 1 }),
  },
  {
    upgrade: ({ axis, ...rest }) => ({
      ...rest,
      // Files of Keras 2 hold the axis as a list.
      axis: Array.isArray(axis) && axis.length === 1 ? (axis[0] as unknown) : axis,
    }),
  },
) {
  override supportsCaching = isWithinStep(this.axis);
  #gamma: Variable | undefined;
  #beta: Variable | undefined;
  #moving: { readonly mean: Variable; readonly variance: Variable } | undefined;
  #renormalization: Renormalization | undefined;

  /** The learned factor [features]; null without `scale` and before the layer is built. */
  get gamma(): Variable | null {
    return this.#gamma ?? null;
  }

  /** The learned offset [features]; null without `center` and before the layer is built. */
  get beta(): Variable | null {
    return this.#beta ?? null;
  }

  /** The moving mean [features]. @throws ValueError before the layer is built. */
  get movingMean(): Variable {
    return this.#statistics.mean;
  }

  /** The moving variance [features]. @throws ValueError before the layer is built. */
  get movingVariance(): Variable {
    return this.#statistics.variance;
  }

  get #statistics(): { readonly mean: Variable; readonly variance: Variable } {
    if (this.#moving !== undefined) return this.#moving;
    throw new ValueError(
      `${this.label} is not built, so it has no moving statistics. Call build(inputShape) or apply(x) first.`,
    );
  }

  override build(inputShape: PartialShape): void {
    const rank = inputShape.length;
    const axis = normalizeAxis(this.label, this.axis, rank);
    const features = inputShape[axis] ?? null;
    if (axis === 0 || features === null) {
      throw new ShapeError(
        `${this.label} keeps statistics along axis ${this.axis} of its input, which must have a known length and ` +
          `not be the batch axis, got shape ${formatShape(inputShape)}. State the shape by inputShape, or choose ` +
          `another axis.`,
      );
    }
    if (this.scale) {
      this.#gamma = this.addWeight('gamma', [features], settingsOf(this, 'gamma'));
    }
    if (this.center) {
      this.#beta = this.addWeight('beta', [features], settingsOf(this, 'beta'));
    }
    this.#moving = {
      mean: this.addWeight('moving_mean', [features], {
        initializer: this.movingMeanInitializer,
        trainable: false,
      }),
      variance: this.addWeight('moving_variance', [features], {
        initializer: this.movingVarianceInitializer,
        trainable: false,
      }),
    };
    if (this.renorm) this.#renormalization = new Renormalization(this, features);
    this.inputSpec = { ndim: rank, axes: { [this.axis]: features } };
  }

  /** @throws ShapeError for a mask that does not have exactly one axis less than x. */
  override call(x: Tensor, options: CallOptions): Tensor {
    const input = cast(x, 'float32');
    const mask = (options.mask ?? null) as Tensor | null;
    if (mask !== null && mask.ndim !== x.ndim - 1) {
      throw new ShapeError(
        `the mask must have one axis less than the input, which has shape ${formatShape(x.shape)}, got a mask of shape ` +
          `${formatShape(mask.shape)}.`,
      );
    }
    return options.training && this.trainable ? this.#byBatch(input, mask) : this.#byMoving(input);
  }

  /** Normalized by the statistics of the batch, which move the moving ones. */
  #byBatch(x: Tensor, mask: Tensor | null): Tensor {
    const axis = normalizeAxis(this.label, this.axis, x.ndim);
    const isCorrected = this.#renormalization !== undefined;
    if (mask === null && axis === x.ndim - 1 && x.size > 0) {
      const [gamma, beta] = isCorrected
        ? [null, null]
        : [this.#gamma?.value ?? null, this.#beta?.value ?? null];
      const { y, mean, variance } = normalizeColumns(x, gamma, beta, this.epsilon);
      return this.#moved(y, mean, variance);
    }
    const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
    const meanOf = mask === null ? mean : meanOfCounting(expandDims(mask, -1));
    const batchMean = meanOf(x, others, true);
    const centred = sub(x, batchMean);
    const variance = meanOf(square(centred), others, true);
    const factor = rsqrt(add(variance, this.epsilon));
    const gamma = isCorrected ? undefined : this.#gamma?.value;
    const beta = isCorrected ? undefined : this.#beta?.value;
    const scaled = mul(
      centred,
      gamma === undefined ? factor : mul(factor, this.#aligned(gamma, x.ndim)),
    );
    const y = beta === undefined ? scaled : add(scaled, this.#aligned(beta, x.ndim));
    return this.#moved(y, batchMean, variance);
  }

  /** y, which these statistics of the batch have normalized, with what `renorm` does to it. Moves the moving statistics. */
  #moved(y: Tensor, mean: Tensor, variance: Tensor): Tensor {
    const { movingMean, movingVariance, momentum } = this;
    const renormalization = this.#renormalization;
    if (renormalization === undefined) {
      moveTowards(movingMean, mean, momentum);
      moveTowards(movingVariance, variance, momentum);
      return y;
    }
    const moments = {
      mean: reshape(mean, movingMean.shape),
      variance: reshape(variance, movingMean.shape),
    };
    const { r, d } = renormalization.correction(moments);
    renormalization.move(moments, movingMean, movingVariance);
    const [gamma, beta] = [this.#gamma?.value, this.#beta?.value];
    const factor = gamma === undefined ? r : mul(r, gamma);
    const shift = gamma === undefined ? d : mul(d, gamma);
    const offset = beta === undefined ? shift : add(shift, beta);
    return multiplyAdd(y, this.#aligned(factor, y.ndim), this.#aligned(offset, y.ndim));
  }

  /** Normalized by the moving statistics. */
  #byMoving(x: Tensor): Tensor {
    const statistics = { mean: this.movingMean.value, variance: this.movingVariance.value };
    const weights = { scale: this.#gamma?.value ?? null, offset: this.#beta?.value ?? null };
    const axis = normalizeAxis(this.label, this.axis, x.ndim);
    return normalizeBy({ x, ...statistics, ...weights, axis, epsilon: this.epsilon });
  }

  /** A vector of the features with length 1 on all other axes. */
  #aligned(vector: Tensor, rank: number): Tensor {
    return alongAxes(vector, [normalizeAxis(this.label, this.axis, rank)], rank);
  }
}
