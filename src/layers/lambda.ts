import { describeValue } from '../config/describe-value.js';
import { configurable, own } from '../config/index.js';
import type { Config, OptionsOf } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { PartialShape, Tensor } from '../tensor/index.js';
import { checkPartialShape } from './layer-options.js';
import { Layer } from './layer.js';
import type { CallOptions } from './layer.js';

/** What a `Lambda` layer computes. */
export type LambdaFunction = (x: Tensor, options: CallOptions) => Tensor;

/** Options of `Lambda`. */
export interface LambdaOptions extends OptionsOf<typeof Lambda> {}

/**
 * A layer without weights that computes any function. It cannot be saved; a class that extends Layer can.
 * Keras: `Lambda`.
 *
 * @example new layers.Lambda((x) => x.square()).apply([1, 2, 3]) // [1, 4, 9]
 */
export class Lambda extends configurable(Layer<Tensor, Tensor>, 'Lambda', {
  /** Shape of an output sample. Default null: found by calling the function on zeros. */
  // Kept apart: `outputShape` of a layer is that of a batch.
  outputShape: own<PartialShape | null>(),
}) {
  readonly function: LambdaFunction;
  readonly #outputSample: PartialShape | undefined;

  /**
   * @param f what the layer computes
   * @throws ValueError if `f` is no function or `outputShape` no shape.
   */
  constructor(f: LambdaFunction, options: LambdaOptions = {}) {
    super(options);
    if (typeof f !== 'function') {
      throw new ValueError(
        `Lambda: expected a function (x, { training }) => tensor, got ${describeValue(f)}.`,
      );
    }
    const { outputShape = null } = options;
    this.function = f;
    this.#outputSample =
      outputShape === null ? undefined : checkPartialShape('Lambda', 'outputShape', outputShape);
  }

  override call(x: Tensor, options: CallOptions): Tensor {
    return this.function(x, options);
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
