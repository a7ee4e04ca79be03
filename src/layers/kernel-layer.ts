import { linear } from '../activations/index.js';
import { relu, tanh } from '../ops/generated/public-operations.js';
import { activation } from '../activations/registry.js';
import type { Activation } from '../activations/index.js';
import { configurable, flag } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { constraint } from '../constraints/registry.js';
import { ShapeError, ValueError } from '../errors.js';
import { initializer } from '../initializers/registry.js';
import type { FusedActivation } from '../ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import { formatShape } from '../tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../tensor/index.js';
import { Layer } from './core/layer.js';
import { settingsOf } from './weight-settings.js';

/** The activations that a matrix product applies while its result is still in cache. */
export const FUSED_ACTIVATIONS: ReadonlyMap<Activation, FusedActivation> = new Map([
  [linear, 'linear'],
  [relu, 'relu'],
  [tanh, 'tanh'],
]);

/** A layer with a kernel, a bias and an activation: what Dense and the convolutions have in common. */
export abstract class KernelLayer extends configurable(Layer<Tensor, Tensor>, 'KernelLayer', {
  /** Applied to the result. Default linear. */
  activation: activation(),
  /** Whether a bias is added. Default true. */
  useBias: flag(),
  /** First values of the kernel. Default `'glorot_uniform'`. */
  kernelInitializer: initializer({ default: 'glorot_uniform' }),
  /** Penalty of the kernel. Default null: none. */
  kernelRegularizer: regularizer(),
  /** What the kernel is brought to after each update. Default null: nothing. */
  kernelConstraint: constraint(),
  /** First values of the bias. Default `'zeros'`. */
  biasInitializer: initializer({ default: 'zeros' }),
  /** Penalty of the bias. Default null: none. */
  biasRegularizer: regularizer(),
  /** What the bias is brought to after each update. Default null: nothing. */
  biasConstraint: constraint(),
}) {
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

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

  /** Makes kernel [last axis of the input, outputs] and bias, in `build`. @throws ShapeError if the axis is unknown. */
  protected buildMatrix(inputShape: PartialShape, outputs: number): void {
    const inputs = inputShape.at(-1) ?? null;
    if (inputs === null) {
      throw new ShapeError(
        `${this.label} needs to know the last axis of its input, got shape ${formatShape(inputShape)}. ` +
          `State it by inputShape, or build the layer with a shape that holds it.`,
      );
    }
    this.addKernelAndBias([inputs, outputs], outputs);
    this.inputSpec = { minNdim: 2, axes: { [-1]: inputs } };
  }

  /** y, with the activation if the product has not applied it already. */
  protected activated(y: Tensor): Tensor {
    return FUSED_ACTIVATIONS.has(this.activation) ? y : this.activation(y);
  }
}

/** Options of layers that compute activation(product with a kernel + bias). */
export interface KernelLayerOptions extends OptionsOf<typeof KernelLayer> {}
