import { getActivation, serializeActivation } from '../activations/registry.js';
import type { Activation, ActivationIdentifier } from '../activations/registry.js';
import { checkBoolean, checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { getConstraint, serializeConstraint } from '../constraints/registry.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import type { Constraint } from '../constraints/constraint.js';
import { ShapeError, ValueError } from '../errors.js';
import { getInitializer, serializeInitializer } from '../initializers/registry.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import type { Initializer } from '../initializers/initializer.js';
import { cast, dense } from '../ops/index.js';
import { getRegularizer, serializeRegularizer } from '../regularizers/registry.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { FUSED_ACTIVATIONS } from './fused-activation.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';

/** Options of `Dense`. */
export interface DenseOptions extends LayerOptions {
  /** Applied to x · kernel + bias. Default linear. */
  readonly activation?: ActivationIdentifier;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `'glorot_uniform'`. */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Default `'zeros'`. */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier;
  readonly biasRegularizer?: RegularizerIdentifier;
  readonly kernelConstraint?: ConstraintIdentifier;
  readonly biasConstraint?: ConstraintIdentifier;
}

const OPTIONS = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
] as const satisfies readonly (keyof DenseOptions)[];

/**
 * activation(x · kernel + bias), Keras: `Dense`. x is [batch, …, in], the kernel [in, units], the
 * bias [units], the output [batch, …, units], float32 (integer input is converted).
 *
 * @example new layers.Dense(10, { activation: 'softmax', inputShape: [784] })
 */
export class Dense extends Layer {
  static override readonly className = 'Dense';
  readonly units: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | null;
  readonly biasRegularizer: Regularizer | null;
  readonly kernelConstraint: Constraint | null;
  readonly biasConstraint: Constraint | null;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  /**
   * @param units length of the output's last axis
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of
   * range.
   */
  constructor(units: number, options: DenseOptions = {}) {
    super(options, OPTIONS);
    this.units = checkNumber('Dense', 'units', units, { min: 1, integer: true });
    this.activation = getActivation(options.activation);
    this.useBias = checkBoolean('Dense', 'useBias', options.useBias ?? true);
    this.kernelInitializer = getInitializer(options.kernelInitializer ?? 'glorot_uniform');
    this.biasInitializer = getInitializer(options.biasInitializer ?? 'zeros');
    this.kernelRegularizer = getRegularizer(options.kernelRegularizer);
    this.biasRegularizer = getRegularizer(options.biasRegularizer);
    this.kernelConstraint = getConstraint(options.kernelConstraint);
    this.biasConstraint = getConstraint(options.biasConstraint);
    this.inputSpec = { minNdim: 2 };
  }

  /** The weight matrix [in, units]. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    if (this.#kernel === undefined) {
      throw new ValueError(
        `${this.label} is not built, so it has no kernel. Call build(inputShape) or apply(x) first.`,
      );
    }
    return this.#kernel;
  }

  /** The vector [units] that is added; null without `useBias` and before the layer is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  override build(inputShape: PartialShape): void {
    const inputs = inputShape.at(-1) ?? null;
    if (inputs === null) {
      throw new ShapeError(
        `${this.label} needs to know the last axis of its input, got shape ${formatShape(inputShape)}. ` +
          `State it by inputShape, or build the layer with a shape that holds it.`,
      );
    }
    this.#kernel = this.addWeight('kernel', [inputs, this.units], {
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (this.useBias) {
      this.#bias = this.addWeight('bias', [this.units], {
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    this.inputSpec = { minNdim: 2, axes: { [-1]: inputs } };
  }

  override call(x: Tensor): Tensor {
    const fused = FUSED_ACTIVATIONS.get(this.activation);
    const bias = this.#bias === undefined ? null : this.#bias.value;
    const y = dense(cast(x, 'float32'), this.kernel.value, bias, fused ?? 'linear');
    return fused === undefined ? this.activation(y) : y;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape.slice(0, -1), this.units];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      units: this.units,
      activation: serializeActivation(this.activation),
      use_bias: this.useBias,
      kernel_initializer: serializeInitializer(this.kernelInitializer),
      bias_initializer: serializeInitializer(this.biasInitializer),
      kernel_regularizer: serializeRegularizer(this.kernelRegularizer),
      bias_regularizer: serializeRegularizer(this.biasRegularizer),
      kernel_constraint: serializeConstraint(this.kernelConstraint),
      bias_constraint: serializeConstraint(this.biasConstraint),
      quantization_config: null,
    };
  }

  static override fromConfig(config: Config): Dense {
    const known = ['units', ...OPTIONS, ...LAYER_OPTIONS];
    const { units, ...options } = optionsFromConfig('Dense', config, known, {
      quantization_config: [],
    });
    return new Dense(units as number, options);
  }
}
