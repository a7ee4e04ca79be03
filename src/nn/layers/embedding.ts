import { boolean, configurable, length, number } from '../../config/index.js';
import type { Nest, Option, OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { ShapeError, ValueError } from '../../errors.js';
import { initializer } from '../initializers/registry.js';
import {
  add,
  cast,
  einsum,
  embedding,
  matmul,
  mul,
  notEqual,
  tanh,
} from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import type { PartialShape, Tensor, TensorLike, Variable } from '../../engine/tensor/index.js';
import { adapters } from './core/adapter.js';
import type { LoraOptions } from './core/adapter.js';
import { KERNEL_STORAGE } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { settingsOf } from './weight-settings.js';
import { describeValue } from '../../config/describe-value.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { ApplyOptions, CallOptions } from './core/layer-options.js';
import type { Symbolic, SymbolicTensor, TensorSpec } from './core/symbolic-tensor.js';

/** Options of `Embedding`. */
export interface EmbeddingOptions extends OptionsOf<typeof Embedding> {}

/**
 * A learned vector for each whole number: y[…, :] = embeddings[x[…], :]. x holds whole numbers from 0
 * to inputDim − 1, of any dtype and shape; embeddings is [inputDim, outputDim], y [...x's shape,
 * outputDim], float32. Keras: `Embedding`.
 *
 * @example new layers.Embedding(1000, 64, { inputShape: [20] })
 */
export class Embedding extends configurable(
  Layer<Tensor, Tensor>,
  'Embedding',
  {
    /** Number of different inputs: the largest is inputDim − 1. */
    inputDim: length(),
    /** Length of the vectors. */
    outputDim: length(),
    /** Initial values of the vectors. Default `'uniform'`: uniformly distributed in −0.05 … 0.05. */
    embeddingsInitializer: initializer({ default: 'uniform' }),
    /** Penalty on the vectors. Default null: none. */
    embeddingsRegularizer: regularizer(),
    /** Constraint on the vectors, applied after each update. Default null: none. */
    embeddingsConstraint: constraint(),
    /** Whether 0 is padding: the output gets a mask in which zeros do not count. Default false. */
    maskZero: boolean({ default: false }),
    ...KERNEL_STORAGE,
  },
  {
    positional: ['inputDim', 'outputDim'],
    fixed: { activity_regularizer: null },
    // Of Keras 2, and without effect since.
    upgrade: ({ input_length: _, ...rest }) => rest,
  },
) {
  override supportsCaching = true;
  /** A of LoRA, [inputDim, rank]; undefined without LoRA. */
  declare readonly loraEmbeddingsA: Variable | undefined;
  /** B of LoRA, [rank, outputDim]; undefined without LoRA. */
  declare readonly loraEmbeddingsB: Variable | undefined;
  #embeddings: Variable | undefined;

  /**
   * @param inputDim number of different inputs: the largest is inputDim − 1
   * @param outputDim length of the vectors
   * @throws ValueError if an argument is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(inputDim: number, outputDim: number, options: EmbeddingOptions = {}) {
    super(options, [inputDim, outputDim]);
    this.inputSpec = {};
    this.supportsMasking = this.maskZero;
  }

  /** The vectors [inputDim, outputDim]. @throws ValueError before the layer is built. */
  get embeddings(): Variable {
    if (this.#embeddings !== undefined) return this.#embeddings;
    throw new ValueError(
      `${this.label} is not built, so it has no embeddings. Call build(inputShape) or apply(x) first.`,
    );
  }

  override build(_inputShape: PartialShape): void {
    const settings = settingsOf(this, 'embeddings');
    this.#embeddings = this.addWeight('embeddings', [this.inputDim, this.outputDim], settings);
    if (this.loraRank !== null) this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha });
  }

  /**
   * Tunes the layer by LoRA, low-rank adaptation: the embeddings stays as it is, and only A and B of
   * embeddings + loraAlpha / rank · A · B are trained, which have the shapes [inputDim, rank] and [rank, outputDim]. The products are formed
   * without the sum, so no gradient of the embeddings takes memory. Works with quantized layers too. Keras: `enable_lora`.
   *
   * @param rank number of columns of A and of rows of B: a whole number above 0
   * @throws ValueError before the layer is built, for a layer with an `embeddingsConstraint` or with LoRA, and for an option that is unknown or out
   * of range.
   * @example
   * const words = new layers.Embedding(1000, 64, { inputShape: [20] });
   * words.build([null, 20]);
   * words.enableLora(4);
   * words.trainableWeights.map(({ name }) => name); // ['lora_embeddings_a', 'lora_embeddings_b']
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    adapters.make(this, this.embeddings, rank, options);
  }

  override call(x: Tensor): Tensor {
    const { embeddings, adapter } = this;
    const y = embeddings.quantized?.rows(x) ?? embedding(embeddings.value, x);
    if (adapter === undefined) return y;
    const low = mul(embedding(adapter.a.value, x), adapter.scale);
    return add(y, matmul(low, adapter.b.value));
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    return this.built ? [{ weight: this.embeddings, axes: [1] }] : [];
  }

  /** With `maskZero`, a mask that is true where x is not 0; otherwise none. */
  override computeMask(x: Tensor): Tensor | null {
    return this.maskZero ? notEqual(x, 0) : null;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape, this.outputDim];
  }
}

/** x · tableᵀ */
const TO_SCORES = '...d,vd->...v';

/** The named arguments of `ReversibleEmbedding`. */
export interface ReverseArguments {
  /** Whether to project vectors to scores of all inputs. Default false. */
  readonly reverse?: boolean;
}

/** Dtype of the reverse projection: only float32. */
const reverseDtype: Option<string | null> = {
  default: null,
  check: (given, { owner, name }) => {
    if (given === 'float32') return given;
    throw new ValueError(
      `${owner}: ${name} = ${describeValue(given)} is not supported: layers compute in float32. Leave ${name} out.`,
    );
  },
};

/** Options of `ReversibleEmbedding`. */
export interface ReversibleEmbeddingOptions extends OptionsOf<typeof ReversibleEmbedding> {}

/**
 * An embedding that also projects in reverse: with `reverse: true` it projects vectors to a score for each number, as at
 * the end of a language model. Both directions share the weights unless `tieWeights` is false.
 *
 *     forwards: y[…, :] = embeddings[x[…], :]         [..., x's shape] → [..., outputDim]
 *     reverse:  y = x · embeddingsᵀ, or x · reverseEmbeddings     [..., outputDim] → [..., inputDim]
 *
 * float32, without a bias. With `maskZero` the vectors have a mask in which zeros do not count; scores have no mask, as
 * in Keras. Keras: `ReversibleEmbedding`.
 *
 * @throws ShapeError with `reverse: true`, for input whose last axis is not `outputDim` long.
 * @example
 * const embedding = new layers.ReversibleEmbedding(1000, 64);
 * const vectors = embedding.apply(zeros([2, 20], 'int32'));
 * embedding.apply(vectors, { reverse: true }).shape; // [2, 20, 1000]
 */
export class ReversibleEmbedding extends configurable(
  Embedding,
  'ReversibleEmbedding',
  {
    /** Whether both directions share the embeddings. Default true. */
    tieWeights: boolean({ default: true }),
    /** Dtype of the reverse projection: only float32. Default null: float32. */
    reverseDtype,
    /** A limit, above 0: scores s become cap · tanh(s / cap). Default null: no limit. */
    logitSoftCap: number({ default: null, above: 0 }),
  },
  { fixed: { activity_regularizer: null } },
) {
  override readonly callArguments: readonly string[] = ['reverse'];
  #reverseEmbeddings: Variable | undefined;

  /**
   * @param inputDim number of different inputs: the largest is inputDim − 1
   * @param outputDim length of the vectors
   * @throws ValueError if an argument is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(inputDim: number, outputDim: number, options: ReversibleEmbeddingOptions = {}) {
    super(inputDim, outputDim, options);
  }

  /** The matrix of the reverse projection [outputDim, inputDim]; null with tied weights and before the layer is built. */
  get reverseEmbeddings(): Variable | null {
    return this.#reverseEmbeddings ?? null;
  }

  /** Makes the embeddings and, unless weights are tied, the weights of the reverse projection. */
  override build(inputShape: PartialShape): void {
    super.build(inputShape);
    if (this.tieWeights) return;
    this.#reverseEmbeddings = this.addWeight(
      'reverse_embeddings',
      [this.outputDim, this.inputDim],
      { initializer: this.embeddingsInitializer },
    );
  }

  /** Symbolic vectors, or with `reverse: true` symbolic scores. @throws ShapeError for input that the layer does not support. */
  override apply(x: SymbolicTensor, options?: ApplyOptions & ReverseArguments): SymbolicTensor;
  /** The vectors for whole numbers, or with `reverse: true` the scores for vectors. @throws ShapeError for other input. */
  override apply(x: TensorLike, options?: ApplyOptions & ReverseArguments): Tensor;
  override apply(
    x: TensorLike | SymbolicTensor,
    options?: ApplyOptions & ReverseArguments,
  ): Tensor | SymbolicTensor {
    return super.apply(x as TensorLike, options);
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    const back = this.#reverseEmbeddings;
    return [...super.quantizable, ...(back === undefined ? [] : [{ weight: back, axes: [0] }])];
  }

  /** The vectors for whole numbers or, with `reverse`, the scores of all numbers for vectors. */
  override call(
    x: Tensor,
    { reverse = false }: Partial<CallOptions & ReverseArguments> = {},
  ): Tensor {
    if (!this.#isReverse(reverse)) {
      const vectors = super.call(x);
      if (this.maskZero) vectors.attachMask(notEqual(x, 0));
      return vectors;
    }
    this.#scoresShape(x.shape);
    const input = cast(x, 'float32');
    const matrix = this.#reverseEmbeddings;
    const scores =
      matrix === undefined
        ? this.#tiedScores(input)
        : matrix.lend((table) => einsum('...d,dv->...v', input, table));
    const cap = this.logitSoftCap;
    return cap === null ? scores : mul(tanh(mul(scores, 1 / cap)), cap);
  }

  #tiedScores(input: Tensor): Tensor {
    const scores = this.embeddings.lend((table) => einsum(TO_SCORES, input, table));
    const { adapter } = this;
    if (adapter === undefined) return scores;
    const low = mul(einsum('...d,rd->...r', input, adapter.b.value), adapter.scale);
    return add(scores, einsum(TO_SCORES, low, adapter.a.value));
  }

  /** `reverse` as it was given; null, as in files, is false. */
  #isReverse(reverse: unknown): boolean {
    if (typeof reverse === 'boolean') return reverse;
    if (reverse === null || reverse === undefined) return false;
    throw new ValueError(
      `${this.label}: reverse must be true or false, got ${describeValue(reverse)}.`,
    );
  }

  #scoresShape(shape: PartialShape): PartialShape {
    const last = shape.at(-1);
    if (last === this.outputDim || last === null) return [...shape.slice(0, -1), this.inputDim];
    throw new ShapeError(
      `${this.label}: with reverse: true the last axis of the input must have length ${this.outputDim}, that is ` +
        `outputDim, got input of shape ${formatShape(shape)}. Leave reverse out for whole numbers.`,
    );
  }

  /** None: `call` gives the vectors their mask, as in Keras, and scores have none. */
  override computeMask(): null {
    return null;
  }

  override computeOutputSpec(
    x: Symbolic<Tensor>,
    options: ApplyOptions & ReverseArguments = {},
  ): Nest<TensorSpec> {
    const spec = super.computeOutputSpec(x, options) as TensorSpec;
    if (!this.#isReverse(options.reverse)) return spec;
    return { ...spec, shape: this.#scoresShape(x.shape) };
  }

  /** @internal */
  override shapesOfCall(
    given: SymbolicTensor,
    shapeOf: (x: SymbolicTensor) => PartialShape,
    { reverse }: ReverseArguments,
  ): PartialShape {
    const shape = shapeOf(given);
    return this.#isReverse(reverse) ? this.#scoresShape(shape) : this.computeOutputShape(shape);
  }
}
