import {
  asMethod,
  checkFunction,
  configurable,
  isDeclared,
  isWritten,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import type { Config, Configured, Declaration, Facts, Stored } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { definitionOf, optionsWithout } from '../losses/keras-function.js';
import type { KerasFunction } from '../losses/keras-function.js';
import { asTensor } from '../losses/targets.js';
import { Tensor, tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { maskedWeights, MeanAccumulator, weightTensor } from './accumulator.js';
import type { BatchSums } from './accumulator.js';
import { GatheringMetric } from './metric.js';
import type { MetricDirection, MetricOptions } from './metric.js';

/** A metric as a function built from ops: targets and predictions → a value for each sample, or a scalar. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * The mean of a function of targets and predictions over all samples. If predictions have a mask, as in a model with
 * `Masking` or `Embedding`, the mean covers only those that count.
 *
 * @example new metrics.MeanMetricWrapper((yTrue, yPred) => yPred.sub(yTrue).abs().max(-1), { name: 'worst' })
 */
export class MeanMetricWrapper extends GatheringMetric {
  static override readonly className: string = 'MeanMetricWrapper';
  /** The function. */
  readonly fn: MetricFunction;
  /** @internal */
  protected override readonly gathered = new MeanAccumulator();

  /** @throws ValueError if `fn` is not a function. */
  constructor(fn: MetricFunction, options: MetricOptions = {}, name?: string) {
    const own = checkFunction('MeanMetricWrapper', 'fn', fn).name;
    super(options, name ?? (own === '' ? undefined : own));
    this.fn = fn;
  }

  override updateState(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): void {
    tidy(() => {
      const { sums, take } = this.sumsOf(yTrue, yPred, sampleWeight);
      take(sums);
    });
  }

  /** The part of `updateState` that computes. Runs in the scope of the caller. @internal */
  sumsOf(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike | null): BatchSums {
    const values: unknown = this.fn(toTensor(yTrue), toTensor(yPred));
    if (!(values instanceof Tensor)) {
      throw new ValueError(
        `Metric '${this.name}': the function must return a tensor with one value a sample, it returned ` +
          `${describeValue(values)}.`,
      );
    }
    const weights = this.heedsMask
      ? maskedWeights(this.name, yPred, sampleWeight)
      : weightTensor(sampleWeight);
    return this.gathered.sumsOf(asTensor(values), weights);
  }

  /** Whether `updateState` is to take `sumsOf` in, which is the library's and reads no elements. @internal */
  get hasSums(): boolean {
    const { constructor, fn } = Object.getPrototypeOf(this) as MeanMetricWrapper;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is compared, not called
    const { updateState } = this;
    const { prototype } = MeanMetricWrapper;
    return (
      isDeclared(constructor) &&
      this.fn === fn &&
      updateState === prototype.updateState &&
      isWritten(prototype, updateState)
    );
  }

  /** Whether masked values are ignored. */
  protected get heedsMask(): boolean {
    return true;
  }

  override result(): number {
    return this.gathered.mean;
  }

  /** @throws ValueError for a metric that is a plain function, which cannot be saved. */
  override getConfig(): Config {
    if (this.constructor === MeanMetricWrapper) {
      throw new ValueError(
        `Metric '${this.name}' is a plain function, which cannot be written into a config. ` +
          `Register a function with utils.registerKerasSerializable, or use a named metric.`,
      );
    }
    return super.getConfig();
  }
}

/** A metric by a function of Keras's, whose options stand in properties of the metric. */
class MeanOfKeras extends MeanMetricWrapper {
  constructor(options?: MetricOptions) {
    // `meanOf` puts the function without checks of its options there.
    super(new.target.prototype.fn, options);
  }
}

/** What a metric by a function of Keras's says of itself. */
interface MeanFacts<Without, Aliases extends readonly string[]> extends Facts<
  readonly [],
  Aliases
> {
  /** Whether a better model has a higher or a lower value. */
  readonly direction: MetricDirection;
  /** Options of the function that the metric does not have: they stay at their defaults. */
  readonly without?: readonly Without[];
}

/**
 * A base class for Keras's metric `className`, the mean of `f` with options that are checked when a metric is made. A
 * metric has the name of `f` if `facts` say no other.
 *
 * @example class MeanSquaredError extends meanOf('MeanSquaredError', losses.meanSquaredError, { direction: 'down' }) {}
 */
export function meanOf<
  const Name extends string,
  D extends Declaration,
  const Without extends keyof D = never,
  const Aliases extends readonly string[] = readonly [],
>(
  className: Name,
  f: KerasFunction<D>,
  { direction, without = [], ...facts }: MeanFacts<Without, Aliases>,
): Configured<typeof MeanMetricWrapper, Name, Omit<D, Without>, readonly [], Aliases> {
  const { declared, call } = definitionOf(f);
  const { options, defaults } = optionsWithout(declared, without);
  const type = configurable(MeanOfKeras, className, options, { name: f.name, ...facts });
  Object.assign(type, { direction });
  const { prototype } = type;
  Object.defineProperty(prototype, 'fn', {
    writable: true,
    value: asMethod(function fn(this: Stored<D>, yTrue: Tensor, yPred: Tensor): Tensor {
      return call(yTrue, yPred, this);
    }),
  });
  Object.defineProperties(prototype, defaults);
  return type as unknown as Configured<
    typeof MeanMetricWrapper,
    Name,
    Omit<D, Without>,
    readonly [],
    Aliases
  >;
}
