import { checkOptions, configurable, dtypeName, own } from '../../config/index.js';
import type { Config, Given, SerializedObject } from '../../config/index.js';
import { DTypeError, ValueError } from '../../errors.js';
import { cast } from '../../engine/ops/index.js';
import { isStrings } from '../../engine/tensor/index.js';
import { checkDType } from '../../config/dtype.js';
import type { DTypeName, ValueType } from '../../config/dtype.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { checkInput } from './core/input-spec.js';
import { batchShapeOf } from './core/layer-options.js';
import type { LAYER_DECLARATION } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import { GraphNode } from './core/symbolic-tensor.js';

/** The options of an input. */
const INPUT = {
  /** Shape of one sample: `[784]`; `null` stands for any length. */
  shape: own<PartialShape | null>(),
  /** Fixed length of the batch axis. Default: any. */
  batchSize: own<number | null>(),
  /** Shape of a batch, such as `[null, 784]`, instead of `shape` and `batchSize`. */
  batchShape: own<PartialShape | null>(),
  /** Dtype that the input is converted to; `'string'` for layers that read strings. Default float32. */
  dtype: own<string | SerializedObject | null>(),
  /** The layer's name, without `/`. Default: `input_layer`, `input_layer_1`, … */
  name: own<string | null>(),
};

/** Options of `Input` and `InputLayer`. */
export interface InputOptions extends Given<typeof INPUT> {}

/** `(shape, options)` or `(options)` as options. */
function inputOptions(
  first: PartialShape | InputOptions,
  rest: Omit<InputOptions, 'shape'>,
): InputOptions {
  if (!Array.isArray(first)) return { ...(first as InputOptions), ...rest };
  if ('shape' in rest) throw new ValueError('InputLayer: shape is given twice. Give it once.');
  return { ...rest, shape: first };
}

/**
 * Declares the shape and dtype of a model's input, and passes the input on, converted to that dtype. Keras:
 * `InputLayer`.
 *
 * @example new layers.InputLayer([784], { dtype: 'uint8' })
 */
export class InputLayer extends configurable(Layer<Tensor, Tensor>, 'InputLayer', undefined, {
  // Kinds of input that do not exist here, and what says nothing of an input.
  ignored: { sparse: [false], ragged: [false], optional: [false], trainable: [true, false] },
  // Files older than Keras 3 say `batch_input_shape`.
  upgrade: ({ batch_input_shape: older, ...rest }) =>
    older === undefined ? rest : { ...rest, batch_shape: older },
}) {
  /** The options of an input; those of other layers mean nothing here. */
  static override readonly declared = INPUT as typeof INPUT & typeof LAYER_DECLARATION;
  readonly #batchShape: PartialShape;
  readonly #dtype: ValueType;
  /** As it was given: int64 stays in the config, and has its numbers checked. */
  readonly #dtypeName: DTypeName;

  /**
   * @param first the shape of a sample, or the options
   * @param rest additional options, if `first` is a shape
   * @throws ValueError if no shape is given, or two shapes are.
   */
  constructor(first: PartialShape | InputOptions, rest: Omit<InputOptions, 'shape'> = {}) {
    checkOptions('InputLayer', rest);
    const options = inputOptions(first, rest);
    checkOptions('InputLayer', options, Object.keys(INPUT));
    const { shape = null, batchShape = null, batchSize = null, name = null } = options;
    if (batchShape !== null && (shape !== null || batchSize !== null)) {
      throw new ValueError('InputLayer: give batchShape, or shape and batchSize, not both.');
    }
    const declared = batchShapeOf(
      'InputLayer',
      { inputShape: shape, batchInputShape: batchShape, batchSize },
      ['shape', 'batchShape'],
    );
    if (declared === undefined) {
      throw new ValueError('InputLayer: give the shape of a sample, such as shape: [784].');
    }
    super({ name });
    (this as { batchInputShape: PartialShape | undefined }).batchInputShape = declared;
    this.#batchShape = declared;
    const named = dtypeName('InputLayer', options.dtype ?? 'float32');
    this.#dtype = named === 'string' ? named : checkDType(named);
    this.#dtypeName = named as DTypeName;
    this.inputSpec = {
      ndim: declared.length,
      axes: Object.fromEntries(declared.map((length, axis) => [axis, length])),
    };
    this.build(declared);
    this.inboundNodes.push(
      new GraphNode(this, undefined, {}, { shape: declared, dtype: this.#dtype }),
    );
  }

  // Keras's does not, but is not run: what is given to a model passes through, with its mask.
  override supportsMasking = true;
  override supportsCaching = true;

  /** Shape of a batch; `null` stands for any length. */
  get batchShape(): PartialShape {
    return this.#batchShape;
  }

  override get readsStrings(): boolean {
    return this.#dtype === 'string';
  }

  override get dtype(): ValueType {
    return this.#dtype;
  }

  /** @throws DTypeError for strings if the declared dtype is numeric, and vice versa. */
  override call(x: Tensor): Tensor {
    if (!this.readsStrings) return cast(x, this.#dtypeName);
    if (isStrings(x)) return x;
    throw new DTypeError(`it takes strings, got a tensor of ${x.dtype}.`);
  }

  /** @throws ShapeError if `inputShape` is not a batch of samples of the declared shape. */
  override computeOutputShape(inputShape: PartialShape): PartialShape {
    checkInput(() => this.label, this.inputSpec, { shape: inputShape }, this.#batchShape);
    return inputShape;
  }

  override getConfig(): Config {
    return {
      batch_shape: this.#batchShape,
      dtype: this.#dtypeName,
      sparse: false,
      ragged: false,
      name: this.name,
      optional: false,
    };
  }
}
