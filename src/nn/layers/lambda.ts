import { describeValue } from '../../config/describe-value.js';
import {
  findCustomFunction,
  configurable,
  flattenNest,
  isSerializedObject,
  mapNest,
  optionsFromConfig,
  own,
  registeredFunction,
  requireObject,
} from '../../config/index.js';
import type { Config, CustomObject, Nest, OptionsOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { requireTensor } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { checkPartialShape } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import type { CallOptions } from './core/layer-options.js';
import type { Mask } from './core/mask.js';
import { isShape } from './core/symbolic-tensor.js';
import type { ShapesOf } from './core/symbolic-tensor.js';

/**
 * The function of a `Lambda` layer.
 *
 * @typeParam In the input of the function: a tensor, or a list or an object of tensors
 * @typeParam Out the output of the function: a tensor, or a list or an object of tensors
 */
export type LambdaFunction<In = Tensor, Out = Tensor> = (x: In, options: CallOptions) => Out;

/** A function of the input and its mask that returns the mask of a `Lambda` layer's output. */
export type LambdaMask<In = Tensor> = (x: In, mask: Mask | null) => Mask | null;

const Base = configurable(Layer<Tensor, Tensor>, 'Lambda', {
  /**
   * Shape of an output sample, or a list or an object of shapes for a function that returns several tensors. Default null:
   * determined by calling the function on zeros.
   */
  // Kept apart: `outputShape` of a layer is that of a batch.
  outputShape: own<Nest<PartialShape> | null>(),
  /**
   * The mask of the output: a tensor, or a function (x, mask) => mask of the input and its mask, which may be null. Default
   * null: the output has no mask.
   */
  mask: own<Tensor | LambdaMask<never> | null>(),
});

/** Options of `Lambda`. */
export interface LambdaOptions<In = Tensor> extends Omit<OptionsOf<typeof Base>, 'mask'> {
  /**
   * The mask of the output: a tensor, or a function (x, mask) => mask of the input and its mask, which may be null. Default
   * null: the output has no mask.
   */
  readonly mask?: Tensor | LambdaMask<In> | null;
}

/** The base class, of a type that takes the types of what the function takes and gives. */
const LambdaBase = Base as unknown as Omit<typeof Base, 'prototype'> &
  (new <In, Out>(options: LambdaOptions<In>) => Layer<In, Out>);

/**
 * A layer without weights that computes any function. It can be saved if its function is registered with
 * `utils.registerKerasSerializable`, and is then saved by the function's name. Otherwise write a class that extends `Layer`.
 * Keras: `Lambda`.
 *
 * The function gets the input and `{ training, mask }`, where `mask` is the mask of the input, or null if all of it counts.
 * Several inputs come as a list or an object of tensors, and the function may return several outputs likewise.
 *
 * @example new layers.Lambda((x) => x.square()).apply([1, 2, 3]) // [1, 4, 9]
 * @example
 * const scaled = new layers.Lambda(([x, scale]: readonly Tensor[]) => (x as Tensor).mul(scale as Tensor));
 * scaled.apply([tensor([[1, 2]]), tensor([[3]])]); // [[3, 6]]
 */
export class Lambda<In = Tensor, Out = Tensor> extends LambdaBase<In, Out> {
  /** False, as the function can do anything. */
  static override readonly isPure = false;
  /** The function that the layer computes: (x, { training, mask }) => output. */
  readonly function: LambdaFunction<In, Out>;
  readonly #outputSample: Nest<PartialShape> | undefined;
  readonly #mask: Tensor | LambdaMask<In> | null;

  /**
   * @param f the function that the layer computes
   * @throws ValueError if `f` is not a function, `outputShape` is not a shape, or `mask` is neither a tensor nor a
   * function.
   */
  constructor(f: (x: Tensor, options: CallOptions) => Out, options?: LambdaOptions);
  /** A layer for a function of several tensors, with the types of the function's input and output. */
  constructor(f: LambdaFunction<In, Out>, options?: LambdaOptions<In>);
  constructor(f: LambdaFunction<In, Out>, options: LambdaOptions<In> = {}) {
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
    const check = (shape: unknown): PartialShape =>
      checkPartialShape('Lambda', 'outputShape', shape);
    if (outputShape !== null) this.#outputSample = mapNest(outputShape, isShape, check, check);
  }

  override call(x: In, options: CallOptions): Out {
    return this.function(x, options);
  }

  override computeMask(x: In, mask: Mask | null): Mask | null {
    return typeof this.#mask === 'function' ? this.#mask(x, mask) : this.#mask;
  }

  /** The shape of the output, with the batch size of the first input. */
  override computeOutputShape(inputShape: ShapesOf<In>): ShapesOf<Out> {
    if (this.#outputSample === undefined) return super.computeOutputShape(inputShape);
    const [[batch = null] = []] = flattenNest(inputShape, isShape);
    return mapNest(this.#outputSample, isShape, (sample) => [batch, ...sample]) as ShapesOf<Out>;
  }

  /** @throws ValueError for functions that are not registered, and for a mask that is a tensor. */
  override getConfig(): Config {
    const written = registeredFunction(this.function);
    const mask = this.#mask === null ? null : registeredFunction(this.#mask);
    if (written === undefined || mask === undefined) {
      const what = written === undefined ? 'its function' : 'its mask';
      throw new ValueError(
        `${this.label} cannot be saved, as ${what} cannot be written into a file. Make the function known with ` +
          `utils.registerKerasSerializable('my_package', 'name')(f), or make a class that extends layers.Layer and make it ` +
          `known with layers.registerLayer.`,
      );
    }
    return {
      ...super.getConfig(),
      function: written,
      ...(this.#outputSample === undefined ? {} : { output_shape: this.#outputSample }),
      ...(mask === null ? {} : { mask }),
      arguments: {},
    };
  }

  /**
   * Creates the layer from a config whose functions are registered or given as `customObjects`.
   *
   * @throws ValueError for unknown functions (code in files is not run), and for additional arguments.
   */
  static override fromConfig<T>(this: new (...args: never[]) => T, config: Config): T {
    const {
      function: f,
      mask,
      arguments: further,
      ...rest
    } = requireObject('Lambda', 'config', config);
    if (Object.keys(further ?? {}).length > 0) {
      throw new ValueError(
        `Lambda: arguments ${describeValue(further)} are not supported: pass a function of the input only.`,
      );
    }
    const options: LambdaOptions = optionsFromConfig('Lambda', rest, Object.keys(Base.declared));
    const isMasked = mask !== undefined && mask !== null;
    const all = isMasked ? { ...options, mask: functionIn(mask) as LambdaMask } : options;
    return new this(functionIn(f) as never, all as never);
  }
}

/** The function of a user's own that a config means. @throws ValueError if it is not known. */
function functionIn(config: unknown): CustomObject {
  const isNamed = isSerializedObject(config) || typeof config === 'string';
  const found = isNamed ? findCustomFunction(config) : undefined;
  if (found !== undefined) return found;
  const name = isSerializedObject(config) ? config.config : config;
  throw new ValueError(
    `Lambda: the function ${describeValue(name)} of the config is not known here, and code in files is not run. Register a function with utils.registerKerasSerializable, give it with the option customObjects, or replace the Lambda layer with your own class that extends layers.Layer.`,
  );
}
