import { boolean, configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { ValueError } from '../../errors.js';
import { initializer } from '../initializers/registry.js';
import { embedding, notEqual } from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { KERNEL_STORAGE } from './core/layer-options.js';
import { Layer } from './core/layer.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { settingsOf } from './weight-settings.js';

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
    /** How many numbers there are: the largest is inputDim − 1. */
    inputDim: length(),
    /** Length of the vectors. */
    outputDim: length(),
    /** First values of the vectors. Default `'uniform'`: evenly spread over −0.05 … 0.05. */
    embeddingsInitializer: initializer({ default: 'uniform' }),
    /** Penalty of the vectors. Default null: none. */
    embeddingsRegularizer: regularizer(),
    /** What the vectors are brought to after each update. Default null: nothing. */
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
  #embeddings: Variable | undefined;

  /**
   * @param inputDim how many numbers there are: the largest is inputDim − 1
   * @param outputDim length of the vectors
   * @throws ValueError if an argument is not a whole number above 0, or an option is unknown or out of
   * range.
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
  }

  override call(x: Tensor): Tensor {
    const { embeddings } = this;
    return embeddings.quantized?.rows(x) ?? embedding(embeddings.value, x);
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    return this.built ? [{ weight: this.embeddings, axes: [1] }] : [];
  }

  /** With `maskZero`, where x is not 0; else none. */
  override computeMask(x: Tensor): Tensor | null {
    return this.maskZero ? notEqual(x, 0) : null;
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape, this.outputDim];
  }
}
