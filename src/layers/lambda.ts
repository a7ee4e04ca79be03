import { describeValue } from '../config/describe-value.js';
import { configurable, own } from '../config/index.js';
import type { Config, OptionsOf } from '../config/index.js';
import { ValueError } from '../errors.js';
import { requireTensor } from '../tensor/index.js';
import type { PartialShape, Tensor } from '../tensor/index.js';
import { checkPartialShape } from './layer-options.js';
import { Layer } from './layer.js';
import type { CallOptions } from './call-options.js';
import type { Mask } from './mask.js';

/** What a `Lambda` layer computes. */
export type LambdaFunction = (x: Tensor, options: CallOptions) => Tensor;

/** The mask of what a `Lambda` layer computes, for its input and the mask of that. */
export type LambdaMask = (x: Tensor, mask: Mask | null) => Mask | null;

/** Options of `Lambda`. */
export interface LambdaOptions extends OptionsOf<typeof Lambda> {}

/**
 * A layer without weights that computes any function. It cannot be saved; a class that extends Layer can.
 * Keras: `Lambda`.
 *
 * The function gets the input and `{ training, mask }`: the mask of the input, null if all of it counts.
 *
 * @example new layers.Lambda((x) => x.square()).apply([1, 2, 3]) // [1, 4, 9]
 */
export class Lambda extends configurable(Layer<Tensor, Tensor>, 'Lambda', {
  /** Shape of an output sample. Default null: found by calling the function on zeros. */
  // Kept apart: `outputShape` of a layer is that of a batch.
  outputShape: own<PartialShape | null>(),
  /**
   * The mask of the output: a tensor, or a function (x, mask) => mask of the input and its mask, which may be null. Default
   * null: the output has no mask.
   */
  mask: own<Tensor | LambdaMask | null>(),
}) {
  /** The function may be any, so predictions are not recorded. */
  static override readonly isPure = false;
  readonly function: LambdaFunction;
  readonly #outputSample: PartialShape | undefined;
  readonly #mask: Tensor | LambdaMask | null;

  /**
   * @param f what the layer computes
   * @throws ValueError if `f` is no function, `outputShape` no shape, or `mask` neither tensor nor function.
   */
  constructor(f: LambdaFunction, options: LambdaOptions = {}) {
    super(options);
    if (typeof f !== 'function') {
      throw new ValueError(
        `Lambda: expected a function (x, { training }) => tensor, got ${describeValue(f)}.`,
      );
    }
    const { outputShape = null, mask = null } = options;
    if (mask !== null && typeof mask !== 'function') requireTensor('Lambda: mask', mask);
    this.function = f;
    this.#mask = mask;
    this.supportsMasking = mask !== null;
    this.#outputSample =
      outputShape === null ? undefined : checkPartialShape('Lambda', 'outputShape', outputShape);
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    return this.function(x, options);
  }

  override computeMask(x: Tensor, mask: Mask | null): Mask | null {
    return typeof this.#mask === 'function' ? this.#mask(x, mask) : this.#mask;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    if (this.#outputSample === undefined) return super.computeOutputShape(inputShape);
    return [inputShape[0] ?? null, ...this.#outputSample];
  }

  /** @throws ValueError always: a function cannot be written into a file. */
  override getConfig(): Config {
    throw new ValueError(
      `${this.label} cannot be saved, as its function cannot be written into a file. Make a class that extends ` +
        `layers.Layer and make it known with layers.registerLayer.`,
    );
  }

  /** @throws ValueError always: code in files is not run. */
  static override fromConfig(): never {
    throw new ValueError(
      'Lambda: code in files is not run. Make a class that extends layers.Layer, make it known with ' +
        'layers.registerLayer, and put it in place of the Lambda layer.',
    );
  }
}
