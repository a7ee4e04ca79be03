import { configurable, number, only } from '../../config/index.js';
import type { Config, Option, OptionsOf } from '../../config/index.js';
import { add, cast, dropout, greater, mul, sub } from '../../engine/ops/index.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { ones } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { dataFormat } from './spatial.js';
import { checkPartialShape, seed } from './core/layer-options.js';
import type { CallOptions } from './core/layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';
import { normal } from '../../engine/random/draw.js';
import { L1L2 } from '../regularizers/l1-l2.js';

/** What the dropout layers have in common: while training they drop elements with probability `rate`. */
abstract class DropoutLayer extends configurable(
  ShapePreservingLayer,
  'DropoutLayer',
  {
    /** The probability that an element is dropped, from 0 to 1. */
    rate: number({ min: 0, max: 1 }),
    /** Seed of the layer's random numbers. Default: derived from the global seed. */
    seed: seed(),
  },
  { positional: ['rate'] },
) {
  /** The source of random numbers; each call in training advances it. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /** @param rate the probability that an element is dropped, from 0 to 1 */
  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(options, [rate]);
  }

  /** Shape of the random mask, which is broadcast to the input; null for the input's shape. */
  abstract get noiseShape(): PartialShape | null;

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.rate === 0) return x;
    return dropout(x, this.rate, this.seedGenerator, this.noiseShape);
  }
}

/** Options of `Dropout` and `AlphaDropout`. */
export interface DropoutOptions extends OptionsOf<typeof Dropout> {}

/**
 * During training, sets each element to 0 with probability `rate` and multiplies the others by 1 / (1 − rate), which
 * keeps the expected value. Otherwise the identity. float32, of the input's shape. Keras: `Dropout` (Srivastava et al.,
 * 2014).
 *
 * @example new layers.Dropout(0.5, { seed: 1 }).apply([1, 2, 3, 4], { training: true })
 */
export class Dropout extends configurable(DropoutLayer, 'Dropout', {
  /**
   * Shape of the random mask, which is broadcast to the input: `[null, 1, 4]` drops a channel along a whole axis.
   * `null` stands for the input's length. Default: the input's shape.
   */
  noiseShape: noiseShape(),
}) {
  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate`, `noiseShape` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: DropoutOptions = {}) {
    super(rate, options);
  }
}

/** An option that is a shape of noise, or null for that of the input. */
function noiseShape(): Option<PartialShape | null> {
  return {
    default: null,
    check: (given, { owner, name }) => checkPartialShape(owner, name, given),
  };
}

/** What SELU gives far below 0, −scale · alpha (Klambauer et al., 2017). */
const SATURATION = -1.0507009873554805 * 1.6732632423543772;

/**
 * Dropout for networks with SELU: during training, sets each element to SELU's lowest value with probability `rate`,
 * then scales and shifts all elements to keep mean 0 and variance 1. Otherwise the identity. float32, of the input's
 * shape. Keras: `AlphaDropout` (Klambauer et al., 2017).
 *
 * @example new layers.AlphaDropout(0.1, { inputShape: [64] })
 */
export class AlphaDropout extends configurable(Dropout, 'AlphaDropout', {
  /** The probability that an element is dropped, at least 0 and below 1. */
  // At 1 nothing is left whose variance could be restored: Keras then gives NaN.
  rate: number({ min: 0, below: 1 }),
}) {
  /** x with dropped elements, scaled and shifted, during training; otherwise x. */
  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate } = this;
    if (!training || rate === 0) return x;
    const chosenOnes = dropout(ones(x.shape), rate, this.seedGenerator, this.noiseShape);
    const keepMask = cast(greater(chosenOnes, 0), 'float32');
    const scale = ((1 - rate) * (1 + rate * SATURATION ** 2)) ** -0.5;
    const shift = -scale * SATURATION * rate;
    const chosen = add(mul(cast(x, 'float32'), keepMask), mul(sub(1, keepMask), SATURATION));
    return add(mul(chosen, scale), shift);
  }
}

/** What the dropouts of whole channels have in common. */
abstract class SpatialDropout extends DropoutLayer {
  override getConfig(): Config {
    // Keras's classes do not take it.
    const { trainable: _, ...rest } = super.getConfig();
    return rest;
  }
}

/** Options of `SpatialDropout1D`. */
export interface SpatialDropoutOptions extends OptionsOf<typeof DropoutLayer> {}

/**
 * Dropout of whole channels of sequences: x is [batch, steps, channels], and a channel of a sample is kept or dropped
 * at all steps together. float32, of x's shape. Keras: `SpatialDropout1D` (Tompson et al., 2015).
 *
 * @example new layers.SpatialDropout1D(0.5, { inputShape: [20, 8] })
 */
export class SpatialDropout1D extends configurable(SpatialDropout, 'SpatialDropout1D') {
  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    super(rate, options);
    this.inputSpec = { ndim: 3 };
  }

  override get noiseShape(): PartialShape {
    return [null, 1, null];
  }
}

/** Options of `SpatialDropout2D`. */
export interface SpatialDropout2DOptions extends OptionsOf<typeof SpatialDropout2D> {}

/**
 * Dropout of whole channels of images: x is [batch, height, width, channels], or [batch, channels,
 * height, width] with `dataFormat: 'channels_first'`. float32, of x's shape. Keras: `SpatialDropout2D`
 * (Tompson et al., 2015).
 *
 * @example new layers.SpatialDropout2D(0.5, { inputShape: [28, 28, 8] })
 */
export class SpatialDropout2D extends configurable(SpatialDropout, 'SpatialDropout2D', {
  /** Where the channels are. Default `'channels_last'`. */
  dataFormat: dataFormat(),
}) {
  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate`, `dataFormat` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: SpatialDropout2DOptions = {}) {
    super(rate, options);
    this.inputSpec = { ndim: 4 };
  }

  override get noiseShape(): PartialShape {
    return this.dataFormat === 'channels_last' ? [null, 1, 1, null] : [null, null, 1, 1];
  }
}

/** Options of `SpatialDropout3D`. */
export interface SpatialDropout3DOptions extends OptionsOf<typeof SpatialDropout3D> {}

/**
 * Dropout of whole channels of volumes: x is [batch, depth, height, width, channels], or [batch, channels, depth, height,
 * width] with `dataFormat: 'channels_first'`. float32, of x's shape. Keras: `SpatialDropout3D` (Tompson et al., 2015).
 *
 * @example new layers.SpatialDropout3D(0.5, { inputShape: [8, 16, 16, 4] })
 */
export class SpatialDropout3D extends configurable(SpatialDropout, 'SpatialDropout3D', {
  /** Where the channels are. Default `'channels_last'`. */
  dataFormat: dataFormat(),
}) {
  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate`, `dataFormat` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: SpatialDropout3DOptions = {}) {
    super(rate, options);
    this.inputSpec = { ndim: 5 };
  }

  override get noiseShape(): PartialShape {
    return this.dataFormat === 'channels_last' ? [null, 1, 1, 1, null] : [null, null, 1, 1, 1];
  }
}

/** Options of `GaussianNoise`. */
export interface GaussianNoiseOptions extends OptionsOf<typeof GaussianNoise> {}

/**
 * During training, adds independent normally distributed numbers with mean 0 and standard deviation `stddev`. Otherwise
 * the identity. float32, of x's shape. Keras: `GaussianNoise`.
 *
 * @example new layers.GaussianNoise(0.1, { seed: 1 }).apply([1, 2], { training: true })
 */
export class GaussianNoise extends configurable(
  ShapePreservingLayer,
  'GaussianNoise',
  {
    /** The standard deviation, from 0 to 1. */
    stddev: number({ min: 0, max: 1 }),
    /** Seed of the layer's random numbers. Default: derived from the global seed. */
    seed: seed(),
  },
  { positional: ['stddev'] },
) {
  /** The source of random numbers; each call in training advances it. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /**
   * @param stddev the standard deviation, from 0 to 1
   * @throws ValueError if `stddev` or `seed` is out of range, or an option is unknown.
   */
  constructor(stddev: number, options: GaussianNoiseOptions = {}) {
    super(options, [stddev]);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.stddev === 0) return x;
    const { stddev, seedGenerator } = this;
    return add(cast(x, 'float32'), normal(x.shape, { stddev, seed: seedGenerator }));
  }
}

/** Options of `GaussianDropout`. */
export interface GaussianDropoutOptions extends OptionsOf<typeof GaussianDropout> {}

/**
 * During training, multiplies by independent normally distributed numbers with mean 1 and standard deviation √(rate /
 * (1 − rate)), which gives the mean and variance of `Dropout` with the same rate. Otherwise the identity. float32, of
 * x's shape. Keras: `GaussianDropout` (Srivastava et al., 2014).
 *
 * @example new layers.GaussianDropout(0.5, { seed: 1 }).apply([1, 2], { training: true })
 */
export class GaussianDropout extends configurable(
  ShapePreservingLayer,
  'GaussianDropout',
  {
    /** The rate of a dropout with the same variance, at least 0 and below 1, where the variance would be infinite. */
    rate: number({ min: 0, below: 1 }),
    /** Seed of the layer's random numbers. Default: derived from the global seed. */
    seed: seed(),
  },
  { positional: ['rate'] },
) {
  /** The source of random numbers; each call in training advances it. */
  readonly seedGenerator = new SeedGenerator(this.seed);

  /**
   * @param rate the rate of a dropout with the same variance
   * @throws ValueError if `rate` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: GaussianDropoutOptions = {}) {
    super(options, [rate]);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate, seedGenerator } = this;
    if (!training || rate === 0) return x;
    const noise = { mean: 1, stddev: Math.sqrt(rate / (1 - rate)), seed: seedGenerator };
    return mul(cast(x, 'float32'), normal(x.shape, noise));
  }
}

/** Options of `ActivityRegularization`. */
export interface ActivityRegularizationOptions extends OptionsOf<typeof ActivityRegularization> {}

/**
 * Returns its input and adds (l1 · Σ |x| + l2 · Σ x²) / batch size to the loss. Keras: `ActivityRegularization`.
 *
 * @example new layers.ActivityRegularization({ l1: 1e-3, inputShape: [8] })
 */
export class ActivityRegularization extends configurable(
  ShapePreservingLayer,
  'ActivityRegularization',
  {
    /** Factor of Σ |x|, at least 0. Default 0. */
    l1: number({ default: 0, min: 0 }),
    /** Factor of Σ x², at least 0. Default 0. */
    l2: number({ default: 0, min: 0 }),
    /** Only null, as `l1` and `l2` define the penalty. */
    activityRegularizer: only([null], 'Give l1 and l2.', false),
  },
) {
  // As Keras's: files may hold calls with lists and objects, which pass as well.
  override inputSpec = undefined;

  constructor(options: ActivityRegularizationOptions = {}) {
    super(options);
    this.activityRegularizer = new L1L2({ l1: this.l1, l2: this.l2 });
  }

  override call(x: Tensor): Tensor {
    return x;
  }

  override getConfig(): Config {
    const { activity_regularizer: _, ...config } = super.getConfig();
    return config;
  }
}
