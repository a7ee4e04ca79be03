import {
  choice,
  configurable,
  isListOf,
  length,
  number,
  only,
  requireObject,
} from '../../../config/index.js';
import type { Config, Option, OptionsOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import { tidy, toTensor } from '../../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../../engine/tensor/index.js';
import { cast } from '../../../engine/ops/index.js';
import type { AdaptBatch } from '../normalization.js';
import { takeData } from './adapt-data.js';
import type { AdaptOptions } from './adapt-data.js';
import { EncodingLayer, OUTPUT_MODES } from './encoding-layer.js';

// Keras's summary of data that come in batches, for their quantiles: values in order, each with how many values it stands for. It
// is computed in the types in which NumPy does it, as the boundaries of bins are compared with data.

/** Values in ascending order, and how many values each stands for. */
interface Summary {
  readonly values: Float32Array;
  readonly weights: Float32Array;
}

/** The summary of nothing. */
const NOTHING: Summary = { values: new Float32Array(), weights: new Float32Array() };

/** The summary of a batch: at most 1 / epsilon values, at equal distances. */
function summarize(data: ArrayLike<number>, epsilon: number): Summary {
  const sorted = Float32Array.from(data).sort();
  const step = Math.max(sorted.length / (1 / epsilon), 1);
  const stride = Math.trunc(step);
  const values = Float32Array.from(
    { length: Math.ceil((sorted.length - Math.trunc(step - 1)) / stride) },
    (_, i) => sorted[Math.trunc(step - 1) + i * stride] ?? 0,
  );
  return { values, weights: new Float32Array(values.length).fill(step) };
}

/** The summary of what was summarized and of additional data. */
function summarizeWith(before: Summary, data: ArrayLike<number>, epsilon: number): Summary {
  const batch = summarize(data, epsilon);
  const values = Float32Array.from([...batch.values, ...before.values]);
  const weights = Float32Array.from([...batch.weights, ...before.weights]);
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  return compress(
    {
      values: Float32Array.from(order, (position) => values[position] ?? 0),
      weights: Float32Array.from(order, (position) => weights[position] ?? 0),
    },
    epsilon,
  );
}

/** What separates bins of equally many values. */
function boundariesOf(summary: Summary, numBins: number): number[] {
  return [...compress(summary, 1 / numBins).values.subarray(0, -1)];
}

/** At most 1 / epsilon values, between which as many lie. */
function compress(summary: Summary, epsilon: number): Summary {
  const { values, weights } = summary;
  if (values.length * epsilon < 1) return summary;
  let sum = 0;
  const sums = weights.map((weight) => (sum = Math.fround(sum + weight)));
  const shares = sums.map((one) => one / sum);
  const count = Math.ceil(1 / epsilon);
  const positions = Array.from({ length: count }, (_, i) => epsilon + i * epsilon);
  const newSums = positions.map((position) => interpolate(position, shares, sums));
  return {
    values: Float32Array.from(positions, (position) => interpolate(position, shares, values)),
    weights: Float32Array.from(newSums, (one, i) => one - (newSums[i - 1] ?? 0)),
  };
}

/** NumPy's `interp`: the value at x of the line through (xs, ys). */
function interpolate(x: number, xs: Float32Array, ys: Float32Array): number {
  const last = xs.length - 1;
  const at = upperBound(xs, x) - 1;
  if (at < 0) return ys[0] ?? 0;
  const [x0 = 0, y0 = 0] = [xs[at], ys[at]];
  if (at >= last || x0 === x) return ys[Math.min(at, last)] ?? 0;
  const slope = ((ys[at + 1] ?? 0) - y0) / ((xs[at + 1] ?? 0) - x0);
  return slope * (x - x0) + y0;
}

/** How many of the ascending numbers are not above x: all, if x is NaN. */
function upperBound(ascending: Float32Array, x: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x < (ascending[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Options of `Discretization`. */
export interface DiscretizationOptions extends OptionsOf<typeof Discretization> {}

/**
 * The index of the bin into which each number falls: 0 below the first boundary, 1 from there to the second boundary, and so on.
 * Give the boundaries, or let `adapt` find boundaries between which there are equal numbers of values. Keras: `Discretization`.
 *
 * Bins are int32, of x's shape; what is encoded is float32. NaN falls into the last bin.
 *
 * @example new layers.Discretization([0, 1, 2]).apply([[-1.5, 1, 3.4, 0.5]]) // [[0, 2, 3, 1]]
 */
export class Discretization extends configurable(
  EncodingLayer<Tensor>,
  'Discretization',
  {
    /** The boundaries between bins, in ascending order; null to let `adapt` find them, after which the property contains them. */
    binBoundaries: boundaries(),
    /** Number of bins, whose boundaries `adapt` finds. Default null. */
    numBins: length({ default: null }),
    /** The permitted error of the boundaries, as a share of the data. Default 0.01. */
    epsilon: number({ default: 0.01, min: 1e-6, max: 1 }),
    /**
     * `'int'` (default): bin indices. `'one_hot'`: a one-hot vector for each element. `'multi_hot'` or `'count'`: for each sample,
     * whether or how often a bin is hit.
     */
    outputMode: choice(OUTPUT_MODES, { default: 'int' }),
    /** Only false, as sparse tensors are not supported. */
    sparse: only([false], 'There are no sparse tensors here.'),
  },
  { positional: ['binBoundaries'] },
) {
  #summary = NOTHING;
  #limits: { readonly of: readonly number[]; readonly numbers: Float32Array } | undefined;

  /**
   * @param binBoundaries the boundaries between bins, in ascending order; null to let `adapt` find them
   * @throws ValueError unless either boundaries or `numBins` is given.
   */
  constructor(binBoundaries: readonly number[] | null, options: DiscretizationOptions = {}) {
    super(options, [binBoundaries]);
    this.outputType = this.outputMode === 'int' ? 'int32' : 'float32';
    this.inputSpec = {};
    if ((this.binBoundaries === null) === (this.numBins === null)) {
      throw new ValueError(
        `${this.label}: give either binBoundaries or numBins, got ${this.numBins === null ? 'neither' : 'both'}.`,
      );
    }
  }

  /** Creates the layer from a config, which contains both boundaries and `numBins` after `adapt`. */
  static override fromConfig<T>(this: new (...args: never[]) => T, config: Config): T {
    const { bin_boundaries: found, ...rest } = requireObject('Discretization', 'config', config);
    const isAdapted = Array.isArray(found) && (rest['num_bins'] ?? null) !== null;
    const layer = super.fromConfig.call(this, isAdapted ? rest : config) as T;
    if (isAdapted && layer instanceof Discretization)
      layer.#find(checkBoundaries('Discretization: bin_boundaries', found));
    return layer;
  }

  #find(found: readonly number[]): void {
    (this as { binBoundaries: readonly number[] | null }).binBoundaries = found;
  }

  protected override get depth(): number | null {
    const { binBoundaries: limits, numBins } = this;
    return limits === null ? numBins : limits.length + 1;
  }

  /**
   * Finds boundaries between which there are equal numbers of values; they replace the previous boundaries. Data in memory are processed
   * when the call returns, iterables when the promise resolves.
   *
   * @throws ValueError if boundaries were given to the constructor, if there are no data, or if data are not finite.
   */
  async adapt(
    data: TensorLike | Iterable<AdaptBatch> | AsyncIterable<AdaptBatch>,
    options: AdaptOptions = {},
  ): Promise<void> {
    this.#requireAdaptable();
    this.resetState();
    const take = (x: unknown): void => {
      this.updateState(x as TensorLike);
    };
    const waiting = takeData(`${this.label}: adapt`, data, options, { whole: take, batch: take });
    if (waiting !== undefined) await waiting;
    this.finalizeState();
  }

  /** Whether the layer learns from data: it was not given its boundaries. @internal */
  get isAdaptable(): boolean {
    return this.numBins !== null;
  }

  #requireAdaptable(): number {
    if (this.numBins !== null) return this.numBins;
    throw new ValueError(
      `${this.label} was given its binBoundaries, so it cannot adapt. Make it with numBins.`,
    );
  }

  /** Adds a batch for `finalizeState`. */
  updateState(data: TensorLike): void {
    this.#requireAdaptable();
    const numbers = tidy(() => cast(toTensor(data), 'float32').data());
    const wrong = numbers.findIndex((value) => !Number.isFinite(value));
    if (wrong !== -1) {
      throw new ValueError(
        `${this.label}: adapt got ${String(numbers[wrong])} at place ${wrong}. Leave such numbers out.`,
      );
    }
    if (numbers.length > 0) this.#summary = summarizeWith(this.#summary, numbers, this.epsilon);
  }

  /** Computes the boundaries from the batches added by `updateState`. */
  finalizeState(): void {
    const numBins = this.#requireAdaptable();
    if (this.#summary.values.length === 0) {
      throw new ValueError(`${this.label}: adapt got no numbers. Give at least one.`);
    }
    this.#find(boundariesOf(this.#summary, numBins));
  }

  /** Forgets the batches added by `updateState`. */
  resetState(): void {
    this.#summary = NOTHING;
  }

  override call(x: Tensor): Tensor {
    const { binBoundaries: limits } = this;
    if (limits === null) {
      throw new ValueError(
        'it has no boundaries yet. Call await adapt(data) first, or give binBoundaries.',
      );
    }
    if (this.#limits?.of !== limits)
      this.#limits = { of: limits, numbers: Float32Array.from(limits) };
    const { numbers } = this.#limits;
    const bins = Int32Array.from(cast(x, 'float32').data(), (value) => upperBound(numbers, value));
    return this.encode(bins, x.shape);
  }

  override getConfig(): Config {
    const { trainable: _, ...config } = super.getConfig();
    return { ...config, dtype: 'float32' };
  }
}

/** An option that is a list of ascending numbers, or null. */
function boundaries(): Option<readonly number[] | null> {
  return {
    default: null,
    check: (given, { owner, name }) => checkBoundaries(`${owner}: ${name}`, given),
  };
}

/** Ascending numbers, of which there may be none. @throws ValueError for anything else. */
function checkBoundaries(what: string, given: unknown): number[] {
  const isNumbers = isListOf(given, (one) => typeof one === 'number' && Number.isFinite(one));
  const list = isNumbers ? (given as number[]) : [];
  if (isNumbers && list.every((one, i) => i === 0 || one >= (list[i - 1] ?? 0))) return [...list];
  throw new ValueError(`${what} must be a list of ascending numbers, got ${describeValue(given)}.`);
}
