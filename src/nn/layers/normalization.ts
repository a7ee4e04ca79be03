import {
  add,
  broadcastTo,
  cast,
  clone,
  div,
  maximum,
  mean,
  mul,
  reshape,
  sqrt,
  sub,
  variance,
} from '../../engine/ops/index.js';
import type { NestedArray, PartialShape, TensorLike, Variable } from '../../engine/tensor/index.js';
import { describeValue } from '../../config/describe-value.js';
import { boolean, checkAxes, configurable, own } from '../../config/index.js';
import type { Axes, Config, Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import {
  formatShape,
  normalizeAxes,
  sameShape,
  scoped,
  Tensor,
  tidy,
  toTensor,
} from '../../engine/tensor/index.js';
import { checkInput } from './core/input-spec.js';
import { isWithinStep } from './core/within-step.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Mean and variance (divided by n) of data that come in batches, for each position along some axes. */
class MomentsOfBatches {
  /** Elements seen for each position. */
  count = 0;
  mean: Float64Array = new Float64Array();
  variance: Float64Array = new Float64Array();

  /** Adds a float32 batch; `axes` are those that keep their positions, the same each time. */
  add(x: Tensor, axes: readonly number[]): void {
    const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const count = others.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1);
    if (count === 0) return;
    const means = mean(x, others).data();
    const variances = variance(x, others).data();
    if (this.count === 0) {
      this.mean = new Float64Array(means.length);
      this.variance = new Float64Array(means.length);
    }
    this.count += count;
    const share = count / this.count;
    // Of parts with shares s and 1 - s: s var₁ + (1 - s) var₂ + s (1 - s) (mean₁ - mean₂)².
    for (let i = 0; i < means.length; i++) {
      const [oldMean, oldVariance] = [this.mean[i] ?? 0, this.variance[i] ?? 0];
      const step = (means[i] ?? 0) - oldMean;
      this.mean[i] = oldMean + share * step;
      this.variance[i] =
        oldVariance + share * ((variances[i] ?? 0) - oldVariance + (1 - share) * step ** 2);
    }
  }
}

/** Options of `Normalization`. */
export interface NormalizationOptions extends OptionsOf<typeof Normalization> {}

/** One batch of an iterable: x, or a list that begins with x, such as [x, y]. */
export type AdaptBatch = Tensor | readonly [x: TensorLike, ...rest: unknown[]];

/** The data for `adapt`: all samples at once, or an (async) iterable of batches. */
export type AdaptData = TensorLike | Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>;

/** Mean and variance as they were given, in plain arrays. */
interface GivenStatistics {
  readonly mean: NestedArray;
  readonly variance: NestedArray;
}

/** Mean and variance as weights. */
interface Weights {
  readonly mean: Variable;
  readonly variance: Variable;
}

/** Below this a standard deviation does not divide: Keras's epsilon. */
const SMALLEST_DEVIATION = 1e-7;

/**
 * (x − mean) / √variance, with the statistics of the data given to `adapt`, or with given statistics. float32, of x's
 * shape. Keras: `Normalization`.
 *
 * @example
 * const normalization = new layers.Normalization();
 * await normalization.adapt(x);
 * const model = new Sequential([normalization, new layers.Dense(1)]);
 */
export class Normalization extends configurable(ShapePreservingLayer, 'Normalization', {
  /**
   * Axis or axes whose positions have separate statistics; null for a single mean and variance. Default −1. The
   * property is a list, which is empty for null.
   */
  axis: axesOrNone(),
  /** Whether the layer computes the inverse: x · √variance + mean. Default false. */
  invert: boolean({ default: false }),
  /** The mean: a number, or a number for each position along `axis`. Give it together with `variance` instead of calling `adapt`. */
  mean: own<TensorLike | null>(),
  /** The variance, of the same shape as `mean`. Give both or neither. */
  variance: own<TensorLike | null>(),
}) {
  override supportsCaching = isWithinStep(this.axis);
  readonly #given: GivenStatistics | undefined;
  #weights: Weights | undefined;
  #isAdapted = false;

  /** @throws ValueError if an option is unknown or out of range, or if only one of mean and variance is given. */
  constructor(options: NormalizationOptions = {}) {
    super(options);
    const { mean = null, variance = null } = options;
    if (mean !== null && variance !== null) {
      checkStatistics(mean, variance, this.axis.length);
      this.#given = { mean: plain(mean), variance: plain(variance) };
    } else if (mean !== null || variance !== null) {
      throw new ValueError(
        `Normalization: mean and variance must be given together, got mean = ${describeValue(mean)}, variance = ` +
          `${describeValue(variance)}. Leave both out and call adapt(data).`,
      );
    }
  }

  override build(inputShape: PartialShape): void {
    const rank = inputShape.length;
    const axes = this.#axesOf(rank);
    const shape = axes.map((axis) => inputShape[axis] ?? null);
    if (shape.includes(null)) {
      throw new ShapeError(
        `${this.label} keeps statistics along axis ${this.axis.join(', ')} of its input, whose length must be known ` +
          `and which cannot be the batch axis, got shape ${formatShape(inputShape)}. For one mean of everything ` +
          `use axis: null; otherwise add an axis for the features: x.expandDims(-1).`,
      );
    }
    if (this.#given === undefined) {
      const [mean, variance] = [
        this.addWeight('mean', shape, { initializer: 'zeros', trainable: false }),
        this.addWeight('variance', shape, { initializer: 'ones', trainable: false }),
      ];
      // Keras keeps it for its old files, and always 0.
      this.addWeight('count', [], { initializer: 'zeros', trainable: false, dtype: 'int32' });
      this.#weights = { mean, variance };
    }
    const lengths = axes.map((axis) => [axis, inputShape[axis] ?? null] as const);
    this.inputSpec = { ndim: rank, axes: Object.fromEntries(lengths) };
  }

  /** Whether the layer learns from data: it was not given its statistics. @internal */
  get isAdaptable(): boolean {
    return this.#given === undefined;
  }

  /**
   * The mean that `call` uses, float32: as long as the input along `axis`, and of length 1 along all other axes. Null before the layer
   * is built. Each read creates a new tensor.
   */
  get mean(): Tensor | null {
    return this.#copyOf('mean');
  }

  /** The variance that `call` uses, of the shape of `mean`. Null before the layer is built. Each read creates a new tensor. */
  get variance(): Tensor | null {
    return this.#copyOf('variance');
  }

  #copyOf(name: 'mean' | 'variance'): Tensor | null {
    const { inputShape } = this;
    if (!this.built || inputShape === undefined) return null;
    const axes = this.#axesOf(inputShape.length);
    const shape = inputShape.map((length, axis) => (axes.includes(axis) ? (length ?? 1) : 1));
    return scoped(() => {
      const weight = this.#weights?.[name].value;
      const values = weight ?? aligned(this.#given?.[name] ?? [], shape.length, axes);
      return clone(weight === undefined ? broadcastTo(values, shape) : reshape(values, shape));
    });
  }

  /** The axes of statistics, counted from the front and sorted. */
  #axesOf(rank: number): number[] {
    return normalizeAxes(this.label, this.axis, rank);
  }

  /**
   * Computes the mean and the variance (divided by n) of `data`, which replace the previous statistics. Builds the
   * layer if necessary. Data in memory are processed when the call returns, iterables when the promise resolves.
   * Batches that are tensors are not disposed.
   *
   * @throws ValueError if statistics were given to the constructor, or if there are no data.
   * @throws ShapeError for data whose shape differs from the one that the layer was built for.
   */
  async adapt(data: AdaptData): Promise<void> {
    if (this.#given !== undefined) {
      throw new ValueError(
        `${this.label} was given its mean and variance, so it cannot adapt. Make it without them.`,
      );
    }
    const moments = new MomentsOfBatches();
    if (isBatches(data)) {
      for await (const batch of data) this.#addTo(moments, firstOf(batch));
    } else {
      this.#addTo(moments, data);
    }
    if (moments.count === 0) {
      throw new ValueError(
        `${this.label}: adapt got no samples. Give at least one; an iterator that has ended gives none.`,
      );
    }
    if (this.#weights === undefined) return;
    const { mean, variance } = this.#weights;
    writeInto(mean, moments.mean);
    writeInto(variance, moments.variance);
    this.#isAdapted = true;
  }

  #addTo(moments: MomentsOfBatches, batch: TensorLike): void {
    tidy(() => {
      const x = cast(toTensor(batch), 'float32');
      if (x.ndim === 0) {
        throw new ShapeError(
          `${this.label}: adapt takes samples along a first axis, got one number.`,
        );
      }
      if (this.built) checkInput(() => `${this.label}: adapt`, this.inputSpec, x, this.inputShape);
      else this.build([null, ...x.shape.slice(1)]);
      moments.add(x, this.#axesOf(x.ndim));
    });
  }

  override call(x: Tensor): Tensor {
    const { mean, variance } = this.#statistics(x);
    const deviation = maximum(sqrt(variance), SMALLEST_DEVIATION);
    const input = cast(x, 'float32');
    return this.invert ? add(mul(input, deviation), mean) : div(sub(input, mean), deviation);
  }

  /** Mean and variance, with length 1 on the axes that they do not have. */
  #statistics(x: Tensor): { readonly mean: Tensor; readonly variance: Tensor } {
    const axes = this.#axesOf(x.ndim);
    const shape = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1));
    if (this.#given !== undefined) {
      const { mean, variance } = this.#given;
      return { mean: aligned(mean, x.ndim, axes), variance: aligned(variance, x.ndim, axes) };
    }
    const weights = this.#weights;
    if (weights === undefined || !this.#hasStatistics(weights)) {
      throw new ValueError(
        `it has no statistics yet. Call await adapt(data) first, give it mean and variance, or load its weights.`,
      );
    }
    return {
      mean: reshape(weights.mean.value, shape),
      variance: reshape(weights.variance.value, shape),
    };
  }

  /** Whether there are other statistics than those the weights begin with: adapted, set or loaded. */
  #hasStatistics({ mean, variance }: Weights): boolean {
    this.#isAdapted ||=
      mean.value.data().some((value) => value !== 0) ||
      variance.value.data().some((value) => value !== 1);
    return this.#isAdapted;
  }

  override getConfig(): Config {
    const { mean = null, variance = null } = this.#given ?? {};
    return { ...super.getConfig(), mean, variance };
  }
}

/** An option that is one axis or several, or null for none. */
function axesOrNone(): Option<Axes | null, readonly number[]> {
  return {
    default: -1,
    takesNull: true,
    check: (given, context) =>
      given === null || (Array.isArray(given) && given.length === 0)
        ? []
        : [checkAxes(given, context)].flat(),
  };
}

/** Throws unless mean and variance have one shape, of at most as many axes as there are positions to keep. */
function checkStatistics(mean: TensorLike, variance: TensorLike, axes: number): void {
  const [shape, other] = tidy(() => [toTensor(mean).shape, toTensor(variance).shape]);
  if (!sameShape(shape, other)) {
    throw new ShapeError(
      `Normalization: mean and variance must have one shape, got ${formatShape(shape)} and ${formatShape(other)}.`,
    );
  }
  if (shape.length > axes) {
    throw new ShapeError(
      `Normalization: mean of shape ${formatShape(shape)} has more axes than axis names (${axes}).`,
    );
  }
}

/** A value as plain arrays, which configs can hold. */
function plain(value: TensorLike): NestedArray {
  if (value instanceof Tensor) return value.toArray();
  if (ArrayBuffer.isView(value)) return Array.from(value);
  return Array.isArray(value) ? (value as readonly TensorLike[]).map(plain) : (value as number);
}

/** Given statistics, their axes standing on the last of `axes`, with length 1 on all others. */
function aligned(value: NestedArray, rank: number, axes: readonly number[]): Tensor {
  const statistics = toTensor(value);
  const shape = new Array<number>(rank).fill(1);
  const lastAxes = axes.slice(axes.length - statistics.ndim);
  lastAxes.forEach((axis, i) => {
    shape[axis] = statistics.shape[i] ?? 1;
  });
  return reshape(cast(statistics, 'float32'), shape);
}

function writeInto(weight: Variable, values: Float64Array): void {
  tidy(() => {
    weight.assign(reshape(toTensor(Float32Array.from(values)), weight.shape));
  });
}

/** Whether `data` come in batches, rather than all at once. */
function isBatches(data: AdaptData): data is Iterable<AdaptBatch> | AsyncIterable<AdaptBatch> {
  if (data instanceof Tensor || ArrayBuffer.isView(data)) return false;
  if (typeof data !== 'object' || data === null) return false;
  if (!(Symbol.iterator in data) && !(Symbol.asyncIterator in data)) return false;
  return !Array.isArray(data) || data[0] instanceof Tensor;
}

/** The x of a batch. */
function firstOf(batch: AdaptBatch): TensorLike {
  return batch instanceof Tensor ? batch : batch[0];
}
