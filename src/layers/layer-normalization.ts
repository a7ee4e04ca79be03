import { checkBoolean, checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Constraint } from '../constraints/constraint.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import type { Initializer } from '../initializers/initializer.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import { add, cast, mean, mul, reshape, rsqrt, square, sub } from '../ops/index.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import { normalizeAxes } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { checkLayerAxis, ShapePreservingLayer } from './shape-preserving.js';
import type { LayerAxis } from './shape-preserving.js';
import { settingsConfig, settingsOf, weightSettings } from './weight-settings.js';

/** Options of `LayerNormalization`. */
export interface LayerNormalizationOptions extends LayerOptions {
  /** Axis or axes over which a sample is normalized. Default −1. */
  readonly axis?: LayerAxis;
  /** Added to the variance. Default 1e-3. */
  readonly epsilon?: number;
  /** Whether beta is added. Default true. */
  readonly center?: boolean;
  /** Whether gamma multiplies. Default true. */
  readonly scale?: boolean;
  /** Keras's deprecated variant: x is not centred, and only gamma is applied. Default false. */
  readonly rmsScaling?: boolean;
  /** Default `'zeros'`. */
  readonly betaInitializer?: InitializerIdentifier;
  /** Default `'ones'`. */
  readonly gammaInitializer?: InitializerIdentifier;
  readonly betaRegularizer?: RegularizerIdentifier;
  readonly gammaRegularizer?: RegularizerIdentifier;
  readonly betaConstraint?: ConstraintIdentifier;
  readonly gammaConstraint?: ConstraintIdentifier;
}

const OPTIONS = [
  'axis',
  'epsilon',
  'center',
  'scale',
  'rmsScaling',
  'betaInitializer',
  'gammaInitializer',
  'betaRegularizer',
  'gammaRegularizer',
  'betaConstraint',
  'gammaConstraint',
] as const satisfies readonly (keyof LayerNormalizationOptions)[];

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axis` of each sample
 * (Ba et al., 2016). gamma and beta have the lengths of those axes. float32, of x's shape. Keras:
 * `LayerNormalization`.
 */
export class LayerNormalization extends ShapePreservingLayer {
  static override readonly className = 'LayerNormalization';
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly rmsScaling: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
  readonly betaRegularizer: Regularizer | null;
  readonly gammaRegularizer: Regularizer | null;
  readonly betaConstraint: Constraint | null;
  readonly gammaConstraint: Constraint | null;
  #axis: LayerAxis;
  #gamma: Variable | undefined;
  #beta: Variable | undefined;

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: LayerNormalizationOptions = {}) {
    super(options, OPTIONS);
    const owner = 'LayerNormalization';
    this.#axis = checkLayerAxis(owner, options.axis ?? -1);
    this.epsilon = checkNumber(owner, 'epsilon', options.epsilon ?? 1e-3, { min: 0 });
    this.center = checkBoolean(owner, 'center', options.center ?? true);
    this.scale = checkBoolean(owner, 'scale', options.scale ?? true);
    this.rmsScaling = checkBoolean(owner, 'rmsScaling', options.rmsScaling ?? false);
    const beta = weightSettings(this.label, 'beta', options, 'zeros');
    this.betaInitializer = beta.initializer;
    this.betaRegularizer = beta.regularizer;
    this.betaConstraint = beta.constraint;
    const gamma = weightSettings(this.label, 'gamma', options, 'ones');
    this.gammaInitializer = gamma.initializer;
    this.gammaRegularizer = gamma.regularizer;
    this.gammaConstraint = gamma.constraint;
  }

  /** The axes as they were given; once the layer is built, counted from the front and sorted. */
  get axis(): LayerAxis {
    return this.#axis;
  }

  /** The learned factor; null without `scale` and before the layer is built. */
  get gamma(): Variable | null {
    return this.#gamma ?? null;
  }

  /** The learned offset; null without `center` and before the layer is built. */
  get beta(): Variable | null {
    return this.#beta ?? null;
  }

  override build(inputShape: PartialShape): void {
    const axes = normalizeAxes(this.label, this.#axis, inputShape.length);
    const shape = axes.map((axis) => inputShape[axis] ?? null);
    if (this.scale || this.rmsScaling) {
      this.#gamma = this.addWeight('gamma', shape, settingsOf(this, 'gamma'));
    }
    if (this.center && !this.rmsScaling) {
      this.#beta = this.addWeight('beta', shape, settingsOf(this, 'beta'));
    }
    this.#axis = axes;
    this.inputSpec = {
      ndim: inputShape.length,
      axes: Object.fromEntries(axes.map((axis, i) => [axis, shape[i] ?? null])),
    };
  }

  override call(x: Tensor): Tensor {
    const input = cast(x, 'float32');
    const centred = sub(input, mean(input, this.#axis, true));
    const variance = mean(square(centred), this.#axis, true);
    const factor = rsqrt(add(variance, this.epsilon));
    const normalized = mul(this.rmsScaling ? input : centred, factor);
    const scaled =
      this.#gamma === undefined ? normalized : mul(normalized, this.#aligned(this.#gamma, x.ndim));
    return this.#beta === undefined ? scaled : add(scaled, this.#aligned(this.#beta, x.ndim));
  }

  /** A weight with length 1 on the axes that it does not have. */
  #aligned(weight: Variable, rank: number): Tensor {
    const shape = new Array<number>(rank).fill(1);
    normalizeAxes(this.label, this.#axis, rank).forEach((axis, i) => {
      shape[axis] = weight.shape[i] ?? 1;
    });
    return reshape(weight.value, shape);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      axis: this.#axis,
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      rms_scaling: this.rmsScaling,
      ...settingsConfig(this, 'beta'),
      ...settingsConfig(this, 'gamma'),
    };
  }

  static override fromConfig(config: Config): LayerNormalization {
    const known = [...OPTIONS, ...LAYER_OPTIONS];
    return new LayerNormalization(optionsFromConfig('LayerNormalization', config, known));
  }
}
