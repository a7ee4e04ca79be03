import { getActivation, serializeActivation } from '../activations/registry.js';
import type { Activation, ActivationIdentifier } from '../activations/registry.js';
import { checkBoolean } from '../config/check-number.js';
import { naming } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Constraint } from '../constraints/constraint.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import { ValueError } from '../errors.js';
import type { Initializer } from '../initializers/initializer.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { FUSED_ACTIVATIONS } from './fused-activation.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';
import { settingsConfig, settingsOf, weightSettings } from './weight-settings.js';
import { classNameOf } from './weight-holder.js';

/** Options of layers that compute activation(product with a kernel + bias). */
export interface KernelLayerOptions extends LayerOptions {
  /** Applied to the result. Default linear. */
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

/** The names of those options that are not common to all layers. */
export const KERNEL_OPTIONS = [
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
] as const satisfies readonly (keyof KernelLayerOptions)[];

/** A layer with a kernel, a bias and an activation: what Dense and the convolutions have in common. */
export abstract class KernelLayer extends Layer {
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

  /** @param ownOptions names of the options beside those of `KERNEL_OPTIONS` and of all layers */
  constructor(options: KernelLayerOptions, ownOptions: readonly string[] = []) {
    super(options, [...ownOptions, ...KERNEL_OPTIONS]);
    this.activation = naming(this.label, () => getActivation(options.activation));
    this.useBias = checkBoolean(classNameOf(this), 'useBias', options.useBias ?? true);
    const kernel = weightSettings(this.label, 'kernel', options, 'glorot_uniform');
    this.kernelInitializer = kernel.initializer;
    this.kernelRegularizer = kernel.regularizer;
    this.kernelConstraint = kernel.constraint;
    const bias = weightSettings(this.label, 'bias', options, 'zeros');
    this.biasInitializer = bias.initializer;
    this.biasRegularizer = bias.regularizer;
    this.biasConstraint = bias.constraint;
  }

  /** The weights that the input is multiplied by. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    if (this.#kernel !== undefined) return this.#kernel;
    throw new ValueError(
      `${this.label} is not built, so it has no kernel. Call build(inputShape) or apply(x) first.`,
    );
  }

  /** The vector that is added; null without `useBias` and before the layer is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  /** Makes kernel and bias, in `build`. @param outputs length of the bias */
  protected addKernelAndBias(kernelShape: PartialShape, outputs: number): void {
    this.#kernel = this.addWeight('kernel', kernelShape, settingsOf(this, 'kernel'));
    if (this.useBias) this.#bias = this.addWeight('bias', [outputs], settingsOf(this, 'bias'));
  }

  /** y, with the activation if the product has not applied it already. */
  protected activated(y: Tensor): Tensor {
    return FUSED_ACTIVATIONS.has(this.activation) ? y : this.activation(y);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      activation: serializeActivation(this.activation),
      use_bias: this.useBias,
      ...settingsConfig(this, 'kernel'),
      ...settingsConfig(this, 'bias'),
    };
  }
}
