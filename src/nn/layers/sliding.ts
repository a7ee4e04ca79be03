import { ShapeError, ValueError } from '../../errors.js';
import type { DataFormat, FusedActivation, WindowPadding } from '../../engine/ops/index.js';
import { shapeToChannelsLast } from '../../engine/ops/windows/data-format.js';
import type { WindowAxis } from '../../engine/ops/windows/window.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { dataFormat, lengths } from './spatial.js';
import { linear } from '../activations/functions.js';
import { relu, tanh } from '../../engine/ops/generated/public-operations.js';
import { activation } from '../activations/registry.js';
import type { Activation } from '../activations/registry.js';
import { configurable, flag } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { initializer } from '../initializers/registry.js';
import { regularizer } from '../regularizers/registry.js';
import { Layer } from './core/layer.js';
import { settingsOf } from './weight-settings.js';

/** How a kernel slides: what all layers of convolutions take. */
export const SLIDING = {
  /** Length of the kernel along each axis over which it slides. */
  kernelSize: lengths(),
  /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
  dataFormat: dataFormat(),
};

/** A layer with these options. */
interface Sliding {
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dataFormat: DataFormat;
  readonly dilationRate: readonly number[];
}

/** How the kernel of a layer slides along each axis. */
export const slidingAxes = (layer: Sliding): WindowAxis[] =>
  layer.kernelSize.map((kernel, i) => ({
    kernel,
    stride: layer.strides[i] ?? 1,
    padding: layer.padding,
    dilation: layer.dilationRate[i] ?? 1,
  }));

/** Throws a ValueError, as Keras does, if strides and dilations are both above 1. */
export function checkSteps(owner: string, { strides, dilationRate }: Sliding): void {
  if (Math.max(...strides) <= 1 || Math.max(...dilationRate) <= 1) return;
  throw new ValueError(
    `${owner}: strides and dilationRate cannot both be above 1, got [${strides.join(', ')}] and ` +
      `[${dilationRate.join(', ')}]. Leave one of them at 1.`,
  );
}

/**
 * The number of channels of the input of a layer that is built, which takes no other from then on.
 *
 * @throws ShapeError if it is unknown.
 */
export function channelsOf(
  label: string,
  layer: Layer & Sliding,
  inputShape: PartialShape,
): number {
  const channels = shapeToChannelsLast(inputShape, layer.dataFormat).at(-1) ?? null;
  if (channels === null) {
    throw new ShapeError(
      `${label} needs to know the number of channels of its input, got shape ` +
        `${formatShape(inputShape)}. State it by inputShape, or build the layer with a shape that holds it.`,
    );
  }
  const axis = layer.dataFormat === 'channels_last' ? -1 : 1;
  layer.inputSpec = { ndim: layer.kernelSize.length + 2, axes: { [axis]: channels } };
  return channels;
}

/** The activations that a matrix product applies while its result is still in cache. */
export const FUSED_ACTIVATIONS: ReadonlyMap<Activation, FusedActivation> = new Map([
  [linear, 'linear'],
  [relu, 'relu'],
  [tanh, 'tanh'],
]);

/** A layer that multiplies by weights, and has a bias and an activation behind that. */
export abstract class BiasedLayer extends configurable(Layer<Tensor, Tensor>, 'BiasedLayer', {
  /** Applied to the result. Default linear. */
  activation: activation(),
  /** Whether to add a bias. Default true. */
  useBias: flag(),
  /** Initial values of the bias. Default `'zeros'`. */
  biasInitializer: initializer({ default: 'zeros' }),
  /** Penalty on the bias. Default null: none. */
  biasRegularizer: regularizer(),
  /** Constraint on the bias, applied after each update. Default null: none. */
  biasConstraint: constraint(),
}) {
  #bias: Variable | undefined;

  /** The bias; null without `useBias` and before the layer is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  /** Makes the bias, if there is one, in `build`. @param outputs length of the bias */
  protected addBias(outputs: number): void {
    if (this.useBias) this.#bias = this.addWeight('bias', [outputs], settingsOf(this, 'bias'));
  }

  /** The activation, if the product can apply it while its result is in cache; otherwise linear. */
  protected get fusedActivation(): FusedActivation {
    return FUSED_ACTIVATIONS.get(this.activation) ?? 'linear';
  }

  /** y, with the activation if the product has not applied it already. */
  protected activated(y: Tensor): Tensor {
    return FUSED_ACTIVATIONS.has(this.activation) ? y : this.activation(y);
  }

  /** `weight`, one of the layer's. @throws ValueError before the layer is built. @internal */
  protected builtWeight(weight: Variable | undefined, name: string): Variable {
    if (weight !== undefined) return weight;
    throw new ValueError(
      `${this.label} is not built, so it has no ${name}. Call build(inputShape) or apply(x) first.`,
    );
  }
}

/** A layer with a kernel, a bias and an activation: what Dense and most convolutions have in common. */
export abstract class KernelLayer extends configurable(BiasedLayer, 'KernelLayer', {
  /** Initial values of the kernel. Default `'glorot_uniform'`. */
  kernelInitializer: initializer({ default: 'glorot_uniform' }),
  /** Penalty on the kernel. Default null: none. */
  kernelRegularizer: regularizer(),
  /** Constraint on the kernel, applied after each update. Default null: none. */
  kernelConstraint: constraint(),
}) {
  #kernel: Variable | undefined;

  /** The weights that the input is multiplied by. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    return this.builtWeight(this.#kernel, 'kernel');
  }

  /** Makes kernel and bias, in `build`. @param outputs length of the bias */
  protected addKernelAndBias(kernelShape: PartialShape, outputs: number): void {
    this.#kernel = this.addWeight('kernel', kernelShape, settingsOf(this, 'kernel'));
    this.addBias(outputs);
  }

  /**
   * Makes kernel [last axis of the input, outputs] and bias, in `build`.
   *
   * @throws ShapeError if the axis is unknown.
   * @internal
   */
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
}

/** Options of layers that compute activation(product with a kernel + bias). */
export interface KernelLayerOptions extends OptionsOf<typeof KernelLayer> {}
